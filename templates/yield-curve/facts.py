"""The numbers this thesis quotes: one function each.

Yields are daily, recessions are months. A month is inverted when the average of its days is below
zero, and an inversion ends when twelve months pass without an inverted one.
"""

import pandas as pd

from generator import (
    Fact,
    NotStored,
    k_of_n,
    number,
    percent,
    points,
    require_history,
    wilson_interval,
)

AHEAD = 24  # months within which a recession counts as announced
APART = 12  # months without an inverted one that end an inversion
SINCE = "1976-06-01"  # the first day of the two-year yield


def _by_month(daily: pd.Series) -> pd.Series:
    """The average of each month's days, by month; the last month may be unfinished."""
    days = daily.dropna()
    return days.groupby(days.index.to_period("M")).mean()


def _spread(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> pd.Series:
    require_history(two_year, SINCE)
    require_history(ten_year, SINCE)
    return _by_month(ten_year["value"] - two_year["value"])


def _peaks(recessions: pd.DataFrame, first: pd.Period) -> list[pd.Period]:
    """The months in which the economy peaked, from `first`."""
    return [peak for peak in pd.PeriodIndex(recessions["peak"], freq="M") if peak >= first]


def _inversions(spread: pd.Series) -> list[pd.Series]:
    """The inverted months of each inversion."""
    below = spread[spread < 0]
    months = below.index.asi8
    starts = [i for i in range(len(months)) if i == 0 or months[i] - months[i - 1] > APART]
    ends = [*starts[1:], len(months)]
    return [below.iloc[start:end] for start, end in zip(starts, ends, strict=True)]


def _gap(later: pd.Period, earlier: pd.Period) -> int:
    return (later - earlier).n


def _months(value: float, as_of=None) -> Fact:
    return Fact(value, "months", f"{value:.0f} month{'' if value == 1 else 's'}", as_of=as_of)


def _lows(spread: pd.Series, recessions: pd.DataFrame) -> dict[pd.Period, float]:
    """For each recession the lowest month of the spread in the months before its peak."""
    peaks = _peaks(recessions, spread.index[0] + AHEAD)
    return {peak: float(spread[peak - AHEAD : peak].min()) for peak in peaks}


def _leads(spread: pd.Series, recessions: pd.DataFrame) -> list[int]:
    """Months from the first month of each inversion to the next peak, where one followed."""
    found = [_peaks(recessions, inversion.index[0]) for inversion in _inversions(spread)]
    starts = [inversion.index[0] for inversion in _inversions(spread)]
    return [_gap(after[0], start) for after, start in zip(found, starts, strict=True) if after]


# ---- The ten-year less the two-year yield ----


def inverted_before(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """Recessions since 1976 with an inverted month in the 24 months before the peak"""
    lows = _lows(_spread(two_year, ten_year), recessions)
    return k_of_n(sum(low < 0 for low in lows.values()), len(lows))


def inverted_interval(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """95% Wilson interval of that share, its lower end as the value"""
    lows = _lows(_spread(two_year, ten_year), recessions)
    low, high = wilson_interval(sum(each < 0 for each in lows.values()), len(lows))
    return Fact(100 * low, "percent", f"{number(100 * low, 0)} and {number(100 * high, 0)}%")


def shortest_lead(two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Fewest months from the first month of an inversion to the next peak"""
    return _months(min(_leads(_spread(two_year, ten_year), recessions)))


def longest_lead(two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Most months from the first month of an inversion to the next peak"""
    return _months(max(_leads(_spread(two_year, ten_year), recessions)))


def median_lead(two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Median of the months from the first month of an inversion to the next peak"""
    return _months(float(pd.Series(_leads(_spread(two_year, ten_year), recessions)).median()))


def longest_inversion(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> Fact:
    """Inverted months in a row, the longest run"""
    spread = _spread(two_year, ten_year)
    runs = (spread < 0).groupby((spread >= 0).cumsum()).sum()
    return _months(int(runs.max()))


def deepest_recent(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> Fact:
    """Lowest month of the newest inversion, in percentage points below zero"""
    return points(float(-_inversions(_spread(two_year, ten_year))[-1].min()), 2)


def months_without(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """Months since the last inverted month without the start of a recession"""
    spread = _spread(two_year, ten_year)
    last = _inversions(spread)[-1].index[-1]
    after = _peaks(recessions, last)
    return _months(_gap(after[0] if after else spread.index[-1], last))


def positive_at_peak(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """Recessions since 1990 in whose first month the curve was no longer inverted"""
    spread = _spread(two_year, ten_year)
    at = [float(spread[peak]) for peak in _peaks(recessions, pd.Period("1990-01"))]
    return k_of_n(sum(value > 0 for value in at), len(at))


def low_before_2020(
    two_year: pd.DataFrame, ten_year: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """Lowest month of the spread in the 24 months before the peak of February 2020"""
    return points(_lows(_spread(two_year, ten_year), recessions)[pd.Period("2020-02")], 2)


def days_below_2019(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> Fact:
    """Days in 2019 on which the ten-year yield was below the two-year"""
    daily = (ten_year["value"] - two_year["value"]).dropna().loc["2019"]
    if daily.empty:
        raise NotStored("the yields of 2019 are not stored")
    return Fact(int((daily < 0).sum()), "days", f"{int((daily < 0).sum())} days")


def spread_now(two_year: pd.DataFrame, ten_year: pd.DataFrame) -> Fact:
    """Ten-year less two-year yield on the last day stored"""
    return points(float((ten_year["value"] - two_year["value"]).dropna().iloc[-1]), 2)


# ---- The ten-year yield less the federal funds rate ----


def alarm_of_1966(
    ten_year: pd.DataFrame, fed_funds: pd.DataFrame, recessions: pd.DataFrame
) -> Fact:
    """Months from the first month of 1966 with the ten-year yield below the funds rate to the next peak"""
    require_history(ten_year, "1962-01-02")
    require_history(fed_funds, "1962-01-02")
    spread = _by_month(ten_year["value"] - fed_funds["value"])
    below = spread["1966-01":"1966-12"]
    first = below[below < 0].index[0]
    return _months(_gap(_peaks(recessions, first)[0], first))


# ---- The Federal Reserve's rises ----


def _tightenings(fomc_target: pd.DataFrame) -> pd.DataFrame:
    """Each run of rises between two cuts: first, last (months), rise in points; from 1990."""
    change = fomc_target["change_bp"].astype(float)
    run = (change < 0).cumsum()[change > 0]
    rises = fomc_target.loc[run.index].assign(
        run=run, month=pd.PeriodIndex(fomc_target["announced"], freq="M")[run.index]
    )
    return rises.groupby("run").agg(
        first=("month", "first"),
        last=("month", "last"),
        rise=("change_bp", lambda bp: bp.astype(float).sum() / 100),
    )


def _peak_after(month: pd.Period, recessions: pd.DataFrame) -> pd.Period | None:
    after = _peaks(recessions, month)
    return after[0] if after and _gap(after[0], month) <= AHEAD else None


def tightenings_followed(fomc_target: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Runs of rises since 1990 that a recession followed within 24 months of the last rise"""
    runs = _tightenings(fomc_target)
    return k_of_n(
        sum(_peak_after(last, recessions) is not None for last in runs["last"]), len(runs)
    )


def recessions_after_rises(fomc_target: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Recessions since 1991 that began within 24 months of the last rise of the target"""
    lasts = list(_tightenings(fomc_target)["last"])
    peaks = _peaks(recessions, pd.Period("1991-04"))
    return k_of_n(
        sum(any(0 <= _gap(peak, last) <= AHEAD for last in lasts) for peak in peaks), len(peaks)
    )


def rise_2022_2023(fomc_target: pd.DataFrame) -> Fact:
    """Rise of the target from March 2022 to July 2023"""
    runs = _tightenings(fomc_target)
    return points(float(runs.loc[runs["first"] == pd.Period("2022-03"), "rise"].iloc[0]), 2)


def target_now(fomc_target: pd.DataFrame) -> Fact:
    """Upper bound of the federal funds target after the last change"""
    return percent(float(fomc_target["upper_after"].iloc[-1]), 2)


def median_recession(recessions: pd.DataFrame) -> Fact:
    """Median length of recessions since 1945, peak to trough"""
    since = recessions[recessions["peak"] >= "1945"]
    return _months(float(since["months_peak_to_trough"].astype(float).median()))


def longest_recession(recessions: pd.DataFrame) -> Fact:
    """Longest recession since 1945, peak to trough"""
    since = recessions[recessions["peak"] >= "1945"]
    return _months(float(since["months_peak_to_trough"].astype(float).max()))
