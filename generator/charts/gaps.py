"""Kinds of chart for how far one investment leads another: by year, by window, by end date."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import numpy as np
import pandas as pd

from generator.charts.checks import Moment, checked_frame
from generator.charts.kind import ready_made
from generator.charts.measures import (
    NEAR,
    by_period,
    hit_rate,
    lead_error,
    periods_a_year,
    together,
)
from generator.charts.series import lines
from generator.charts.years import columns
from generator.errors import NotStored, did_you_mean
from generator.model import Chart
from generator.statistics import annualised

Form = Literal["annualised", "cumulative", "ratio"]
FORMS: dict[str, dict[str, Any]] = {
    "annualised": {"value": "points"},
    "cumulative": {"value": "points", "decimals": 0},
    "ratio": {"value": "ratio"},
}
LEVEL = (1.0, "level")  # where neither is ahead in a ratio


@ready_made
def calendar_gaps(
    ours: pd.Series,
    theirs: pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    **options: Any,
) -> Chart:
    """A column a calendar year: one return less the other, in percentage points.

    Both are returns in percent on one basis, indexed by year as whole numbers; years that only one
    has are left out. The note counts the years won, with the Wilson interval. Other options as for
    `columns`. Raises ValueError when they share no year.
    """
    gap, names = _difference(ours, theirs)
    won = int((gap > 0).sum())
    made = columns(
        gap,
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=f"{note} Years ahead: {hit_rate(won, len(gap))}".strip(),
        **{"value": "points", **options},
    )
    parts = pd.DataFrame({names[0]: ours, names[1]: theirs})
    return dataclasses.replace(made, data=made.data.join(parts, on="year"))


def _difference(ours: pd.Series, theirs: pd.Series) -> tuple[pd.Series, tuple[str, str]]:
    both = pd.concat([pd.to_numeric(ours), pd.to_numeric(theirs)], axis=1).dropna()
    if both.empty:
        raise ValueError("calendar_gaps() was given two series that share no year.")
    names = (str(ours.name or "ours"), str(theirs.name or "theirs"))
    return (both.iloc[:, 0] - both.iloc[:, 1]).rename("gap"), names


@ready_made
def rolling_gaps(
    ours: pd.Series,
    theirs: pd.Series,
    years: int,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    form: Form = "annualised",
    name: str = "gap",
    **options: Any,
) -> Chart:
    """How one level did against another over every window of so many years, by its last day.

    `ours` and `theirs` are levels on one basis, indexed by day or month (windows then end at month
    ends; a line) or by year as whole numbers (columns; a line for the ratio). `form` is
    "annualised" (the difference of the two rates, percentage points a year), "cumulative" (the
    difference of the two growths, percentage points) or "ratio" (growth over growth; 1 is level).
    The note counts the windows won with the Wilson interval, says how many do not overlap, and has
    the standard error of the last one (tracking error / √years). Other options as for `lines` or
    `columns`. Raises ValueError for an unknown form, for less than a year, and for levels that are
    not above zero; NotStored when no whole window is there.
    """
    if form not in FORMS:
        raise ValueError(f"there is no form '{form}'. {did_you_mean(form, FORMS)}")
    if years < 1:
        raise ValueError(f"rolling_gaps() was asked for windows of {years} years; it needs 1.")
    both = together(ours, theirs, "rolling_gaps").apply(by_period)
    steps = years * (12 if isinstance(both.index, pd.DatetimeIndex) else 1)
    growth = (both / both.shift(steps)).dropna()
    if growth.empty:
        raise NotStored(f"no whole window of {years} years is stored")
    gap = _in_form(growth, form, years).rename(name)
    words = f"{note} {_windows(growth, both.iloc[-steps - 1 :], years)}".strip()
    texts: dict[str, Any] = {"title": title, "subtitle": subtitle, "alt": alt, "note": words}
    settings = {**FORMS[form], **options}
    if not isinstance(gap.index, pd.DatetimeIndex) and form != "ratio":
        return columns(gap, **texts, **settings)
    lowest, highest = gap.idxmin(), gap.idxmax()
    marks = [_marked(lowest, "low"), _marked(highest, "high")]
    middle = {"rules": [LEVEL]} if form == "ratio" else {"zero": True}
    return lines(gap.to_frame(), **texts, **{"marks": marks, **middle, **settings})


def _marked(end: Any, word: str) -> tuple[Moment, str]:
    """A window's end as a flag: its month, or its year."""
    if isinstance(end, pd.Timestamp):
        return end, f"{word}, {end:%Y-%m}"
    return int(end), f"{word}, {end}"


def _in_form(growth: pd.DataFrame, form: Form, years: int) -> pd.Series:
    ours, theirs = growth["ours"], growth["theirs"]
    if form == "annualised":
        return 100 * (ours ** (1 / years) - theirs ** (1 / years))
    return 100 * (ours - theirs) if form == "cumulative" else ours / theirs


def _windows(growth: pd.DataFrame, last: pd.DataFrame, years: int) -> str:
    """How many windows were won, how many of them stand alone, and how sure the last one is."""
    count = len(growth)
    won = int((growth["ours"] > growth["theirs"]).sum())
    a_year = periods_a_year(growth.index) if count > 1 else 1
    alone = max(1, int((count / a_year + years) // years))
    return (
        f"Windows ahead: {hit_rate(won, count)} They overlap; about {alone} of them do not. "
        f"Standard error of the last one: {lead_error(last):.1f} points a year."
    )


@ready_made
def end_date_sensitivity(
    ours: pd.Series,
    theirs: pd.Series,
    since: Moment,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    name: str = "lead",
    **options: Any,
) -> Chart:
    """How a lead since one day depends on the day it is measured to.

    `ours` and `theirs` are daily or monthly levels on one basis. The line is the difference of
    their annualized returns from `since` to each month end, percentage points a year, once a year
    has passed. Shaded around zero: what chance alone explains at the 95 % level, 1.96 x tracking
    error / √years, from the returns up to each end. Other options as for `lines`. Raises
    NotStored when the levels begin later or hold no whole year, ValueError as for `rolling_gaps`.
    """
    both = checked_frame(together(ours, theirs, "end_date_sensitivity"), "end_date_sensitivity")
    start = pd.Timestamp(since)
    if both.index[0] > start:
        raise NotStored(f"the two share no day before {both.index[0]:%Y-%m-%d}")
    since_then = both.loc[both.index[both.index <= start][-1] :]
    ends = by_period(since_then["ours"]).index
    ends = ends[ends >= since_then.index[0] + pd.DateOffset(years=1)]
    if ends.empty:
        raise NotStored(f"less than a year has passed since {start:%Y-%m-%d}")
    lead = _leads(since_then, ends).rename(name)
    half = NEAR * _errors(since_then, ends)
    ahead = int((lead > 0).sum())
    beyond = int((lead.abs() > half).sum())
    marks = [_marked(lead.idxmin(), "low"), _marked(lead.idxmax(), "high")]
    counted = (
        f"Ends ahead: {hit_rate(ahead, len(lead))} All share their start, so they are far from "
        f"independent. Shaded: what chance alone explains at the 95% level; {beyond} of {len(lead)}"
        f" ends lie beyond it, and the half-width is {half.iloc[-1]:.1f} points at the last."
    )
    return lines(
        lead.to_frame(),
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=f"{note} {counted}".strip(),
        low=-half,
        high=half,
        **{
            "value": "points",
            "zero": True,
            "marks": marks,
            **options,
        },
    )


def _leads(both: pd.DataFrame, ends: pd.DatetimeIndex) -> pd.Series:
    """The lead from the first day to each end, points a year: `annualised`, for all ends at once.

    Raises NotStored when the first end is less than a year away.
    """
    closing = both.index[both.index.searchsorted(ends, side="right") - 1]
    annualised(both["ours"].loc[: closing[0]])  # says what lacks; later ends only reach further
    years = (closing - both.index[0]).days.to_numpy() / 365.25
    rates = (both.loc[closing] / both.iloc[0]).pow(1 / years, axis=0) - 1
    return (100 * (rates["ours"] - rates["theirs"])).set_axis(ends)


def _errors(both: pd.DataFrame, ends: pd.DatetimeIndex) -> pd.Series:
    """Standard errors of the lead, points a year, from the returns up to each end."""
    returns = both.pct_change(fill_method=None).iloc[1:]
    periods = periods_a_year(both.index)
    apart = (returns["ours"] - returns["theirs"]).expanding(2)
    error = 100 * apart.std() * np.sqrt(periods) / np.sqrt(apart.count() / periods)
    return error.reindex(ends, method="ffill")
