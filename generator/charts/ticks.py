"""Where the ticks of an axis stand, and how far an axis reaches (pure)."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from generator.charts.typeface import text_width

EPOCH = dt.date(1970, 1, 1)
DAY = 86_400_000  # milliseconds, as JavaScript counts
_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 300, 600)


@dataclass(frozen=True)
class Axis:
    """An axis: how far it reaches, where its ticks stand, and the step between them."""

    low: float
    high: float
    ticks: tuple[float, ...]
    step: float
    log: bool = False

    def share(self, value: float) -> float:
        """How far along the axis a value stands, 0 to 1."""
        low, high, value = (
            (math.log(v) for v in (self.low, self.high, value))
            if self.log
            else (self.low, self.high, value)
        )
        return (value - low) / (high - low)

    def value(self, share: float) -> float:
        """The value that stands that far along the axis."""
        if self.log:
            return math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        return self.low + share * (self.high - self.low)


def value_axis(low: float, high: float, count: int, *, log: bool = False) -> Axis:
    """A value axis around the data with about that many round ticks."""
    if log:
        return _log_axis(low, high, count)
    if math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-12):
        low, high = low - (abs(low) / 10 or 1), high + (abs(high) / 10 or 1)
    step = round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # A tick that lies far beyond the data only makes the picture emptier.
    bottom, top = first * step, last * step
    slack = 0.04 * (high - low)
    if low - bottom > 0.5 * step:
        first, bottom = first + 1, low - slack
    if top - high > 0.5 * step:
        last, top = last - 1, high + slack
    ticks = tuple(round(k * step, 10) for k in range(first, last + 1))
    return Axis(round(bottom, 10), round(top, 10), ticks, step)


def round_step(rough: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten that is not below the rough step."""
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999))


def _log_axis(low: float, high: float, count: int) -> Axis:
    if low <= 0:
        raise ValueError("a log scale needs values above zero")
    low, high = low / 1.03, high * 1.05
    for factors in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.25, 1.5, 1.75, 2, 2.5)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        every = sorted(factor * 10.0**power for power in powers for factor in factors)
        ticks = tuple(round(tick, 10) for tick in every if low <= tick <= high)
        if len(ticks) >= min(count, 4) - 1:
            break
    else:  # a narrow range is as good as linear
        even = value_axis(low, high, count)
        ticks = tuple(tick for tick in even.ticks if low <= tick <= high)
        return Axis(low, high, ticks, even.step, log=True)
    step = min(10.0 ** math.floor(math.log10(tick)) for tick in ticks)
    return Axis(low, high, ticks, step, log=True)


def number_axis(low: float, high: float, count: int, *, whole: bool = False) -> Axis:
    """A horizontal axis of numbers or years, which ends where the data end."""
    step = max(round_step((high - low or 1) / count), 0.01)
    if whole and step != int(step):
        step = 5.0 if step > 2 else math.ceil(step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = tuple(round(k * step, 10) for k in range(first, last + 1))
    return Axis(low, high, ticks, step)


def date_axis(low: float, high: float, *, width: float, size: float) -> tuple[Axis, str]:
    """A horizontal axis of days since 1970 that ends where the data end, and its d3 date format.

    The ticks are as close as labels of that font size allow on so many pixels.
    """
    months = (high - low) / 30.44
    if months < 2.5:
        room = text_width("30 Sep", size) + 2 * size
        return number_axis(low, high, max(int(width / room), 2), whole=True), "%-d %b"
    for step in _MONTH_STEPS:
        pattern = "%Y" if step >= 12 else "%b %Y"
        ticks = _month_ticks(low, high, step)
        room = text_width("2000" if step >= 12 else "Sep 2000", size) + 1.8 * size
        if len(ticks) * room <= width:
            break
    return Axis(low, high, ticks, float(step)), pattern


def _month_ticks(low: float, high: float, step: int) -> tuple[float, ...]:
    first = _month_number(low)
    days = (
        float((dt.date(month // 12, month % 12 + 1, 1) - EPOCH).days)
        for month in range(first - first % step, _month_number(high) + step + 1, step)
    )
    return tuple(day for day in days if low - 0.5 <= day <= high + 0.5)


def _month_number(day: float) -> int:
    date = EPOCH + dt.timedelta(days=day)
    return date.year * 12 + date.month - 1
