"""Compare fetched prices with what somebody else knows: published figures, an index (pure).

A fund and its index come from one source and may be wrong together, so that they agree confirms
nothing by itself: what is confirmed agrees with a published figure, or with a series that does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
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
class Pair:
    """A fund and the index that it follows, by their names."""

    fund: str
    index: str
    tracks: Tracks


@dataclass(frozen=True)
class Compared:
    """What comparing one series came to."""

    fault: str = ""  # what it contradicts, in the reader's words
    remedy: str = ""  # what a person can do who finds the series right
    checked: tuple[str, ...] = ()  # what it agrees with; empty where nothing confirms it


@dataclass(frozen=True)
class AgainstFigures:
    """How prices compare with published figures; all empty where none can be compared."""

    fault: str = ""  # the first figure they contradict
    words: str = ""  # what they agree with, when they contradict none
    table: str = ""  # where that figure stands
    of_level: bool = False  # a close was compared, so the scale of the prices is known


@dataclass(frozen=True)
class AgainstIndex:
    """How a fund compares with its index; all empty where they share no two days."""

    fault: str = ""
    words: str = ""  # in what they agree; {other} stands for the other of the two
    of_level: bool = False  # it is the levels that disagree, or that agree too


def compare(
    prices: Mapping[str, pd.DataFrame],
    published: Mapping[str, Sequence[Published]],
    pairs: Iterable[Pair],
) -> dict[str, Compared]:
    """What is wrong with each of `prices`, or what confirms it; the order of none matters.

    Of two that disagree the one with less to speak for it is wrong: in level, published closes
    speak; else the other series that it agrees with. Where neither has more, neither is right.
    """
    figures = {name: with_published(prices[name], published.get(name, ())) for name in prices}
    judged = {
        pair: with_index(
            prices[pair.fund],
            prices[pair.index],
            names=(pair.fund, pair.index),
            tracks=pair.tracks,
        )
        for pair in pairs
        if {pair.fund, pair.index} <= prices.keys()
    }
    faults = {name: _fault(name, figures, judged) for name in prices}
    trusted = {name for name in prices if figures[name].words and not faults[name]}
    confirmed: set[str] = set()
    while trusted - confirmed:  # from each that is confirmed to those that agree with it
        confirmed |= trusted
        trusted = {
            other
            for name in confirmed
            for other, found in _partners(name, judged)
            if found.words and not faults[other]
        }
    return {name: _result(name, faults[name], figures[name], judged, confirmed) for name in prices}


_Judged = Mapping[Pair, AgainstIndex]


def _partners(name: str, judged: _Judged) -> list[tuple[str, AgainstIndex]]:
    """What a series was compared with, in a settled order."""
    pairs = [(pair, found) for pair, found in judged.items() if name in (pair.fund, pair.index)]
    return sorted(
        ((p.index if p.fund == name else p.fund, found) for p, found in pairs),
        key=lambda item: item[0],
    )


def _fault(name: str, figures: Mapping[str, AgainstFigures], judged: _Judged) -> str:
    own = figures[name]
    if own.fault:
        return own.fault
    for other, found in _partners(name, judged):
        theirs = figures[other]
        # Of the level of one whose level is wrong: wrong too, unless a close speaks for it.
        if found.words and found.of_level and theirs.fault and theirs.of_level and not own.of_level:
            return f"it agrees with that for '{other}', which contradicts a published close"
        disagree = found.fault and not theirs.fault
        if disagree and _weight(name, found, own, judged) <= _weight(other, found, theirs, judged):
            return found.fault
    return ""


def _weight(
    name: str, dispute: AgainstIndex, own: AgainstFigures, judged: _Judged
) -> tuple[bool, int]:
    """How much speaks for one of two that disagree."""
    agreeing = sum(bool(found.words) for _, found in _partners(name, judged))
    return dispute.of_level and own.of_level, agreeing


def _result(
    name: str, fault: str, own: AgainstFigures, judged: _Judged, confirmed: set[str]
) -> Compared:
    if own.fault:
        remedy = f"If the published figure is wrong, correct its row in '{own.table}'."
        return Compared(fault, remedy)
    if fault:
        return Compared(fault, "If both are right, take 'tracks' or 'tracks_at' out of thesis.yml.")
    if name not in confirmed:
        return Compared()
    agreeing = [(o, found) for o, found in _partners(name, judged) if o in confirmed]
    words = [own.words, *(found.words.format(other=other) for other, found in agreeing)]
    return Compared(checked=tuple(word for word in words if word))


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
    return AgainstFigures(words=" and ".join(_words(years, days)), of_level=bool(days))


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
            f"which it follows, on {wide.index[0]:%Y-%m-%d}"
        )
    if tracks.ratio is None:
        return AgainstIndex(words="the daily moves of {other}")
    far = (price / level / tracks.ratio - 1).abs().iloc[-RECENT_SESSIONS:] > PAIR_LEVEL
    if far.any():
        day = far.idxmax()
        return AgainstIndex(
            f"{names[0]} stood at {price[day]:g} and {names[1]} at {level[day]:g} on "
            f"{day:%Y-%m-%d}, and the thesis expects the one to be {tracks.ratio:g} of the other",
            of_level=True,
        )
    return AgainstIndex(words="the level and daily moves of {other}", of_level=True)


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
