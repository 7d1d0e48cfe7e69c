"""A claim is printed as it stands now, with a mark and a numbered note."""

from __future__ import annotations

import dataclasses
import datetime as dt
import linecache
import re
from typing import Any

import pandas as pd
import pytest

from generator.charts import scoreboard
from generator.claims import MARKS, held_back, judge_claim, with_history
from generator.ledger import formulas, history_picture, history_words
from generator.marks import MarkedClaim, Notes, marked
from generator.model import Edition, Source
from generator.score import SCORE
from generator.verdicts import STOP, VERDICTS, JudgedClaim, PastVerdict
from tests.test_claims import make_claim, make_fact

TODAY = dt.date(2026, 6, 30)


def judged(now: float = 10, **changes: Any) -> JudgedClaim:
    facts = {"figure": make_fact(now)}
    return judge_claim(make_claim(**changes), facts, {}, today=TODAY)


# --- at the sentence ------------------------------------------------------------------------------


def test_a_claim_prints_its_wording_and_a_mark_that_leads_to_its_note() -> None:
    claim = MarkedClaim(judged(wording="the figure is 10"), Notes())
    assert str(claim) == (
        'the figure is 10&nbsp;<a class="mtm-mark mtm-holds" id="mark-c" href="#note-c" '
        'aria-label="Note 1: holds"><span class="mtm-sign" aria-hidden="true">✓</span>'
        '<span class="mtm-number">1</span></a>'
    )


def test_without_notes_the_mark_is_no_link_but_still_has_words() -> None:
    mark = MarkedClaim(judged()).mark
    assert mark.startswith('<span class="mtm-mark mtm-holds" role="img" aria-label="holds">')
    assert "href" not in mark


def test_notes_are_numbered_as_claims_first_appear_and_a_second_mark_has_no_second_address() -> (
    None
):
    notes = Notes("ledger.md")
    claims = marked({name: judged(id=name) for name in ("a", "b", "c")}, notes)
    printed = [claims["b"].mark, claims["a"].mark, claims["b"].mark]
    assert [re.findall(r"Note (\d)", mark)[0] for mark in printed] == ["1", "2", "1"]
    assert [' id="mark-' in mark for mark in printed] == [True, True, False]
    text = notes.text()
    assert re.findall(r'id="note-(\w)"', text) == ["b", "a"]  # c was never printed
    assert "[In the ledger](ledger.md#b)" in text
    assert Notes().text() == ""


def test_a_note_holds_what_the_card_shows_and_text_from_data_is_inert_in_it() -> None:
    source = Source("A <b> & Co", "t", "https://a.example/x", grade=2)
    notes = Notes("ledger.md")
    claim = MarkedClaim(judged(statement="One [link](x) of {{ y }}", source=source), notes)
    _ = claim.mark
    text = notes.text()
    for part in (
        "**Holds.** Recomputed: 10% as of 2025-12-31.",
        "One &#91;link&#93;(x) of &#123;&#123; y &#125;&#125;.",
        "**Then:** 10 percent, 2025-12-31. **Now:** 10%, 2025-12-31.",
        "**Source:** [A &lt;b&gt; &amp; Co](https://a.example/x), grade 2.",
        '<a class="mtm-back" href="#mark-c"',
    ):
        assert part in text


def test_where_a_claim_holds_is_said_in_words() -> None:
    assert MarkedClaim(judged(low=-3.5, high=2)).tolerance == "Holds from −3.5% to 2%."
    assert MarkedClaim(judged(low=float("-inf"), high=1)).tolerance == "Holds below 1%."
    assert MarkedClaim(judged(low=None, high=None)).tolerance == ""
    share = dataclasses.replace(judged(low=100, high=100), fact_unit="percent")
    assert MarkedClaim(share).tolerance == "Holds at 100%."
    assert judged(low=float("-inf"), high=1).reason == "Now 10% as of 2025-12-31, not below 1."


# --- what no longer holds -------------------------------------------------------------------------


def test_a_claim_that_no_longer_holds_never_prints_its_old_wording_alone() -> None:
    assert str(judged(10)) == "the figure is 10"
    assert str(judged(12)) == "the figure is 10 (now 12%)"
    assert str(judged(-3)) == "the figure is 10 (no longer so: now -3%)"
    fixed = judged(12, time_type="fixed")
    assert (fixed.verdict, str(fixed)) == (
        "broken",
        "the figure is 10 (the data stored here say 12%)",
    )


def test_every_figure_of_a_claim_that_fails_is_printed() -> None:
    facts = {"figure": make_fact(10), "second": make_fact(20)}
    claim = make_claim(also=(("second", 24.0, 26.0),))
    item = judge_claim(claim, facts, {}, today=TODAY)
    assert (item.verdict, str(item)) == ("drifted", "the figure is 10 (now 10% and 20%)")


def test_a_forecast_that_came_out_otherwise_is_still_what_was_forecast() -> None:
    item = judged(3, time_type="forecast", kind="forecast", resolves_on=dt.date(2025, 12, 31))
    assert (item.verdict, str(item)) == (
        "resolved false",
        "the figure is 10 (it came out otherwise: 3%)",
    )


@pytest.mark.parametrize(("read", "verdict"), [("2025-12-31", "overdue"), ("2026-05-01", "holds")])
def test_a_reading_that_was_to_be_renewed_is_overdue_though_it_would_hold(
    read: str, verdict: str
) -> None:
    claim = make_claim(time_type="snapshot", as_of="2025-06-30", review_by=dt.date(2026, 3, 31))
    facts = {"figure": make_fact(10, read)}
    assert judge_claim(claim, facts, {}, today=TODAY).verdict == verdict


def test_a_quotation_has_no_verdict_whatever_its_fact_says() -> None:
    assert judged(-3, time_type="quote").verdict == "not checkable"


def test_where_a_claim_rests_on_our_own_fact_its_source_says_so() -> None:
    assert MarkedClaim(judged()).origin.startswith("**Source:** computed here")
    assert MarkedClaim(judged(fact=None)).origin == "**Source:** none found."
    assert MarkedClaim(judged(value=None, low=9.5, high=10.5)).then_and_now == (
        "**Now:** 10%, 2025-12-31."
    )


def test_its_otherwise_wording_is_printed_with_the_value_of_now() -> None:
    words = {"otherwise": "the figure, once 10, is {now}"}
    assert str(judged(10, **words)) == "the figure is 10"
    assert str(judged(-3, **words)) == "the figure, once 10, is -3%"


@pytest.mark.parametrize(
    ("now", "changes", "hold", "stops", "warns"),
    [
        (10, {"headline": True, "otherwise": "else"}, True, 0, 0),
        (-3, {"headline": True, "otherwise": "else"}, False, 0, 1),  # published, and said
        (-3, {"headline": True, "otherwise": "else"}, True, 1, 0),  # held for a person
        (12, {"headline": True, "otherwise": "else"}, True, 1, 0),  # true, or it is not
        (12, {"headline": True, "otherwise": "else"}, False, 0, 1),
        (12, {"otherwise": STOP}, False, 1, 0),
        (-3, {"otherwise": STOP}, False, 1, 0),
        (-3, {}, True, 0, 0),  # no headline: its mark says it
    ],
)
def test_what_becomes_of_a_claim_that_flipped_is_what_its_author_chose(
    now: float, changes: dict[str, Any], hold: bool, stops: int, warns: int
) -> None:
    found = held_back([judged(now, line=5, **changes)], hold_flipped=hold, path="claims.yml")
    assert [item.warning for item in found] == [False] * stops + [True] * warns
    assert all((item.path, item.line) == ("claims.yml", 5) for item in found)
    assert all("the claim 'c' no longer holds: Now " in item.message for item in found)


def test_a_claim_that_another_replaced_is_superseded_whatever_the_data_say() -> None:
    item = judged(-3, superseded_by="d")
    assert (item.verdict, item.now, item.fails) == ("superseded", None, False)
    assert "'d'" in item.reason


# --- over editions --------------------------------------------------------------------------------


def edition(name: str, verdict: str, now: float | None) -> Edition:
    claims = [{"id": "c", "verdict": verdict, "now": now}]
    return Edition(name, {"theses": {"caps": {"claims": claims}, "other": {}}}, "0" * 64)


def test_a_claim_carries_what_earlier_editions_said_of_it_oldest_first() -> None:
    editions = [edition("2026-02-01", "holds", 10.0), edition("2026-01-01", "pending", None)]
    found = with_history({"c": judged(12), "new": judged(id="new")}, editions, "caps")
    assert found["c"].history == (
        PastVerdict("2026-01-01", "pending", None),
        PastVerdict("2026-02-01", "holds", 10.0),
    )
    assert found["new"].history == ()
    assert with_history({"c": judged()}, editions, "unknown")["c"].history == ()


def past(*values: float | None, now: float = 12) -> JudgedClaim:
    said = [edition(f"2026-01-{day:02}", "holds", value) for day, value in enumerate(values, 1)]
    return with_history({"c": judged(now)}, said, "caps")["c"]


def test_the_past_is_told_in_runs_of_the_same_verdict() -> None:
    assert history_words(judged()) == ""
    assert history_words(past(10.0, 10.1, 10.0)) == (
        "holds from 2026-01-01 to 2026-01-03; drifted in this edition"
    )


def test_the_small_picture_needs_two_values_and_stays_in_its_frame() -> None:
    assert history_picture(judged()) == ""
    assert history_picture(past(None)) == ""
    picture = history_picture(past(10.0, None, 9.0, 11.0))
    assert 'aria-label="Value over 4 editions: from 10 to 12, lowest 9, highest 12"' in picture
    points = re.search(r'points="([^"]+)"', picture)
    assert points is not None
    for pair in points[1].split():
        x, y = map(float, pair.split(","))
        assert 0 <= x <= 120
        assert 0 <= y <= 28


def test_a_verdict_that_stays_is_told_from_its_first_day() -> None:
    assert history_words(past(10.0, 10.1, now=10)) == "holds since 2026-01-01"


def test_a_long_past_is_thinned_out_and_a_level_one_is_drawn() -> None:
    picture = history_picture(past(*[10.0] * 28, now=10))
    assert picture.count(",") >= 29
    many = [edition(f"{2000 + i}-01-01", "holds", 10.0 + i % 3) for i in range(500)]
    long = with_history({"c": judged(12)}, many, "caps")["c"]
    points = re.search(r'points="([^"]+)"', history_picture(long))
    assert points is not None
    assert len(points[1].split()) == 60


def test_every_verdict_has_a_sign_a_place_in_the_score_and_a_shape_in_the_chart() -> None:
    assert set(MARKS) == set(VERDICTS)
    assert {verdict for _, verdicts, _ in SCORE for verdict in verdicts} == set(VERDICTS)
    frame = pd.DataFrame({"section": "all", "verdict": list(VERDICTS)})
    scoreboard(frame, title="Every verdict", subtitle="Claims", alt="One mark each.")  # takes all


def test_a_multiple_is_written_out() -> None:
    assert MarkedClaim(judged(unit="x")).then_and_now.startswith("**Then:** 10 times, ")
    words = MarkedClaim(judged(unit="x (large 1.3)")).then_and_now
    assert "10 times (large 1.3)" in words


def made_of(code: str) -> Any:
    """The function `made` of a file with this code."""
    name = f"<{hash(code)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    space: dict[str, Any] = {}
    exec(compile(code, name, "exec"), space)
    return space["made"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('def made(a):\n    """What it is."""\n    return a\n', "def made(a):\n    return a"),
        ('def made(a):\n    """What it is.\n\n    And more.\n    """\n    return a\n', ""),
        ('def made(a):\n    """What it is."""\n', ""),
        ('def made(a): "What it is."; return a\n', ""),
        ("def made(a):\n    return a  # as it is\n", ""),
        ("made = lambda a: a\n", ""),
    ],
    ids=["a line", "more lines", "nothing else", "one line", "no words", "no def"],
)
def test_the_code_of_a_number_is_shown_without_the_words_above_it(code: str, shown: str) -> None:
    (formula,) = formulas({"made": made_of(code)}, {}, {})
    assert formula.code == (shown or code.rstrip())
