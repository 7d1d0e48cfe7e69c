"""What a thesis holds a fetched table to. Frozen values; nothing here reads a file or a clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Date = dt.date


@dataclass(frozen=True)
class Age:
    """How old data may be: a number of exchange sessions or of calendar days."""

    count: int
    unit: Literal["sessions", "days"]

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


@dataclass(frozen=True)
class Staleness:
    """That data are older than a thesis allows."""

    as_of: Date
    age: Age  # how far that day lies before `today`, neither of the two counted
    allowed: Age
    today: Date

    def __str__(self) -> str:
        lag = f"{self.age} before {self.today}"
        return f"ends on {self.as_of}, {lag}; the thesis allows {self.allowed.count}"


WhenStale = Literal["warn", "banner", "stop"]  # each does what those before it do, and more


@dataclass(frozen=True)
class Tracks:
    """An index that a fund follows: the two must agree day by day, and in level where known."""

    source: str  # of that index, as in its DataSpec
    key: str
    ratio: float | None = None  # the fund's price for one point of the index


@dataclass(frozen=True)
class Reference:
    """Rows of a table to compare fetched prices with: published yearly returns, or closes."""

    table: str  # embedded or cited: year and total_return_pct, or date and close; symbol, source
    symbol: str
    since: int = 0  # the first year whose figures are compared


@dataclass(frozen=True)
class Rules:
    """What a fetched table is held to."""

    max_age: Age | None = None
    when_stale: WhenStale = "stop"
    between: tuple[float, float] | None = None  # where every value of observations must lie
    max_daily_move: float = 0.25  # of a close, as a fraction, on a day without a split
    calendar: str = "XNYS"  # the exchange whose sessions daily prices must have; "" for none
    tracks: Tracks | None = None
    references: tuple[Reference, ...] = ()
