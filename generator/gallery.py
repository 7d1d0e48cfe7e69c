"""The page of every ready-made chart: what it is given, and an example of real data (pure)."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from generator import charts
from generator.articles import render
from generator.documents import read_text
from generator.environment import make_environment
from generator.errors import ThesisError
from generator.finished import Example, Finished
from generator.model import Chart, Identity, Page, Rendered

PATH = "gallery.md"
TITLE = "Chart gallery"
Show = Callable[[Chart], str]  # a chart of a thesis -> its figure as HTML
_RETURNED = re.compile(r"\breturn (\w+)\(")


@dataclass(frozen=True)
class Written:
    """How a thesis of the repository calls a ready-made function, drawn in this edition or not."""

    folder: str
    code: str


@dataclass(frozen=True)
class Kind:
    """A ready-made function as the gallery prints it."""

    name: str
    summary: str
    details: tuple[str, ...]  # paragraphs
    signature: str
    example: Example | None
    absent: tuple[str, ...]  # what the charts lack that would be examples, in words
    written: Written | None = None  # where no figure is drawn, the code of one all the same


def gallery_page(theses: Sequence[Finished], identity: Identity, *, root: Path) -> Page:
    """Each ready-made chart with its documentation, its signature and an example drawn here."""
    shared = root / "templates" / "_shared"
    paths = sorted((root / "templates").glob("[!_]*/charts.py"))
    written = written_code(
        tuple(read_text(p, p.name)[0] for p in paths), tuple(p.parent.name for p in paths)
    )
    kinds = gallery_kinds(theses, written)
    context = {"title": TITLE, "identity": identity, "kinds": kinds}
    environment = make_environment([root / "templates"])
    text, findings = render(environment, shared / "gallery.md.j2", context, root=root)
    if findings:
        raise ThesisError(findings)
    return Page(PATH, text, TITLE)


def gallery_kinds(
    theses: Sequence[Finished], written: Mapping[str, Written] | None = None
) -> list[Kind]:
    """Every function that `generator.charts` offers, in its order."""
    kinds = [_kind(name, getattr(charts, name), theses) for name in charts.__all__]
    code = written or {}
    return [kind if kind.example else replace(kind, written=code.get(kind.name)) for kind in kinds]


@lru_cache(maxsize=4)
def written_code(sources: tuple[str, ...], folders: tuple[str, ...]) -> Mapping[str, Written]:
    """The shortest function that returns each ready-made chart, of all theses; read, not run."""
    found: dict[str, Written] = {}
    for source, folder in zip(sources, folders, strict=True):
        try:
            functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
        except SyntaxError:  # its author is told elsewhere
            continue
        lines = source.splitlines()
        for function in functions:
            code = "\n".join(lines[function.lineno - 1 : function.end_lineno])
            for kind in re.findall(r"^    return (\w+)\(", code, re.MULTILINE):
                if kind not in found or len(code) < len(found[kind].code):
                    found[kind] = Written(folder, code)
    return found


def _kind(name: str, function: Callable[..., Chart], theses: Sequence[Finished]) -> Kind:
    summary, *details = paragraphs(function)
    drawn = (one for item in theses for one in item.examples if one.kind == name)
    example = next(drawn, None)
    lacking = (words for item in theses for kind, words in item.lacking if kind == name)
    absent = () if example else tuple(lacking)
    return Kind(name, summary, tuple(details), readable_signature(function), example, absent)


def paragraphs(function: Callable[..., Any]) -> list[str]:
    """The docstring's paragraphs, each on one line; ValueError for a function without one."""
    text = inspect.getdoc(function)
    if not text:
        raise ValueError(f"{function.__name__}() has no docstring, which the gallery prints.")
    return [" ".join(part.split()) for part in text.split("\n\n")]


def readable_signature(function: Callable[..., Any]) -> str:
    """The signature with a parameter a line, types as they are written."""
    lines, keyword = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword:
            lines.append("*")
            keyword = True
        star = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        words = f"{star}{parameter.name}: {_annotation(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            words += f" = {parameter.default!r}"
        lines.append(words)
    body = "".join(f"    {line},\n" for line in lines)
    gives = _annotation(inspect.signature(function).return_annotation)
    return f"{function.__name__}(\n{body}) -> {gives}"


def _annotation(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "Any")


def examples(item: Rendered, show: Show) -> tuple[Example, ...]:
    """The first chart of a thesis of each kind; `show` gives its figure as HTML."""
    thesis, found = item.thesis, {}
    for chart in item.charts.values():
        if chart.kind and chart.kind not in found:
            figure = _renamed(show(chart), chart.id, thesis.slug)
            code = _code(thesis.chart_functions, chart.id)
            link = _link(item, chart.id)
            found[chart.kind] = Example(chart.kind, figure, code, thesis.title, link)
    return tuple(found.values())


def _renamed(figure: str, chart: str, slug: str) -> str:
    """The figure with ids of its own: another thesis may have a chart of the same name."""
    return figure.replace(f'"figure-{chart}', f'"example-{slug}-{chart}')


def _code(functions: Mapping[str, Callable[..., Any]], chart: str) -> str:
    return textwrap.dedent(inspect.getsource(functions[chart])).rstrip()


def _link(item: Rendered, chart: str) -> str:
    """Where the thesis shows the figure: the first page that has it."""
    mark = f'id="figure-{chart}"'
    return next((f"{p.path}#figure-{chart}" for p in item.pages if mark in p.text), "")


def lacking(item: Rendered) -> tuple[tuple[str, str], ...]:
    """The kinds of the charts that are not in this edition, each with why."""
    return tuple(
        (
            kind,
            f"{(function.__doc__ or chart).strip().partition(chr(10))[0].rstrip('.')}: "
            f"{item.missing[chart].reason}",
        )
        for chart, function in item.thesis.chart_functions.items()
        if chart in item.missing
        for kind in dict.fromkeys(_RETURNED.findall(inspect.getsource(function)))
    )
