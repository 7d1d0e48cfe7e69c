"""What the kinds of chart compute: shared windows, risk measures, hit rates (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from generator.statistics import (
    DAYS_A_YEAR,
    MONTHS_A_YEAR,
    annualised,
    beta,
    capture,
    max_drawdown,
    month_end,
    sharpe,
    tracking_error,
    volatility,
    wilson_interval,
)

NEAR = 1.96  # standard errors on either side that hold 95 %


def together(ours: pd.Series, theirs: pd.Series, kind: str) -> pd.DataFrame:
    """Two levels on what both have, in the columns ours and theirs.

    Raises ValueError when they share fewer than two rows or a level is not above zero.
    """
    both = pd.DataFrame({"ours": ours, "theirs": theirs}).apply(pd.to_numeric).dropna().sort_index()
    if len(both) < 2:
        raise ValueError(f"{kind}() was given two series that share {len(both)} rows; it needs 2.")
    if not (both > 0).to_numpy().all():
        raise ValueError(f"{kind}() needs levels above zero, not returns.")
    return both


def periods_a_year(index: pd.Index) -> int:
    """252 for sessions, 12 for months, 1 for years, by how far apart the rows usually are.

    Raises ValueError for rows that are neither.
    """
    if not isinstance(index, pd.DatetimeIndex):
        return 1
    apart = float(index.to_series().diff().dt.days.median())
    for least, most, periods in ((0, 4, DAYS_A_YEAR), (27, 32, MONTHS_A_YEAR), (360, 370, 1)):
        if least < apart <= most:
            return periods
    raise ValueError(f"rows {apart:g} days apart are neither sessions, months nor years.")


def by_period(level: pd.Series) -> pd.Series:
    """The level by month ends where it has dates, else (by years) as it is."""
    return month_end(level).dropna() if isinstance(level.index, pd.DatetimeIndex) else level


def risk_measures(
    levels: pd.DataFrame,
    benchmark: str,
    *,
    risk_free: pd.Series | float = 0.0,
    spans: Sequence[int] = (),
) -> pd.DataFrame:
    """A row for each measure and a column for each level, over the window all of them share.

    `levels` are daily or monthly; `risk_free` is a fraction per period, like their returns. All but
    the Sharpe ratio and beta are in percent. Conventions: `generator.statistics` (CAGR; standard
    deviation with n - 1, x √252 or x √12; Sharpe 1994; capture over months). `spans` adds the
    annualised return of the last so many years, NaN where a level does not reach back.
    """
    shared = levels.dropna()
    periods = periods_a_year(shared.index)
    returns = shared.pct_change(fill_method=None).iloc[1:]
    measures: dict[str, dict[str, float]] = {}
    for name in map(str, shared.columns):
        own = {f"Return, last {_years(span)}": _last(levels[name], shared, span) for span in spans}
        own |= {
            "Return a year": 100 * annualised(shared[name]),
            "Volatility": 100 * volatility(returns[name], periods),
            "Maximum drawdown": 100 * max_drawdown(shared[name]),
            "Sharpe ratio": sharpe(returns[name], risk_free, periods),
        }
        own |= _against(returns[name], returns[benchmark], risk_free, periods, name == benchmark)
        measures[name] = own
    return pd.DataFrame(measures)


def _years(span: int) -> str:
    return "year" if span == 1 else f"{span} years"


def _last(level: pd.Series, shared: pd.DataFrame, span: int) -> float:
    """The return a year over the last `span` years to the shared last day; NaN if it is shorter."""
    known = level.dropna().loc[: shared.index[-1]]
    start = known.index[-1] - pd.DateOffset(years=span)
    return math.nan if known.index[0] > start else 100 * annualised(known, years=span)


def _against(
    fund: pd.Series, benchmark: pd.Series, risk_free: pd.Series | float, periods: int, itself: bool
) -> dict[str, float]:
    """The measures against a benchmark; of the benchmark itself there are none."""
    caught = capture(fund, benchmark)
    return {
        "Beta": math.nan if itself else beta(fund, benchmark, risk_free),
        "Tracking error": math.nan if itself else 100 * tracking_error(fund, benchmark, periods),
        "Up capture": math.nan if itself else 100 * caught.up,
        "Down capture": math.nan if itself else 100 * caught.down,
    }


def lead_error(both: pd.DataFrame) -> float:
    """Standard error of `ours` less `theirs`, percentage points a year: tracking error / √years."""
    returns = both.pct_change(fill_method=None).iloc[1:]
    periods = periods_a_year(both.index)
    years = len(returns) / periods
    return 100 * tracking_error(returns["ours"], returns["theirs"], periods) / math.sqrt(years)


def hit_rate(successes: int, trials: int) -> str:
    """k of n with its Wilson interval, in words."""
    low, high = wilson_interval(successes, trials)
    return f"{successes} of {trials}: Wilson 95% interval {100 * low:.0f}% to {100 * high:.0f}%."


def rank_of(value: float, others: pd.Series) -> float:
    """The share of the values, in percent, that lie at or below one of them."""
    return 100 * float((others <= value).mean())


def first_days(levels: pd.DataFrame, inception: Mapping[str, str] | None) -> dict[str, str]:
    """When each fund began: as it was told, else the first day that is stored."""
    told = dict(inception or {})
    return {
        str(name): told.get(str(name), f"{levels[name].first_valid_index():%Y-%m-%d}")
        for name in levels.columns
    }
