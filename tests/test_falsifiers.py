"""What a thesis registered as proof against it: its distance, whether it tripped, its base rate."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from generator.falsifiers import base_rate, distance, judge_falsifiers, trips
from generator.model import Fact, Missing
from generator.thresholds import written_threshold
from generator.verdicts import Falsifier, JudgedFalsifier, Threshold
from tests.conftest import MakeRepository
from tests.test_build import run

BELOW = Threshold(-10, below=True)
DUE = dt.date(2026, 12, 31)


def judged(
    fact: Fact | None,
    *,
    threshold: Threshold = BELOW,
    due: dt.date | None = None,
    today: dt.date = dt.date(2026, 5, 1),
) -> JudgedFalsifier:
    falsifier = Falsifier("gap", "It falls behind", "gap", threshold, due)
    facts = {"gap": fact} if fact else {}
    missing = {"gap": Missing("gap", "daily prices of ABC are not stored", "refresh")}
    return judge_falsifiers([falsifier], facts, missing, today=today)["gap"]


def gap(value: float, *past: float, as_of: dt.date | None = None) -> Fact:
    history = pd.Series([*past, value], dtype=float) if past else None
    return Fact(value, "percentage points", f"{value}", as_of=as_of, history=history)


@pytest.mark.parametrize(
    ("words", "value", "tripped", "left"),
    [
        ("below -10", -10.1, True, -0.1),
        ("below -10", -10.0, False, 0.0),
        ("at or below 0", 0.0, True, 0.0),
        ("at or below 0", 0.5, False, 0.5),
        ("above 0.9", 0.91, True, -0.01),
        ("above 0.9", 0.72, False, 0.18),
        ("at or above 3", 3.0, True, 0.0),
    ],
)
def test_a_threshold_is_one_side_of_a_number(
    words: str, value: float, tripped: bool, left: float
) -> None:
    threshold = written_threshold(words)
    assert trips(threshold, value) is tripped
    assert distance(threshold, value) == pytest.approx(left)
    assert str(threshold) == words


@pytest.mark.parametrize("words", ["under -10", "below", "below ten", "-10", "below -10%"])
def test_other_words_are_no_threshold(words: str) -> None:
    with pytest.raises(ValueError, match="this is no threshold"):
        written_threshold(words)


def test_the_base_rate_counts_every_window_in_which_it_would_have_tripped() -> None:
    assert base_rate(BELOW, gap(-5.0, -11.0, 3.0, float("nan"), -20.0)) == (2, 4)
    assert base_rate(BELOW, gap(-5.0)) is None
    found = judged(gap(-5.0, -11.0, 3.0, -20.0))
    assert found.base_rate == (2, 4)
    assert found.interval == pytest.approx((15.0, 85.0), abs=0.1)  # Wilson, 2 of 4


def test_a_falsifier_says_whether_it_tripped_and_how_far_it_is() -> None:
    found = judged(gap(-5.0))
    assert (found.state, found.value, found.distance) == ("not tripped", -5.0, 5.0)
    assert judged(gap(-12.5)).state == "tripped"


def test_one_with_a_day_is_open_until_that_day_and_then_decided_by_data_that_reach_it() -> None:
    assert judged(gap(-12.0, as_of=DUE), due=DUE, today=DUE).state == "open"
    later = dt.date(2027, 1, 4)
    assert judged(gap(-12.0, as_of=DUE), due=DUE, today=later).state == "tripped"
    assert judged(gap(-2.0, as_of=DUE), due=DUE, today=later).state == "not tripped"
    early = judged(gap(-12.0, as_of=dt.date(2026, 8, 21)), due=DUE, today=later)
    assert (early.state, early.reason) == (
        "overdue",
        "Was to be decided on 2026-12-31; the stored data end on 2026-08-21.",
    )


def test_without_its_data_it_is_not_checked_and_never_not_tripped() -> None:
    found = judged(None)
    assert (found.state, found.value) == ("not checked this build", None)
    assert found.reason == "Daily prices of ABC are not stored."


def test_an_edition_records_each_falsifier(make_repository: MakeRepository) -> None:
    root = make_repository()
    with (root / "templates" / "tiny" / "thesis.yml").open("a", encoding="utf-8") as file:
        file.write(
            "falsifiers:\n"
            "  shrinks: {statement: It shrinks, fact: largest, trips: below 1}\n"
            "  lost: {statement: It loses, fact: gain, trips: below 0}\n"
        )
    with (root / "templates" / "tiny" / "article.md.j2").open("a", encoding="utf-8") as file:
        file.write('\n{% include "_shared/falsifiers.md.j2" %}\n')
    done = run("build", "--today", "2026-01-31", root=root)
    assert done.returncode == 0, done.stderr
    record = json.loads((root / "site/2026-01-31/edition.json").read_text("utf-8"))
    shrinks, lost = record["theses"]["tiny"]["falsifiers"]
    assert (shrinks["id"], shrinks["threshold"], shrinks["tripped"]) == (
        "shrinks",
        "below 1",
        False,
    )
    assert (lost["state"], lost["tripped"], lost["base_rate"]) == (
        "not checked this build",
        None,
        None,
    )
    page = (root / "site/2026-01-31/theses/tiny/index.html").read_text("utf-8")
    assert "<strong>not tripped</strong>" in page
    assert "<strong>not checked this build</strong>" in page
