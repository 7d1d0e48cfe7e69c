"""Observations: what makes an answer believable, and how it joins what is stored."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.observations import merge, notes, reason_to_reject
from generator.rules import Rules

NAN = math.nan


def frame(values: list[float], first: str = "2026-01-01", name: str = "value") -> pd.DataFrame:
    index = pd.date_range(first, periods=len(values), name="date").as_unit("ns")
    return pd.DataFrame({name: values}, index=index, dtype=float)


def wavy(count: int) -> list[float]:
    return [4 + 0.1 * (i % 3) for i in range(count)]


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Some days of a year, each with a value or without one."""
    number = st.floats(-1e6, 1e6) | st.just(NAN)
    values = draw(st.dictionaries(st.integers(0, 364), number, min_size=1, max_size=30))
    days = sorted(values)
    index = pd.DatetimeIndex([pd.Timestamp("2026-01-01") + pd.Timedelta(days=d) for d in days])
    return pd.DataFrame(
        {"value": [values[d] for d in days]}, index=index.as_unit("ns").rename("date"), dtype=float
    )


# --- an answer on its own -----------------------------------------------------------------------


def test_nothing_speaks_against_an_ordinary_first_answer() -> None:
    assert reason_to_reject(frame([4.25, NAN, 4.5])) == ""


def test_an_answer_without_an_observation_is_rejected() -> None:
    assert reason_to_reject(frame([])) == "the answer holds no observation"


def test_a_date_that_appears_twice_is_rejected() -> None:
    answer = pd.concat([frame([4.0, 4.1]), frame([4.2], "2026-01-02")])
    assert reason_to_reject(answer) == "2026-01-02 appears twice"


def test_dates_that_do_not_ascend_are_rejected() -> None:
    assert reason_to_reject(frame([4.0, 4.1]).iloc[::-1]) == "the dates do not ascend"


@pytest.mark.parametrize(("name", "words"), [("value", "the value"), ("SMB", "'SMB'")])
def test_a_column_without_any_value_is_rejected(name: str, words: str) -> None:
    assert reason_to_reject(frame([NAN, NAN], name=name)) == f"{words} holds no value at all"


def test_a_value_without_end_is_rejected() -> None:
    answer = frame([4.0, -math.inf])
    assert reason_to_reject(answer) == "the value is -inf on 2026-01-02"


@pytest.mark.parametrize(
    ("between", "reason"),
    [
        ((0.0, 10.0), ""),
        ((4.0, 4.5), ""),
        ((0.0, 4.4), "the value is 4.5 on 2026-01-02, and the thesis expects 0 to 4.4 (between)"),
        ((4.1, 9.0), "the value is 4 on 2026-01-01, and the thesis expects 4.1 to 9 (between)"),
    ],
)
def test_every_value_lies_where_the_thesis_expects_it(
    between: tuple[float, float], reason: str
) -> None:
    answer = frame([4.0, 4.5, NAN])
    assert reason_to_reject(answer, rules=Rules(between=between)) == reason


# --- an answer beside what is stored ------------------------------------------------------------


def test_an_overlap_that_agrees_and_new_days_are_taken() -> None:
    assert reason_to_reject(frame(wavy(30))[10:], frame(wavy(25))) == ""


def test_a_column_that_is_gone_or_new_is_rejected() -> None:
    stored, answer = frame([1.0], name="SMB"), frame([1.0], name="HML")
    both = stored.assign(HML=1.0)
    assert reason_to_reject(stored, both) == "the column 'HML' is gone"
    assert reason_to_reject(both, stored) == "there is a column 'HML' that was not there"
    assert reason_to_reject(answer, stored) == "the column 'SMB' is gone"


def test_an_answer_that_ends_before_the_stored_end_is_rejected() -> None:
    assert reason_to_reject(frame(wavy(9)), frame(wavy(10))) == (
        "it ends on 2026-01-09, before the stored 2026-01-10"
    )


def test_a_tenth_of_the_values_may_be_revised_and_no_more() -> None:
    stored = frame(wavy(20))
    answer = stored.copy()
    answer.iloc[[3, 5]] += 1
    assert reason_to_reject(answer, stored) == ""
    answer.iloc[7] += 1
    assert reason_to_reject(answer, stored) == (
        "3 of 20 stored values changed, the first of 2026-01-04 from 4 to 5"
    )


def test_a_value_that_came_or_went_counts_as_changed() -> None:
    stored, answer = frame([4.0, NAN, 4.0, 4.0]), frame([NAN, 4.0, 4.0, 4.0])
    assert reason_to_reject(answer, stored).startswith("2 of 4 stored values changed")
    assert reason_to_reject(stored, stored) == ""


def test_one_change_is_let_pass_however_few_values_there_are() -> None:
    assert reason_to_reject(frame([4.0, 5.0]), frame([4.0, 4.5])) == ""


def test_a_step_far_larger_than_any_before_is_rejected() -> None:
    stored = frame(wavy(60))
    answer = frame([*wavy(60), 4.0, 5.5])
    assert reason_to_reject(answer, stored) == "the value went from 4 to 5.5 on 2026-03-03"
    assert reason_to_reject(answer[:-1], stored) == ""


def test_a_wild_step_is_seen_from_the_last_stored_value() -> None:
    answer = frame([400.0], "2026-03-02")
    assert reason_to_reject(answer, frame(wavy(60))) == (
        "the value went from 4.2 to 400 on 2026-03-02"
    )


def test_a_revision_far_larger_than_any_step_is_rejected_too() -> None:
    stored = frame(wavy(60))
    answer = frame([*wavy(60)[:57], 100 * wavy(60)[57], *wavy(60)[58:], wavy(61)[60]])
    assert "went from" in reason_to_reject(answer, stored)


def test_few_values_do_not_tell_what_a_large_step_is() -> None:
    assert reason_to_reject(frame([*wavy(50), 40.0]), frame(wavy(50))) == ""


def test_a_series_that_never_moved_may_begin_to() -> None:
    assert reason_to_reject(frame([*[5.5] * 60, 5.25]), frame([5.5] * 60)) == ""


# --- a new issue of a whole history -------------------------------------------------------------


def test_a_new_issue_may_rewrite_every_value() -> None:
    stored, answer = frame(wavy(20)), frame([1.2 * value for value in wavy(21)])
    assert reason_to_reject(answer, stored, reissued=True) == ""
    assert "stored values changed" in reason_to_reject(answer, stored)


def test_a_new_issue_may_not_drop_a_date() -> None:
    stored = frame(wavy(20))
    answer = stored.drop(stored.index[4])
    assert reason_to_reject(answer, stored, reissued=True) == (
        "its new issue lacks 2026-01-05, which was stored"
    )


@pytest.mark.parametrize(
    ("factor", "times"), [(100, "100 times"), (0.01, "0.01 times"), (2.1, "2.1 times"), (2, "")]
)
def test_a_new_issue_may_not_change_its_scale(factor: float, times: str) -> None:
    stored = frame(wavy(20), name="SMB")
    reason = reason_to_reject(factor * stored, stored, reissued=True)
    assert reason == (f"'SMB' is {times} what the issue before had" if times else "")


# --- joining ------------------------------------------------------------------------------------


def test_where_both_have_a_date_the_answer_stands() -> None:
    joined = merge(frame([1.0, 2.0, 3.0]), frame([20.0, 30.0, 40.0], "2026-01-02"))
    assert list(joined["value"]) == [1.0, 20.0, 30.0, 40.0]


def test_with_nothing_stored_the_answer_is_all_there_is() -> None:
    answer = frame([1.0, 2.0])
    assert merge(None, answer) is answer
    assert merge(frame([]), answer) is answer


@settings(deadline=None, max_examples=60)
@given(stored=frames(), answer=frames())
def test_joining_loses_no_date_and_invents_none(stored: pd.DataFrame, answer: pd.DataFrame) -> None:
    joined = merge(stored, answer)
    assert list(joined.index) == sorted({*stored.index, *answer.index})
    pd.testing.assert_frame_equal(answer, joined.loc[answer.index])
    older = stored.index.difference(answer.index)
    pd.testing.assert_frame_equal(stored.loc[older], joined.loc[older])


@settings(deadline=None, max_examples=60)
@given(stored=frames(), answer=frames())
def test_joining_a_second_time_changes_nothing(stored: pd.DataFrame, answer: pd.DataFrame) -> None:
    once = merge(stored, answer)
    pd.testing.assert_frame_equal(once, merge(once, answer))


@settings(deadline=None, max_examples=60)
@given(answer=frames())
def test_an_answer_that_was_taken_is_taken_again_without_a_note(answer: pd.DataFrame) -> None:
    if not answer["value"].isna().all():
        assert reason_to_reject(answer, answer) == ""
    assert notes(answer, answer) == ()


# --- notes --------------------------------------------------------------------------------------


def test_revised_values_are_noted_with_the_first_of_them() -> None:
    stored = frame([4.0, 4.1, 4.2, 4.3])
    assert notes(None, stored) == ()
    assert notes(stored, frame([4.0, 4.1, 4.2, 4.3, 9.0])) == ()
    assert notes(stored, frame([4.0, 4.2, 4.2, 4.3])) == (
        "1 value was revised by the source, the first of 2026-01-02",
    )
    assert notes(stored, frame([4.0, 4.2, 4.2, 4.4])) == (
        "2 values were revised by the source, the first of 2026-01-02",
    )


def test_a_change_within_half_a_percent_is_no_revision() -> None:
    assert notes(frame([4.0, 100.0]), frame([4.0, 100.4])) == ()


def test_a_date_that_the_source_has_no_more_is_kept_and_said() -> None:
    stored, answer = frame([1.0, 2.0, 3.0]), frame([1.0, 2.0, 3.0, 4.0]).drop(index="2026-01-02")
    assert list(merge(stored, answer)["value"]) == [1.0, 2.0, 3.0, 4.0]
    assert notes(stored, answer) == (
        "the source has 2026-01-02 no more; what was stored of it is kept",
    )
