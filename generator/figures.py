"""Compute the charts of a thesis."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from generator.binding import Given, call, place
from generator.errors import Finding
from generator.model import FAILED, Chart, Missing, Table
from generator.verdicts import JudgedClaim

TITLE_WORDS = 10


def compute_charts(
    functions: Mapping[str, Callable[..., Any]], given: Given, *, root: Path
) -> tuple[dict[str, Chart], dict[str, Missing], list[Finding]]:
    """Every chart of a thesis, those this build cannot have with the reason, and the mistakes."""
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
            message = f"{name}() returned {type(called.result).__name__}, not a chart."
            hint = "Return what a ready-made chart returns, e.g. lines(...); helpers begin with _."
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
            )
    return charts, missing, findings


def claims_table(claims: Iterable[JudgedClaim]) -> Table:
    """The judged claims as a table, so that a chart may ask for `claims`."""
    rows = [(c.claim.id, c.claim.section, c.verdict, c.claim.finding) for c in claims]
    frame = pd.DataFrame(rows, columns=["id", "section", "verdict", "finding"])
    return Table("claims", "Claims ledger", frame, (), None)
