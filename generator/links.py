"""Links of a thesis's pages that lead nowhere: no such page, no such place on it."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from generator.documents import read_text
from generator.errors import Finding, did_you_mean
from generator.model import Page, Thesis

GENERATED = (
    "index.md",
    "gallery.md",
    "functions.md",
    "glossary.md",
    "corrections.md",
)  # by every build
CHANGES = "changes.md"  # the page of every thesis that its build makes
ENDING = ".md.j2"

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_CODE = re.compile(r"^(```+|~~~+).*?^\1\s*$|`[^`\n]+`|<!--.*?-->", re.DOTALL | re.MULTILINE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_ID = re.compile(r"\bid=\"([^\"]+)\"|\{[^}\n]*#([\w-]+)[^}\n]*\}")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}|!?\[([^\]]*)\]\([^)]*\)")


def dead_links(
    thesis: Thesis,
    pages: Sequence[Page],
    *,
    root: Path,
    broken: Collection[str] = (),
    unwritten: Collection[str] = (),
) -> list[Finding]:
    """The links in the pages, as this edition has them, that lead nowhere, at their lines.

    Links to charts that are `broken`, and to places on pages whose template (its path) could not
    be written, are let be: those mistakes come first.
    """
    texts = {page.path: _CODE.sub("", page.text) for page in pages}
    for page, name in zip(pages, thesis.pages, strict=False):
        if (thesis.folder / f"{name}{ENDING}").relative_to(root).as_posix() in unwritten:
            texts[page.path] = ""
        else:
            texts[page.path] += "".join(f'<i id="figure-{chart}">' for chart in broken)
    known = _known_pages(thesis, root)
    findings = []
    for page, name in zip(pages, thesis.pages, strict=False):
        file = thesis.folder / f"{name}{ENDING}"
        shown = file.relative_to(root).as_posix()
        source, _ = read_text(file, shown)
        for target in dict.fromkeys(_LINK.findall(texts[page.path])):
            if wrong := _wrong(target, page.path, known, texts):
                findings += [Finding(shown, line, *wrong) for line in _lines(source, target)]
    return findings


def _wrong(
    target: str, page: str, known: Collection[str], texts: Mapping[str, str]
) -> tuple[str, str] | None:
    """What is wrong with a link on a page, and what to do about it."""
    if _SCHEME.match(target):
        return None
    path, _, anchor = target.partition("#")
    if path.startswith("/"):
        hint = "Write it from this page on, e.g. ../../about.md: the site may lie anywhere."
        return f"the link '{target}' begins at the root of the server.", hint
    folder = posixpath.dirname(page)
    place = posixpath.normpath(posixpath.join(folder, path)) if path else page
    if path.endswith(".md") and place not in known:
        return f"the link '{target}' leads to no page.", _nearest_page(place, folder, known)
    if path and not path.endswith(".md"):
        return None  # a file: MkDocs knows what there is
    if anchor and texts.get(place) and anchor not in (places := _anchors(texts[place])):
        return f"the link '{target}' leads to no place on that page.", _nearest(anchor, places)
    return None


def _nearest_page(place: str, folder: str, known: Collection[str]) -> str:
    if place == f"{folder}/article.md":
        return "The first page of a thesis is index.md."
    if place.startswith(f"{folder}/"):
        known = [page for page in known if page.startswith(f"{folder}/")]
    names = [posixpath.relpath(page, folder) for page in known]
    hint = did_you_mean(posixpath.relpath(place, folder), names)
    return hint if hint.startswith("Did") else f"{hint} A page stands under pages in thesis.yml."


def _nearest(anchor: str, places: Collection[str]) -> str:
    """The nearest place on a page; of its figures, if a figure is meant."""
    kind = anchor.partition("-")[0]
    alike = [place for place in places if place.startswith(f"{kind}-")]
    if hint := did_you_mean(anchor, alike if kind in ("figure", "note", "fact") else places):
        return hint
    return "That page has no such places: a chart is there only where it is shown."


def _known_pages(thesis: Thesis, root: Path) -> set[str]:
    """Every page of the site, under docs/, that a link may lead to."""
    docs, templates = root / "docs", root / "templates"
    known = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    known = {path for path in known if not path.startswith(("theses/", "decisions/", "data/"))}
    known |= set(GENERATED)
    for folder in (path for path in templates.iterdir() if (path / "thesis.yml").is_file()):
        if not folder.name.startswith(("_", ".")):
            names = {path.name.removesuffix(ENDING) for path in folder.glob(f"*{ENDING}")}
            names = set(thesis.pages[1:]) if folder == thesis.folder else names
            known |= {f"theses/{folder.name}/{name}.md" for name in names}
            known |= {f"theses/{folder.name}/{name}" for name in ("index.md", CHANGES)}
    return known


@functools.lru_cache(maxsize=32)  # pages: many links lead to the same one
def _anchors(text: str) -> frozenset[str]:
    """The places of a page that a link may lead to: ids, and headings under their own words."""
    from markdown.extensions.toc import slugify  # rarely needed: most links lead to whole pages

    own = {first or second for first, second in _ID.findall(text)}
    words = (_MARKUP.sub(r"\1", heading) for heading in _HEADING.findall(text))
    plain = (heading.replace("*", "").replace("`", "") for heading in words)
    return frozenset([*own, *(slugify(heading, "-") for heading in plain)])


def _lines(source: str, target: str) -> Iterator[int]:
    """The lines on which a template has that link; the first where an expression made it."""
    link = re.compile(rf"\]\(\s*<?{re.escape(target)}[\s>)]")
    lines = [n for n, line in enumerate(source.splitlines(), 1) if link.search(line)]
    yield from lines or [1]
