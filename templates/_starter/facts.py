"""The numbers of this thesis: a function each, whose parameters are names under data: or facts.

The first line of a docstring says what the number is; it is printed beside it. What begins with
an underscore is a helper and no fact.
"""

import pandas as pd

from generator import Fact, count, k_of_n, points


def recession_years_up(returns: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Calendar years touched by a US recession in which the S&P 500 gained, total return"""
    during, _ = _split(returns, recessions)
    return k_of_n(int((during > 0).sum()), len(during))  # the value is the share in percent


def recession_gap(returns: pd.DataFrame, recessions: pd.DataFrame) -> Fact:
    """Average calendar-year total return of the S&P 500 in recession years less that in others"""
    during, others = _split(returns, recessions)
    return points(during.mean() - others.mean())  # printed without its sign: prose says "less"


def longest_recession(recessions: pd.DataFrame) -> Fact:
    """Months from peak to trough of the longest US recession that began since 1979"""
    recent = recessions[recessions["peak"] >= "1979"]
    return count(recent["months_peak_to_trough"].max())


def _split(returns: pd.DataFrame, recessions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Returns by year, percent: of the years that a recession touched, and of the others."""
    index = returns[returns["symbol"] == "SP500TR"]
    years = index.set_index("year")["total_return_pct"].sort_index()
    touched: set[int] = set()
    for peak, trough in zip(recessions["peak"], recessions["trough"], strict=True):
        last = years.index[-1] if pd.isna(trough) else int(trough[:4])  # no trough yet: it goes on
        touched.update(range(int(peak[:4]), last + 1))
    in_recession = years.index.isin(sorted(touched))
    return years[in_recession], years[~in_recession]
