"""The numbers of this thesis: one function each, its first line says what the number is.

Portfolios are named by size (S1 the smallest fifth of companies, S3 the middle, S5 the largest) and by
book value over price (V1 the dearest fifth, growth; V5 the cheapest, value).
"""

import datetime as dt

import pandas as pd

from generator import (
    Fact,
    NotStored,
    by_month,
    calendar_year_return,
    compound,
    drawdown,
    k_of_n,
    lead,
    month_end,
    noise,
    percent,
    percent_a_year,
    period_return,
    points,
    relative,
    require_history,
    rolling_gap,
    share_of_windows,
    total_return,
)

LATE = "2007-01"  # the ten years before the committed file ends
FIRST_MONTH = "2005-01-31"  # the first month end of the stored prices, for counts that name it


# ---- The academic portfolios, monthly, committed with the site ----


def _pair(portfolios: pd.DataFrame, size: str, since: str = "") -> pd.DataFrame:
    """Levels of value and growth in one class of size, from 1 before the first month."""
    rows = portfolios[portfolios["month"] >= since]
    return pd.DataFrame(
        {
            "value": compound(by_month(rows, f"{size}V5")),
            "growth": compound(by_month(rows, f"{size}V1")),
        }
    )


def _lead(portfolios: pd.DataFrame, size: str, since: str = "") -> Fact:
    levels = _pair(portfolios, size, since)
    found = lead(levels["value"], levels["growth"], 12)
    return points(100 * found.rate, as_of=levels.index[-1].date())


def _error(portfolios: pd.DataFrame, size: str, since: str = "") -> Fact:
    levels = _pair(portfolios, size, since)
    found = lead(levels["value"], levels["growth"], 12)
    return points(100 * found.standard_error, as_of=levels.index[-1].date())


def smallest_value_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of value among the smallest fifth of companies, 1949 to March 2017."""
    level = _pair(portfolios, "S1")["value"]
    rate = float(level.iloc[-1]) ** (12 / (len(level) - 1)) - 1
    return percent_a_year(100 * rate, as_of=level.index[-1].date())


def smallest_growth_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of growth among the smallest fifth of companies, 1949 to March 2017."""
    level = _pair(portfolios, "S1")["growth"]
    rate = float(level.iloc[-1]) ** (12 / (len(level) - 1)) - 1
    return percent_a_year(100 * rate, as_of=level.index[-1].date())


def smallest_lead(portfolios: pd.DataFrame) -> Fact:
    """Annualized lead of value over growth, smallest fifth of companies, 1949 to March 2017."""
    return _lead(portfolios, "S1")


def middle_lead(portfolios: pd.DataFrame) -> Fact:
    """Annualized lead of value over growth, middle fifth by size, 1949 to March 2017."""
    return _lead(portfolios, "S3")


def largest_lead(portfolios: pd.DataFrame) -> Fact:
    """Annualized lead of value over growth, largest fifth of companies, 1949 to March 2017."""
    return _lead(portfolios, "S5")


def smallest_lead_error(portfolios: pd.DataFrame) -> Fact:
    """Standard error of the lead among the smallest companies."""
    return _error(portfolios, "S1")


def middle_lead_error(portfolios: pd.DataFrame) -> Fact:
    """Standard error of the lead in the middle class of size."""
    return _error(portfolios, "S3")


def middle_lead_late(portfolios: pd.DataFrame) -> Fact:
    """Annualized lead of value over growth, middle fifth by size, January 2007 to March 2017."""
    return _lead(portfolios, "S3", LATE)


def smallest_lead_late(portfolios: pd.DataFrame) -> Fact:
    """Annualized lead of value over growth, smallest fifth, January 2007 to March 2017."""
    return _lead(portfolios, "S1", LATE)


def smallest_lead_late_error(portfolios: pd.DataFrame) -> Fact:
    """Standard error of the lead among the smallest companies since January 2007."""
    return _error(portfolios, "S1", LATE)


def _windows_won(portfolios: pd.DataFrame, size: str, years: int) -> Fact:
    levels = _pair(portfolios, size)
    won, windows = share_of_windows(levels["value"], levels["growth"], years=years)
    return k_of_n(won, windows, as_of=levels.index[-1].date())


def smallest_decades_won(portfolios: pd.DataFrame) -> Fact:
    """Ten-year windows since 1949 in which value beat growth, smallest fifth of companies."""
    return _windows_won(portfolios, "S1", 10)


def middle_decades_won(portfolios: pd.DataFrame) -> Fact:
    """Ten-year windows since 1949 in which value beat growth, middle fifth by size."""
    return _windows_won(portfolios, "S3", 10)


def worst_fall(portfolios: pd.DataFrame) -> Fact:
    """Deepest fall of value against growth among the smallest companies, month ends."""
    levels = _pair(portfolios, "S1")
    falls = drawdown(relative(levels["value"], levels["growth"]))
    return percent(-100 * float(falls.min()), as_of=falls.idxmin().date())


# ---- Daily prices and the library's own file: these need `mtm refresh` ----


def _levels(vbr: pd.DataFrame, vbk: pd.DataFrame) -> pd.DataFrame:
    """Total-return levels on the days that both have."""
    return pd.DataFrame({"vbr": total_return(vbr), "vbk": total_return(vbk)}).dropna()


def _months(vbr: pd.DataFrame, vbk: pd.DataFrame) -> pd.DataFrame:
    levels = _levels(vbr, vbk)
    return pd.DataFrame({name: month_end(levels[name]) for name in levels})


def _year_gap(vbr: pd.DataFrame, vbk: pd.DataFrame, year: int) -> Fact:
    ours, theirs = (calendar_year_return(total_return(fund), year) for fund in (vbr, vbk))
    return points(100 * (ours - theirs), as_of=dt.date(year, 12, 31))


def lead_2020(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Total return of VBR minus that of VBK in 2020."""
    return _year_gap(vbr, vbk, 2020)


def lead_2022(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Total return of VBR minus that of VBK in 2022."""
    return _year_gap(vbr, vbk, 2022)


def fund_decades_won(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Ten-year windows, by month ends since January 2005, in which VBR beat VBK."""
    require_history(vbr, FIRST_MONTH, "the stored prices of VBR")
    months = _months(vbr, vbk).loc[FIRST_MONTH:]
    won, windows = share_of_windows(months["vbr"], months["vbk"], years=10)
    return k_of_n(won, windows, as_of=months.index[-1].date())


def fund_decade_gap(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Annualized total return of VBR minus that of VBK over the last ten years, by month end."""
    months = _months(vbr, vbk)
    gaps = rolling_gap(months["vbr"], months["vbk"], 10)
    if gaps.empty:
        raise NotStored("fewer than ten years are stored")
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)


def _cumulative(vbr: pd.DataFrame, vbk: pd.DataFrame, months: int) -> pd.Series:
    """Cumulative return of VBR minus that of VBK over so many months, points, by month end."""
    levels = _months(vbr, vbk)
    growth = (levels / levels.shift(months)).dropna()
    if growth.empty:
        raise NotStored(f"fewer than {months} months are stored")
    return 100 * (growth["vbr"] - growth["vbk"])


def fund_gap_24_months(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Cumulative total return of VBR minus that of VBK over the last 24 complete months."""
    gaps = _cumulative(vbr, vbk, 24)
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)


def lead_since_2025(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """Cumulative total return of VBR minus that of VBK since the end of 2025, points."""
    levels = _levels(vbr, vbk)
    last = levels.index[-1].date()
    gains = [period_return(levels[name], "2025-12-31", last) for name in ("vbr", "vbk")]
    return points(100 * (gains[0] - gains[1]), as_of=last, history=_cumulative(vbr, vbk, 60))


def fund_noise(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Fact:
    """How much of the difference between VBR and VBK over all stored days chance alone explains."""
    levels = _levels(vbr, vbk)
    return noise(lead(levels["vbr"], levels["vbk"]))


def _library(size_value: pd.DataFrame) -> pd.DataFrame:
    """Levels of small value and small growth in the library's own file, since July 1926."""
    names = {"value": "SMALL HiBM", "growth": "SMALL LoBM"}
    return pd.DataFrame(
        {kind: (1 + size_value[name] / 100).cumprod() for kind, name in names.items()}
    ).dropna()


def library_decade_2020(size_value: pd.DataFrame) -> Fact:
    """Annualized lead of small value over small growth, ten years to February 2020, library's file."""
    levels = _library(size_value).loc["2010-02-28":"2020-02-29"]
    if len(levels) < 121:
        raise NotStored("the stored file does not have the ten years to February 2020")
    rates = 100 * ((levels.iloc[-1] / levels.iloc[0]) ** 0.1 - 1)
    return points(float(rates["value"] - rates["growth"]), as_of=dt.date(2020, 2, 29))


def library_decade_gap(size_value: pd.DataFrame) -> Fact:
    """Annualized lead of small value over small growth, last ten years of the library's file."""
    levels = _library(size_value)
    gaps = rolling_gap(levels["value"], levels["growth"], 10)
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)
