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

    def __str__(self) -> str:
        return f"{self.publisher} published {self.value:g}{'%' if self.year else ''}"


def with_published(prices: pd.DataFrame, published: Sequence[Published]) -> tuple[str, str]:
    """How daily prices compare with published figures: (what is wrong, what was checked).

    Both are "" when none of the figures can be compared.
    """
    returns = 100 * calendar_year_returns(total_return(prices))
    years: list[int] = []
    days: list[dt.date] = []
    for item in published:
        if item.year and item.year in returns.index:
            ours = returns[item.year]
            if abs(ours - item.value) > RETURN_POINTS:
                return f"its total return of {item.year} comes to {ours:.2f}%, and {item}", ""
            years.append(item.year)
        elif item.day and pd.Timestamp(item.day) in prices.index:
            then = _as_of_then(prices, item.day)
            if abs(then / item.value - 1) > CLOSE_SHARE:
                return f"its close of {item.day} is {then:g}, and {item}", ""
            days.append(item.day)
    return "", " and ".join(_words(years, days))


def with_index(
    fund: pd.DataFrame, index: pd.DataFrame, *, names: tuple[str, str], tracks: Tracks
) -> tuple[str, str]:
    """How a fund's daily prices compare with those of its index: (what is wrong, what was checked).

    `names` are those of the fund and the index; in what was checked {other} stands for the other
    of the two. Without a ratio only daily moves can be compared,
    which shows a wrong day but not a wrong scale; the scale is compared on the last 260 sessions.
    Both are "" when they share no two days.
    """
    shared = fund.index.intersection(index.index)
    if len(shared) < 2:
        return "", ""
    price, level = fund["close"].loc[shared], index["close"].loc[shared]
    paid = fund["dividend"].loc[shared]
    gap = 100 * ((price + paid) / price.shift() - level / level.shift())
    wide = gap[gap.abs() > PAIR_POINTS]
    if not wide.empty:
        more = "more" if wide.iloc[0] > 0 else "less"
        return (
            f"{names[0]} moved {abs(wide.iloc[0]):.1f} points {more} than {names[1]}, "
            f"which it follows, on {wide.index[0]:%Y-%m-%d}"
        ), ""
    if tracks.ratio is None:
        return "", "the daily moves of {other}"
    far = (price / level / tracks.ratio - 1).abs().iloc[-RECENT_SESSIONS:] > PAIR_LEVEL
    if far.any():
        day = far.idxmax()
        return (
            f"{names[0]} stood at {price[day]:g} and {names[1]} at {level[day]:g} on "
            f"{day:%Y-%m-%d}, and the thesis expects the one to be {tracks.ratio:g} of the other"
        ), ""
    return "", "the level and daily moves of {other}"


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
