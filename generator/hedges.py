"""What a hedged figure leaves open: "about 60" is anything from 55 to 65 (pure)."""

from __future__ import annotations

import math
import re

WORDS = "over, nearly, about or under"
HEDGED = re.compile(r"(?:(over|nearly|about|under) )?([+-]?\d+(?:\.\d+)?)\s*%?")


def interval(text: str) -> tuple[float, float]:
    """The values that a figure written with a hedge can stand for, both ends included.

    "over 23" is [23, 24), "nearly 67" [66, 67], "about 60" [55, 65], "about 67" [66, 68],
    "under 1" everything below 1, and a bare "7" [6.5, 7.5). Over and nearly go by the size of a
    negative figure: "over -23" is a fall of 23 or more, below 24. Raises ValueError for other
    words.
    """
    found = HEDGED.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"this is no interval\nWrite [low, high], or a number, alone or after {WORDS}."
        )
    hedge, written = found[1], found[2]
    if written.startswith("-") and hedge in ("over", "nearly"):  # of a fall: by how much
        low, high = interval(f"{hedge} {written[1:]}")
        return -high, -low
    value = float(written)
    unit = 10.0 ** -len(written.partition(".")[2])  # of the last digit
    if hedge == "over":
        return value, math.nextafter(value + unit, value)
    if hedge == "nearly":
        return value - unit, value
    if hedge == "under":
        return -math.inf, math.nextafter(value, -math.inf)
    if hedge == "about":
        room = max(unit, min(_round_unit(written) / 2, abs(value) / 10))
        return value - room, value + room
    return value - unit / 2, math.nextafter(value + unit / 2, value)


def _round_unit(written: str) -> float:
    """The place of the last digit that is no trailing zero: 10 of 60, 100 of 1500."""
    whole = written.lstrip("+-")
    if "." in whole:
        return float(10.0 ** -len(whole.partition(".")[2]))
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(10**zeros) if zeros < len(whole) else 1.0
