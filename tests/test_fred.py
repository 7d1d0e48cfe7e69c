"""Fetching from FRED, against a server on the loopback address."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from pathlib import Path

import pytest

from generator.asking import Limits
from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.model import DataSpec
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.sources import BrokenAnswer, Fetched, Network, NotThere, Request, fetcher
from generator.tables import read_manifest
from tests.loopback import NEW_YORK, StandIn, stand_in

ADDRESS = "fred.stlouisfed.org/graph/fredgraph.csv"
TODAY = dt.date(2026, 3, 6)
ROWS = "2026-03-03,4.25\n2026-03-04,.\n2026-03-05,\n2026-03-06,4.5\n"
TABLE = f"observation_date,DGS10\n{ROWS}".encode()
LIMIT = 64_000_000  # bytes of one answer, as in sources/http.py


def fetch(
    server: StandIn,
    folder: Path,
    series: str = "DGS10",
    *,
    start: dt.date | None = None,
    today: dt.date = TODAY,
) -> Fetched:
    now = dt.datetime.combine(today, dt.time(23), NEW_YORK)
    network = Network(mirror=server.mirror)
    return fetcher("fred").fetch(
        Request(series, today, now, network, root=folder, cache=folder, start=start)
    )


def fetch_content(folder: Path, content: bytes, series: str = "DGS10") -> Fetched:
    with stand_in() as server:
        server.files[ADDRESS] = content
        return fetch(server, folder, series)


def daily(first: str, values: list[float]) -> bytes:
    day = dt.date.fromisoformat(first)
    lines = [f"{day + dt.timedelta(days=i)},{value}" for i, value in enumerate(values)]
    return "\n".join(["observation_date,DGS10", *lines, ""]).encode()


@pytest.mark.parametrize("header", ["DATE,DGS10", "observation_date,DGS10", "day of record,yield"])
def test_a_series_is_read_by_position_whatever_its_header_says(tmp_path: Path, header: str) -> None:
    frame = fetch_content(tmp_path, f"{header}\n{ROWS}".encode()).frame
    assert list(frame.columns) == ["value"]
    assert (frame.index.name, frame.index.tz) == ("date", None)
    assert {day.date(): value for day, value in frame["value"].items()} == {
        dt.date(2026, 3, 3): 4.25,
        dt.date(2026, 3, 6): 4.5,
    }


def test_a_byte_order_mark_and_carriage_returns_are_no_part_of_the_table(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n")
    assert list(fetch_content(tmp_path, content).frame["value"]) == [4.25, 4.5]


def test_days_after_today_are_left_out(tmp_path: Path) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        found = fetch(server, tmp_path, today=dt.date(2026, 3, 5))
    assert list(found.frame["value"]) == [4.25]
    assert (found.source.as_of, found.source.retrieved) == (
        dt.date(2026, 3, 3),
        dt.date(2026, 3, 5),
    )


def test_a_series_without_a_value_up_to_today_is_said_to_have_none(tmp_path: Path) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        with pytest.raises(SourceError) as caught:
            fetch(server, tmp_path, today=dt.date(2026, 3, 2))
    assert str(caught.value) == (
        "FRED, Federal Reserve Bank of St. Louis has no value of 'DGS10' up to 2026-03-02.\n"
        "  Look at https://fred.stlouisfed.org/series/DGS10."
    )


def test_a_start_is_asked_for_and_without_one_all_there_is(tmp_path: Path) -> None:
    with stand_in() as server:
        server.files[f"{ADDRESS}?id=DGS10"] = TABLE
        server.files[f"{ADDRESS}?id=DGS10&cosd=2026-03-04"] = TABLE
        fetch(server, tmp_path)
        fetch(server, tmp_path, start=dt.date(2026, 3, 4))
        assert server.asked(f"{ADDRESS}?id=DGS10&cosd=2026-03-04") == 1
        assert len(server.requests) == 2


@pytest.mark.parametrize("series", ["DGS10", "DGS3MO", "FEDFUNDS", "DFF", "DFEDTARU", "DFII10"])
def test_a_series_of_the_board_may_be_republished(tmp_path: Path, series: str) -> None:
    source = fetch_content(tmp_path, TABLE, series).source
    assert source.may_republish
    assert source.licence.startswith("Board of Governors")
    assert source.url == f"https://fred.stlouisfed.org/series/{series}"


@pytest.mark.parametrize("series", ["SP500", "BAMLH0A0HYM2", "VIXCLS", "DGS10X", "XDFF"])
def test_a_series_of_anybody_else_may_not(tmp_path: Path, series: str) -> None:
    source = fetch_content(tmp_path, TABLE, series).source
    assert not source.may_republish
    assert "not republished" in source.licence


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Will be right back...</body></html>",
        b"<html>" + b"x" * 200_000 + b"</html>",
        b"",
        TABLE[:-6],
        b"observation_date,DGS10,SP500\n2026-03-03,4.25,6000\n",
        b"observation_date,DGS10\n2026-03-03,4.25,6000\n",
        b"observation_date,DGS10\n2026-03-03,4 and a quarter\n",
        b"observation_date,DGS10\n03/03/2026,4.25\n",
    ],
    ids=[
        "html",
        "much html",
        "nothing",
        "a truncated line",
        "three columns",
        "three cells",
        "a word",
        "another way to write a date",
    ],
)
def test_what_is_no_table_is_a_broken_answer_of_that_series(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BrokenAnswer, match=r"^FRED, .*'DGS10'") as caught:
        fetch_content(tmp_path, content)
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(
    "content", [b"<html></html>", b"", TABLE[:-6], b"a,b,c\n2026-03-03,4.25,6000\n"]
)
def test_what_is_no_table_is_asked_for_three_times(tmp_path: Path, content: bytes) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = content
        with pytest.raises(BrokenAnswer):
            fetch(server, tmp_path)
        assert server.asked(ADDRESS) == 3


@pytest.mark.parametrize("mode", ["html", "500", "503", "drop", "half"])
def test_one_bad_answer_is_overcome(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        server.fault(ADDRESS, mode, times=1)
        assert list(fetch(server, tmp_path).frame["value"]) == [4.25, 4.5]
        assert server.asked(ADDRESS) == 2


@pytest.mark.parametrize("mode", ["500", "drop", "half"])
def test_three_attempts_are_made_and_no_more(tmp_path: Path, mode: str) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        server.fault(ADDRESS, mode)
        with pytest.raises(BrokenAnswer, match="the series 'DGS10'"):
            fetch(server, tmp_path)
        assert server.asked(ADDRESS) == 3


def test_an_unknown_series_is_said_in_plain_words_after_one_request(tmp_path: Path) -> None:
    with stand_in() as server:
        with pytest.raises(NotThere) as caught:
            fetch(server, tmp_path, "DGS11")
        assert len(server.requests) == 1
    assert str(caught.value) == (
        "FRED, Federal Reserve Bank of St. Louis does not have the series 'DGS11' (status 404).\n"
        "  Check its name in thesis.yml."
    )


@pytest.mark.parametrize("status", ["429", "403"])
def test_a_request_to_go_away_is_never_tried_again(tmp_path: Path, status: str) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        server.fault(ADDRESS, status)
        with pytest.raises(RateLimited, match=rf"FRED.*{status}"):
            fetch(server, tmp_path)
        assert server.asked(ADDRESS) == 1


@pytest.mark.parametrize(("mode", "most"), [("huge", 10_000_000), ("flood", 3 * LIMIT)])
def test_an_answer_without_end_is_cut_off(tmp_path: Path, mode: str, most: int) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        server.fault(ADDRESS, mode)
        begun = time.monotonic()
        tracemalloc.start()
        try:
            with pytest.raises(SourceError, match=r"^FRED, .* sent more than 64 MB"):
                fetch(server, tmp_path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert time.monotonic() - begun < 10
        assert peak < most
        assert server.asked(ADDRESS) == 1


def test_a_connection_that_cannot_be_opened_is_tried_once(tmp_path: Path) -> None:
    with stand_in() as server:
        pass  # its address is free again
    begun = time.monotonic()
    with pytest.raises(SourceUnreachable, match="does not answer"):
        fetch(server, tmp_path)
    assert time.monotonic() - begun < 1


# --- refresh ------------------------------------------------------------------------------------


def refresh_from(server: StandIn, root: Path, *, today: dt.date) -> Outcome:
    (outcome,) = refresh(
        [DataSpec("yields", "fred", "DGS10", "Ten years")],
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23), NEW_YORK),
        limits=Limits(Network(mirror=server.mirror)),
    )
    return outcome


def test_a_later_refresh_asks_for_an_overlap_and_adds_the_new_days(tmp_path: Path) -> None:
    values = [4 + 0.01 * (i % 5) for i in range(40)]
    first = daily("2026-01-01", values[:39])
    with stand_in() as server:
        server.files[f"{ADDRESS}?id=DGS10"] = first
        refresh_from(server, tmp_path, today=dt.date(2026, 2, 8))
        later = f"{ADDRESS}?id=DGS10&cosd=2026-01-20"  # the twentieth stored day from the end
        server.files[later] = daily("2026-01-20", values[19:])
        outcome = refresh_from(server, tmp_path, today=dt.date(2026, 2, 9))
    assert (outcome.status, outcome.rows_added, outcome.as_of) == ("fresh", 1, dt.date(2026, 2, 9))
    text = (tmp_path / ".store" / "fred-DGS10.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 41


def test_a_second_refresh_of_one_day_asks_nothing(tmp_path: Path) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        refresh_from(server, tmp_path, today=TODAY)
        outcome = refresh_from(server, tmp_path, today=TODAY)
        assert (outcome.status, server.asked(ADDRESS)) == ("fresh", 1)


def test_the_manifest_says_whether_a_series_may_be_republished(tmp_path: Path) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = TABLE
        refresh_from(server, tmp_path, today=TODAY)
    entry = read_manifest(tmp_path / ".store")["fred-DGS10"]
    assert (entry["may_republish"], entry["as_of"]) == (True, "2026-03-06")
    assert entry["licence"].startswith("Board of Governors")
