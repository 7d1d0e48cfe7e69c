"""The charts of this thesis: a function each, which returns a ready-made chart.

The page "Chart gallery" of the site shows every kind. A title states the finding in at most ten
words, and takes its numbers from facts or data, so that it cannot go stale.
"""

import pandas as pd

from generator import Chart, Fact, bars, columns, number


def every_year(returns: pd.DataFrame, recessions: pd.DataFrame, recession_years_up: Fact) -> Chart:
    """Calendar-year returns of the S&P 500, recessions shaded"""
    index = returns[returns["symbol"] == "SP500TR"]
    years = index.set_index("year")["total_return_pct"].sort_index()
    span = f"{years.index[0]} to {years.index[-1]}"
    return columns(
        years.rename("S&P 500"),
        bands=recessions,
        title=f"Stocks gained in {recession_years_up} recession years",
        subtitle=f"Total return of the S&P 500 by calendar year, percent, {span}",
        alt=f"Columns of yearly returns of the S&P 500, {span}, recessions shaded: a gain in"
        f" {recession_years_up} years that a recession touched.",
    )


def fallen_years(returns: pd.DataFrame) -> Chart:
    """The losing calendar years of the S&P 500"""
    index = returns[returns["symbol"] == "SP500TR"].set_index("year")["total_return_pct"]
    lost = index[index < 0]
    worst = f"{lost.idxmin()} with {number(lost.min(), 1)}%"
    return bars(
        lost.rename(index=str),
        order="smallest",
        title=f"The worst year was {worst}",
        subtitle="Total return of the S&P 500 in its losing calendar years since 1979, percent",
        alt=f"Bars of {len(lost)} losing years of the S&P 500, the worst {worst}.",
    )


def recession_lengths(recessions: pd.DataFrame, longest_recession: Fact) -> Chart:
    """How long US recessions since 1979 lasted"""
    recent = recessions[recessions["peak"] >= "1979"]
    return bars(
        recent.set_index("peak")["months_peak_to_trough"],
        value="number",
        decimals=0,
        order="given",  # in the order of their dates, not of their size
        title=f"The longest recession lasted {longest_recession} months",
        subtitle="Months from peak to trough, by the month of the peak, since 1979",
        alt=f"Bars of {len(recent)} recessions, the longest {longest_recession} months.",
    )
