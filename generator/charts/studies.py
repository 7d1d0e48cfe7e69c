"""A kind of chart for what happened around an event, once for each time it happened."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pandas as pd

from generator.charts.checks import checked_frame, require_columns
from generator.charts.formats import Format, value_format
from generator.charts.kind import ready_made
from generator.charts.labels import Flag
from generator.charts.plan import Plan, Trace
from generator.charts.series import numbered
from generator.charts.style import ACCENT_B, INK, NEUTRAL
from generator.charts.traces import draw_traces
from generator.model import Chart


@ready_made
def event_study(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "points",
    decimals: int | None = None,
    event: str = "event",
    highlight: Sequence[str] = (),
    highlight_label: str = "",
    height: int = 380,
    phone_height: int = 340,
) -> Chart:
    """A thin line for each cycle, the highlighted ones colored, and the median of all in bold.

    The index holds months from the event (negative before it), each column is a cycle and may end
    early. How many cycles there are is printed with the median, and in the note how many reach the
    last month. Raises ValueError for data that cannot be drawn and KeyError for a highlighted
    cycle that is not there.
    """
    cycles = checked_frame(frame, "event_study").sort_index().rename(columns=str)
    chosen = [str(name) for name in highlight]
    require_columns(cycles, chosen, "event_study")
    wording = value_format(value, decimals)
    median = cycles.median(axis=1)
    key = ((highlight_label, ACCENT_B),) if highlight_label and chosen else ()
    plan = Plan(
        traces=(*_cycles(cycles, chosen), _median(median, cycles, wording)),
        format=wording,
        dated=False,
        zero=True,
        flags=(Flag(0.0, event),),
        every=6,
        x_title=f"months from the {event}",
        x_name="month",
        key=(*key, ("other cycles", NEUTRAL)) if key else (),
    )
    data = cycles.assign(median=median).rename_axis("month").reset_index()
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=data,
        draw=functools.partial(draw_traces, plan),
        note=f"{note} {_reach(cycles)}".strip(),
        height=height,
        phone_height=phone_height,
    )


def _cycles(cycles: pd.DataFrame, chosen: Sequence[str]) -> list[Trace]:
    traces = []
    for name in sorted(cycles.columns, key=lambda column: column in chosen):
        values = numbered(cycles[name].dropna())
        if name in chosen:
            traces.append(Trace(name, values, ACCENT_B, name, 1.4))
        else:
            traces.append(Trace(name, values, NEUTRAL, "", 1.2, quiet=True))
    return traces


def _median(median: pd.Series, cycles: pd.DataFrame, wording: Format) -> Trace:
    values = numbered(median.dropna())
    label = f"Median (n\u00a0=\u00a0{cycles.shape[1]}) {wording.text(values.iloc[-1])}"
    return Trace("median", values, INK, label, 3.2)


def _reach(cycles: pd.DataFrame) -> str:
    """How many cycles the median rests on, at its end too."""
    count, last = cycles.shape[1], int(cycles.index[-1])
    reach = int(cycles.iloc[-1].notna().sum())
    if reach == count:
        return f"n = {count} cycles."
    return f"n = {count} cycles, of which {reach} reach month {last}."
