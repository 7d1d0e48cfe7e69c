"""What the command says: lines for a person, and annotations for a workflow (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.errors import Finding


def progress_line(outcome: Any) -> str:
    """How a refresh went for one series, while it runs."""
    added = f", {outcome.rows_added} days added" if outcome.rows_added else ""
    return f"{outcome.spec.key}: {outcome.status}{added}"


def refresh_warnings(outcomes: Sequence[Any]) -> list[str]:
    """One sentence for each reason, with all the series it concerns."""
    reasons: dict[tuple[str, bool], list[str]] = {}
    for outcome in outcomes:
        if outcome.status != "fresh":
            key = (outcome.reason, outcome.as_of is not None)
            reasons.setdefault(key, []).append(outcome.spec.key)
    return [
        f"{', '.join(names)}: {reason} "
        + ("What is stored is kept." if kept else "Nothing is stored; pages do without.")
        for (reason, kept), names in reasons.items()
    ]


def finding_line(finding: Finding, annotated: bool) -> str:
    """A mistake as a person reads it, or as a workflow annotates it."""
    if not annotated:
        return str(finding)
    text = f"{finding.message} {finding.hint}".strip()
    return annotation("error", text, file=finding.path, line=str(finding.line))


def annotation(level: str, text: str, **place: str) -> str:
    """A line that a workflow shows beside the code."""
    where = ",".join(f"{key}={_escaped(value, '%:,')}" for key, value in place.items())
    return f"::{level}{' ' + where if where else ''}::{_escaped(text, '%')}"


def _escaped(text: str, marks: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in marks or c in "\r\n" else c for c in text)
