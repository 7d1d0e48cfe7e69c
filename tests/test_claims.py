"""Claims are judged from facts and a date, and never shown as holding for want of data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from generator.claims import MARKS, judge_claim, scoreboard
from generator.model import Fact, Missing
from generator.verdicts import VERDICTS, Claim

TODAY = dt.date(2026, 6, 30)


def make_claim(**changes: Any) -> Claim:
    values: dict[str, Any] = {
        "id": "c",
        "section": "s",
        "statement": "The figure is 10",
        "wording": "the figure is 10",
        "said": "",
        "finding": "confirmed",
        "value": 10.0,
        "unit": "percent",
        "kind": "observation",
        "time_type": "rolling",
        "basis": "",
        "index": "",
        "as_of": "2025-12-31",
        "recompute": "",
        "fact": "figure",
        "low": 9.5,
        "high": 10.5,
        "resolves_on": None,
        "review_by": None,
        "problem": "",
        "counter_evidence": "",
        "source": None,
    }
    return Claim(**{**values, **changes})


def make_fact(value: float, as_of: str = "2025-12-31") -> Fact:
    return Fact(value, "percent", f"{value}%", id="figure", as_of=dt.date.fromisoformat(as_of))


def verdict(claim: Claim, fact: Fact | None = None, *, today: dt.date = TODAY) -> str:
    facts = {"figure": fact} if fact else {}
    missing = {} if fact else {"figure": Missing("figure", "prices are not stored", "refresh")}
    return judge_claim(claim, facts, missing, today=today).verdict


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10.0, "holds"),
        (9.5, "holds"),
        (10.5, "holds"),
        (10.51, "drifted"),
        (2.0, "drifted"),
        (-2.0, "broken"),
        (0.0, "broken"),
    ],
)
def test_a_measured_claim_holds_inside_its_interval_and_breaks_with_its_sign(
    value: float, expected: str
) -> None:
    assert verdict(make_claim(), make_fact(value)) == expected


def test_a_claim_about_a_past_window_must_agree_for_ever() -> None:
    assert verdict(make_claim(time_type="fixed"), make_fact(10.4)) == "holds"
    assert verdict(make_claim(time_type="fixed"), make_fact(10.6)) == "broken"


def test_a_claim_whose_fact_is_missing_is_not_checked_this_build() -> None:
    judged = judge_claim(
        make_claim(), {}, {"figure": Missing("figure", "prices are not stored", "")}, today=TODAY
    )
    assert judged.verdict == "not checked this build"
    assert judged.reason == "Prices are not stored."
    assert judged.now is None


def test_a_rolling_claim_is_not_judged_on_data_older_than_itself() -> None:
    claim = make_claim(time_type="rolling", as_of="2026-05-31")
    assert verdict(claim, make_fact(10, "2026-05-01")) == "not checked this build"
    assert verdict(claim, make_fact(10, "2026-05-31")) == "holds"


def test_a_claim_that_needs_data_the_site_does_not_hold_is_never_judged() -> None:
    assert verdict(make_claim(needs="portfolios", fact=None)) == "not checked this build"


def test_a_figure_not_found_is_withdrawn_even_when_a_fact_would_agree() -> None:
    judged = judge_claim(
        make_claim(finding="not found"), {"figure": make_fact(10)}, {}, today=TODAY
    )
    assert (judged.verdict, judged.now) == ("withdrawn", None)


def test_an_opinion_gets_no_verdict() -> None:
    assert verdict(make_claim(kind="opinion"), make_fact(10)) == "not checkable"


def test_a_cited_figure_is_overdue_after_its_review_day_and_not_checkable_before() -> None:
    claim = make_claim(fact=None, time_type="snapshot", review_by=dt.date(2026, 6, 30))
    assert verdict(claim) == "not checkable"
    assert verdict(claim, today=dt.date(2026, 7, 1)) == "overdue"


def test_a_forecast_waits_for_its_day_and_for_data_that_reach_it() -> None:
    claim = make_claim(
        time_type="forecast", value=2, low=2, high=2, resolves_on=dt.date(2026, 12, 31)
    )
    late = dt.date(2027, 1, 2)
    assert verdict(claim, make_fact(0), today=dt.date(2026, 12, 31)) == "pending"
    assert verdict(claim, make_fact(2, "2026-12-30"), today=late) == "overdue"
    assert verdict(claim, make_fact(2, "2026-12-31"), today=late) == "resolved true"
    assert verdict(claim, make_fact(0, "2026-12-31"), today=late) == "resolved false"


def test_a_pending_forecast_says_what_has_happened_so_far() -> None:
    claim = make_claim(time_type="forecast", resolves_on=dt.date(2026, 12, 31))
    judged = judge_claim(claim, {"figure": make_fact(0)}, {}, today=TODAY)
    assert judged.reason == "Resolves on 2026-12-31. So far: 0% (as of 2025-12-31)."


def test_the_scoreboard_counts_every_claim_once() -> None:
    judged = [
        judge_claim(make_claim(), {"figure": make_fact(v)}, {}, today=TODAY) for v in (10, 10, 3)
    ]
    assert scoreboard(judged) == {"holds": 2, "drifted": 1}


def test_every_verdict_has_a_mark() -> None:
    assert set(MARKS) == set(VERDICTS)


def test_every_figure_of_a_claim_has_to_hold() -> None:
    claim = make_claim(also=(("second", 1.0, 2.0),))
    first = make_fact(10)

    def judged(second: float | None) -> str:
        facts = {"figure": first} | ({"second": make_fact(second)} if second is not None else {})
        return judge_claim(claim, facts, {}, today=TODAY).verdict

    assert [judged(v) for v in (1.5, 2.5, None)] == ["holds", "drifted", "not checked this build"]


def test_a_snapshot_compared_with_itself_does_not_hold_it_is_only_cited() -> None:
    claim = make_claim(time_type="snapshot", as_of="2025-12-31")
    assert verdict(claim, make_fact(10, "2025-12-31")) == "not checkable"
    assert verdict(claim, make_fact(10, "2026-01-31")) == "holds"
    assert verdict(claim, make_fact(12, "2026-01-31")) == "drifted"


def test_a_claim_of_a_later_day_than_the_edition_is_not_checked() -> None:
    claim = make_claim(time_type="fixed", as_of="2026-07-10")
    assert verdict(claim, make_fact(10), today=dt.date(2026, 5, 1)) == "not checked this build"
