"""What a page says of itself and of its neighbours, and the bar of counts."""

from __future__ import annotations

from generator.parts import READING_TIME, RELATED, Leaf, completed, reading_time
from generator.score import SCORE, SINGULAR, counted_words
from generator.verdicts import VERDICTS


def test_figures_tags_and_front_matter_take_no_time_to_read() -> None:
    words = "word " * 476
    unread = "---\ntitle: t\n---\n<figure>" + "label " * 900 + "</figure>"
    assert reading_time(words) == "2 minutes to read"
    assert reading_time(unread + words) == "2 minutes to read"
    assert reading_time(words + "more ") == "3 minutes to read"
    assert reading_time("") == "1 minute to read"


def test_a_page_names_the_others_with_what_they_are_about() -> None:
    others = [Leaf("ledger.md", "Ledger", "Every claim."), Leaf("method.md", "Method", "")]
    text = completed(f"{READING_TIME}\n{RELATED}", "word", others)
    assert text == "1 minute to read\n- [Ledger](ledger.md): Every claim.\n- [Method](method.md)"


def test_every_verdict_is_counted_once_and_none_is_left_out() -> None:
    told = [verdict for _, verdicts, _ in SCORE for verdict in verdicts]
    assert sorted(told) == sorted(VERDICTS)
    words = counted_words({"holds": 2, "resolved true": 1, "withdrawn": 1})
    assert words == "of 4 claims, 3 hold, 1 is withdrawn"
    assert counted_words({}) == "no claims registered"


def test_one_claim_has_its_verb_in_the_singular() -> None:
    assert {words.split()[0] for words, _, _ in SCORE} == set(SINGULAR)
    words = counted_words({"broken": 1, "not checkable": 1, "overdue": 2})
    assert words == "of 4 claims, 1 does not, 2 are overdue, 1 rests on its source alone"
