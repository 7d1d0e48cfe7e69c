"""A kind of chart for one value a year, gains above zero and losses below."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import altair
import pandas as pd

from generator.charts.checks import checked_series, position, recession_spans
from generator.charts.formats import Format, fitting_format
from generator.charts.kind import ready_made
from generator.charts.labels import (
    GAP,
    LEADING,
    PUBLISHED,
    Flag,
    flag_layers,
    flags_height,
    place_flags,
)
from generator.charts.panel import Panel, Words, grid, layer_of, shaded_spans, table, write
from generator.charts.series import Marks, flags_of, with_bands
from generator.charts.style import INK, MUTED, NEGATIVE, POSITIVE
from generator.charts.ticks import number_axis, value_axis
from generator.charts.typeface import text_width
from generator.model import Chart, Style

MIDDLE = 0.5  # a column stands at its year's middle


@dataclass(frozen=True)
class _Columns:
    values: pd.Series  # by year
    format: Format
    spans: tuple[tuple[float, float], ...]
    provisional: bool
    flags: tuple[Flag, ...]

    @property
    def years(self) -> list[int]:
        return [int(year) for year in self.values.index]


@ready_made
def columns(
    series: pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = None,
    bands: pd.DataFrame | None = None,
    marks: Marks = (),
    provisional: bool = False,
    height: int = 340,
    phone_height: int = 300,
) -> Chart:
    """A column for each year, colored by its sign, with the best, the worst and the latest named.

    The index holds years as whole numbers; `provisional` draws the last year hollow, as not yet
    over; `marks` are dated events. Raises ValueError for data that cannot be drawn.
    """
    values = checked_series(series, "columns").sort_index()
    plan = _Columns(
        values=pd.Series(values.to_numpy(), index=[int(year) for year in values.index]),
        format=fitting_format(value, decimals, values).with_sign(),
        spans=tuple(
            (start - MIDDLE, end - MIDDLE)
            for start, end in recession_spans(bands, dated=False, kind="columns")
        ),
        provisional=provisional,
        flags=tuple(Flag(flag.x - MIDDLE, flag.text) for flag in flags_of(marks, dated=False)),
    )
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=values.rename(str(series.name or "value")).rename_axis("year").reset_index(),
        draw=functools.partial(_draw_columns, plan),
        note=with_bands(note, bands),
        height=height,
        phone_height=phone_height,
    )


def _draw_columns(plan: _Columns, style: Style) -> altair.LayerChart:
    years = plan.years
    low, high = min(0.0, plan.values.min()), max(0.0, plan.values.max())
    room = (18 / style.height) * (high - low)  # for the words beyond the best and the worst
    up = value_axis(
        low - room if low < 0 else 0.0, high + room if high > 0 else 0.0, 4 if style.phone else 5
    )
    latest = (str(years[-1]), plan.format.text(plan.values.iloc[-1]))
    size = style.font_size
    left = max(text_width(plan.format.tick(t, up.step), size) for t in up.ticks) + 8
    right = GAP + 2 + max(text_width(line, size, bold=True) for line in latest)
    width = style.width - left - right
    across = number_axis(years[0] - 0.6, years[-1] + 0.6, max(int(width / 62), 2), whole=True)
    flags = [flag for flag in _flags(plan, style) if across.low <= flag.x <= across.high]
    pixels = [across.share(flag.x) * width for flag in flags]
    placed = place_flags(flags, style, pixels, room=width + right)
    panel = Panel(
        style=style,
        x=across,
        y=up,
        left=round(left),
        right=round(right),
        top=round(size * 0.7 + flags_height(placed, style)),
        bottom=round(size * 1.25 + 10),
        x_labels="format(datum.value,'d')",
        y_labels=plan.format.tick_expression(up.step),
    )
    return panel.finish(
        [
            shaded_spans(panel, plan.spans),
            *grid(panel),
            *flag_layers(panel, placed),
            *(_bars(panel, plan, hollow=hollow) for hollow in (False, True)),
            *_notable(panel, plan),
        ]
    )


def _flags(plan: _Columns, style: Style) -> list[Flag]:
    """The dated events, and the day of publication."""
    if style.published is None:
        return list(plan.flags)
    return [*plan.flags, Flag(position(style.published, dated=False) - MIDDLE, PUBLISHED)]


def _bars(panel: Panel, plan: _Columns, *, hollow: bool) -> altair.Chart | None:
    last = plan.years[-1]
    rows = [
        {
            "x": year - 0.38,
            "x2": year + 0.38,
            "y": 0.0,
            "y2": float(value),
            "colour": POSITIVE if value >= 0 else NEGATIVE,
            "year": str(year),
            "text": plan.format.text(value),
        }
        for year, value in zip(plan.years, plan.values.tolist(), strict=True)
        if (plan.provisional and year == last) == hollow
    ]
    if not rows:
        return None
    bar = layer_of(table(rows)).mark_rect(
        fillOpacity=0.25 if hollow else 1, strokeWidth=1.2 if hollow else 0
    )
    layer: altair.Chart = bar.encode(
        x=panel.across(),
        x2=altair.X2("x2:Q"),
        y=panel.up(),
        y2=altair.Y2("y2:Q"),
        fill=altair.Fill("colour:N", scale=None),
        stroke=altair.Stroke("colour:N", scale=None),
        tooltip=[altair.Tooltip("year:N", title="year"), altair.Tooltip("text:N", title="value")],
    )
    return layer


def _notable(panel: Panel, plan: _Columns) -> list[altair.Chart | None]:
    """Words at the best, the worst and the latest year."""
    size = panel.style.font_size
    last = plan.years[-1]
    best, worst = plan.years[plan.values.argmax()], plan.years[plan.values.argmin()]
    words = []
    for year in dict.fromkeys([best, worst]):
        value = float(plan.values.iloc[plan.years.index(year)])
        text = f"{year}: {plan.format.text(value)}"
        half = text_width(text, size, bold=True) / 2
        middle = min(max(panel.x_pixel(year), half), panel.width - half)
        place = panel.y_pixel(value) + (-0.75 * size if value >= 0 else 0.8 * size)
        words.append(Words(text, panel.x.value(middle / panel.width), place, INK))
    end = panel.y_pixel(float(plan.values.iloc[-1]))
    end = min(max(end, size * LEADING / 2), panel.height - size * LEADING / 2)
    latest = (
        []
        if last in (best, worst)
        else [
            (Words(str(last), panel.x.high, end - size * LEADING / 2, MUTED), False),
            (
                Words(
                    plan.format.text(plan.values.iloc[-1]), panel.x.high, end + size * LEADING / 2
                ),
                True,
            ),
        ]
    )
    return [
        write(panel, words, align="center", bold=True),
        *(write(panel, [word], dx=GAP - 2, bold=bold) for word, bold in latest),
    ]
