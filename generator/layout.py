"""Where a repository has its parts, and which files under docs/ a build writes."""

from __future__ import annotations

CONFIG = "mkdocs.yml"
THEME = "templates/_theme"
SCRATCH = ".build"
CACHE = ".cache"
CHARTS = ".cache/charts"  # what was drawn before
PAGES = ".cache/pages"  # and what was made of pages
THESES = ".cache/theses"  # and of whole theses

THINNED = "thinned.json"  # at the root of the editions: what was let go
DOWNLOADS = ("csv", "png", "json")  # of a chart; the live chart's own file is its json

HOME = "index.md"
GLOSSARY = "glossary.md"
GLOSSARY_TITLE = "Glossary"
# Generated pages of all theses, in their order in the menu.
COMMON = {
    "Chart gallery": "gallery.md",
    "Functions": "functions.md",
    GLOSSARY_TITLE: GLOSSARY,
    "Corrections": "corrections.md",
}
GENERATED = "theses"
NOT_PAGES = ("data", "decisions", "performance.md", GENERATED)  # of docs/, no pages of the site

SINGLE = (HOME, *COMMON.values())  # generated pages that stand beside the hand-written ones


def is_generated(path: str) -> bool:
    """Whether a build writes this file, named from docs/."""
    return path in SINGLE or path.startswith(f"{GENERATED}/")
