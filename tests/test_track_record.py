"""What happened since each edition, against a computation of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.articles import render
from generator.environment import make_environment
from generator.model import Edition, Missing, Table, Thesis, Withdrawal, Yardstick
from generator.track_record import (
    TrackRecord,
    as_record,
    differences,
    rank_among,
    standard_error,
    track_record,
    track_table,
)
from generator.track_words import track_words
from generator.verdict_history import verdict_history
from tests.conftest import ROOT

DAYS = pd.bdate_range("2024-01-01", periods=300, name="date")
YARDSTICK = Yardstick(("small", "total_return"), ("large", "total_return"), "small less large")


def prices(seed: int, days: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    close = 100 * np.cumprod(1 + chance.normal(0.0003, 0.01, len(days)))
    dividend = np.where(np.arange(len(days)) % 60 == 30, 0.5, 0.0)
    return pd.DataFrame({"close": close, "dividend": dividend, "split": 0.0}, index=days)


def tables(**frames: pd.DataFrame) -> dict[str, Table]:
    return {name: Table(name, name, frame, (), None) for name, frame in frames.items()}


def thesis(yardstick: Yardstick | None = YARDSTICK, **changes: Any) -> Thesis:
    made = Thesis(
        "caps", Path("caps"), "Caps", "", "", dt.date(2024, 1, 1), ("article",), "", (), ()
    )
    return dataclasses.replace(made, yardstick=yardstick, **changes)


def edition(name: str, *, data_as_of: dict[str, str] | None = None, **record: Any) -> Edition:
    return Edition(
        name, {"theses": {"caps": {"claims": [], **record}}, "data_as_of": data_as_of or {}}, ""
    )


def followed(*editions: Edition, **frames: pd.DataFrame) -> TrackRecord:
    given = frames or {"small": prices(1), "large": prices(2)}
    record, findings = track_record(thesis(), tables(**given), {}, editions, path="thesis.yml")
    assert findings == []
    return record


def growth(frame: pd.DataFrame) -> list[float]:
    """Total return by hand: one unit, its dividends put back at each close."""
    close, dividend = frame["close"].tolist(), frame["dividend"].tolist()
    shares, values = 1 / close[0], [1.0]
    for price, paid in zip(close[1:], dividend[1:], strict=True):
        shares += shares * paid / price
        values.append(shares * price)
    return values


def test_a_stretch_is_what_a_hand_computation_makes_of_it() -> None:
    small, large = growth(prices(1)), growth(prices(2))
    day = DAYS[200]
    (row,) = followed(edition(day.date().isoformat())).stretches
    n = 99
    gains = [
        100 * (small[i + n] / small[i] - large[i + n] / large[i]) for i in range(len(small) - n)
    ]
    daily = [
        100 * (small[i + 1] / small[i] - large[i + 1] / large[i]) for i in range(len(small) - 1)
    ]
    mean = sum(daily) / len(daily)
    deviation = math.sqrt(sum((d - mean) ** 2 for d in daily) / (len(daily) - 1))
    assert (row.begins, row.ends, row.sessions) == (day.date(), DAYS[-1].date(), n)
    assert row.of == pytest.approx(100 * (small[-1] / small[200] - 1))
    assert row.against == pytest.approx(100 * (large[-1] / large[200] - 1))
    assert row.difference == pytest.approx(gains[-1])
    assert row.standard_error == pytest.approx(deviation * math.sqrt(n))
    assert row.rank == pytest.approx(100 * sum(g <= gains[-1] + 1e-12 for g in gains) / len(gains))
    assert (row.windows, row.apart) == (201, 3)


def test_every_edition_has_a_row_newest_first_and_the_pieces_between_add_up() -> None:
    names = [DAYS[i].date().isoformat() for i in (50, 120, 290)]
    record = followed(*(edition(name) for name in names))
    assert [row.edition for row in record.stretches] == names[::-1]
    small, large = growth(prices(1)), growth(prices(2))
    ends = [50, 120, 290, 299]
    pieces = [
        100 * (small[b] / small[a] - large[b] / large[a]) for a, b in itertools.pairwise(ends)
    ]
    assert record.between == pytest.approx(pieces[::-1])
    assert record.ahead == sum(row.difference > 0 for row in record.stretches)


def test_an_edition_is_measured_from_what_it_knew_not_from_its_own_day() -> None:
    name, known = DAYS[200].date().isoformat(), DAYS[190].date().isoformat()
    start = {"first": None, "start": {"date": known, "of": 1.0, "against": 1.0}}
    by_record = followed(edition(name, yardstick=start)).stretches[0]
    as_of = {"caps/small": name, "caps/large": known}
    by_table = followed(edition(name, data_as_of=as_of)).stretches[0]
    assert by_record.begins == by_table.begins == DAYS[190].date()


def test_the_first_edition_begins_the_record_and_says_that_n_is_one() -> None:
    record = followed()
    assert record.stretches == ()
    assert record.start
    assert record.start.day == DAYS[-1].date()
    assert record.lack
    assert record.lack.reason == "no earlier edition is known"
    assert "first edition, n = 1, and nothing has happened since" in track_words(record).finding


def test_one_earlier_edition_is_no_record() -> None:
    words = track_words(followed(edition(DAYS[200].date().isoformat())))
    assert "One earlier edition, n = 1." in words.finding
    assert "that chance alone explains (95%)" in words.finding
    assert "One stretch is no record." in words.caution


def test_several_editions_are_not_called_independent() -> None:
    names = [DAYS[i].date().isoformat() for i in (50, 120, 290)]
    words = track_words(followed(*(edition(name) for name in names)))
    assert "of 3 earlier editions small less large is above zero" in words.finding
    assert "they overlap and are not 3 independent observations" in words.caution
    assert "With n = 3 that says next to nothing yet." in words.caution


def test_editions_of_before_the_publication_are_called_so() -> None:
    published = thesis(published=DAYS[100].date())
    past = [edition(DAYS[i].date().isoformat()) for i in (50, 200)]
    given = tables(small=prices(1), large=prices(2))
    record, _ = track_record(published, given, {}, past, path="")
    assert [row.early for row in record.stretches] == [False, True]
    said = "1 of them is of a day before the article was first published"
    assert said in track_words(record).caution


def test_without_the_daily_levels_every_edition_keeps_its_row_and_the_reason_is_said() -> None:
    lack = {"large": Missing("large", "nothing is stored for LARGE", "run 'mtm refresh'")}
    past = [edition("2024-03-01"), edition("2024-06-03")]
    record, findings = track_record(thesis(), tables(small=prices(1)), lack, past, path="")
    assert findings == []
    assert [row.lack for row in record.stretches] == ["nothing is stored for LARGE"] * 2
    assert record.counted == []
    words = track_words(record)
    assert "not measured in this one:** nothing is stored for LARGE." in words.finding
    assert as_record(record) is not None


def test_a_first_edition_without_levels_says_both() -> None:
    lack = {"large": Missing("large", "nothing is stored for LARGE", "run 'mtm refresh'")}
    record, _ = track_record(thesis(), tables(small=prices(1)), lack, [], path="")
    said = "first edition, n = 1, and it stores no levels to begin from:** nothing is stored for"
    assert said in track_words(record).finding


def test_a_thesis_without_a_yardstick_keeps_its_editions() -> None:
    record, _ = track_record(thesis(None), {}, {}, [edition("2024-03-01")], path="")
    assert [row.edition for row in record.stretches] == ["2024-03-01"]
    assert "declares no yardstick" in track_words(record).finding
    assert as_record(record) is None


def test_an_edition_older_than_the_stored_levels_is_not_dropped() -> None:
    record = followed(edition("2020-01-02"), edition(DAYS[200].date().isoformat()))
    assert [row.known for row in record.stretches] == [True, False]
    assert "after this edition" in record.stretches[1].lack


def test_nothing_newer_than_the_edition_is_no_return_of_zero() -> None:
    record = followed(edition((DAYS[-1] + pd.Timedelta(days=3)).date().isoformat()))
    assert record.stretches[0].lack == "nothing newer than its own data is stored"
    assert record.counted == []


def test_a_history_that_its_source_rewrote_is_told_and_rounding_is_not() -> None:
    day = DAYS[200]
    kept = as_record(followed(small=prices(1).loc[:day], large=prices(2).loc[:day]))
    past = edition(day.date().isoformat(), yardstick=kept)
    assert followed(past).stretches[0].revised == 0.0
    rewritten = prices(1)
    rewritten.loc[DAYS[30], "dividend"] += 1.0
    row = followed(past, small=rewritten, large=prices(2)).stretches[0]
    assert row.revised == pytest.approx(100 * 1.0 / (prices(1)["close"].iloc[30] + 0.5), rel=1e-6)
    # What came after the edition is not touched by it.
    assert row.difference == pytest.approx(followed(past).stretches[0].difference)


def test_a_history_that_begins_on_another_day_is_not_called_rewritten() -> None:
    day = DAYS[200]
    kept = as_record(followed(small=prices(1).loc[:day], large=prices(2).loc[:day]))
    past = edition(day.date().isoformat(), yardstick=kept)
    later = followed(past, small=prices(1).iloc[10:], large=prices(2).iloc[10:])
    assert later.stretches[0].revised == 0.0


def test_a_year_or_more_is_also_said_as_a_rate_and_less_never() -> None:
    first, later = (edition(DAYS[i].date().isoformat()) for i in (10, 100))
    rows = followed(first, later).stretches
    assert [row.a_year is None for row in rows] == [True, False]


def test_a_level_alone_is_measured_by_its_own_return() -> None:
    alone = Yardstick(("gold", "value"), None, "the price of gold")
    levels = pd.DataFrame({"value": np.linspace(100, 130, 300)}, index=DAYS)
    past = [edition(DAYS[0].date().isoformat())]
    record, _ = track_record(thesis(alone), tables(gold=levels), {}, past, path="")
    assert record.stretches[0].difference == pytest.approx(30)
    assert as_record(record)["start"]["against"] is None  # type: ignore[index]


def test_a_column_that_is_not_there_is_a_mistake_at_its_line() -> None:
    wrong = dataclasses.replace(YARDSTICK, of=("small", "valeu"), line=7)
    levels = prices(1).rename(columns={"close": "value"})
    given = tables(small=levels, large=prices(2))
    _, (found,) = track_record(thesis(wrong), given, {}, [], path="thesis.yml")
    assert (found.path, found.line) == ("thesis.yml", 7)
    assert found.hint == "Did you mean 'value'?"


def test_the_record_keeps_days_and_levels_and_what_was_said_of_the_past() -> None:
    day = DAYS[200].date().isoformat()
    kept = as_record(followed(edition(day)))
    small = growth(prices(1))
    assert kept is not None
    assert kept["of"] == "small.total_return"
    assert kept["start"]["date"] == DAYS[-1].date().isoformat()
    assert kept["start"]["of"] == pytest.approx(small[-1])
    assert [row["edition"] for row in kept["since"]] == [day]


def test_a_chart_is_given_a_row_an_edition_oldest_first() -> None:
    names = [DAYS[i].date().isoformat() for i in (50, 120)]
    frame = track_table(followed(*(edition(name) for name in names))).frame
    assert frame["edition"].tolist() == names
    assert frame["begins"].tolist() == [DAYS[50], DAYS[120]]


def test_the_page_has_every_edition_with_its_address_then_and_what_was_withdrawn() -> None:
    names = [DAYS[i].date().isoformat() for i in (50, 120, 299)]
    past = [edition(names[0], address="old"), *(edition(name) for name in names[1:])]
    record = followed(*past)
    context = {
        "thesis": thesis(),
        "track": record,
        "track_words": track_words(record),
        "past": verdict_history({}, past, "caps", today=dt.date(2025, 6, 1)),
        "withdrawn": [Withdrawal(names[1], dt.date(2025, 1, 1), "misread")],
        "today": dt.date(2025, 6, 1),
    }
    file = ROOT / "templates" / "_shared" / "track_record.md.j2"
    text, findings = render(make_environment([ROOT / "templates"]), file, context, root=ROOT)
    assert findings == []
    assert text.count(f'href="../../../../{names[0]}/theses/old/"') == 2  # since, and verdicts
    assert (
        text.count(f'href="../../../../{names[1]}/theses/caps/">{names[1]}</a>, **withdrawn') == 2
    )
    assert f"{names[2]}</a> | nothing newer than its own data is stored" in text


@given(
    st.lists(st.floats(-0.05, 0.05), min_size=20, max_size=60),
    st.integers(1, 19),
    st.floats(0.1, 50),
)
def test_no_figure_depends_on_the_scale_of_a_level(
    moves: list[float], sessions: int, scale: float
) -> None:
    days = pd.bdate_range("2024-01-01", periods=len(moves) + 1)
    level = np.cumprod([1.0, *(1 + np.array(moves))])
    levels = pd.DataFrame({"of": level, "against": level[::-1] + 1.0}, index=days)
    scaled = levels.assign(of=levels["of"] * scale)
    gains = differences(levels, sessions)
    assert np.allclose(gains, differences(scaled, sessions))
    assert standard_error(levels, sessions) == pytest.approx(
        standard_error(levels, 1) * math.sqrt(sessions)
    )
    assert rank_among(float(gains.max()), gains) == 100
    assert rank_among(float(gains.min()), gains) > 0


@given(st.sets(st.integers(0, 298), min_size=1, max_size=12))
def test_whatever_editions_there_were_none_is_dropped(days: set[int]) -> None:
    past = [edition(DAYS[i].date().isoformat()) for i in days]
    record = followed(*past)
    assert sorted(row.edition for row in record.stretches) == sorted(e.name for e in past)
    assert len(record.between) == len(past)
