"""The numbers of this thesis: one function each, its first line says what the number is."""

import datetime as dt

import pandas as pd

from generator import (
    Fact,
    NotStored,
    calendar_year_return,
    calendar_year_returns,
    drawdown,
    k_of_n,
    lead,
    month_end,
    noise,
    percent,
    points,
    relative,
    require_history,
    rolling_gap,
    share_of_windows,
    total_return,
    volatility,
)

EQUAL, INDEX = "RSP", "SP500TR"
FIRST_MONTH = "2005-01-31"  # the first month end of the stored prices, for counts that name it


# ---- Published years ----


def _years(index_returns: pd.DataFrame) -> pd.DataFrame:
    """Total returns in percent, a column each, for 2021 to 2023, the years published for RSP."""
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    if EQUAL not in wide:
        raise NotStored("no year of RSP had been published by this edition's day")
    return wide[[EQUAL, INDEX]].dropna().loc[2021:2023]


def _growth(years: pd.DataFrame) -> pd.Series:
    return (1 + years / 100).prod()


def years_led(index_returns: pd.DataFrame) -> Fact:
    """Years from 2021 to 2023 in which RSP returned more than the S&P 500."""
    years = _years(index_returns)
    led = int((years[EQUAL] > years[INDEX]).sum())
    return k_of_n(led, len(years), as_of=dt.date(2023, 12, 31))


def behind_2021_2023(index_returns: pd.DataFrame) -> Fact:
    """Cumulative total return of the S&P 500 minus that of RSP, 2021 to 2023."""
    growth = _growth(_years(index_returns))
    return points(100 * float(growth[INDEX] - growth[EQUAL]), as_of=dt.date(2023, 12, 31))


def equal_2022(index_returns: pd.DataFrame) -> Fact:
    """Total return of RSP in 2022, as published."""
    return percent(float(_years(index_returns)[EQUAL][2022]), as_of=dt.date(2022, 12, 31))


def index_2022(index_returns: pd.DataFrame) -> Fact:
    """Total return of the S&P 500 in 2022, as published."""
    return percent(float(_years(index_returns)[INDEX][2022]), as_of=dt.date(2022, 12, 31))


def lead_2022(index_returns: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of the S&P 500 in 2022, as published."""
    year = _years(index_returns).loc[2022]
    return points(float(year[EQUAL] - year[INDEX]), as_of=dt.date(2022, 12, 31))


def lead_2023(index_returns: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of the S&P 500 in 2023, as published."""
    year = _years(index_returns).loc[2023]
    return points(float(year[EQUAL] - year[INDEX]), as_of=dt.date(2023, 12, 31))


# ---- Cited figures ----


def _shares(evidence: pd.DataFrame) -> pd.DataFrame:
    rows = evidence[evidence["measure"] == "share of the ten largest"]
    if len(rows) < 2:
        raise NotStored("fewer than two readings had been published by this edition's day")
    return rows.sort_values("as_of")


def top_ten_first(evidence: pd.DataFrame) -> Fact:
    """Share of the ten largest companies in the S&P 500, oldest reading held."""
    row = _shares(evidence).iloc[0]
    return percent(float(row["value"]), as_of=pd.Period(row["as_of"]).end_time.date())


def top_ten_rise(evidence: pd.DataFrame) -> Fact:
    """Share of the ten largest companies, from the oldest reading to the end of 2024."""
    rows = _shares(evidence).set_index("id")["value"].astype(float)
    if not {"E02", "E04"} <= set(rows.index):
        raise NotStored("the share at the end of 2024 had not been published by this edition's day")
    return points(float(rows["E04"] - rows["E02"]), as_of=dt.date(2024, 12, 31))


def fee_gap(evidence: pd.DataFrame) -> Fact:
    """Expense ratio of RSP minus that of SPY."""
    fees = evidence[evidence["measure"] == "expense ratio"].set_index("index")
    if set(fees.index) != {"RSP", "SPY"}:
        raise NotStored("one of the two fees had not been published by this edition's day")
    gap = float(fees["value"]["RSP"]) - float(fees["value"]["SPY"])
    return points(gap, 2, as_of=dt.date.fromisoformat(fees["as_of"].max()))


# ---- Daily prices: these need `mtm refresh` ----


def _levels(rsp: pd.DataFrame, spy: pd.DataFrame) -> pd.DataFrame:
    """Total-return levels on the days that both have."""
    return pd.DataFrame({"rsp": total_return(rsp), "spy": total_return(spy)}).dropna()


def _months(rsp: pd.DataFrame, spy: pd.DataFrame) -> pd.DataFrame:
    levels = _levels(rsp, spy)
    return pd.DataFrame({name: month_end(levels[name]) for name in levels})


def lead_2024(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of SPY in 2024."""
    gaps = [100 * calendar_year_return(total_return(prices), 2024) for prices in (rsp, spy)]
    return points(gaps[0] - gaps[1], as_of=dt.date(2024, 12, 31))


def lead_2009(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of SPY in 2009."""
    gaps = [100 * calendar_year_return(total_return(prices), 2009) for prices in (rsp, spy)]
    return points(gaps[0] - gaps[1], as_of=dt.date(2009, 12, 31))


def lead_2008(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of SPY in 2008."""
    gaps = [100 * calendar_year_return(total_return(prices), 2008) for prices in (rsp, spy)]
    return points(gaps[0] - gaps[1], as_of=dt.date(2008, 12, 31))


def _complete_years(rsp: pd.DataFrame, spy: pd.DataFrame) -> pd.DataFrame:
    """Calendar-year returns in percent of the years that have ended."""
    levels = _levels(rsp, spy)
    years = pd.DataFrame({name: 100 * calendar_year_returns(levels[name]) for name in levels})
    last = levels.index[-1]
    return years.loc[: last.year - (0 if (last.month, last.day) >= (12, 29) else 1)].dropna()


def lead_in_last_loss(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of RSP minus that of SPY in the latest complete year in which SPY lost money."""
    years = _complete_years(rsp, spy)
    lost = years[years["spy"] < 0]
    if lost.empty:
        raise NotStored("no stored year has a loss of SPY")
    gaps = lost["rsp"] - lost["spy"]
    return points(float(gaps.iloc[-1]), as_of=dt.date(int(gaps.index[-1]), 12, 31), history=gaps)


def losses_softened(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Complete calendar years since 2006 in which SPY lost money and RSP lost less."""
    require_history(rsp, "2005-12-30")
    years = _complete_years(rsp, spy)
    lost = years[years["spy"] < 0]
    better = int((lost["rsp"] > lost["spy"]).sum())
    return k_of_n(better, len(lost), as_of=dt.date(int(years.index[-1]), 12, 31))


def decade_gap(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of RSP minus that of SPY over the last ten years, by month end."""
    months = _months(rsp, spy)
    gaps = rolling_gap(months["rsp"], months["spy"], 10)
    if gaps.empty:
        raise NotStored("fewer than ten years are stored")
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)


def decades_won(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Ten-year windows, by month ends since January 2005, in which RSP beat SPY."""
    require_history(rsp, FIRST_MONTH, "the stored prices of RSP")
    months = _months(rsp, spy).loc[FIRST_MONTH:]
    won, windows = share_of_windows(months["rsp"], months["spy"], years=10)
    return k_of_n(won, windows, as_of=months.index[-1].date())


def lead_since_2024(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of RSP minus that of SPY since the end of 2024."""
    levels = _levels(rsp, spy)
    months = _months(rsp, spy)
    found = lead(levels["rsp"].loc["2024-12-31":], levels["spy"].loc["2024-12-31":])
    history = rolling_gap(months["rsp"], months["spy"], 5)
    return points(100 * found.rate, as_of=levels.index[-1].date(), history=history)


def five_year_gap(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of RSP minus that of SPY over the last five years, by month end."""
    months = _months(rsp, spy)
    gaps = rolling_gap(months["rsp"], months["spy"], 5)
    if gaps.empty:
        raise NotStored("fewer than five years are stored")
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)


def lead_noise(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """How much of the difference between RSP and SPY over all stored days chance alone explains."""
    levels = _levels(rsp, spy)
    return noise(lead(levels["rsp"], levels["spy"]))


def volatility_gap(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized volatility of RSP minus that of SPY, daily returns over all stored days."""
    returns = _levels(rsp, spy).pct_change().iloc[1:]
    gap = volatility(returns["rsp"]) - volatility(returns["spy"])
    return points(100 * gap, as_of=returns.index[-1].date())


def below_its_high(rsp: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """How far RSP's total return over SPY's stands below its highest month end so far."""
    levels = _months(rsp, spy)
    falls = drawdown(relative(levels["rsp"], levels["spy"]))
    return percent(-100 * float(falls.iloc[-1]), 0, as_of=falls.index[-1].date())
