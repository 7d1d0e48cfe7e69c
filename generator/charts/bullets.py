"""A kind of chart for values held against thresholds: each on a track of its own scale."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import altair
import pandas as pd

from generator.charts.checks import require_columns
from generator.charts.kind import ready_made
from generator.charts.labels import LEADING
from generator.charts.panel import Panel, Words, layer_of, table, write
from generator.charts.rows import Layout, lay_rows, row_names, sizes_to_lay_out
from generator.charts.style import ACCENT_A, BAND, FAINT, INK, MUTED, NEGATIVE
from generator.charts.ticks import Axis
from generator.charts.typeface import text_width, wrap
from generator.model import Chart, Style

TRACK = 12  # pixels
ROOM = 0.12  # of the reach of a track, left free at both ends
COLUMNS = ("statement", "state", "value", "unit", "threshold", "below", "low", "high", "k", "n")
UNKNOWN = "not checked this build"
UNITS = {
    "percent": "%",
    "percent per year": "% a year",
    "percentage points": "\u00a0pts",
    "times": "×",
}


@dataclass(frozen=True)
class _Bullet:
    statement: str
    state: str
    value: float | None
    unit: str
    threshold: float
    below: bool
    inclusive: bool
    low: float  # reach of the past, or of value and threshold where there is none
    high: float
    past: bool
    rate: str

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where its track goes."""
        known = [self.threshold, self.low, self.high]
        known += [] if self.value is None else [self.value]
        low, high = min(known), max(known)
        room = ROOM * ((high - low) or abs(high) or 1)
        return low - room, high + room


@ready_made
def falsifier_bullets(
    frame: pd.DataFrame, *, title: str, subtitle: str, alt: str, note: str = ""
) -> Chart:
    """A row for each falsifier: its value now, the threshold, and where it has been before.

    The frame is the table `falsifiers` that the build hands to any chart that asks for it: a row
    each, with statement, state, value and threshold in its unit, below (whether it trips below the
    threshold, else above), low and high (of all past windows) and k of n windows that would have
    tripped; `inclusive` says whether it trips at the threshold, too. Every track has its own scale,
    so lengths are not compared between rows. A falsifier without data keeps its row and says so.
    Raises KeyError for a column that is not there and ValueError for no falsifier or one without a
    threshold.
    """
    require_columns(frame, COLUMNS, "falsifier_bullets")
    if frame.empty:
        raise ValueError("falsifier_bullets() was given no falsifiers.")
    plan = tuple(_bullet(row) for row in frame.to_dict("records"))
    wide, phone = (_lay_out(plan, style).height for style in sizes_to_lay_out())
    explained = (
        "Dot: the value now. Red: where it would count against the thesis. Gray bar: the range of "
        "all past windows. Each row has its own scale."
    )
    return Chart(
        in_rows=True,
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=frame.reset_index(drop=True),
        draw=functools.partial(_draw, plan),
        note=f"{note} {explained}".strip(),
        height=wide,
        phone_height=phone,
    )


def _bullet(row: dict[str, object]) -> _Bullet:
    def number(name: str) -> float | None:
        found = pd.to_numeric(row[name])  # type: ignore[call-overload]
        return None if pd.isna(found) else float(found)

    value, threshold = number("value"), number("threshold")
    if threshold is None:
        raise ValueError(f"falsifier_bullets() was given no threshold for '{row['statement']}'.")
    low, high = number("low"), number("high")
    stays = threshold if value is None else value
    count, windows = number("k"), number("n")
    rate = f"before: {count:.0f} of {windows:.0f} windows" if windows and count is not None else ""
    return _Bullet(
        statement=str(row["statement"]),
        state=str(row["state"]),
        value=value,
        unit=UNITS.get(str(row["unit"] or ""), ""),
        threshold=threshold,
        below=bool(row["below"]),
        inclusive=bool(row.get("inclusive", False)),
        low=min(stays, threshold) if low is None else low,
        high=max(stays, threshold) if high is None else high,
        past=low is not None,
        rate=rate,
    )


def _lay_out(plan: tuple[_Bullet, ...], style: Style) -> Layout:
    line = style.font_size * LEADING
    rows = lay_rows(
        [bullet.statement for bullet in plan], style, [TRACK + 2 * line + 8] * len(plan)
    )
    return Layout(rows, left=rows.margin, right=0, top=2, bottom=2)


def _draw(plan: tuple[_Bullet, ...], style: Style) -> altair.LayerChart:
    layout = _lay_out(plan, style)
    width = style.width - round(layout.left)
    panel = layout.panel(style, Axis(0, width, (), 1))
    bars, rules, dots = [], [], []
    words: list[Words] = []
    strong: list[Words] = []
    for bullet, middle in zip(plan, layout.rows.middles, strict=True):
        bars += _bars(bullet, width, middle)
        place = _pixel(bullet, bullet.threshold, width)
        rules.append({"x": place, "y": middle - TRACK / 2 - 3, "y2": middle + TRACK / 2 + 3})
        if bullet.value is not None:
            dots.append({"x": _pixel(bullet, bullet.value, width), "y": middle})
        above, below = _words(bullet, width, middle, style)
        strong.append(above)
        words += below
    return panel.finish(
        [
            _rectangles(panel, bars),
            layer_of(table(rules))
            .mark_rule(color=NEGATIVE, strokeWidth=2)
            .encode(x=panel.across(), y=panel.up(), y2=altair.Y2("y2:Q")),
            layer_of(table(dots))
            .mark_point(filled=True, size=90, color=ACCENT_A, opacity=1)
            .encode(x=panel.across(), y=panel.up())
            if dots
            else None,
            row_names(panel, layout.rows),
            write(panel, strong, align="center", bold=True),
            write(panel, words),
        ]
    )


def _pixel(bullet: _Bullet, value: float, width: float) -> float:
    low, high = bullet.reach
    return (value - low) / (high - low) * width


def _bars(bullet: _Bullet, width: float, middle: float) -> list[dict[str, object]]:
    """The track, the side on which it trips, and the range of the past."""
    low, high = bullet.reach
    trips = (low, bullet.threshold) if bullet.below else (bullet.threshold, high)
    thick = float(TRACK)
    parts = [((low, high), thick, BAND, 1.0), (trips, thick, NEGATIVE, 0.25)]
    if bullet.past:
        parts.append(((bullet.low, bullet.high), thick / 3, FAINT, 1.0))
    return [
        {
            "x": _pixel(bullet, start, width),
            "x2": _pixel(bullet, end, width),
            "y": middle - thick / 2,
            "y2": middle + thick / 2,
            "colour": colour,
            "opacity": opacity,
        }
        for (start, end), thick, colour, opacity in parts
    ]


def _rectangles(panel: Panel, rows: list[dict[str, object]]) -> altair.Chart:
    layer: altair.Chart = (
        layer_of(table(rows))
        .mark_rect(tooltip=None)
        .encode(
            x=panel.across(),
            x2=altair.X2("x2:Q"),
            y=panel.up(),
            y2=altair.Y2("y2:Q"),
            fill=altair.Fill("colour:N", scale=None),
            fillOpacity=altair.FillOpacity("opacity:Q", scale=None),
        )
    )
    return layer


def _words(bullet: _Bullet, width: float, middle: float, style: Style) -> tuple[Words, list[Words]]:
    """The value above the track, and below it the threshold and how often it tripped before."""
    size = style.font_size
    line = size * LEADING
    said = UNKNOWN if bullet.value is None else f"now {_figure(bullet.value)}{bullet.unit}"
    if bullet.value is not None and bullet.state != "not tripped":
        said += f", {bullet.state}"
    at = bullet.threshold if bullet.value is None else bullet.value
    half = text_width(said, size, bold=True) / 2
    centre = min(max(_pixel(bullet, at, width), half), width - half)
    above = Words(said, centre, middle - TRACK / 2 - 4 - line / 2, INK)
    side = "below" if bullet.below else "above"
    side = f"at or {side}" if bullet.inclusive else side
    threshold = f"trips {side} {_figure(bullet.threshold)}{bullet.unit}"
    texts = [f"{threshold}; {bullet.rate}" if bullet.rate else threshold]
    (text,) = texts if text_width(texts[0], size) <= width else wrap(threshold, width, size)[:1]
    start = min(
        max(_pixel(bullet, bullet.threshold, width) - text_width(text, size) / 2, 0),
        width - text_width(text, size),
    )
    return above, [Words(text, max(start, 0), middle + TRACK / 2 + 4 + line / 2, MUTED)]


def _figure(value: float) -> str:
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")
