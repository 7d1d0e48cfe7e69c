"""The thesis on the yield curve: its counts by hand, with real data and without the yields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from generator.binding import Given
from generator.facts import compute_facts
from generator.model import Fact, Missing, Table
from generator.store import load_tables
from generator.thesis import read_thesis
from tests.conftest import ROOT
from tests.market import FOLDER as MARKET
from tests.market import needs_market

_, with_yields = needs_market
THESIS = ROOT / "templates" / "yield-curve"
DAY = dt.date(2026, 5, 1)
thesis, MISTAKES = read_thesis(THESIS, root=ROOT)
assert thesis
FACTS = thesis.fact_functions
EMBEDDED = [spec for spec in thesis.data if spec.source == "embedded"]


def embedded(day: dt.date = DAY) -> dict[str, Table]:
    """The tables that are committed with the site, as of a day."""
    tables, missing = load_tables(EMBEDDED, root=ROOT, thesis_folder=THESIS, today=day)
    assert missing == {}
    return tables


def observed(name: str) -> pd.DataFrame:
    """A real daily series of FRED, to the day that these tests are written for."""
    frame = pd.read_csv(MARKET / "fred" / f"{name}.csv", index_col=0, parse_dates=True)
    return frame.set_axis(["value"], axis=1).rename_axis("date").loc[:"2026-05-01"]


def yields() -> dict[str, pd.DataFrame]:
    """The tables of the record of inversions."""
    recessions = embedded()["recessions"].frame
    return {"two_year": observed("DGS2"), "ten_year": observed("DGS10"), "recessions": recessions}


def test_the_thesis_has_no_mistakes_and_asks_for_no_prices() -> None:
    assert MISTAKES == []
    assert {spec.source for spec in thesis.data} == {"embedded", "fred"}


def test_without_the_yields_what_rests_on_the_target_and_the_recessions_is_there() -> None:
    lacking = {
        spec.name: Missing(spec.name, "not stored", "")
        for spec in thesis.data
        if spec not in EMBEDDED
    }
    facts, missing, findings = compute_facts(FACTS, Given(embedded(), lacking, DAY), root=ROOT)
    assert findings == []
    assert {name: facts[name].text for name in facts} == {
        "tightenings_followed": "3 of 6",  # 2000, 2006 and 2018; not 1995, 1997, 2023
        "recessions_after_rises": "3 of 3",
        "rise_2022_2023": "5.25 percentage points",
        "target_now": "3.75%",
        "median_recession": "10 months",
        "longest_recession": "18 months",
    }
    assert "inverted_before" in missing


@with_yields
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inverted_before", "5 of 6"),
        ("shortest_lead", "13 months"),
        ("median_lead", "18 months"),
        ("longest_lead", "33 months"),
        ("positive_at_peak", "4 of 4"),
        ("months_without", "21 months"),
    ],
)
def test_the_record_is_what_counting_by_hand_gives(name: str, text: str) -> None:
    assert called(name, yields()).text == text


@with_yields
def test_the_longest_inversion_is_the_one_that_another_count_finds() -> None:
    tables = yields()
    months = (tables["ten_year"]["value"] - tables["two_year"]["value"]).resample("ME").mean()
    longest = run = 0
    for value in months:
        run = run + 1 if value < 0 else 0
        longest = max(longest, run)
    assert called("longest_inversion", tables).value == longest == 26


def test_an_inversion_ends_when_a_year_passes_without_one() -> None:
    """Two inverted months eleven apart are one inversion, two that are thirteen apart are two."""
    near, far = ("2010-01", "2010-12"), ("2010-01", "2011-02")
    peak = pd.DataFrame({"peak": ["2012-01"]})
    assert leads(near, peak) == ["24 months", "24 months"]
    assert leads(far, peak) == ["11 months", "24 months"]


def leads(inverted: tuple[str, ...], recessions: pd.DataFrame) -> list[str]:
    """The shortest and the longest lead where these months are inverted since 1976."""
    days = pd.bdate_range("1976-06-01", "2012-12-31", name="date")
    below = days.strftime("%Y-%m").isin(inverted)
    ten = pd.DataFrame({"value": [1.0 if low else 3.0 for low in below]}, index=days)
    two = pd.DataFrame({"value": 2.0}, index=days)
    tables = {"two_year": two, "ten_year": ten, "recessions": recessions}
    return [called(name, tables).text for name in ("shortest_lead", "longest_lead")]


def called(name: str, tables: dict[str, pd.DataFrame]) -> Fact:
    """A fact of the thesis, given the tables it names."""
    function: Any = FACTS[name]
    wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
    fact: Fact = function(**{table: tables[table] for table in wanted})
    return fact
