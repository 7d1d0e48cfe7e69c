"""A claim as edition.json tells of it: its verdict, and what a person wrote of it (pure)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Collection, Mapping
from typing import Any

from generator.model import Source
from generator.verdicts import Claim, JudgedClaim

SIGNIFICANT = 12  # digits kept, so that two machines write the same number
NOT_WRITTEN = ("id", "line", "lines")  # fields of a claim that say where it stands, not what
# What a person wrote of a claim and its record says by itself, by the name that it has there.
SAID = {
    **{name: name for name in ("statement", "finding", "unit", "source", "headline")},
    **{name: name for name in ("was", "resolves_on", "corrections")},
    "value": "at_publication",
}


def claim_record(judged: JudgedClaim) -> dict[str, Any]:
    """The part of a record that tells of one claim."""
    claim = judged.claim
    kept = {
        "id": claim.id,
        "statement": claim.statement,
        "verdict": judged.verdict,
        "finding": claim.finding,
        "at_publication": rounded(claim.value),
        "now": rounded(judged.now),
        "unit": claim.unit,
        "as_of": judged.as_of.isoformat() if judged.as_of else claim.as_of,
        "source": claim.source.url if claim.source else "",
        "headline": claim.headline,
        "printed": str(judged),
        "was": list(claim.was),
        "resolves_on": claim.resolves_on.isoformat() if claim.resolves_on else "",
        "corrections": [
            {"date": item.date.isoformat(), "was": item.was, "reason": item.reason}
            for item in claim.corrections
        ],
        "reason": judged.reason,
        "written": _written(claim),
    }
    return without_empty(kept, optional=("was", "resolves_on", "corrections"))


def as_written(claim: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a person wrote of a claim, from its part of a record; None where that is not kept."""
    if "written" not in claim:
        return None
    said = {name: claim.get(place) for name, place in SAID.items()}
    return {n: value for n, value in said.items() if _is_said(value)} | dict(claim["written"])


def _is_said(value: Any) -> bool:
    return bool(value) or type(value) in (int, float)


def _written(claim: Claim) -> dict[str, Any]:
    """What a person wrote of a claim and nothing else here says: its fields that are not empty."""
    fields = {
        field.name: _plain(getattr(claim, field.name))
        for field in dataclasses.fields(claim)
        if field.name not in (*NOT_WRITTEN, *SAID) and getattr(claim, field.name) != field.default
    }
    return {name: value for name, value in fields.items() if _is_said(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Source):
        return value.url
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return rounded(value) if math.isfinite(value) else str(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    return value


def without_empty(record: dict[str, Any], *, optional: Collection[str]) -> dict[str, Any]:
    """The record without those optional keys that say nothing."""
    return {key: value for key, value in record.items() if value or key not in optional}


def rounded(value: float | None) -> float | None:
    """The number to `SIGNIFICANT` digits."""
    return None if value is None else float(f"{value:.{SIGNIFICANT}g}")
