"""A year of weekly refreshes from a source that fails at random, with real prices (MTM_MARKET)."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.asking import Limits
from generator.model import DataSpec
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.rules import Rules, Tracks
from generator.sources import Network
from generator.store import series_name
from tests.loopback import NEW_YORK
from tests.market import Market, market, needs_market

__all__ = ["market"]  # a fixture
pytestmark = needs_market

FRIDAYS = [dt.date(2025, 5, 2) + dt.timedelta(weeks=week) for week in range(53)]
LAST = FRIDAYS[-1]
FOLLOWS = {"IWM": "^RUT", "SPY": "^GSPC"}  # each at a tenth of its index
SERIES = ("IWM", "SPY", "AVUV", "^RUT", "^GSPC")
MODES = (
    *("429", "500", "503html", "empty_result", "null_result", "delisted", "no_timestamp"),
    *("nan_last", "nan_last_close_only", "partial_today", "slow", "hang", "trickle", "truncated"),
    *("not_json", "drop_conn", "bad_crumb", "will_be_right_back", "scale100", "stale"),
    *("dup_last", "gap_last5", "negative", "missing_module", "null_summary", "evil_names"),
)
DELAYS = {"slow": 0.05, "hang": 0.05, "trickle": 0.0005}  # seconds; of "trickle" each of 60
QUIET_WEEKS = 12  # without a fault, beside the first and the last

Stored = dict[str, bytes]  # the series of a store by the names of their files


@dataclass(frozen=True)
class Fault:
    symbol: str  # "*" is the next to be asked for
    mode: str
    times: int  # -1: for the whole week


@dataclass(frozen=True)
class Week:
    """How a refresh went, and what was stored before and after it."""

    outcomes: list[Outcome]
    before: Stored
    after: Stored


def refreshed(root: Path, market: Market, today: dt.date) -> list[Outcome]:
    tracks = {fund: Rules(tracks=Tracks("yahoo", index, 0.1)) for fund, index in FOLLOWS.items()}
    return refresh(
        [DataSpec(key, "yahoo", key, key, rules=tracks.get(key, Rules())) for key in SERIES],
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23, 59), NEW_YORK),
        limits=Limits(Network(mirror=market.mirror)),
    )


def stored(root: Path) -> Stored:
    return {path.name: path.read_bytes() for path in (root / ".store").glob("*.csv")}


def days(series: bytes) -> set[bytes]:
    return {line.partition(b",")[0] for line in series.splitlines()}


def draw(seed: int) -> list[Fault | None]:
    """For each Friday what goes wrong; every mode at least once, the first and last week quiet."""
    chance = random.Random(seed)
    struck = len(FRIDAYS) - 2 - QUIET_WEEKS
    modes = [*MODES, *chance.choices(MODES, k=struck - len(MODES))]
    between: list[Fault | None] = [
        Fault(chance.choice((*SERIES, "*")), mode, chance.choice((1, 2, -1))) for mode in modes
    ]
    between += [None] * QUIET_WEEKS
    chance.shuffle(between)
    return [None, *between, None]


@pytest.fixture(scope="module", params=range(2))
def year(
    request: pytest.FixtureRequest, market: Market, tmp_path_factory: pytest.TempPathFactory
) -> list[Week]:
    root = tmp_path_factory.mktemp("year")
    weeks: list[Week] = []
    for friday, fault in zip(FRIDAYS, draw(request.param), strict=True):
        market.show(friday.isoformat())
        if fault:
            delay = DELAYS.get(fault.mode, 0.0)
            symbol, times = fault.symbol, fault.times
            market.fault(symbol, fault.mode, what="chart", times=times, delay=delay)
        before = stored(root)
        weeks.append(Week(refreshed(root, market, friday), before, stored(root)))
        assert fault is None or market.left(fault.symbol) != fault.times, fault
    return weeks


@pytest.fixture(scope="module")
def clean(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What a refresh of the last day alone stores, when nothing goes wrong."""
    root = tmp_path_factory.mktemp("clean")
    market.show(LAST.isoformat())
    assert {outcome.status for outcome in refreshed(root, market, LAST)} == {"fresh"}
    return stored(root)


def test_after_a_year_of_faults_the_store_is_byte_for_byte_one_clean_download(
    year: list[Week], clean: Stored
) -> None:
    assert len(clean) == len(SERIES)
    assert year[-1].after == clean


def test_no_week_stores_a_row_that_the_clean_download_does_not_have(
    year: list[Week], clean: Stored
) -> None:
    for week in year:
        for name, series in week.after.items():
            assert set(series.splitlines()) <= set(clean[name].splitlines())


def test_no_week_loses_a_stored_day(year: list[Week]) -> None:
    for week in year:
        for name, series in week.before.items():
            assert days(series) <= days(week.after[name])


def test_a_series_that_was_not_fetched_keeps_every_byte(year: list[Week]) -> None:
    for week in year[1:]:
        for outcome in week.outcomes:
            name = f"{series_name(outcome.spec)}.csv"
            if outcome.status != "fresh":
                assert week.after[name] == week.before[name]


def test_faults_made_some_answers_be_rejected_and_some_never_come(year: list[Week]) -> None:
    outcomes = [outcome for week in year for outcome in week.outcomes]
    statuses = [outcome.status for outcome in outcomes]
    assert set(statuses) == {"fresh", "kept", "rejected"}
    assert min(statuses.count("kept"), statuses.count("rejected")) >= 3
    assert all(outcome.as_of for outcome in outcomes)
