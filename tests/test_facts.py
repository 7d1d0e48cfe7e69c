"""Facts are computed from what their parameters name, and worded with sign and unit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.binding import Given, require_history
from generator.errors import NotStored
from generator.facts import (
    compute_facts,
    count,
    k_of_n,
    number,
    percent,
    points,
)
from generator.model import Fact, Missing, Source, Table

ROOT = Path(__file__).parent
TODAY = dt.date(2026, 6, 30)
SOURCE = Source("Publisher", "Table", "https://example.org", 1)


def make_table(name: str = "prices", as_of: str = "2026-06-01", **columns: list[float]) -> Table:
    frame = pd.DataFrame(columns or {"close": [1.0, 2.0]})
    return Table(name, name, frame, (SOURCE,), dt.date.fromisoformat(as_of))


def compute(*functions: object, tables: list[Table] | None = None, missing: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
    named = {f.__name__: f for f in functions}  # type: ignore[attr-defined]
    lacking = {name: Missing(name, f"{name} is not stored", "refresh") for name in missing}
    stored = {table.name: table for table in (tables or [make_table()])}
    return compute_facts(named, Given(stored, lacking, TODAY), root=ROOT)  # type: ignore[arg-type]


def gain(prices: pd.DataFrame) -> Fact:
    """The gain."""
    return percent(100 * (prices["close"].iloc[-1] / prices["close"].iloc[0] - 1))


def doubled(gain: Fact) -> Fact:
    """Twice the gain."""
    return percent(2 * gain.value)


def test_a_fact_takes_statement_source_and_date_from_its_function_and_tables() -> None:
    facts, _, findings = compute(gain)
    fact = facts["gain"]
    assert findings == []
    assert (fact.id, fact.statement, fact.text) == ("gain", "The gain.", "100.0%")
    assert (fact.sources, fact.as_of) == ((SOURCE,), dt.date(2026, 6, 1))


def test_a_fact_may_ask_for_another_whatever_the_order_they_are_written_in() -> None:
    facts, _, findings = compute(doubled, gain)
    assert findings == []
    assert facts["doubled"].value == pytest.approx(200)
    assert facts["doubled"].sources == (SOURCE,)


def test_a_fact_of_two_tables_is_as_old_as_the_older_one() -> None:
    def both(prices: pd.DataFrame, shares: pd.DataFrame) -> Fact:
        return percent(1)

    facts, _, _ = compute(both, tables=[make_table(), make_table("shares", "2025-01-31")])
    assert facts["both"].as_of == dt.date(2025, 1, 31)


def test_a_fact_whose_table_is_not_stored_is_missing_and_so_is_what_rests_on_it() -> None:
    facts, missing, findings = compute(gain, doubled, tables=[make_table("x")], missing=("prices",))
    assert (facts, findings) == ({}, [])
    assert missing["gain"].reason == "prices is not stored"
    assert missing["doubled"].reason == "prices is not stored"


def test_a_sample_too_short_is_missing_not_wrong() -> None:
    def old(prices: pd.DataFrame) -> Fact:
        prices.index = pd.date_range("2005-01-03", periods=len(prices))
        require_history(prices, "2000-05-31")
        return percent(1)

    _, missing, findings = compute(old)
    assert findings == []
    assert missing["old"].reason == (
        "the stored prices begin on 2005-01-03; this needs them from 2000-05-31"
    )


def test_a_parameter_with_a_default_is_left_out_when_its_table_is_not_stored() -> None:
    def maybe(prices: pd.DataFrame, shares: pd.DataFrame | None = None) -> Fact:
        return percent(0 if shares is None else 1)

    assert compute(maybe, missing=("shares",))[0]["maybe"].value == 0
    assert compute(maybe, tables=[make_table(), make_table("shares")])[0]["maybe"].value == 1


def test_facts_that_wait_for_each_other_are_named() -> None:
    def first(second: Fact) -> Fact:
        return second

    def second(first: Fact) -> Fact:
        return first

    _, _, findings = compute(first, second)
    assert sorted(f.message for f in findings) == [
        "first() waits for second, which waits for it in turn.",
        "second() waits for first, which waits for it in turn.",
    ]


def test_a_thesis_function_cannot_change_a_table_for_the_next_one() -> None:
    def spoiler(prices: pd.DataFrame) -> Fact:
        prices["close"] = 0.0
        return percent(0)

    facts, _, _ = compute(spoiler, gain)
    assert facts["gain"].text == "100.0%"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_wording_keeps_the_sign_and_never_prints_minus_nought(value: float, digits: int) -> None:
    text = number(value, digits)
    assert "-" not in text
    back = float(text.replace("−", "-").replace(",", ""))
    assert abs(back - value) <= 0.5 * 10**-digits * (1 + 1e-9) + 1e-9
    assert text.startswith("−") == (back < 0)


def test_words_for_points_counts_and_hit_rates() -> None:
    assert points(-5.2).text == "5.2 percentage points"
    assert points(-5.2).value == -5.2
    assert [count(n).text for n in (0, 4, 13, 1965)] == ["none", "four", "13", "1,965"]
    assert (k_of_n(3, 5).text, k_of_n(3, 5).value) == ("3 of 5", 60)


def test_not_stored_is_no_mistake_but_other_errors_are() -> None:
    def gone(prices: pd.DataFrame) -> Fact:
        raise NotStored("nothing here")

    def broken(prices: pd.DataFrame) -> Fact:
        return percent(prices["close"].iloc[99])

    _, missing, findings = compute(gone, broken)
    assert missing["gone"].reason == "nothing here"
    assert [f.message.partition(":")[0] for f in findings] == ["broken() failed"]


def test_a_fact_of_a_day_after_the_edition_is_missing() -> None:
    def later(prices: pd.DataFrame) -> Fact:
        return percent(1, as_of=dt.date(2026, 7, 1))

    facts, missing, findings = compute(later)
    assert (facts, findings) == ({}, [])
    assert missing["later"].reason == "it is of 2026-07-01, after this edition's day"


def test_a_fact_that_is_no_number_is_a_mistake() -> None:
    def nothing(prices: pd.DataFrame) -> Fact:
        return percent(float("nan"))

    _, missing, findings = compute(nothing)
    assert [f.message for f in findings] == ["nothing() came to nan, which is no number to print."]
    assert set(missing) == {"nothing"}
