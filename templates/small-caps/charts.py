"""The charts this thesis shows: one function each.

Titles are filled from the data, so that a title cannot outlive what it says. The first line of a
docstring names the chart where an edition has to do without it.
"""

import numpy as np
import pandas as pd

from generator import (
    Chart,
    Fact,
    NotStored,
    annualised,
    bars,
    by_month,
    columns,
    dated_quotes,
    dots,
    drawdown,
    drawdowns,
    event_study,
    event_windows,
    expanding_z,
    growth_of,
    in_words,
    lines,
    month_end,
    number,
    relative,
    require_history,
    rolling_beta,
    rolling_gap,
    rolling_volatility,
    scoreboard,
    steps,
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


def _side(gap: float) -> str:
    return "ahead of" if gap > 0 else "behind"


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
        "under a dashed line for the long-run average, which moves from "
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
        "reading, below the Russell 1000 throughout.",
        note="One basis only. With loss makers counted the Russell 2000's multiple is about twice"
        " as high and above that of large caps; the two are never drawn on one axis.",
    )


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
        subtitle="Share of index members losing money, percent, by index and date of publication",
        alt=f"Bars: {loss_makers_latest} of Russell 2000 members at the newest reading, half of "
        "that in the S&P 600.",
        highlight=[name for name in rows["label"] if name.startswith("S&P 600")],
        note="Three publishers count differently; the order of size is what they share.",
    )


def price_ratio(
    russell_2000: pd.DataFrame, sp_500: pd.DataFrame, price_ratio_percentile: Fact
) -> Chart:
    """Price of the Russell 2000 relative to the S&P 500 since 1987"""
    ratios = month_end(relative(russell_2000["close"], sp_500["close"]))
    z = expanding_z(np.log(ratios), 60)
    return lines(
        pd.DataFrame({"Russell 2000 / S&P 500": ratios}),
        value="ratio",
        log=True,
        mean=ratios.expanding().mean(),
        low=ratios.expanding().mean() - ratios.expanding().std(),
        high=ratios.expanding().mean() + ratios.expanding().std(),
        mean_label="mean so far",
        title=f"Relative price stands at its {price_ratio_percentile} since 1987",
        subtitle="Price index of the Russell 2000 over that of the S&P 500, 1 on "
        f"{in_words(max(russell_2000.index[0], sp_500.index[0]).date())}, "
        f"month ends to {ratios.index[-1]:%B %Y}, log scale",
        alt="Line of the relative price of small caps since 1987 with the mean so far and one "
        f"standard deviation around it; the last point is {number(float(z.iloc[-1]), 1)} standard "
        f"deviations from its mean, at the {price_ratio_percentile}.",
        note="Price only, without dividends. Mean and band use only the months up to each point.",
    )


# ---- Concentration ----


def returns_2024(index_returns: pd.DataFrame, cited_claims: pd.DataFrame) -> Chart:
    """What 2024 returned, by what one owned"""
    rows = index_returns[index_returns["year"] == 2024].copy()
    if rows.empty or "C05" not in set(cited_claims["id"]):
        raise NotStored("the returns of 2024 had not been published by this edition's day")
    rows["label"] = rows["symbol"].map(NAMES)
    rows["value"] = rows["total_return_pct"].astype(float)
    seven = cited_claims[cited_claims["id"] == "C05"].copy()
    seven["label"] = "Seven largest, equal weight (price)"
    seven["value"] = seven["value"].astype(float)
    price = cited_claims[cited_claims["id"] == "C04"].copy()
    price["label"] = "S&P 500 (price)"
    price["value"] = price["value"].astype(float)
    kept = ["label", "value", "source", "url", "source_grade"]
    every = pd.concat([rows[kept], seven[kept], price[kept]])
    every = every.sort_values("value", ascending=False)
    best = float(price["value"].iloc[0])  # the index on the same basis, price
    return bars(
        every.set_index("label")["value"],
        cited=every,
        value="percent",
        highlight=[name for name in every["label"] if name in ("Russell 2000", "IWM")],
        title=f"Seven stocks returned {number(every['value'].iloc[0] / best, 1)} times the index",
        subtitle="Return in 2024, percent; total return unless marked price",
        alt=f"Bars of 2024 returns: {every['label'].iloc[0]} {number(every['value'].iloc[0], 1)}%, "
        f"the S&P 500 {number(best, 1)}% on the same basis; Russell 2000 and funds below.",
    )


def calendar_gap(index_returns: pd.DataFrame) -> Chart:
    """Calendar-year gap between Russell 2000 and S&P 500 since 1986"""
    years = _years(index_returns)
    gap = (years[SMALL] - years[LARGE]).rename("gap")
    recent = gap.tail(10)
    won = int((recent > 0).sum())
    return columns(
        gap,
        value="points",
        title=f"Small caps led in {won} of the last {len(recent)} years",
        subtitle="Total return of the Russell 2000 minus that of the S&P 500, percentage points, "
        f"{gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns for each year from {gap.index[0]} to {gap.index[-1]}, above zero when small "
        f"caps led: {int((gap > 0).sum())} of {len(gap)} years; {number(gap.iloc[-1], 1)} points in"
        f" {gap.index[-1]}.",
        note=_interval(int((gap > 0).sum()), len(gap)),
    )


def equal_weight(rsp: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """The equal-weighted S&P 500 relative to the capitalization-weighted one"""
    ratio = relative(total_return(rsp), total_return(spy))
    peak = ratio.idxmax()
    fall = 100 * float(drawdown(ratio).iloc[-1])
    return lines(
        pd.DataFrame({"RSP / SPY": ratio}),
        value="ratio",
        title=f"Equal weight has lost {number(abs(fall), 0)}% to the index since {peak:%Y}",
        subtitle="Total return of the equal-weighted S&P 500 (RSP) over that of SPY, 1 on "
        f"{in_words(ratio.index[0].date())}, daily to {in_words(ratio.index[-1].date())}",
        alt=f"Line of equal weight relative to capitalization weight: highest on {peak:%Y-%m-%d}, "
        f"{number(fall, 1)}% from there at the end.",
        marks=[(peak, "high")],
    )


# ---- The Federal Reserve ----


def fed_target(
    fomc_target: pd.DataFrame, first_cuts: pd.DataFrame, recessions: pd.DataFrame, target_now: Fact
) -> Chart:
    """Federal funds target since 1990, with first cuts and recessions"""
    dates = pd.to_datetime(fomc_target["effective"])
    target = pd.Series(fomc_target["upper_after"].to_numpy(float), index=dates, name="target")
    fell = bool(target.iloc[-1] < target.iloc[-2])
    cuts = [d for d in first_cuts["date"] if len(d) == 10 and d >= str(target.index[0].date())]
    return steps(
        target,
        bands=recessions,
        marks=[(day, "first cut" if place == 0 else "") for place, day in enumerate(cuts)],
        label="upper bound",
        title=f"The last change {'cut' if fell else 'raised'} the target to {target_now}",
        subtitle="Federal funds target, upper bound from December 2008, percent, every change from "
        f"{in_words(target.index[0].date())} to {in_words(target.index[-1].date())}",
        alt=f"Step line of the federal funds target since 1990, {target_now} after the last change "
        f"on {in_words(target.index[-1].date())}; first cuts of {len(cuts)} cycles are marked, "
        "recessions are shaded.",
        note="Thin rules: the first cut of each easing cycle. Recessions are NBER's.",
    )


def first_cut_outcomes(first_cuts: pd.DataFrame) -> Chart:
    """Small and large caps in the year after each first cut"""
    parts = first_cuts["note"].str.extract(r"smallest 30% ([-\d.]+), largest 30% ([-\d.]+)")
    rows = first_cuts.assign(
        small=parts[0].astype(float), large=parts[1].astype(float), cycle=first_cuts["date"].str[:7]
    ).dropna(subset=["small", "large"])
    won = int((rows["small"] > rows["large"]).sum())
    return dots(
        rows.set_index("cycle")[["small", "large"]].rename(
            columns={"small": "smallest 30%", "large": "largest 30%"}
        ),
        value="percent",
        decimals=0,
        title=f"After the first cut, small caps won {won} of {len(rows)}",
        subtitle="Total return of US stocks by size in the twelve months after the month of the first"
        " cut, percent, by cycle",
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
    return event_study(
        windows - 100,
        value="percent",
        event="first cut",
        highlight=highlight,
        highlight_label="recession within a year",
        title=f"The size factor rose after {size_after_cuts} first cuts",
        subtitle="Cumulated SMB, percent from the month of the first cut, six months before to 24 after,"
        f" {len(windows.columns)} cycles, monthly",
        alt=f"One line for each of {len(windows.columns)} easing cycles and a bold median; twelve"
        f" months after the cut {size_after_cuts} stood above where they began.",
        note="SMB is a paper portfolio, long small and short large stocks, before costs. It ends in"
        " 2018, so the cycles of 2019 and 2024 are not in it.",
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
        " first cut, month ends, six months before to 24 after",
        alt=f"One line for each of {len(windows.columns)} easing cycles since 1988 and a bold "
        f"median; after twelve months {won} of {len(at_year)} stood above 100.",
        note=f"{_interval(won, len(at_year))} Price only, without dividends.",
    )


# ---- Trade ----


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
        note="As published; AVUV from its first full year, IJS to 2024.",
    )


def fees(fund_facts: pd.DataFrame) -> Chart:
    """Expense ratios of the funds named"""
    rows = fund_facts[fund_facts["field"] == "expense_ratio"].copy()
    rows["value"] = rows["value"].astype(float)
    rows["label"] = rows["fund"] + ", " + rows["as_of"]
    rows = rows.sort_values("value")
    low, high = rows["value"].iloc[0], rows["value"].iloc[-1]
    return bars(
        rows.set_index("label")["value"],
        cited=rows,
        order="smallest",
        value="percent",
        decimals=2,
        title=f"Fees run from {number(low, 2)}% to {number(high, 2)}% a year",
        subtitle="Expense ratio, percent of assets a year, as published, with the date of the reading",
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
    funds = {"IWM": iwm, "AVUV": avuv, "SPY": spy, "IJR": ijr, "VBR": vbr}
    levels = {
        name: total_return(prices)
        for name, prices in funds.items()
        if prices is not None and prices.index[0] <= pd.Timestamp(SINCE)
    }
    for prices in (iwm, avuv, spy):
        require_history(prices, SINCE)
    frame = pd.DataFrame(levels).dropna().loc[SINCE:]
    last = frame.iloc[-1] / frame.iloc[0]
    best = str(last.idxmax())
    return growth_of(
        10_000,
        frame,
        emphasise=["IWM", "AVUV", "SPY"],
        title=f"Of {len(last)} funds, {best} did best, {last.idxmin()} worst",
        subtitle=f"Growth of $10,000, dividends reinvested, {in_words(frame.index[0].date())} to "
        f"{in_words(frame.index[-1].date())}, before tax and trading costs",
        alt="Lines of "
        + ", ".join(
            f"{name} ${10_000 * value:,.0f}"
            for name, value in last.sort_values(ascending=False).items()
        )
        + " at the end.",
        note="The window starts at the first month-end of AVUV, the youngest fund; the next chart"
        " shows how much depends on where it ends. Fund performance is after fees.",
    )


def end_date(avuv: pd.DataFrame, iwm: pd.DataFrame, avuv_lead_noise: Fact) -> Chart:
    """How AVUV's lead over IWM depends on the end date"""
    levels = (
        pd.DataFrame({"AVUV": total_return(avuv), "IWM": total_return(iwm)}).dropna().loc[SINCE:]
    )
    ends = [day for day in month_end(levels["IWM"]).index if (day - levels.index[0]).days >= 366]
    gaps = {
        day: 100
        * (
            annualised(levels["AVUV"], end=str(day.date()))
            - annualised(levels["IWM"], end=str(day.date()))
        )
        for day in ends
    }
    gap = pd.Series(gaps, name="AVUV minus IWM")
    ahead = int((gap > 0).sum())
    return lines(
        gap.to_frame(),
        value="points",
        zero=True,
        title=f"AVUV led IWM at {ahead} of {len(gap)} month-ends",
        subtitle=f"Annualized total return of AVUV minus IWM from {in_words(levels.index[0].date())},"
        f" percentage points, by the month the window ends, to {gap.index[-1]:%B %Y}",
        alt=f"Line of the annualized lead by end date: {number(gap.iloc[-1], 1)} points at the last"
        f" month-end, between {number(gap.min(), 1)} and {number(gap.max(), 1)}.",
        note=f"Month-ends at least one year after the start. To the last day, {avuv_lead_noise}.",
    )


def _interval(won: int, cycles: int) -> str:
    low, high = wilson_interval(won, cycles)
    return f"{won} of {cycles}: Wilson 95% interval {number(100 * low, 0)}% to {number(100 * high, 0)}%."


def size_and_value(
    portfolios: pd.DataFrame, small_value_rate: Fact, small_growth_rate: Fact
) -> Chart:
    """Growth of one dollar by size and value, 1949 to 2017"""
    names = {
        "S1V5": "small value",
        "S1V1": "small growth",
        "S5V5": "large value",
        "S5V1": "large growth",
    }
    levels = pd.DataFrame(
        {label: (1 + by_month(portfolios, name)).cumprod() for name, label in names.items()}
    )
    ahead = small_value_rate.value > small_growth_rate.value
    return lines(
        levels,
        value="dollars",
        log=True,
        emphasise=["small value", "small growth"],
        title=f"Small value {'beat' if ahead else 'trailed'} small growth by "
        f"{number(abs(small_value_rate.value - small_growth_rate.value), 1)} points a year",
        subtitle="Growth of $1 in academic portfolios by size and value, total return before costs,"
        f" monthly, {levels.index[0]:%B %Y} to {levels.index[-1]:%B %Y}, log scale",
        alt=f"Four lines since 1949: small value {small_value_rate}, small growth "
        f"{small_growth_rate}, the two large-cap portfolios between them.",
        note="Hypothetical portfolios; the smallest stocks are dear to trade.",
    )


# ---- The long record ----


def rolling_decade(index_returns: pd.DataFrame, decade_gap_index: Fact) -> Chart:
    """Ten-year annualized gap between Russell 2000 and S&P 500"""
    years = _years(index_returns)
    growth = (1 + years / 100).rolling(10).apply(np.prod, raw=True).dropna()
    gap = (100 * (growth[SMALL] ** 0.1 - growth[LARGE] ** 0.1)).rename("gap")
    worst = int(gap.idxmin())
    return columns(
        gap,
        value="points",
        title=f"Ten-year gap: small caps {number(abs(decade_gap_index.value), 1)} points a year"
        f" {'ahead' if decade_gap_index.value > 0 else 'behind'}",
        subtitle="Annualized total return of the Russell 2000 minus that of the S&P 500 over ten calendar"
        f" years, percentage points a year, by last year, {gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns of the ten-year gap by the year the window ends: {number(gap.iloc[-1], 1)} points "
        f"a year to {gap.index[-1]}; lowest {number(gap.min(), 1)} to {worst}, highest "
        f"{number(gap.max(), 1)} to {int(gap.idxmax())}.",
    )


def size_century(
    factors: pd.DataFrame, recessions: pd.DataFrame, size_premium_since_1981: Fact
) -> Chart:
    """The size factor since 1926"""
    level = (1 + by_month(factors, "SMB") / 100).cumprod()
    return lines(
        pd.DataFrame({"SMB": level}),
        value="dollars",
        decimals=2,
        log=True,
        bands=recessions,
        marks=[("1981-01-31", "1981")],
        title=f"Since 1981 size alone paid {size_premium_since_1981}",
        subtitle="Growth of $1 in the size factor SMB (small minus large), before costs, monthly, "
        f"{level.index[0]:%B %Y} to {level.index[-1]:%B %Y}, log scale",
        alt=f"Line of cumulated SMB since 1926 ending at {number(float(level.iloc[-1]), 2)} dollars; "
        f"most of the gain came before 1984, and since 1981 it is {size_premium_since_1981}.",
        note="Hypothetical: long small, short large stocks. Recessions are NBER's.",
    )


def size_decades(factors: pd.DataFrame) -> Chart:
    """Ten-year returns of the size factor"""
    smb = by_month(factors, "SMB") / 100
    growth = np.exp(np.log1p(smb).rolling(120).sum()).dropna()
    rate = (100 * (growth**0.1 - 1)).rename("SMB, ten years")
    up = 100 * float((rate > 0).mean())
    return lines(
        rate.to_frame(),
        value="percent",
        zero=True,
        title=f"Size paid in {number(up, 0)}% of ten-year windows",
        subtitle="Annualized return of the size factor SMB over ten years, percent a year, by month the"
        f" window ends, {rate.index[0]:%B %Y} to {rate.index[-1]:%B %Y}",
        alt=f"Line of the ten-year return of SMB: above zero in {number(up, 0)}% of windows, highest "
        f"{number(float(rate.max()), 1)}% to {rate.idxmax():%Y}, lowest {number(float(rate.min()), 1)}%"
        f" to {rate.idxmin():%Y}.",
        note="Overlapping windows: about nine independent decades, most of the gain before 1984.",
    )


def academic_drawdowns(portfolios: pd.DataFrame) -> Chart:
    """Drawdowns of small and large portfolios, 1949 to 2017"""
    names = {"S1V3": "small, middle value", "S5V3": "large, middle value"}
    levels = pd.DataFrame(
        {label: (1 + by_month(portfolios, name)).cumprod() for name, label in names.items()}
    )
    worst = {name: 100 * float(drawdown(levels[name]).min()) for name in levels}
    small, large = worst["small, middle value"], worst["large, middle value"]
    return drawdowns(
        levels,
        emphasise="small, middle value",
        end_values=False,
        title=f"Small stocks once fell {number(abs(small), 0)}%, large ones {number(abs(large), 0)}%",
        subtitle="Fall from the highest month-end so far, total return, academic portfolios, percent, "
        f"{levels.index[0]:%B %Y} to {levels.index[-1]:%B %Y}",
        alt=f"Two lines of drawdowns since 1949: deepest {number(small, 1)}% for small and "
        f"{number(large, 1)}% for large stocks.",
        note="Hypothetical portfolios before costs; month-ends hide deeper days.",
    )


# ---- Risk, from daily prices ----


def drawdowns_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Drawdowns of IWM and SPY"""
    levels = pd.DataFrame({"IWM": total_return(iwm), "SPY": total_return(spy)}).dropna()
    worst = {name: 100 * float(drawdown(levels[name]).min()) for name in levels}
    return drawdowns(
        levels,
        emphasise="IWM",
        title=f"IWM fell {number(-worst['IWM'], 0)}% at worst, SPY {number(-worst['SPY'], 0)}%",
        subtitle="Fall from the highest close so far, total return, percent, "
        f"{in_words(levels.index[0].date())} to {in_words(levels.index[-1].date())}",
        alt=f"Two lines of drawdowns: deepest {number(worst['IWM'], 1)}% for IWM and "
        f"{number(worst['SPY'], 1)}% for SPY.",
    )


def volatility_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling volatility of IWM and SPY"""
    levels = pd.DataFrame({"IWM": total_return(iwm), "SPY": total_return(spy)}).dropna()
    rolling = pd.DataFrame(
        {name: 100 * rolling_volatility(levels[name].pct_change(), 252) for name in levels}
    ).dropna()
    above = 100 * float((rolling["IWM"] > rolling["SPY"]).mean())
    return lines(
        rolling,
        value="percent",
        emphasise="IWM",
        title="IWM was the more volatile on nearly every day"
        if above > 99
        else f"IWM was the more volatile on {number(above, 0)}% of days",
        subtitle="Annualized volatility of daily total returns over the past 252 sessions, percent, "
        f"{in_words(rolling.index[0].date())} to {in_words(rolling.index[-1].date())}",
        alt=f"Two lines of one-year volatility: IWM above SPY on {number(above, 0)}% of days, at "
        f"{number(float(rolling['IWM'].iloc[-1]), 1)}% and {number(float(rolling['SPY'].iloc[-1]), 1)}%"
        " at the end.",
    )


def beta_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling beta of IWM to SPY"""
    levels = pd.DataFrame({"IWM": total_return(iwm), "SPY": total_return(spy)}).dropna()
    daily = levels.pct_change().dropna()
    beta = rolling_beta(daily["IWM"], daily["SPY"], 252).dropna().rename("beta of IWM")
    return lines(
        beta.to_frame(),
        value="ratio",
        rules=[(1.0, "moves with SPY")],
        title=f"IWM moved {number(float(beta.iloc[-1]), 2)} times as much as SPY",
        subtitle="Beta of IWM's daily total returns to SPY's over the past 252 sessions, "
        f"{in_words(beta.index[0].date())} to {in_words(beta.index[-1].date())}",
        alt=f"Line of one-year beta: {number(float(beta.iloc[-1]), 2)} at the end, between "
        f"{number(float(beta.min()), 2)} and {number(float(beta.max()), 2)}.",
    )


def decade_gap_daily(iwm: pd.DataFrame, spy: pd.DataFrame) -> Chart:
    """Rolling ten-year gap of IWM and SPY by month"""
    gap = rolling_gap(total_return(iwm), total_return(spy), 10).dropna().rename("IWM minus SPY")
    return lines(
        gap.to_frame(),
        value="points",
        zero=True,
        title=f"IWM trails by {number(abs(float(gap.iloc[-1])), 1)} points a year over ten"
        if gap.iloc[-1] < 0
        else f"IWM leads by {number(float(gap.iloc[-1]), 1)} points a year over ten",
        subtitle="Annualized total return of IWM minus SPY over ten years, percentage points a year, by"
        f" month the window ends, {gap.index[0]:%B %Y} to {gap.index[-1]:%B %Y}",
        alt=f"Line of the ten-year gap by month: {number(float(gap.iloc[-1]), 1)} points a year at the"
        f" end, between {number(float(gap.min()), 1)} and {number(float(gap.max()), 1)}.",
    )


def record_high(iwm: pd.DataFrame) -> Chart:
    """IWM's price relative to its high of November 2021"""
    require_history(iwm, "2020-01-02")
    price = iwm["close"].loc["2020-01-02":]
    level = (100 * price / price["2021-11-08"]).rename("IWM, price")
    above = level[level.index > "2021-11-08"]
    first = above[above > 100].index
    return lines(
        level.to_frame(),
        value="index",
        rules=[(100.0, "8 November 2021")],
        marks=[(first[0], "new record")] if len(first) else [],
        title="IWM needed nearly four years for a new price high"
        if len(first) and 3.5 < (first[0] - pd.Timestamp("2021-11-08")).days / 365.25 < 4
        else "IWM's price and its high of November 2021",
        subtitle="Price of IWM without dividends, 100 at the close of 8 November 2021, daily, "
        f"{in_words(level.index[0].date())} to {in_words(level.index[-1].date())}",
        alt=f"Line of IWM's price: {number(float(level.iloc[-1]), 0)} at the end; first above 100 again"
        f" on {first[0]:%Y-%m-%d}."
        if len(first)
        else "Line of IWM's price, below its 2021 high.",
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
