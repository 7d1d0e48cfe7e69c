"""Dates as people write them: a day, a month or a year; and as prose prints them."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pandas as pd

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def written_days(column: pd.Series) -> list[str]:
    """What may be dates in a column, each once; of a column of real dates the first and last."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        column = pd.Series([column.min(), column.max()]).dropna()
    return list(dict.fromkeys(str(value)[:10] for value in column))


def earliest_day(text: str) -> dt.date | None:
    """The first day a written date may mean: 2025-08 is 2025-08-01; other words are None."""
    return _day(text, last=False)


def latest_day(text: str) -> dt.date | None:
    """The last day a written date may mean: 2025-08 is 2025-08-31; other words are None."""
    return _day(text, last=True)


def _day(text: str, *, last: bool) -> dt.date | None:
    match = _WRITTEN.fullmatch(str(text).strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = dt.date(year or 0, month or (12 if last else 1), day or 1)
    except ValueError:
        return None
    if day is None and last:
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def in_words(day: dt.date) -> str:
    """A date as prose prints it: September 30, 2025."""
    # Not strftime: the names of months follow the machine's language there.
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
