"""Fetching fund data from Yahoo Finance, against a server on the loopback address."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from generator.asking import Limits
from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.model import DataSpec, ForeignText
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.sources import BrokenAnswer, Fetched, Network, NotThere, Request, fetcher
from generator.store import load_tables
from generator.tables import read_manifest
from tests.loopback import (
    CRUMB,
    NEW_YORK,
    QUOTE,
    SUMMARY,
    TIMESERIES,
    StandIn,
    gentle,
    make_bars,
    stand_in,
)

BARS = make_bars("2026-01-05", gentle(40))
TODAY = BARS.days[-1]
ASKED = SUMMARY + "FUND"
# What one fund may cost: one summary; before the first one of a pass also a cookie and a crumb.
# Where Yahoo refuses the crumb, yfinance adds to each attempt: consent, crumb, the question again.
A_FUND, A_PASS, ATTEMPTS = 1, 2, 3
A_REFUSAL = 5

PROFILE: dict[str, Any] = {
    "family": "A House",
    "categoryName": "Small Value",
    "feesExpensesInvestment": {"annualReportExpenseRatio": 0.0025, "totalNetAssets": 12.5},
    "feesExpensesInvestmentCat": {"annualReportExpenseRatio": 0.0101},
}
HOLDINGS: dict[str, Any] = {
    "stockPosition": 0.99,
    "holdings": [
        {"symbol": "BIG", "holdingName": "Big Company", "holdingPercent": 0.025},
        {"symbol": "LESS", "holdingName": "Lesser Company", "holdingPercent": 0.02},
    ],
    "equityHoldings": {
        "priceToEarnings": 0.0625,
        "priceToBook": 0.5,
        "priceToSales": 0.8,
        "priceToCashflow": 0.125,
    },
    "bondHoldings": {},
    "bondRatings": [{"us_government": 0}],
    "sectorWeightings": [{"realestate": 0.25}, {"financial_services": 0.5}, {"energy": 0.25}],
}
ASSETS = {"maxAge": 1, "totalAssets": 5_000_000_000}
FUND: dict[str, Any] = {
    "quoteType": {"quoteType": "ETF", "symbol": "FUND", "longName": "A Fund of Small Companies"},
    "summaryProfile": {"longBusinessSummary": "It holds small companies."},
    "assetProfile": {"companyOfficers": []},
    "summaryDetail": ASSETS,
    "defaultKeyStatistics": ASSETS,
    "fundProfile": PROFILE,
    "topHoldings": HOLDINGS,
}


def fund(**changes: Any) -> dict[str, Any]:
    """The modules of a fund, with changes such as topHoldings__holdings=[...]."""
    result = copy.deepcopy(FUND)
    for place, value in changes.items():
        *above, last = place.split("__")
        module = result
        for name in above:
            module = module[name]
        module[last] = value
    return result


def fetch(server: StandIn, folder: Path, symbol: str = "FUND") -> Fetched:
    now = dt.datetime.combine(TODAY, dt.time(23), NEW_YORK)
    network = Network(mirror=server.mirror)
    return fetcher("yahoo_fund").fetch(
        Request(symbol, TODAY, now, network, root=folder, cache=folder)
    )


def read(folder: Path, modules: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields and the notes of a fund with these modules."""
    with stand_in() as server:
        server.funds["FUND"] = modules
        found = fetch(server, folder)
    return dict(found.frame.iloc[0]), found.notes


# --- what is read -------------------------------------------------------------------------------


def test_every_field_comes_in_the_unit_that_readings_are_kept_in(tmp_path: Path) -> None:
    fields, notes = read(tmp_path, FUND)
    expected = {
        "family": "A House",
        "category": "Small Value",
        "expense_ratio": 0.25,
        "net_assets": 5e9,
        "price_to_earnings": 16.0,
        "price_to_book": 2.0,
        "price_to_sales": 1.25,
        "price_to_cash_flow": 8.0,
        "top_holding": "Big Company",
        "top_holding_weight": 2.5,
        "sector_realestate": 25.0,
        "sector_financial_services": 50.0,
        "sector_energy": 25.0,
    }
    assert {name: fields[name] for name in expected} == expected
    assert notes == ()


def test_a_reading_is_dated_today_and_may_not_be_republished(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        found = fetch(server, tmp_path)
    assert [day.date() for day in found.frame.index] == [TODAY]
    assert (found.frame.index.name, found.frame.index.tz) == ("date", None)
    assert (found.source.as_of, found.source.retrieved) == (TODAY, TODAY)
    assert not found.source.may_republish
    assert found.source.url == "https://finance.yahoo.com/quote/FUND/holdings"


def test_what_yahoo_writes_is_foreign_text_without_control_characters(tmp_path: Path) -> None:
    fields, _ = read(
        tmp_path,
        fund(
            fundProfile__family="A\x00 House\r\n\x1b[31m",
            fundProfile__categoryName="Small\u202e Value",
            topHoldings__holdings=[
                {"symbol": "X", "holdingName": "<b>{{ 7*7 }}</b>" * 99, "holdingPercent": 0.01}
            ],
        ),
    )
    assert fields["family"] == "A House [31m"
    assert fields["category"] == "Small Value"
    assert len(fields["top_holding"]) < 250
    assert {type(fields[name]) for name in ("family", "category", "top_holding")} == {ForeignText}


def test_a_symbol_in_small_letters_is_the_same_fund(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        assert fetch(server, tmp_path, "fund").frame["expense_ratio"].iloc[0] == 0.25


# --- what is left out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field", "note"),
    [
        (
            {"topHoldings__equityHoldings__priceToEarnings": 0},
            "price_to_earnings",
            "price to earnings left out: 0 means that Yahoo does not know it",
        ),
        (
            {"topHoldings__equityHoldings__priceToEarnings": 0.01},
            "price_to_earnings",
            "price to earnings left out: 100 is not between 5 and 60",
        ),
        (
            {"topHoldings__equityHoldings__priceToBook": -0.5},
            "price_to_book",
            "price to book left out: -2 is not between 0.2 and 30",
        ),
        (
            {"fundProfile__feesExpensesInvestment__annualReportExpenseRatio": 0.25},
            "expense_ratio",
            "expense ratio left out: 25 is not between 0 and 2",
        ),
        (
            {"fundProfile__feesExpensesInvestment": {}},
            "expense_ratio",
            "expense ratio left out: it is not in the answer",
        ),
        (
            {"summaryDetail__totalAssets": 12.5, "defaultKeyStatistics__totalAssets": 12.5},
            "net_assets",
            "net assets left out: 12.5 is not between 1e+06 and 1e+13",
        ),
        (
            {"summaryDetail": {}, "defaultKeyStatistics": {}},
            "net_assets",
            "net assets left out: it is not in the answer",
        ),
        ({"fundProfile__family": None}, "family", "family left out: it is empty"),
        (
            {"topHoldings__sectorWeightings": [{"energy": 0.25}, {"technology": 0.35}]},
            "sector_energy",
            "sectors left out: they add up to 60.0%",
        ),
    ],
)
def test_a_field_that_cannot_be_used_is_left_out_with_a_note(
    tmp_path: Path, change: dict[str, Any], field: str, note: str
) -> None:
    fields, notes = read(tmp_path, fund(**change))
    assert field not in fields
    assert notes == (note,)


@pytest.mark.parametrize("total", [0.99, 1.01])
def test_sectors_that_are_nearly_the_whole_are_kept(tmp_path: Path, total: float) -> None:
    weights = [{"energy": 0.5}, {"technology": total - 0.5}]
    fields, notes = read(tmp_path, fund(topHoldings__sectorWeightings=weights))
    assert (fields["sector_energy"], notes) == (50.0, ())


def without(name: str) -> dict[str, Any]:
    return {module: content for module, content in FUND.items() if module != name}


@pytest.mark.parametrize("name", ["topHoldings", "fundProfile", "summaryProfile", "assetProfile"])
def test_a_module_that_is_missing_costs_only_its_own_fields(tmp_path: Path, name: str) -> None:
    lost = {
        "topHoldings": {"price_to_earnings", "top_holding", "sector_energy"},
        "fundProfile": {"family", "category", "expense_ratio"},
    }.get(name, set())
    fields, notes = read(tmp_path, without(name))
    every = {"family", "expense_ratio", "net_assets", "price_to_earnings", "sector_energy"}
    assert every - fields.keys() == every & lost
    assert not lost & fields.keys()
    assert bool(notes) == bool(lost)


@pytest.mark.parametrize("mode", ["500", "404", "drop", "half", "html"])
@pytest.mark.parametrize("path", [QUOTE, TIMESERIES + "FUND"])
def test_an_answer_with_nothing_that_is_wanted_may_fail(
    tmp_path: Path, path: str, mode: str
) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(path, mode)
        fields = dict(fetch(server, tmp_path).frame.iloc[0])
        assert len(server.requests) <= A_PASS + ATTEMPTS * A_FUND
    assert (fields["expense_ratio"], fields["net_assets"]) == (0.25, 5e9)


# --- what one fund costs ------------------------------------------------------------------------


def test_a_further_fund_costs_one_request(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds |= {"FUND": FUND, "OTHER": FUND}
        fetch(server, tmp_path)
        before = len(server.requests)
        fetch(server, tmp_path, "OTHER")
        assert before <= A_PASS + A_FUND
        assert len(server.requests) - before <= A_FUND


def test_the_cookie_and_the_crumb_of_prices_serve_for_funds_too(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        server.funds["FUND"] = FUND
        now = dt.datetime.combine(TODAY, dt.time(23), NEW_YORK)
        network = Network(mirror=server.mirror)
        fetcher("yahoo").fetch(Request("ABC", TODAY, now, network, root=tmp_path, cache=tmp_path))
        fetch(server, tmp_path)
        assert server.asked(CRUMB) == 1
        assert {host for host, _ in server.requests} <= {
            "fc.yahoo.com",
            "query1.finance.yahoo.com",
            "query2.finance.yahoo.com",
        }


@pytest.mark.parametrize("name", ["topHoldings", "fundProfile", "quoteType"])
def test_a_missing_module_is_not_asked_for_again(tmp_path: Path, name: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = without(name)
        fetch(server, tmp_path)
        assert len(server.requests) <= A_PASS + A_FUND


# --- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["500", "503", "401", "drop", "half", "html"])
def test_a_summary_that_fails_is_a_broken_answer(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, mode)
        with pytest.raises(BrokenAnswer, match=r"^Yahoo Finance .*'FUND'"):
            fetch(server, tmp_path)


@pytest.mark.parametrize("mode", ["500", "503", "401", "drop", "half", "html"])
def test_a_summary_that_fails_is_asked_for_three_times_and_no_more(
    tmp_path: Path, mode: str
) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, mode)
        with pytest.raises(SourceError):
            fetch(server, tmp_path)
        assert len(server.requests) <= A_PASS + ATTEMPTS * A_REFUSAL
        assert server.asked(ASKED) >= ATTEMPTS


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("500", r"failed on its side for 'FUND' \(status 500\)"),
        ("401", "401"),
        ("drop", "broke off its answer for 'FUND'"),
        ("half", "broke off its answer for 'FUND'"),
    ],
)
def test_a_failure_is_said_in_the_words_that_fit_it(tmp_path: Path, mode: str, words: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, mode)
        with pytest.raises(SourceError, match=words):
            fetch(server, tmp_path)


@pytest.mark.parametrize("mode", ["500", "drop", "half", "html"])
def test_one_bad_summary_is_overcome(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, mode, times=1)
        found = fetch(server, tmp_path)
    fields = dict(found.frame.iloc[0])
    assert (fields["net_assets"], fields["expense_ratio"], found.notes) == (5e9, 0.25, ())


@pytest.mark.parametrize("mode", ["500", "401", "html"])
def test_a_crumb_that_is_none_is_a_broken_answer(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(CRUMB, mode)
        with pytest.raises(BrokenAnswer, match=r"^Yahoo Finance "):
            fetch(server, tmp_path)


@pytest.mark.parametrize("mode", ["500", "401", "html"])
def test_a_crumb_that_is_none_is_not_asked_for_without_end(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(CRUMB, mode)
        with pytest.raises(SourceError):
            fetch(server, tmp_path)
        assert len(server.requests) <= A_PASS + ATTEMPTS * A_REFUSAL


def test_a_crumb_that_has_expired_is_replaced(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, "401", times=1)
        found = fetch(server, tmp_path)
        assert len(server.requests) <= A_PASS + A_REFUSAL
    assert found.notes == ()


@pytest.mark.parametrize("path", [CRUMB, ASKED, QUOTE, TIMESERIES + "FUND"])
def test_a_request_for_a_pause_is_never_followed_by_another_request(
    tmp_path: Path, path: str
) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(path, "429")
        if path in (CRUMB, ASKED):
            with pytest.raises(RateLimited, match=r"^Yahoo Finance .*429"):
                fetch(server, tmp_path)
            assert server.requests[-1][1] == path
        else:
            try:
                fetch(server, tmp_path)
            except RateLimited:
                assert server.requests[-1][1] == path
        assert server.asked(path) <= 1


def test_a_refusal_is_no_failure_to_be_tried_again(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, "403")
        with pytest.raises(RateLimited, match="403"):
            fetch(server, tmp_path)
        assert server.asked(ASKED) == 1


def test_an_unknown_symbol_is_said_in_plain_words(tmp_path: Path) -> None:
    with stand_in() as server, pytest.raises(SourceError) as caught:
        fetch(server, tmp_path, "NONE")
    assert "Yahoo Finance" in caught.value.message
    assert "'NONE'" in caught.value.message
    assert caught.value.hint == "Check the symbol at https://finance.yahoo.com/quote/NONE."


def test_an_unknown_symbol_is_not_there_and_asked_for_once(tmp_path: Path) -> None:
    with stand_in() as server:
        with pytest.raises(NotThere):
            fetch(server, tmp_path, "NONE")
        assert len(server.requests) <= A_PASS + A_FUND


@pytest.mark.parametrize("modules", [None, {}, {"quoteType": FUND["quoteType"]}])
def test_an_answer_without_a_figure_is_said_in_plain_words(
    tmp_path: Path, modules: dict[str, Any] | None
) -> None:
    with stand_in() as server:
        server.funds["FUND"] = modules
        with pytest.raises(SourceError, match=r"^Yahoo Finance .*'FUND'"):
            fetch(server, tmp_path)


def test_an_answer_without_a_result_is_not_asked_for_without_end(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = None
        with pytest.raises(SourceError):
            fetch(server, tmp_path)
        assert len(server.requests) <= A_PASS + ATTEMPTS * A_FUND


def test_a_connection_that_cannot_be_opened_is_tried_once(tmp_path: Path) -> None:
    with stand_in() as server:
        pass  # its address is free again
    with pytest.raises(SourceUnreachable, match="does not answer"):
        fetch(server, tmp_path)


# --- refresh ------------------------------------------------------------------------------------

PRICES = DataSpec("prices", "yahoo", "ABC", "Prices")
READINGS = DataSpec("readings", "yahoo_fund", "FUND", "Fund data")
SERIES = "yahoo_fund-FUND"


def refresh_from(
    server: StandIn,
    root: Path,
    specs: Sequence[DataSpec] = (READINGS,),
    *,
    days: int = 0,
    accept: frozenset[str] = frozenset(),
) -> list[Outcome]:
    today = TODAY + dt.timedelta(days=days)
    return refresh(
        specs,
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23), NEW_YORK),
        limits=Limits(Network(mirror=server.mirror)),
        accept=accept,
    )


def test_readings_of_two_weeks_are_both_stored_and_come_back_as_they_were(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        refresh_from(server, tmp_path)
        server.funds["FUND"] = fund(topHoldings__equityHoldings__priceToEarnings=0.064)
        (outcome,) = refresh_from(server, tmp_path, days=7)
    assert (outcome.status, outcome.rows_added, outcome.notes) == ("fresh", 1, ())
    today = TODAY + dt.timedelta(days=7)
    tables, missing = load_tables(
        [READINGS], root=tmp_path, thesis_folder=tmp_path / "templates" / "t", today=today
    )
    assert missing == {}
    frame = tables["readings"].frame
    assert list(frame["price_to_earnings"]) == [16.0, 15.625]
    assert [type(text) for text in frame["family"]] == [ForeignText, ForeignText]
    assert list(frame["top_holding"]) == ["Big Company", "Big Company"]


def test_a_fund_is_asked_for_once_a_week(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        refresh_from(server, tmp_path)
        before = len(server.requests)
        refresh_from(server, tmp_path, days=6)
        assert len(server.requests) == before


def test_a_figure_that_was_kept_is_noted_in_the_manifest(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        refresh_from(server, tmp_path)
        server.funds["FUND"] = fund(topHoldings__equityHoldings__priceToEarnings=0.03125)
        (outcome,) = refresh_from(server, tmp_path, days=7)
    words = f"price to earnings kept from {TODAY}: the answer, 32, is +100% away from it"
    assert (outcome.status, outcome.notes) == ("fresh", (words,))
    assert read_manifest(tmp_path / ".store")[SERIES]["notes"] == [words]


def test_a_figure_that_was_accepted_is_not_said_to_be_kept(tmp_path: Path) -> None:
    with stand_in() as server:
        server.funds["FUND"] = FUND
        refresh_from(server, tmp_path)
        server.funds["FUND"] = fund(topHoldings__equityHoldings__priceToEarnings=0.03125)
        accept = frozenset({"yahoo_fund-FUND"})
        (outcome,) = refresh_from(server, tmp_path, days=7, accept=accept)
    assert (outcome.status, outcome.notes, outcome.rows_added) == ("fresh", (), 1)


@pytest.mark.parametrize("path", [CRUMB, ASKED])
def test_too_many_requests_for_a_fund_end_the_pass_over_prices_too(
    tmp_path: Path, path: str
) -> None:
    other = DataSpec("other", "yahoo_fund", "OTHER", "Another fund")
    with stand_in(ABC=BARS) as server:
        server.funds |= {"FUND": FUND, "OTHER": FUND}
        server.fault(path, "429")
        outcomes = refresh_from(server, tmp_path, [READINGS, PRICES, other])
        assert server.requests[-1][1] == path
        assert server.asked("ABC") == 0
    assert [outcome.status for outcome in outcomes] == ["never", "never", "never"]
    assert {outcome.reason for outcome in outcomes} == {outcomes[0].reason}
    assert "429" in outcomes[0].reason


def test_a_fund_whose_data_fail_leaves_the_prices_alone(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        server.funds["FUND"] = FUND
        server.fault(ASKED, "500")
        outcomes = refresh_from(server, tmp_path, [READINGS, PRICES])
    assert [outcome.status for outcome in outcomes] == ["never", "fresh"]
