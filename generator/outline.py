"""How the pages of a thesis are made up: headings without gaps, pictures with words."""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

from generator.documents import read_text
from generator.errors import Finding
from generator.model import Thesis

ENDING = ".md.j2"
LEDGER = "ledger"

_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
_PICTURE = re.compile(r"!\[\s*\]\(([^)\s]*)[^)]*\)")
_BARE = re.compile(r"<img\b(?![^>]*\balt=)[^>]*>", re.IGNORECASE)


def review_outline(thesis: Thesis, *, root: Path) -> list[Finding]:
    """Headings that skip a level, and pictures that say nothing to who cannot see them."""
    findings: list[Finding] = []
    for name in thesis.pages:
        path = thesis.folder / f"{name}{ENDING}"
        shown = path.relative_to(root).as_posix()
        findings += _of_page(read_text(path, shown)[0], shown)
    return findings


def _of_page(source: str, shown: str) -> Iterator[Finding]:
    above = 1  # the title, which the masthead prints where the page does not
    for number, line in _prose(source):
        if heading := _HEADING.match(line):
            level = len(heading.group(1))
            if level > above + 1:
                message = f"the heading skips a level: {'#' * level} under {'#' * above}."
                hint = (
                    f"Write {'#' * (above + 1)}: who listens to the page hears levels, not sizes."
                )
                yield Finding(shown, number, message, hint)
            above = level
        for picture in [*_PICTURE.finditer(line), *_BARE.finditer(line)]:
            name = f" '{picture.group(1)}'" if picture.re is _PICTURE else ""
            hint = "Say what it shows, in the brackets: ![a map of twelve districts](...)."
            yield Finding(shown, number, f"the picture{name} has no words.", hint)


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a page outside its front matter and its blocks of code, with their numbers."""
    fenced = front = False
    for number, line in enumerate(source.splitlines(), 1):
        if line == "---" and (number == 1 or front):
            front = number == 1
        elif _FENCE.match(line):
            fenced = not fenced
        elif not (fenced or front):
            yield number, line


def unlisted_pages(thesis: Thesis, *, root: Path) -> list[Finding]:
    """Templates in the folder that are neither pages nor part of one; a warning each."""
    paths = sorted(thesis.folder.glob(f"*{ENDING}"))
    whole = "".join(read_text(path, path.name)[0] for path in paths)
    listed = thesis.lines.get("pages", 1)
    file = (thesis.folder / "thesis.yml").relative_to(root).as_posix()
    return [
        Finding(
            file,
            listed,
            f"'{path.name}' is in the folder, and no page.",
            f"Add '{name}' under pages, or begin the file's name with an underscore.",
            warning=True,
        )
        for path in paths
        if (name := path.name.removesuffix(ENDING)) not in thesis.pages
        and not name.startswith("_")
        and path.name not in whole
    ]


def unused_tables(thesis: Thesis, *, root: Path) -> list[Finding]:
    """Tables that nothing asks for, though pages date their data by them; a warning each."""
    functions = (*thesis.fact_functions.values(), *thesis.chart_functions.values())
    asked = {name for one in functions for name in inspect.signature(one).parameters}
    pages = "".join(read_text(path, path.name)[0] for path in thesis.folder.glob("*.j2"))
    words = [repr((spec.options, spec.rules)) for spec in thesis.data]
    told = set(re.findall(r"\w+", f"{words} {thesis.yardstick!r}"))
    rows = {claim.cited for claim in thesis.claims if claim.cited}
    return [
        Finding(
            (thesis.folder / "thesis.yml").relative_to(root).as_posix(),
            spec.line,
            f"nothing asks for the table '{spec.name}', and its date is among those of the pages.",
            "Take it out, or name it as a parameter of a function.",
            warning=True,
        )
        for spec in thesis.data
        if spec.name not in asked | told
        and not re.search(rf"\btables\b.*\b{re.escape(spec.name)}\b", pages)
        and not (spec.source == "cited" and _is_cited(thesis.folder, spec.key, rows))
    ]


def _is_cited(folder: Path, name: str, ids: Set[str]) -> bool:
    """Whether a claim cites a row of that table; true of a file that is missing, said elsewhere."""
    path = folder / "cited" / f"{name}.csv"
    if not path.is_file():
        return True
    rows = csv.DictReader(read_text(path, name)[0].splitlines())
    return any(row.get("id") in ids for row in rows)


def unshown_claims(
    thesis: Thesis, printed: Mapping[str, Sequence[str]], *, root: Path
) -> list[Finding]:
    """Claims that no page prints, where there is no ledger that prints them all; a warning each."""
    if LEDGER in thesis.pages:
        return []
    shown = {name for names in printed.values() for name in names}
    path = (thesis.folder / "claims.yml").relative_to(root).as_posix()
    return [
        Finding(
            path,
            claim.line,
            f"no page prints the claim '{claim.id}'.",
            f"Print it, {{{{ claims.{claim.id} }}}}, or add a page '{LEDGER}', which prints all.",
            warning=True,
        )
        for claim in thesis.claims
        if claim.id not in shown and not claim.superseded_by and claim.finding != "not found"
    ]
