"""What an edition remembers of its theses: the part of edition.json that readers compare."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from generator.authored import code_mark
from generator.claim_record import claim_record, rounded, without_empty
from generator.finished import Finished
from generator.model import Chart, Fact, Rendered
from generator.verdicts import JudgedFalsifier


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
        "claims": [claim_record(claim) for claim in item.claims.values()],
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
    return without_empty(kept, optional=("yardstick", "was", "renamed_charts"))


def _made(function: Any) -> dict[str, Any]:
    """What a number or chart is computed from, and the mark of the code that does it."""
    if function is None:
        return {}
    return {"from": list(inspect.signature(function).parameters), "made_by": code_mark(function)}


def _falsifier(judged: JudgedFalsifier) -> dict[str, Any]:
    decided = judged.state in ("tripped", "not tripped")
    rate = judged.base_rate
    return {
        "id": judged.falsifier.id,
        "statement": judged.falsifier.statement,
        "threshold": str(judged.falsifier.threshold),
        "fact": judged.falsifier.fact,
        "value": rounded(judged.value),
        "unit": judged.unit,
        "as_of": judged.as_of.isoformat() if judged.as_of else None,
        "state": judged.state,
        "tripped": judged.state == "tripped" if decided else None,
        "base_rate": {"tripped": rate[0], "windows": rate[1]} if rate else None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "value": rounded(fact.value),
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
