"""Comparing fetched prices with published figures and with an index."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from generator import confirm
from generator.agreement import Pair
from generator.agreement import compare as compare_all
from generator.confirm import Published
from generator.rules import Tracks

NAMES = ("FUND", "^INDEX")


def prices(closes: list[float], first: str = "2026-01-05") -> pd.DataFrame:
    index = pd.bdate_range(first, periods=len(closes), name="date").as_unit("ns")
    return pd.DataFrame({"close": closes, "dividend": 0.0, "split": 0.0}, index=index, dtype=float)


def years(gain: float = 0.10) -> pd.DataFrame:
    """The closes of 2023 to 2025, each year of which gains that much over the one before."""
    days = pd.bdate_range("2022-12-30", "2025-12-31", name="date").as_unit("ns")
    closes = 100 * (1 + gain) ** (days.year - 2022)
    return pd.DataFrame({"close": closes, "dividend": 0.0, "split": 0.0}, index=days, dtype=float)


def with_published(held: pd.DataFrame, published: list[Published]) -> tuple[str, str]:
    """(what is wrong, what was checked)"""
    found = confirm.with_published(held, published)
    return found.fault, found.words


# --- published figures --------------------------------------------------------------------------


def test_published_returns_that_agree_are_named_by_their_years() -> None:
    published = [Published("Issuer", 10.3, year=2024), Published("Issuer", 9.8, year=2025)]
    assert with_published(years(), published) == ("", "published returns of 2024 to 2025")
    assert with_published(years(), published[:1]) == ("", "published returns of 2024")


def test_a_published_return_half_a_point_away_contradicts() -> None:
    assert with_published(years(), [Published("Issuer", 9.4, year=2024)]) == (
        "its total return of 2024 comes to 10.00%, and 9.4% is published (Issuer)",
        "",
    )


def test_a_dividend_belongs_to_the_return_that_is_compared() -> None:
    paid = years(0.0)
    paid.loc["2024-06-03", "dividend"] = 0.02 * paid["close"].iloc[0]
    assert with_published(paid, [Published("Issuer", 2.0, year=2024)])[1]


def test_a_year_that_is_not_whole_is_not_compared() -> None:
    assert with_published(years(), [Published("Issuer", 55.0, year=2022)]) == ("", "")
    assert with_published(years()[:-20], [Published("Issuer", 55.0, year=2025)]) == ("", "")


def test_a_published_close_is_named_by_its_day_and_contradicts_beyond_half_a_percent() -> None:
    day = dt.date(2026, 1, 6)
    held = prices([100.0, 101.0, 102.0])
    assert with_published(held, [Published("Paper", 101.4, day=day)]) == (
        "",
        "a published close of 2026-01-06",
    )
    assert with_published(held, [Published("Paper", 102.0, day=day)]) == (
        "its close of 2026-01-06 is 101, and 102 is published (Paper)",
        "",
    )


def test_a_close_of_a_day_without_one_is_not_compared() -> None:
    held = prices([100.0, 101.0])
    assert with_published(held, [Published("Paper", 5.0, day=dt.date(2026, 1, 4))]) == ("", "")


def test_a_published_close_is_in_shares_as_they_were_on_its_day() -> None:
    held = prices([50.0, 50.5, 51.0, 51.0])
    held.loc["2026-01-07", "split"] = 2.0
    before, after = dt.date(2026, 1, 6), dt.date(2026, 1, 7)
    assert with_published(held, [Published("Paper", 101.0, day=before)])[0] == ""
    assert with_published(held, [Published("Paper", 50.5, day=before)])[0] == (
        "its close of 2026-01-06 is 101, and 50.5 is published (Paper)"
    )
    assert with_published(held, [Published("Paper", 51.0, day=after)])[0] == ""


def test_years_and_closes_are_named_together() -> None:
    published = [
        Published("Issuer", 10.0, year=2024),
        Published("Paper", 133.1, day=dt.date(2025, 12, 31)),
    ]
    assert with_published(years(), published) == (
        "",
        "published returns of 2024 and a published close of 2025-12-31",
    )


def test_without_a_figure_to_compare_nothing_was_checked() -> None:
    assert with_published(years(), []) == ("", "")


# --- an index -----------------------------------------------------------------------------------


def compare(fund: pd.DataFrame, index: pd.DataFrame, ratio: float | None = None) -> tuple[str, str]:
    """(what is wrong, what was checked)"""
    tracks = Tracks("yahoo", NAMES[1], ratio)
    found = confirm.with_index(fund, index, names=NAMES, tracks=tracks)
    return found.fault, found.words("{other}", level=True) if found.agree else ""


def test_a_fund_that_moves_as_its_index_is_confirmed_in_its_moves() -> None:
    index = prices([1000.0, 1010.0, 990.0, 1000.0])
    assert compare(prices([100.0, 101.0, 99.1, 100.0]), index) == (
        "",
        "the daily moves of {other}",
    )


@pytest.mark.parametrize(
    ("close", "words"), [(104.5, "4.5 points more"), (96.0, "4.0 points less")]
)
def test_a_day_on_which_a_fund_leaves_its_index_contradicts(close: float, words: str) -> None:
    assert compare(prices([100.0, close]), prices([1000.0, 1000.0])) == (
        f"FUND moved {words} than ^INDEX, which it follows, on 2026-01-06",
        "",
    )


def test_what_a_fund_pays_out_is_part_of_its_move() -> None:
    fund = prices([100.0, 96.0])
    fund.loc["2026-01-06", "dividend"] = 4.0
    assert compare(fund, prices([1000.0, 1000.0]))[0] == ""


def test_a_wrong_scale_shows_only_where_the_ratio_is_known() -> None:
    fund, index = prices([10_000.0, 10_100.0]), prices([1000.0, 1010.0])
    assert compare(fund, index)[0] == ""
    assert compare(fund, index, ratio=0.1) == (
        "FUND stood at 10000 and ^INDEX at 1000 on 2026-01-05, "
        "and the thesis expects the one to be 0.1 of the other",
        "",
    )


def test_a_level_within_five_percent_of_the_ratio_is_confirmed() -> None:
    fund, index = prices([104.0, 105.0]), prices([1000.0, 1010.0])
    assert compare(fund, index, ratio=0.1) == (
        "",
        "the level and daily moves of {other}",
    )


def test_the_level_is_compared_on_the_last_260_sessions_only() -> None:
    drift = np.linspace(120, 100, 800)  # a fund that costs something falls behind its index
    fund, index = prices(list(drift)), prices([1000.0] * 800)
    assert compare(fund, index, ratio=0.1)[0] != ""
    slow = np.concatenate([np.linspace(120, 102, 400), np.full(260, 102.0)])
    assert compare(prices(list(slow)), prices([1000.0] * 660), ratio=0.1)[0] == ""


@pytest.mark.parametrize("first", ["2026-02-02", "2026-01-07"])
def test_without_two_days_in_common_nothing_was_checked(first: str) -> None:
    fund, index = prices([100.0, 101.0, 102.0]), prices([1.0, 900.0], first)
    assert compare(fund, index, ratio=0.1) == ("", "")


# --- a group ------------------------------------------------------------------------------------

INDEX = [1000.0, 1010.0, 990.0, 1000.0]
FUND = [100.0, 101.0, 99.0, 100.0]
DAY = dt.date(2026, 1, 6)  # the second of them
CLOSE = Published("Paper", 101.0, day=DAY, table="closes")


def pair(fund: str = "FUND", ratio: float | None = 0.1) -> Pair:
    return Pair(fund, "^INDEX", Tracks("yahoo", "^INDEX", ratio))


def compared(
    published: dict[str, list[Published]], pairs: list[Pair], **closes: list[float]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Fault and what confirms, by name ("INDEX" stands for ^INDEX), in whatever order."""
    frames = {name.replace("INDEX", "^INDEX"): prices(values) for name, values in closes.items()}
    found = compare_all(frames, published, pairs)
    backwards = compare_all(dict(reversed(frames.items())), published, pairs[::-1])
    assert backwards == found
    return {name: (item.fault, item.checked) for name, item in found.items()}


def times(factor: float, closes: list[float]) -> list[float]:
    return [factor * close for close in closes]


def test_two_that_only_agree_with_each_other_confirm_nothing() -> None:
    found = compared({}, [pair()], FUND=FUND, INDEX=INDEX)
    assert found == {"FUND": ("", ()), "^INDEX": ("", ())}


def test_what_agrees_with_a_confirmed_series_is_confirmed_by_it_and_so_on() -> None:
    pairs = [pair(), pair("SECOND")]
    found = compared({"FUND": [CLOSE]}, pairs, FUND=FUND, INDEX=INDEX, SECOND=FUND)
    assert found == {
        "FUND": (
            "",
            ("a published close of 2026-01-06", "the level and daily moves of ^INDEX"),
        ),
        "^INDEX": (
            "",
            ("the level and daily moves of FUND", "the level and daily moves of SECOND"),
        ),
        "SECOND": ("", ("the level and daily moves of ^INDEX",)),
    }


def test_both_wrong_by_the_same_factor_are_found_out_by_a_published_close() -> None:
    found = compared({"FUND": [CLOSE]}, [pair()], FUND=times(100, FUND), INDEX=times(100, INDEX))
    assert found["FUND"][0] == "its close of 2026-01-06 is 10100, and 101 is published (Paper)"
    assert found["^INDEX"][0] == (
        "it agrees with that for 'FUND', whose level contradicts a published close"
    )


@pytest.mark.parametrize(
    ("fund", "index", "wrong"), [(100, 1, {"FUND"}), (1, 100, {"^INDEX"}), (1, 1, set())]
)
def test_of_two_levels_the_one_that_a_published_close_speaks_for_is_right(
    fund: float, index: float, wrong: set[str]
) -> None:
    found = compared({"FUND": [CLOSE]}, [pair()], FUND=times(fund, FUND), INDEX=times(index, INDEX))
    assert {name for name, (fault, _) in found.items() if fault} == wrong


def test_of_two_that_nothing_speaks_for_neither_is_right() -> None:
    found = compared({}, [pair()], FUND=times(100, FUND), INDEX=INDEX)
    assert all(fault and not checked for fault, checked in found.values())


def test_a_yearly_return_tells_nothing_of_the_level() -> None:
    held = {"FUND": years(), "^INDEX": years()}
    held["FUND"]["close"] *= 100  # and its return is still the published one
    published = {"FUND": [Published("Issuer", 10.0, year=2024)]}
    found = compare_all(held, published, [pair(ratio=1.0)])
    assert all(item.fault for item in found.values())


def test_a_wrong_dividend_of_the_fund_is_no_fault_of_its_index() -> None:
    held = {"FUND": years(0.10), "^INDEX": years(0.10)}
    published = {"FUND": [Published("Issuer", 12.0, year=2024)]}
    found = compare_all(held, published, [pair(ratio=1.0)])
    assert found["FUND"].fault
    assert (found["^INDEX"].fault, found["^INDEX"].checked) == ("", ())


def test_a_fund_that_leaves_an_index_which_another_follows_is_alone_wrong() -> None:
    strange = [100.0, 105.0, 99.0, 100.0]
    found = compared({}, [pair(), pair("OTHER")], FUND=FUND, INDEX=INDEX, OTHER=strange)
    assert {name for name, (fault, _) in found.items() if fault} == {"OTHER"}
    wrong = compared(
        {}, [pair(), pair("OTHER")], FUND=FUND, INDEX=[1e3, 1060, 990, 1e3], OTHER=FUND
    )
    assert {name for name, (fault, _) in wrong.items() if fault} == {"FUND", "^INDEX", "OTHER"}


def test_a_wrong_level_is_passed_on_from_one_to_the_next() -> None:
    pairs = [pair(), pair("SECOND")]
    for fund in (100, 1):  # the one with the close is wrong too, or alone right
        found = compared(
            {"FUND": [CLOSE]},
            pairs,
            FUND=times(fund, FUND),
            INDEX=times(100, INDEX),
            SECOND=times(100, FUND),
        )
        wrong = {"^INDEX", "SECOND"} | ({"FUND"} if fund > 1 else set())
        assert {name for name, (fault, _) in found.items() if fault} == wrong
    assert "'^INDEX', whose level" in found["SECOND"][0]


def test_what_was_never_known_before_is_not_believed_beside_a_refuted_partner_alone() -> None:
    held = {"FUND": years(0.10), "^INDEX": years(0.10)}
    published = {"FUND": [Published("Issuer", 12.0, year=2024, table="returns")]}
    assert not compare_all(held, published, [pair(ratio=1.0)])["^INDEX"].fault
    found = compare_all(held, published, [pair(ratio=1.0)], frozenset({"^INDEX"}))["^INDEX"]
    assert "agrees only with that for 'FUND'" in found.fault
    assert "correct its row in 'returns'" in found.remedy


def test_a_level_is_called_confirmed_only_where_a_close_reaches_it() -> None:
    held = {"FUND": years(0.10), "^INDEX": years(0.10)}
    published = {"FUND": [Published("Issuer", 10.0, year=2024)]}
    found = compare_all(held, published, [pair(ratio=1.0)])
    assert found["^INDEX"].checked == ("the daily moves of FUND",)
    published["FUND"].append(Published("Paper", 110.0, day=dt.date(2023, 1, 3)))
    found = compare_all(held, published, [pair(ratio=1.0)])
    assert found["^INDEX"].checked == ("the level and daily moves of FUND",)


def test_nothing_is_confirmed_by_way_of_a_series_that_is_wrong() -> None:
    strange = [100.0, 105.0, 99.0, 100.0]
    pairs = [pair(), pair("OTHER")]
    found = compared({"OTHER": [CLOSE]}, pairs, FUND=FUND, INDEX=INDEX, OTHER=strange)
    assert found["OTHER"][0]
    assert (found["FUND"], found["^INDEX"]) == (("", ()), ("", ()))


def test_a_published_close_of_the_very_day_decides_a_dispute_about_a_move() -> None:
    strange, index = [100.0, 105.0, 99.0, 100.0], [1000.0, 1050.0, 990.0, 1000.0]
    pairs = [pair(), pair("SECOND")]
    found = compared({"FUND": [CLOSE]}, pairs, FUND=FUND, INDEX=index, SECOND=strange)
    assert not found["FUND"][0]
    assert found["^INDEX"][0]
    other_day = Published("Paper", 99.0, day=dt.date(2026, 1, 7))
    found = compared({"FUND": [other_day]}, pairs, FUND=FUND, INDEX=index, SECOND=strange)
    assert found["FUND"][0]  # two against one, and nothing known of that day


def test_a_partner_that_contradicts_its_own_figure_is_no_support() -> None:
    strange, index = [100.0, 105.0, 99.0, 100.0], [1000.0, 1050.0, 990.0, 1000.0]
    wrong = Published("Paper", 90.0, day=dt.date(2026, 1, 8), table="closes")
    pairs = [pair(), pair("SECOND")]
    found = compared({"SECOND": [wrong]}, pairs, FUND=FUND, INDEX=index, SECOND=strange)
    assert all(fault for fault, _ in found.values())


def test_a_remedy_names_what_a_person_would_change() -> None:
    frames = {"FUND": prices(times(2, FUND)), "^INDEX": prices(INDEX)}
    found = compare_all(frames, {"FUND": [CLOSE]}, [pair()])
    assert "correct its row in 'closes'" in found["FUND"].remedy
    found = compare_all(frames, {}, [pair()])
    assert "'tracks_at'" in found["FUND"].remedy
