"""Readings of a fund: what is kept of an answer, and where the newest value is found."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from generator.errors import NotStored
from generator.model import ForeignText
from generator.readings import SECTOR, Reading, latest, merge, notes, reason_to_reject

FIRST = "2026-03-02"
SIZE, EARNINGS = 5e9, 16.0


def reading(day: str = FIRST, **fields: float | str) -> pd.DataFrame:
    """A row of that day with an ordinary size and valuation, and the fields named."""
    index = pd.DatetimeIndex([day]).as_unit("ns").rename("date")
    values = {"net_assets": SIZE, "price_to_earnings": EARNINGS} | fields
    return pd.DataFrame({name: [value] for name, value in values.items()}, index=index)


def later(days: int, **fields: float | str) -> pd.DataFrame:
    return reading(f"{dt.date.fromisoformat(FIRST) + dt.timedelta(days=days)}", **fields)


def kept(days: int, **fields: float) -> bool:
    """Whether the old value of the one field named stays when it is read anew `days` later."""
    (name,) = fields
    joined = merge(reading(), later(days, **fields))
    return latest(joined, name).as_of == dt.date.fromisoformat(FIRST)


# --- what is too far from the last reading ------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "stays"), [(1.39, False), (0.61, False), (1.41, True), (0.59, True), (100, True)]
)
def test_net_assets_far_from_the_last_reading_are_kept_from_it(factor: float, stays: bool) -> None:
    assert kept(7, net_assets=factor * SIZE) is stays


@pytest.mark.parametrize(
    ("factor", "stays"), [(1.24, False), (0.76, False), (1.26, True), (0.74, True)]
)
def test_a_valuation_far_from_that_of_a_week_ago_is_kept_from_it(
    factor: float, stays: bool
) -> None:
    assert kept(7, price_to_earnings=factor * EARNINGS) is stays


@pytest.mark.parametrize(
    ("days", "stays"), [(1, True), (7, True), (13, True), (14, False), (70, False)]
)
def test_what_is_allowed_of_a_valuation_grows_with_the_weeks(days: int, stays: bool) -> None:
    assert kept(days, price_to_earnings=1.49 * EARNINGS) is stays


@pytest.mark.parametrize(("days", "stays"), [(1, True), (28, True), (55, True), (56, False)])
def test_what_is_allowed_of_net_assets_grows_with_every_four_weeks(days: int, stays: bool) -> None:
    assert kept(days, net_assets=1.79 * SIZE) is stays


def test_the_distance_is_that_from_the_last_usable_value_however_old() -> None:
    missing = merge(reading(), later(7, price_to_earnings=float("nan")))
    joined = merge(missing, later(14, price_to_earnings=1.49 * EARNINGS))
    assert latest(joined, "price_to_earnings").value == 1.49 * EARNINGS


def test_a_field_that_was_kept_is_noted_with_both_its_days() -> None:
    answer = later(7, net_assets=2e9, price_to_earnings=12.5)
    assert notes(reading(), answer) == (
        "net assets kept from 2026-03-02: the answer, 2e+09, is -60% away from it",
    )
    assert notes(reading(), later(7)) == ()
    assert notes(None, answer) == ()


def test_the_other_fields_of_such_a_reading_are_taken() -> None:
    joined = merge(reading(), later(7, net_assets=1.0, price_to_earnings=17.0, expense_ratio=0.2))
    day = dt.date(2026, 3, 9)
    assert latest(joined, "price_to_earnings") == Reading(17.0, day)
    assert latest(joined, "expense_ratio") == Reading(0.2, day)
    assert latest(joined, "net_assets") == Reading(SIZE, dt.date(2026, 3, 2))


def test_an_old_value_is_never_written_under_a_new_day() -> None:
    joined = merge(reading(), later(7, net_assets=1.0))
    assert list(joined["net_assets"].isna()) == [False, True]


def test_any_size_of_a_fee_or_a_sector_is_taken() -> None:
    before = reading(expense_ratio=0.2, **{f"{SECTOR}energy": 5.0})
    answer = later(7, expense_ratio=1.9, **{f"{SECTOR}energy": 50.0})
    assert notes(before, answer) == ()
    assert latest(merge(before, answer), f"{SECTOR}energy").value == 50.0


# --- what is rejected ---------------------------------------------------------------------------


def test_an_answer_without_a_row_is_rejected() -> None:
    assert reason_to_reject(reading()[:0]) == "the answer holds no reading"


def test_an_answer_with_some_plausible_figure_is_taken() -> None:
    assert reason_to_reject(reading()) == ""
    assert reason_to_reject(later(7, net_assets=1.0), reading()) == ""


def test_an_answer_without_any_plausible_figure_is_rejected() -> None:
    answer = later(7, net_assets=1.0, price_to_earnings=float("nan"), family="A House")
    assert reason_to_reject(answer, reading()) == "not one of its figures is plausible"


# --- joining ------------------------------------------------------------------------------------


def test_a_second_reading_of_one_day_replaces_the_first_however_far_from_it() -> None:
    joined = merge(reading(), reading(price_to_earnings=32.0))
    assert list(joined["price_to_earnings"]) == [32.0]


def test_joining_a_second_time_changes_nothing() -> None:
    answer = later(7, net_assets=1.0, family=ForeignText("A House"))
    once = merge(reading(), answer)
    pd.testing.assert_frame_equal(once, merge(once, answer))


def test_a_reading_of_other_fields_loses_none() -> None:
    before = reading(family="A House", **{f"{SECTOR}energy": 5.0})
    joined = merge(before, later(7, top_holding="A Company", **{f"{SECTOR}utilities": 6.0}))
    assert len(joined) == 2
    assert latest(joined, f"{SECTOR}energy") == Reading(5.0, dt.date(2026, 3, 2))
    assert latest(joined, f"{SECTOR}utilities") == Reading(6.0, dt.date(2026, 3, 9))
    assert list(joined["family"]) == ["A House", ""]
    assert list(joined["top_holding"]) == ["", "A Company"]


def test_a_reading_of_an_earlier_day_takes_its_place_before_the_others() -> None:
    joined = merge(later(7), reading(price_to_earnings=15.0))
    assert list(joined["price_to_earnings"]) == [15.0, EARNINGS]


# --- the newest value ---------------------------------------------------------------------------


def test_the_newest_usable_value_comes_with_its_own_day() -> None:
    joined = merge(reading(family="A House"), later(7, price_to_earnings=float("nan")))
    assert latest(joined, "net_assets") == Reading(SIZE, dt.date(2026, 3, 9))
    assert latest(joined, "price_to_earnings") == Reading(EARNINGS, dt.date(2026, 3, 2))
    assert latest(joined, "family") == Reading("A House", dt.date(2026, 3, 2))


@pytest.mark.parametrize(
    ("field", "words"),
    [("price_to_book", "price to book"), ("family", "family"), (f"{SECTOR}energy", "energy")],
)
def test_what_was_never_read_is_not_stored(field: str, words: str) -> None:
    with pytest.raises(NotStored) as caught:
        latest(reading(price_to_book=float("nan"), family=""), field)
    assert str(caught.value) == f"no stored reading of the fund has a usable {words}"
