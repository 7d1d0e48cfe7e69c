"""What a track record says in words, and what may not be concluded from it (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from generator.dates import in_words
from generator.statistics import wilson_interval
from generator.track_record import PERCENT, Stretch, TrackRecord

FEW = 20  # stretches, below which the page says that they are few
NORMAL = 1.96  # standard errors of a 95% interval


@dataclass(frozen=True)
class Words:
    """What came of a thesis, and what may not be concluded from it; Markdown."""

    finding: str
    caution: str = ""


def track_words(record: TrackRecord) -> Words:
    """The record in words, never a number without what chance has to do with it."""
    yardstick, counted = record.yardstick, record.counted
    if yardstick is None:
        return Words("This thesis declares no yardstick: only its claims are followed here.")
    if not counted:
        return _nothing(record)
    n, first, last = len(counted), counted[-1], counted[0]
    known = f"Since the closes of {_day(first.begins)}, the newest it knew,"
    since = (
        f"came to {points(first.difference)} over {sessions(first.sessions)},"
        f" {against_chance(first)}."
    )
    if n == 1:
        found = f"**One earlier edition, n = 1.** {known} {yardstick.words} {since}"
        return Words(found, f"One stretch is no record.{_early(counted)}")
    return Words(
        f"**Since {record.ahead} of {n} earlier editions {yardstick.words} is above zero.** From"
        f" the oldest, which knew the closes of {_day(first.begins)}, it {since}",
        f"All of these stretches end on {_day(last.ends)}: they overlap and are not {n} independent"
        f" observations.{_in_pieces(record.between)}{_early(counted)}",
    )


def _in_pieces(pieces: Sequence[float]) -> str:
    """What happened from each edition to the next, which can be counted."""
    if not pieces:
        return ""
    ahead, n = sum(piece > 0 for piece in pieces), len(pieces)
    low, high = (PERCENT * end for end in wilson_interval(ahead, n))
    few = f" With n = {n} that says next to nothing yet." if n < FEW else ""
    return (
        f" From one edition to the next, stretches that do not overlap, it was above zero in"
        f" {ahead} of {n} (95% Wilson interval {low:.0f} to {high:.0f}%).{few}"
    )


def _early(counted: Sequence[Stretch]) -> str:
    """That editions of before the first publication are no record that a reader could follow."""
    early, n = sum(stretch.early for stretch in counted), len(counted)
    if not early:
        return ""
    if early == 1:
        which = "It is of a day" if n == 1 else "1 of them is of a day"
    else:
        which = "All of them are of days" if early == n else f"{early} of them are of days"
    return f" {which} before the article was first published, when no reader had it."


def _nothing(record: TrackRecord) -> Words:
    if not record.stretches and record.start:
        return Words(
            "**This is the first edition, n = 1, and nothing has happened since.** The record"
            f" begins with the closes of {_day(record.start.day)}.",
            "What comes after them will be counted here in every later edition.",
        )
    reason = record.lack.reason if record.lack else "its levels are not stored"
    if not record.stretches:
        return Words(
            "**This is the first edition, n = 1, and it stores no levels to begin from:**"
            f" {reason}.",
            "Verdicts and forecasts need no daily levels; they follow below.",
        )
    return Words(
        f"**What happened since earlier editions is not measured in this one:** {reason}.",
        "Verdicts and forecasts need no daily levels; they follow below.",
    )


def _day(day: dt.date | None) -> str:
    return in_words(day) if day else "an unknown day"


def against_chance(stretch: Stretch) -> str:
    """How a difference compares with what chance alone does, in words."""
    within = abs(stretch.difference) < NORMAL * stretch.standard_error
    side = "within" if within else "outside"
    return (
        f"{side} the ±{NORMAL * stretch.standard_error:.1f} points that chance alone explains (95%)"
    )


def points(value: float) -> str:
    """A difference with its sign: +1.2 points, −3.4 points."""
    return f"{value:+.1f} points".replace("-", "−")


def sessions(count: int) -> str:
    """So many sessions, in words."""
    return f"{count:,} session{'s' if count != 1 else ''}"
