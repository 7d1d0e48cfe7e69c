"""The charts this thesis shows: one function each, titles filled from the data.

A chart function is given tables and facts by name. What two charts need is a helper, whose name
begins with an underscore.
"""

import pandas as pd

from generator import (
    Chart,
    Fact,
    bars,
    event_study,
    in_words,
    lines,
    number,
    require_history,
    scoreboard,
    steps,
    table_chart,
)

AHEAD, APART = 24, 12  # months, as in facts.py
NBER = "Recessions are NBER's, from the month after the peak to the trough."


def _by_month(daily: pd.Series) -> pd.Series:
    """The average of each month's days, on the last day of that month that has passed."""
    days = daily.dropna()
    months = days.groupby(days.index.to_period("M")).mean()
    ends = months.index.to_timestamp(how="end").normalize()
    return months.set_axis(ends.where(ends <= days.index[-1], days.index[-1]))


def _spread(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> pd.Series:
    require_history(two_year, "1976-06-01")
    require_history(ten_year, "1976-06-01")
    return _by_month(ten_year["value"] - two_year["value"])


def _span(dates: pd.Index) -> str:
    return f"{dates[0]:%B %Y} to {dates[-1]:%B %Y}"


def spread(
    two_year: pd.DataFrame,
    ten_year: pd.DataFrame,
    recessions: pd.DataFrame,
    inverted_before: Fact,
) -> Chart:
    """The ten-year less the two-year Treasury yield"""
    level = _spread(two_year, ten_year).rename("10-year less 2-year")
    low = level.idxmin()
    return lines(
        level,
        value="points",
        decimals=2,
        zero=True,
        bands=recessions,
        marks=[(low, f"low, {low:%Y-%m}")],
        title=f"The curve inverted before {inverted_before} recessions since 1976",
        subtitle="Ten-year less two-year Treasury yield, constant maturity, monthly average of days,"
        f" percentage points, {_span(level.index)}",
        alt=f"Line of the ten-year less the two-year yield: below zero within {AHEAD} months before"
        f" {inverted_before} recessions, {number(float(level.iloc[-1]), 2)} points at the end.",
        note=f"{NBER} The last month may be unfinished.",
    )


def _inversions(level: pd.Series, peaks: list[pd.Period]) -> pd.DataFrame:
    """A row for each inversion: its months, its low, and the months to the next peak."""
    below = level[level < 0]
    months = below.index.to_period("M")
    new = pd.Series(months.asi8).diff().gt(APART).cumsum().to_numpy()
    rows = {}
    for _, part in below.groupby(new):
        first = part.index[0].to_period("M")
        after = [peak for peak in peaks if peak >= first]
        rows[f"{first}"] = {
            "Last month": f"{part.index[-1].to_period('M')}",
            "Months inverted": float(len(part)),
            "Lowest": float(part.min()),
            "Next peak": f"{after[0]}" if after else "none yet",
            "Months to it": float((after[0] - first).n) if after else float("nan"),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("First month")


def inversions(two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame) -> Chart:
    """Each inversion, and how long after it the economy peaked"""
    level = _spread(two_year, ten_year)
    rows = _inversions(level, list(pd.PeriodIndex(recessions["peak"], freq="M")))
    waits = rows["Months to it"].dropna()
    return table_chart(
        rows,
        value="number",
        decimals=0,
        wordings={"Lowest": ("number", 2)},
        title=f"Recessions came {waits.min():.0f} to {waits.max():.0f} months later",
        subtitle="Inversions of the ten-year less two-year yield, monthly average, percentage points and"
        f" months, {_span(level.index)}",
        alt=f"Table of {len(rows)} inversions: the next peak came {waits.min():.0f} to"
        f" {waits.max():.0f} months after the first inverted month, and {len(rows) - len(waits)} have"
        " none yet.",
        note=f"An inversion ends when {APART} months pass without an inverted one. That which began in"
        " September 1978 held the peaks of two recessions.",
    )


def around_the_peak(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Chart:
    """The spread from two years before each peak to one year after it"""
    level = _spread(two_year, ten_year)
    months = level.set_axis(level.index.to_period("M"))
    peaks = [
        p for p in pd.PeriodIndex(recessions["peak"], freq="M") if p - AHEAD >= months.index[0]
    ]
    paths = pd.DataFrame(
        {
            f"{peak}": months.reindex(
                pd.period_range(peak - AHEAD, peak + APART, freq="M")
            ).to_numpy()
            for peak in peaks
        },
        index=range(-AHEAD, APART + 1),
    )
    at = paths.loc[0]
    return _study(paths, int((at > 0).sum()), len(at), level.index)


def _study(paths: pd.DataFrame, positive: int, count: int, dates: pd.Index) -> Chart:
    low = [name for name in paths if paths[name].loc[:0].min() >= 0]
    return event_study(
        paths,
        value="points",
        decimals=2,
        event="peak",
        highlight=low,
        highlight_label="never inverted",
        title=f"The curve was positive at {positive} of {count} peaks",
        subtitle="Ten-year less two-year Treasury yield, monthly average, percentage points, by months"
        f" from the peak of the economy, {_span(dates)}",
        alt=f"A line for each of {count} recessions and their median: the spread was above zero in the"
        f" month of the peak in {positive} of them.",
        note="Peaks are NBER's.",
    )


def ten_less_funds(
    ten_year: pd.DataFrame, fed_funds: pd.DataFrame, recessions: pd.DataFrame, alarm_of_1966: Fact
) -> Chart:
    """The ten-year Treasury yield less the federal funds rate"""
    require_history(ten_year, "1962-01-02")
    level = _by_month(ten_year["value"] - fed_funds["value"]).rename("10-year less funds rate")
    return lines(
        level,
        value="points",
        decimals=2,
        zero=True,
        bands=recessions,
        marks=[("1966-09-30", "1966")],
        title=f"The alarm of 1966 came {alarm_of_1966} before a recession",
        subtitle="Ten-year Treasury yield less effective federal funds rate, monthly average of days,"
        f" percentage points, {_span(level.index)}",
        alt=f"Line of the ten-year yield less the funds rate: below zero in 1966, {alarm_of_1966} before"
        f" the next peak, {number(float(level.iloc[-1]), 2)} points at the end.",
        note=NBER,
    )


def target(fomc_target: pd.DataFrame, recessions: pd.DataFrame, target_now: Fact) -> Chart:
    """The federal funds target and recessions"""
    days = pd.to_datetime(fomc_target["effective"])
    level = pd.Series(fomc_target["upper_after"].to_numpy(float), index=days, name="target")
    lasts = _tightenings(fomc_target)["day"]
    fell = bool(level.iloc[-1] < level.iloc[-2])
    return steps(
        level,
        bands=recessions,
        marks=[(day, "last rise" if place == 0 else "") for place, day in enumerate(lasts)],
        label="upper bound",
        title=f"The last change {'cut' if fell else 'raised'} the target to {target_now}",
        subtitle="Federal funds target, upper bound from December 2008, percent, every change from "
        f"{in_words(level.index[0].date())} to {in_words(level.index[-1].date())}",
        alt=f"Step line of the federal funds target, {target_now} after the last change; the last rise"
        f" of each of {len(lasts)} runs is marked and recessions are shaded.",
        note=f"Thin rules: the last rise of each run. {NBER}",
    )


def _tightenings(fomc_target: pd.DataFrame) -> pd.DataFrame:
    """Each run of rises between two cuts: its last day, its months and its size in points."""
    change = fomc_target["change_bp"].astype(float)
    run = (change < 0).cumsum()[change > 0]
    rises = fomc_target.loc[run.index]
    return pd.DataFrame(
        {
            "day": pd.to_datetime(rises["effective"]).groupby(run).last(),
            "first": rises["announced"].str[:7].groupby(run).first(),
            "last": rises["announced"].str[:7].groupby(run).last(),
            "rise": change[run.index].groupby(run).sum() / 100,
        }
    )


def tightenings(
    fomc_target: pd.DataFrame, recessions: pd.DataFrame, tightenings_followed: Fact
) -> Chart:
    """Each run of rises of the target, and whether a recession followed"""
    peaks = list(pd.PeriodIndex(recessions["peak"], freq="M"))
    rows = {}
    for run in _tightenings(fomc_target).itertuples():
        last = pd.Period(run.last, "M")
        after = next((peak for peak in peaks if peak >= last), None)
        wait = (after - last).n if after is not None else None
        rows[run.first] = {
            "Last rise": run.last,
            "Points": float(run.rise),
            "Next peak": f"{after}" if after is not None else "none yet",
            "Months to it": float("nan") if wait is None else float(wait),
            "Within 24": "yes" if wait is not None and wait <= AHEAD else "no",
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("First rise")
    return table_chart(
        frame,
        value="number",
        decimals=0,
        wordings={"Points": ("number", 2)},
        title=f"A recession followed {tightenings_followed} runs of rises",
        subtitle="Runs of rises of the federal funds target between two cuts, percentage points, and months"
        f" from the last rise to the next NBER peak, {frame.index[0]} to {frame['Last rise'].iloc[-1]}",
        alt=f"Table of {len(frame)} runs of rises: {tightenings_followed} were followed by a recession"
        " within 24 months.",
        note="A single rise between two cuts, as in March 1997, is a run. Our record of the target ends"
        f" with the change of {fomc_target['announced'].iloc[-1]}.",
    )


def recession_lengths(recessions: pd.DataFrame, median_recession: Fact) -> Chart:
    """How long recessions lasted since 1945"""
    rows = recessions[recessions["peak"] >= "1945"]
    months = rows.set_index("peak")["months_peak_to_trough"].astype(float)
    return bars(
        months.rename("months"),
        order="given",
        value="number",
        decimals=0,
        title=f"The median recession since 1945 lasted {median_recession}",
        subtitle=f"Length of US recessions, peak to trough, months, by month of the peak, {months.index[0]}"
        f" to {months.index[-1]}",
        alt=f"Bars of the length of {len(months)} recessions: median {median_recession}, longest"
        f" {months.max():.0f} months, shortest {months.min():.0f}.",
        note="Peaks and troughs are NBER's.",
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
