"""Which of several series is wrong, and what confirms the others (pure).

A fund and its index come from one source and may be wrong together, so that they agree confirms
nothing by itself: what is confirmed agrees with a published figure, or with a series that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from generator.confirm import AgainstFigures, AgainstIndex, Published, with_index, with_published
from generator.rules import Tracks


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


_Figures = Mapping[str, AgainstFigures]
_Judged = Mapping[Pair, AgainstIndex]


def compare(
    prices: Mapping[str, pd.DataFrame],
    published: Mapping[str, Sequence[Published]],
    pairs: Iterable[Pair],
    new: frozenset[str] = frozenset(),
) -> dict[str, Compared]:
    """What is wrong with each of `prices`, or what confirms it; the order of none matters.

    Of two that disagree the one with less to speak for it is wrong: published closes speak, of
    the day or of the level; then the other series that it agrees with. Where neither has more,
    neither is right. `new` are series of which nothing was known before: one of these is not
    believed when all that it agrees with is refuted.
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
    level = _wrong_level(figures, judged)
    faults = {name: _fault(name, figures, judged, level, new) for name in prices}
    right = {name for name in prices if figures[name].words and not faults[name].fault}
    confirmed = _reached(right, judged, faults, of_level=False)
    closes = {name for name in right if figures[name].of_level}
    known = _reached(closes, judged, faults, of_level=True)
    return {
        name: faults[name]
        if faults[name].fault
        else Compared(checked=_checked(name, figures[name], judged, confirmed, known))
        for name in prices
    }


def _partners(name: str, judged: _Judged) -> list[tuple[str, AgainstIndex]]:
    """What a series was compared with, in a settled order."""
    pairs = [(pair, found) for pair, found in judged.items() if name in (pair.fund, pair.index)]
    return sorted(
        ((p.index if p.fund == name else p.fund, found) for p, found in pairs),
        key=lambda item: item[0],
    )


def _reached(
    start: set[str], judged: _Judged, faults: Mapping[str, Compared], *, of_level: bool
) -> set[str]:
    """Those, and all that agree with one of them, directly or through others."""
    reached: set[str] = set()
    fresh = set(start)
    while fresh:
        reached |= fresh
        fresh = {
            other
            for name in fresh
            for other, found in _partners(name, judged)
            if found.agree and (found.of_level or not of_level) and not faults[other].fault
        } - reached
    return reached


def _wrong_level(figures: _Figures, judged: _Judged) -> dict[str, str]:
    """The series whose level cannot be right, each with the one that its fault came from."""
    wrong = {name: name for name, own in figures.items() if own.fault and own.of_level}
    for name, own in figures.items():
        if own.of_level and not own.fault:
            wrong |= {
                other: other
                for other, found in _partners(name, judged)
                if found.fault and found.of_level and not figures[other].of_level
            }
    fresh = set(wrong)
    while fresh:
        found_now = {
            other: wrong[name]
            for name in sorted(fresh)
            for other, found in _partners(name, judged)
            if found.agree and found.of_level and other not in wrong
            if not figures[other].of_level
        }
        wrong |= found_now
        fresh = set(found_now)
    return wrong


def _fault(
    name: str, figures: _Figures, judged: _Judged, level: Mapping[str, str], new: frozenset[str]
) -> Compared:
    own = figures[name]
    if own.fault:
        return Compared(own.fault, _correct(own.table))
    for other, found in _partners(name, judged):
        if (
            found.fault
            and not figures[other].fault
            and not _outweighs(name, other, found, figures, judged)
        ):
            return Compared(
                found.fault, "If both are right, take 'tracks' or 'tracks_at' out of thesis.yml."
            )
    if level.get(name, name) != name:
        origin = level[name]
        fault = f"it agrees with that for '{origin}', whose level contradicts a published close"
        return Compared(fault, _correct(figures[origin].table))
    agreeing = [other for other, found in _partners(name, judged) if found.agree]
    if name in new and not own.words and agreeing and all(figures[o].fault for o in agreeing):
        fault = (
            f"it agrees only with that for '{agreeing[0]}', which contradicts a published figure"
        )
        return Compared(fault, _correct(figures[agreeing[0]].table))
    return Compared()


def _correct(table: str) -> str:
    return f"If the published figure is wrong, correct its row in '{table}'." if table else ""


def _outweighs(
    name: str, other: str, dispute: AgainstIndex, figures: _Figures, judged: _Judged
) -> bool:
    """Whether more speaks for the first of two that disagree than for the second."""

    def weight(one: str) -> tuple[bool, int]:
        own = figures[one]
        decided = own.of_level if dispute.of_level else dispute.day in own.days
        partners = _partners(one, judged)
        return decided, sum(found.agree and not figures[o].fault for o, found in partners)

    return weight(name) > weight(other)


def _checked(
    name: str, own: AgainstFigures, judged: _Judged, confirmed: set[str], level: set[str]
) -> tuple[str, ...]:
    """What confirms a series, in words."""
    if name not in confirmed:
        return ()
    words = [own.words] if own.words else []
    for other, found in _partners(name, judged):
        if found.agree and other in confirmed:
            words.append(found.words(other, level=name in level and other in level))
    return tuple(words)
