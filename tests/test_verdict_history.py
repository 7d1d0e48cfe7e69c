"""How verdicts went over editions: changes, forecasts, and what an author took out."""

from __future__ import annotations

import datetime as dt

import pytest

from generator.claim_entry import ClaimEntry
from generator.claims import judge_claims
from generator.model import Edition
from generator.records import _claim
from generator.verdict_history import VerdictHistory, verdict_history
from generator.verdicts import JudgedClaim

TODAY = dt.date(2026, 5, 1)


def judged(name: str, verdict: str, **entry: object) -> JudgedClaim:
    written = ClaimEntry.model_validate({"finding": "added", "statement": name, **entry})
    claim = _claim(name, written, {}, 1)
    item = judge_claims([claim], {}, {}, today=TODAY)[name]
    return JudgedClaim(claim, verdict, item.now, item.now_text, None, "a reason")  # type: ignore[arg-type]


def edition(name: str, **verdicts: str) -> Edition:
    claims = [
        {"id": claim.replace("__", "-"), "statement": claim, "verdict": verdict, "now": None}
        for claim, verdict in verdicts.items()
    ]
    return Edition(name, {"theses": {"caps": {"claims": claims}}}, "")


def history(*editions: Edition, **verdicts: str) -> VerdictHistory:
    now = {name: judged(name, verdict) for name, verdict in verdicts.items()}
    return verdict_history(now, editions, "caps", today=TODAY)


FIRST = edition("2026-03-01", kept="holds", moved="holds", gone="drifted", due="pending")
SECOND = edition("2026-04-01", kept="holds", moved="drifted", due="pending", new="holds")


def test_the_verdicts_are_counted_in_each_edition_with_what_came_and_went() -> None:
    found = history(SECOND, FIRST, kept="holds", moved="broken", due="resolved false", new="holds")
    assert [(row.edition, row.total) for row in found.editions] == [
        ("2026-05-01", 4),
        ("2026-04-01", 4),
        ("2026-03-01", 4),
    ]
    assert [(row.added, row.dropped) for row in found.editions] == [(0, 0), (1, 1), (0, 0)]
    assert found.editions[0].counts["broken"] == 1


def test_the_first_edition_in_which_a_claim_stopped_holding_is_named() -> None:
    found = history(FIRST, SECOND, kept="holds", moved="broken", due="pending", new="holds")
    moved = {past.id: past for past in found.claims}["moved"]
    assert moved.stopped == "2026-04-01"
    assert moved.runs == ("holds in 2026-03-01; drifted in 2026-04-01; broken in 2026-05-01")
    assert [past.id for past in found.moved] == ["moved"]


def test_an_edition_without_the_data_to_check_a_claim_changed_no_verdict() -> None:
    found = history(
        edition("2026-03-01", a="not checked this build", b="holds"), a="holds", b="drifted"
    )
    assert [past.id for past in found.moved] == ["b"]


def test_a_claim_that_never_held_did_not_stop_holding() -> None:
    found = history(edition("2026-03-01", a="pending"), a="broken")
    assert found.claims[0].stopped == ""
    assert found.claims[0].moved


def test_a_claim_that_its_author_took_out_is_still_there_and_is_said_to_be_dropped() -> None:
    found = history(FIRST, SECOND, kept="holds", moved="holds", new="holds")
    gone = {past.id: past for past in found.dropped}
    assert set(gone) == {"gone", "due"}
    assert gone["gone"].dropped == "2026-04-01"
    assert gone["due"].dropped == "2026-05-01"
    assert gone["gone"].runs == (
        "drifted in 2026-03-01; not in the ledger from 2026-04-01 to 2026-05-01"
    )


def test_a_dropped_forecast_stays_among_the_forecasts() -> None:
    found = history(FIRST, SECOND, kept="holds")
    assert [past.id for past in found.forecasts] == ["due"]
    assert found.forecast_count("pending") == 0  # it is not open: it was dropped
    assert found.resolved == (0, 0)
    assert found.interval is None


def test_a_forecast_that_failed_cannot_be_made_undone_by_dropping_it() -> None:
    past = edition("2026-04-01", wrong="resolved false", right="resolved true")
    found = history(FIRST, past, right="resolved true")
    assert found.resolved == (1, 2)
    low, high = found.interval or (0, 0)
    # Wilson's interval of 1 of 2, by hand: centre 0.5, half-width z sqrt(1/8 + z²/16) / (1 + z²/2)
    z = 1.96
    half = 100 * z * (1 / 8 + z * z / 16) ** 0.5 / (1 + z * z / 2)
    assert (low, high) == pytest.approx((50 - half, 50 + half))


def test_a_forecast_names_the_first_edition_that_resolved_it() -> None:
    past = edition("2026-04-01", due="resolved true")
    found = history(FIRST, past, due="resolved true")
    assert {item.id: item.decided for item in found.forecasts} == {"due": "2026-04-01"}


def test_a_claim_that_came_later_does_not_begin_with_its_absence() -> None:
    found = history(FIRST, SECOND, new="holds")
    new = {past.id: past for past in found.claims}["new"]
    assert new.runs == "holds from 2026-04-01 to 2026-05-01"


def test_without_earlier_editions_there_is_one_row() -> None:
    found = history(a="holds")
    assert [row.edition for row in found.editions] == ["2026-05-01"]
    assert found.moved == found.dropped == found.forecasts == []
