"""Read a thesis's claims: records in claims.yml, resting on rows of its cited tables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.claim_entry import TIMES, ClaimEntry
from generator.documents import Document, read_document, read_text, validate
from generator.errors import Finding, did_you_mean
from generator.hedges import interval
from generator.model import Source
from generator.places import NAME
from generator.renames import misnamed
from generator.rows import read_rows
from generator.verdicts import Claim, Correction


def read_claims(folder: Path, *, root: Path) -> tuple[list[Claim] | None, list[Finding]]:
    """The claims of a thesis folder, None when a record cannot be read, and every mistake.

    A thesis without claims.yml has no claims.
    """
    path = folder / "claims.yml"
    if not path.exists():
        return [], []
    shown = path.relative_to(root).as_posix()
    text, findings = read_text(path, shown)
    document, mistakes = read_document(text, shown)
    findings += mistakes
    if document.values and not isinstance(document.values, dict):
        hint = "Write one record a claim: its id, a colon, and its keys indented below."
        findings.append(Finding(shown, 1, "the claims are not records under an id.", hint))
    rows, unreadable = cited_rows(folder / "cited", root=root)
    findings += unreadable
    claims: list[Claim] = []
    readable = not findings
    for name in document.values if isinstance(document.values, dict) else ():
        line = document.line((str(name),))
        if not isinstance(name, str) or not NAME.fullmatch(name):
            hint = "Use letters, digits and underscores: templates ask for claims.name."
            findings.append(Finding(shown, line, f"'{name}' is no good name of a claim.", hint))
            readable = False
            continue
        entry, mistakes = validate(ClaimEntry, document, place=(name,))
        findings += mistakes
        if entry is None:
            readable = False
            continue
        if entry.cited and entry.cited not in rows and not unreadable:
            message = f"the claim '{name}' cites '{entry.cited}', which is no id in cited/."
            hint = did_you_mean(entry.cited, rows)
            findings.append(Finding(document.path, document.line((name, "cited")), message, hint))
        claim = replace(
            _claim(name, entry, rows.get(entry.cited, {}), line), lines=_lines(name, document)
        )
        if not claim.statement and not (entry.cited and entry.cited not in rows):
            message = f"the claim '{name}' says nothing."
            hint = "Write 'wording:', or 'cited:' with the id of a row that has a statement."
            findings.append(Finding(document.path, line, message, hint))
        if not entry.cited or entry.cited in rows:
            findings += _lacking(claim, entry, document)
        claims.append(claim)
    if readable:
        findings += _unknown_claims(claims, document)
        was = {claim.id: claim.was for claim in claims}
        findings += misnamed(
            was, "claim", was, lambda name: (document.path, document.line((name, "was")))
        )
    return (claims if readable else None), findings


def _lines(name: str, document: Document) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The line of each key of a record, and of each key below one."""
    return tuple(
        (tuple(map(str, place[1:])), line)
        for place, line in document.lines.items()
        if len(place) in (2, 3) and place[0] == name
    )


def _lacking(claim: Claim, entry: ClaimEntry, document: Document) -> list[Finding]:
    """What a claim refers to and does not have: a value."""
    found = []
    if claim.fact and claim.low is None:
        message = f"the claim '{claim.id}' has a fact, and neither a value nor 'holds'."
        hint = "Write where the fact must lie: holds: [low, high], or words such as 'about 60'."
        found.append(Finding(document.path, claim.line_of(("fact",)), message, hint))
    if claim.value is None and "{value}" in f"{entry.wording} {entry.otherwise}":
        message = f"the claim '{claim.id}' prints {{value}} and has none."
        hint = "Write 'value:', or cite a row that has one."
        key = "wording" if "{value}" in entry.wording else "otherwise"
        found.append(Finding(document.path, claim.line_of((key,)), message, hint))
    return found


def _unknown_claims(claims: Sequence[Claim], document: Document) -> list[Finding]:
    """The places where a claim names another one that is none."""
    known = {claim.id for claim in claims}
    named = [
        (claim, key, other)
        for claim in claims
        for key, others in (
            ("superseded_by", [claim.superseded_by] if claim.superseded_by else []),
            ("parts", claim.parts or ()),
            ("apart", [other for other, _ in claim.apart]),
        )
        for other in others
    ]
    return [
        Finding(
            document.path,
            document.line((claim.id, key)),
            f"the claim '{claim.id}' names '{other}' under '{key}', which is no other claim.",
            did_you_mean(other, known - {claim.id}),
        )
        for claim, key, other in named
        if other not in known - {claim.id}
    ] + _circles(claims, document)


def _circles(claims: Sequence[Claim], document: Document) -> list[Finding]:
    """Claims that replaced each other, so that none of them is left."""
    newer = {claim.id: claim.superseded_by for claim in claims}
    found = []
    for claim in claims:
        seen, name = {claim.id}, claim.superseded_by
        while name in newer and name not in seen:
            seen.add(name)
            name = newer[name]
        if name == claim.id:
            message = f"the claim '{claim.id}' is superseded by one that it supersedes."
            place = document.line((claim.id, "superseded_by"))
            found.append(Finding(document.path, place, message, "Leave the newest without it."))
    return found


def cited_rows(folder: Path, *, root: Path) -> tuple[dict[str, Mapping[str, str]], list[Finding]]:
    """Every row with an id in the cited tables, by that id, and the rows that cannot be read."""
    rows: dict[str, Mapping[str, str]] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.csv")):
        shown = path.relative_to(root).as_posix()
        text, mistakes = read_text(path, shown)
        findings += mistakes
        _, written, misfits = read_rows(text, shown)
        findings += misfits
        for line, row in written:
            if row.get("id") in rows:
                message = f"the id '{row['id']}' stands in another row as well."
                hint = "Give each cited row an id of its own, across all tables of the thesis."
                findings.append(Finding(shown, line, message, hint))
            elif row.get("id"):
                rows[row["id"]] = row
    return rows, findings


def _claim(name: str, entry: ClaimEntry, row: Mapping[str, str], line: int) -> Claim:
    value = entry.value if entry.value is not None else _number(row.get("value", ""))
    unit = entry.unit or row.get("unit", "")
    # Of a claim that only says how it is printed, that is the statement.
    wording = entry.wording.replace("{value}", _worded(value, unit))
    spoken = wording[:1].upper() + wording[1:]
    statement = entry.statement or row.get("statement") or row.get("fact") or spoken
    kind = entry.kind or row.get("kind") or "observation"
    # A bare figure is anything that rounds to it.
    plain = interval(f"{value:f}".rstrip("0").rstrip(".")) if value is not None else (None, None)
    low, high = entry.holds or (plain if entry.fact else (None, None))
    return Claim(
        id=name,
        section=entry.section or row.get("section") or row.get("argues_against") or "",
        statement=statement,
        wording=wording or statement.replace("{value}", _worded(value, unit)),
        said=entry.said,
        finding=entry.finding,
        value=value,
        unit=unit,
        kind=kind,
        time_type=entry.time_type or row.get("time_type") or TIMES.get(kind, "snapshot"),
        basis=row.get("price_or_total", ""),
        index=row.get("index", ""),
        as_of=str(entry.as_of) or row.get("as_of") or row.get("date") or "",
        recompute=entry.needs or row.get("recompute", ""),
        fact=entry.fact,
        low=low,
        high=high,
        resolves_on=entry.resolves_on or _date(row.get("resolves_on", "")),
        review_by=entry.review_by,
        problem=row.get("problem") or row.get("note") or "",
        counter_evidence=row.get("counter_evidence", ""),
        source=_source(row),
        also=tuple((name, *ends) for name, ends in entry.also.items()),
        needs=entry.needs,
        headline=entry.headline,
        otherwise=entry.otherwise.replace("{value}", _worded(value, unit)),
        superseded_by=entry.superseded_by,
        measure=entry.measure,
        of=entry.of,
        printed=entry.printed,
        parts=(entry.parts[0], entry.parts[1]) if entry.parts else None,
        apart=tuple(entry.apart.items()),
        stance=entry.stance or ("against" if row.get("argues_against") else "for"),
        cited=entry.cited,
        was=tuple(entry.was),
        corrections=tuple(
            sorted(
                (Correction(item.date, item.was, item.reason) for item in entry.corrections),
                key=lambda correction: correction.date,
            )
        ),
        line=line,
    )


def _source(row: Mapping[str, str]) -> Source | None:
    if not row.get("url") or "source" not in row:  # a lacking column is said of its table
        return None
    return Source(
        publisher=row["source"],
        title=row["source"],
        url=row["url"],
        grade=int(grade) if (grade := row.get("source_grade", "")) in ("1", "2", "3") else 3,
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _worded(value: float | None, unit: str) -> str:
    """A cited figure as prose prints it: 16.2 times, 80.2 %, 0.72."""
    if value is None:
        return ""
    number = f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    if unit.startswith("percent") and not unit.startswith("percentage"):
        return f"{number}%"
    return f"{number} times" if unit.startswith("x") else number
