"""Kinds of chart for risk: a table of measures over one window, and measures as they roll."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from generator.charts.cells import table_chart
from generator.charts.checks import checked_frame, require_columns
from generator.charts.kind import ready_made
from generator.charts.measures import first_days, periods_a_year, risk_measures
from generator.charts.series import lines
from generator.errors import NotStored, did_you_mean
from generator.model import Chart
from generator.statistics import rolling_beta, rolling_volatility

WORDINGS = {
    "Sharpe ratio": ("ratio", 2),
    "Beta": ("ratio", 2),
    "Up capture": ("percent", 0),
    "Down capture": ("percent", 0),
}
Measure = Literal["volatility", "beta"]


@ready_made
def risk_table(
    levels: pd.DataFrame,
    *,
    benchmark: str,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    risk_free: pd.Series | None = None,
    inception: Mapping[str, str] | None = None,
    spans: Sequence[int] = (),
) -> Chart:
    """Return, volatility, drawdown, Sharpe ratio and the measures against a benchmark, as a table.

    `levels` are daily or monthly levels on one basis, a column a fund. All measures are over the
    one window that all share, which the note names; the last row says since which year each fund
    exists (`inception`, YYYY-MM-DD, else the first day stored). `risk_free` is a fraction per
    period on the same index; without it the Sharpe ratio takes a rate of zero and says so. `spans`
    adds the return a year of the last 1, 5 or 10 years to the shared last day. Formulas:
    `generator.charts.measures.risk_measures`. Raises KeyError for a benchmark that is not there,
    ValueError for rows that are neither sessions nor months, NotStored for a window under a year.
    """
    known = checked_frame(levels, "risk_table").sort_index()
    require_columns(known, [benchmark], "risk_table")
    shared = known.dropna()
    if len(shared) < 2:
        raise NotStored("the levels of the table share no window")
    measures = risk_measures(
        known, benchmark, risk_free=0.0 if risk_free is None else risk_free, spans=spans
    )
    if risk_free is None:
        measures = measures.rename(index={"Sharpe ratio": "Sharpe ratio, rate 0"})
    table = measures.astype(object)
    table.loc["Since"] = pd.Series({n: day[:4] for n, day in first_days(known, inception).items()})
    step = "daily" if periods_a_year(shared.index) > 12 else "monthly"
    window = (
        f"One window for all: {shared.index[0]:%Y-%m-%d} to {shared.index[-1]:%Y-%m-%d}, {step}. "
        f"Beta, tracking error and capture against {benchmark}."
    )
    made = table_chart(
        table.rename_axis("measure"),
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=f"{note} {window}".strip(),
        wordings={**WORDINGS, "Sharpe ratio, rate 0": ("ratio", 2)},
    )
    return dataclasses.replace(made, as_of=shared.index[-1].date())


@ready_made
def rolling_risk(
    levels: pd.DataFrame,
    periods: int,
    *,
    title: str,
    subtitle: str,
    alt: str,
    measure: Measure = "volatility",
    benchmark: str = "",
    note: str = "",
    **options: Any,
) -> Chart:
    """A line of volatility or beta over the last so many returns, for each level.

    `levels` are daily or monthly, a column a fund, on one basis. Volatility is the standard
    deviation (n - 1) of returns x √252 (monthly √12), in percent; beta is covariance with the
    benchmark's returns over their variance. Of daily levels each week's last window is kept, and
    the highest of the first column, which is marked. Other options as for `lines`. Raises
    ValueError for an unknown measure and KeyError for a benchmark that is not there; NotStored when
    fewer returns are stored than one window takes.
    """
    if measure not in ("volatility", "beta"):
        hint = did_you_mean(measure, ["volatility", "beta"])
        raise ValueError(f"there is no rolling measure '{measure}'. {hint}")
    shared = checked_frame(levels, "rolling_risk").sort_index().dropna()
    if len(shared) <= periods:
        raise NotStored(f"{max(len(shared) - 1, 0)} returns are stored; one window takes {periods}")
    returns = shared.pct_change(fill_method=None).iloc[1:]
    if measure == "beta":
        require_columns(shared, [benchmark], "rolling_risk")
        rolled = returns.drop(columns=benchmark).apply(
            lambda own: rolling_beta(own, returns[benchmark], periods)
        )
        settings: dict[str, Any] = {"value": "ratio", "rules": [(1.0, f"as {benchmark}")]}
    else:
        a_year = periods_a_year(shared.index)
        rolled = 100 * returns.apply(lambda own: rolling_volatility(own, periods, a_year))
        settings = {"value": "percent", "zero": True}
    peak = rolled.iloc[:, 0].idxmax()
    return lines(
        _by_week(rolled, keep=peak),
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=note,
        **{**settings, "marks": [(peak, f"high, {peak:%Y-%m}")], **options},
    )


def _by_week(rolled: pd.DataFrame, *, keep: pd.Timestamp) -> pd.DataFrame:
    """The last row of each week and that of one day; rows further apart stay as they are.

    Neighboring windows share all but one return, so the days between say no more than the weeks.
    """
    weeks = rolled.index.to_period("W")
    return rolled[~weeks.duplicated(keep="last") | (rolled.index == keep)]
