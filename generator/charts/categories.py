"""Kinds of chart that compare things in rows: bars and dots."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair
import pandas as pd

from generator.charts.checks import checked_frame, checked_series, require_few
from generator.charts.formats import Format, fitting_format, value_format
from generator.charts.kind import ready_made
from generator.charts.panel import Panel, Words, layer_of, table, write
from generator.charts.rows import (
    KeyEntry,
    Layout,
    key_layers,
    lay_key,
    lay_rows,
    row_names,
    sizes_to_lay_out,
    symbol_layers,
)
from generator.charts.style import ACCENT_A, ACCENTS, FAINT, GRID, INK, ZERO
from generator.charts.ticks import Axis, value_axis
from generator.charts.typeface import text_width
from generator.model import Chart, Style

Order = Literal["largest", "smallest", "given"]
VALUE_GAP = 10  # pixels between a dot and its value
SHAPES = ("circle", "diamond", "square", "triangle-up", "triangle-down")


@dataclass(frozen=True)
class _Bars:
    values: pd.Series
    format: Format
    highlight: tuple[str, ...]  # no set: its order differs from run to run


@dataclass(frozen=True)
class _Dots:
    frame: pd.DataFrame
    format: Format


@dataclass(frozen=True)
class _Value:
    """A value written beside its dot."""

    words: Words
    right: bool

    def covers(self, panel: Panel, pixel: float) -> bool:
        """Whether it stands over a pixel across."""
        width = text_width(self.words.text, panel.style.font_size) + VALUE_GAP + 3
        point = panel.x_pixel(self.words.x)
        return point < pixel < point + width if self.right else point - width < pixel < point


@ready_made
def bars(
    series: pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = None,
    order: Order = "largest",
    highlight: Sequence[str] = (),
    cited: pd.DataFrame | None = None,
) -> Chart:
    """Horizontal bars from zero, one a row of the series, each with its value.

    The highlighted names are colored and the others gray. `cited` is the table the values come
    from, with its columns source, url and source_grade; it becomes the download. Raises ValueError
    for data that cannot be drawn and KeyError for a highlighted name that is not there.
    """
    values = _ordered(checked_series(series, "bars", distinct=False), order)
    absent = [name for name in highlight if name not in values.index]
    if absent:
        raise KeyError(f"bars() is to highlight '{absent[0]}', which is not there.")
    plan = _Bars(values, fitting_format(value, decimals, values), tuple(highlight))
    wide, phone = (_lay_bars(plan, style).height for style in sizes_to_lay_out())
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=_download(values.to_frame(str(series.name or "value")), cited),
        draw=functools.partial(_draw_bars, plan),
        note=note,
        height=wide,
        phone_height=phone,
        in_rows=True,
    )


@ready_made
def dots(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = None,
    cited: pd.DataFrame | None = None,
) -> Chart:
    """A row for each category, and in it a dot for each column, joined by a line.

    The two outermost dots of a row carry their values; a key above names the columns. `cited` as
    for `bars`. Raises ValueError for data that cannot be drawn.
    """
    numbers = checked_frame(frame, "dots", distinct=False).dropna(how="all")
    require_few(list(numbers.columns), "dots")
    plan = _Dots(numbers, value_format(value, decimals))
    wide, phone = (_lay_dots(plan, style).height for style in sizes_to_lay_out())
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=_download(numbers, cited),
        draw=functools.partial(_draw_dots, plan),
        note=note,
        height=wide,
        phone_height=phone,
        in_rows=True,
    )


def _ordered(values: pd.Series, order: Order) -> pd.Series:
    if order == "given":
        return values
    # Stable, so that equal values keep the order they were given in.
    return values.sort_values(ascending=order == "smallest", kind="stable")


def _download(numbers: pd.DataFrame, cited: pd.DataFrame | None) -> pd.DataFrame:
    if cited is not None:
        return cited.reset_index(drop=True)
    return numbers.rename_axis(str(numbers.index.name or "name")).reset_index()


def _lay_bars(plan: _Bars, style: Style) -> Layout:
    thick = 16.0 if style.phone else 20.0
    rows = lay_rows([str(name) for name in plan.values.index], style, [thick] * len(plan.values))
    left = _room(plan.format, plan.values[plan.values < 0], style)
    right = _room(plan.format, plan.values[plan.values >= 0], style)
    return Layout(rows, left=rows.margin + left, right=max(right, 6), top=2, bottom=4)


def _room(wording: Format, values: pd.Series, style: Style) -> float:
    """What the values take beyond the end of the longest bar."""
    widths = [text_width(wording.text(v), style.font_size, bold=True) for v in values]
    return max(widths) + 8 if widths else 0


def _draw_bars(plan: _Bars, style: Style) -> altair.LayerChart:
    layout = _lay_bars(plan, style)
    low, high = min(0.0, float(plan.values.min())), max(0.0, float(plan.values.max()))
    panel = layout.panel(style, Axis(low, high if high > low else low + 1, (), 1))
    rows, words = [], {True: [], False: []}  # type: ignore[var-annotated]
    for (name, value), middle, thick in zip(
        plan.values.items(), layout.rows.middles, layout.rows.thickness, strict=True
    ):
        chosen = not plan.highlight or name in plan.highlight
        text = plan.format.text(value)
        rows.append(
            {
                "x": 0.0,
                "x2": float(value),
                "y": middle - thick / 2,
                "y2": middle + thick / 2,
                "colour": ACCENT_A if chosen else FAINT,
                "name": str(name),
                "text": text,
            }
        )
        words[value >= 0].append(Words(text, float(value), middle, INK))
    bar = (
        layer_of(table(rows))
        .mark_rect()
        .encode(
            x=panel.across(),
            x2=altair.X2("x2:Q"),
            y=panel.up(),
            y2=altair.Y2("y2:Q"),
            color=altair.Color("colour:N", scale=None),
            tooltip=[altair.Tooltip("name:N", title=" "), altair.Tooltip("text:N", title="value")],
        )
    )
    return panel.finish(
        [
            bar,
            _upright(panel, layout, [0.0], ZERO),
            row_names(panel, layout.rows),
            write(panel, words[True], dx=5, bold=True),
            write(panel, words[False], dx=-5, align="right", bold=True),
        ]
    )


def _upright(
    panel: Panel,
    layout: Layout,
    places: Sequence[float],
    colour: str,
    values: Sequence[_Value] = (),
) -> altair.Chart | None:
    """Vertical rules over the height of the plot, but through no name and no value."""
    rules = []
    for place in places:
        pixel = panel.x_pixel(place)
        for y, y2, middle in _row_spans(panel, layout):
            crossed = any(v.words.pixel == middle and v.covers(panel, pixel) for v in values)
            if crossed:
                half = panel.style.font_size * 0.6
                parts = [(y, middle - half), (middle + half, y2)]
                rules += [{"x": place, "y": a, "y2": b} for a, b in parts if b > a]
            else:
                rules.append({"x": place, "y": y, "y2": y2})
    if not rules:
        return None
    rule = layer_of(table(rules)).mark_rule(color=colour)
    layer: altair.Chart = rule.encode(x=panel.across(), y=panel.up(), y2=altair.Y2("y2:Q"))
    return layer


def _row_spans(panel: Panel, layout: Layout) -> list[tuple[float, float, float]]:
    """From where to where each row reaches, and its middle; without its name if that is above."""
    rows = layout.rows
    if rows.above:
        return [
            (middle - thick / 2 - 2, middle + thick / 2 + 2, middle)
            for middle, thick in zip(rows.middles, rows.thickness, strict=True)
        ]
    borders = [(a + b) / 2 for a, b in itertools.pairwise(rows.middles)]
    starts, ends = [0.0, *borders], [*borders, panel.height]
    return list(zip(starts, ends, rows.middles, strict=True))


def _entries(plan: _Dots) -> list[KeyEntry]:
    names = [str(name) for name in plan.frame.columns]
    return [KeyEntry(*entry) for entry in zip(names, ACCENTS, SHAPES, strict=False)]


def _lay_dots(plan: _Dots, style: Style) -> Layout:
    names = [str(name) for name in plan.frame.index]
    rows = lay_rows(names, style, [14.0] * len(names))
    key = lay_key(_entries(plan), style)
    ends = pd.concat([plan.frame.min(axis=1), plan.frame.max(axis=1)])
    room = _room(plan.format, ends, style) + 4
    bottom = style.font_size * 1.25 + 10
    return Layout(rows, left=rows.margin + room, right=room, top=key.height, bottom=bottom)


def _draw_dots(plan: _Dots, style: Style) -> altair.LayerChart:
    layout = _lay_dots(plan, style)
    lows, highs = plan.frame.min(axis=1), plan.frame.max(axis=1)
    across = value_axis(float(lows.min()), float(highs.max()), 4 if style.phone else 6)
    panel = layout.panel(style, across, plan.format.tick_expression(across.step))
    middles = layout.rows.middles
    joins = [
        {"x": a, "x2": b, "y": y}
        for a, b, y in zip(lows.tolist(), highs.tolist(), middles, strict=True)
    ]
    symbols, tips = [], []
    values: list[_Value] = []
    entries = _entries(plan)
    for (name, row), low, high, middle in zip(
        plan.frame.iterrows(), lows, highs, middles, strict=True
    ):
        for entry, value in zip(entries, row, strict=True):
            if pd.notna(value):
                symbols.append((entry, float(value), middle))
                tips.append(f"{name}, {entry.text}: {plan.format.text(value)}")
        if high > low:
            words = Words(plan.format.text(low), float(low), middle, INK)
            values.append(_Value(words, right=False))
        words = Words(plan.format.text(high), float(high), middle, INK)
        values.append(_Value(words, right=True))
    join: Any = layer_of(table(joins)).mark_rule(color=FAINT, strokeWidth=2)
    return panel.finish(
        [
            _upright(panel, layout, [t for t in across.ticks if t], GRID, values),
            _upright(panel, layout, [t for t in across.ticks if not t], ZERO, values),
            join.encode(x=panel.across(), x2=altair.X2("x2:Q"), y=panel.up()),
            *symbol_layers(panel, symbols, tips=tips),
            row_names(panel, layout.rows),
            write(panel, [v.words for v in values if v.right], dx=VALUE_GAP),
            write(panel, [v.words for v in values if not v.right], dx=-VALUE_GAP, align="right"),
            *key_layers(panel, lay_key(entries, style)),
        ]
    )
