"""The page of everything a thesis may import, with signatures, as the code has them (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import generator
from generator import charts, statistics
from generator.articles import render
from generator.environment import make_environment
from generator.errors import ThesisError
from generator.gallery import paragraphs, readable_signature
from generator.model import Chart, Page

PATH = "functions.md"
TITLE = "Functions"
WIDTH = 88  # characters of a signature on one line


@dataclass(frozen=True)
class Entry:
    """A name that a thesis may import: its signature, or its value, and what it is."""

    name: str
    signature: str
    summary: str
    details: tuple[str, ...]  # further paragraphs


def functions_page(*, root: Path) -> Page:
    """Wordings, formulas and the rest with their signatures; charts lead to the gallery."""
    context = {
        "title": TITLE,
        "charts": charts.__all__,
        "wordings": entries(generator.HOMES["facts"].split()),
        "formulas": entries(statistics.__all__),
        "others": entries(_others()),
    }
    environment = make_environment([root / "templates"])
    template = root / "templates" / "_shared" / "functions.md.j2"
    text, findings = render(environment, template, context, root=root)
    if findings:
        raise ThesisError(findings)
    return Page(PATH, text, TITLE)


def entries(names: Iterable[str]) -> list[Entry]:
    """An entry for each name that `generator` offers, in the order given."""
    return [_entry(name, getattr(generator, name)) for name in names]


def _others() -> list[str]:
    """What is no chart, no wording and no formula."""
    shown = {*charts.__all__, *generator.HOMES["facts"].split(), *statistics.__all__}
    return [name for name in generator.__all__ if name not in shown]


def _entry(name: str, value: Any) -> Entry:
    if not callable(value):
        return Entry(name, f"{name} = {value!r}", "", ())
    summary, *details = paragraphs(value)
    if value is Chart:  # made by the charts alone
        return Entry(name, "lines(...) -> Chart", summary, tuple(details))
    if isinstance(value, type) and issubclass(value, Exception):
        return Entry(name, f'raise {name}("why")', summary, tuple(details))
    return Entry(name, _signature(value), summary, tuple(details))


def _signature(function: Any) -> str:
    """On one line where it fits."""
    whole = readable_signature(function)
    if isinstance(function, type):
        whole = whole.removesuffix(" -> Any")
    one = " ".join(whole.split()).replace("( ", "(").replace(", )", ")")
    return one if len(one) <= WIDTH else whole
