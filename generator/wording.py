"""What the command says: lines for a person, and annotations for a workflow (pure)."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generator.errors import Finding

if TYPE_CHECKING:
    from generator.outcomes import Outcome  # slow to load, and not needed by every verb


def progress_line(outcome: Outcome) -> str:
    """How a refresh went for one series, while it runs."""
    added = f", {outcome.rows_added} rows added" if outcome.rows_added else ""
    return f"{outcome.name}: {outcome.status}{added}"


def refresh_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """The table at the end of a refresh: series, status, as of, rows added, what was kept and why.

    Of several series with the same reason only the first repeats it.
    """
    rows: list[tuple[str, ...]] = []
    said: dict[str, str] = {}
    for outcome in outcomes:
        status = f"{outcome.status}, unconfirmed" if outcome.checked == "" else outcome.status
        first = said.setdefault(outcome.reason, outcome.name)
        again = outcome.reason and first != outcome.name
        reason = f"as for {first}" if again else outcome.reason
        alone = "nothing to compare it with" if outcome.checked == "" else ""
        words = "; ".join(part for part in (reason, alone, *outcome.notes) if part)
        added = f"{outcome.rows_added}" if outcome.rows_added else ""
        rows.append((outcome.name, status, str(outcome.as_of or ""), added, words))
    return rows


def refresh_summary(
    head: Sequence[str], rows: Sequence[Sequence[str]], stale: Sequence[str]
) -> str:
    """The same as Markdown, for the summary of a workflow."""
    lines = ["### Data", ""]
    lines += [f"- **Too old:** {_inert(words)}" for words in stale]
    lines += ["", f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    lines += [f"| {' | '.join(_inert(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n\n"


def built_summary(
    edition: str | None, reasons: Sequence[str], since: Sequence[Mapping[str, Any]]
) -> str:
    """What a build came to, as Markdown for the summary of a workflow.

    `edition` is None where none was due; `since` are the changes of each thesis since the newest
    edition (`generator.changes.changes`).
    """
    lines = [f"### Edition of {edition}" if edition else "### No edition was due", ""]
    lines += [f"- {_inert(reason)}" for reason in reasons]
    for one in since:
        lines += ["", f"**{_inert(one['title'])}**: {_inert(one['summary'])}"]
        verdicts = one["verdicts"]
        if verdicts:
            lines += ["", "| claim | then | now | why |", "| --- | --- | --- | --- |"]
        for verdict in verdicts:
            cells = (verdict["id"], verdict["then"], verdict["now"], verdict["reason"])
            lines.append(f"| {' | '.join(_inert(str(cell)) for cell in cells)} |")
    return "\n".join(lines) + "\n\n"


def refresh_warnings(outcomes: Sequence[Outcome]) -> list[str]:
    """One sentence for each reason, with all the series it concerns, and what to do."""
    reasons: dict[tuple[str, str, bool], list[str]] = {}
    for outcome in outcomes:
        if outcome.status != "fresh":
            key = (outcome.reason, outcome.hint, outcome.as_of is not None)
            reasons.setdefault(key, []).append(outcome.name)
    return [
        f"{', '.join(names)}: {reason} "
        + ("What is stored is kept." if kept else "Nothing is stored; pages do without.")
        + (f"\n  {hint}" if hint else "")
        for (reason, hint, kept), names in reasons.items()
    ]


def _inert(text: str) -> str:
    """Text inside a cell of Markdown, whatever it holds."""
    words = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"&#{ord(sign)};" if sign in "|*_`[]{}\\" else sign for sign in words)


def finding_line(finding: Finding, annotated: bool) -> str:
    """A mistake as a person reads it, or as a workflow annotates it."""
    if not annotated:
        return str(finding)
    rule = f"[{finding.rule}] " if finding.rule else ""
    text = f"{rule}{finding.message} {finding.hint}".strip()
    level = "warning" if finding.warning else "error"
    return annotation(level, text, file=finding.path, line=str(finding.line))


def headlines_report(flipped: Sequence[Finding], edition: str) -> str:
    """The text of an issue about headline claims that no longer hold; its first line is the title.

    "" where none flipped.
    """
    if not flipped:
        return ""
    lines = [f"# Headline claims that no longer hold in the edition of {edition}", ""]
    lines += [f"- `{found.path}:{found.line}`: {_inert(found.message)}" for found in flipped]
    lines += ["", "Each is published with its `otherwise` wording. Read the article again, then"]
    return "\n".join([*lines, "correct the claim, or the case that rests on it.", ""])


def annotation(level: str, text: str, **place: str) -> str:
    """A line that a workflow shows beside the code."""
    where = ",".join(f"{key}={_escaped(value, '%:,')}" for key, value in place.items())
    return f"::{level}{' ' + where if where else ''}::{_escaped(text, '%')}"


def _escaped(text: str, marks: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in marks or c in "\r\n" else c for c in text)
