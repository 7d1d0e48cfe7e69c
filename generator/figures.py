"""Compute the charts of a thesis."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from generator.binding import Call, Given, call, place
from generator.errors import Finding
from generator.model import FAILED, Chart, Fact, Missing, Table
from generator.verdicts import JudgedClaim, JudgedFalsifier

TITLE_WORDS = 10


def compute_charts(
    functions: Mapping[str, Callable[..., Any]],
    given: Given,
    *,
    root: Path,
    call: Call = call,
) -> tuple[dict[str, Chart], dict[str, Missing], list[Finding]]:
    """Every chart of a thesis, those this build cannot have with the reason, and the mistakes.

    A chart whose dates reach the day on which the thesis was published marks it.
    """
    charts: dict[str, Chart] = {}
    missing: dict[str, Missing] = {}
    findings: list[Finding] = []
    for name, function in functions.items():
        called = call(name, function, given, root=root)
        if called.finding:
            findings.append(called.finding)
            missing[name] = Missing(name, FAILED, "mend charts.py")
        elif called.missing:
            missing[name] = called.missing
        elif not isinstance(called.result, Chart):
            path, line = place(function, root)
            found = "nothing" if called.result is None else type(called.result).__name__
            message = f"{name}() returned {found}, not a chart."
            hint = "Write: return lines(...), or another ready-made chart; helpers begin with _."
            findings.append(Finding(path, line, message, hint))
            missing[name] = Missing(name, FAILED, "mend charts.py")
        elif len(called.result.title.split()) > TITLE_WORDS:
            path, line = place(function, root)
            count = len(called.result.title.split())
            message = f"the title of {name}() has {count} words: '{called.result.title}'."
            hint = f"State the finding in at most {TITLE_WORDS}; the rest belongs in the subtitle."
            findings.append(Finding(path, line, message, hint))
            missing[name] = Missing(name, FAILED, "mend charts.py")
        else:
            charts[name] = dataclasses.replace(
                called.result,
                id=name,
                sources=called.sources,
                as_of=called.result.as_of or called.as_of,
                published=given.published,
            )
    return charts, missing, findings


def claims_table(claims: Iterable[JudgedClaim]) -> Table:
    """The judged claims as a table, so that a chart may ask for `claims`."""
    rows = [(c.claim.id, c.claim.section, c.verdict, c.claim.finding) for c in claims]
    frame = pd.DataFrame(rows, columns=["id", "section", "verdict", "finding"])
    return Table("claims", "Claims ledger", frame, (), None)


def falsifiers_table(falsifiers: Iterable[JudgedFalsifier], facts: Mapping[str, Fact]) -> Table:
    """The judged falsifiers as a table, so that a chart may ask for `falsifiers`.

    Figures are in the unit of the fact; low and high span all its past windows.
    """
    rows = [_falsifier_row(judged, facts.get(judged.falsifier.fact)) for judged in falsifiers]
    frame = pd.DataFrame(rows, columns=list(_FALSIFIER_COLUMNS))
    return Table("falsifiers", "Falsifiers", frame, (), None)


_FALSIFIER_COLUMNS = (
    *("id", "statement", "state", "value", "text", "unit", "as_of"),
    *("threshold", "below", "inclusive"),
    *("low", "high", "k", "n", "wilson_low_pct", "wilson_high_pct"),
)


def _falsifier_row(judged: JudgedFalsifier, fact: Fact | None) -> tuple[object, ...]:
    falsifier = judged.falsifier
    past = None if fact is None or fact.history is None else fact.history.dropna()
    low, high = (None, None) if past is None or past.empty else (past.min(), past.max())
    threshold = falsifier.threshold
    return (
        *(falsifier.id, falsifier.statement, judged.state, judged.value, judged.text, judged.unit),
        *(judged.as_of, threshold.value, threshold.below, threshold.inclusive, low, high),
        *(judged.base_rate or (None, None)),
        *(judged.interval or (None, None)),
    )
