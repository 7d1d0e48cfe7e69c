"""A kind of chart for published values: who said what when, and what was then called normal."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import pandas as pd

from generator.charts.checks import positions, recession_spans, require_columns, require_few
from generator.charts.formats import Format, value_format
from generator.charts.kind import ready_made
from generator.charts.plan import Plan, Trace
from generator.charts.series import Marks, flags_of, with_bands
from generator.charts.style import ACCENTS, NEUTRAL
from generator.charts.traces import draw_traces
from generator.model import Chart


@ready_made
def dated_quotes(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "ratio",
    decimals: int | None = None,
    zero: bool = False,
    bands: pd.DataFrame | None = None,
    marks: Marks = (),
    short: Mapping[str, str] | None = None,
    height: int = 360,
    phone_height: int = 320,
) -> Chart:
    """Published values as points on a thin line, with their figures where there is room.

    The frame has the columns date, value and series, and may have `norm` (true where the row is
    what was called normal at the time: drawn dashed) and `basis`. Its other columns, such as
    source and url, go into the download. `short` has names for the phone. Raises KeyError for a
    column that is not there, and ValueError when there is no value or more than one basis.
    """
    require_columns(frame, ("date", "value", "series"), "dated_quotes")
    _require_one_basis(frame)
    dated = frame.assign(
        date=pd.to_datetime(frame["date"], format="ISO8601"), value=pd.to_numeric(frame["value"])
    )
    known = dated.dropna(subset=["date", "value"]).sort_values(["date"], kind="stable")
    if known.empty:
        raise ValueError("dated_quotes() was given no dated value.")
    wording = value_format(value, decimals)
    plan = Plan(
        traces=_traces(known, wording),
        format=wording,
        zero=zero,
        spans=recession_spans(bands, dated=True, kind="dated_quotes"),
        flags=flags_of(marks, dated=True),
        short=short or {},
        point_values=True,
    )
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=known.reset_index(drop=True),
        draw=functools.partial(draw_traces, plan),
        note=with_bands(note, bands),
        height=height,
        phone_height=phone_height,
    )


def _require_one_basis(frame: pd.DataFrame) -> None:
    bases = sorted(map(str, frame["basis"].dropna().unique())) if "basis" in frame.columns else []
    if len(bases) > 1:
        named = "; ".join(bases)
        raise ValueError(
            f"dated_quotes() was given values on {len(bases)} bases, which cannot share an axis: "
            f"{named}. Choose the rows of one basis."
        )


def _traces(known: pd.DataFrame, wording: Format) -> tuple[Trace, ...]:
    """The norms first, so that the values lie on top of them."""
    norm = known["norm"].fillna(False).astype(bool) if "norm" in known.columns else None
    norms = set(known.loc[norm, "series"]) if norm is not None else set()
    names = list(dict.fromkeys(known["series"]))
    require_few(names, "dated_quotes")
    plain = [name for name in names if name not in norms]
    colours = dict(zip(plain, ACCENTS, strict=False))
    traces = []
    for name in [*(n for n in names if n in norms), *plain]:
        rows = known[known["series"] == name]
        values = pd.Series(
            rows["value"].to_numpy(), index=positions(pd.DatetimeIndex(rows["date"]))
        )
        label = f"{name} {wording.text(values.iloc[-1])}"
        if name in norms:
            traces.append(Trace(str(name), values, NEUTRAL, label, 1.4, dash=(4, 3), points=True))
        else:
            traces.append(Trace(str(name), values, colours[name], label, 1.4, points=True))
    return tuple(traces)
