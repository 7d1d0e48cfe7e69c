"""A kind of chart for how often something followed an event: a row a time, and k of n."""

from __future__ import annotations

import dataclasses

import pandas as pd

from generator.charts.cells import table_chart
from generator.charts.checks import require_columns
from generator.charts.kind import ready_made
from generator.charts.measures import hit_rate
from generator.model import Chart

LEAD = "Lead"


@ready_made
def cycle_table(
    frame: pd.DataFrame,
    *,
    ours: str,
    theirs: str,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = 1,
    counted: str = "ahead",
) -> Chart:
    """A row for each cycle with both results and the lead; last the median and k of n.

    The index names the cycles; `ours` and `theirs` are two columns of results in the same unit;
    further columns of text are shown before them. Cycles that lack a result stay in the table and
    out of the count. The note has the Wilson interval of k of n. The download has the numbers.
    Raises KeyError for a column that is not there and ValueError when no cycle has both results.
    """
    require_columns(frame, [ours, theirs], "cycle_table")
    results = frame[[ours, theirs]].apply(pd.to_numeric)
    lead = (results[ours] - results[theirs]).rename(LEAD)
    known = lead.dropna()
    if known.empty:
        raise ValueError("cycle_table() was given no cycle that has both results.")
    won = int((known > 0).sum())
    others = frame.drop(columns=[ours, theirs])
    numbers = pd.concat([others, results, lead], axis=1)
    rows = numbers.astype(object)
    blank = dict.fromkeys(others.columns, "")
    whole = results[lead.notna()]
    rows.loc["Median"] = {**blank, **whole.median().to_dict(), LEAD: known.median()}
    rows.loc[counted.capitalize()] = {**blank, ours: "", theirs: "", LEAD: f"{won} of {len(known)}"}
    made = table_chart(
        rows,
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=f"{note} {counted.capitalize()}: {hit_rate(won, len(known))}".strip(),
        value=value,
        decimals=decimals,
        wordings={LEAD: ("points", 1 if decimals is None else decimals)},
        signed=[LEAD],
        strong=["Median", counted.capitalize()],
    )
    return dataclasses.replace(
        made, data=numbers.rename_axis(str(frame.index.name or "cycle")).reset_index()
    )
