"""A kind of chart that holds the return since a day against all windows of that length."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

import altair
import numpy as np
import pandas as pd

from generator.charts.checks import Moment, checked_series
from generator.charts.formats import Format, value_format
from generator.charts.kind import ready_made
from generator.charts.labels import LEADING
from generator.charts.measures import rank_of, together
from generator.charts.panel import Panel, Words, grid, layer_of, table, write
from generator.charts.style import ACCENT_B, FAINT, INK, MUTED
from generator.charts.ticks import Axis, round_step, value_axis
from generator.charts.typeface import text_width
from generator.errors import NotStored
from generator.model import Chart, Style

FEWEST = 10  # windows, below which a rank says nothing
BINS = {False: 24, True: 14}  # about so many, by whether it is a phone


@dataclass(frozen=True)
class _Windows:
    past: np.ndarray
    now: float
    format: Format
    words: tuple[str, str]  # beside the present value


@ready_made
def return_since(
    level: pd.Series,
    since: Moment,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    benchmark: pd.Series | None = None,
    label: str = "since then",
    value: str | None = None,
    height: int = 320,
    phone_height: int = 290,
) -> Chart:
    """How the return since a day ranks among all windows of that length: columns of counts.

    `level` is daily, monthly, or by year as whole numbers (then `since` is a year, at whose end the
    window begins); with a `benchmark` on the same basis the chart shows the lead over it,
    percentage points of growth, else the return in percent. The window runs from the last value on
    or before `since` to the last value of all, and is compared with every window of as many rows
    that ended before it did. The rank is the share of all windows at or below the present one.
    The download has a row for each column of the wide picture. Raises NotStored when the series
    does not reach past `since`, begins after it, or holds fewer than ten windows, and ValueError
    for levels not above zero.
    """
    values = _levels(level, benchmark)
    start = since if isinstance(since, int) else pd.Timestamp(since)
    before = values.index[values.index <= start]
    if before.empty or before[-1] == values.index[-1]:
        raise NotStored(f"the stored series does not reach past {_day(start)}, or begins after it")
    rows = len(values) - len(before)
    gains = _gains(values, rows)
    if len(gains) < FEWEST:
        raise NotStored(f"only {len(gains)} windows of that length are stored")
    now = float(gains.iloc[-1])
    rank = rank_of(now, gains)
    wording = value_format(value or ("percent" if benchmark is None else "points"))
    plan = _Windows(gains.to_numpy(), now, wording, (label, wording.with_sign().text(now)))
    counted = (
        f"{len(gains)} windows of that length since {_day(values.index[0])}, the present one "
        f"included; it ranks at or above {rank:.0f}% of them. They overlap; about "
        f"{max(1, (len(values) - 1) // rows)} do not."
    )
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=_counts(plan),
        draw=functools.partial(_draw, plan),
        note=f"{note} {counted}".strip(),
        height=height,
        phone_height=phone_height,
    )


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if isinstance(moment, pd.Timestamp) else str(moment)


def _levels(level: pd.Series, benchmark: pd.Series | None) -> pd.DataFrame:
    if benchmark is not None:
        return together(level, benchmark, "return_since")
    known = checked_series(level, "return_since").sort_index()
    if not (known > 0).all():
        raise ValueError("return_since() needs levels above zero, not returns.")
    return known.to_frame("ours")


def _gains(values: pd.DataFrame, rows: int) -> pd.Series:
    growth = 100 * (values / values.shift(rows) - 1)
    gains = growth["ours"] - growth["theirs"] if "theirs" in growth else growth["ours"]
    return gains.dropna()


def _counts(plan: _Windows) -> pd.DataFrame:
    """What the wide picture shows, by its columns: how many windows returned so much."""
    bins = _bins(plan, phone=False)
    names = {"low": "from", "high": "to below", "count": "windows", "now": "present window"}
    return bins[bins["count"] > 0].rename(columns=names).reset_index(drop=True)


def _bins(plan: _Windows, *, phone: bool) -> pd.DataFrame:
    """Counts by equal steps, one of which begins at zero."""
    low, high = min(plan.past.min(), plan.now), max(plan.past.max(), plan.now)
    step = round_step((high - low or 1) / BINS[phone])
    first, last = np.floor(low / step), np.floor(high / step) + 1
    edges = step * np.arange(first, last + 1)
    counts, _ = np.histogram(plan.past, bins=edges)
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})
    frame["now"] = (frame["low"] <= plan.now) & (plan.now < frame["high"])
    return frame


def _draw(plan: _Windows, style: Style) -> altair.LayerChart:
    bins, size = _bins(plan, phone=style.phone), style.font_size
    up = value_axis(0.0, float(bins["count"].max()), 4)
    up = dataclasses.replace(up, ticks=tuple(t for t in up.ticks if t == round(t)))
    across = value_axis(
        float(bins["low"].min()), float(bins["high"].max()), 4 if style.phone else 7
    )
    low, high = float(bins["low"].min()), float(bins["high"].max())
    ticks = tuple(tick for tick in across.ticks if low <= tick <= high)
    left = max(text_width(f"{tick:,.0f}", size) for tick in up.ticks) + 8
    panel = Panel(
        style=style,
        x=Axis(low, high, ticks, across.step),
        y=up,
        left=round(left),
        right=18,
        top=round(2 * size * LEADING + 8),
        bottom=round(size * 1.25 + 10 + size + 8),
        x_labels=plan.format.tick_expression(across.step),
        y_labels="format(datum.value,',d')",
        x_title="return over the window; columns count windows",
    )
    return panel.finish([*grid(panel), _columns(panel, bins), *_present(panel, plan)])


def _columns(panel: Panel, bins: pd.DataFrame) -> altair.Chart:
    gap = 0.06 * float(bins["high"].iloc[0] - bins["low"].iloc[0])
    rows = [
        {
            "x": low + gap,
            "x2": high - gap,
            "y": 0.0,
            "y2": float(count),
            "colour": ACCENT_B if now else FAINT,
            "count": f"{count:,}",
        }
        for low, high, count, now in bins.itertuples(index=False)
        if count
    ]
    layer: altair.Chart = (
        layer_of(table(rows))
        .mark_rect()
        .encode(
            x=panel.across(),
            x2=altair.X2("x2:Q"),
            y=panel.up(),
            y2=altair.Y2("y2:Q"),
            fill=altair.Fill("colour:N", scale=None),
            tooltip=[altair.Tooltip("count:N", title="windows")],
        )
    )
    return layer


def _present(panel: Panel, plan: _Windows) -> list[altair.Chart | None]:
    """A rule at the present value, with its words above the plot."""
    size = panel.style.font_size
    rule = layer_of(table([{"x": plan.now, "y": panel.y_value(-2), "y2": 0.0}]))
    half = max(text_width(line, size, bold=True) for line in plan.words) / 2
    middle = min(max(panel.x_pixel(plan.now), half - panel.left), panel.width + panel.right - half)
    place = panel.x.value(middle / panel.width)
    first = -8 - 1.5 * size * LEADING
    return [
        rule.mark_rule(color=INK, strokeWidth=1.4, clip=False).encode(
            x=panel.across(), y=panel.up(), y2=altair.Y2("y2:Q")
        ),
        write(panel, [Words(plan.words[0], place, first, MUTED)], align="center"),
        write(
            panel,
            [Words(plan.words[1], place, first + size * LEADING, ACCENT_B)],
            align="center",
            bold=True,
        ),
    ]
