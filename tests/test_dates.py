"""Dates are read as they are written, and printed as prose has them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from generator.dates import earliest_day, in_words, latest_day, written_days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-09-30", "2025-09-30", "2025-09-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        (" 2025-08 ", "2025-08-01", "2025-08-31"),
    ],
)
def test_a_written_date_is_the_days_it_may_mean(text: str, first: str, last: str) -> None:
    assert earliest_day(text) == dt.date.fromisoformat(first)
    assert latest_day(text) == dt.date.fromisoformat(last)


@pytest.mark.parametrize("text", ["fixed", "", "2019-09-30..2025-04-30", "1981-2026", "2025-13"])
def test_other_words_are_no_date(text: str) -> None:
    assert (earliest_day(text), latest_day(text)) == (None, None)


def test_a_date_in_words_does_not_depend_on_the_machine() -> None:
    assert in_words(dt.date(2025, 9, 30)) == "September 30, 2025"


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (
            pd.to_datetime(["2020-03-01", "2020-01-01", None, "2020-02-01"]),
            ["2020-01-01", "2020-03-01"],
        ),
        (pd.to_datetime([None]), []),
        (["2020", "2021-05", "2020", "soon"], ["2020", "2021-05", "soon"]),
        ([2020, 2021, 2021], ["2020", "2021"]),
        ([dt.date(2020, 1, 31)], ["2020-01-31"]),
    ],
)
def test_each_date_of_a_column_comes_once_and_real_dates_as_first_and_last(
    column: list[object], written: list[str]
) -> None:
    assert written_days(pd.Series(column)) == written
