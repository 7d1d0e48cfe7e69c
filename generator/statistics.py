"""Return and risk formulas (pure).

A level is a Series of index levels, a returns Series one of periodic returns as fractions (0.01 is
one percent), both with an ascending DatetimeIndex of naive days. Results are fractions unless a
name or docstring says percentage points. Conventions: years are days / 365.25, standard deviations
divide by n - 1, and the base of a window is the last close before its first day.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from generator.errors import NotStored
from generator.risk_measures import (
    DAYS_A_YEAR,
    Capture,
    beta,
    capture,
    drawdown,
    max_drawdown,
    rolling_beta,
    rolling_volatility,
    sharpe,
    together,
    tracking_error,
    volatility,
)

__all__ = [
    "DAYS_A_YEAR",
    "MONTHS_A_YEAR",
    "Capture",
    "Lead",
    "annualised",
    "beta",
    "by_month",
    "calendar_year_return",
    "calendar_year_returns",
    "capture",
    "compound",
    "drawdown",
    "event_windows",
    "expanding_z",
    "lead",
    "max_drawdown",
    "month_end",
    "period_return",
    "periodic_returns",
    "relative",
    "rolling_annualised",
    "rolling_beta",
    "rolling_gap",
    "rolling_volatility",
    "share_of_windows",
    "sharpe",
    "total_return",
    "tracking_error",
    "volatility",
    "wilson_interval",
    "window",
]

MONTHS_A_YEAR = 12
GRACE = dt.timedelta(days=7)  # from the last session to the day that names a window's end

Day = dt.date | str


class Lead(NamedTuple):
    """How far a fund led its benchmark, in fractions a year, and how much of it chance explains."""

    rate: float  # annualised return less that of the benchmark
    standard_error: float  # tracking error / √years
    tracking_error: float
    years: float

    @property
    def half_width(self) -> float:
        """Of the 95% interval."""
        return 1.96 * self.standard_error

    @property
    def within_noise(self) -> bool:
        """Whether zero lies within the 95% interval of the lead."""
        return abs(self.rate) < self.half_width


def total_return(prices: pd.DataFrame) -> pd.Series[float]:
    """Total-return level, 1.0 on the first day, from the columns close and dividend.

    level_t = level_t-1 x (close_t + dividend_t) / close_t-1: dividends are reinvested at the close
    of the ex-day. Closes and dividends are split-adjusted, neither is adjusted for dividends.
    """
    growth = (prices["close"] + prices["dividend"]) / prices["close"].shift(1)
    growth.iloc[:1] = 1.0
    return growth.cumprod().rename("total_return")


def window(level: pd.Series[float], first: Day, last: Day) -> pd.Series[float]:
    """The values of the days from `first` to `last`, led by the window's base.

    The base is the last value before `first`; NotStored when the level does not reach back to it.
    """
    before = level[level.index < pd.Timestamp(first)]
    if before.empty:
        raise NotStored(
            f"the series begins on {level.index[0]:%Y-%m-%d}; a window from {first} needs a value "
            "from before that day"
        )
    return level.loc[before.index[-1] : pd.Timestamp(last)]


def period_return(level: pd.Series[float], start: Day, end: Day) -> float:
    """Return between two closes: the last value on or before `start`, and that of `end`.

    For calendar 2024 that is ("2023-12-31", "2024-12-31"). NotStored when the level begins after
    `start` or ends more than a week before `end`: no other window stands in for this one.
    """
    return float(level[_on(level, end)] / level[_on(level, start)] - 1)


def calendar_year_return(level: pd.Series[float], year: int) -> float:
    """Return from the last close of the year before to the last close of `year`.

    NotStored when the level does not span the whole year.
    """
    returns = calendar_year_returns(level)
    if year not in returns.index:
        raise NotStored(f"the series does not span the whole of {year}: {_span(level)}")
    return float(returns[year])


def calendar_year_returns(level: pd.Series[float]) -> pd.Series[float]:
    """Returns of the complete calendar years, indexed by year."""
    months = month_end(level)
    ends = months[months.index.month == 12]
    ends.index = ends.index.year.rename("year")
    return ends.pct_change(fill_method=None).iloc[1:].dropna()


def month_end(level: pd.Series[float]) -> pd.Series[float]:
    """The last value of each complete month, on the last calendar day of that month.

    A last month is complete when the level reaches its last weekday. Months without a value are
    NaN. A PeriodIndex of months is taken as it is.
    """
    if isinstance(level.index, pd.PeriodIndex):
        return level.set_axis(level.index.to_timestamp(how="end").normalize())
    months = level.resample("ME").last()
    if months.empty:
        return months
    last_weekday = pd.offsets.BMonthEnd().rollback(months.index[-1])
    return months if level.index[-1] >= last_weekday else months.iloc[:-1]


def by_month(table: pd.DataFrame, column: str) -> pd.Series[float]:
    """A column of a table whose rows are months (column month, YYYY-MM), on month-end days."""
    months = pd.PeriodIndex(pd.to_datetime(table["month"], format="%Y-%m"), freq="M")
    return month_end(pd.Series(table[column].to_numpy(), index=months, name=column))


def compound(returns: pd.Series[float]) -> pd.Series[float]:
    """The level that returns add up to, 1.0 one period before the first of them.

    The base lies one month back for returns on month ends (or a PeriodIndex), else one day.
    """
    level = (1 + returns).cumprod()
    first = returns.index[0]
    base = first - 1 if isinstance(first, pd.Period) else _period_before(returns.index)
    return pd.concat([pd.Series([1.0], index=[base], name=level.name), level])


def periodic_returns(level: pd.Series[float]) -> pd.Series[float]:
    """Return from each value to the next."""
    return level.pct_change(fill_method=None).iloc[1:]


def annualised(
    level: pd.Series[float],
    *,
    start: Day | None = None,
    end: Day | None = None,
    years: int | None = None,
) -> float:
    """Compound annual growth rate, (V1 / V0)^(1 / years) - 1.

    From the last close on or before `start` (default: the first value; or `years` before the end)
    to that of `end` (default: the last). NotStored when the level does not cover that, and for
    less than one year between the two, which is never annualised.
    """
    last = pd.Timestamp(end) if end is not None else level.index[-1]
    if years is not None:
        first = last - pd.DateOffset(years=years)
    else:
        first = pd.Timestamp(start) if start is not None else level.index[0]
    opening, closing = _on(level, first), _on(level, last)
    asked, had = first + pd.DateOffset(years=1), opening + pd.DateOffset(years=1)
    # A week's grace: the last session of a year may lie a few days before its end.
    if last < asked or closing < had - GRACE:
        raise NotStored(
            f"a return is not annualised under one year: {opening:%Y-%m-%d} to {closing:%Y-%m-%d}"
        )
    span = (closing - opening).days / 365.25
    return float((level[closing] / level[opening]) ** (1 / span) - 1)


def rolling_annualised(level: pd.Series[float], years: int) -> pd.Series[float]:
    """Annualised return over the `years` to each month end, from a daily or monthly level."""
    months = month_end(level)
    growth = months / months.shift(MONTHS_A_YEAR * years)
    return (growth ** (1 / years) - 1).dropna()


def rolling_gap(a: pd.Series[float], b: pd.Series[float], years: int) -> pd.Series[float]:
    """Annualised return of `a` less that of `b` over `years`, percentage points, at month ends."""
    return (100 * (rolling_annualised(a, years) - rolling_annualised(b, years))).dropna()


def share_of_windows(a: pd.Series[float], b: pd.Series[float], years: int) -> tuple[int, int]:
    """k of n: in how many of all windows of `years` between month ends `a` returned more."""
    gaps = rolling_gap(a, b, years)
    return int((gaps > 0).sum()), len(gaps)


def lead(
    fund: pd.Series[float], benchmark: pd.Series[float], periods_a_year: int = DAYS_A_YEAR
) -> Lead:
    """The lead of one level over another in the span they share, with its standard error.

    The error of a yearly mean of n years is the tracking error / √n. NotStored for less than a
    year, over which nothing is annualised.
    """
    both = pd.DataFrame({"fund": fund, "benchmark": benchmark}).dropna()
    first, last = both.index[0], both.index[-1]
    rates = [annualised(both[name]) for name in ("fund", "benchmark")]
    returns = both.pct_change().dropna()
    error = tracking_error(returns["fund"], returns["benchmark"], periods_a_year)
    years = (last - first).days / 365.25
    return Lead(rates[0] - rates[1], error / math.sqrt(years), error, years)


def relative(a: pd.Series[float], b: pd.Series[float]) -> pd.Series[float]:
    """`a` / `b` on the days both have, 1.0 on the first of them."""
    ours, theirs = together(a, b)
    ratio = ours / theirs
    return ratio / ratio.iloc[0]


def expanding_z(series: pd.Series[float], minimum: int) -> pd.Series[float]:
    """Distance of each value from the mean so far in standard deviations so far, itself included.

    Nothing later than a day enters its z-score; it begins once `minimum` values are known.
    """
    known = series.expanding(minimum)
    return ((series - known.mean()) / known.std()).dropna()


def wilson_interval(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Score interval of a share, as fractions (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212)."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials} is no share")
    share, spread = successes / trials, z * z / trials
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    # Rounding must not carry a bound past the share itself where that is 0 or 1.
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def event_windows(
    level: pd.Series[float], events: Sequence[dt.date], before: int, after: int
) -> pd.DataFrame:
    """A level around events, 100 at the end of each event's month.

    Rows are months -`before` to `after`, columns the events as YYYY-MM; NaN outside the data.
    """
    months = month_end(level)
    months.index = months.index.to_period("M")
    steps = pd.RangeIndex(-before, after + 1, name="month")
    columns = {}
    for event in events:
        month = pd.Period(event, freq="M")
        values = months.reindex([month + step for step in steps])
        base = months.get(month, math.nan)
        columns[str(month)] = pd.Series(100 * values.to_numpy() / base, index=steps)
    return pd.DataFrame(columns, index=steps)


def _on(level: pd.Series[float], day: Day) -> pd.Timestamp:
    """The day of the last value on or before `day`, which the level has to reach."""
    wanted = pd.Timestamp(day)
    known = level.index[level.index <= wanted]
    if known.empty:
        raise NotStored(f"the series begins on {level.index[0]:%Y-%m-%d}, after {wanted:%Y-%m-%d}")
    if wanted > level.index[-1] + GRACE:
        raise NotStored(f"the series ends on {level.index[-1]:%Y-%m-%d}, before {wanted:%Y-%m-%d}")
    return known[-1]


def _span(level: pd.Series[float]) -> str:
    return f"it runs from {level.index[0]:%Y-%m-%d} to {level.index[-1]:%Y-%m-%d}"


def _period_before(days: pd.DatetimeIndex) -> pd.Timestamp:
    if days.is_month_end.all() and days.to_period("M").is_unique:
        return days[0] - pd.offsets.MonthEnd()
    return days[0] - pd.Timedelta(days=1)
