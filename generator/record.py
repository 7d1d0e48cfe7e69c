"""What an edition remembers of its theses: the part of edition.json that readers compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.model import Chart, Fact, Rendered
from generator.verdicts import JudgedClaim, JudgedFalsifier

SIGNIFICANT = 12  # digits kept, so that two machines write the same number


def series_dates(rendered: Sequence[Rendered]) -> dict[str, str]:
    """The as-of date of every table, by the name its thesis gives it."""
    return {
        f"{item.thesis.slug}/{name}": table.as_of.isoformat()
        for item in rendered
        for name, table in item.tables.items()
        if table.as_of
    }


def edition_theses(rendered: Sequence[Rendered]) -> dict[str, Any]:
    """Each thesis with its claims, facts and charts as this edition shows them."""
    return {item.thesis.slug: _thesis(item) for item in rendered}


def _thesis(item: Rendered) -> Mapping[str, Any]:
    return {
        "title": item.thesis.title,
        "sentence": item.thesis.sentence,
        "claims": [_claim(claim) for claim in item.claims.values()],
        "facts": {name: _fact(fact) for name, fact in item.facts.items()},
        "charts": [_chart(chart, item.thesis.slug) for chart in item.charts.values()],
        "falsifiers": [_falsifier(falsifier) for falsifier in item.falsifiers.values()],
        "missing": sorted(item.missing),
    }


def _claim(judged: JudgedClaim) -> dict[str, Any]:
    claim = judged.claim
    return {
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
    }


def _falsifier(judged: JudgedFalsifier) -> dict[str, Any]:
    decided = judged.state in ("tripped", "not tripped")
    rate = judged.base_rate
    return {
        "id": judged.falsifier.id,
        "statement": judged.falsifier.statement,
        "threshold": str(judged.falsifier.threshold),
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
        "as_of": fact.as_of.isoformat() if fact.as_of else None,
    }


def _chart(chart: Chart, slug: str) -> dict[str, Any]:
    folder = f"theses/{slug}/charts"
    names = ("svg", "dark.svg", "phone.svg", "phone.dark.svg", "png", "json", "csv", "meta.json")
    return {
        "id": chart.id,
        "title": chart.title,
        "alt": chart.alt,
        "as_of": chart.as_of.isoformat() if chart.as_of else None,
        "files": {ending: f"{folder}/{chart.id}.{ending}" for ending in names},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT}g}")
