"""The days a verb acts on: --today, SOURCE_DATE_EPOCH, and the clock, which is read here."""

from __future__ import annotations

import datetime as dt
import os
from zoneinfo import ZoneInfo

import click

from generator.errors import UsageError

NEW_YORK = ZoneInfo("America/New_York")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"'{value}' is no date; write YYYY-MM-DD.") from error


today_option = click.option(
    "--today", callback=_day, help="Act as of that day at 23:59 in New York (YYYY-MM-DD)."
)


def end_of(day: dt.date) -> dt.datetime:
    """The last minute of a day in New York."""
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=NEW_YORK)


def now() -> dt.datetime:
    """The clock, in New York."""
    return dt.datetime.now(NEW_YORK)


def build_day(today: dt.date | None) -> dt.date:
    """--today, else the day of SOURCE_DATE_EPOCH, else today in New York."""
    if today:
        return today
    return (_epoch() or now()).astimezone(NEW_YORK).date()


def stamp() -> dt.datetime:
    """The moment a build is said to be made: that of SOURCE_DATE_EPOCH, else the clock's."""
    return _epoch() or dt.datetime.now(dt.UTC).replace(microsecond=0)


def _epoch() -> dt.datetime | None:
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        if text.startswith("-"):
            raise ValueError("before 1970")
        return dt.datetime.fromtimestamp(int(text), tz=dt.UTC)
    except (ValueError, OverflowError, OSError) as error:  # no number, or beyond the year 9999
        raise UsageError(
            f"SOURCE_DATE_EPOCH is '{text[:40]}', not a number of seconds since 1970.",
            "Unset it, or set it to a number such as that of: git log -1 --format=%ct",
        ) from error
