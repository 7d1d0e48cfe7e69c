"""The charts of this thesis: one function each, titles filled from the data."""

import pandas as pd

from generator import (
    Chart,
    Fact,
    bars,
    calendar_gaps,
    calendar_year_returns,
    dated_quotes,
    dots,
    falsifier_bullets,
    in_words,
    month_end,
    number,
    relative,
    relative_strength,
    risk_table,
    rolling_gaps,
    scoreboard,
    total_return,
    wilson_interval,
)

NAMES = {"RSP": "RSP", "SP500TR": "S&P 500"}


def _against(value: float, ahead: str, behind: str) -> str:
    """The word for a sign: what a flipped figure is called."""
    return ahead if value > 0 else behind


def _levels(rsp: pd.DataFrame, spy: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"RSP": total_return(rsp), "SPY": total_return(spy)}).dropna()


def _span(index: pd.DatetimeIndex) -> str:
    return f"{in_words(index[0].date())} to {in_words(index[-1].date())}"


# ---- From published figures ----


def published_years(index_returns: pd.DataFrame, years_led: Fact, behind_2021_2023: Fact) -> Chart:
    """Published years of RSP beside the S&P 500"""
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    years = wide[list(NAMES)].dropna().loc[2021:2023].rename(columns=NAMES)
    behind = behind_2021_2023.value
    return dots(
        years.rename(index=str),
        value="percent",
        title=f"Ahead in {years_led} years, {number(abs(behind), 1)} points "
        f"{_against(behind, 'behind', 'ahead')} overall",
        subtitle=f"Total return by calendar year, percent, RSP and the S&P 500 index, {years.index[0]} to"
        f" {years.index[-1]}",
        alt=f"Two dots for each year: RSP above the S&P 500 in {years_led}; together RSP ended "
        f"{number(abs(behind), 1)} points {_against(behind, 'behind', 'ahead')}.",
        note="All years for which a published return of RSP is held. RSP is after fees; an index has none.",
    )


def top_ten(evidence: pd.DataFrame, top_ten_first: Fact, top_ten_rise: Fact) -> Chart:
    """Published shares of the ten largest companies in the S&P 500"""
    rows = evidence[evidence["measure"] == "share of the ten largest"].copy()
    rows = rows.rename(columns={"as_of": "date"}).assign(series="ten largest companies")
    last = float(rows.sort_values("date")["value"].iloc[-1])
    return dated_quotes(
        rows,
        value="percent",
        zero=True,
        title=f"Ten companies {_against(last - top_ten_first.value, 'grew', 'shrank')} from "
        f"{number(top_ten_first.value, 0)}% to almost {number(last, 0)}%",
        subtitle="Share of the ten largest companies in the market value of the S&P 500, percent, as"
        f" published, {rows['date'].min()[:7]} to {rows['date'].max()[:7]}",
        alt=f"Dated points of one share: {top_ten_first} at the first reading, {number(last, 0)}% at the last,"
        f" {top_ten_rise} more by the end of 2024.",
        note="Three publishers. The last reading was given as almost 40% and is drawn at 40%.",
    )


def fees(evidence: pd.DataFrame, fee_gap: Fact) -> Chart:
    """Expense ratios of the two funds"""
    rows = evidence[evidence["measure"] == "expense ratio"].copy()
    rows["label"] = rows["index"] + ", " + rows["as_of"].str[:7]
    rows["value"] = rows["value"].astype(float)
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        value="percent",
        decimals=2,
        highlight=[name for name in rows["label"] if name.startswith("RSP")],
        title=f"RSP costs {number(abs(fee_gap.value), 2)} points a year "
        f"{_against(fee_gap.value, 'more', 'less')} than SPY",
        subtitle="Expense ratio, percent of assets a year, as published, readings of "
        f"{rows['as_of'].min()[:7]} to {rows['as_of'].max()[:7]}",
        alt=f"Two bars of expense ratios, {number(abs(fee_gap.value), 2)} points apart: "
        + ", ".join(f"{row['index']} {number(row['value'], 2)}%" for _, row in rows.iterrows())
        + ".",
        note="RSP's fee rests on a single source of grade 3. SPY's has been fixed since 2003.",
    )


# ---- From daily prices: these need `mtm refresh` ----


def strength(rsp: pd.DataFrame, spy: pd.DataFrame, below_its_high: Fact) -> Chart:
    """Equal weight relative to capitalization weight, with the mean so far"""
    levels = _levels(rsp, spy)
    ratio = month_end(relative(levels["RSP"], levels["SPY"]))
    high = ratio.idxmax()
    return relative_strength(
        levels["RSP"],
        levels["SPY"],
        name="RSP / SPY",
        title=f"Equal weight is {below_its_high} below its high of {high:%Y}"
        if below_its_high.value
        else "Equal weight has never stood higher against the index",
        subtitle="Total return of RSP over that of SPY, 1 on "
        f"{in_words(levels.index[0].date())}, month ends to {ratio.index[-1]:%B %Y}, log scale",
        alt=f"Line of equal weight over capitalization weight with its mean so far: {below_its_high} below"
        f" the high of {high:%B %Y} at the end.",
    )


def year_gaps(rsp: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Calendar-year gap between RSP and SPY"""
    levels = _levels(rsp, spy)
    years = pd.DataFrame({name: 100 * calendar_year_returns(levels[name]) for name in levels})
    last = levels.index[-1]
    # A year that is not over is no calendar year.
    years = years.loc[: last.year - (0 if (last.month, last.day) >= (12, 29) else 1)].dropna()
    gap = years["RSP"] - years["SPY"]
    recent = gap.tail(10)
    won = int((recent > 0).sum())
    low, high = wilson_interval(won, len(recent))
    return calendar_gaps(
        years["RSP"],
        years["SPY"],
        title=f"Equal weight led in {won} of the last {len(recent)} years",
        subtitle="Total return of RSP minus that of SPY, percentage points, "
        f"{gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns by year, above zero when equal weight led: {int((gap > 0).sum())} of {len(gap)} years,"
        f" {won} of the last {len(recent)}; {number(gap.iloc[-1], 1)} points in {gap.index[-1]}.",
        note=f"The last ten years: {won} of {len(recent)}, Wilson 95% interval {number(100 * low, 0)}% to"
        f" {number(100 * high, 0)}%.",
    )


def decade_gaps(rsp: pd.DataFrame, spy: pd.DataFrame, decade_gap: Fact) -> Chart:
    """Rolling ten-year gap of RSP and SPY by month"""
    levels, gap = _levels(rsp, spy), decade_gap.history
    now = decade_gap.value
    return rolling_gaps(
        levels["RSP"],
        levels["SPY"],
        10,
        name="RSP minus SPY",
        title=f"Ten-year gap: equal weight {number(abs(now), 1)} points a year "
        f"{_against(now, 'ahead', 'behind')}",
        subtitle="Annualized total return of RSP minus SPY over ten years, percentage points a year, by"
        f" month the window ends, {gap.index[0]:%B %Y} to {gap.index[-1]:%B %Y}",
        alt=f"Line of the ten-year gap by month: {number(now, 1)} points a year at the end, between "
        f"{number(float(gap.min()), 1)} and {number(float(gap.max()), 1)}.",
    )


def risk(rsp: pd.DataFrame, spy: pd.DataFrame, volatility_gap: Fact) -> Chart:
    """Risk and return of RSP and SPY in one window"""
    levels = _levels(rsp, spy)
    gap = volatility_gap.value
    return risk_table(
        levels,
        benchmark="SPY",
        spans=(1, 5, 10),
        title=f"RSP was {number(abs(gap), 1)} points {_against(gap, 'more', 'less')} volatile than SPY",
        subtitle="Total return a year, volatility, maximum drawdown and the measures against SPY, percent"
        f" unless a ratio, {_span(levels.index)}",
        alt=f"Table of risk for two funds in one window: volatility {number(abs(gap), 1)} points apart.",
        note="After fees, before tax and trading costs. The window is all that is stored of both.",
    )


# ---- How it stands ----


def falsifier_chart(falsifiers: pd.DataFrame) -> Chart:
    """How far each falsifier is from tripping"""
    tripped = int((falsifiers["state"] == "tripped").sum())
    return falsifier_bullets(
        falsifiers,
        title=f"{tripped if tripped else 'None'} of {len(falsifiers)} falsifiers "
        f"{'have' if tripped > 1 else 'has'} tripped",
        subtitle="Value now against the threshold registered in advance, percentage points; returns are"
        " total returns",
        alt=f"A track for each of {len(falsifiers)} falsifiers with its value and its threshold: {tripped}"
        " tripped.",
    )


def scoreboard_chart(claims: pd.DataFrame) -> Chart:
    """How the claims stand"""
    holding = int((claims["verdict"] == "holds").sum())
    return scoreboard(
        claims,
        title=f"{holding} of {len(claims)} claims hold in this edition",
        subtitle="Claims by section and verdict, count",
        alt=f"Symbols for {len(claims)} claims by section: {holding} hold.",
    )
