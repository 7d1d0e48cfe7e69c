"""How old stored data are, against what a thesis allows (pure)."""

from __future__ import annotations

import datetime as dt

from generator.rules import Age, Rules, Staleness
from generator.sessions import sessions


def age_of(as_of: dt.date, today: dt.date, unit: str, calendar: str) -> int:
    """How many sessions or days lie between data of `as_of` and `today`, neither counted.

    Today's own session is not counted, so that the answer is the same before and after its close.
    """
    first, last = as_of + dt.timedelta(days=1), today - dt.timedelta(days=1)
    if unit == "sessions" and calendar:
        return len(sessions(calendar, first, last))
    return max((last - first).days + 1, 0)


def staleness(rules: Rules, as_of: dt.date | None, today: dt.date) -> Staleness | None:
    """By how much data are older than their budget; None when they are within it."""
    budget = rules.max_age
    # No more sessions than days: within as many days, no calendar needs to be loaded.
    if budget is None or as_of is None or (today - as_of).days - 1 <= budget.count:
        return None
    count = age_of(as_of, today, budget.unit, rules.calendar)
    if count <= budget.count:
        return None
    return Staleness(as_of, Age(count, budget.unit), budget, today)
