"""Judge what a thesis registered in advance as proof against it (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from generator.model import Fact, Missing
from generator.statistics import wilson_interval
from generator.verdicts import Falsifier, FalsifierState, JudgedFalsifier, Threshold


def judge_falsifiers(
    falsifiers: Sequence[Falsifier],
    facts: Mapping[str, Fact],
    missing: Mapping[str, Missing],
    *,
    today: dt.date,
) -> dict[str, JudgedFalsifier]:
    """Each falsifier as of `today`: its value, how far it is from its threshold, its base rate."""
    return {
        falsifier.id: _judge(falsifier, facts.get(falsifier.fact), missing, today)
        for falsifier in falsifiers
    }


def trips(threshold: Threshold, value: float) -> bool:
    """Whether a value lies on the wrong side of a threshold."""
    if threshold.inclusive and value == threshold.value:
        return True
    return value < threshold.value if threshold.below else value > threshold.value


def distance(threshold: Threshold, value: float) -> float:
    """How far a value may still move before it trips; negative by how far it has."""
    return value - threshold.value if threshold.below else threshold.value - value


def base_rate(threshold: Threshold, fact: Fact) -> tuple[int, int] | None:
    """In how many of all past windows it would have tripped, and how many there are."""
    if fact.history is None:
        return None
    past = fact.history.dropna()
    return sum(trips(threshold, float(value)) for value in past), len(past)


def _judge(
    falsifier: Falsifier, fact: Fact | None, missing: Mapping[str, Missing], today: dt.date
) -> JudgedFalsifier:
    if fact is None:
        lack = missing.get(falsifier.fact)
        reason = f"{lack.reason[:1].upper()}{lack.reason[1:].rstrip('.')}." if lack else ""
        return JudgedFalsifier(falsifier, "not checked this build", reason=reason)
    state, reason = _state(falsifier, fact, today)
    rate = base_rate(falsifier.threshold, fact)
    interval = wilson_interval(*rate) if rate and rate[1] else None
    return JudgedFalsifier(
        falsifier,
        state,
        value=fact.value,
        distance=distance(falsifier.threshold, fact.value),
        unit=fact.unit,
        text=fact.text,
        as_of=fact.as_of,
        base_rate=rate if rate and rate[1] else None,
        interval=(100 * interval[0], 100 * interval[1]) if interval else None,
        reason=reason,
    )


def _state(falsifier: Falsifier, fact: Fact, today: dt.date) -> tuple[FalsifierState, str]:
    due = falsifier.resolves_on
    if due and today <= due:
        return "open", f"Decided on {due}."
    if due and (fact.as_of is None or fact.as_of < due):
        return "overdue", f"Was to be decided on {due}; the stored data end on {fact.as_of}."
    tripped = trips(falsifier.threshold, fact.value)
    return ("tripped" if tripped else "not tripped"), ""
