"""Formulas of risk (pure): the part of `generator.statistics` that measures how values move."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

DAYS_A_YEAR = 252  # trading days


class Capture(NamedTuple):
    """Up and down capture; 0.9 means nine tenths of the benchmark's move."""

    up: float
    down: float


def drawdown(level: pd.Series[float]) -> pd.Series[float]:
    """Distance from the highest value so far, the first included; 0 at a high, else negative."""
    return level / level.cummax() - 1


def max_drawdown(level: pd.Series[float]) -> float:
    """The deepest drawdown, as a negative fraction."""
    return float(drawdown(level).min())


def volatility(returns: pd.Series[float], periods_a_year: int = DAYS_A_YEAR) -> float:
    """Standard deviation of returns x √periods."""
    return float(returns.std() * math.sqrt(periods_a_year))


def rolling_volatility(
    returns: pd.Series[float], periods: int, periods_a_year: int = DAYS_A_YEAR
) -> pd.Series[float]:
    """Volatility of the last `periods` returns."""
    return (returns.rolling(periods).std() * math.sqrt(periods_a_year)).dropna()


def sharpe(
    returns: pd.Series[float],
    risk_free: pd.Series[float] | float = 0.0,
    periods_a_year: int = DAYS_A_YEAR,
) -> float:
    """Mean excess return / its standard deviation x √periods (Sharpe 1994, J. Portfolio Mgmt 21).

    `risk_free` is per period, like the returns.
    """
    excess = (returns - risk_free).dropna()
    return float(excess.mean() / excess.std() * math.sqrt(periods_a_year))


def tracking_error(
    fund: pd.Series[float], benchmark: pd.Series[float], periods_a_year: int = DAYS_A_YEAR
) -> float:
    """Standard deviation of the difference in returns x √periods."""
    return volatility((fund - benchmark).dropna(), periods_a_year)


def beta(
    fund: pd.Series[float],
    benchmark: pd.Series[float],
    risk_free: pd.Series[float] | float = 0.0,
) -> float:
    """Covariance with the benchmark / variance of the benchmark, of returns less `risk_free`."""
    ours, theirs = together(fund - risk_free, benchmark - risk_free)
    return float(ours.cov(theirs) / theirs.var())


def rolling_beta(
    fund: pd.Series[float],
    benchmark: pd.Series[float],
    periods: int,
    risk_free: pd.Series[float] | float = 0.0,
) -> pd.Series[float]:
    """Beta of the last `periods` returns."""
    ours, theirs = together(fund - risk_free, benchmark - risk_free)
    return (ours.rolling(periods).cov(theirs) / theirs.rolling(periods).var()).dropna()


def capture(fund: pd.Series[float], benchmark: pd.Series[float]) -> Capture:
    """Geometric mean return in the benchmark's up (down) months over the benchmark's own there.

    Daily returns are compounded into months first. NaN where the benchmark had no such month.
    """
    ours, theirs = together(_monthly(fund), _monthly(benchmark))

    def ratio(chosen: pd.Series[bool]) -> float:
        own = _geometric_mean(theirs[chosen])
        return _geometric_mean(ours[chosen]) / own if own else math.nan

    return Capture(ratio(theirs > 0), ratio(theirs < 0))


def together(a: pd.Series[float], b: pd.Series[float]) -> tuple[pd.Series[float], pd.Series[float]]:
    """The values of the days that both have."""
    both = pd.concat({"a": a, "b": b}, axis=1, join="inner").dropna()
    return both["a"], both["b"]


def _monthly(returns: pd.Series[float]) -> pd.Series[float]:
    growth = (1 + returns.dropna()).groupby(returns.dropna().index.to_period("M")).prod()
    return growth - 1


def _geometric_mean(returns: pd.Series[float]) -> float:
    return float((1 + returns).prod() ** (1 / len(returns)) - 1) if len(returns) else math.nan
