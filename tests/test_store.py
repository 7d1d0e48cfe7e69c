"""Stored data: what a refresh keeps, merges and rejects, and what a build is handed."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import functools
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import asking, store
from generator.asking import Limits
from generator.errors import DataError, ThesisError
from generator.model import DataSpec, Table
from generator.outcomes import Outcome, refresh_exit_code
from generator.refresh import refresh
from generator.rules import Rules
from generator.series import merge, reason_to_reject
from generator.sources import Fetched, Network, Request
from generator.statistics import calendar_year_return, total_return
from generator.store import load_tables
from generator.tables import read_manifest, source_of
from tests.conftest import ROOT
from tests.loopback import NEW_YORK, Bars, StandIn, gentle, make_bars, stand_in

LONGER = make_bars("2026-01-05", gentle(61))
LONG = LONGER.until(60)
LATER = LONGER.days[60]  # the session after the last of LONG
EMBEDDED = ROOT / "docs" / "data"


def spec(key: str = "ABC", *, optional: bool = False, source: str = "yahoo") -> DataSpec:
    return DataSpec(key.lower().strip("^"), source, key, f"Series {key}", optional, line=7)


def refresh_from(
    server: StandIn | None,
    root: Path,
    *specs: DataSpec,
    today: dt.date = LONG.days[-1],
    mirror: str | None = None,
    offline: bool = False,
) -> list[Outcome]:
    return refresh(
        specs or (spec(),),
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23, 59), NEW_YORK),
        limits=Limits(
            Network(mirror=mirror or (server.mirror if server else None), offline=offline)
        ),
    )


def load(root: Path, *specs: DataSpec, today: dt.date = LONG.days[-1]) -> Table:
    tables, missing = load_tables(
        specs or (spec(),), root=root, thesis_folder=root / "templates" / "t", today=today
    )
    assert missing == {}
    return next(iter(tables.values()))


def stored(root: Path, name: str = "yahoo-ABC") -> bytes:
    return (root / ".store" / f"{name}.csv").read_bytes()


def frame(closes: list[float], first: str = "2026-01-05", **columns: list[float]) -> pd.DataFrame:
    index = pd.bdate_range(first, periods=len(closes), name="date").as_unit("ns")
    values = {"close": closes, "dividend": 0.0, "split": 0.0} | columns
    return pd.DataFrame(values, index=index, dtype=float)


# --- refresh ------------------------------------------------------------------------------------


def test_a_first_refresh_stores_every_day_and_says_where_it_is_from(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.rows_added, outcome.as_of) == ("fresh", 60, LONG.days[-1])
    entry = read_manifest(tmp_path / ".store")["yahoo-ABC"]
    assert {
        name: entry[name] for name in ("rows", "as_of", "may_republish", "mirror", "status")
    } == {
        "rows": 60,
        "as_of": LONG.days[-1].isoformat(),
        "may_republish": False,
        "mirror": True,
        "status": "fresh",
    }
    assert entry["sha256"] == hashlib.sha256(stored(tmp_path)).hexdigest()
    table = load(tmp_path)
    assert list(table.frame["close"]) == LONG.closes
    assert (table.frame.index.name, table.as_of) == ("date", LONG.days[-1])
    assert [source.publisher for source in table.sources] == ["Yahoo Finance"]


def test_a_later_refresh_asks_for_an_overlap_and_adds_the_new_days(tmp_path: Path) -> None:
    with stand_in(ABC=LONG.until(50)) as server:
        refresh_from(server, tmp_path)
        server.series["ABC"] = Bars(LONG.days[20:], LONG.closes[20:])  # an older start is not asked
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.rows_added) == ("fresh", 10)
    assert list(load(tmp_path).frame["close"]) == LONG.closes


def test_a_refresh_that_brings_nothing_new_changes_no_byte_of_the_series(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        before = stored(tmp_path)
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.rows_added, stored(tmp_path)) == ("fresh", 0, before)


def test_numbers_come_back_exactly_as_they_were_fetched(tmp_path: Path) -> None:
    closes = [0.1 + 0.2, 100 / 333, 1 / 3, 0.30000000000000004]
    with stand_in(ABC=make_bars("2026-01-05", closes)) as server:
        refresh_from(server, tmp_path)
    assert list(load(tmp_path).frame["close"]) == closes


@pytest.mark.parametrize(
    ("mode", "words"),
    [("nan", "is missing"), ("x100", "was stored as"), ("x100", "no split explains it")],
)
def test_an_answer_that_cannot_be_right_is_rejected_and_the_stored_series_kept(
    tmp_path: Path, mode: str, words: str
) -> None:
    with stand_in(ABC=LONG.until(50)) as server:
        refresh_from(server, tmp_path)
        before = stored(tmp_path)
        server.series["ABC"] = LONG
        server.fault("ABC", mode)
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.as_of) == ("rejected", LONG.days[49])
    assert words in outcome.reason
    assert stored(tmp_path) == before
    assert load(tmp_path).as_of == LONG.days[49]
    assert refresh_exit_code([outcome]) == 0
    assert read_manifest(tmp_path / ".store")["yahoo-ABC"]["status"] == "rejected"


def test_an_answer_that_ends_before_the_stored_days_is_rejected(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        server.series["ABC"] = LONG.until(55)
        (outcome,) = refresh_from(server, tmp_path, today=LATER)
    assert outcome.status == "rejected"
    assert "ends on" in outcome.reason


@pytest.mark.parametrize("mode", ["500", "drop", "404", "empty"])
def test_a_failing_source_leaves_what_is_stored(tmp_path: Path, mode: str) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        before = stored(tmp_path)
        server.fault("ABC", mode)
        (outcome,) = refresh_from(server, tmp_path, today=LATER)
    assert (outcome.status, outcome.as_of) == ("kept", LONG.days[-1])
    assert "'ABC'" in outcome.reason
    assert stored(tmp_path) == before
    assert refresh_exit_code([outcome]) == 0


def test_one_failure_is_overcome_within_the_pass(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        server.fault("ABC", "500", times=1)
        (outcome,) = refresh_from(server, tmp_path)
    assert outcome.status == "fresh"


def test_too_many_requests_end_the_pass_over_that_source(tmp_path: Path) -> None:
    with stand_in(ABC=LONG, DEF=LONG, XYZ=LONG) as server:
        refresh_from(server, tmp_path, spec("XYZ"))
        server.fault("DEF", "429")
        specs = [spec("ABC"), spec("DEF", optional=True), spec("XYZ")]
        outcomes = refresh_from(server, tmp_path, *specs, today=LATER)
        asked = server.asked("XYZ")
    assert [outcome.status for outcome in outcomes] == ["fresh", "never", "kept"]
    assert outcomes[1].reason == outcomes[2].reason
    assert "429" in outcomes[2].reason
    assert asked == 1
    assert refresh_exit_code(outcomes) == 0


def test_a_source_that_cannot_be_reached_is_asked_once_a_pass(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
    specs = [spec("ABC"), spec("DEF", optional=True)]
    outcomes = refresh_from(server, tmp_path, *specs, today=LATER)
    assert [outcome.status for outcome in outcomes] == ["kept", "never"]
    assert "does not answer" in outcomes[1].reason
    assert refresh_exit_code(outcomes) == 0


def test_offline_everything_stored_is_kept(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        (outcome,) = refresh_from(server, tmp_path, offline=True)
    assert (outcome.status, outcome.as_of) == ("kept", LONG.days[-1])
    assert "switched off" in outcome.reason


def test_each_outcome_is_reported_as_it_comes_and_each_series_asked_once(tmp_path: Path) -> None:
    heard: list[str] = []
    with stand_in(ABC=LONG, DEF=LONG) as server:
        refresh(
            [spec("ABC"), spec("fomc", source="embedded"), spec("DEF"), spec("ABC")],
            root=tmp_path,
            today=LONG.days[-1],
            now=dt.datetime.combine(LONG.days[-1], dt.time(23), NEW_YORK),
            limits=Limits(Network(mirror=server.mirror)),
            report=lambda outcome: heard.append(outcome.spec.key),
        )
        assert server.asked("ABC") == 1
    assert heard == ["ABC", "DEF"]


def test_a_new_split_brings_the_whole_history_on_the_new_share_basis(tmp_path: Path) -> None:
    with stand_in(ABC=LONG.until(50)) as server:
        refresh_from(server, tmp_path)
        halved = [close / 2 for close in LONG.closes if close]
        server.series["ABC"] = Bars(LONG.days, halved, splits={LONG.days[55]: (2, 1)})
        (outcome,) = refresh_from(server, tmp_path)
        assert server.asked("ABC") == 3
    assert (outcome.status, outcome.rows_added) == ("fresh", 10)
    assert list(load(tmp_path).frame["close"]) == halved
    assert load(tmp_path).frame["split"].sum() == 2.0


def test_a_refresh_for_an_earlier_day_neither_looks_ahead_nor_loses_a_day(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        (outcome,) = refresh_from(server, tmp_path, today=LONG.days[39])
    assert (outcome.status, outcome.as_of) == ("fresh", LONG.days[39])
    assert load(tmp_path).as_of == LONG.days[-1]


@pytest.mark.parametrize(
    ("mode", "optional", "code"),
    [
        ("nan", False, 4),
        ("nan", True, 0),
        ("404", False, 4),
        ("404", True, 0),
        ("500", False, 3),
        ("500", True, 0),
    ],
)
def test_a_required_series_never_had_ends_with_4_after_an_answer_and_with_3_without_one(
    tmp_path: Path, mode: str, optional: bool, code: int
) -> None:
    with stand_in(ABC=LONG) as server:
        server.fault("ABC", mode)
        outcomes = refresh_from(server, tmp_path, spec(optional=optional))
    assert outcomes[0].as_of is None
    assert refresh_exit_code(outcomes) == code


def test_a_file_name_is_safe_everywhere(tmp_path: Path) -> None:
    with stand_in(**{"^ABC": LONG}) as server:
        refresh_from(server, tmp_path, spec("^ABC"))
    assert sorted(path.name for path in (tmp_path / ".store").iterdir()) == [
        "manifest.json",
        "yahoo-%5EABC.csv",
    ]
    assert re.fullmatch(r"[\w.%-]+", store.series_name(spec('a/b:c*"?')))


def test_a_mirror_leaves_its_mark_until_the_source_itself_gave_every_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
    assert store.mirrored_series(tmp_path) == ("ABC",)
    (outcome,) = refresh_from(None, tmp_path, offline=True)
    assert (outcome.status, store.mirrored_series(tmp_path)) == ("kept", ("ABC",))

    entry = read_manifest(tmp_path / ".store")["yahoo-ABC"]
    answer = Fetched(load(tmp_path).frame, source_of(entry, None))
    asked: list[dt.date | None] = []

    class Direct:
        """Stands for the source itself, which no test can reach."""

        def fetch(self, request: Request) -> Fetched:
            asked.append(request.start)
            return answer

    monkeypatch.setattr(asking, "fetcher", lambda name: Direct())
    refresh_from(None, tmp_path)
    assert asked == [None]  # the whole history, not the last days only
    assert store.mirrored_series(tmp_path) == ()


def test_a_refresh_cut_short_between_its_two_files_is_mended_by_the_next(tmp_path: Path) -> None:
    with stand_in(ABC=LONG.until(50)) as server:
        refresh_from(server, tmp_path)
        before = (tmp_path / ".store" / "manifest.json").read_bytes()
        server.series["ABC"] = LONG
        refresh_from(server, tmp_path)
        (tmp_path / ".store" / "manifest.json").write_bytes(before)
        _, missing = load_tables(
            [spec()], root=tmp_path, thesis_folder=tmp_path / "templates" / "t", today=LONG.days[-1]
        )
        assert [m.reason for m in missing.values()] == [
            ".store/yahoo-ABC.csv is not the file that 'mtm refresh' stored"
        ]
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.rows_added) == ("fresh", 0)
    assert len(load(tmp_path).frame) == 60


def test_what_a_killed_refresh_had_not_finished_is_cleared_away(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        (tmp_path / ".store").mkdir()
        (tmp_path / ".store" / ".half.part").write_text("date,cl")
        refresh_from(server, tmp_path)
    assert sorted(path.name for path in (tmp_path / ".store").iterdir()) == [
        "manifest.json",
        "yahoo-ABC.csv",
    ]


def test_a_ruined_file_counts_as_nothing_stored_and_is_fetched_anew(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        (tmp_path / ".store" / "yahoo-ABC.csv").write_text("date,close\n2026-01-05,1\n")
        (tmp_path / ".store" / "manifest.json").write_text("{")
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, outcome.rows_added) == ("fresh", 60)
    assert len(load(tmp_path).frame) == 60


def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand_in(ABC=LONG.until(50)) as server:
        refresh_from(server, tmp_path)
        before = stored(tmp_path)
        server.series["ABC"] = LONG

        def interrupt(handle: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            refresh_from(server, tmp_path)
    assert stored(tmp_path) == before
    assert len(list((tmp_path / ".store").iterdir())) == 2


# --- one series ---------------------------------------------------------------------------------

days = st.integers(0, 40)


@given(days, st.integers(1, 40), days, st.integers(1, 40))
def test_merging_never_loses_a_day(start: int, length: int, later: int, more: int) -> None:
    every = frame(gentle(90))
    old, new = every.iloc[start : start + length], every.iloc[later : later + more]
    merged = merge(old, new)
    assert set(merged.index) == set(old.index) | set(new.index)
    assert merged.index.is_monotonic_increasing
    assert merged.equals(every.loc[merged.index])


@given(days, st.integers(1, 40), days, st.integers(1, 40))
def test_merging_the_same_answer_again_changes_nothing(
    start: int, length: int, later: int, more: int
) -> None:
    every = frame(gentle(90), split=[0.0] * 50 + [2.0] + [0.0] * 39)
    old, new = every.iloc[start : start + length], every.iloc[later : later + more]
    once = merge(old, new)
    assert merge(once, new).equals(once)


@given(st.lists(st.tuples(days, st.integers(1, 40)), min_size=1, max_size=6), st.randoms())
def test_partial_answers_give_the_same_store_in_any_order(
    spans: list[tuple[int, int]], order: random.Random
) -> None:
    every = frame(gentle(90), dividend=[0.1 * (i % 20 == 7) for i in range(90)])
    answers = [every.iloc[start : start + length] for start, length in spans]
    shuffled = order.sample(answers, len(answers))
    assert functools.reduce(merge, answers).equals(functools.reduce(merge, shuffled))


@given(st.integers(2, 50), st.integers(1, 30), st.sampled_from([2.0, 3.0, 0.1, 1.5]))
def test_a_split_in_the_middle_brings_the_past_onto_its_basis_once(
    held: int, more: int, ratio: float
) -> None:
    before = frame(gentle(held), dividend=[0.5] + [0.0] * (held - 1))
    whole = frame(gentle(held + more), dividend=[0.5] + [0.0] * (held + more - 1))
    after = whole.assign(split=[0.0] * held + [ratio] + [0.0] * (more - 1))
    past = after.index < after.index[held]
    after.loc[past, ["close", "dividend"]] /= ratio
    answer = after.iloc[held - 1 :]  # one stored day and the new ones, on the new basis
    once = merge(before, answer)
    assert once.to_numpy() == pytest.approx(after.to_numpy())
    assert merge(once, answer).equals(once)
    assert merge(once, after).to_numpy() == pytest.approx(after.to_numpy())


def test_a_missing_day_that_turns_out_to_be_that_of_an_old_split_splits_nothing_again() -> None:
    whole = frame([50, 51, 52, 53], split=[0, 0, 2, 0])
    assert merge(whole.drop(index="2026-01-07"), whole).equals(whole)
    assert reason_to_reject(whole, whole.drop(index="2026-01-07")) == ""


def test_stored_days_that_a_split_answer_lacks_are_brought_onto_its_basis() -> None:
    old = frame([100, 102, 104], dividend=[0, 2, 0])
    new = frame([52, 53], "2026-01-07", split=[0, 2])
    merged = merge(old, new)
    assert list(merged["close"]) == [50, 51, 52, 53]
    assert list(merged["dividend"]) == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (frame([]), "holds no day"),
        (frame([100, float("nan")]), "the close of 2026-01-06 is missing"),
        (frame([100, -101]), "the close of 2026-01-06 is -101"),
        (frame([100, 0]), "the close of 2026-01-06 is 0"),
        (frame([100, float("inf")]), "the close of 2026-01-06 is inf"),
        (frame([100, 126]), "moved by +26% on 2026-01-06 without a split"),
        (frame([100, 126], split=[0, 2]), ""),
        (frame([100, 124]), ""),
        (pd.concat([frame([100]), frame([100])]), "2026-01-05 appears twice"),
        (frame([100, 101]).iloc[::-1], "do not ascend"),
    ],
)
def test_an_answer_is_judged_on_its_own(answer: pd.DataFrame, words: str) -> None:
    reason = reason_to_reject(answer)
    assert words in reason
    assert bool(reason) is bool(words)


def test_the_limit_on_daily_moves_is_a_parameter() -> None:
    assert reason_to_reject(frame([100, 150]), rules=Rules(max_daily_move=0.6)) == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (frame([100, 101.4, 102]), ""),  # within half a percent
        (frame([100, 101.6, 102]), "the close of 2026-01-06 was stored as 101 and is now 101.6"),
        (frame([50, 50.5, 51], split=[0, 0, 2]), ""),
        (frame([50, 50.5]), "was stored as 100 and is now 50"),
        (frame([101]), "ends on 2026-01-05, what is stored on 2026-01-06"),
        (frame([101], "2026-01-09"), "shares no day"),
    ],
)
def test_an_answer_is_judged_against_what_is_stored(answer: pd.DataFrame, words: str) -> None:
    reason = reason_to_reject(answer, frame([100, 101]))
    assert words in reason
    assert bool(reason) is bool(words)


# --- tables -------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the real embedded data and an empty thesis folder."""
    (tmp_path / "templates" / "t" / "cited").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "data").symlink_to(EMBEDDED)
    return tmp_path


def cite(root: Path, text: str) -> None:
    path = root / "templates" / "t" / "cited" / "quotes.csv"
    path.write_text("date,value,source,url,source_grade\n" + text, encoding="utf-8")


def test_what_is_not_stored_is_missing_with_a_reason_and_a_remedy(repository: Path) -> None:
    tables, missing = load_tables(
        [spec()], root=repository, thesis_folder=repository / "templates/t", today=LONG.days[0]
    )
    assert tables == {}
    assert missing["abc"].reason == "daily prices of ABC are not stored"
    assert missing["abc"].remedy == "run 'mtm refresh' where Yahoo Finance can be reached"


def test_a_build_for_an_earlier_day_sees_no_later_price(tmp_path: Path) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
    table = load(tmp_path, today=LONG.days[9])
    assert (len(table.frame), table.as_of) == (10, LONG.days[9])
    _, missing = load_tables(
        [spec()], root=tmp_path, thesis_folder=tmp_path / "templates/t", today=dt.date(2020, 1, 1)
    )
    assert "begin after 2020-01-01" in missing["abc"].reason


@pytest.mark.parametrize(
    ("key", "today", "rows", "as_of"),
    [
        ("fomc_target", "2026-11-23", 109, "2026-08-21"),
        ("fomc_target", "2025-12-09", 108, "2025-12-09"),
        ("fed_first_cuts", "2001-01-02", 7, "2001-01-02"),
        ("nber_recessions", "2020-02-28", 15, "2020-02-28"),
        ("calendar_year_returns", "2026-11-23", 146, "2025-12-31"),
        ("calendar_year_returns", "2025-12-30", None, "2024-12-31"),
        ("french_portfolios", "2026-11-23", 819, "2017-03-31"),
        ("french_factors", "2018-11-29", 1108, "2018-10-31"),
    ],
)
def test_an_embedded_table_holds_what_was_known_that_day(
    repository: Path, key: str, today: str, rows: int | None, as_of: str
) -> None:
    table = load(repository, spec(key, source="embedded"), today=dt.date.fromisoformat(today))
    assert table.as_of == dt.date.fromisoformat(as_of)
    assert table.sources[0].as_of == table.as_of
    assert rows is None or len(table.frame) == rows
    assert list(table.frame.index) == list(range(len(table.frame)))


def test_an_embedded_file_that_was_altered_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "data"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes((EMBEDDED / "manifest.json").read_bytes())
    content = (EMBEDDED / "fomc_target.csv").read_text(encoding="utf-8")
    (folder / "fomc_target.csv").write_text(content.replace("8.25", "8.20"), encoding="utf-8")
    with pytest.raises(DataError, match=r"docs/data/fomc_target\.csv is not the file its manifest"):
        load(tmp_path, spec("fomc_target", source="embedded"))


def test_files_that_are_not_there_are_findings_of_the_thesis_all_at_once(repository: Path) -> None:
    cite(repository, "2026-01,1,Someone,https://a.example,2\n")
    with pytest.raises(ThesisError) as caught:
        load(repository, spec("fomc_targt", source="embedded"), spec("quote", source="cited"))
    assert [str(finding) for finding in caught.value.findings] == [
        "templates/t/thesis.yml:7: there is no docs/data/fomc_targt.csv.\n"
        "  Did you mean 'fomc_target'?",
        "templates/t/thesis.yml:7: there is no templates/t/cited/quote.csv.\n"
        "  Did you mean 'quotes'?",
    ]


def test_a_cited_table_names_each_of_its_sources_once_in_order(repository: Path) -> None:
    cite(
        repository,
        "2026-01,1,Second,https://b.example,2\n"
        "2026-02-10,2,First,https://a.example,1\n"
        "fixed,None,Second,https://b.example,2\n",
    )
    table = load(repository, spec("quotes", source="cited"))
    assert [(source.publisher, source.grade) for source in table.sources] == [
        ("Second", 2),
        ("First", 1),
    ]
    assert table.as_of == dt.date(2026, 2, 10)
    assert table.frame["value"].to_list() == ["1", "2", "None"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "2026-01,1,A,https://a.example,1\n2026-01,1,,https://a.example,1\n",
            ":3: the row has no source.",
        ),
        (
            '2026-01,"1\n2",A,https://a.example,1\n2026-01,1,A,https://a.example,9\n',
            ":4: '9' is no source_grade.",
        ),
    ],
)
def test_a_cited_row_without_its_source_is_a_finding_at_its_line(
    repository: Path, text: str, finding: str
) -> None:
    cite(repository, text)
    with pytest.raises(ThesisError) as caught:
        load(repository, spec("quotes", source="cited"))
    assert str(caught.value.findings[0]).startswith(f"templates/t/cited/quotes.csv{finding}")


# --- the embedded default -----------------------------------------------------------------------

PERIODS = {"year": r"\d{4}", "month": r"\d{4}-\d{2}", "day": r"\d{4}-\d{2}(-\d{2})?"}


def test_exactly_six_files_are_committed() -> None:
    assert {path.stem for path in EMBEDDED.iterdir()} == {*read_manifest(EMBEDDED), "manifest"}
    assert len(read_manifest(EMBEDDED)) == 6


@pytest.mark.parametrize("name", sorted(read_manifest(EMBEDDED)))
def test_an_embedded_file_is_what_its_manifest_says(name: str) -> None:
    entry = read_manifest(EMBEDDED)[name]
    path = EMBEDDED / entry["file"]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    assert len(rows) == entry["rows"]
    dates = [row[entry["date_column"]] for row in rows]
    assert all(re.fullmatch(PERIODS[entry["date_kind"]], date) for date in dates)
    if entry["rows_are"] == "periods":
        assert entry["as_of"].startswith(max(dates))
    else:
        assert max(dates) <= entry["as_of"]
    for field in ("title", "publisher", "licence", "how", "address"):
        assert entry[field]
    assert entry["may_republish"] is True
    assert entry["as_of"] <= entry["retrieved"]


def test_the_academic_files_say_their_licence_truthfully() -> None:
    manifest = read_manifest(EMBEDDED)
    for name, package in (("french_portfolios", "linearmodels"), ("french_factors", "arch")):
        assert manifest[name]["licence"] == (
            "Kenneth R. French Data Library, no formal license, attribution; "
            f"distributed in {package} under NCSA"
        )


def test_the_two_academic_files_agree_where_they_overlap(repository: Path) -> None:
    fractions = load(repository, spec("french_portfolios", source="embedded")).frame
    percent = load(repository, spec("french_factors", source="embedded")).frame
    both = fractions.merge(percent, on="month")
    assert len(both) == 819
    # Two vintages of one library: they are revised, but by little.
    assert (100 * both["MktRF"] - both["Mkt-RF"]).abs().median() < 0.02
    assert (100 * both["MktRF"]).corr(both["Mkt-RF"]) > 0.999


# --- real market data ---------------------------------------------------------------------------

RETURNS = {
    "IWM": (11.38, 12.66),
    "SPY": (24.89, 17.72),
    "AVUV": (9.29, 7.44),
    "IJR": (8.63, 5.89),
    "VBR": (12.40, 9.09),
}


@pytest.fixture
def market() -> Iterator[str]:
    """The address of the server of real market data."""
    folder = os.environ.get("MTM_MARKET")
    if not folder or not (Path(folder) / "server.py").exists():
        pytest.skip("MTM_MARKET names no folder of real market data")
    command = [sys.executable, "-B", str(Path(folder) / "server.py"), "--until", "2026-05-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


@pytest.mark.market
def test_total_returns_from_real_prices_meet_the_known_ones(market: str, tmp_path: Path) -> None:
    specs = [spec(symbol) for symbol in RETURNS]
    today = dt.date(2026, 5, 1)
    outcomes = refresh_from(None, tmp_path, *specs, today=today, mirror=market)
    assert {outcome.status for outcome in outcomes} == {"fresh"}
    for wanted in specs:
        level = total_return(load(tmp_path, wanted, today=today).frame)
        years = [100 * calendar_year_return(level, year) for year in (2024, 2025)]
        assert years == pytest.approx(RETURNS[wanted.key], abs=0.05), wanted.key


def test_the_manifest_is_readable_text_in_a_settled_order(tmp_path: Path) -> None:
    with stand_in(DEF=LONG, ABC=LONG) as server:
        refresh_from(server, tmp_path, spec("DEF"), spec("ABC"))
    text = (tmp_path / ".store" / "manifest.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["yahoo-ABC", "yahoo-DEF"]
    assert text.endswith("}\n")


def test_a_cited_row_of_a_later_day_is_not_known_yet(repository: Path) -> None:
    cite(repository, "2026-01,1,Someone,https://a.example,2\n2026-07-10,2,X,https://x.example,2\n")
    quote = spec("quotes", source="cited")
    early = load(repository, quote, today=dt.date(2026, 5, 1))
    late = load(repository, quote, today=dt.date(2026, 7, 10))
    assert (len(early.frame), len(late.frame)) == (1, 2)
    assert early.as_of == dt.date(2026, 1, 31)


def test_a_file_altered_by_hand_is_replaced_named_and_copied(tmp_path: Path) -> None:
    path = tmp_path / ".store" / "yahoo-ABC.csv"
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        clean = path.read_bytes()
        altered = clean.replace(
            b"2026-01-05,100.0,", b"2026-01-03,50.0,20.0,0.0\n2026-01-05,105.0,"
        )
        assert altered != clean
        path.write_bytes(altered)
        (outcome,) = refresh_from(server, tmp_path)
    assert (outcome.status, path.read_bytes()) == ("fresh", clean)
    assert "yahoo-ABC.csv had been altered" in outcome.notes[0]
    copies = [copy.read_bytes() for copy in (tmp_path / ".store" / "replaced").iterdir()]
    assert copies == [altered]


@pytest.mark.parametrize("entry", [None, "x", {"as_of": "never"}, {"whole": None}])
def test_a_manifest_entry_of_another_form_counts_as_none(tmp_path: Path, entry: object) -> None:
    with stand_in(ABC=LONG) as server:
        refresh_from(server, tmp_path)
        manifest = tmp_path / ".store" / "manifest.json"
        known = json.loads(manifest.read_text())
        known["yahoo-ABC"] = known["yahoo-ABC"] | entry if isinstance(entry, dict) else entry
        manifest.write_text(json.dumps(known))
        (outcome,) = refresh_from(server, tmp_path)
    assert outcome.status == "fresh"
    assert len(load(tmp_path).frame) == 60


def test_a_split_after_the_stored_days_whose_past_was_not_rebased_is_rejected() -> None:
    stored = frame(gentle(50))
    answer = frame([*gentle(50), *(close / 2 for close in gentle(60)[50:])])
    answer = answer.assign(split=[0.0] * 50 + [2.0] + [0.0] * 9)
    assert "no split explains it" in reason_to_reject(answer, stored)


def test_two_columns_of_one_file_are_two_series() -> None:
    columns = [
        dataclasses.replace(spec("own.csv", source="csv"), options=(("value", name),))
        for name in ("Level", "Rate")
    ]
    assert len({store.series_name(column) for column in columns}) == 2


def test_a_fund_that_fails_three_times_leaves_prices_alone(tmp_path: Path) -> None:
    funds = [spec(key, source="yahoo_fund", optional=True) for key in ("A", "B", "C", "D")]
    with stand_in(ABC=LONG) as server:
        for key in ("A", "B", "C", "D"):
            server.fault(f"query2.finance.yahoo.com/v10/finance/quoteSummary/{key}", "500")
        outcomes = refresh_from(server, tmp_path, *funds, spec("ABC"))
    assert [outcome.status for outcome in outcomes] == [*["never"] * 4, "fresh"]
