"""Fetching from the Kenneth R. French Data Library, against a server on the loopback address."""

from __future__ import annotations

import datetime as dt
import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generator.asking import Limits
from generator.errors import RateLimited, SourceError
from generator.model import DataSpec
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.sources import BrokenAnswer, Fetched, Network, NotThere, Request, fetcher
from generator.sources.french import read_tables
from generator.tables import read_manifest
from tests.loopback import NEW_YORK, StandIn, stand_in

NAME = "Small_Factors"
ADDRESS = f"mba.tuck.dartmouth.edu/pages/faculty/ken.french/ftp/{NAME}_CSV.zip"
TODAY = dt.date(2026, 5, 1)
FIRST, AVERAGE = "the first table", "Average Value Weighted Returns -- Monthly"
YEARLY, DAILY = "Annual Factors: January-December", "Sum of BE / Sum of ME Computed in June, Daily"
MONTHS = [f"{1990 + i // 12}{1 + i % 12:02d}" for i in range(60)]
RETURNS = [round(0.1 * (i % 7) - 0.2, 4) for i in range(60)]
SERIES = "french-Small_Factors"


def library(
    vintage: str = "202602",
    months: Sequence[str] = MONTHS,
    values: Sequence[float] = RETURNS,
    *,
    extra: Sequence[str] = (),
) -> str:
    """A file in the library's format; `extra` lines follow the last month of the first table."""
    rows = [f"{m},{v:9.4f},{-v:9.4f}" for m, v in zip(months, values, strict=True)]
    lines = [
        f"This file was created by CMPT_SMALL using the {vintage} CRSP database.",
        "It contains numbers that somebody made up for a test, and commas, as here.",
        "",
        "Missing data are indicated by -99.99 or -999.",
        "",
        ",Mkt-RF,SMB",
        *rows,
        *extra,
        "",
        "",
        f"  {AVERAGE}",
        ",SMALL LoBM,ME1  BM2",
        "199001,   1.5000, -99.99",
        "199002,  -999,   2.5000",
        "",
        f" {YEARLY} ",
        ",Mkt-RF,SMB",
        "  1990,  10.5,  -1.5",
        "  1991,  11.5,  -2.5",
        "",
        "  Sum of BE / Sum of ME",
        "    Computed in June, Daily",
        ",Lo 30,Hi 30",
        "19900102,0.10,0.20",
        "19900103,0.30,0.40",
        "",
        "Copyright 2026 Somebody",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def zipped(*texts: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.csv", text.encode("latin-1"))
    return content.getvalue()


def request(server: StandIn, folder: Path, table: str = "", today: dt.date = TODAY) -> Request:
    now = dt.datetime.combine(today, dt.time(23), NEW_YORK)
    options = {"table": table} if table else {}
    network = Network(mirror=server.mirror)
    return Request(NAME, today, now, network, root=folder, cache=folder, options=options)


def fetch(folder: Path, content: bytes, table: str = "", today: dt.date = TODAY) -> Fetched:
    with stand_in() as server:
        server.files[ADDRESS] = content
        return fetcher("french").fetch(request(server, folder, table, today))


def days_of(frame: pd.DataFrame) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in frame.index]


# --- reading ------------------------------------------------------------------------------------


def test_every_table_of_a_file_is_found_by_its_title() -> None:
    titles = [table.title for table in read_tables(library())]
    assert titles == [FIRST, AVERAGE, YEARLY, DAILY]


def test_without_a_title_the_first_table_is_taken(tmp_path: Path) -> None:
    found = fetch(tmp_path, zipped(library()))
    assert list(found.frame.columns) == ["Mkt-RF", "SMB"]
    assert list(found.frame["Mkt-RF"]) == RETURNS
    assert found.source.title == f"{NAME}: {FIRST}"


def test_a_table_is_chosen_by_its_title_however_it_is_spaced(tmp_path: Path) -> None:
    frame = fetch(tmp_path, zipped(library()), "Average  Value Weighted Returns -- Monthly ").frame
    assert list(frame.columns) == ["SMALL LoBM", "ME1 BM2"]


def test_a_title_of_several_lines_is_one_line(tmp_path: Path) -> None:
    assert fetch(tmp_path, zipped(library()), DAILY).source.title == f"{NAME}: {DAILY}"


@pytest.mark.parametrize(
    ("table", "days"),
    [
        (AVERAGE, ["1990-01-31", "1990-02-28"]),
        (YEARLY, ["1990-12-31", "1991-12-31"]),
        (DAILY, ["1990-01-02", "1990-01-03"]),
    ],
)
def test_a_row_is_dated_on_the_last_day_of_its_period(
    tmp_path: Path, table: str, days: list[str]
) -> None:
    frame = fetch(tmp_path, zipped(library()), table).frame
    assert days_of(frame) == days
    assert (frame.index.name, frame.index.tz) == ("date", None)


def test_the_february_of_a_leap_year_ends_on_the_29th(tmp_path: Path) -> None:
    frame = fetch(tmp_path, zipped(library())).frame
    assert "1992-02-29" in days_of(frame)


def test_two_numbers_stand_for_a_missing_value(tmp_path: Path) -> None:
    frame = fetch(tmp_path, zipped(library()), AVERAGE).frame
    expected = np.array([[1.5, np.nan], [np.nan, 2.5]])
    np.testing.assert_array_equal(expected, frame.to_numpy())


def test_a_copyright_line_is_no_row() -> None:
    text = library()
    assert text.endswith("\r\n\r\nCopyright 2026 Somebody\r\n")
    assert days_of(read_tables(text)[-1].frame) == ["1990-01-02", "1990-01-03"]


def test_an_unknown_title_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, zipped(library()), "Average Value Weighted Return -- Monthly")
    assert str(caught.value) == (
        "Kenneth R. French Data Library has no table 'Average Value Weighted Return -- Monthly' "
        f"in '{NAME}'.\n  Did you mean '{AVERAGE}'?"
    )


def test_the_source_says_its_vintage_and_its_terms(tmp_path: Path) -> None:
    source = fetch(tmp_path, zipped(library("202512"))).source
    assert (source.vintage, source.may_republish) == ("202512", True)
    assert source.licence == "Kenneth R. French Data Library, no formal license, attribution"
    assert (source.as_of, source.retrieved) == (dt.date(1994, 12, 31), TODAY)


def test_a_month_that_has_not_ended_by_today_is_left_out(tmp_path: Path) -> None:
    frame = fetch(tmp_path, zipped(library()), today=dt.date(1994, 12, 30)).frame
    assert days_of(frame)[-1] == "1994-11-30"


# --- what can be wrong with a file --------------------------------------------------------------


def corrupt() -> bytes:
    """An archive in whose middle some bytes are other ones."""
    content = bytearray(zipped(library()))
    content[150:170] = b"\xff" * 20
    return bytes(content)


def locked() -> bytes:
    """An archive that says it needs a password."""
    content = bytearray(zipped(library()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def declaring(size: int) -> bytes:
    """An archive that says to hold a file of `size` bytes."""
    content = bytearray(zipped(library()))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(signature) + offset, size)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        corrupt(),
        locked(),
        zipped(library())[:500],
        zipped(library(), library()),
        zipped(),
        b"",
        b"<html><body>Will be right back...</body></html>",
        zipped("No table stands here.\r\n"),
        zipped(library(extra=["199501,   1.0000"])),
        zipped(library(extra=["199501,   1.0000,   2.0000,   3.0000"])),
        zipped(library(extra=["199501,   1.0000,   one"])),
        zipped(library(extra=["199513,   1.0000,   2.0000"])),
        zipped(library(extra=["1995O1,   1.0000,   2.0000", "199502,   1.0000,   2.0000"])),
    ],
    ids=[
        "a corrupt archive",
        "a locked archive",
        "half an archive",
        "two files in it",
        "no file in it",
        "nothing",
        "html",
        "no table",
        "a short row",
        "a long row",
        "a word",
        "a month that is none",
        "a letter in a month",
    ],
)
def test_what_cannot_be_read_is_a_broken_answer_of_that_file(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(BrokenAnswer, match=NAME) as caught:
        fetch(tmp_path, content)
    assert caught.value.message.startswith("Kenneth R. French Data Library")


@pytest.mark.parametrize("content", [zipped(library())[:500], zipped("Nothing.\r\n"), b"<html>"])
def test_what_cannot_be_read_is_asked_for_three_times(tmp_path: Path, content: bytes) -> None:
    with stand_in() as server:
        server.files[ADDRESS] = content
        with pytest.raises(BrokenAnswer):
            fetcher("french").fetch(request(server, tmp_path))
        assert server.asked(ADDRESS) == 3


def test_a_file_that_unpacks_to_a_huge_one_is_not_unpacked(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=f"{NAME}.*4000000000"):
            fetch(tmp_path, declaring(4_000_000_000))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.csv", library().encode() + b" " * 100_000_000)
    bomb = bytearray(content.getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", bomb, bomb.index(signature) + offset, 1000)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=NAME):
            fetch(tmp_path, bytes(bomb))
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_an_unknown_file_is_said_in_plain_words_after_one_request(tmp_path: Path) -> None:
    with stand_in() as server:
        with pytest.raises(NotThere) as caught:
            fetcher("french").fetch(request(server, tmp_path))
        assert len(server.requests) == 1
    assert str(caught.value) == (
        f"Kenneth R. French Data Library does not have the file '{NAME}' (status 404).\n"
        "  Check its name in thesis.yml."
    )


def test_a_request_to_go_away_is_never_tried_again(tmp_path: Path) -> None:
    with stand_in() as server:
        server.fault(ADDRESS, "429")
        with pytest.raises(RateLimited, match="French"):
            fetcher("french").fetch(request(server, tmp_path))
        assert server.asked(ADDRESS) == 1


# --- refresh ------------------------------------------------------------------------------------


def refresh_from(server: StandIn, root: Path, text: str, *, days: int = 0) -> Outcome:
    server.files[ADDRESS] = zipped(text)
    today = TODAY + dt.timedelta(days=days)
    (outcome,) = refresh(
        [DataSpec("factors", "french", NAME, "Factors")],
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23), NEW_YORK),
        limits=Limits(Network(mirror=server.mirror)),
    )
    return outcome


def stored(root: Path) -> bytes:
    return (root / ".store" / f"{SERIES}.csv").read_bytes()


def entry(root: Path) -> dict[str, object]:
    return read_manifest(root / ".store")[SERIES]


def test_a_file_is_asked_for_once_a_week(tmp_path: Path) -> None:
    with stand_in() as server:
        refresh_from(server, tmp_path, library())
        refresh_from(server, tmp_path, library(), days=6)
        assert server.asked(ADDRESS) == 1
        refresh_from(server, tmp_path, library(), days=7)
        assert server.asked(ADDRESS) == 2


def test_a_new_vintage_may_rewrite_every_value_and_the_old_one_is_kept(tmp_path: Path) -> None:
    revised = library("202603", [*MONTHS, "199501"], [1.1 * v for v in RETURNS] + [0.3])
    with stand_in() as server:
        refresh_from(server, tmp_path, library("202602"))
        before = stored(tmp_path)
        outcome = refresh_from(server, tmp_path, revised, days=30)
    assert (outcome.status, outcome.rows_added) == ("fresh", 1)
    assert entry(tmp_path)["vintage"] == "202603"
    assert stored(tmp_path) != before
    assert (tmp_path / ".store" / "replaced" / f"{SERIES}-202602.csv").read_bytes() == before


def test_a_new_vintage_that_changes_nothing_is_still_recorded(tmp_path: Path) -> None:
    with stand_in() as server:
        refresh_from(server, tmp_path, library("202602"))
        outcome = refresh_from(server, tmp_path, library("202603"), days=30)
    assert (outcome.status, outcome.rows_added, outcome.notes) == ("fresh", 0, ())
    assert entry(tmp_path)["vintage"] == "202603"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            library("202603", MONTHS[:30] + MONTHS[31:], RETURNS[:30] + RETURNS[31:]),
            "its new issue lacks 1992-07-31, which was stored",
        ),
        (
            library("202603", MONTHS, [100 * v for v in RETURNS]),
            "'Mkt-RF' is 100 times what the issue before had",
        ),
        (
            library("202602", MONTHS, [v + 0.5 for v in RETURNS]),
            "60 of 60 stored values changed, the first of 1990-01-31 from -0.2 to 0.3",
        ),
        (
            library("202603", MONTHS[:-1], RETURNS[:-1]),
            "it ends on 1994-11-30, before the stored 1994-12-31",
        ),
    ],
    ids=["lacks a month", "another scale", "the same vintage, other values", "ends before"],
)
def test_an_answer_that_cannot_be_right_is_kept_beside_the_store_with_its_reason(
    tmp_path: Path, answer: str, reason: str
) -> None:
    with stand_in() as server:
        refresh_from(server, tmp_path, library("202602"))
        before = stored(tmp_path)
        outcome = refresh_from(server, tmp_path, answer, days=30)
    assert outcome.status == "rejected"
    assert outcome.reason.endswith(f"cannot be right: {reason}.")
    assert stored(tmp_path) == before
    assert entry(tmp_path)["vintage"] == "202602"
    rejected = tmp_path / ".store" / "rejected" / f"{SERIES}-2026-05-31.csv"
    assert rejected.exists()
    words = json.loads(rejected.with_suffix(".json").read_text(encoding="utf-8"))
    assert (words["series"], words["reason"]) == (SERIES, reason)
    assert rejected.relative_to(tmp_path).as_posix() in outcome.hint


def test_two_tables_of_one_file_are_two_series(tmp_path: Path) -> None:
    specs = [
        DataSpec("a", "french", NAME, "A"),
        DataSpec("b", "french", NAME, "B", options=(("table", YEARLY),)),
    ]
    with stand_in() as server:
        server.files[ADDRESS] = zipped(library())
        outcomes = refresh(
            specs,
            root=tmp_path,
            today=TODAY,
            now=dt.datetime.combine(TODAY, dt.time(23), NEW_YORK),
            limits=Limits(Network(mirror=server.mirror)),
        )
    assert [outcome.as_of for outcome in outcomes] == [
        dt.date(1994, 12, 31),
        dt.date(1991, 12, 31),
    ]
    assert len(list((tmp_path / ".store").glob(f"{SERIES}*.csv"))) == 2
