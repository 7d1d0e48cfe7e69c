"""What earlier editions call otherwise: theses, claims, charts under the names of today (pure)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.documents import Document
from generator.errors import Finding, did_you_mean
from generator.model import Edition, Thesis

Where = Callable[[str], tuple[str, int]]


@dataclass(frozen=True)
class Renames:
    """The names that one thesis, its claims and its charts had before, each with that of today."""

    slug: str
    was: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)


def renames_of(thesis: Thesis) -> Renames:
    """What the author of a thesis wrote under `was` and `renamed_charts`."""
    claims = {old: claim.id for claim in thesis.claims for old in claim.was}
    return Renames(thesis.slug, thesis.was, claims, thesis.renamed_charts)


def renames_in(record: Mapping[str, Any]) -> list[Renames]:
    """The same, as an edition's record keeps it."""
    return [
        Renames(
            slug,
            tuple(thesis.get("was", ())),
            {
                old: claim["id"]
                for claim in thesis.get("claims", ())
                for old in claim.get("was", ())
            },
            thesis.get("renamed_charts", {}),
        )
        for slug, thesis in record.get("theses", {}).items()
    ]


def in_todays_names(editions: Iterable[Edition], renames: Sequence[Renames]) -> list[Edition]:
    """The editions as if everything in them had always been called what it is called today.

    Only to look something up in: each keeps the hash of its true record. A thesis that was renamed
    has the name it had then under `address`.
    """
    return [replace(edition, record=_renamed(edition.record, renames)) for edition in editions]


def _renamed(record: Mapping[str, Any], renames: Sequence[Renames]) -> Mapping[str, Any]:
    theses = dict(record.get("theses", {}))
    days = dict(record.get("data_as_of", {}))
    for item in renames:
        there = [slug for slug in (item.slug, *item.was) if slug in theses]
        if not there:
            continue
        (first, thesis) = (there[0], theses.pop(there[0]))
        theses[item.slug] = {
            **thesis,
            "address": first,
            "claims": _with_ids(thesis.get("claims", ()), item.claims),
            "charts": _with_ids(thesis.get("charts", ()), item.charts),
        }
        for place in [place for place in days if place.startswith(f"{first}/")]:
            days[f"{item.slug}{place.removeprefix(first)}"] = days[place]
    return {**record, "theses": theses, "data_as_of": days}


def _with_ids(records: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Any]:
    """The records under the names of today; one that has that name already goes before."""
    kept = list(records)
    own = {record["id"] for record in kept}
    found: dict[str, Any] = {}
    for record in kept:
        name = names.get(record["id"], record["id"])
        if name == record["id"] or name not in own:
            found.setdefault(name, {**record, "id": name})
    return list(found.values())


def misnamed(
    was: Mapping[str, Sequence[str]], kind: str, taken: Collection[str], where: Where
) -> list[Finding]:
    """Former names that are no former names: of something that is there, or written twice.

    `was` has them by the name of today, `taken` are all names of today.
    """
    findings = []
    first: dict[str, str] = {}
    for name, former in was.items():
        for old in former:
            path, line = where(name)
            if old in taken:
                own = "its own name" if old == name else f"another {kind} that is there"
                message = f"'was' of the {kind} '{name}' names '{old}', {own}."
                hint = "Write only what it was called before."
                if old != name:
                    hint = f"Take it out, or give that {kind} another name."
                findings.append(Finding(path, line, message, hint))
            elif old in first:
                message = f"'was' of the {kind} '{name}' names '{old}', as that of '{first[old]}'."
                hint = f"A {kind} has one past: take the name out of one of the two."
                findings.append(Finding(path, line, message, hint))
            first.setdefault(old, name)
    return findings


def misnamed_theses(
    theses: Sequence[Thesis], folders: Collection[str], root: Path
) -> list[Finding]:
    """The same for theses, which are known by the names of their folders."""
    places = {
        thesis.slug: (
            (thesis.folder / "thesis.yml").relative_to(root).as_posix(),
            thesis.lines.get("was", 1),
        )
        for thesis in theses
    }
    was = {thesis.slug: thesis.was for thesis in theses}
    return misnamed(was, "thesis", folders, places.__getitem__)


def misnamed_charts(thesis: Thesis, document: Document) -> list[Finding]:
    """Old names of charts that are still in use, and new ones that no chart has."""
    findings = []
    for old, new in thesis.renamed_charts.items():
        line = document.line(("renamed_charts", old))
        if old in thesis.chart_functions:
            message = f"'renamed_charts' names '{old}' as the old name of a chart that is there."
            hint = "Write what was renamed as old: new, or give that chart another name."
            findings.append(Finding(document.path, line, message, hint))
        if new not in thesis.chart_functions:
            message = f"'renamed_charts' says that '{old}' is now '{new}', which is no chart."
            hint = did_you_mean(new, thesis.chart_functions)
            findings.append(Finding(document.path, line, message, hint))
    return findings
