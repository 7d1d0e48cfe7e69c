"""Lines over time or numbers, laid out and drawn; the kinds say what to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair
import pandas as pd

from generator.charts.checks import position
from generator.charts.labels import (
    PUBLISHED,
    EndLabel,
    Flag,
    end_labels,
    end_margin,
    flag_layers,
    flags_height,
    place_flags,
)
from generator.charts.live import follow_pointer
from generator.charts.panel import Panel, Words, grid, layer_of, shaded_spans, table, write
from generator.charts.plan import Plan, Shade, Trace
from generator.charts.points import place_point_labels
from generator.charts.style import MUTED, SHADE, ZERO
from generator.charts.thinning import decimals_seen, seen, turns
from generator.charts.ticks import DAY, Axis, date_axis, number_axis, value_axis
from generator.charts.typeface import text_width
from generator.model import Style


def draw_traces(plan: Plan, style: Style) -> altair.LayerChart:
    """The plan as a chart of that style."""
    panel, labels, placed = _lay_out(plan, style)
    return panel.finish(
        [
            shaded_spans(panel, plan.spans),
            *_shade(panel, plan.shade),
            *grid(panel),
            *_rules(panel, plan),
            *flag_layers(panel, placed),
            *(layer for trace in plan.traces for layer in _trace(panel, trace)),
            *end_labels(panel, labels),
            *(_point_values(panel, plan) if plan.point_values else []),
            *_key(panel, plan),
            *follow_pointer(panel, plan),
        ]
    )


def _lay_out(plan: Plan, style: Style) -> tuple[Panel, list[EndLabel], list[Any]]:
    low = min(trace.values.index.min() for trace in plan.traces)
    high = max(trace.values.index.max() for trace in plan.traces)
    if low == high:
        low, high = low - 1, high + 1
    up = value_axis(*_reach(plan), 4 if style.phone else 5, log=plan.log)
    labels = _labels(plan, style, up, high)
    left = max(text_width(plan.format.tick(t, up.step), style.font_size) for t in up.ticks) + 8
    right = max(end_margin(labels, style), 18)
    across, expression = _across(plan, low, high, style.width - left - right, style)
    flags = [flag for flag in _flags(plan, style) if low <= flag.x <= high]
    width = style.width - left - right
    pixels = [across.share(flag.x) * width for flag in flags]
    placed = place_flags(flags, style, pixels, room=width + right)
    title = style.font_size + 8 if plan.x_title else 0
    panel = Panel(
        style=style,
        x=across,
        y=up,
        left=round(left),
        right=round(right),
        top=round(flags_height(placed, style) + style.font_size * 0.7 + _key_height(plan, style)),
        bottom=round(style.font_size * 1.25 + 10 + title),
        x_labels=expression,
        y_labels=plan.format.tick_expression(up.step),
        x_title=plan.x_title,
    )
    return panel, labels, placed


def _flags(plan: Plan, style: Style) -> list[Flag]:
    """The marks of the plan, and on an axis of dates the day of publication."""
    if style.published is None or not plan.dated:
        return list(plan.flags)
    return [*plan.flags, Flag(position(style.published, dated=True), PUBLISHED)]


def _reach(plan: Plan) -> tuple[float, float]:
    """The lowest and highest value that must be seen."""
    seen = [bound for t in plan.traces for bound in (t.values.min(), t.values.max())]
    seen += [value for value, _ in plan.rules]
    if plan.shade:
        for level in (plan.shade.low, plan.shade.high):
            seen += [level.min(), level.max()] if isinstance(level, pd.Series) else [level]
    if plan.zero:
        seen.append(0.0)
    low, high = float(min(seen)), float(max(seen))
    room = 0.09 * (high - low) if plan.point_values else 0.0
    return low - room * (low != 0), high + room


def _across(plan: Plan, low: float, high: float, width: float, style: Style) -> tuple[Axis, str]:
    """The horizontal axis and the expression of its labels."""
    if plan.every:
        step = plan.every * (2 if style.phone else 1)
        first = int(-(-low // step)) * step
        return Axis(low, high, tuple(float(t) for t in range(first, int(high) + 1, step)), step), (
            "format(datum.value,'d')"
        )
    if not plan.dated:
        sample = text_width("0000", style.font_size) + 30
        whole = all(place == int(place) for trace in plan.traces for place in trace.values.index)
        axis = number_axis(low, high, max(int(width / sample), 2), whole=whole)
        return axis, "format(datum.value,'~r')"
    axis, pattern = date_axis(low, high, width=width, size=style.font_size)
    return axis, f"utcFormat(datum.value*{DAY},'{pattern}')"


def _labels(plan: Plan, style: Style, up: Axis, high: float) -> list[EndLabel]:
    """The labels of the lines, rules and the mean, each beside its last value."""
    labels = []
    for trace in plan.traces:
        if trace.label:
            text = plan.short.get(trace.name, trace.label) if style.phone else trace.label
            if style.phone and trace.name in plan.short and trace.label.startswith(trace.name):
                text += trace.label.removeprefix(trace.name)
            end = trace.values.index[-1]
            last = float(trace.values.iloc[-1])
            labels.append(EndLabel(text, end, last, trace.colour, bold=not trace.quiet))
    labels += [EndLabel(text, high, value, MUTED, bold=False) for value, text in plan.rules if text]
    if plan.shade and plan.shade.mean is not None and plan.shade.label:
        mean = plan.shade.mean
        last = float(mean.iloc[-1]) if isinstance(mean, pd.Series) else float(mean)
        labels.append(EndLabel(plan.shade.label, high, last, MUTED, bold=False))
    return labels


def _shade(panel: Panel, shade: Shade | None) -> list[altair.Chart]:
    if shade is None:
        return []
    rows = pd.DataFrame({"x": [panel.x.low, panel.x.high]})
    if isinstance(shade.low, pd.Series):
        rows = pd.DataFrame({"x": shade.low.index})
    for name, level in (("y", shade.low), ("y2", shade.high), ("mean", shade.mean)):
        rows[name] = level.to_numpy() if isinstance(level, pd.Series) else level
    known = rows.dropna(subset=["y", "y2"])
    every = max(1, -(-len(known) // (int(panel.width) // 2)))  # a smooth area needs no more
    data = pd.concat([known.iloc[:-1:every], known.iloc[-1:]])
    data = data.round(dict.fromkeys(("y", "y2", "mean"), decimals_seen(panel)))
    area = layer_of(data).mark_area(color=SHADE, opacity=0.7, line=False)
    layers = [area.encode(x=panel.across(), y=panel.up(), y2=altair.Y2("y2:Q"))]
    if shade.mean is not None:
        middle = layer_of(data).mark_line(color=ZERO, strokeWidth=1, strokeDash=[4, 3])
        layers.append(middle.encode(x=panel.across(), y=panel.up("mean")))
    return layers


def _rules(panel: Panel, plan: Plan) -> list[altair.Chart]:
    if not plan.rules:
        return []
    rule = layer_of(table({"y": value} for value, _ in plan.rules))
    return [rule.mark_rule(color=ZERO, strokeDash=[4, 3]).encode(y=panel.up())]


def _trace(panel: Panel, trace: Trace) -> list[altair.Chart]:
    gaps = _gaps(trace)
    shown = _shown(panel, trace, gaps).round(decimals_seen(panel))
    whole = [{"x": x, "y": y} for x, y in zip(shown.index.tolist(), shown.tolist(), strict=True)]
    data = table([*whole, *({"x": x, "y": None} for x in gaps)])
    dense = len(trace.values) > panel.width  # a thick line would blot out its own shape
    width = 0.7 * trace.width if dense else trace.width
    mark: dict[str, Any] = {"color": trace.line_colour, "strokeWidth": width, "tooltip": None}
    if trace.dash:
        mark["strokeDash"] = list(trace.dash)
    if trace.step:
        mark["interpolate"] = "step-after"
    line = layer_of(data).mark_line(**mark).encode(x=panel.across(), y=panel.up())
    if not trace.points:
        return [line]
    dots = layer_of(table(whole)).mark_point(color=trace.colour, filled=True, size=26, opacity=1)
    return [line, dots.encode(x=panel.across(), y=panel.up())]


def _shown(panel: Panel, trace: Trace, gaps: Sequence[float]) -> pd.Series:
    """The points of a line that can be seen."""
    if trace.points:
        return trace.values
    return turns(trace.values) if trace.step else seen(trace.values, panel, gaps=gaps)


def _point_values(panel: Panel, plan: Plan) -> list[altair.Chart | None]:
    pointed = [trace for trace in plan.traces if trace.points]
    paths = [[(panel.x_pixel(x), panel.y_pixel(y)) for x, y in trace.places] for trace in pointed]
    placed = place_point_labels(
        [[plan.format.text(value) for value in trace.values] for trace in pointed],
        paths,
        size=panel.style.font_size - 1,
        room=(panel.width, panel.height),
    )
    words = [
        Words(
            label.text,
            panel.x.value(label.x / panel.width),
            label.y,
            pointed[label.path].colour,
        )
        for label in placed
    ]
    return [write(panel, words, align="center", size=panel.style.font_size - 1)]


def _key_height(plan: Plan, style: Style) -> float:
    return style.font_size * 1.5 if plan.key else 0


def _key(panel: Panel, plan: Plan) -> list[altair.Chart | None]:
    """The key's words one after the other, each in its own colour."""
    layers = []
    across = 0.0
    middle = -panel.top + panel.style.font_size * 0.65
    for text, colour in plan.key:
        place = panel.x.value(across / panel.width)
        layers.append(write(panel, [Words(text, place, middle, colour)], bold=True))
        across += text_width(text, panel.style.font_size, bold=True) + 18
    return layers


def _gaps(trace: Trace) -> list[float]:
    """Where a line must not be drawn on: its values lie further apart than they usually do."""
    places = trace.values.index.to_series()
    apart = places.diff()
    if trace.step or trace.points or len(places) < 3:
        return []
    usual = float(apart.median())
    longest = 1.5 * usual if usual >= 15 or places.iloc[-1] < 3000 else 15  # days: exchanges close
    wide = apart > longest
    return [float(x) for x in (places - apart / 2)[wide]]
