"""What an edition remembers of its theses: the part of edition.json that readers compare."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from generator.authored import code_mark
from generator.finished import Finished
from generator.model import Chart, Fact, Rendered, Source
from generator.verdicts import Claim, JudgedClaim, JudgedFalsifier

SIGNIFICANT = 12  # digits kept, so that two machines write the same number
NOT_WRITTEN = ("id", "line", "lines")  # fields of a claim that say where it stands, not what


def series_dates(theses: Sequence[Finished]) -> dict[str, str]:
    """The as-of date of every table, by the name its thesis gives it."""
    return {f"{item.slug}/{name}": day for item in theses for name, day in item.days.items()}


def edition_theses(theses: Sequence[Finished]) -> dict[str, Any]:
    """Each thesis with its claims, facts and charts as this edition shows them."""
    return {item.slug: item.record for item in theses}


def thesis_record(item: Rendered, text: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A thesis as this edition shows it, and what it was made from; `text` is as it was typed."""
    thesis = item.thesis
    facts, charts = thesis.fact_functions, thesis.chart_functions
    kept = {
        "title": thesis.title,
        "sentence": thesis.sentence,
        "claims": [_claim(claim) for claim in item.claims.values()],
        "facts": {name: _fact(fact) | _made(facts.get(name)) for name, fact in item.facts.items()},
        "charts": [
            _chart(chart, thesis.slug) | _made(charts.get(chart.id))
            for chart in item.charts.values()
        ],
        "falsifiers": [_falsifier(falsifier) for falsifier in item.falsifiers.values()],
        "missing": sorted(item.missing),
        "yardstick": item.yardstick,
        "was": list(thesis.was),
        "renamed_charts": dict(thesis.renamed_charts),
        "tables": dict(item.origins()),
        "text": {file: list(blocks) for file, blocks in text.items()},
    }
    return _with(kept, optional=("yardstick", "was", "renamed_charts"))


def _with(record: dict[str, Any], *, optional: Collection[str]) -> dict[str, Any]:
    """The record without those optional keys that say nothing."""
    return {key: value for key, value in record.items() if value or key not in optional}


def _made(function: Any) -> dict[str, Any]:
    """What a number or chart is computed from, and the mark of the code that does it."""
    if function is None:
        return {}
    return {"from": list(inspect.signature(function).parameters), "made_by": code_mark(function)}


def _claim(judged: JudgedClaim) -> dict[str, Any]:
    claim = judged.claim
    kept = {
        "id": claim.id,
        "statement": claim.statement,
        "verdict": judged.verdict,
        "finding": claim.finding,
        "at_publication": _rounded(claim.value),
        "now": _rounded(judged.now),
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
    return _with(kept, optional=("was", "resolves_on", "corrections"))


def _written(claim: Claim) -> dict[str, Any]:
    """What a person wrote of a claim: all its fields that are not empty."""
    fields = {
        field.name: _plain(getattr(claim, field.name))
        for field in dataclasses.fields(claim)
        if field.name not in NOT_WRITTEN and getattr(claim, field.name) != field.default
    }
    return {name: value for name, value in fields.items() if value or type(value) in (int, float)}


def _plain(value: Any) -> Any:
    if isinstance(value, Source):
        return value.url
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return _rounded(value) if math.isfinite(value) else str(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    return value


def _falsifier(judged: JudgedFalsifier) -> dict[str, Any]:
    decided = judged.state in ("tripped", "not tripped")
    rate = judged.base_rate
    return {
        "id": judged.falsifier.id,
        "statement": judged.falsifier.statement,
        "threshold": str(judged.falsifier.threshold),
        "fact": judged.falsifier.fact,
        "value": _rounded(judged.value),
        "unit": judged.unit,
        "as_of": judged.as_of.isoformat() if judged.as_of else None,
        "state": judged.state,
        "tripped": judged.state == "tripped" if decided else None,
        "base_rate": {"tripped": rate[0], "windows": rate[1]} if rate else None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "value": _rounded(fact.value),
        "unit": fact.unit,
        "text": fact.text,
        "statement": fact.statement,
        "as_of": fact.as_of.isoformat() if fact.as_of else None,
    }


def _chart(chart: Chart, slug: str) -> dict[str, Any]:
    folder = f"theses/{slug}/charts"
    names = ("svg", "phone.svg", "png", "json", "csv", "meta.json")
    return {
        "id": chart.id,
        "title": chart.title,
        "alt": chart.alt,
        "as_of": chart.as_of.isoformat() if chart.as_of else None,
        "files": {ending: f"{folder}/{chart.id}.{ending}" for ending in names},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT}g}")
