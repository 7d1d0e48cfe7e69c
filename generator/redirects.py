"""Where a renamed thesis leads from its former addresses: small pages for latest/.

A dated edition is as it is, and its addresses stay; latest/ is replaced with every edition, so the
addresses there would be gone.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from generator.finished import Finished
from generator.model import Edition
from generator.policy import with_policy

INDEX = "index.html"


def redirects(
    built: Path, earlier: Iterable[Edition], theses: Sequence[Finished]
) -> dict[str, bytes]:
    """Pages at the addresses that earlier editions had under a thesis's former names.

    By their paths in the folder `built`. A page that is no more leads to the article.
    """
    had = {path for edition in earlier for path in edition.record.get("files", {})}
    has = {path.relative_to(built).as_posix() for path in built.rglob(INDEX)}
    titles = {thesis.slug: thesis.title for thesis in theses}
    names = {old: thesis.slug for thesis in theses for old in thesis.record.get("was", ())}
    return {
        path: redirect_html(target, title=titles[slug])
        for path, slug, target in moved(had, has, names)
    }


def moved(
    had: Iterable[str], has: Iterable[str], names: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Each page that is no longer there: its path, the thesis's name now, and the way there.

    `had` are the files of earlier editions, `has` the pages of this one; `names` leads from the
    former names of theses to those of today. The way is relative to the page itself.
    """
    there = set(has)
    found = []
    for path in sorted(set(had) - there):
        folder, _, rest = path.removeprefix("theses/").partition("/")
        if not path.startswith("theses/") or folder not in names:
            continue
        if posixpath.basename(path) != INDEX:
            continue
        slug = names[folder]
        new = f"theses/{slug}/{rest}"
        target = new if new in there else f"theses/{slug}/{INDEX}"
        if target in there:
            way = posixpath.relpath(posixpath.dirname(target), posixpath.dirname(path))
            found.append((path, slug, f"{way}/"))
    return found


def redirect_html(target: str, *, title: str) -> bytes:
    """A page that leads on to `target`, with the place within the page where a script may run."""
    address, words = html.escape(target, quote=True), html.escape(title)
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>{words}</title>
<link rel="canonical" href="{address}">
<link rel="icon" href="data:,">
<script>location.replace("{address}" + location.search + location.hash);</script>
<meta http-equiv="refresh" content="0; url={address}">
<style>
:root{{color-scheme:light dark}}
body{{font:1.1rem/1.6 Georgia,serif;margin:3rem 1.5rem}}
</style>
</head>
<body><p>This page has moved: <a href="{address}">{words}</a></p></body>
</html>
"""
    return with_policy(page).encode()
