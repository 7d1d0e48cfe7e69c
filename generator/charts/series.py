"""Kinds of chart for measures that change over time: lines and steps."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from generator.charts.checks import (
    Moment,
    checked_frame,
    checked_series,
    is_dated,
    on_days,
    position,
    positions,
    recession_spans,
    require_columns,
    require_few,
)
from generator.charts.formats import Format, value_format
from generator.charts.kind import ready_made
from generator.charts.labels import Flag
from generator.charts.plan import Level, Plan, Shade, Trace
from generator.charts.style import ACCENT_A, ACCENTS, NEUTRAL
from generator.charts.traces import draw_traces
from generator.model import Chart

Marks = Sequence[tuple[Moment, str]]


@ready_made
def lines(
    frame: pd.DataFrame | pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = None,
    log: bool = False,
    zero: bool = False,
    bands: pd.DataFrame | None = None,
    marks: Marks = (),
    emphasise: str | Sequence[str] | None = None,
    short: Mapping[str, str] | None = None,
    mean: Level | None = None,
    low: Level | None = None,
    high: Level | None = None,
    mean_label: str = "average",
    rules: Sequence[tuple[float, str]] = (),
    end_values: bool = True,
    height: int = 360,
    phone_height: int = 320,
) -> Chart:
    """Up to five lines, each named at its end with its last value.

    The index holds dates, years or numbers; the columns are the names. `value` is percent, points,
    times, dollars, index, ratio or number; `short` has names for the phone. `mean`, `low` and
    `high` (numbers, or series with the frame's index) shade the usual range; `rules` are
    horizontal lines with their words. Raises ValueError for data that cannot be drawn and KeyError
    for an emphasised column that is not there.
    """
    numbers = on_days(checked_frame(frame, "lines"), "lines").sort_index()
    mean, low, high = (
        on_days(level, "lines") if isinstance(level, pd.Series) else level
        for level in (mean, low, high)
    )
    require_few(list(numbers.columns), "lines")
    wording, dated = value_format(value, decimals), is_dated(numbers.index)
    plan = Plan(
        traces=_traces(numbers, wording, emphasise, end_values=end_values),
        format=wording,
        dated=dated,
        log=log,
        zero=zero,
        spans=recession_spans(bands, dated=dated, kind="lines"),
        flags=flags_of(marks, dated=dated),
        rules=tuple(rules),
        shade=_shade(mean, low, high, mean_label, wording),
        short=short or {},
        x_name="date" if dated else "year",
    )
    data = numbers
    for name, level in (("mean", mean), ("low", low), ("high", high)):
        data = data if level is None else data.assign(**{name: level})
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=download(data),
        draw=functools.partial(draw_traces, plan),
        note=with_bands(note, bands),
        height=height,
        phone_height=phone_height,
    )


@ready_made
def steps(
    series: pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = 2,
    zero: bool = True,
    bands: pd.DataFrame | None = None,
    marks: Marks = (),
    label: str = "",
    ghost: pd.Series | None = None,
    ghost_label: str = "forecast",
    height: int = 340,
    phone_height: int = 300,
) -> Chart:
    """A measure that is set from one day to the next, such as a policy rate, as a step line.

    `ghost` is a path that was foretold, drawn dashed. Raises ValueError for data that cannot be
    drawn.
    """
    wording = value_format(value, decimals)
    values = on_days(checked_series(series, "steps"), "steps").sort_index()
    dated = is_dated(values.index)
    name = label or str(series.name or "value")
    columns = {name: values}
    # One line needs no name, and the column of a file, such as upper_after, is none.
    shown = label or ("" if series.name is None or "_" in name else name)
    words = f"{shown} {wording.text(values.iloc[-1])}".strip()
    traces = [Trace(name, numbered(values), ACCENT_A, words, step=True)]
    if ghost is not None:
        foretold = on_days(checked_series(ghost, "steps"), "steps").sort_index()
        columns[ghost_label] = foretold
        words = f"{ghost_label} {wording.text(foretold.iloc[-1])}"
        traces.append(
            Trace(ghost_label, numbered(foretold), NEUTRAL, words, dash=(5, 4), step=True)
        )
    plan = Plan(
        traces=tuple(traces),
        format=wording,
        dated=dated,
        zero=zero,
        spans=recession_spans(bands, dated=dated, kind="steps"),
        flags=flags_of(marks, dated=dated),
    )
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=download(pd.DataFrame(columns)),
        draw=functools.partial(draw_traces, plan),
        note=with_bands(note, bands),
        height=height,
        phone_height=phone_height,
    )


@ready_made
def growth_of(amount: float, levels: pd.DataFrame, **options: Any) -> Chart:
    """What an amount became in each of several levels (total-return indices), from the first day
    that all of them have; options as for `lines`."""
    common = on_days(checked_frame(levels, "growth_of"), "growth_of").sort_index().dropna()
    if common.empty:
        raise ValueError("growth_of() was given levels that share no day.")
    return lines(amount * common / common.iloc[0], **{"value": "dollars", **options})


@ready_made
def drawdowns(levels: pd.DataFrame | pd.Series, **options: Any) -> Chart:
    """How far each level stands below its highest so far, in percent; options as for `lines`.

    The deepest day of the emphasised level, else of the first, is marked.
    """
    whole = on_days(checked_frame(levels, "drawdowns"), "drawdowns").sort_index()
    below = 100 * (whole / whole.cummax() - 1)
    chosen = options.get("emphasise") or whole.columns[0]
    name = chosen if isinstance(chosen, str) else chosen[0]
    deepest = below[name].idxmin() if name in below.columns else None
    marks = [(deepest, f"low, {deepest:%Y-%m}")] if is_dated(below.index) and deepest else []
    return lines(below, **{"value": "percent", "zero": True, "marks": marks, **options})


def _traces(
    numbers: pd.DataFrame,
    wording: Format,
    emphasise: str | Sequence[str] | None,
    *,
    end_values: bool,
) -> tuple[Trace, ...]:
    """One trace a column; the emphasised ones come last, so that they lie on top."""
    chosen = [emphasise] if isinstance(emphasise, str) else list(emphasise or numbers.columns)
    require_columns(numbers, chosen, "lines")
    colours = dict(zip(chosen, ACCENTS, strict=False))
    traces = []
    for name in sorted(map(str, numbers.columns), key=lambda column: column in colours):
        values = numbered(numbers[name].dropna())
        shown = name.replace("_", " ")  # the column of a file, where nobody named it
        words = f"{shown} {wording.text(values.iloc[-1])}" if end_values else shown
        quiet = name not in colours
        width = 1.4 if quiet else 2.2
        colour = colours.get(name, NEUTRAL)
        traces.append(Trace(name, values, colour, words, width, quiet=quiet))
    return tuple(traces)


def _shade(
    mean: Level | None, low: Level | None, high: Level | None, label: str, wording: Format
) -> Shade | None:
    if low is None or high is None:
        if mean is None:
            return None
        low = high = mean
    middle = None if mean is None else _placed(mean)
    words = ""
    if middle is not None:
        last = float(middle.iloc[-1]) if isinstance(middle, pd.Series) else float(middle)
        words = f"{label} {wording.text(last)}"
    return Shade(_placed(low), _placed(high), middle, words)


def _placed(level: Level) -> Level:
    return numbered(level) if isinstance(level, pd.Series) else level


def numbered(values: pd.Series) -> pd.Series:
    """The series by position: days since 1970, or numbers."""
    return pd.Series(values.to_numpy(dtype=float), index=pd.Index(positions(values.index)))


def flags_of(marks: Marks, *, dated: bool) -> tuple[Flag, ...]:
    """The dated events as flags; the day of publication comes with the style."""
    return tuple(Flag(position(moment, dated=dated), text) for moment, text in marks)


def with_bands(note: str, bands: pd.DataFrame | None) -> str:
    """The note with a word on what the grey bands are, unless it has one."""
    if bands is None or "recession" in note.lower():
        return note
    return f"{note} Shaded: recessions, from the month after the peak to the trough.".strip()


def download(numbers: pd.DataFrame) -> pd.DataFrame:
    """The frame as it is downloaded: the index as the first column."""
    name = "date" if is_dated(numbers.index) else str(numbers.index.name or "year")
    return numbers.rename_axis(name).reset_index()
