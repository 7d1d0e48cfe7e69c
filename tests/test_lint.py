"""Prose is judged by what its author typed: what each rule finds, lets be, and where."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Finding
from generator.lint import RULES, Allowance, Bound, Given, allowances, lint, sentences
from generator.lint.prose import VALUE
from generator.model import Source
from generator.verdicts import Claim
from tests.test_claims import make_claim

PATH = "templates/tiny/article.md.j2"
ADVICE = "This is impersonal commentary. It is not investment advice."
PAST = "Past performance does not predict future results."
SOURCE = Source("A bank", "A note", "https://example.com/note")
ARTICLE = Path(os.environ.get("MTM_MARKET", "")).parent / "source" / "article.txt"


def told(**claims: str):  # type: ignore[no-untyped-def]
    """What expressions print: a claim its wording, and every fact 5.1%."""
    return lambda bound: claims.get(bound.name, "5.1%" if bound.kind == "fact" else "")


def found(
    source: str,
    *,
    claims: Iterable[Claim] = (),
    disclosures: tuple[str, ...] = (ADVICE, PAST),
    holdings: str = "Holdings: not stated.",
    more: dict[str, str] | None = None,
) -> list[Finding]:
    known = {claim.id: claim for claim in claims}
    wordings = told(**{claim.id: claim.wording for claim in known.values()})
    prose = sentences(source, PATH, wordings)
    for path, text in (more or {}).items():
        prose += sentences(text, path, wordings)
    given = Given(prose, known, "templates/tiny/claims.yml", 2026, disclosures, holdings)
    return lint(given)


def rules(source: str, **given: Any) -> list[str]:
    return [finding.rule for finding in found(source, **given)]


def claim(**changes: Any) -> Claim:
    return make_claim(**{"source": SOURCE, "line": 7, **changes})


# ---- Sentences ----


def texts(source: str) -> list[str]:
    return [s.text for s in sentences(source, PATH, told(c="the claim"))]


@pytest.mark.parametrize(
    "whole",
    [
        "The U.S. market is large.",
        "Small vs. large is one question.",
        "Mr. Smith and J.P. Morgan agree with Kenneth R. French.",
        "It rose 3.5 times as fast, i.e. quickly.",
        "Acme Inc. Holdings did not.",
        "He said “It fell. It rose.” and left.",
        "It stood at {{ facts.x }}.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(whole: str) -> None:
    assert len(texts(whole)) == 1


def test_sentences_end_where_a_reader_sees_them_end() -> None:
    assert texts(
        "One. Two! {{ claims.c | sentence }}. `mtm` runs? It sold in the U.S. The end."
    ) == [
        "One.",
        "Two!",
        "The claim.",
        "` runs?",
        "It sold in the U.S.",
        "The end.",
    ]


def test_a_mark_belongs_to_the_words_before_it() -> None:
    first, second = sentences("It is so. {{ claims.c.mark }} Next.", PATH, told(c="no"))
    assert (first.text, first.bound) == ("It is so.", (Bound("claim", "c", "mark"),))
    assert (second.text, second.bound) == ("Next.", ())


def test_what_is_no_prose_is_left_out() -> None:
    source = (
        "---\ntitle: 50% more\n---\n"
        "{% set x = 12 %}\n{# 13 of them #}\n| 1 | 2 |\n|---|---|\n"
        '<p class="c7">Kept, <b title="9">bold</b> and `8`.</p>\n\n'
        "```\n14\n```\n\n{{ show(charts.x) }}\n\n"
        "[Linked](page-2.md){ .button } *text*.\n\n<!-- 15 -->\n\n- item[^1]\n"
    )
    assert texts(source) == ["Kept, bold and `.", "Linked text.", "item"]


TEMPLATE = """---
title: {{ thesis.title }}
---
{% include "_shared/masthead.md.j2" %}

# The {{ facts.a }} heading

First sentence
of two lines. {% if facts.a %}Third {{
  facts.a
}} line. {% else %}Otherwise. {% endif %}Last
one.

{% for row in rows %}
- In a loop, {{ row.name }}.
{% endfor %}
{# a comment
of two lines #}
{% if facts.b %}
Guarded. {%- if x %} Trimmed. {% endif %}

{% else %}
Not guarded.
{% endif %}
{% include "_shared/colophon.md.j2" %}
After an include.
"""


def test_each_sentence_has_the_line_of_its_first_character() -> None:
    found = [(s.line, s.text) for s in sentences(TEMPLATE, PATH, told())]
    assert found == [
        (6, "The 5.1% heading"),
        (8, "First sentence of two lines."),
        (9, "Third 5.1% line."),
        (11, "Otherwise."),
        (11, "Last one."),
        (15, "In a loop,."),
        (20, "Guarded."),
        (20, "Trimmed."),
        (23, "Not guarded."),
        (26, "After an include."),
    ]


def test_a_sentence_tells_what_was_typed_from_what_was_bound() -> None:
    source = (
        "## A heading\n\nBy {{ facts.a.as_of | day }} it was {{ facts.a }} {{ claims.c.mark }}.\n"
    )
    heading, sentence = sentences(source, "templates/tiny/more.md.j2", told(c="no"))
    assert (heading.level, heading.heading, sentence.heading) == (2, "A heading", "A heading")
    assert sentence.own == f"By {VALUE} it was {VALUE} {VALUE}."
    assert sentence.text == f"By {VALUE} it was 5.1%."
    assert sentence.page == "more"
    assert sentence.bound == (
        Bound("fact", "a", "as_of", ("day",)),
        Bound("fact", "a"),
        Bound("claim", "c", "mark"),
    )


def test_a_constant_between_braces_was_typed_as_well() -> None:
    assert rules('It is {{ "50%" }}.') == ["unbound-number"]
    assert rules('It is {{ facts.a or "50%" }}.') == []


def test_what_is_no_template_has_no_sentences() -> None:
    assert sentences("It is {{ facts.x ) }}.", PATH, told()) == []


# ---- Rules on words ----

TRIP = {
    "promissory": [
        "Small stocks cannot lose from here.",
        "A lead is virtually certain.",
        "Valuations virtually guarantee it.",
        "A near-guarantee of a lead.",
        "It is a no-brainer.",
        "Value will outperform.",
        "You have to own it here.",
        "The gap is bound to close.",
        "It is a risk-free trade.",
        "The question is not if, but when: it is guaranteed.",
    ],
    "forecast": [
        "Earnings will grow faster.",
        "The index is expected to lead.",
        "The consensus has earnings growing {{ facts.x }}.",
        "If rates fall, small companies will benefit.",
        "Profits are projected to double by 2027.",
    ],
    "unbound-number": [
        "It fell to 13.6.",
        "About one in five did.",
        "It took half the gain.",
        "A third of them lose money.",
        "It cost seven tenths of that.",
        "Prices doubled.",
        "It costs twice as much.",
        "Small won after four of ten.",
        "It holds dozens.",
        "There were three rate cuts.",
        "It holds 2000 companies.",
        "It lies in the lowest tenth.",
        "It charges $5 and 0.19%.",
        "It trailed by five points.",
        "Firms with fewer than fifty employees.",
        "It took nearly four years.",
        "In {{ facts.x }} of 20 years it led.",
        "It is worth $1 billion.",
        "Twenty-five firms left.",
        "It gained by 2–3 points.",
        "It led in the 25th percentile.",
    ],
    "relative-date": [
        "It rose this year.",
        "Flows have recently turned.",
        "It is currently cheap.",
        "The index is now trading low.",
        "Investors are finally buying.",
        "It has fallen in recent years.",
        "Today it is cheap.",
    ],
    "annualized-short": [
        "It gained {{ facts.x }} a year in the first half of 2025, total return.",
        "The fund's three-month return was {{ facts.x }} annualized.",
        "Since March 2026 it gained {{ facts.x }} a year.",
        "Since March it gained {{ facts.x }} per year.",
    ],
    "return-basis": [
        "The fund returned {{ facts.x }} in 2024.",
        "The index rose {{ facts.x }} in 2024.",
        "Acme 500 beat the Other 600 by {{ facts.x }}.",
        "In price the fund fell {{ facts.x }}. Small companies as funds lost {{ facts.x }}.",
    ],
    "quotation": [
        "He summed it up: “you must buy small ones”.",
        'Tom Lee said "the gap is very wide here".',
        'Tom Lee said on March 21, 2024: "the gap is very wide here".',
    ],
    "hypothetical": [
        "Academic portfolios gained {{ facts.x }}.",
        "The size premium was {{ facts.x }}.",
        "In a back-test it earned {{ facts.x }}.",
        "Before its launch the index gained {{ facts.x }}, total return.",
    ],
    "gross-net": [
        "The fund returned {{ facts.x }} before fees, total return.",
        "Gross of fees the model gained {{ facts.x }}, total return.",
        "Its gross return was {{ facts.x }}.",
    ],
    "superlative": [
        "The gap is the widest.",
        "That year was the worst.",
        "It closed at an all-time high.",
        "It has a record discount.",
        "The best funds are small.",
    ],
}

PASS = {
    "promissory": [
        "There is no guarantee of a lead.",
        "Nothing guarantees it.",
        "It is not a guarantee.",
        "It is not risk-free.",
        "Excess is measured over the risk-free rate.",
        "No investment comes without risk.",
        "The site is bound to data.",
        "He denied that it will outperform.",
    ],
    "forecast": [
        "The year will be measured by the rebuild.",
        "We will cut the claim then.",
        "Acme Bank expected earnings to grow {{ facts.x }} by 2026, a forecast of theirs.",
        "By J.P. Morgan's forecast of 2025 it will return {{ facts.x }}.",
        "{{ claims.c | sentence }}: profits are expected to rise.",
        "The ledger keeps that forecast open.",
        "If rates will fall, nothing follows.",
    ],
    "unbound-number": [
        "In March 2017, on September 18, 2025 and since 2024-12-31.",
        "Since the 1980s, and in Q4 2024.",
        "The Acme 2000 and the A&B 500 fell; so did the Magnificent Seven.",
        "Ten-year windows of 24 months, 5-year bonds and twelve months.",
        "With a 95% Wilson interval.",
        "Two yardsticks, three things; first, second, and the one both share.",
        "It came to {{ facts.x }} in {{ facts.y }}.",
        "In the first half of 2025 one of the two led.",
        "The projection was for one in 2026.",
        "A third reason, in the fourth quarter.",
        "The first three quarters of 2024.",
        "The FTSE 100, the Nasdaq-100 and A&B 500 companies.",
        "See Rule 2210(d)(1), row K13 and Form 10-K.",
        "Five-year plans made on the 1st.",
    ],
    "relative-date": [
        "It rose this year (2025).",
        "By {{ facts.x.as_of | day }} it was recently cheap.",
        "In the edition of today.",
        "Finally, a word on costs.",
        "Calculated at the last month-end.",
    ],
    "annualized-short": [
        "It gained {{ facts.x }} a year since 1985, total return.",
        "In the first half of 2025 the fund gained {{ facts.x }}, total return, not annualized.",
        "Within a year of the three-month pause it had changed by {{ facts.x }}.",
        "Volatility uses the three-month Treasury bill, at {{ facts.x }} a year.",
    ],
    "return-basis": [
        "The fund returned {{ facts.x }}, total return.",
        "The index rose {{ facts.x }} before dividends.",
        "Earnings of small companies rose {{ facts.x }}.",
        "The fund returned {{ facts.x }}, total return. It lost {{ facts.x }} in 2022.",
        "The index rose in all years but {{ facts.x.as_of }}.",
        "The fund's fee fell to {{ facts.x }}.",
    ],
    "quotation": [
        "On March 21, 2024 [Tom Lee](https://example.com) said “the gap is very wide here”.",
        "The article “Small is not so beautiful” came out.",
        "It is “cheap” by one measure.",
        "Tom Lee said “the gap is very wide here” (unverified).",
        "Of {{ claims.c.mark }} Tom Lee said in 2024 “the gap is very wide here”.",
    ],
    "hypothetical": [
        "Academic portfolios, hypothetical, gained {{ facts.x }}.",
        "The size premium was {{ facts.x }}. All of this is hypothetical.",
        "A back-tested index earned {{ facts.x }}.",
        "Academic portfolios come next.",
    ],
    "gross-net": [
        "It returned {{ facts.x }} before fees and {{ facts.x }} after fees, total return.",
        "The gross margin was {{ facts.x }}.",
        "Its gross return was {{ facts.x }}. Net of fees it was {{ facts.x }}.",
    ],
    "superlative": [
        "The gap is the widest since 1985.",
        "It was the worst of {{ facts.x }} years.",
        "The lowest in the data.",
        "Ten years fell; this was the worst of them.",
        "Our record ends in at least one place, at best.",
        "The smallest {{ facts.x }} of stocks.",
    ],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(rule, text) for rule, some in table.items() for text in some]


@pytest.mark.parametrize(("rule", "text"), cases(TRIP))
def test_a_rule_finds_what_it_is_for_once(rule: str, text: str) -> None:
    assert rules(text).count(rule) == 1


@pytest.mark.parametrize(("rule", "text"), cases(PASS))
def test_a_rule_lets_be_what_only_looks_like_it(rule: str, text: str) -> None:
    assert rule not in rules(text, claims=[claim()])


def test_every_rule_is_documented_and_every_wordy_one_has_cases() -> None:
    of_pages = {"claim-undated", "performance-line", "risk-section", "holdings", "not-advice"}
    assert set(RULES) == set(TRIP) | of_pages | {"allowance"}
    assert set(TRIP) == set(PASS)


def test_a_finding_says_where_what_and_what_to_do() -> None:
    (finding,) = found("A\n\nlong paragraph. It fell\nto 13.6 and 17%.\n")
    assert finding == Finding(
        PATH,
        4,
        "'13.6' and '17%' stand in the text, and no fact or claim produced them.",
        "Print a fact or a claim that has it, or mark the claim that states it. "
        "Or allow it: {# allow unbound-number: why #}",
        rule="unbound-number",
    )


# ---- What claims vouch for, and their own records ----


def test_a_number_that_a_claim_of_the_sentence_states_is_bound_by_it() -> None:
    counted = claim(statement="It won in 4 of ten cycles, by 13.60", wording="it won")
    assert rules("It won four of ten, by 13.6 {{ claims.c.mark }}.", claims=[counted]) == []
    assert rules("It won five of ten {{ claims.c.mark }}.", claims=[counted]) == ["unbound-number"]
    assert rules("It won {{ claims.c.mark }}. Four of ten.", claims=[counted]) == ["unbound-number"]


def test_the_words_of_a_claim_are_judged_where_they_are_printed_and_found_once() -> None:
    sure = claim(wording="the index cannot lose 13.6%")
    findings = found("So {{ claims.c }}.\n\nAgain, {{ claims.c }}.", claims=[sure])
    assert [(f.rule, f.line) for f in findings] == [("promissory", 7)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": None}, "the claim 'c' has a value and no source."),
        ({"as_of": ""}, "the claim 'c' has a value and no date."),
        (
            {"as_of": "unknown", "source": None},
            "the claim 'c' has a value and no source and no date.",
        ),
        ({}, None),
        ({"source": None, "finding": "not found"}, None),
        ({"source": None, "kind": "opinion"}, None),
        ({"source": None, "value": None}, None),
    ],
)
def test_a_figure_of_a_claim_has_a_source_and_a_date(
    changes: dict[str, Any], message: str | None
) -> None:
    findings = found("", claims=[claim(**changes)])
    assert [f.message for f in findings] == ([message] if message else [])
    assert all((f.path, f.line) == ("templates/tiny/claims.yml", 7) for f in findings)


def test_a_claim_before_fees_is_found_at_its_record_and_not_again_in_prose() -> None:
    gross = claim(wording="the fund returned 9% before fees, total return")
    findings = found("{{ claims.c | sentence }}.", claims=[gross])
    assert [(f.rule, f.line) for f in findings] == [("gross-net", 7)]
    net = claim(wording="the fund returned 9% before fees and 8% after fees, total return")
    assert found("{{ claims.c | sentence }}.", claims=[net]) == []


def test_a_claim_measured_on_academic_portfolios_is_called_hypothetical() -> None:
    tested = claim(wording="small won 4 of 10", index="Ken French smallest, largest")
    assert rules("{{ claims.c }}.", claims=[tested]) == ["hypothetical"]
    assert rules("In hypothetical portfolios {{ claims.c }}.", claims=[tested]) == []
    assert rules("A mark {{ claims.c.mark }}.", claims=[tested]) == []


# ---- Pages ----


def test_a_page_with_performance_has_the_line_on_the_past_somewhere() -> None:
    page = "The fund returned {{ facts.x }}, total return.\n\nIt rose {{ facts.x }} in price.\n"
    assert rules(page, disclosures=(ADVICE,)) == ["performance-line"]
    assert rules(page, disclosures=(ADVICE, PAST)) == []
    assert rules(page + "\n" + PAST, disclosures=(ADVICE,)) == []
    assert rules("No figures here.", disclosures=(ADVICE,)) == []


def test_the_site_says_that_it_is_not_advice_and_what_its_editors_own() -> None:
    assert rules("", holdings=" ") == ["holdings"]
    assert rules("", disclosures=(PAST,)) == ["not-advice"]
    (finding,) = found("", disclosures=("This is not advice.", PAST))
    assert finding.message == "no disclosure of the site says that it is impersonal."
    assert (finding.path, finding.line) == ("mkdocs.yml", 1)


SECTIONS = "## For\n\n{{ claims.c | sentence }}.\n\n## Next\n\nNothing argued.\n"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["risk-section"]),
        ({"section": "risks"}, []),
        ({"section": "against"}, []),
        ({"finding": "contradicted"}, []),
        ({"counter_evidence": "Another bank has 5"}, []),
    ],
)
def test_a_section_of_the_article_shows_what_argues_against_it(
    changes: dict[str, Any], expected: list[str]
) -> None:
    findings = found(SECTIONS, claims=[claim(**changes)])
    assert [f.rule for f in findings] == expected
    assert all(f.warning and f.line == 1 for f in findings)


def test_a_link_to_the_case_against_will_do_and_other_pages_need_none() -> None:
    linked = SECTIONS.replace("}}.", "}}. [More](case-against.md).")
    assert rules(linked, claims=[claim()]) == []
    assert rules("An article.", claims=[claim()], more={"t/more.md.j2": SECTIONS}) == []


# ---- Allowances ----


@pytest.mark.parametrize(
    "source",
    [
        "{# allow unbound-number: it is arithmetic #}\nIt is half.",
        "It is {# allow unbound-number: it is arithmetic #}half.",
        "One thing. {# allow unbound-number: it is arithmetic #} It is half.",
        "{# allow unbound-number: it is arithmetic #}\n\nIt is none. It is so.\n",
        "## Half of it {# allow unbound-number: it is arithmetic #}\n",
    ],
)
def test_an_allowance_covers_the_sentence_it_stands_in_or_the_one_that_follows(source: str) -> None:
    expected = ["allowance"] if "none" in source else []
    assert rules(source) == expected


def test_an_allowance_covers_no_other_sentence_and_no_other_rule() -> None:
    source = "{# allow unbound-number: a reason #}It is half. It cost twice that."
    assert rules(source) == ["unbound-number"]
    assert rules("{# allow unbound-number: a reason #}Half cannot lose.") == ["promissory"]


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (
            "\n{# allow unbound-number #}Half.",
            "the allowance of 'unbound-number' gives no reason.",
            2,
        ),
        ("{# allow unbound-numbers: x #}It is.", "there is no rule 'unbound-numbers'.", 1),
        ("{# allow allowance: x #}It is.", "there is no rule 'allowance'.", 1),
        ("A.\n{# allow forecast: x #}\nSo.", "the allowance of 'forecast' lets nothing be.", 2),
        ("A.\n\nSo. {# allow forecast: x #}", "the allowance of 'forecast' lets nothing be.", 3),
    ],
)
def test_an_allowance_has_a_rule_a_reason_and_a_use(source: str, message: str, line: int) -> None:
    mistakes = [f for f in found(source) if f.rule == "allowance"]
    assert [(f.message, f.line) for f in mistakes] == [(message, line)]


def test_a_trailing_allowance_does_not_cover_what_it_stands_behind() -> None:
    assert rules("It is half. {# allow unbound-number: late #}") == ["allowance", "unbound-number"]


def test_what_is_allowed_can_be_listed_with_its_reasons() -> None:
    source = "Half.\n{# allow unbound-number: first\n  reason #}\n{# no allowance #}{# allow x #}\n"
    assert allowances(source, PATH) == [
        Allowance("unbound-number", "first reason", PATH, 2),
        Allowance("x", "", PATH, 4),
    ]


# ---- The article that started the project ----


@pytest.mark.market
@pytest.mark.skipif(
    not (os.environ.get("MTM_MARKET") and ARTICLE.is_file()),
    reason="there is no source article beside MTM_MARKET",
)
def test_the_source_article_would_not_have_passed() -> None:
    text = ARTICLE.read_text(encoding="utf-8").replace("\n", "\n\n")
    expected = {"promissory", "relative-date", "unbound-number", "quotation", "forecast"}
    assert expected <= set(rules(text))


def test_a_finding_names_the_line_of_its_words_within_a_sentence_of_several_lines() -> None:
    text = (
        "One\n\nIt is **said** {{ facts.x }} that\nit, as of\ntoday, is guaranteed or\nlost: 17.\n"
    )
    assert {(f.rule, f.line) for f in found(text)} >= {("promissory", 5), ("unbound-number", 6)}


def test_words_of_a_claim_are_found_at_its_record_and_say_which_page_prints_them() -> None:
    places = ((("fact",), 8), (("wording",), 9))
    widest = claim(id="c", wording="the gap is the widest of our time", lines=places)
    (hit,) = found("Text.\n\n{{ claims.c | sentence }}.\n", claims=[widest])
    assert (hit.path, hit.line, hit.rule) == ("templates/tiny/claims.yml", 9, "superlative")
    assert "Or allow it where article.md.j2:3 prints it: {# allow superlative: why #}" in hit.hint
    (hit,) = found("The gap is the widest, {{ claims.c.mark }}.\n", claims=[widest])
    assert (hit.path, hit.line) == (PATH, 1)  # typed there as well
