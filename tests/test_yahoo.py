"""Fetching from Yahoo Finance, against a server on the loopback address."""

from __future__ import annotations

import datetime as dt
import logging
import time
from pathlib import Path

import pytest

from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.sources import BrokenAnswer, Fetched, Network, Request, fetcher
from tests.loopback import NEW_YORK, StandIn, gentle, make_bars, stand_in

BARS = make_bars("2026-01-05", gentle(40))
LAST = BARS.days[-1]


def fetch(
    server: StandIn,
    cache: Path,
    symbol: str = "ABC",
    *,
    start: dt.date | None = None,
    today: dt.date = LAST,
    hour: int = 23,
) -> Fetched:
    now = dt.datetime.combine(today, dt.time(hour, 59), NEW_YORK)
    network = Network(mirror=server.mirror)
    return fetcher("yahoo").fetch(
        Request(symbol, today, now, network, root=cache, cache=cache, start=start)
    )


def test_prices_arrive_as_naive_days_with_closes_dividends_and_splits(tmp_path: Path) -> None:
    bars = make_bars("2026-01-05", gentle(40))
    bars.dividends[bars.days[5]] = 0.25
    bars.splits[bars.days[9]] = (2, 1)
    with stand_in(ABC=bars) as server:
        frame = fetch(server, tmp_path).frame
    assert list(frame.columns) == ["close", "dividend", "split"]
    assert [day.date() for day in frame.index] == bars.days
    assert frame.index.tz is None
    assert list(frame["close"]) == bars.closes
    assert frame["dividend"].iloc[5] == 0.25
    assert frame["dividend"].sum() == 0.25
    assert frame["split"].iloc[9] == 2.0


def test_capital_gains_are_paid_out_like_dividends(tmp_path: Path) -> None:
    bars = make_bars("2026-01-05", gentle(40))
    bars.dividends[bars.days[5]] = 0.25
    bars.gains |= {bars.days[5]: 1.5, bars.days[9]: 0.75}
    with stand_in(ABC=bars) as server:
        frame = fetch(server, tmp_path).frame
    assert list(frame.columns) == ["close", "dividend", "split"]
    paid = frame["dividend"][frame["dividend"] > 0]
    assert {day.date(): amount for day, amount in paid.items()} == {
        bars.days[5]: 1.75,
        bars.days[9]: 0.75,
    }


def test_the_source_says_that_prices_may_not_be_republished(tmp_path: Path) -> None:
    with stand_in(**{"^ABC": BARS}) as server:
        source = fetch(server, tmp_path, "^ABC").source
    assert not source.may_republish
    assert source.url == "https://finance.yahoo.com/quote/%5EABC/history"
    assert (source.retrieved, source.as_of) == (LAST, LAST)


def test_every_request_goes_to_the_mirror_and_a_further_series_costs_one(tmp_path: Path) -> None:
    with stand_in(ABC=BARS, XYZ=BARS) as server:
        fetch(server, tmp_path)
        before = len(server.requests)
        fetch(server, tmp_path, "XYZ")
        assert {host for host, _ in server.requests} <= {
            "fc.yahoo.com",
            "query1.finance.yahoo.com",
            "query2.finance.yahoo.com",
        }
        assert len(server.requests) - before == 1


def test_days_after_today_are_left_out(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        frame = fetch(server, tmp_path, today=BARS.days[19]).frame
    assert frame.index[-1].date() == BARS.days[19]


@pytest.mark.parametrize(("hour", "last"), [(17, BARS.days[-2]), (18, LAST)])
def test_the_bar_of_today_counts_only_from_18_in_new_york(
    tmp_path: Path, hour: int, last: dt.date
) -> None:
    with stand_in(ABC=BARS) as server:
        assert fetch(server, tmp_path, hour=hour).frame.index[-1].date() == last


def test_a_start_limits_what_is_asked_for(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        frame = fetch(server, tmp_path, start=BARS.days[30]).frame
    assert frame.index[0].date() == BARS.days[30]


@pytest.mark.parametrize("mode", ["500", "503", "drop", "half"])
def test_an_error_of_the_source_is_tried_again(tmp_path: Path, mode: str) -> None:
    with stand_in(ABC=BARS) as server:
        fetch(server, tmp_path)
        server.fault("ABC", mode, times=2)
        assert len(fetch(server, tmp_path).frame) == 40


def test_three_attempts_are_made_without_a_pause_on_the_loopback_and_no_more(
    tmp_path: Path,
) -> None:
    with stand_in(ABC=BARS) as server:
        server.fault("ABC", "500")
        begun = time.monotonic()
        with pytest.raises(BrokenAnswer, match="failed on its side for 'ABC'"):
            fetch(server, tmp_path)
        assert time.monotonic() - begun < 1
        assert server.asked("ABC") == 3


def test_a_bad_answer_is_not_remembered(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        server.fault("ABC", "500", times=3)
        with pytest.raises(BrokenAnswer):
            fetch(server, tmp_path)
        assert len(fetch(server, tmp_path).frame) == 40


@pytest.mark.parametrize("status", ["429", "403"])
def test_a_request_to_go_away_is_never_tried_again(tmp_path: Path, status: str) -> None:
    with stand_in(ABC=BARS) as server:
        server.fault("ABC", status)
        with pytest.raises(RateLimited, match=status):
            fetch(server, tmp_path)
        assert server.asked("ABC") == 1


def test_an_unknown_symbol_is_said_in_plain_words_after_one_request(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        with pytest.raises(SourceError) as caught:
            fetch(server, tmp_path, "NONE")
        assert server.asked("NONE") == 1
    assert str(caught.value) == (
        "Yahoo Finance has no prices for 'NONE' (status 404).\n"
        "  Check the symbol at https://finance.yahoo.com/quote/NONE."
    )


def test_an_empty_answer_is_a_failure(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        server.fault("ABC", "empty")
        with pytest.raises(SourceError, match="names no reason"):
            fetch(server, tmp_path)


def test_a_connection_that_cannot_be_opened_is_given_up_at_once_on_the_loopback(
    tmp_path: Path,
) -> None:
    with stand_in(ABC=BARS) as server:
        pass  # its address is free again
    begun = time.monotonic()
    with pytest.raises(SourceUnreachable, match="does not answer"):
        fetch(server, tmp_path)
    assert time.monotonic() - begun < 1


def test_offline_nothing_is_asked(tmp_path: Path) -> None:
    with stand_in(ABC=BARS) as server:
        with pytest.raises(SourceUnreachable, match="switched off"):
            fetcher("yahoo").fetch(
                Request(
                    "ABC",
                    LAST,
                    dt.datetime.combine(LAST, dt.time(23), NEW_YORK),
                    Network(mirror=server.mirror, offline=True),
                    root=tmp_path,
                    cache=tmp_path,
                )
            )
        assert server.requests == []


def test_yfinance_writes_only_into_the_folder_handed_in_and_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    with caplog.at_level(logging.WARNING), stand_in(ABC=BARS) as server:
        fetch(server, cache)
        server.fault("ABC", "empty")
        with pytest.raises(SourceError):
            fetch(server, cache)
    assert any(path.suffix == ".db" for path in cache.iterdir())
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "rewritten"),
    [
        ("https://a.example/b/c?d=e", "http://127.0.0.1:9/_host/a.example/b/c?d=e"),
        ("https://a.example", "http://127.0.0.1:9/_host/a.example/"),
    ],
)
def test_an_address_is_rewritten_to_its_place_on_the_mirror(url: str, rewritten: str) -> None:
    assert Network(mirror="http://127.0.0.1:9/").address(url) == rewritten
    assert Network().address(url) == url


@pytest.mark.parametrize(
    ("mirror", "loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://localhost", True),
        ("https://cache.example", False),
        (None, False),
    ],
)
def test_only_this_machine_is_asked_without_pauses(mirror: str | None, loopback: bool) -> None:
    assert Network(mirror=mirror).loopback is loopback
