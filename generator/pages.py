"""The words and values that every thesis's pages share, and the home page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.articles import render
from generator.claims import MARKS, scoreboard
from generator.dates import in_words
from generator.environment import make_environment
from generator.errors import ThesisError
from generator.finished import Finished, Front
from generator.ledger import formulas
from generator.marks import MarkedClaim, inert
from generator.model import (
    DataSpec,
    Fact,
    ForeignText,
    Identity,
    Missing,
    Page,
    Rendered,
    Section,
    Table,
    Thesis,
)
from generator.parts import READING_TIME, RELATED, WHAT_CHANGED
from generator.rules import Staleness
from generator.score import score_bar, score_words
from generator.sources import REGISTRY
from generator.verdicts import JudgedClaim

KINDS = {
    "embedded": "official or index figure",
    "cited": "published figure",
}
DAILY = "daily prices"
OTHER = {"figures": "fetched figure", "fund data": "reading of a fund"}
SHAPES = {"prices": DAILY, "observations": OTHER["figures"], "readings": OTHER["fund data"]}
GUIDE = "guide/write-a-thesis.md"
NAMED = 2  # tables in the notice of outdated data; the data page has all
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
HEADING = re.compile(r"^# .*$", re.MULTILINE)


def page_values(
    thesis: Thesis,
    identity: Identity,
    tables: Mapping[str, Table],
    missing: Mapping[str, Missing],
    claims: Mapping[str, JudgedClaim],
    facts: Mapping[str, Fact],
    *,
    today: dt.date,
    site_url: str,
) -> dict[str, Any]:
    """What every template of a thesis may use beside its facts, charts and claims."""
    return {
        "identity": identity,
        "today": today,
        "tables": dict(tables),
        "score": scoreboard(claims.values()),
        "score_words": score_words(claims.values()),
        "score_bar": score_bar(claims.values()),
        "reading_time": READING_TIME,
        "related": RELATED,
        "what_changed": WHAT_CHANGED,
        "data_words": data_words(thesis.data, tables),
        "sections": ledger_sections(claims.values()),
        "formulas": formulas(thesis.fact_functions, facts, missing),
        "left_out": left_out(thesis, missing),
        "absent": absent_tables(thesis.data, missing),
        "permalink": f"{site_url}{today}/theses/{thesis.slug}/" if site_url else "",
    }


def inert_table(table: Table) -> Table:
    """A table whose texts no template can bring to life, whatever it does with them."""
    if table.condition is None or table.condition.kind != "fund data":
        return table
    frame = table.frame.copy()
    for name in frame.columns:
        if any(isinstance(value, ForeignText) for value in frame[name]):
            frame[name] = [inert(value) if value else "" for value in frame[name]]
    return replace(table, frame=frame)


def data_words(specs: Sequence[DataSpec], tables: Mapping[str, Table]) -> str:
    """How current each kind of data is, never one date for all of it."""
    days: dict[str, list[dt.date]] = {}
    for spec in specs:
        day = tables[spec.name].as_of if spec.name in tables else None
        if day:
            days.setdefault(_kind(spec, tables[spec.name]), []).append(day)
    words = [
        f"newest {kind} {in_words(max(days[kind]))}"
        for kind in (*KINDS.values(), *OTHER.values())
        if kind in days
    ]
    if DAILY in days:
        first, last = min(days[DAILY]), max(days[DAILY])
        span = in_words(last) if first == last else f"{in_words(first)} at the earliest"
        words.append(f"{DAILY} to {span}")
    lacking = dict.fromkeys(
        SHAPES[REGISTRY[spec.source].shape]
        for spec in specs
        if spec.source not in KINDS and spec.name not in tables
    )
    lack = [kind for kind in lacking if kind not in days]
    words += [f"no {kind}" for kind in ([DAILY] if DAILY in lack else lack)]
    return "; ".join(words)


def _kind(spec: DataSpec, table: Table) -> str:
    if spec.source in KINDS or table.condition is None:
        return KINDS.get(spec.source, DAILY)
    return OTHER.get(table.condition.kind, DAILY)


def outdated(tables: Iterable[Table]) -> str:
    """What every page must say at its top of data older than the thesis allows; "" for nothing.

    Markdown of one block.
    """
    late: dict[Staleness, list[str]] = {}
    for table in tables:
        if table.condition and table.condition.banner and table.condition.stale:
            late.setdefault(table.condition.stale, []).append(inert(table.label))
    if not late:
        return ""
    said = [
        f"{_some(labels)} {'end' if len(labels) > 1 else 'ends'} on {in_words(by.as_of)},"
        f" {by.age} before this edition, where {by.allowed} may pass"
        for by, labels in late.items()
    ]
    return (
        '<div class="mtm-outdated" role="note" markdown="1">\n\n'
        f"**Some data here are older than they should be.** {'; '.join(said)}. What rests on them"
        " is right only up to that day.\n\n</div>"
    )


def _some(labels: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    if len(labels) <= NAMED:
        *most, last = labels
        return f"{', '.join(most)} and {last}" if most else last
    return f"{', '.join(labels[:NAMED])} and {len(labels) - NAMED} more"


def with_notice(text: str, notice: str) -> str:
    """A page with a block of Markdown below its first heading, or at its top without one."""
    if not notice:
        return text
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    heading = HEADING.search(text, start)
    place = heading.end() if heading else start
    return f"{text[:place]}\n\n{notice}\n\n{text[place:].lstrip()}"


def ledger_sections(claims: Any) -> dict[str, list[MarkedClaim]]:
    """The claims by the part of the article they belong to, in the order they are written."""
    sections: dict[str, list[MarkedClaim]] = {}
    for judged in claims:
        sections.setdefault(judged.claim.section or "other", []).append(MarkedClaim(judged))
    return sections


def left_out(thesis: Thesis, missing: Mapping[str, Missing]) -> list[dict[str, str]]:
    """The charts this edition does without, in words, with what would bring them."""
    lacking = []
    for name, function in thesis.chart_functions.items():
        if name in missing:
            words = (function.__doc__ or name.replace("_", " ")).strip().partition("\n")[0]
            lack = missing[name]
            lacking.append(
                {"words": words.rstrip("."), "reason": lack.reason, "remedy": lack.remedy}
            )
    return lacking


def absent_tables(
    specs: Sequence[DataSpec], missing: Mapping[str, Missing]
) -> list[dict[str, str]]:
    """The tables that are not stored, with the reason and the remedy."""
    return [
        {
            "label": spec.label,
            "reason": missing[spec.name].reason,
            "remedy": missing[spec.name].remedy,
        }
        for spec in specs
        if spec.name in missing
    ]


def home_page(
    theses: Sequence[Finished], identity: Identity, *, today: dt.date, root: Path
) -> Page:
    """The first page of the site: what it is, the findings of each thesis, how its claims stand.

    The theses of a section, such as worked examples, are listed in brief below the others.
    """
    shared = root / "templates" / "_shared"
    environment = make_environment([root / "templates"])
    sections = dict.fromkeys(item.section for item in theses)
    parts = {name: [item for item in theses if item.section == name] for name in sections}
    context = {
        "identity": identity,
        "today": today,
        "theses": parts.pop("", []),
        "sections": parts,
        "marks": MARKS,
        "guide": (root / "docs" / GUIDE).is_file(),  # a fork may do without it
    }
    text, findings = render(environment, shared / "home.md.j2", context, root=root)
    if findings:
        raise ThesisError(findings)
    return Page("index.md", text)


def front(item: Rendered, figure: str, small: Sequence[str]) -> Front:
    """What the home page shows of a thesis, with its lead chart as HTML and its small ones."""
    claims = item.claims.values()
    notice = outdated(item.tables.values())
    return Front(score_words(claims), score_bar(claims), figure, tuple(small), notice)


def said(item: Rendered) -> tuple[str, ...]:
    """What a build says of a thesis: its charts, how its claims stand, how current its data are."""
    charts = f"{len(item.charts)} charts"
    lacking = len(set(item.thesis.chart_functions) & set(item.missing))
    if lacking:
        charts += f" ({lacking} left out for want of data; the article names them)"
    return (
        f"{item.thesis.title}: {charts}, {score_words(item.claims.values())}.",
        f"Data: {data_words(item.thesis.data, item.tables)}.",
    )


def menu(theses: Sequence[Finished]) -> list[Section]:
    """A section of the menu for each thesis: its pages under their own titles."""
    return [
        Section(
            item.title, tuple((page.title, page.path) for page in item.pages), under=item.section
        )
        for item in theses
    ]
