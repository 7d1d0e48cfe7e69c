"""What only a live chart has: a rule that follows the pointer and says the exact values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import altair
import pandas as pd

from generator.charts.formats import Format
from generator.charts.panel import LIVE, Panel, layer_of, table
from generator.charts.plan import Plan, Trace
from generator.charts.style import WIDE, ZERO
from generator.charts.thinning import decimals_seen
from generator.charts.ticks import DAY


def follow_pointer(panel: Panel, plan: Plan) -> list[altair.Chart]:
    """A rule that follows the pointer, with the exact date and values; only in the live chart."""
    traces = [trace for trace in plan.traces if trace.label]
    if not traces:
        return []
    rows = table(_rows(traces, panel, _wording(plan)))
    hover = altair.selection_point(
        name="hover",
        fields=["x"],
        on="pointerover",
        clear="pointerout[event.pointerType !== 'touch']",  # a lifted finger must not clear it
        empty=False,
    )
    # A strip for each moment rather than the nearest point, which is slower and whose tooltips
    # Vega-Lite 6 leaves undefined.
    strips = (
        _worded(layer_of(rows), plan)
        .mark_rect(opacity=0)
        .encode(x=panel.across("from"), x2=altair.X2("to:Q"), tooltip=_tooltips(traces, plan))
        .add_params(hover)
        .properties(name=f"{LIVE}-strips")
    )
    rule = (
        layer_of(rows)
        .mark_rule(color=ZERO)
        .encode(x=panel.across())
        .transform_filter(hover)
        .properties(name=f"{LIVE}-rule")
    )
    dots = [
        layer_of(rows)
        .mark_point(color=trace.colour, filled=True, size=50, opacity=1)
        .encode(x=panel.across(), y=panel.up(f"v{number}"))
        .transform_filter(hover)
        .properties(name=f"{LIVE}-dot-{number}")
        for number, trace in enumerate(traces)
    ]
    return [rule, *dots, strips]


def _worded(chart: altair.Chart, plan: Plan) -> altair.Chart:
    """The chart with the words of its tooltip computed from its numbers."""
    when = f"utcFormat(datum.x*{DAY},'%-d %b %Y')" if plan.dated else "format(datum.x,'~r')"
    wording = _wording(plan)
    chart = chart.transform_calculate(moment=when)
    for number in range(len([trace for trace in plan.traces if trace.label])):
        value = f"datum.v{number}"
        words = f"isValid({value})?{wording.expression(value)}:'–'"
        chart = chart.transform_calculate(**{f"t{number}": words})
    return chart


def _wording(plan: Plan) -> Format:
    """How a tooltip words values: percentages with one more figure than the labels have."""
    return replace(plan.format, decimals=2) if plan.format.decimals == 1 else plan.format


def _tooltips(traces: Sequence[Trace], plan: Plan) -> list[altair.Tooltip]:
    # With a space: JavaScript would put names that are numbers before all others.
    named = [altair.Tooltip(f"t{i}:N", title=f"{trace.name} ") for i, trace in enumerate(traces)]
    return [altair.Tooltip("moment:N", title=plan.x_name), *named]


def _rows(traces: Sequence[Trace], panel: Panel, wording: Format) -> list[dict[str, float]]:
    """The values at each moment, no more than one moment a pixel, and the strip it answers for."""
    joined = pd.concat(
        {f"v{i}": trace.values.groupby(level=0).last() for i, trace in enumerate(traces)}, axis=1
    ).sort_index()
    stepped = all(trace.step for trace in traces)
    joined = joined.ffill() if stepped else joined
    every = max(1, -(-len(joined) // WIDE))
    kept = joined.iloc[::-1].iloc[::every].iloc[::-1]  # counted from the end: the last must be in
    moments = [float(x) for x in kept.index]
    pairs = list(itertools.pairwise(moments))
    # A step holds until the next one; between other values the nearer one answers.
    borders = [later if stepped else (earlier + later) / 2 for earlier, later in pairs]
    starts, ends = [panel.x.low, *borders], [*borders, panel.x.high]
    decimals = max(wording.decimals, decimals_seen(panel))
    values = kept.map(lambda value: _rounded(value, decimals, wording)).to_dict("records")
    return [
        {"x": x, "from": start, "to": end, **{str(k): float(v) for k, v in row.items()}}
        for x, start, end, row in zip(moments, starts, ends, values, strict=True)
    ]


def _rounded(value: float, decimals: int, wording: Format) -> float:
    """The value to so many decimals, but always one that is worded as itself."""
    near = round(value, decimals)
    unit = 10.0**-decimals
    for tried in (near, round(near - unit, decimals), round(near + unit, decimals)):
        between = abs(tried) * 10**wording.decimals % 1  # a half goes up in one language only
        if not math.isclose(between, 0.5) and wording.text(tried) == wording.text(value):
            return tried
    return value
