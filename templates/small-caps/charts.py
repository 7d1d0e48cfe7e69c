"""The charts this thesis shows: one function each.

Titles are filled from the data, so that a title cannot outlive what it says. The first line of a
docstring names the chart where an edition has to do without it.
"""

import re

import numpy as np
import pandas as pd

from generator import (
    Chart,
    Fact,
    NotStored,
    bars,
    by_month,
    calendar_gaps,
    columns,
    compound,
    cycle_table,
    dated_quotes,
    dots,
    drawdown,
    drawdowns,
    end_date_sensitivity,
    event_study,
    event_windows,
    expanding_z,
    falsifier_bullets,
    growth_of,
    in_words,
    lead,
    lines,
    month_end,
    number,
    relative,
    relative_strength,
    require_history,
    return_since,
    risk_table,
    rolling_beta,
    rolling_gap,
    rolling_gaps,
    rolling_risk,
    rolling_volatility,
    scoreboard,
    steps,
    table_chart,
    total_return,
    wilson_interval,
)

SMALL, LARGE = "R2000TR", "SP500TR"
NO_LOSSES = "forward 12m, excl. loss makers (BofA basis)"
NAMES = {
    "R2000TR": "Russell 2000",
    "SP500TR": "S&P 500",
    "R1000TR": "Russell 1000",
    "IWM": "IWM",
    "AVUV": "AVUV",
    "IJS": "IJS",
    "RSP": "RSP",
}
SINCE = "2019-09-30"  # the first month-end of the youngest fund, AVUV


def _years(index_returns: pd.DataFrame) -> pd.DataFrame:
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    return wide[[SMALL, LARGE]].dropna()


def _levels(index_returns: pd.DataFrame) -> pd.DataFrame:
    """Growth of one dollar by year end, from 1 at the end of the year before the first."""
    years = 1 + _years(index_returns) / 100
    first = pd.DataFrame(1.0, index=[int(years.index[0]) - 1], columns=years.columns)
    return pd.concat([first, years.cumprod()])


def _totals(**funds: pd.DataFrame | None) -> pd.DataFrame:
    """Total-return levels of the funds that are stored, a column each."""
    return pd.DataFrame({n: total_return(p) for n, p in funds.items() if p is not None})


def _span(index: pd.DatetimeIndex) -> str:
    return f"{in_words(index[0].date())} to {in_words(index[-1].date())}"


def _months(index: pd.DatetimeIndex) -> str:
    return f"{index[0]:%B %Y} to {index[-1]:%B %Y}"


def _against(value: float, ahead: str, behind: str) -> str:
    """The word for a sign: what a flipped figure is called."""
    return ahead if value > 0 else behind


# ---- Valuation ----


def relative_pe(
    quotes: pd.DataFrame,
    relative_pe_latest: Fact,
    relative_pe_norm_first: Fact,
    relative_pe_norm: Fact,
    discount: Fact,
) -> Chart:
    """Published relative forward P/E of the Russell 2000 and its drifting average"""
    measures = {
        "relative forward P/E": "Russell 2000 / Russell 1000",
        "long-run average of relative forward P/E": "average since 1985, as quoted",
    }
    rows = quotes[quotes["measure"].isin(measures) & (quotes["basis"] == NO_LOSSES)].copy()
    rows["series"] = rows["measure"].map(measures)
    rows["norm"] = rows["measure"].str.startswith("long-run average")
    return dated_quotes(
        rows,
        value="ratio",
        title=f"The relative multiple stands {number(abs(discount.value), 0)}% "
        f"{'below' if discount.value > 0 else 'above'} its average",
        subtitle="Forward P/E of the Russell 2000 over that of the Russell 1000, loss makers left out"
        f" (BofA), as published, {rows['date'].min()[:7]} to {rows['date'].max()[:7]}",
        alt=f"Dated points of the relative forward P/E, {relative_pe_latest} at the last reading, "
        f"{number(abs(discount.value), 0)}% "
        f"{'below' if discount.value > 0 else 'above'} a dashed line for the long-run average, which moves from "
        f"{relative_pe_norm_first} to {relative_pe_norm}.",
        note="From press reports of BofA notes, dated to the month-end they describe. The history"
        " behind the average was not available; only what was quoted is shown.",
    )


def forward_pe(quotes: pd.DataFrame, forward_pe_latest: Fact) -> Chart:
    """Published forward P/E of the Russell 2000 and the Russell 1000 on one basis"""
    rows = quotes[
        (quotes["measure"] == "forward P/E")
        & (quotes["basis"] == NO_LOSSES)
        & quotes["index"].isin(["Russell 2000", "Russell 1000"])
    ].copy()
    rows["series"] = rows["index"]
    first = rows[rows["series"] == "Russell 2000"].sort_values("date").iloc[0]
    rose = forward_pe_latest.value > first["value"]
    return dated_quotes(
        rows,
        value="times",
        title=f"The small-cap multiple {'rose' if rose else 'fell'} to {forward_pe_latest}",
        subtitle="Forward P/E, next twelve months, loss makers left out (BofA), as published, "
        f"{rows['date'].min()[:7]} to {rows['date'].max()[:7]}",
        alt="Dated points of two forward multiples on one basis: the Russell 2000, "
        f"{number(first['value'], 1)} in {first['date'][:7]} and {forward_pe_latest} at the last "
        f"reading, and the Russell 1000, {number(_last_of(rows, 'Russell 1000'), 1)} at its last.",
        note="One basis only. With loss makers counted the Russell 2000's multiple is about twice"
        " as high and above that of large caps; the two are never drawn on one axis.",
    )


def _last_of(rows: pd.DataFrame, index: str) -> float:
    """The newest value of one index among dated rows."""
    return float(rows[rows["index"] == index].sort_values("date")["value"].iloc[-1])


def implied_returns(quotes: pd.DataFrame, implied_first: Fact, implied_small: Fact) -> Chart:
    """Ten-year returns BofA read from forward multiples, by vintage"""
    rows = quotes[quotes["measure"] == "implied 10-year return"].copy()
    rows["series"] = rows["index"]
    fell = implied_small.value < implied_first.value
    large = rows[rows["index"] == "Russell 1000"].sort_values("date")
    return dated_quotes(
        rows,
        value="percent",
        decimals=0,
        title=f"The small-cap forecast has {'shrunk' if fell else 'grown'} from "
        f"{number(implied_first.value, 0)}% to {number(implied_small.value, 0)}%",
        subtitle="Price return in percent a year over the next ten years that BofA's regression read"
        f" from the forward P/E, by date of the reading, {rows['date'].min()[:7]} to"
        f" {rows['date'].max()[:7]}",
        alt="Dated points of two forecasts: the Russell 2000 from "
        f"{implied_first} in the first vintage to {implied_small} in the last; the Russell 1000 "
        f"from {number(large['value'].iloc[0], 0)}% to {number(large['value'].iloc[-1], 0)}%.",
        note="A forecast, not a result; no error band was published. The last large-cap reading is"
        " given as less than 1% and drawn at 1%.",
    )


def loss_makers(counter_evidence: pd.DataFrame, loss_makers_latest: Fact) -> Chart:
    """Published shares of index members that lose money"""
    rows = counter_evidence[counter_evidence["unit"].isin(["percent", "percent unprofitable"])]
    rows = rows[rows["fact"].str.contains("loss-making|unprofitable")].copy()
    rows["value"] = rows["value"].astype(float)
    rows["label"] = rows["index"] + ", " + rows["date"].str[:7]
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        value="percent",
        decimals=0,
        title=f"About {loss_makers_latest} of the Russell 2000 loses money",
        subtitle="Share of index members losing money, percent, by index and date of publication, "
        f"{rows['date'].min()[:7]} to {rows['date'].max()[:7]}",
        alt=f"Bars of {len(rows)} published shares of members that lose money: {loss_makers_latest} "
        "of the Russell 2000 at the newest reading; the S&P 600 is highlighted.",
        highlight=[name for name in rows["label"] if name.startswith("S&P 600")],
        note="Three publishers count differently; the order of size is what they share.",
    )


def price_ratio(
    russell_2000: pd.DataFrame, sp_500: pd.DataFrame, price_ratio_percentile: Fact
) -> Chart:
    """Price of the Russell 2000 relative to the S&P 500 since 1987"""
    ratios = month_end(relative(russell_2000["close"], sp_500["close"]))
    z = float(expanding_z(np.log(ratios), 60).iloc[-1])
    return relative_strength(
        russell_2000["close"],
        sp_500["close"],
        name="Russell 2000 / S&P 500",
        minimum=60,
        title=f"Relative price: {number(abs(z), 1)} standard deviations {_against(z, 'above', 'below')} its mean",
        subtitle="Price index of the Russell 2000 over that of the S&P 500, 1 on "
        f"{in_words(max(russell_2000.index[0], sp_500.index[0]).date())}, "
        f"month ends to {ratios.index[-1]:%B %Y}, log scale",
        alt="Line of the relative price of small caps since 1987 with the mean so far and one "
        f"standard deviation around it; the last point is {number(z, 1)} standard "
        f"deviations from its mean, at the {price_ratio_percentile} of all months.",
        note="Price only, without dividends.",
    )


def total_return_ratio(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Total return of IWM relative to SPY, with its expanding z-score"""
    levels = _totals(iwm=iwm, spy=spy).dropna()
    ratios = month_end(relative(levels["iwm"], levels["spy"]))
    z = float(expanding_z(np.log(ratios), 60).iloc[-1])
    return relative_strength(
        levels["iwm"],
        levels["spy"],
        name="IWM / SPY",
        minimum=60,
        title=f"Dividends included: {number(abs(z), 1)} deviations {_against(z, 'above', 'below')} the mean",
        subtitle="Total return of IWM over that of SPY, 1 on "
        f"{in_words(levels.index[0].date())}, month ends to {ratios.index[-1]:%B %Y}, log scale",
        alt="Line of IWM's total return over SPY's with the mean so far and one standard deviation "
        f"around it; the last month stands {number(z, 1)} standard deviations from the mean.",
    )


# ---- Concentration ----


def returns_2024(index_returns: pd.DataFrame, cited_claims: pd.DataFrame) -> Chart:
    """What 2024 returned, by what one owned"""
    rows = index_returns[index_returns["year"] == 2024].copy()
    if rows.empty or "C05" not in set(cited_claims["id"]):
        raise NotStored("the returns of 2024 had not been published by this edition's day")
    rows["label"] = rows["symbol"].map(NAMES)
    rows["value"] = rows["total_return_pct"].astype(float)
    labels = {"C05": "Magnificent 7, equal weight (price)", "C04": "S&P 500 (price)"}
    price = cited_claims[cited_claims["id"].isin(labels)].copy()
    price["label"] = price["id"].map(labels)
    price["value"] = price["value"].astype(float)
    rows["as_of"] = "2024-12-31"
    kept = ["label", "value", "as_of", "source", "url", "source_grade"]
    every = pd.concat([rows[kept], price[kept]]).sort_values("value", ascending=False)
    seven, index = (float(price.set_index("id")["value"][claim]) for claim in ("C05", "C04"))
    return bars(
        every.set_index("label")["value"],
        cited=every,
        value="percent",
        highlight=[name for name in every["label"] if name in ("Russell 2000", "IWM")],
        title=f"Seven stocks {_against(seven - index, 'led', 'trailed')} the index by "
        f"{number(abs(seven - index), 0)} points",
        subtitle="Return in 2024, percent; total return unless marked price",
        alt=f"Bars of 2024 returns: the Magnificent 7 {number(seven, 1)}%, "
        f"the S&P 500 {number(index, 1)}% on the same basis, {number(abs(seven - index), 0)} points apart.",
    )


def _cited_claim(cited_claims: pd.DataFrame, name: str, lack: str) -> pd.DataFrame:
    """The row of a claim; NotStored with `lack` for one not published by this edition's day."""
    row = cited_claims[cited_claims["id"] == name]
    if row.empty:
        raise NotStored(lack)
    return row


def members_beating(cited_claims: pd.DataFrame) -> Chart:
    """How many members of the S&P 500 beat the index in 2024"""
    row = _cited_claim(
        cited_claims, "C14", "no count of members had been published by this edition's day"
    )
    beat = float(row["value"].iloc[0])
    rows = pd.concat([row, row]).assign(
        label=["beat the index", "did not"],
        value=[beat, 100 - beat],
        shown=["as published", "rest"],
    )
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        order="given",
        value="percent",
        decimals=0,
        highlight=["beat the index"],
        title=f"{'Most stocks' if beat > 50 else 'Few stocks' if beat < 25 else 'Some stocks'} beat the "
        f"index in 2024: {number(beat, 0)}%",
        subtitle="Share of S&P 500 members whose total return in 2024 was above the index's, percent",
        alt=f"Two bars: {number(beat, 0)}% of the members of the S&P 500 beat the index in 2024, "
        f"{number(100 - beat, 0)}% did not.",
        note="As published, from a single secondary source; the second bar is the rest.",
    )


def calendar_gap(index_returns: pd.DataFrame) -> Chart:
    """Calendar-year gap between Russell 2000 and S&P 500 since 1986"""
    years = _years(index_returns).rename(columns=NAMES | {LARGE: "S&P 500"})
    gap = years["Russell 2000"] - years["S&P 500"]
    won = int((gap.tail(10) > 0).sum())
    return calendar_gaps(
        years["Russell 2000"],
        years["S&P 500"],
        title=f"Small caps led in {won} of the last {len(gap.tail(10))} years",
        subtitle="Total return of the Russell 2000 minus that of the S&P 500, percentage points, "
        f"{gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns for each year from {gap.index[0]} to {gap.index[-1]}, above zero when small "
        f"caps led: {int((gap > 0).sum())} of {len(gap)} years, {won} of the last "
        f"{len(gap.tail(10))}; {number(gap.iloc[-1], 1)} points in {gap.index[-1]}.",
        note=f"The last ten years: {_interval(won, len(gap.tail(10)))}",
    )


def equal_weight(rsp: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """The equal-weighted S&P 500 relative to the capitalization-weighted one"""
    levels = _totals(rsp=rsp, spy=spy).dropna()
    change = 100 * float(relative(levels["rsp"], levels["spy"]).iloc[-1] - 1)
    return relative_strength(
        levels["rsp"],
        levels["spy"],
        name="RSP / SPY",
        title=f"Equal weight has {_against(change, 'gained', 'lost')} {number(abs(change), 0)}% on the "
        f"index since {levels.index[0]:%Y}",
        subtitle="Total return of the equal-weighted S&P 500 (RSP) over that of SPY, 1 on "
        f"{in_words(levels.index[0].date())}, month ends to {levels.index[-1]:%B %Y}, log scale",
        alt="Line of equal weight relative to capitalization weight, with its mean so far: "
        f"{number(change, 1)}% since {levels.index[0]:%Y-%m-%d}.",
    )


def equal_weight_drawdown(rsp: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """How far equal weight has fallen behind since it last led"""
    ratio = relative(total_return(rsp), total_return(spy)).rename("RSP / SPY")
    fall, peak = 100 * float(drawdown(ratio).iloc[-1]), ratio.idxmax()
    return drawdowns(
        ratio.to_frame(),
        title="Equal weight has never stood higher against the index"
        if fall == 0
        else f"Equal weight is {number(-fall, 0)}% below its high of {peak:%Y}",
        subtitle="Fall of RSP's total return over SPY's from its highest day so far, percent, "
        f"{_span(ratio.index)}",
        alt=f"Line of the fall of equal weight against capitalization weight: {number(fall, 1)}% at "
        f"the end, from the high of {peak:%Y-%m-%d}.",
    )


# ---- The Federal Reserve ----


def fed_target(
    fomc_target: pd.DataFrame,
    first_cuts: pd.DataFrame,
    recessions: pd.DataFrame,
    cited_claims: pd.DataFrame,
    target_now: Fact,
) -> Chart:
    """Federal funds target since 1990, with first cuts, recessions and a forecast of three cuts"""
    dates = pd.to_datetime(fomc_target["effective"])
    target = pd.Series(fomc_target["upper_after"].to_numpy(float), index=dates, name="target")
    fell = bool(target.iloc[-1] < target.iloc[-2])
    cuts = [d for d in first_cuts["date"] if len(d) == 10 and d >= str(target.index[0].date())]
    ghost = _three_cuts(target, cited_claims)
    return steps(
        target,
        bands=recessions,
        marks=[(day, "first cut" if place == 0 else "") for place, day in enumerate(cuts)],
        label="upper bound",
        ghost=ghost,
        ghost_label="forecast",
        title=f"The last change {'cut' if fell else 'raised'} the target to {target_now}",
        subtitle="Federal funds target, upper bound from December 2008, percent, every change from "
        f"{in_words(target.index[0].date())} to {in_words(target.index[-1].date())}",
        alt=f"Step line of the federal funds target since 1990, {target_now} after the last change "
        f"on {in_words(target.index[-1].date())}; first cuts of {len(cuts)} cycles are marked, "
        "recessions are shaded.",
        note="Thin rules: the first cut of each easing cycle. Recessions are NBER's."
        + (
            ""
            if ghost is None
            else " Dashed: BofA's forecast of December 2, 2025 of three cuts by the end of 2026, which"
            " names no days; drawn one in December 2025 and two at the end."
        ),
    )


def _three_cuts(target: pd.Series, cited_claims: pd.DataFrame) -> pd.Series | None:
    """The path that BofA's note of December 2025 foretold; None before it was published."""
    row = cited_claims[cited_claims["id"] == "C24"]
    if row.empty:
        return None
    made, due = pd.Timestamp(row["as_of"].iloc[0]), pd.Timestamp(row["resolves_on"].iloc[0])
    then, cuts_after = float(target[:made].iloc[-1]), float(row["value"].iloc[0])
    first = then - 0.25  # the cut of December, which the note counts
    path = {made: then, pd.Timestamp("2025-12-11"): first, due: first - 0.25 * cuts_after}
    return pd.Series(path)


def burden(cited_claims: pd.DataFrame) -> Chart:
    """What higher rates were estimated to cost, by the number of cuts"""
    row = _cited_claim(
        cited_claims, "C26", "no estimate of the burden had been published by this edition's day"
    )
    without = float(re.search(r"(\d+)% without cuts", row["problem"].iloc[0])[1])
    with_cuts = float(row["value"].iloc[0])
    rows = pd.concat([row, row]).assign(
        label=["no cut", "four cuts of a quarter point"], value=[without, with_cuts]
    )
    less = without - with_cuts
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        order="given",
        value="percent",
        decimals=0,
        highlight=["four cuts of a quarter point"],
        title=f"Four cuts {_against(less, 'lift', 'add')} {number(abs(less), 0)} of {number(without, 0)} "
        "points of burden",
        subtitle="Estimated loss of operating earnings over five years to higher rates, percent, Russell"
        " 2000 without financials, by cuts of the federal funds target (BofA, August 2025)",
        alt=f"Two bars: {number(without, 0)}% of operating earnings without cuts and "
        f"{number(with_cuts, 0)}% with four cuts, a difference of {number(abs(less), 0)} points.",
        note="An estimate, from a press report; only these two cases were published, and BofA's"
        " estimate of January 2025 was far lower.",
    )


def first_cut_table(first_cuts: pd.DataFrame) -> Chart:
    """Every easing cycle: what small and large caps did in the year after the first cut"""
    rows = _after_first_cuts(first_cuts)
    won = int((rows["smallest 30%"] > rows["largest 30%"]).sum())
    return cycle_table(
        rows,
        ours="smallest 30%",
        theirs="largest 30%",
        counted="small caps ahead",
        title=f"Small caps {'won' if 2 * won > len(rows) else 'lost'} more first-cut years than they "
        f"{'lost' if 2 * won > len(rows) else 'won'}"
        if 2 * won != len(rows)
        else "Small caps won every second first-cut year",
        subtitle="Total return of US stocks by size in the twelve months after the month of the first"
        f" cut, percent, and the lead in percentage points, cycles of {rows.index[0]} to"
        f" {rows.index[-1]}",
        alt=f"Table of {len(rows)} easing cycles with both returns and the lead of small caps, who were"
        f" ahead in {won}.",
        note="Recession: one began within twelve months or was under way, by NBER's dates. Computed by the editors from"
        " Ken French size portfolios; the cycle of September 2024 is not in them.",
    )


def _after_first_cuts(first_cuts: pd.DataFrame) -> pd.DataFrame:
    """Both returns in the year after each first cut that the record has, by its month."""
    parts = first_cuts["note"].str.extract(r"smallest 30% ([-\d.]+), largest 30% ([-\d.]+)")
    rows = pd.DataFrame(
        {
            "Recession": first_cuts["recession_within_12m_nber"],
            "smallest 30%": parts[0].astype(float),
            "largest 30%": parts[1].astype(float),
        }
    )
    return rows.set_axis(first_cuts["date"].str[:7].rename("cycle")).dropna()


def first_cut_outcomes(first_cuts: pd.DataFrame) -> Chart:
    """Small and large caps in the year after each first cut"""
    rows = _after_first_cuts(first_cuts)[["smallest 30%", "largest 30%"]]
    won = int((rows["smallest 30%"] > rows["largest 30%"]).sum())
    return dots(
        rows,
        value="percent",
        decimals=0,
        title=f"After the first cut, small caps won {won} of {len(rows)}",
        subtitle="Total return of US stocks by size in the twelve months after the month of the first"
        f" cut, percent, cycles of {rows.index[0]} to {rows.index[-1]}",
        alt=f"Two dots for each of {len(rows)} easing cycles: the smallest thirty percent of stocks"
        f" beat the largest in {won} of them.",
        note=f"{_interval(won, len(rows))} Computed by the editors from Ken French size portfolios;"
        " only the results are stored, so this edition does not recompute them. The cycle of"
        " September 2024 is not in them.",
    )


def first_cut_study(
    factors: pd.DataFrame, first_cuts: pd.DataFrame, size_after_cuts: Fact
) -> Chart:
    """The size factor around first cuts"""
    smb = by_month(factors, "SMB")
    level = (1 + smb / 100).cumprod()
    windows = event_windows(level, list(first_cuts["date"]), before=6, after=24).dropna(
        axis="columns", how="all"
    )
    linked = first_cuts.set_index(first_cuts["date"].str[:7])["recession_within_12m_nber"] == "yes"
    highlight = [name for name in windows.columns if bool(linked.get(str(name)[:7], False))]
    at_year = windows.loc[12].dropna()
    risen = int((at_year > 100).sum())
    return event_study(
        windows - 100,
        value="percent",
        event="first cut",
        highlight=highlight,
        highlight_label="recession within a year",
        title=f"The size factor rose after {size_after_cuts} first cuts",
        subtitle="Cumulated SMB (total returns, small minus large), percent from the month of the first cut,"
        f" six months before to 24 after, cycles of {windows.columns[0]} to {windows.columns[-1]}",
        alt=f"One line for each of {len(windows.columns)} easing cycles and a bold median; twelve"
        f" months after the cut {size_after_cuts} stood above where they began.",
        note=f"{_interval(risen, len(at_year))} SMB is a paper portfolio, long small and short large"
        " stocks, before costs. It ends in 2018, so the cycles of 2019 and 2024 are not in it.",
    )


def first_cut_prices(
    russell_2000: pd.DataFrame, sp_500: pd.DataFrame, first_cuts: pd.DataFrame
) -> Chart:
    """Russell 2000 relative to the S&P 500 around first cuts"""
    for prices in (russell_2000, sp_500):
        require_history(prices, "1988-12-31")
    ratios = month_end(relative(russell_2000["close"], sp_500["close"]))
    dates = [
        d
        for d in first_cuts["date"]
        if d >= str((ratios.index[0] + pd.DateOffset(months=6)).date())
    ]
    windows = event_windows(ratios, dates, before=6, after=24).dropna(axis="columns", how="all")
    at_year = windows.loc[12].dropna()
    won = int((at_year > 100).sum())
    linked = first_cuts.set_index(first_cuts["date"].str[:7])["recession_within_12m_nber"] == "yes"
    highlight = [name for name in windows.columns if bool(linked.get(str(name)[:7], False))]
    return event_study(
        windows - 100,
        value="percent",
        event="first cut",
        highlight=highlight,
        highlight_label="recession within a year",
        title=f"A year on, small caps led {won} of {len(at_year)} times",
        subtitle="Price of the Russell 2000 over that of the S&P 500, percent from the month of the"
        " first cut, month ends, six months before to 24 after, cycles of"
        f" {windows.columns[0]} to {windows.columns[-1]}",
        alt=f"One line for each of {len(windows.columns)} easing cycles since 1988 and a bold "
        f"median; after twelve months {won} of {len(at_year)} stood above 100.",
        note=f"{_interval(won, len(at_year))} Price only, without dividends.",
    )


# ---- Trade ----


def domestic_revenue(cited_claims: pd.DataFrame) -> Chart:
    """Share of revenue from the United States, small and large companies"""
    row = _cited_claim(
        cited_claims, "C32", "no revenue shares had been published by this edition's day"
    )
    small = float(row["value"].iloc[0])
    large = float(re.search(r"(\d+)% for the Russell 1000", row["statement"].iloc[0])[1])
    rows = pd.concat([row, row]).assign(
        label=["Russell 2000", "Russell 1000"], value=[small, large]
    )
    gap = small - large
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        order="given",
        value="percent",
        decimals=0,
        highlight=["Russell 2000"],
        title=f"Small companies sell {number(abs(gap), 0)} points {_against(gap, 'more', 'less')} at home",
        subtitle="Share of revenue from the United States, percent, members of each index, "
        f"{row['as_of'].iloc[0]}",
        alt=f"Two bars: {number(small, 0)}% of the revenue of Russell 2000 companies comes from the "
        f"United States, {number(large, 0)}% of that of the Russell 1000, {number(abs(gap), 0)} points"
        " apart.",
    )


def tariff(
    iwm: pd.DataFrame, spy: pd.DataFrame, tariff_fall_small: Fact, tariff_fall_large: Fact
) -> Chart:
    """IWM and SPY through the tariff sell-off of 2025"""
    levels = pd.DataFrame({"IWM": total_return(iwm), "SPY": total_return(spy)}).dropna()
    levels = levels.loc["2025-01-02":"2025-12-31"]
    levels = 100 * levels / levels.loc["2025-02-19"]
    worse = tariff_fall_small.value < tariff_fall_large.value
    return lines(
        levels,
        value="index",
        emphasise="IWM",
        marks=[("2025-02-19", "19 Feb"), ("2025-04-08", "8 Apr")],
        title=f"IWM fell {'more' if worse else 'less'} than SPY in the 2025 sell-off",
        subtitle="Total return, 100 on 19 February 2025, daily, "
        f"{in_words(levels.index[0].date())} to {in_words(levels.index[-1].date())}",
        alt=f"Two lines through 2025: from 19 February to 8 April IWM {tariff_fall_small}, SPY "
        f"{tariff_fall_large}, then a recovery.",
    )


# ---- Funds ----


def fund_years(index_returns: pd.DataFrame) -> Chart:
    """Calendar years of small-cap funds beside the S&P 500"""
    wide = index_returns.pivot(index="year", columns="symbol", values="total_return_pct")
    recent = wide.loc[2018:, ["IWM", "AVUV", "IJS", LARGE]].rename(columns=NAMES)
    behind = int((recent["IWM"] < recent["S&P 500"]).sum())
    return dots(
        recent.rename(index=str),
        value="percent",
        decimals=0,
        title=f"IWM trailed the S&P 500 in {behind} of {len(recent)} years",
        subtitle=f"Total return by calendar year, percent, {recent.index[0]} to {recent.index[-1]}",
        alt=f"Dots for each year and fund: IWM below the S&P 500 in {behind} of {len(recent)} "
        "years, the value funds AVUV and IJS scattered around both.",
        note=f"{_interval(behind, len(recent))} As published; AVUV from its first full year, IJS to 2024.",
    )


def fees(fund_facts: pd.DataFrame) -> Chart:
    """Expense ratios of the funds named"""
    rows = fund_facts[fund_facts["field"] == "expense_ratio"].copy()
    rows["value"] = rows["value"].astype(float)
    rows["label"] = rows["fund"] + ", " + rows["as_of"]
    rows = rows.sort_values("value")
    low, high = rows["value"].iloc[0], rows["value"].iloc[-1]
    read = rows["as_of"][rows["as_of"].str.match(r"\d{4}-\d\d")]  # some are "fixed since 2003"
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        order="smallest",
        value="percent",
        decimals=2,
        title=f"Fees run from {number(low, 2)}% to {number(high, 2)}% a year",
        subtitle="Expense ratio, percent of assets a year, as published, readings of "
        f"{read.min()[:7]} to {read.max()[:7]}",
        alt=f"Bars of every expense ratio in the record, from {number(low, 2)}% "
        f"({rows['fund'].iloc[0]}) to {number(high, 2)}% ({rows['fund'].iloc[-1]}).",
        highlight=[name for name in rows["label"] if name.startswith(("IWM", "AVUV"))],
    )


def growth(
    iwm: pd.DataFrame,
    avuv: pd.DataFrame,
    spy: pd.DataFrame,
    ijr: pd.DataFrame | None = None,
    vbr: pd.DataFrame | None = None,
) -> Chart:
    """Growth of $10,000 in small-cap funds and SPY since September 2019"""
    for prices in (iwm, avuv, spy):
        require_history(prices, SINCE)
    levels = _totals(IWM=iwm, AVUV=avuv, SPY=spy, IJR=ijr, VBR=vbr)
    frame = levels.loc[:, levels.apply(pd.Series.first_valid_index) <= SINCE].dropna().loc[SINCE:]
    last = (frame.iloc[-1] / frame.iloc[0]).sort_values(ascending=False)
    return growth_of(
        10_000,
        frame,
        emphasise=["IWM", "AVUV", "SPY"],
        marks=[("2020-03-23", "low of 2020")],
        title=f"Of {len(last)} funds, {last.index[0]} did best, {last.index[-1]} worst",
        subtitle=f"Growth of $10,000, total return (dividends reinvested), {_span(frame.index)}, before tax"
        " and trading costs",
        alt=f"Lines of {len(last)} funds: "
        + ", ".join(f"{name} ${10_000 * value:,.0f}" for name, value in last.items())
        + " at the end.",
        note="The window starts at the first month-end of AVUV, the youngest fund; the next chart"
        " shows how much depends on where it ends. Fund performance is after fees.",
    )


def end_date(
    avuv: pd.DataFrame, iwm: pd.DataFrame, avuv_lead: Fact, avuv_lead_noise: Fact
) -> Chart:
    """How AVUV's lead over IWM depends on the end date"""
    levels = _totals(avuv=avuv, iwm=iwm).dropna().loc[SINCE:]
    history = avuv_lead.history
    ahead = int((history > 0).sum())
    return end_date_sensitivity(
        levels["avuv"],
        levels["iwm"],
        SINCE,
        name="AVUV minus IWM",
        title=f"AVUV led IWM at {ahead} of {len(history)} month-ends",
        subtitle=f"Annualized total return of AVUV minus IWM from {in_words(levels.index[0].date())},"
        f" percentage points, by the month the window ends, to {history.index[-1]:%B %Y}",
        alt=f"Line of the annualized lead by end date: {number(history.iloc[-1], 1)} points at the last"
        f" month-end, ahead at {ahead} of {len(history)}, between {number(history.min(), 1)} and {number(history.max(), 1)}.",
        note=f"Month-ends at least one year after the start. To the last day, {avuv_lead_noise}.",
    )


def _interval(won: int, cycles: int) -> str:
    low, high = wilson_interval(won, cycles)
    return f"{won} of {cycles}: Wilson 95% interval {number(100 * low, 0)}% to {number(100 * high, 0)}%."


def _lead_error(ours: pd.Series, theirs: pd.Series) -> str:
    """The standard error of a lead between two monthly levels, in words."""
    error = 100 * lead(ours, theirs, 12).standard_error
    return f"Standard error of the lead: {number(error, 1)} points a year."


def size_and_value(
    portfolios: pd.DataFrame, small_value_rate: Fact, small_growth_rate: Fact
) -> Chart:
    """Growth of one dollar by size and value, 1949 to 2017"""
    levels = _academic(portfolios, "S1V5", "S1V1", "S5V5", "S5V1")
    ahead = small_value_rate.value > small_growth_rate.value
    return growth_of(
        1,
        levels,
        log=True,
        emphasise=["small value", "small growth"],
        title=f"Small value {'beat' if ahead else 'trailed'} small growth by "
        f"{number(abs(small_value_rate.value - small_growth_rate.value), 1)} points a year",
        subtitle="Growth of $1 in academic portfolios by size and value, total return before costs,"
        f" monthly, {levels.index[0]:%B %Y} to {levels.index[-1]:%B %Y}, log scale",
        alt=f"Four lines since 1949: small value {small_value_rate}, small growth "
        f"{small_growth_rate}, {number(abs(small_value_rate.value - small_growth_rate.value), 1)} points apart.",
        marks=[("1992-06-30", "Fama and French")],
        note=f"{_lead_error(levels['small value'], levels['small growth'])} Hypothetical portfolios; the smallest stocks are costly to trade.",
    )


# ---- The long record ----


def rolling_decade(index_returns: pd.DataFrame, decade_gap_index: Fact) -> Chart:
    """Ten-year annualized gap between Russell 2000 and S&P 500"""
    levels, gap = _levels(index_returns), decade_gap_index.history
    return rolling_gaps(
        levels[SMALL],
        levels[LARGE],
        10,
        title=f"Ten-year gap: small caps {number(abs(decade_gap_index.value), 1)} points a year "
        f"{_against(decade_gap_index.value, 'ahead', 'behind')}",
        subtitle="Annualized total return of the Russell 2000 minus that of the S&P 500 over ten calendar"
        f" years, percentage points a year, by last year, {gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns of the ten-year gap by the year the window ends: {number(gap.iloc[-1], 1)} points "
        f"a year to {gap.index[-1]}; lowest {number(gap.min(), 1)} to {gap.idxmin()}, highest "
        f"{number(gap.max(), 1)} to {gap.idxmax()}.",
    )


def _decades(index_returns: pd.DataFrame) -> pd.DataFrame:
    """Growth of one dollar over each ten calendar years, by the last of them."""
    levels = _levels(index_returns)
    return (levels / levels.shift(10)).dropna()


def decade_cumulative(index_returns: pd.DataFrame) -> Chart:
    """Ten-year cumulative gap between Russell 2000 and S&P 500"""
    levels, growth = _levels(index_returns), _decades(index_returns)
    gap = 100 * (growth[SMALL] - growth[LARGE])
    return rolling_gaps(
        levels[SMALL],
        levels[LARGE],
        10,
        form="cumulative",
        title=f"Over ten years small caps returned {number(abs(gap.iloc[-1]), 0)} points "
        f"{_against(gap.iloc[-1], 'more', 'less')}",
        subtitle="Cumulative total return of the Russell 2000 minus that of the S&P 500 over ten calendar"
        f" years, percentage points, by last year, {gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns of the cumulative ten-year gap: {number(gap.iloc[-1], 0)} points to "
        f"{gap.index[-1]}, lowest {number(gap.min(), 0)} to {gap.idxmin()}, highest "
        f"{number(gap.max(), 0)} to {gap.idxmax()}.",
    )


def decade_ratio(index_returns: pd.DataFrame) -> Chart:
    """Ten-year growth of the Russell 2000 over that of the S&P 500"""
    levels, growth = _levels(index_returns), _decades(index_returns)
    ratio = growth[SMALL] / growth[LARGE]
    return rolling_gaps(
        levels[SMALL],
        levels[LARGE],
        10,
        form="ratio",
        name="ratio",
        title=f"A small-cap decade {_against(ratio.iloc[-1] - 1, 'beat', 'trailed')} a large-cap one: "
        f"{number(ratio.iloc[-1], 2)} to 1",
        subtitle="Growth of one dollar in the Russell 2000 over that in the S&P 500, total return, ten"
        f" calendar years, ratio, by last year, {ratio.index[0]} to {ratio.index[-1]}",
        alt=f"Line of the ratio of ten-year growth: {number(ratio.iloc[-1], 2)} to 1 in {ratio.index[-1]}, "
        f"between {number(ratio.min(), 2)} and {number(ratio.max(), 2)}.",
    )


def since_five_years(index_returns: pd.DataFrame) -> Chart:
    """The last five calendar years against all windows of five years"""
    levels = _levels(index_returns)
    growth = (levels / levels.shift(5)).dropna()
    leads = 100 * (growth[SMALL] - growth[LARGE])
    now, worse = float(leads.iloc[-1]), int((leads < leads.iloc[-1]).sum())
    return return_since(
        levels[SMALL],
        int(levels.index[-6]),
        benchmark=levels[LARGE],
        label=f"{levels.index[-5]} to {levels.index[-1]}",
        title=f"Five years {_against(now, 'ahead', 'behind')}: {worse} of {len(leads)} windows were worse",
        subtitle="Total return of the Russell 2000 minus that of the S&P 500 over five calendar years,"
        f" percentage points, windows ending {leads.index[0]} to {leads.index[-1]}",
        alt=f"Columns count five-year windows by small caps' lead; the last, {number(now, 0)} points, is"
        f" better than {worse} of {len(leads)}.",
        note=f"Windows that were worse: {_interval(worse, len(leads))}",
    )


def since_publication(iwm: pd.DataFrame, spy: pd.DataFrame, published: object) -> Chart:
    """Return since this thesis was published, against all windows of that length"""
    levels = _totals(iwm=iwm, spy=spy).dropna()
    before = levels.loc[: pd.Timestamp(str(published))]
    if len(before) in (0, len(levels)):
        raise NotStored(f"the stored prices do not reach past {in_words(published)}")
    gains = 100 * (levels.iloc[-1] / before.iloc[-1] - 1)
    gap = float(gains["iwm"] - gains["spy"])
    return _gap_since(levels, published, before.index[-1], gap, "publication")


def since_first_edition(iwm: pd.DataFrame, spy: pd.DataFrame, track_record: pd.DataFrame) -> Chart:
    """The gap since the first edition among all windows of that length"""
    levels = _totals(iwm=iwm, spy=spy)
    first = track_record.iloc[0]
    gap = float(first["difference"])
    return _gap_since(levels, first["begins"], first["begins"], gap, "the first edition")


def _gap_since(levels: pd.DataFrame, day: object, base: object, gap: float, since: str) -> Chart:
    """The gap since a `day` among all windows of that length; its first level is that of `base`."""
    stretch = levels.loc[base:].index
    return return_since(
        levels["iwm"],
        day,
        benchmark=levels["spy"],
        label=f"since {since}",
        title=f"Since {since} IWM is {number(abs(gap), 1)} points {_against(gap, 'ahead', 'behind')}",
        subtitle="Total return of IWM minus that of SPY, percentage points, over "
        f"{len(stretch) - 1} sessions, {_span(stretch)}",
        alt=f"Columns count all windows of that length by IWM's lead over SPY; since {since} it is "
        f"{number(gap, 1)} points.",
    )


def _without_sign(rate: Fact) -> str:
    return rate.text.lstrip("−")


def size_century(
    factors: pd.DataFrame, recessions: pd.DataFrame, size_premium_since_1981: Fact
) -> Chart:
    """The size factor since 1926"""
    level = (1 + by_month(factors, "SMB") / 100).cumprod()
    recent = by_month(factors, "SMB").loc["1981-01-01":]
    error = float(recent.std() * 12**0.5 / (len(recent) / 12) ** 0.5)
    return lines(
        pd.DataFrame({"SMB": level}),
        value="dollars",
        decimals=2,
        log=True,
        bands=recessions,
        marks=[("1981-01-31", "1981")],
        title=f"From 1981 to {level.index[-1]:%Y} size alone"
        f" {_against(size_premium_since_1981.value, 'paid', 'cost')} "
        f"{_without_sign(size_premium_since_1981)}",
        subtitle="Growth of $1 in the size factor SMB (total returns, small minus large), before costs, monthly, "
        f"{level.index[0]:%B %Y} to {level.index[-1]:%B %Y}, log scale",
        alt=f"Line of cumulated SMB since 1926 ending at {number(float(level.iloc[-1]), 2)} dollars; "
        f"since 1981 its rate is {size_premium_since_1981}.",
        note=f"Standard error since 1981: {number(error, 1)} points a year. Hypothetical: long small, short"
        " large stocks. Recessions are NBER's.",
    )


def size_decades(factors: pd.DataFrame) -> Chart:
    """Ten-year returns of the size factor"""
    smb = by_month(factors, "SMB") / 100
    growth = np.exp(np.log1p(smb).rolling(120).sum()).dropna()
    rate = (100 * (growth**0.1 - 1)).rename("SMB, ten years")
    up = 100 * float((rate > 0).mean())
    late = 100 * float((rate[rate.index >= "1990-12-31"] > 0).mean())  # of windows begun by then
    return lines(
        rate.to_frame(),
        value="percent",
        zero=True,
        title=f"Size paid in {number(up, 0)}% of ten-year windows, {number(late, 0)}% since 1981",
        subtitle="Annualized size factor SMB (total returns, small minus large) over ten years, percent a year, by month the"
        f" window ends, {rate.index[0]:%B %Y} to {rate.index[-1]:%B %Y}",
        alt=f"Line of the ten-year return of SMB: above zero in {number(up, 0)}% of windows and in"
        f" {number(late, 0)}% of those begun since 1981, highest "
        f"{number(float(rate.max()), 1)}% to {rate.idxmax():%Y}, lowest {number(float(rate.min()), 1)}%"
        f" to {rate.idxmin():%Y}.",
        marks=[
            (rate.idxmax(), f"high, {rate.idxmax():%Y}"),
            (rate.idxmin(), f"low, {rate.idxmin():%Y}"),
        ],
        note=f"{_interval(int((rate > 0).sum()), len(rate))} The windows overlap; about nine of them do"
        " not. Hypothetical: long small, short large stocks, before costs.",
    )


ACADEMIC = {
    "S1V1": "small growth",
    "S1V3": "small middle",
    "S1V5": "small value",
    "S5V1": "large growth",
    "S5V3": "large middle",
    "S5V5": "large value",
}


def _academic(portfolios: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Total-return levels of academic portfolios by month, from 1 a month before the first."""
    return pd.DataFrame({ACADEMIC[name]: compound(by_month(portfolios, name)) for name in names})


def academic_drawdowns(portfolios: pd.DataFrame) -> Chart:
    """Drawdowns of small and large portfolios, 1949 to 2017"""
    levels = _academic(portfolios, "S1V3", "S5V3")
    small, large = (100 * float(drawdown(levels[name]).min()) for name in levels)
    return drawdowns(
        levels,
        emphasise="small middle",
        end_values=False,
        title=f"Small stocks once fell {number(abs(small), 0)}%, large ones {number(abs(large), 0)}%",
        subtitle="Fall from the highest month-end so far, total return, academic portfolios, middle by value,"
        f" percent, {_months(levels.index)}",
        alt=f"Two lines of drawdowns since 1949: deepest {number(small, 1)}% for small and "
        f"{number(large, 1)}% for large stocks.",
        note="Hypothetical portfolios before costs; month-ends hide deeper days.",
    )


def academic_risk(portfolios: pd.DataFrame) -> Chart:
    """Risk and return of academic portfolios by size and value, 1949 to 2017"""
    levels = _academic(portfolios, "S1V1", "S1V3", "S1V5", "S5V3", "S5V5")
    rates = 100 * ((levels.iloc[-1] / levels.iloc[0]) ** (12 / (len(levels) - 1)) - 1)
    gap = float(rates["small value"] - rates["large middle"])
    return risk_table(
        levels,
        benchmark="large middle",
        risk_free=by_month(portfolios, "RF"),
        title=f"Small value returned {number(abs(gap), 1)} points a year {_against(gap, 'more', 'less')} than"
        " large",
        subtitle="Total return a year, volatility, maximum drawdown and the measures against large stocks,"
        f" percent unless a ratio, academic portfolios, {_months(levels.index)}",
        alt=f"Table of risk for five academic portfolios: small value {number(rates['small value'], 1)}% a "
        f"year, large {number(rates['large middle'], 1)}%, {number(abs(gap), 1)} points apart.",
        note=f"{_lead_error(levels['small value'], levels['large middle'])} Hypothetical portfolios before"
        " costs; all begin with the file.",
    )


def academic_volatility(portfolios: pd.DataFrame, recessions: pd.DataFrame) -> Chart:
    """Rolling three-year volatility of small and large portfolios, 1949 to 2017"""
    levels = _academic(portfolios, "S1V3", "S5V3")
    monthly = levels.pct_change().iloc[1:]
    rolled = monthly.apply(lambda own: 100 * rolling_volatility(own, 36, 12))
    above = int((rolled["small middle"] > rolled["large middle"]).sum())
    return rolling_risk(
        levels,
        36,
        bands=recessions,
        emphasise="small middle",
        title=f"Small stocks were the {'more' if 2 * above > len(rolled) else 'less'} volatile in "
        f"{_share(above, len(rolled))} months",
        subtitle="Annualized volatility of monthly total returns over the past three years, percent,"
        f" academic portfolios, {_months(rolled.index)}",
        alt=f"Two lines of three-year volatility: small stocks above large ones in {above} of {len(rolled)}"
        f" or {_share(above, len(rolled)).removesuffix(' of')}"
        f" of months, {number(float(rolled.iloc[-1, 0]), 1)}% at the end.",
        note=f"Months more volatile: {_interval(above, len(rolled))} Windows overlap. Hypothetical"
        " portfolios before costs.",
    )


def academic_beta(portfolios: pd.DataFrame, recessions: pd.DataFrame) -> Chart:
    """Rolling five-year beta of small stocks to large ones, 1949 to 2017"""
    levels = _academic(portfolios, "S1V1", "S1V5", "S5V3")
    monthly = levels.pct_change().iloc[1:]
    last = {
        name: float(rolling_beta(monthly[name], monthly["large middle"], 60).iloc[-1])
        for name in ("small growth", "small value")
    }
    more = last["small growth"] - last["small value"]
    return rolling_risk(
        levels,
        60,
        measure="beta",
        benchmark="large middle",
        bands=recessions,
        title=f"Small growth moved {_against(more, 'more', 'less')} with the market than small value",
        subtitle="Beta of monthly total returns to those of large stocks over the past five years,"
        f" academic portfolios, {_months(monthly.index[59:])}",
        alt=f"Two lines of five-year beta: small growth {number(last['small growth'], 2)} and small value "
        f"{number(last['small value'], 2)} at the end.",
        note="Hypothetical portfolios before costs.",
    )


def _share(count: int, of: int) -> str:
    """The larger side of a share, in words that never round it to all."""
    share = 100 * max(count, of - count) / of
    return f"{number(share, 0)}% of" if share < 99.5 else "all" if share == 100 else "nearly all"


def size_value_table(portfolios: pd.DataFrame) -> Chart:
    """Returns of academic portfolios in a grid of size and value, 1949 to 2017"""
    sizes = {"S1": "small", "S3": "middle", "S5": "large"}
    values = {"V1": "growth", "V3": "middle by value", "V5": "value"}
    rates = pd.DataFrame(
        {
            column: {row: _rate(portfolios, size + value) for size, row in sizes.items()}
            for value, column in values.items()
        }
    )
    premium = rates["value"] - rates["growth"]
    widest = str(premium.idxmax())
    return table_chart(
        rates.assign(**{"value less growth": premium}).rename_axis("size"),
        wordings={"value less growth": "points"},
        signed=["value less growth"],
        title=f"Value paid most among {widest} stocks: {number(premium.max(), 1)} points a year"
        if premium.max() > 0
        else "Value paid in no class of size",
        subtitle="Total return in percent a year by size (rows) and value (columns), academic portfolios,"
        f" {_months(_academic(portfolios, 'S5V3').index)}",
        alt=f"Table of three sizes by three value classes: the lead of value over growth is "
        f"{number(premium.max(), 1)} points a year among {widest} stocks and "
        f"{number(premium.min(), 1)} among {premium.idxmin()} ones.",
        note=" ".join(
            f"{row.capitalize()}: standard error {number(_error(portfolios, size), 1)}."
            for size, row in sizes.items()
        )
        + " Hypothetical portfolios before costs.",
    )


def _rate(portfolios: pd.DataFrame, name: str) -> float:
    """Annualized return of a portfolio, percent."""
    growth = float((1 + portfolios[name]).prod())
    return 100 * (growth ** (12 / len(portfolios)) - 1)


def _error(portfolios: pd.DataFrame, size: str) -> float:
    """Standard error of value's lead over growth in one class of size, points a year."""
    value, growth = (compound(by_month(portfolios, f"{size}{end}")) for end in ("V5", "V1"))
    return 100 * lead(value, growth, 12).standard_error


def small_years(index_returns: pd.DataFrame) -> Chart:
    """Calendar-year returns of the Russell 2000 since 1986"""
    years = _years(index_returns)[SMALL].rename("Russell 2000")
    lost = int((years < 0).sum())
    return columns(
        years,
        value="percent",
        title=f"Small caps lost money in {lost} of {len(years)} years",
        subtitle=f"Total return of the Russell 2000, percent, {years.index[0]} to {years.index[-1]}",
        alt=f"Columns of calendar-year returns: below zero in {lost} of {len(years)} years, lowest "
        f"{number(years.min(), 1)}% in {years.idxmin()}, {number(years.iloc[-1], 1)}% in "
        f"{years.index[-1]}.",
        note=f"Years with a loss: {_interval(lost, len(years))}",
    )


def academic_strength(portfolios: pd.DataFrame) -> Chart:
    """Small stocks relative to large ones since 1949, with the mean so far"""
    levels = _academic(portfolios, "S1V3", "S5V3")
    ratios = relative(levels["small middle"], levels["large middle"])
    z = float(expanding_z(np.log(ratios), 60).iloc[-1])
    return relative_strength(
        levels["small middle"],
        levels["large middle"],
        name="small / large",
        minimum=60,
        title=f"To 2017 small stocks stood {number(abs(z), 1)} deviations {_against(z, 'above', 'below')} their mean",
        subtitle="Total return of small stocks over that of large ones, both middle by value, academic"
        f" portfolios, 1 in {levels.index[0]:%B %Y}, month ends to {levels.index[-1]:%B %Y}, log scale",
        alt=f"Line of small over large stocks since 1949: {number(z, 1)} standard deviations from the mean so"
        " far at the end.",
        note="Hypothetical portfolios before costs.",
    )


PREMIUM_PUBLISHED = "1992-06-30"  # Fama and French, The Cross-Section of Expected Stock Returns


def academic_end_date(portfolios: pd.DataFrame) -> Chart:
    """Small value's lead over large stocks since the value premium was published, by end date"""
    levels = _academic(portfolios, "S1V5", "S5V3")
    since = levels.loc[PREMIUM_PUBLISHED:]
    found = lead(since["small value"], since["large middle"], 12)
    return end_date_sensitivity(
        levels["small value"],
        levels["large middle"],
        PREMIUM_PUBLISHED,
        name="small value minus large",
        title=f"From 1992 to {levels.index[-1]:%Y} small value {_against(found.rate, 'led', 'trailed')} by "
        f"{number(100 * abs(found.rate), 1)} points",
        subtitle="Annualized total return of small value minus that of large stocks from the end of June"
        f" 1992, percentage points, by the month the window ends, to {levels.index[-1]:%B %Y}",
        alt=f"Line of the annualized lead by end date: {number(100 * found.rate, 1)} points at the last"
        " month-end, with the range that chance alone explains.",
        note="The start is the month in which the value premium was published (Fama and French, Journal of"
        f" Finance 47). {_lead_error(since['small value'], since['large middle'])} Hypothetical portfolios"
        " before costs.",
    )


# ---- Risk, from daily prices ----


def fund_risk(
    iwm: pd.DataFrame,
    spy: pd.DataFrame,
    fund_facts: pd.DataFrame,
    avuv: pd.DataFrame | None = None,
    ijr: pd.DataFrame | None = None,
    vbr: pd.DataFrame | None = None,
    ijs: pd.DataFrame | None = None,
) -> Chart:
    """Risk and return of the funds named, in one window"""
    levels = _totals(IWM=iwm, AVUV=avuv, IJR=ijr, VBR=vbr, IJS=ijs, SPY=spy)
    shared = levels.dropna()
    worst = {name: 100 * float(drawdown(shared[name]).min()) for name in ("IWM", "SPY")}
    deeper = worst["SPY"] - worst["IWM"]
    began = fund_facts[fund_facts["field"] == "inception"].set_index("fund")["value"]
    return risk_table(
        levels,
        benchmark="SPY",
        inception={str(fund): str(day) for fund, day in began.items()},
        spans=(1, 5, 10),
        title=f"IWM fell {number(abs(deeper), 0)} points {_against(deeper, 'further', 'less')} than SPY at worst",
        subtitle="Total return a year, volatility, maximum drawdown and the measures against SPY, percent"
        f" unless a ratio, {_span(shared.index)}",
        alt=f"Table of risk for {len(levels.columns)} funds in one window: maximum drawdown "
        f"{number(worst['IWM'], 1)}% for IWM and {number(worst['SPY'], 1)}% for SPY, "
        f"{number(abs(deeper), 0)} points apart.",
        note="After fees, before tax and trading costs. Since: the fund's inception as published.",
    )


def drawdowns_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Drawdowns of IWM and SPY"""
    levels = _totals(IWM=iwm, SPY=spy).dropna()
    worst = {name: 100 * float(drawdown(levels[name]).min()) for name in levels}
    return drawdowns(
        levels,
        emphasise="IWM",
        title=f"IWM fell {number(-worst['IWM'], 0)}% at worst, SPY {number(-worst['SPY'], 0)}%",
        subtitle="Fall from the highest close so far, total return, percent, "
        f"{_span(levels.index)}",
        alt=f"Two lines of drawdowns: deepest {number(worst['IWM'], 1)}% for IWM and "
        f"{number(worst['SPY'], 1)}% for SPY.",
    )


def volatility_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling volatility of IWM and SPY"""
    levels = _totals(IWM=iwm, SPY=spy).dropna()
    daily = levels.pct_change().iloc[1:]
    rolled = daily.apply(lambda own: 100 * rolling_volatility(own, 252))
    above = int((rolled["IWM"] > rolled["SPY"]).sum())
    return rolling_risk(
        levels,
        252,
        emphasise="IWM",
        title=f"{'IWM' if 2 * above > len(rolled) else 'SPY'} was the more volatile on "
        f"{_share(above, len(rolled))} days",
        subtitle="Annualized volatility of daily total returns over the past 252 sessions, percent, "
        f"{_span(rolled.index)}",
        alt=f"Two lines of one-year volatility: IWM above SPY on {above} of {len(rolled)} days, at "
        f"{number(float(rolled['IWM'].iloc[-1]), 1)}% and {number(float(rolled['SPY'].iloc[-1]), 1)}%"
        " at the end.",
        note=f"Days IWM was the more volatile: {_interval(above, len(rolled))} Windows overlap.",
    )


def beta_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling beta of IWM to SPY"""
    levels = _totals(IWM=iwm, SPY=spy).dropna()
    daily = levels.pct_change().iloc[1:]
    beta = rolling_beta(daily["IWM"], daily["SPY"], 252)
    now = float(beta.iloc[-1])
    return rolling_risk(
        levels,
        252,
        measure="beta",
        benchmark="SPY",
        title=f"IWM moved {number(abs(now), 2)} times as much as SPY{'' if now > 0 else ', inversely'}",
        subtitle="Beta of IWM's daily total returns to SPY's over the past 252 sessions, "
        f"{_span(beta.index)}",
        alt=f"Line of one-year beta: {number(now, 2)} at the end, between "
        f"{number(float(beta.min()), 2)} and {number(float(beta.max()), 2)}.",
    )


def decade_gap_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling ten-year gap of IWM and SPY by month"""
    levels = _totals(iwm=iwm, spy=spy).dropna()
    gap = rolling_gap(levels["iwm"], levels["spy"], 10)
    now = float(gap.iloc[-1]) if len(gap) else 0.0
    return rolling_gaps(
        levels["iwm"],
        levels["spy"],
        10,
        name="IWM minus SPY",
        title=f"IWM {_against(now, 'leads', 'trails')} by {number(abs(now), 1)} points a year over ten",
        subtitle="Annualized total return of IWM minus SPY over ten years, percentage points a year, by"
        f" month the window ends, {_months(gap.index) if len(gap) else 'none'}",
        alt=f"Line of the ten-year gap by month: {number(now, 1)} points a year at the"
        f" end, between {number(float(gap.min()), 1)} and {number(float(gap.max()), 1)}.",
    )


def record_high(iwm: pd.DataFrame) -> Chart:
    """IWM's price relative to its high of November 2021"""
    require_history(iwm, "2020-01-02")
    price = iwm["close"].loc["2020-01-02":]
    level = (100 * price / price["2021-11-08"]).rename("IWM, price")
    above = level[(level.index > "2021-11-08") & (level > 100)].index
    years = (above[0] - pd.Timestamp("2021-11-08")).days / 365.25 if len(above) else 0.0
    return lines(
        level.to_frame(),
        value="index",
        rules=[(100.0, "8 November 2021")],
        marks=[("2021-11-08", "high of 2021"), *((day, "new record") for day in above[:1])],
        title=f"IWM needed {number(years, 1)} years for a new price high"
        if len(above)
        else "IWM has not regained its high of November 2021",
        subtitle="Price of IWM without dividends, 100 at the close of 8 November 2021, daily, "
        f"{_span(level.index)}",
        alt=f"Line of IWM's price: {number(float(level.iloc[-1]), 0)} at the end; "
        + (
            f"above 100 again on {above[0]:%Y-%m-%d}, after {number(years, 1)} years."
            if len(above)
            else "not above 100 again."
        ),
    )


def falsifier_chart(falsifiers: pd.DataFrame) -> Chart:
    """How far each falsifier is from tripping"""
    known = falsifiers.dropna(subset=["value"])
    tripped = int((falsifiers["state"] == "tripped").sum())
    others = int((~falsifiers["state"].isin(["tripped", "not tripped"])).sum())
    undecided = f"; {others} {'are' if others > 1 else 'is'} undecided" if others else ""
    return falsifier_bullets(
        falsifiers,
        title=f"{tripped if tripped else 'None'} of {len(falsifiers)} falsifiers "
        f"{'have' if tripped > 1 else 'has'} tripped{undecided}",
        subtitle="Value now against the threshold registered in advance, each in its own unit; returns are"
        " total returns",
        alt=f"A track for each of {len(falsifiers)} falsifiers with its value and its threshold: {tripped}"
        f" tripped, {others} undecided; {len(falsifiers) - len(known)} have no data in this edition.",
    )


def scoreboard_chart(claims: pd.DataFrame) -> Chart:
    """How the claims stand"""
    holding = int((claims["verdict"] == "holds").sum())
    return scoreboard(
        claims,
        title=f"{holding} of {len(claims)} claims hold in this edition",
        subtitle="Claims by section and verdict, count",
        alt=f"Symbols for {len(claims)} claims by section: {holding} hold, "
        f"{int((claims['verdict'] == 'not checkable').sum())} rest on a cited figure alone, "
        f"{int((claims['verdict'] == 'withdrawn').sum())} are withdrawn.",
    )
