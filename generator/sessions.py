"""The sessions of an exchange: when there must be a close, and when it is final."""

from __future__ import annotations

import datetime as dt
import functools
from zoneinfo import ZoneInfo

import pandas as pd

NEW_YORK = ZoneInfo("America/New_York")
BARS_ARE_FINAL = dt.time(18)  # closes were never revised after that hour, before it they are not
FIRST_YEAR = 1980  # before, exchanges kept days that the calendars do not know reliably


def last_closed_day(today: dt.date, now: dt.datetime) -> dt.date:
    """The newest day, up to `today`, whose bar can be final at `now`."""
    clock = now if now.tzinfo is None else now.astimezone(NEW_YORK)
    if clock.date() <= today and clock.time() < BARS_ARE_FINAL:
        return clock.date() - dt.timedelta(days=1)
    return today


def sessions(calendar: str, first: dt.date, last: dt.date) -> pd.DatetimeIndex:
    """The sessions of the exchange `calendar` (its MIC, e.g. XNYS) from `first` to `last`.

    Raises ValueError for an exchange that the calendars do not know.
    """
    if last.year < FIRST_YEAR or last < first:
        return pd.DatetimeIndex([])
    days = _sessions(calendar, last.year)
    return days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]


def session_between(calendar: str, after: dt.date, last: dt.date) -> bool:
    """Whether the exchange has a session after `after`, up to `last`; every day, without one."""
    if last <= after:
        return False
    return not calendar or not sessions(calendar, after + dt.timedelta(days=1), last).empty


@functools.cache
def known_calendars() -> frozenset[str]:
    """Every name that `sessions` takes."""
    import exchange_calendars

    return frozenset(exchange_calendars.get_calendar_names())


@functools.cache
def _sessions(calendar: str, year: int) -> pd.DatetimeIndex:
    """Every session from 1980, or from where the calendar begins, to the end of `year`."""
    import exchange_calendars  # on demand: a build without daily prices has no use for it

    if calendar not in known_calendars():
        raise ValueError(f"'{calendar}' is no exchange that the calendars know")
    first = pd.Timestamp(f"{FIRST_YEAR}-01-01")
    begins = type(exchange_calendars.get_calendar(calendar)).bound_min()
    found = exchange_calendars.get_calendar(
        calendar, start=max(begins or first, first), end=f"{year}-12-31"
    )
    return pd.DatetimeIndex(found.sessions)
