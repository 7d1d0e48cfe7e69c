"""What a refresh does with answers that contradict, return, come from elsewhere or come no more."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator import asking
from generator.asking import Limits
from generator.confirm import Published
from generator.errors import MtmError, SourceUnreachable
from generator.model import DataSpec, Missing, Source
from generator.outcomes import Outcome, fetched_specs, rule_conflicts
from generator.references import published_figures
from generator.refresh import refresh
from generator.rules import Reference, Rules, Tracks
from generator.series import reason_to_reject
from generator.sources import REGISTRY, Fetched, Network, NoConnection, Request, http
from generator.store import load_tables, series_name
from generator.tables import read_manifest
from tests.conftest import MakeRepository
from tests.loopback import NEW_YORK, Bars, StandIn, gentle, make_bars, stand_in
from tests.test_build import run
from tests.test_store import frame

LONG = make_bars("2026-01-05", gentle(60))
EARLY = LONG.until(40)
FUND = DataSpec("fund", "yahoo", "FUND", "Fund", rules=Rules(tracks=Tracks("yahoo", "INDEX", 0.1)))
INDEX = DataSpec("index", "yahoo", "INDEX", "Index")
CLOSE = Published("Paper", LONG.closes[10] or 0, day=LONG.days[10], table="closes")


def times(bars: Bars, factor: float) -> Bars:
    return Bars(bars.days, [close and factor * close for close in bars.closes])


def refresh_from(
    server: StandIn | None,
    root: Path,
    specs: Sequence[DataSpec] = (FUND, INDEX),
    *,
    today: dt.date = LONG.days[-1],
    seconds: float = 1800,
    published: dict[str, list[Published]] | None = None,
    **options: Any,
) -> list[Outcome]:
    return refresh(
        specs,
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23, 59), NEW_YORK),
        limits=Limits(Network(mirror=server.mirror if server else None), seconds),
        published=lambda: published or {},
        **options,
    )


def by_name(outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
    return {outcome.spec.name: outcome for outcome in outcomes}


def stored(root: Path, name: str) -> bytes:
    return (root / ".store" / f"{name}.csv").read_bytes()


def closes(root: Path, name: str) -> list[float]:
    rows = stored(root, name).decode().splitlines()[1:]
    return [float(row.split(",")[1]) for row in rows]


# --- published figures and other series -----------------------------------------------------------


def test_what_contradicts_a_published_figure_is_not_stored_nor_what_agrees_with_it(
    tmp_path: Path,
) -> None:
    with stand_in(FUND=times(LONG, 100), INDEX=times(LONG, 1000)) as server:
        found = by_name(refresh_from(server, tmp_path, published={"yahoo-FUND": [CLOSE]}))
    assert [item.status for item in found.values()] == ["rejected", "rejected"]
    assert "is published (Paper)" in found["fund"].reason
    assert "it agrees with that for 'FUND'" in found["index"].reason
    assert found["index"].hint == found["fund"].hint.replace("FUND", "INDEX")
    assert found["fund"].hint.endswith("correct its row in 'closes'.")
    assert "--accept" not in found["fund"].hint  # it would be rejected again the next time
    assert not list((tmp_path / ".store").glob("*.csv"))


def test_of_a_fund_and_its_index_only_the_wrong_one_is_rejected(tmp_path: Path) -> None:
    with stand_in(FUND=LONG, INDEX=LONG) as server:
        found = by_name(refresh_from(server, tmp_path, published={"yahoo-FUND": [CLOSE]}))
        assert (found["fund"].status, found["index"].status) == ("fresh", "rejected")
        assert found["fund"].checked == f"a published close of {LONG.days[10]}"
        server.series["INDEX"] = times(LONG, 10)
        found = by_name(refresh_from(server, tmp_path, published={"yahoo-FUND": [CLOSE]}))
    assert found["index"].status == "fresh"
    assert found["index"].checked == "the level and daily moves of FUND"


def test_two_series_of_one_source_do_not_confirm_each_other(tmp_path: Path) -> None:
    with stand_in(FUND=LONG, INDEX=times(LONG, 10)) as server:
        found = refresh_from(server, tmp_path)
    assert [(item.status, item.checked) for item in found] == [("fresh", ""), ("fresh", "")]


def test_what_nothing_confirmed_gives_way_to_an_answer_that_published_figures_confirm(
    tmp_path: Path,
) -> None:
    wrong, known = times(EARLY, 100), {"yahoo-FUND": [CLOSE]}
    with stand_in(FUND=wrong, INDEX=times(wrong, 10)) as server:
        refresh_from(server, tmp_path, today=EARLY.days[-1])  # nobody knew better then
        before = stored(tmp_path, "yahoo-FUND")
        server.series |= {"FUND": LONG, "INDEX": times(LONG, 10)}
        first = refresh_from(server, tmp_path, published=known)
        assert {item.status for item in first} == {"rejected"}
        assert "--accept FUND" in by_name(first)["fund"].hint
        found = by_name(refresh_from(server, tmp_path, published=known))
    assert [item.status for item in found.values()] == ["fresh", "fresh"]
    assert closes(tmp_path, "yahoo-FUND") == LONG.closes
    aside = tmp_path / ".store" / "replaced" / f"yahoo-FUND-before-{LONG.days[-1]}.csv"
    assert aside.read_bytes() == before
    assert "had never been confirmed" in found["fund"].notes[0]


def test_without_a_published_figure_the_stored_series_stands_until_a_person_says_otherwise(
    tmp_path: Path,
) -> None:
    with stand_in(FUND=times(EARLY, 100)) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        before = stored(tmp_path, "yahoo-FUND")
        server.series["FUND"] = LONG
        for _ in range(3):
            (outcome,) = refresh_from(server, tmp_path, [FUND])
            assert (outcome.status, stored(tmp_path, "yahoo-FUND")) == ("rejected", before)
        (outcome,) = refresh_from(server, tmp_path, [FUND], accept=frozenset({"yahoo-FUND"}))
    assert (outcome.status, closes(tmp_path, "yahoo-FUND")) == ("fresh", LONG.closes)


def test_accepting_helps_against_what_is_stored_and_is_offered_only_there(tmp_path: Path) -> None:
    with stand_in(FUND=EARLY) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        server.series["FUND"] = Bars(LONG.days, [*(LONG.closes[:-1]), -1.0])
        (outcome,) = refresh_from(server, tmp_path, [FUND])
        assert (outcome.status, "--accept" in outcome.hint) == ("rejected", False)
        server.series["FUND"] = times(LONG, 1.01)
        (outcome,) = refresh_from(server, tmp_path, [FUND])
        assert (outcome.status, "--accept" in outcome.hint) == ("rejected", True)


def test_a_right_series_does_not_give_way_because_its_figure_was_cited_later(
    tmp_path: Path,
) -> None:
    known = {"yahoo-FUND": [CLOSE]}
    with stand_in(FUND=EARLY) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])  # nothing was cited then
        before = stored(tmp_path, "yahoo-FUND")
        stale = LONG.until(35)  # ends before what is stored
        wrong = Bars(
            LONG.days, [*LONG.closes[:35], 1.2 * (LONG.closes[35] or 0), *LONG.closes[36:]]
        )
        for answer in (stale, wrong):
            server.series["FUND"] = answer
            for _ in range(3):
                (outcome,) = refresh_from(server, tmp_path, [FUND], published=known)
                assert (outcome.status, stored(tmp_path, "yahoo-FUND")) == ("rejected", before)
        server.series["FUND"] = LONG
        (outcome,) = refresh_from(server, tmp_path, [FUND], published=known)
    assert (outcome.status, closes(tmp_path, "yahoo-FUND")) == ("fresh", LONG.closes)


def test_a_part_of_a_history_never_replaces_the_whole_of_it(tmp_path: Path) -> None:
    wrong, known = times(EARLY, 100), {"yahoo-FUND": [CLOSE]}
    with stand_in(FUND=wrong) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        before = stored(tmp_path, "yahoo-FUND")
        server.series["FUND"] = LONG
        close = Published("Paper", LONG.closes[30] or 0, day=LONG.days[30])  # within the overlap
        (outcome,) = refresh_from(server, tmp_path, [FUND], published={"yahoo-FUND": [close]})
        assert (outcome.status, stored(tmp_path, "yahoo-FUND")) == ("rejected", before)
        (outcome,) = refresh_from(server, tmp_path, [FUND], published=known)
    assert (outcome.status, closes(tmp_path, "yahoo-FUND")) == ("fresh", LONG.closes)


def test_an_answer_that_is_not_taken_does_not_spoil_that_of_its_partner(tmp_path: Path) -> None:
    with stand_in(FUND=EARLY, INDEX=times(EARLY, 10)) as server:
        refresh_from(server, tmp_path, today=EARLY.days[-1])
        server.series |= {"FUND": LONG, "INDEX": times(LONG, 1000)}
        for _ in range(3):
            found = by_name(refresh_from(server, tmp_path))
            assert (found["fund"].status, found["index"].status) == ("fresh", "rejected")
    assert closes(tmp_path, "yahoo-FUND") == LONG.closes


def test_only_one_is_asked_for_and_still_compared_with_the_stored_others(tmp_path: Path) -> None:
    known = {"yahoo-FUND": [CLOSE]}
    index = frozenset({"yahoo-INDEX"})
    with stand_in(FUND=EARLY, INDEX=times(EARLY, 1000)) as server:
        day = EARLY.days[-1]
        refresh_from(server, tmp_path, today=day, published=known, only=frozenset({"yahoo-FUND"}))
        assert server.asked("INDEX") == 0
        (outcome,) = refresh_from(server, tmp_path, today=day, published=known, only=index)
        assert (outcome.spec, outcome.status) == (INDEX, "rejected")
        server.series["INDEX"] = times(LONG, 10)
        (outcome,) = refresh_from(server, tmp_path, published=known, only=index)
    assert (outcome.status, outcome.checked) == ("fresh", "the level and daily moves of FUND")
    assert len(closes(tmp_path, "yahoo-FUND")) == 40  # it was not asked


def test_accepting_takes_an_answer_that_contradicts_a_published_figure_too(tmp_path: Path) -> None:
    typo = {"yahoo-FUND": [Published("Paper", 1.0, day=LONG.days[10], table="closes")]}
    with stand_in(FUND=LONG) as server:
        (outcome,) = refresh_from(server, tmp_path, [FUND], published=typo)
        assert outcome.status == "rejected"
        accept = frozenset({"yahoo-FUND"})
        (outcome,) = refresh_from(server, tmp_path, [FUND], published=typo, accept=accept)
    assert (outcome.status, outcome.checked) == ("fresh", "")


def test_after_a_part_was_rejected_the_whole_is_asked_for_and_then_a_part_again(
    tmp_path: Path,
) -> None:
    with stand_in(FUND=EARLY) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        server.series["FUND"] = times(LONG, 3)
        whole = []
        for day in LONG.days[-3:]:
            refresh_from(server, tmp_path, [FUND], today=day)
            entry = read_manifest(tmp_path / ".store")["yahoo-FUND"]
            whole.append(entry["rejected_whole"])
    assert whole == [False, True, False]


# --- what a person keeps --------------------------------------------------------------------------

OWN = DataSpec("own", "csv", "own.csv", "Own figures")


def write_own(root: Path, *rows: str) -> None:
    (root / "own.csv").write_text("\n".join(["date,value", *rows]) + "\n", encoding="utf-8")


def test_the_file_of_the_owner_is_what_is_stored_also_after_a_row_was_taken_out(
    tmp_path: Path,
) -> None:
    write_own(tmp_path, "2026-01-02,1", "2026-01-03,2", "2026-01-04,3")
    refresh_from(None, tmp_path, [OWN])
    before = stored(tmp_path, "csv-own.csv")
    write_own(tmp_path, "2026-01-02,1", "2026-01-03,200")
    (outcome,) = refresh_from(None, tmp_path, [OWN])
    assert (outcome.status, closes(tmp_path, "csv-own.csv")) == ("fresh", [1.0, 200.0])
    assert outcome.notes[0].startswith("rows that were stored are changed or gone in the file")
    (copy,) = (tmp_path / ".store" / "replaced").iterdir()
    assert copy.read_bytes() == before


def test_an_own_file_that_only_grew_leaves_no_copy(tmp_path: Path) -> None:
    write_own(tmp_path, "2026-01-02,1")
    refresh_from(None, tmp_path, [OWN])
    write_own(tmp_path, "2026-01-02,1", "2026-01-03,2")
    (outcome,) = refresh_from(None, tmp_path, [OWN])
    assert (outcome.rows_added, outcome.notes) == (1, ())
    assert not (tmp_path / ".store" / "replaced").exists()


def test_an_own_file_keeps_its_later_days_when_a_refresh_acts_as_on_an_earlier_one(
    tmp_path: Path,
) -> None:
    write_own(tmp_path, "2026-01-02,1", "2026-01-03,2", "2026-01-04,3")
    refresh_from(None, tmp_path, [OWN])
    (outcome,) = refresh_from(None, tmp_path, [OWN], today=dt.date(2026, 1, 3))
    assert (outcome.notes, closes(tmp_path, "csv-own.csv")) == ((), [1.0, 2.0, 3.0])


# --- from elsewhere, and from another day ---------------------------------------------------------

READINGS = DataSpec("about", "yahoo_fund", "FUND", "About the fund")


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Request], Fetched]) -> None:
    """Let the sources themselves, which no test can reach, answer with that."""

    class Direct:
        fetch = staticmethod(answer)

    monkeypatch.setattr(asking, "fetcher", lambda name: Direct())


def reading(request: Request) -> Fetched:
    day = pd.DatetimeIndex([request.today], name="date").as_unit("ns")
    source = Source("Yahoo Finance", "About", "https://example.com", retrieved=request.today)
    return Fetched(pd.DataFrame({"expense_ratio": [0.2]}, index=day), source)


def test_fund_data_lose_the_mark_of_a_mirror_once_the_source_itself_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, reading)
    with stand_in() as server:
        refresh_from(server, tmp_path, [READINGS])
    assert read_manifest(tmp_path / ".store")["yahoo_fund-FUND"]["mirror"] is True
    later = LONG.days[-1] + dt.timedelta(days=8)
    (outcome,) = refresh_from(None, tmp_path, [READINGS], today=later)
    entry = read_manifest(tmp_path / ".store")["yahoo_fund-FUND"]
    assert (entry["mirror"], entry["rows"], outcome.status) == (False, 1, "fresh")
    assert len(list((tmp_path / ".store" / "replaced").iterdir())) == 1


def test_only_the_readings_that_came_through_a_mirror_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, reading)
    day = LONG.days[-1]
    with stand_in() as server:
        for weeks, source in ((0, None), (1, None), (2, server), (3, None)):
            refresh_from(source, tmp_path, [READINGS], today=day + dt.timedelta(weeks=weeks))
            entry = read_manifest(tmp_path / ".store")["yahoo_fund-FUND"]
            assert entry["mirror"] == (source is not None)
    days = [row.split(",")[0] for row in stored(tmp_path, "yahoo_fund-FUND").decode().split()[1:]]
    assert days == [str(day + dt.timedelta(weeks=weeks)) for weeks in (0, 1, 3)]


def test_readings_outlive_a_manifest_that_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, reading)
    refresh_from(None, tmp_path, [READINGS])
    (tmp_path / ".store" / "manifest.json").write_text("{", encoding="utf-8")
    later = LONG.days[-1] + dt.timedelta(days=8)
    (outcome,) = refresh_from(None, tmp_path, [READINGS], today=later)
    rows = stored(tmp_path, "yahoo_fund-FUND").decode().split()[1:]
    assert (outcome.status, len(rows)) == ("fresh", 2)


def test_what_a_fund_is_now_is_not_stored_under_another_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, reading)
    (outcome,) = refresh_from(None, tmp_path, [READINGS], simulated=True)
    assert (outcome.status, outcome.answered) == ("never", False)
    assert "tells what holds now" in outcome.reason
    with stand_in() as server:  # a mirror may well hold what was then
        (outcome,) = refresh_from(server, tmp_path, [READINGS], simulated=True)
    assert outcome.status == "fresh"


def test_a_date_in_the_future_in_the_manifest_does_not_stay_there(tmp_path: Path) -> None:
    with stand_in(FUND=EARLY) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        path = tmp_path / ".store" / "manifest.json"
        path.write_text(path.read_text("utf-8").replace(str(EARLY.days[-1]), "2099-01-01"))
        text = json.loads(path.read_text("utf-8"))
        text["yahoo-FUND"]["as_of"] = EARLY.days[-1].isoformat()
        path.write_text(json.dumps(text))
        server.series["FUND"] = LONG
        refresh_from(server, tmp_path, [FUND])
    entry = read_manifest(tmp_path / ".store")["yahoo-FUND"]
    assert (entry["retrieved"], entry["last_success"]) == (str(LONG.days[-1]),) * 2


# --- manners --------------------------------------------------------------------------------------


def ask(network: Network) -> Request:
    day = LONG.days[-1]
    now = dt.datetime.combine(day, dt.time(23, 59), NEW_YORK)
    return Request("FUND", day, now, network, Path(), Path())


def test_no_connection_is_tried_three_times_with_growing_pauses_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    asked: list[int] = []

    def never() -> None:
        asked.append(1)
        raise NoConnection("nobody there")

    with pytest.raises(SourceUnreachable):
        http.attempts(ask(Network()), never)
    assert len(asked) == 3
    assert 1 <= waited[0] < waited[1] <= 10
    asked.clear()
    waited.clear()
    with pytest.raises(SourceUnreachable):
        http.attempts(ask(Network("http://127.0.0.1:1")), never)
    assert (len(asked), sum(waited)) == (3, 0)  # nobody is waited for on the loopback


def test_between_two_requests_to_one_host_there_is_a_pause_never_twice_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, waited = [1000.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(http.time, "sleep", sleep)
    monkeypatch.setattr(http.time, "monotonic", lambda: clock[0])
    session = http.Session(Network(), "Example")
    for host in ("a.example", "a.example", "a.example", "b.example"):
        session._pause(host)
    low, high = http.PAUSE_SECONDS
    assert (waited[0], waited[3]) == (0, 0)
    assert all(low <= seconds <= high for seconds in waited[1:3])
    assert waited[1] != waited[2]


def test_after_three_series_of_broken_answers_in_a_row_no_fourth_is_asked_for(
    tmp_path: Path,
) -> None:
    names = ("A", "B", "C", "D", "E")
    with stand_in(**dict.fromkeys(names, LONG)) as server:
        for name in ("A", "C", "D", "E"):
            server.fault(name, "500")
        outcomes = refresh_from(
            server, tmp_path, [DataSpec(name.lower(), "yahoo", name, name) for name in names]
        )
        assert [outcome.status for outcome in outcomes] == ["never", "fresh", *["never"] * 3]
        server.requests.clear()
        server.fault("B", "500")
        outcomes = refresh_from(
            server,
            tmp_path,
            [DataSpec(name.lower(), "yahoo", name, name) for name in ("A", "C", "D", "E")],
        )
        assert (server.asked("D"), server.asked("E")) == (3, 0)
    assert "was not asked any more" in outcomes[-1].reason


def test_what_a_source_does_not_have_is_asked_for_once_a_day(tmp_path: Path) -> None:
    gone = DataSpec("gone", "yahoo", "GONE", "Gone", optional=True)
    with stand_in(FUND=LONG) as server:
        for asked, options in (
            (1, {}),
            (1, {}),
            (2, {"only": frozenset({"yahoo-FUND", "yahoo-GONE"})}),
        ):
            outcomes = by_name(refresh_from(server, tmp_path, [FUND, gone], **options))
            assert (outcomes["gone"].status, server.asked("GONE")) == ("never", asked)
            assert "status 404" in outcomes["gone"].reason
        next_day = LONG.days[-1] + dt.timedelta(days=1)
        refresh_from(server, tmp_path, [FUND, gone], today=next_day)
        assert server.asked("GONE") == 3


def test_when_the_minutes_are_used_up_nothing_more_is_asked_for(tmp_path: Path) -> None:
    with stand_in(FUND=LONG) as server:
        (outcome,) = refresh_from(server, tmp_path, [FUND], seconds=0)
        assert server.requests == []
    assert (outcome.status, outcome.answered) == ("never", False)
    assert "the 0 minutes for this refresh were used up" in outcome.reason


def test_a_month_after_the_last_time_the_whole_history_is_asked_for_again(tmp_path: Path) -> None:
    bars = make_bars("2026-01-05", gentle(120))
    short = Bars(bars.days[5:], bars.closes[5:])  # what a source shows of it by then
    day = bars.days[59]
    with stand_in(FUND=bars) as server:
        refresh_from(server, tmp_path, [FUND], today=day)
        for days, rows in ((30, 60), (31, 60)):
            today = day + dt.timedelta(days=days)
            server.series["FUND"] = short
            (outcome,) = refresh_from(server, tmp_path, [FUND], today=today)
            assert outcome.status == "fresh"
            whole = read_manifest(tmp_path / ".store")["yahoo-FUND"]["whole"]
            assert whole == (today if days == 31 else day).isoformat()
            assert len(closes(tmp_path, "yahoo-FUND")) > rows  # and no old day is lost by it
    assert closes(tmp_path, "yahoo-FUND")[:5] == bars.closes[:5]


def test_of_rejected_answers_the_newest_five_are_kept(tmp_path: Path) -> None:
    with stand_in(FUND=EARLY) as server:
        refresh_from(server, tmp_path, [FUND], today=EARLY.days[-1])
        server.series["FUND"] = times(LONG, 3)
        for day in LONG.days[-7:]:
            refresh_from(server, tmp_path, [FUND], today=day)
    kept = sorted(path.name for path in (tmp_path / ".store" / "rejected").glob("*.csv"))
    assert kept == [f"yahoo-FUND-{day}.csv" for day in LONG.days[-5:]]
    assert len(list((tmp_path / ".store" / "rejected").glob("*.json"))) == 5


# --- single answers -------------------------------------------------------------------------------


def test_a_tail_of_equal_closes_is_that_of_a_source_which_stopped() -> None:
    flat = [100 + (i % 3) for i in range(40)] + [101.0] * 8
    assert reason_to_reject(frame(flat)) == "the last 8 closes are all 101"
    assert reason_to_reject(frame(flat[:-1])) == ""
    assert reason_to_reject(frame([1.0] * 60)) == ""  # a fund of the money market


@pytest.mark.parametrize("name", ["dividend", "split"])
def test_an_event_that_was_stored_is_not_taken_back(name: str) -> None:
    value = 2.0
    held = frame([100.0] * 3, **{name: [0.0, value, 0.0]})
    assert reason_to_reject(frame([100.0] * 4), held).endswith("was stored as 2 and is gone")
    assert reason_to_reject(held, held) == ""


def test_a_dividend_is_no_larger_than_a_believable_fall() -> None:
    paid = frame([100.0, 99.0], dividend=[0.0, 30.0])
    assert reason_to_reject(paid) == (
        "the dividend of 2026-01-06 is 30, 30% of the close before it (max_daily_move: 0.25)"
    )
    assert reason_to_reject(paid, rules=Rules(max_daily_move=0.4)) == ""


# --- several theses on one series -----------------------------------------------------------------


def asking_for(name: str, line: int, **rules: Any) -> DataSpec:
    return DataSpec(name, "yahoo", "ABC", name, line=line, rules=Rules(**rules))


def test_a_rule_that_one_thesis_sets_holds_for_the_stored_series() -> None:
    plain = asking_for("plain", 3)
    strict = asking_for("strict", 4, max_daily_move=0.1, calendar="", tracks=Tracks("yahoo", "X"))
    for specs in ([plain, strict], [strict, plain]):
        (spec,) = fetched_specs(specs)
        assert (spec.rules.max_daily_move, spec.rules.calendar) == (0.1, "")
        assert spec.rules.tracks == Tracks("yahoo", "X")
    assert rule_conflicts([("a", plain), ("b", strict)]) == []


def test_what_two_theses_say_of_one_own_file_is_put_together_or_in_conflict() -> None:
    def own(**options: str) -> DataSpec:
        return DataSpec("own", "csv", "own.csv", "Own", options=tuple(options.items()))

    named, free = own(publisher="Us"), own(licence="CC0", may_republish="true")
    (spec,) = fetched_specs([named, free])
    assert dict(spec.options) == {"publisher": "Us", "licence": "CC0", "may_republish": "true"}
    assert rule_conflicts([("a", named), ("b", free)]) == []
    (finding,) = rule_conflicts([("a", named), ("b", own(publisher="Them"))])
    assert "another publisher" in finding.message


def test_two_rules_for_one_series_are_a_conflict_named_at_the_second() -> None:
    first, second = (asking_for("x", 3, max_daily_move=m) for m in (0.1, 0.2))
    (finding,) = rule_conflicts([("a/thesis.yml", first), ("b/thesis.yml", second)])
    assert (finding.path, finding.line) == ("b/thesis.yml", 3)
    assert "another max_daily_move for ABC than 'x' on line 3 of a/thesis.yml" in finding.message


def test_a_series_is_named_by_any_table_of_any_thesis(make_repository: MakeRepository) -> None:
    root = make_repository()
    other = root / "templates" / "other"
    other.mkdir()
    for path in (root / "templates" / "tiny").iterdir():
        if path.is_file():
            (other / path.name).write_bytes(path.read_bytes())
    (other / "cited").mkdir()
    (other / "cited" / "shares.csv").write_bytes(
        (root / "templates" / "tiny" / "cited" / "shares.csv").read_bytes()
    )
    thesis = other / "thesis.yml"
    thesis.write_text(thesis.read_text("utf-8").replace("prices:", "second_name:"), "utf-8")
    with stand_in(TINY=LONG) as server:
        done = run(
            "refresh", "--today", str(LONG.days[-1]), "--only", "second_name", root=root,
            MTM_MIRROR=server.mirror, MTM_OFFLINE="",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "TINY" in done.stdout


# --- what a build and a refresh say ---------------------------------------------------------------


def missing(root: Path, spec: DataSpec) -> Missing:
    folder = root / "templates" / "t"
    _, lacking = load_tables([spec], root=root, thesis_folder=folder, today=LONG.days[-1])
    return lacking[spec.name]


def test_what_is_not_stored_is_explained_by_what_the_last_refresh_met(tmp_path: Path) -> None:
    gone = DataSpec("gone", "yahoo", "GONE", "Gone", optional=True)
    assert missing(tmp_path, gone).reason == "daily prices of GONE are not stored"
    with stand_in(FUND=LONG) as server:
        refresh_from(server, tmp_path, [FUND, gone])
    assert missing(tmp_path, gone).reason == (
        "daily prices of GONE are not stored: Yahoo Finance has no prices for 'GONE' (status 404)"
    )


def test_a_manifest_that_cannot_be_read_is_answered_with_what_mends_it(tmp_path: Path) -> None:
    with stand_in(FUND=LONG) as server:
        refresh_from(server, tmp_path, [FUND])
        before = stored(tmp_path, "yahoo-FUND")
        (tmp_path / ".store" / "manifest.json").write_text("{", encoding="utf-8")
        with pytest.raises(MtmError) as error:
            missing(tmp_path, FUND)
        assert "Run 'mtm refresh'" in error.value.hint
        (outcome,) = refresh_from(server, tmp_path, [FUND])  # does what the hint promises
    assert (outcome.status, stored(tmp_path, "yahoo-FUND")) == ("fresh", before)


def test_a_reference_that_cannot_be_followed_costs_only_its_comparison(
    make_repository: MakeRepository,
) -> None:
    root = make_repository("reference-rows")
    day = str(LONG.days[-1])
    cited = root / "templates" / "tiny" / "cited" / "closes.csv"
    row = f"2025-01-06,FOURTH,1.0,Paper,https://paper.example,2\n{LONG.days[10]},FOURTH,{LONG.closes[10]},Paper,https://paper.example,2\n"
    cited.write_text(cited.read_text("utf-8") + row, encoding="utf-8")
    thesis = root / "templates" / "tiny" / "thesis.yml"
    text = thesis.read_text("utf-8")
    thesis.write_text(
        re.sub(r"(FOURTH.*) shares}", r"\1 {table: closes, since: 2026}}", text), encoding="utf-8"
    )
    longer = Bars([dt.date(2025, 1, 6), *LONG.days], [100.0, *LONG.closes])
    thesis.write_text(thesis.read_text("utf-8").replace("FOURTH,", "FOURTH, calendar: none,"))
    with stand_in(TINY=LONG, SECOND=LONG, THIRD=LONG, FOURTH=longer) as server:
        done = run("refresh", "--today", day, root=root, MTM_MIRROR=server.mirror, MTM_OFFLINE="")
    assert done.returncode == 0, done.stderr
    assert "'closes' has a row for 'TINY' that cannot be read" in done.stderr
    manifest = read_manifest(root / ".store")
    checked = {name: entry["checked"] for name, entry in manifest.items()}
    assert checked.pop("yahoo-FOURTH") == f"a published close of {LONG.days[10]}"  # of 2026 only
    assert set(checked.values()) == {""}


def test_theses_that_contradict_each_other_are_refused_before_anything_is_asked_for(
    make_repository: MakeRepository,
) -> None:
    root = make_repository("rules-conflict")
    with stand_in(TINY=LONG) as server:
        done = run(
            "refresh", "--today", str(LONG.days[-1]), root=root,
            MTM_MIRROR=server.mirror, MTM_OFFLINE="",
        )  # fmt: skip
        assert server.requests == []
    assert (done.returncode, "another max_daily_move" in done.stderr) == (1, True)


@pytest.mark.parametrize("close", ["0", "-3", "inf", "nan", "ten"])
def test_a_published_close_is_a_number_above_zero(tmp_path: Path, close: str) -> None:
    cited = tmp_path / "templates" / "t" / "cited"
    cited.mkdir(parents=True)
    head = "date,symbol,close,source,url,source_grade"
    (cited / "closes.csv").write_text(
        f"{head}\n2026-01-05,FUND,1,P,https://p.example,2\n"
        f"2026-01-06,FUND,{close},P,https://p.example,2\n"
    )
    specs = [
        DataSpec("closes", "cited", "closes", "Closes"),
        dataclasses.replace(FUND, rules=Rules(references=(Reference("closes", "FUND"),))),
    ]
    figures, findings = published_figures([(tmp_path / "templates" / "t", specs)], root=tmp_path)
    assert figures == {}
    assert ["cannot be read" in finding.message for finding in findings] == [True]


def test_every_source_has_a_grade_between_1_and_3(tmp_path: Path) -> None:
    write_own(tmp_path, "2026-01-02,1")
    graded = DataSpec("own", "csv", "own.csv", "Own", options=(("grade", "1"),))
    refresh_from(None, tmp_path, [OWN])
    assert read_manifest(tmp_path / ".store")["csv-own.csv"]["grade"] == 3
    refresh_from(None, tmp_path, [graded])
    assert read_manifest(tmp_path / ".store")["csv-own.csv"]["grade"] == 1
    with stand_in(FUND=LONG) as server:
        refresh_from(server, tmp_path, [FUND])
    assert read_manifest(tmp_path / ".store")["yahoo-FUND"]["grade"] == 2
    assert series_name(graded) == series_name(OWN)
    assert REGISTRY["csv"].local
