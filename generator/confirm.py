"""Compare fetched prices with what somebody else knows: published figures, an index (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from generator.rules import Tracks
from generator.statistics import calendar_year_returns, total_return

RETURN_POINTS = 0.5  # percentage points by which a published yearly return may differ
CLOSE_SHARE = 0.005  # of a published close
PAIR_POINTS = 3.0  # a fund and its index on one day; 2.9 was the largest of 10,730 (March 2020)
PAIR_LEVEL = 0.05  # a fund's price against its index, as a share of their ratio
RECENT_SESSIONS = 260


@dataclass(frozen=True)
class Published:
    """A total return of a calendar year (`year`, percent) or the close of a day, as published.

    A close is in shares of its own day; splits since then are taken into account.
    """

    publisher: str
    value: float
    year: int | None = None
    day: dt.date | None = None
    table: str = ""  # of the thesis, where it stands

    def __str__(self) -> str:
        return f"{self.value:g}{'%' if self.year else ''} is published ({self.publisher})"


@dataclass(frozen=True)
class AgainstFigures:
    """How prices compare with published figures; all empty where none can be compared."""

    fault: str = ""  # the first figure they contradict
    words: str = ""  # what they agree with, when they contradict none
    table: str = ""  # where that figure stands
    of_level: bool = False  # a close was compared, so the scale of the prices is known
    days: frozenset[dt.date] = frozenset()  # whose published closes they have


@dataclass(frozen=True)
class AgainstIndex:
    """How a fund compares with its index; all empty where they share no two days."""

    fault: str = ""
    agree: bool = False
    of_level: bool = False  # it is the levels that disagree, or that agree too
    day: dt.date | None = None  # of the fault

    def words(self, other: str, *, level: bool) -> str:
        """In what they agree; `level` says whether that of the other is known."""
        return f"the {'level and ' if self.of_level and level else ''}daily moves of {other}"


def with_published(prices: pd.DataFrame, published: Sequence[Published]) -> AgainstFigures:
    """How daily prices compare with published closes, and then with published yearly returns."""
    years: list[int] = []
    days: list[dt.date] = []
    for item in (p for p in published if p.day and pd.Timestamp(p.day) in prices.index):
        assert item.day is not None
        then = _as_of_then(prices, item.day)
        if abs(then / item.value - 1) > CLOSE_SHARE:
            fault = f"its close of {item.day} is {then:g}, and {item}"
            return AgainstFigures(fault, table=item.table, of_level=True)
        days.append(item.day)
    yearly = [item for item in published if item.year]
    returns = 100 * calendar_year_returns(total_return(prices)) if yearly else pd.Series()
    for item in (p for p in yearly if p.year in returns.index):
        assert item.year is not None
        ours = returns[item.year]
        if abs(ours - item.value) > RETURN_POINTS:
            fault = f"its total return of {item.year} comes to {ours:.2f}%, and {item}"
            return AgainstFigures(fault, table=item.table)
        years.append(item.year)
    words = " and ".join(_words(years, days))
    return AgainstFigures(words=words, of_level=bool(days), days=frozenset(days))


def with_index(
    fund: pd.DataFrame, index: pd.DataFrame, *, names: tuple[str, str], tracks: Tracks
) -> AgainstIndex:
    """How a fund's daily prices compare with those of its index, day by day and in level.

    `names` are those of the fund and the index. Without a ratio only daily moves can be compared,
    which shows a wrong day but not a wrong scale; the scale is compared on the last 260 sessions.
    """
    shared = fund.index.intersection(index.index)
    if len(shared) < 2:
        return AgainstIndex()
    price, level = fund["close"].loc[shared], index["close"].loc[shared]
    paid = fund["dividend"].loc[shared]
    gap = 100 * ((price + paid) / price.shift() - level / level.shift())
    wide = gap[gap.abs() > PAIR_POINTS]
    if not wide.empty:
        more = "more" if wide.iloc[0] > 0 else "less"
        return AgainstIndex(
            f"{names[0]} moved {abs(wide.iloc[0]):.1f} points {more} than {names[1]}, "
            f"which it follows, on {wide.index[0]:%Y-%m-%d}",
            day=wide.index[0].date(),
        )
    if tracks.ratio is None:
        return AgainstIndex(agree=True)
    far = (price / level / tracks.ratio - 1).abs().iloc[-RECENT_SESSIONS:] > PAIR_LEVEL
    if far.any():
        day = far.idxmax()
        return AgainstIndex(
            f"{names[0]} stood at {price[day]:g} and {names[1]} at {level[day]:g} on "
            f"{day:%Y-%m-%d}, and the thesis expects the one to be {tracks.ratio:g} of the other",
            of_level=True,
            day=day.date(),
        )
    return AgainstIndex(agree=True, of_level=True)


def _as_of_then(prices: pd.DataFrame, day: dt.date) -> float:
    """The close of a day in shares of that day."""
    later = prices["split"][prices.index > pd.Timestamp(day)]
    return float(prices["close"][pd.Timestamp(day)] * later[later > 0].prod())


def _words(years: Sequence[int], days: Sequence[dt.date]) -> list[str]:
    words = []
    if years:
        first, last = min(years), max(years)
        span = f"{first} to {last}" if first < last else f"{first}"
        words.append(f"published returns of {span}")
    if days:
        words.append(f"a published close of {max(days)}")
    return words
