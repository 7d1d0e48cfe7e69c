"""The numbers this thesis quotes: one function each.

A parameter's name is the table (thesis.yml, data:) or the fact that the function is given. The
first line of the docstring is what the number says; data page and ledger print it.
"""

import datetime as dt
import re

import pandas as pd

from generator import (
    Fact,
    Lead,
    NotStored,
    annualised,
    billions,
    calendar_year_return,
    count,
    dollars,
    k_of_n,
    latest,
    lead,
    month_end,
    noise,
    number,
    percent,
    percent_a_year,
    period_return,
    points,
    ratio,
    relative,
    require_history,
    share_of_windows,
    times,
    total_return,
    volatility,
    wilson_interval,
)

SMALL, LARGE = "R2000TR", "SP500TR"
NO_LOSSES = "forward 12m, excl. loss makers (BofA basis)"
BIRINYI = ("forward 12m, incl. loss makers (Birinyi)", "forward 12m (Birinyi)")
AVUV_WINDOW = ("2019-09-30", "2025-04-30")
TARIFF_FALL = ("2025-02-19", "2025-04-08")


# ---- Index returns, calendar years ----


def _years(index_returns: pd.DataFrame) -> pd.DataFrame:
    """Total returns in percent, a column an index, for the years that both have."""
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    return wide[[SMALL, LARGE]].dropna()


def _year_end_of(year: int) -> dt.date:
    return dt.date(year, 12, 31)


def _in_year(index_returns: pd.DataFrame, symbol: str, year: int) -> float:
    years = _years(index_returns)
    if year not in years.index:
        raise NotStored(f"the calendar-year returns end in {years.index[-1]}")
    return float(years[symbol][year])


def _growth(returns: pd.Series) -> float:
    return float((1 + returns / 100).prod())


def _decades(years: pd.DataFrame) -> pd.DataFrame:
    """Growth of one dollar over each ten calendar years, by the last of them."""
    return (1 + years / 100).rolling(10).apply(lambda values: values.prod(), raw=True).dropna()


def _year_end(years: pd.DataFrame) -> object:
    return pd.Timestamp(year=int(years.index[-1]), month=12, day=31).date()


def russell_2000_2024(index_returns: pd.DataFrame) -> Fact:
    """Total return of the Russell 2000 in 2024."""
    return percent(_in_year(index_returns, SMALL, 2024), as_of=_year_end_of(2024))


def sp500_2024(index_returns: pd.DataFrame) -> Fact:
    """Total return of the S&P 500 in 2024."""
    return percent(_in_year(index_returns, LARGE, 2024), as_of=_year_end_of(2024))


def small_last_year(index_returns: pd.DataFrame) -> Fact:
    """Total return of the Russell 2000 in the last complete calendar year stored."""
    years = _years(index_returns)
    return percent(float(years[SMALL].iloc[-1]), as_of=_year_end(years))


def large_last_year(index_returns: pd.DataFrame) -> Fact:
    """Total return of the S&P 500 in the last complete calendar year stored."""
    years = _years(index_returns)
    return percent(float(years[LARGE].iloc[-1]), as_of=_year_end(years))


def decade_gap_index(index_returns: pd.DataFrame) -> Fact:
    """Annualized total return of the Russell 2000 minus that of the S&P 500, last ten years."""
    years = _years(index_returns)
    rates = 100 * (_decades(years) ** 0.1 - 1)
    gaps = rates[SMALL] - rates[LARGE]
    return points(float(gaps.iloc[-1]), as_of=_year_end(years), history=gaps)


def decades_won(index_returns: pd.DataFrame) -> Fact:
    """Rolling ten-calendar-year windows in which the Russell 2000 beat the S&P 500."""
    years = _years(index_returns)
    windows = _decades(years)
    won = int((windows[SMALL] > windows[LARGE]).sum())
    return k_of_n(won, len(windows), as_of=_year_end(years))


def won_by(index_returns: pd.DataFrame) -> Fact:
    """Average lead of the Russell 2000 over the S&P 500 in the years it won, since 1986."""
    years = _years(index_returns)
    gap = years[SMALL] - years[LARGE]
    return points(float(gap[gap > 0].mean()), as_of=_year_end(years))


def lost_by(index_returns: pd.DataFrame) -> Fact:
    """Average lead of the Russell 2000 over the S&P 500 in the years it lost, since 1986."""
    years = _years(index_returns)
    gap = years[SMALL] - years[LARGE]
    return points(float(gap[gap < 0].mean()), as_of=_year_end(years))


def decades_interval(index_returns: pd.DataFrame) -> Fact:
    """Wilson 95% interval of the share of ten-year windows won, as if they were independent."""
    years = _years(index_returns)
    windows = _decades(years)
    low, high = wilson_interval(int((windows[SMALL] > windows[LARGE]).sum()), len(windows))
    return Fact(
        100 * low, "percent", f"{100 * low:.0f}% to {100 * high:.0f}%", as_of=_year_end(years)
    )


def last_decade_won(index_returns: pd.DataFrame) -> Fact:
    """The last year that ended a ten-year window won by the Russell 2000."""
    years = _years(index_returns)
    windows = _decades(years)
    last = int(windows.index[windows[SMALL] > windows[LARGE]][-1])
    return Fact(last, "year", str(last), as_of=_year_end(years))


def years_won_of_twenty(index_returns: pd.DataFrame) -> Fact:
    """Years of the last twenty in which the Russell 2000 beat the S&P 500."""
    years = _years(index_returns).tail(20)
    return k_of_n(int((years[SMALL] > years[LARGE]).sum()), len(years), as_of=_year_end(years))


def years_won_large_caps(index_returns: pd.DataFrame) -> Fact:
    """Years from 2005 to 2024 in which the Russell 2000 beat the Russell 1000, as far as stored."""
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    years = wide[[SMALL, "R1000TR"]].dropna().loc[2005:2024]
    if len(years) < 19:  # the Russell 1000's 2024 is not in the table; it led by far
        raise NotStored(f"{len(years)} of the twenty years are stored")
    won = int((years[SMALL] > years["R1000TR"]).sum())
    return count(won, as_of=pd.Timestamp("2024-12-31").date())


def years_won(index_returns: pd.DataFrame) -> Fact:
    """Calendar years since 1986 in which the Russell 2000 beat the S&P 500."""
    years = _years(index_returns)
    return k_of_n(int((years[SMALL] > years[LARGE]).sum()), len(years), as_of=_year_end(years))


# ---- Published valuations ----


def _newest(rows: pd.DataFrame, day: str, what: str) -> pd.Series:
    """The last row by its date; "not stored" when this edition knows of none."""
    if rows.empty:
        raise NotStored(f"no {what} had been published by this edition's day")
    return rows.sort_values(day).iloc[-1]


def _quoted(quotes: pd.DataFrame, measure: str, index: str, *bases: str) -> pd.Series:
    """The newest quote of one measure of one index on one basis."""
    rows = quotes[(quotes["measure"] == measure) & (quotes["index"] == index)]
    return _newest(rows[rows["basis"].isin(bases)], "date", f"{measure} of the {index}")


def _day(text: str) -> object:
    """The last day a written date may mean: 2025-04 is 2025-04-30."""
    return (pd.Period(text).to_timestamp(how="end")).date()


def forward_pe_latest(quotes: pd.DataFrame) -> Fact:
    """Newest published forward P/E of the Russell 2000, loss makers left out (BofA)."""
    row = _quoted(quotes, "forward P/E", "Russell 2000", NO_LOSSES)
    return times(row["value"], as_of=_day(row["date"]))


def relative_pe_latest(quotes: pd.DataFrame) -> Fact:
    """Newest published forward P/E of the Russell 2000 over that of the Russell 1000 (BofA)."""
    measure, index = "relative forward P/E", "Russell 2000 / Russell 1000"
    row = _quoted(quotes, measure, index, NO_LOSSES)
    same = quotes[["measure", "index", "basis"]].eq([measure, index, NO_LOSSES]).all(axis=1)
    history = quotes[same].set_index("date")["value"].astype(float)
    return ratio(row["value"], as_of=_day(row["date"]), history=history)


def relative_pe_norm(quotes: pd.DataFrame) -> Fact:
    """Newest published long-run average of that ratio (BofA)."""
    measure = "long-run average of relative forward P/E"
    row = _quoted(quotes, measure, "Russell 2000 / Russell 1000", NO_LOSSES)
    return ratio(row["value"], as_of=_day(row["date"]))


def relative_pe_lowest(quotes: pd.DataFrame) -> Fact:
    """Lowest relative forward P/E among the readings held (BofA)."""
    rows = quotes[(quotes["measure"] == "relative forward P/E") & (quotes["basis"] == NO_LOSSES)]
    row = _newest(rows, "value", "relative P/E")
    return ratio(float(rows["value"].min()), as_of=_day(row["date"]))


def relative_pe_highest(quotes: pd.DataFrame) -> Fact:
    """Highest relative forward P/E among the readings held (BofA)."""
    rows = quotes[(quotes["measure"] == "relative forward P/E") & (quotes["basis"] == NO_LOSSES)]
    row = _newest(rows, "value", "relative P/E")
    return ratio(float(rows["value"].max()), as_of=_day(row["date"]))


def relative_pe_norm_first(quotes: pd.DataFrame) -> Fact:
    """The oldest stored quote of that long-run average."""
    rows = quotes[quotes["measure"] == "long-run average of relative forward P/E"]
    row = rows.sort_values("date").iloc[0]
    return ratio(row["value"], as_of=_day(row["date"]))


def discount(relative_pe_latest: Fact, relative_pe_norm: Fact) -> Fact:
    """How far the relative P/E stands below its long-run average, in percent of it."""
    return percent(100 * (1 - relative_pe_latest.value / relative_pe_norm.value), 0)


def pe_with_losses_small(quotes: pd.DataFrame) -> Fact:
    """Newest forward P/E of the Russell 2000 with loss makers counted (Birinyi)."""
    row = _quoted(quotes, "forward P/E", "Russell 2000", *BIRINYI)
    return times(row["value"], as_of=_day(row["date"]))


def pe_with_losses_large(quotes: pd.DataFrame) -> Fact:
    """Newest forward P/E of the S&P 500 from the same table (Birinyi)."""
    row = _quoted(quotes, "forward P/E", "S&P 500", *BIRINYI)
    return times(row["value"], as_of=_day(row["date"]))


def pe_ratio_with_losses(pe_with_losses_small: Fact, pe_with_losses_large: Fact) -> Fact:
    """The Russell 2000's forward P/E over the S&P 500's with loss makers counted."""
    return ratio(pe_with_losses_small.value / pe_with_losses_large.value)


def implied_small(quotes: pd.DataFrame) -> Fact:
    """Newest ten-year price return BofA read from the Russell 2000's forward P/E."""
    basis = "price return implied by forward P/E"
    row = _quoted(quotes, "implied 10-year return", "Russell 2000", basis)
    return percent_a_year(row["value"], 0, as_of=_day(row["date"]))


def implied_first(quotes: pd.DataFrame) -> Fact:
    """The oldest stored vintage of that reading."""
    rows = quotes[
        (quotes["measure"] == "implied 10-year return") & (quotes["index"] == "Russell 2000")
    ]
    row = rows.sort_values("date").iloc[0]
    return percent_a_year(row["value"], 0, as_of=_day(row["date"]))


def implied_large_2023(quotes: pd.DataFrame) -> Fact:
    """The same regression's reading for large caps in November 2023."""
    rows = quotes[
        (quotes["measure"] == "implied 10-year return") & (quotes["index"] == "Russell 1000")
    ]
    row = rows[rows["date"] == "2023-11-30"].iloc[0]
    return percent_a_year(row["value"], 0, as_of=_day(row["date"]))


def members_trailing(cited_claims: pd.DataFrame) -> Fact:
    """Share of S&P 500 members that did not beat the index in 2024."""
    row = _newest(cited_claims[cited_claims["id"] == "C14"], "as_of", "count of members")
    return percent(100 - float(row["value"]), 0, as_of=_day(row["as_of"]))


def loss_makers_latest(counter_evidence: pd.DataFrame) -> Fact:
    """Newest published share of Russell 2000 members losing money."""
    rows = counter_evidence[
        counter_evidence["fact"] == "Share of loss-making members, Russell 2000"
    ]
    row = _newest(rows, "date", "share of loss makers")
    return percent(float(row["value"]), 0, as_of=_day(row["date"]))


# ---- The Federal Reserve ----


def target_now(fomc_target: pd.DataFrame) -> Fact:
    """Upper bound of the federal funds target after the last change stored."""
    return percent(float(fomc_target["upper_after"].iloc[-1]), 2)


def cut_so_far(fomc_target: pd.DataFrame) -> Fact:
    """Percentage points taken off the target since the first cut of September 2024."""
    first = fomc_target[fomc_target["announced"] == "2024-09-18"]
    before = _newest(first, "announced", "cut of September 2024")["upper_before"]
    return points(float(before) - float(fomc_target["upper_after"].iloc[-1]), 2)


def cuts_in_2026(fomc_target: pd.DataFrame, fed_upper: pd.DataFrame | None = None) -> Fact:
    """Cuts of the federal funds target in 2026 so far, by FRED's upper bound where it is stored."""
    cuts = fomc_target[fomc_target["change_bp"] < 0]
    years = cuts["announced"].str[:4].astype(int).value_counts()
    history = years.reindex(range(1991, 2026), fill_value=0)  # 1990 is in the record only from July
    if fed_upper is None:
        return count(int(years.get(2026, 0)), history=history)
    fallen = fed_upper.index[fed_upper["value"].diff() < 0]
    return count(
        int((fallen.year == 2026).sum()), as_of=fed_upper.index[-1].date(), history=history
    )


def relief_per_cut(cited_claims: pd.DataFrame) -> Fact:
    """Percentage points of the burden that a quarter-point cut removes, by BofA's own scenarios."""
    row = _newest(cited_claims[cited_claims["id"] == "C26"], "as_of", "estimate of the burden")
    without_cuts = float(re.search(r"(\d+)% without cuts", row["problem"])[1])
    value = (without_cuts - float(row["value"])) / 4
    return points(value, 2, as_of=_day(row["as_of"]))


def _size_after_cuts(factors: pd.DataFrame, first_cuts: pd.DataFrame) -> pd.Series:
    """Compounded SMB in percent over the twelve months after each first cut, where stored."""
    smb = pd.Series(factors["SMB"].to_numpy(), index=pd.PeriodIndex(factors["month"], freq="M"))
    sums = {}
    for date in first_cuts["date"]:
        month = pd.Period(date, freq="M")
        after = smb[(smb.index > month) & (smb.index <= month + 12)]
        if len(after) == 12:
            sums[str(month)] = 100 * (_growth(after) - 1)
    return pd.Series(sums)


def recession_cuts(first_cuts: pd.DataFrame) -> Fact:
    """First cuts since 1980 that came within twelve months of a recession."""
    linked = first_cuts["recession_within_12m_nber"]
    return k_of_n(int((linked == "yes").sum()), len(linked))


def years_to_record(closes: pd.DataFrame) -> Fact:
    """From the old record close of IWM to the first one above it."""
    days = pd.to_datetime(closes[closes["symbol"] == "IWM"]["date"])
    years = (days.max() - days.min()).days / 365.25
    return Fact(years, "years", f"{number(years, 1)} years", as_of=days.max().date())


def _after_the_cut_of_2024(first_cuts: pd.DataFrame, index: str) -> Fact:
    row = first_cuts[first_cuts["date"].astype(str) == "2024-09-18"].iloc[0]
    found = re.search(rf"{index} \+([\d.]+)", row["note"])
    return percent(float(found[1]), as_of=pd.Timestamp("2025-09-18").date())


def small_after_cut_2024(first_cuts: pd.DataFrame) -> Fact:
    """Price change of the Russell 2000 in the twelve months from the cut of September 18, 2024."""
    return _after_the_cut_of_2024(first_cuts, "R2000")


def large_after_cut_2024(first_cuts: pd.DataFrame) -> Fact:
    """Price change of the S&P 500 in the twelve months from the cut of September 18, 2024."""
    return _after_the_cut_of_2024(first_cuts, "S&P 500")


def first_cut_interval(first_cuts: pd.DataFrame) -> Fact:
    """Wilson 95% interval of small caps' hit rate after recession-linked first cuts."""
    parts = first_cuts["note"].str.extract(r"smallest 30% ([-\d.]+), largest 30% ([-\d.]+)")
    linked = parts[first_cuts["recession_within_12m_nber"] == "yes"].astype(float).dropna()
    low, high = wilson_interval(int((linked[0] > linked[1]).sum()), len(linked))
    text = f"{100 * low:.0f}% to {100 * high:.0f}%"
    return Fact(100 * low, "percent", text, as_of=pd.Timestamp("2020-07-31").date())


def size_after_cuts(factors: pd.DataFrame, first_cuts: pd.DataFrame) -> Fact:
    """First cuts after which the size factor SMB was positive over the next twelve months."""
    outcomes = _size_after_cuts(factors, first_cuts)
    last = pd.Period(factors["month"].iloc[-1]).to_timestamp(how="end").date()
    return k_of_n(int((outcomes > 0).sum()), len(outcomes), as_of=last)


# ---- A century of size ----


def _factor_end(table: pd.DataFrame) -> object:
    return pd.Period(table["month"].iloc[-1]).to_timestamp(how="end").date()


def size_premium(factors: pd.DataFrame) -> Fact:
    """Annualized return of the size factor SMB since July 1926."""
    rate = _growth(factors["SMB"]) ** (12 / len(factors)) - 1
    return percent_a_year(100 * rate, as_of=_factor_end(factors))


def size_premium_since_1981(factors: pd.DataFrame) -> Fact:
    """Annualized return of the size factor SMB since January 1981."""
    recent = factors[factors["month"] >= "1981-01"]
    rate = _growth(recent["SMB"]) ** (12 / len(recent)) - 1
    return percent_a_year(100 * rate, as_of=_factor_end(factors))


def _portfolio_rate(portfolios: pd.DataFrame, name: str) -> Fact:
    growth = float((1 + portfolios[name]).prod())
    rate = growth ** (12 / len(portfolios)) - 1
    return percent_a_year(100 * rate, as_of=_factor_end(portfolios))


def small_value_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of small value stocks, 1949 to March 2017 (portfolio S1V5)."""
    return _portfolio_rate(portfolios, "S1V5")


def small_growth_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of small growth stocks, 1949 to March 2017 (portfolio S1V1)."""
    return _portfolio_rate(portfolios, "S1V1")


def large_growth_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of large growth stocks, 1949 to March 2017 (portfolio S5V1)."""
    return _portfolio_rate(portfolios, "S5V1")


def large_value_rate(portfolios: pd.DataFrame) -> Fact:
    """Annualized return of large value stocks, 1949 to March 2017 (portfolio S5V5)."""
    return _portfolio_rate(portfolios, "S5V5")


# ---- Fund facts, cited ----


def _fund(fund_facts: pd.DataFrame, fund: str, field: str) -> pd.Series:
    rows = fund_facts[(fund_facts["fund"] == fund) & (fund_facts["field"] == field)]
    return _newest(rows, "as_of", f"{field} of {fund}")


def iwm_holdings(fund_facts: pd.DataFrame) -> Fact:
    """Newest count of the lines in IWM."""
    row = _fund(fund_facts, "IWM", "holdings")
    return Fact(float(row["value"]), "lines", f"{int(row['value']):,}", as_of=_day(row["as_of"]))


def iwm_assets(fund_facts: pd.DataFrame) -> Fact:
    """Newest net assets of IWM."""
    row = _fund(fund_facts, "IWM", "net_assets")
    return billions(float(row["value"]), as_of=_day(row["as_of"]))


def iwm_fee(fund_facts: pd.DataFrame) -> Fact:
    """Newest expense ratio of IWM."""
    row = _fund(fund_facts, "IWM", "expense_ratio")
    return percent(float(row["value"]), 2, as_of=_day(row["as_of"]))


def avuv_fee(fund_facts: pd.DataFrame) -> Fact:
    """Newest expense ratio of AVUV."""
    row = _fund(fund_facts, "AVUV", "expense_ratio")
    return percent(float(row["value"]), 2, as_of=_day(row["as_of"]))


def health_care_lead(fund_facts: pd.DataFrame) -> Fact:
    """Weight of health care in IWM minus that of financials, GICS sectors of one holdings file."""
    sectors = [_fund(fund_facts, "IWM", f"sector_{place}") for place in (1, 2, 3, 4)]
    weights = {row["unit"].removeprefix("percent "): float(row["value"]) for row in sectors}
    lead = weights["Health Care (GICS)"] - weights["Financials (GICS)"]
    return points(lead, 2, as_of=_day(sectors[0]["as_of"]))


# ---- Fund data, rates and the library's own file: these need `mtm refresh` ----


def _fee(fund: pd.DataFrame) -> Fact:
    fee = latest(fund, "expense_ratio")
    return percent(fee.value, 2, as_of=fee.as_of)


def iwm_fee_read(iwm_fund: pd.DataFrame) -> Fact:
    """Expense ratio of IWM as Yahoo Finance last reported it."""
    return _fee(iwm_fund)


def spy_fee_read(spy_fund: pd.DataFrame) -> Fact:
    """Expense ratio of SPY as Yahoo Finance last reported it."""
    return _fee(spy_fund)


def avuv_fee_read(avuv_fund: pd.DataFrame) -> Fact:
    """Expense ratio of AVUV as Yahoo Finance last reported it."""
    return _fee(avuv_fund)


def ijr_fee_read(ijr_fund: pd.DataFrame) -> Fact:
    """Expense ratio of IJR as Yahoo Finance last reported it."""
    return _fee(ijr_fund)


def vbr_fee_read(vbr_fund: pd.DataFrame) -> Fact:
    """Expense ratio of VBR as Yahoo Finance last reported it."""
    return _fee(vbr_fund)


def _assets(fund: pd.DataFrame) -> Fact:
    assets = latest(fund, "net_assets")
    return billions(assets.value / 1e9, 1, as_of=assets.as_of)


def iwm_assets_read(iwm_fund: pd.DataFrame) -> Fact:
    """Net assets of IWM as Yahoo Finance last reported them."""
    return _assets(iwm_fund)


def spy_assets_read(spy_fund: pd.DataFrame) -> Fact:
    """Net assets of SPY as Yahoo Finance last reported them."""
    return _assets(spy_fund)


def avuv_assets_read(avuv_fund: pd.DataFrame) -> Fact:
    """Net assets of AVUV as Yahoo Finance last reported them."""
    return _assets(avuv_fund)


def ijr_assets_read(ijr_fund: pd.DataFrame) -> Fact:
    """Net assets of IJR as Yahoo Finance last reported them."""
    return _assets(ijr_fund)


def vbr_assets_read(vbr_fund: pd.DataFrame) -> Fact:
    """Net assets of VBR as Yahoo Finance last reported them, all share classes."""
    return _assets(vbr_fund)


def fed_upper_bound(fed_upper: pd.DataFrame) -> Fact:
    """Upper bound of the federal funds target on the last day FRED has."""
    return percent(fed_upper["value"].iloc[-1], 2, as_of=fed_upper.index[-1].date())


def _library_rate(size_value: pd.DataFrame, name: str) -> Fact:
    level = (1 + size_value[name].dropna() / 100).cumprod()
    years = len(level) / 12
    return percent_a_year(100 * (level.iloc[-1] ** (1 / years) - 1))


def small_value_library(size_value: pd.DataFrame) -> Fact:
    """Small value portfolio, total return a year since July 1926, from the library's file."""
    return _library_rate(size_value, "SMALL HiBM")


def small_growth_library(size_value: pd.DataFrame) -> Fact:
    """Small growth portfolio, total return a year since July 1926, from the library's file."""
    return _library_rate(size_value, "SMALL LoBM")


# ---- Daily prices: these need `mtm refresh` ----


def _year(prices: pd.DataFrame, year: int) -> Fact:
    value = 100 * calendar_year_return(total_return(prices), year)
    return percent(value, 2, as_of=pd.Timestamp(year=year, month=12, day=31).date())


def iwm_2024(iwm: pd.DataFrame) -> Fact:
    """Total return of IWM in 2024."""
    return _year(iwm, 2024)


def spy_2024(spy: pd.DataFrame) -> Fact:
    """Total return of SPY in 2024."""
    return _year(spy, 2024)


def avuv_2024(avuv: pd.DataFrame) -> Fact:
    """Total return of AVUV in 2024."""
    return _year(avuv, 2024)


def ijr_2024(ijr: pd.DataFrame) -> Fact:
    """Total return of IJR in 2024."""
    return _year(ijr, 2024)


def vbr_2024(vbr: pd.DataFrame) -> Fact:
    """Total return of VBR in 2024."""
    return _year(vbr, 2024)


def iwm_2025(iwm: pd.DataFrame) -> Fact:
    """Total return of IWM in 2025."""
    return _year(iwm, 2025)


def spy_2025(spy: pd.DataFrame) -> Fact:
    """Total return of SPY in 2025."""
    return _year(spy, 2025)


def avuv_2025(avuv: pd.DataFrame) -> Fact:
    """Total return of AVUV in 2025."""
    return _year(avuv, 2025)


def ijr_2025(ijr: pd.DataFrame) -> Fact:
    """Total return of IJR in 2025."""
    return _year(ijr, 2025)


def vbr_2025(vbr: pd.DataFrame) -> Fact:
    """Total return of VBR in 2025."""
    return _year(vbr, 2025)


def sp500_price_2024(sp_500: pd.DataFrame) -> Fact:
    """Price return of the S&P 500 in 2024."""
    value = 100 * calendar_year_return(sp_500["close"], 2024)
    return percent(value, 2, as_of=pd.Timestamp("2024-12-31").date())


def equal_weight_gap_2024(rsp: pd.DataFrame, spy_2024: Fact) -> Fact:
    """Total return of the equal-weighted S&P 500 (RSP) minus SPY in 2024."""
    return points(_year(rsp, 2024).value - spy_2024.value, as_of=spy_2024.as_of)


def decade_gap_to_2024(iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Cumulative total return of SPY minus that of IWM over the ten years to 2024."""
    require_history(iwm, "2014-12-31")
    window = ("2014-12-31", "2024-12-31")
    gap = period_return(total_return(spy), *window) - period_return(total_return(iwm), *window)
    return points(100 * gap, 0, as_of=pd.Timestamp("2024-12-31").date())


def price_ratio_percentile(russell_2000: pd.DataFrame, sp_500: pd.DataFrame) -> Fact:
    """Percentile of the month-end price ratio of Russell 2000 to S&P 500 since September 1987."""
    for prices in (russell_2000, sp_500):
        require_history(prices, "1987-09-30")
    ratios = month_end(relative(russell_2000["close"], sp_500["close"]))
    rank = 100 * float((ratios <= ratios.iloc[-1]).mean())
    return Fact(
        rank, "percentile", f"{_ordinal(round(rank))} percentile", as_of=ratios.index[-1].date()
    )


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else ending}"


def _window(prices: pd.DataFrame, window: tuple[str, str]) -> Fact:
    rate = 100 * annualised(total_return(prices), start=window[0], end=window[1])
    return percent_a_year(rate, as_of=pd.Timestamp(window[1]).date())


def avuv_window(avuv: pd.DataFrame) -> Fact:
    """Annualized total return of AVUV, end of September 2019 to end of April 2025."""
    return _window(avuv, AVUV_WINDOW)


def vbr_window(vbr: pd.DataFrame) -> Fact:
    """Annualized total return of VBR in the same window."""
    return _window(vbr, AVUV_WINDOW)


def iwm_window(iwm: pd.DataFrame) -> Fact:
    """Annualized total return of IWM in the same window."""
    return _window(iwm, AVUV_WINDOW)


def ijr_window(ijr: pd.DataFrame) -> Fact:
    """Annualized total return of IJR in the same window."""
    return _window(ijr, AVUV_WINDOW)


def spy_window(spy: pd.DataFrame) -> Fact:
    """Annualized total return of SPY in the same window."""
    return _window(spy, AVUV_WINDOW)


def ijs_window(ijs: pd.DataFrame) -> Fact:
    """Annualized total return of IJS in the same window."""
    return _window(ijs, AVUV_WINDOW)


def dfsvx_window(dfsvx: pd.DataFrame) -> Fact:
    """Annualized total return of DFSVX in the same window."""
    return _window(dfsvx, AVUV_WINDOW)


def _to_now(fund: str, **funds: pd.DataFrame) -> Fact:
    """Annualized return since September 2019, to the last day on which all funds have a close."""
    levels = pd.DataFrame({name: total_return(prices) for name, prices in funds.items()}).dropna()
    rate = 100 * annualised(levels[fund], start=AVUV_WINDOW[0])
    return percent_a_year(rate, as_of=levels.index[-1].date())


def avuv_to_now(avuv: pd.DataFrame, iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of AVUV from the end of September 2019 to the last common close."""
    return _to_now("avuv", avuv=avuv, iwm=iwm, spy=spy)


def iwm_to_now(avuv: pd.DataFrame, iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of IWM from the end of September 2019 to the last common close."""
    return _to_now("iwm", avuv=avuv, iwm=iwm, spy=spy)


def spy_to_now(avuv: pd.DataFrame, iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Annualized total return of SPY from the end of September 2019 to the last common close."""
    return _to_now("spy", avuv=avuv, iwm=iwm, spy=spy)


def avuv_lead(avuv_to_now: Fact, iwm_to_now: Fact, avuv: pd.DataFrame, iwm: pd.DataFrame) -> Fact:
    """Annualized lead of AVUV over IWM since the end of September 2019."""
    levels = pd.DataFrame({"avuv": total_return(avuv), "iwm": total_return(iwm)}).dropna()
    months = pd.DataFrame({name: month_end(levels[name]) for name in levels}).loc[AVUV_WINDOW[0] :]
    months = months / months.iloc[0]
    later = months.iloc[12:]  # an annual rate needs a year
    years = (later.index - months.index[0]).days / 365.25
    rates = 100 * (later.pow(1 / years, axis=0) - 1)
    return points(avuv_to_now.value - iwm_to_now.value, history=rates["avuv"] - rates["iwm"])


def _lead(fund: pd.DataFrame, benchmark: pd.DataFrame, since: str) -> Lead:
    return lead(total_return(fund).loc[since:], total_return(benchmark).loc[since:])


def avuv_lead_noise(avuv: pd.DataFrame, iwm: pd.DataFrame) -> Fact:
    """How much of AVUV's lead over IWM since the end of September 2019 chance alone explains."""
    return noise(_lead(avuv, iwm, AVUV_WINDOW[0]))


def avuv_behind_spy_noise(avuv: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """How much of the difference between AVUV and SPY over that time chance alone explains."""
    return noise(_lead(avuv, spy, AVUV_WINDOW[0]))


def _tariff(prices: pd.DataFrame) -> Fact:
    value = 100 * period_return(total_return(prices), *TARIFF_FALL)
    return percent(value, as_of=pd.Timestamp(TARIFF_FALL[1]).date())


def tariff_fall_small(iwm: pd.DataFrame) -> Fact:
    """Total return of IWM from 19 February to 8 April 2025."""
    return _tariff(iwm)


def tariff_fall_large(spy: pd.DataFrame) -> Fact:
    """Total return of SPY from 19 February to 8 April 2025."""
    return _tariff(spy)


def _rebound(prices: pd.DataFrame) -> Fact:
    value = 100 * period_return(total_return(prices), TARIFF_FALL[1], "2025-12-31")
    return percent(value, as_of=dt.date(2025, 12, 31))


def rebound_small(iwm: pd.DataFrame) -> Fact:
    """Total return of IWM from 8 April to the end of 2025."""
    return _rebound(iwm)


def rebound_large(spy: pd.DataFrame) -> Fact:
    """Total return of SPY from 8 April to the end of 2025."""
    return _rebound(spy)


def _this_year(prices: pd.DataFrame, other: pd.DataFrame) -> Fact:
    """Total return since the end of the year before, to the last day both have a close."""
    day = min(prices.index[-1], other.index[-1])
    level = total_return(prices).loc[:day]
    value = 100 * period_return(level, dt.date(day.year - 1, 12, 31), day.date())
    return percent(value, as_of=day.date())


def small_this_year(iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of IWM in the current calendar year so far, not annualized."""
    return _this_year(iwm, spy)


def large_this_year(iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Total return of SPY in the current calendar year so far, not annualized."""
    return _this_year(spy, iwm)


def _gaps_24_months(iwm: pd.DataFrame, spy: pd.DataFrame) -> pd.Series:
    """Cumulative total return of IWM minus that of SPY, points, over 24 months to each month end."""
    months = pd.DataFrame(
        {"iwm": month_end(total_return(iwm)), "spy": month_end(total_return(spy))}
    )
    growth = months.dropna() / months.dropna().shift(24)
    gaps = 100 * (growth["iwm"] - growth["spy"]).dropna()
    if gaps.empty:
        raise NotStored("fewer than 24 complete months are stored")
    return gaps


def gap_24_months(iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Cumulative total return of IWM minus that of SPY over the last 24 complete months."""
    gaps = _gaps_24_months(iwm, spy)
    return points(float(gaps.iloc[-1]), as_of=gaps.index[-1].date(), history=gaps)


def iwm_august_2025(iwm: pd.DataFrame) -> Fact:
    """Total return of IWM in August 2025."""
    value = 100 * period_return(total_return(iwm), "2025-07-31", "2025-08-29")
    return percent(value, as_of=pd.Timestamp("2025-08-29").date())


def iwm_record_close(iwm: pd.DataFrame) -> Fact:
    """First close of IWM above that of 8 November 2021."""
    require_history(iwm, "2021-11-08")
    later = iwm["close"][iwm.index > "2021-11-08"]
    above = later[later > iwm["close"]["2021-11-08"]]
    if above.empty:
        raise NotStored("no stored close of IWM stands above that of 2021-11-08")
    return dollars(float(above.iloc[0]), as_of=above.index[0].date())


def _decade_volatility(prices: pd.DataFrame) -> Fact:
    level = total_return(prices)
    start = level.index[-1] - pd.DateOffset(years=10)
    require_history(prices, f"{start:%Y-%m-%d}")
    daily = level.pct_change()[level.index > start]
    return percent(100 * volatility(daily, 252), as_of=level.index[-1].date())


def volatility_small(iwm: pd.DataFrame) -> Fact:
    """Annualized volatility of IWM over ten years of daily returns."""
    return _decade_volatility(iwm)


def volatility_large(spy: pd.DataFrame) -> Fact:
    """Annualized volatility of SPY over ten years of daily returns."""
    return _decade_volatility(spy)


def etf_decade_wins(iwm: pd.DataFrame, spy: pd.DataFrame) -> Fact:
    """Share of ten-year windows, by month ends since May 2000, in which IWM beat SPY."""
    require_history(iwm, "2000-05-31", "the stored prices of IWM")
    months = [month_end(total_return(prices)) for prices in (iwm, spy)]
    won, windows = share_of_windows(*months, years=10)
    return k_of_n(won, windows, as_of=months[0].index[-1].date())
