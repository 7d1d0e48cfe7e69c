"""The charts of this thesis: one function each, titles filled from the data."""

import pandas as pd

from generator import (
    Chart,
    Fact,
    by_month,
    calendar_gaps,
    calendar_year_returns,
    compound,
    dots,
    drawdown,
    drawdowns,
    falsifier_bullets,
    growth_of,
    in_words,
    lead,
    number,
    relative,
    risk_table,
    rolling_gap,
    rolling_gaps,
    scoreboard,
    total_return,
)

SIZES = {"S1": "smallest fifth", "S3": "middle fifth", "S5": "largest fifth"}
PAPER = "Hypothetical portfolios before costs."


def _against(value: float, ahead: str, behind: str) -> str:
    """The word for a sign: what a flipped figure is called."""
    return ahead if value > 0 else behind


def _paper(portfolios: pd.DataFrame, size: str, since: str = "") -> pd.DataFrame:
    """Levels of value and growth in one class of size."""
    rows = portfolios[portfolios["month"] >= since]
    names = {"value": f"{size}V5", "growth": f"{size}V1"}
    return pd.DataFrame({kind: compound(by_month(rows, name)) for kind, name in names.items()})


def _lead(portfolios: pd.DataFrame, size: str, since: str = "") -> float:
    levels = _paper(portfolios, size, since)
    return 100 * lead(levels["value"], levels["growth"], 12).rate


def _levels(vbr: pd.DataFrame, vbk: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"VBR": total_return(vbr), "VBK": total_return(vbk)}).dropna()


def _span(index: pd.DatetimeIndex) -> str:
    return f"{in_words(index[0].date())} to {in_words(index[-1].date())}"


def _months(index: pd.DatetimeIndex) -> str:
    return f"{index[0]:%B %Y} to {index[-1]:%B %Y}"


# ---- On paper, from the committed file ----


def lead_by_size(portfolios: pd.DataFrame, middle_lead_late: Fact, smallest_lead: Fact) -> Chart:
    """Lead of value over growth by size, over the whole record and since 2007"""
    whole = {name: _lead(portfolios, size) for size, name in SIZES.items()}
    late = {name: _lead(portfolios, size, "2007-01") for size, name in SIZES.items()}
    widest = max(whole, key=lambda name: whole[name])
    errors = ", ".join(
        number(
            100
            * lead(
                *(_paper(portfolios, size)[kind] for kind in ("value", "growth")), 12
            ).standard_error,
            1,
        )
        for size in SIZES
    )
    last = f"{_paper(portfolios, 'S1').index[-1]:%B %Y}"
    return dots(
        pd.DataFrame({"since 1949": whole, "since 2007": late}),
        value="points",
        title=f"In the {widest} value led by {number(max(whole.values()), 1)} points",
        subtitle="Annualized total return of value minus that of growth, percentage points, by size of"
        f" company, January 1949 and January 2007 to {last}",
        alt=f"Two dots for each of three classes of size: the lead of value is {smallest_lead} among the"
        f" smallest companies since 1949 and {middle_lead_late} in the middle class since 2007.",
        note=f"Standard errors of the leads since 1949, smallest to largest: {errors} points. {PAPER}",
    )


def growth(portfolios: pd.DataFrame, middle_lead: Fact) -> Chart:
    """Growth of one dollar in value and growth, smallest and middle companies, 1949 to 2017"""
    small, middle = _paper(portfolios, "S1"), _paper(portfolios, "S3")
    levels = pd.DataFrame(
        {
            "smallest, value": small["value"],
            "smallest, growth": small["growth"],
            "middle, value": middle["value"],
            "middle, growth": middle["growth"],
        }
    )
    last = levels.iloc[-1]
    ahead = int(last["smallest, value"] > last["smallest, growth"]) + int(
        last["middle, value"] > last["middle, growth"]
    )
    return growth_of(
        1,
        levels,
        log=True,
        emphasise=["smallest, value", "smallest, growth"],
        marks=[("1992-06-30", "Fama and French")],
        title="Value ended ahead in both classes of size"
        if ahead == 2
        else f"Value ended ahead in {ahead} of 2 classes of size",
        subtitle="Growth of $1 in academic portfolios, total return before costs, monthly, "
        f"{_months(levels.index)}, log scale",
        alt=f"Four lines since 1949: value ends ahead of growth in {ahead} of 2 classes of size, by "
        f"{number(abs(middle_lead.value), 1)} points a year in the middle one.",
        note="Smallest and middle fifth of companies by size; value and growth: cheapest and dearest fifth"
        f" by book value. {PAPER}",
    )


def middle_decades(portfolios: pd.DataFrame, middle_decades_won: Fact) -> Chart:
    """Rolling ten-year lead of value over growth in the middle class of size"""
    levels = _paper(portfolios, "S3")
    gap = rolling_gap(levels["value"], levels["growth"], 10)
    now = float(gap.iloc[-1])
    return rolling_gaps(
        levels["value"],
        levels["growth"],
        10,
        name="value minus growth",
        title=f"By 2017 the ten-year lead was {number(now, 1)} points, once {number(float(gap.max()), 0)}",
        subtitle="Annualized total return of value minus that of growth over ten years, middle fifth by"
        f" size, percentage points a year, by month the window ends, {_months(gap.index)}",
        alt=f"Line of the ten-year lead of value: {number(now, 1)} points a year at the end, between "
        f"{number(float(gap.min()), 1)} and {number(float(gap.max()), 1)}; above zero in"
        f" {middle_decades_won} windows.",
        note=PAPER,
    )


def relative_falls(portfolios: pd.DataFrame, recessions: pd.DataFrame, worst_fall: Fact) -> Chart:
    """Falls of small value against small growth since 1949"""
    levels = _paper(portfolios, "S1")
    ratio = relative(levels["value"], levels["growth"]).rename("value / growth")
    falls = 100 * drawdown(ratio)
    return drawdowns(
        ratio.to_frame(),
        bands=recessions,
        title=f"Value lost {worst_fall} against growth by {falls.idxmin():%B %Y}",
        subtitle="Fall of value's total return over growth's from its highest month so far, smallest fifth"
        f" of companies, percent, {_months(ratio.index)}",
        alt=f"Line of the fall of value against growth: deepest {number(float(falls.min()), 0)}% in "
        f"{falls.idxmin():%B %Y}, {worst_fall} from the high before.",
        note=PAPER,
    )


# ---- In two funds: these need `mtm refresh` ----


def fund_growth(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Chart:
    """Growth of $10,000 in VBR and VBK"""
    levels = _levels(vbr, vbk)
    last = levels.iloc[-1] / levels.iloc[0]
    gap = float(last["VBR"] - last["VBK"])
    return growth_of(
        10_000,
        levels,
        log=True,
        emphasise="VBR",
        marks=[("2020-03-23", "low of 2020")],
        title=f"The value fund ended {_against(gap, 'ahead of', 'behind')} the growth fund",
        subtitle="Growth of $10,000, total return (dividends reinvested), daily, "
        f"{_span(levels.index)}, log scale",
        alt="Two lines: "
        + ", ".join(f"{name} ${10_000 * value:,.0f}" for name, value in last.items())
        + f" at the end, VBR {_against(gap, 'ahead', 'behind')}.",
        note="All that is stored of both; the funds began in January 2004. After fees, before tax and"
        " trading costs.",
    )


def year_gaps(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Chart:
    """Calendar-year gap between VBR and VBK"""
    levels = _levels(vbr, vbk)
    years = pd.DataFrame({name: 100 * calendar_year_returns(levels[name]) for name in levels})
    last = levels.index[-1]
    # A year that is not over is no calendar year.
    years = years.loc[: last.year - (0 if (last.month, last.day) >= (12, 29) else 1)].dropna()
    gap = years["VBR"] - years["VBK"]
    won = int((gap > 0).sum())
    return calendar_gaps(
        years["VBR"],
        years["VBK"],
        title=f"The value fund led in {won} of {len(gap)} years",
        subtitle="Total return of VBR minus that of VBK, percentage points, "
        f"{gap.index[0]} to {gap.index[-1]}",
        alt=f"Columns by year, above zero when VBR led: {won} of {len(gap)} years, from "
        f"{number(float(gap.min()), 1)} points in {gap.idxmin()} to {number(float(gap.max()), 1)} in"
        f" {gap.idxmax()}.",
    )


def fund_decades(vbr: pd.DataFrame, vbk: pd.DataFrame, fund_decade_gap: Fact) -> Chart:
    """Rolling ten-year gap of VBR and VBK by month"""
    levels, gap, now = _levels(vbr, vbk), fund_decade_gap.history, fund_decade_gap.value
    return rolling_gaps(
        levels["VBR"],
        levels["VBK"],
        10,
        name="VBR minus VBK",
        title=f"Ten-year gap: small value {number(abs(now), 1)} points a year "
        f"{_against(now, 'ahead', 'behind')}",
        subtitle="Annualized total return of VBR minus VBK over ten years, percentage points a year, by"
        f" month the window ends, {_months(gap.index)}",
        alt=f"Line of the ten-year gap by month: {number(now, 1)} points a year at the end, between "
        f"{number(float(gap.min()), 1)} and {number(float(gap.max()), 1)}.",
    )


def risk(vbr: pd.DataFrame, vbk: pd.DataFrame) -> Chart:
    """Risk and return of VBR and VBK in one window"""
    levels = _levels(vbr, vbk)
    worst = {name: 100 * float(drawdown(levels[name]).min()) for name in levels}
    deeper = worst["VBK"] - worst["VBR"]
    return risk_table(
        levels,
        benchmark="VBK",
        spans=(1, 5, 10),
        title=f"VBR fell {number(abs(deeper), 0)} points {_against(deeper, 'further', 'less')} than VBK at"
        " worst",
        subtitle="Total return a year, volatility, maximum drawdown and the measures against VBK, percent"
        f" unless a ratio, {_span(levels.index)}",
        alt=f"Table of risk for two funds in one window: maximum drawdown {number(worst['VBR'], 1)}% for VBR"
        f" and {number(worst['VBK'], 1)}% for VBK, {number(abs(deeper), 0)} points apart.",
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
