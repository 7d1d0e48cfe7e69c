"""What a track record says in words, and what may not be concluded from it (pure)."""

from __future__ import annotations

import datetime as dt

from generator.dates import in_words
from generator.statistics import wilson_interval
from generator.track_record import PERCENT, Stretch, TrackRecord

FEW = 20  # stretches, below which the page says that they are few
NORMAL = 1.96  # standard errors of a 95% interval


def finding(record: TrackRecord) -> str:
    """What came of it, in words, with what may not be concluded from it; Markdown."""
    yardstick, counted = record.yardstick, record.counted
    if yardstick is None:
        return "This thesis declares no yardstick: only its claims are followed here."
    if record.lack and not counted:
        return _nothing(record)
    n, last = len(counted), counted[0]
    if n == 1:
        return (
            f"**One earlier edition, n = 1.** Since what it knew on {_day(last.begins)}, "
            f"{yardstick.words} came to {points(last.difference)} over {sessions(last.sessions)}; "
            f"{against_chance(last)}. One stretch is no record."
        )
    pieces = record.between
    ahead = sum(piece > 0 for piece in pieces)
    share = ""
    if pieces:
        low, high = (PERCENT * end for end in wilson_interval(ahead, len(pieces)))
        share = (
            f" From one edition to the next, which do not overlap, it was above zero in {ahead} of"
            f" {len(pieces)} (95% Wilson interval {low:.0f} to {high:.0f}%)."
        )
    few = f" With n = {len(pieces)} that says next to nothing yet." if len(pieces) < FEW else ""
    return (
        f"**Since {record.ahead} of {n} earlier editions {yardstick.words} is above zero.** All of"
        f" these stretches end on {_day(last.ends)}: they overlap and are not {n} independent"
        f" observations.{share}{few}"
    )


def _nothing(record: TrackRecord) -> str:
    if not record.stretches and record.start:
        return (
            "**This is the first edition, n = 1, and nothing has happened since.** The record"
            f" begins at the closes of {in_words(record.start.day)}: what comes after them will be"
            " counted here in every later edition."
        )
    reason = record.lack.reason if record.lack else ""
    return (
        f"**What happened since earlier editions is not measured in this edition:** {reason}."
        " Verdicts and forecasts need no daily levels and follow below."
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
