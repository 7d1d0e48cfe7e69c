"""Figures that cannot all be true are found, each voice held to itself alone."""

from __future__ import annotations

from typing import Any

import pytest

from generator.contradictions import (
    as_printed,
    as_relied_on,
    contradictions,
    findings,
    of_the_source,
)
from generator.records import read_claims
from generator.verdicts import Claim
from tests.conftest import ROOT
from tests.test_claims import make_claim

PE = {"measure": "forward P/E", "of": "small caps", "low": None, "high": None}


def claim(name: str, value: float | None = None, **changes: Any) -> Claim:
    return make_claim(**{"id": name, "value": value, **PE, **changes})


def words(claims: list[Claim], voice: Any = as_relied_on) -> list[str]:
    found = contradictions(claims, voice)
    backwards = contradictions(claims[::-1], voice)
    assert {frozenset(c.claims) for c in backwards} == {frozenset(c.claims) for c in found}
    return [item.words for item in found]


def test_two_figures_of_one_thing_contradict_each_other() -> None:
    assert words([claim("a", 16.2), claim("b", 13.6)]) == [
        "forward P/E of small caps is put at 16.2 and at 13.6"
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"value": 16.24},  # the same, rounded
        {"value": 13.6, "of": "large caps"},
        {"value": 13.6, "measure": "trailing P/E"},
        {"value": 13.6, "basis": "with loss makers"},
        {"value": 13.6, "as_of": "2024-12-31"},  # of another day
        {"value": 13.6, "as_of": "2024-12-31", "printed": 13.6},
        {"value": 13.6, "finding": "not found"},  # withdrawn: not relied on
        {"value": 13.6, "superseded_by": "a"},
        {"value": 13.6, "apart": (("a", "another sample"),)},
        {"value": 13.6, "low": 13.0, "high": 16.5},  # its own tolerance reaches there
        {"value": None},
    ],
)
def test_what_is_of_another_thing_day_or_basis_contradicts_nothing(other: dict[str, Any]) -> None:
    assert words([claim("a", 16.2, printed=16.2), claim("b", **other)]) == []


def test_a_ratio_is_held_against_its_parts() -> None:
    parts = [claim("small", 13.6), claim("large", 17.2, of="large caps")]
    ratio = claim("ratio", 0.72, measure="", of="", parts=("small", "large"))
    assert words([*parts, ratio]) == [
        "the ratio is put at 0.72, and its parts make 13.6/17.2 = 0.79"
    ]
    assert words([*parts, claim("ratio", 0.79, measure="", parts=("small", "large"))]) == []
    assert words([parts[0], ratio]) == []  # a part that is not there makes nothing


def test_rounded_parts_are_given_the_room_of_their_rounding() -> None:
    parts = [claim("a", 0.5), claim("b", 0.7, of="large caps")]  # anything from 0.6 to 0.85
    for value, expected in ((0.85, []), (0.61, []), (0.5, 1), (0.9, 1)):
        found = words([*parts, claim("r", value, measure="", parts=("a", "b"))])
        assert len(found) == (expected or 0), value


def test_the_source_and_the_thesis_are_each_held_to_themselves() -> None:
    one = claim("a", 16.2, printed=16.0)
    two = claim("b", None, printed=13.6, finding="not found")
    assert words([one, two]) == []
    assert words([one, two], as_printed) == ["forward P/E of small caps is put at 16 and at 13.6"]


def test_a_contradiction_in_what_a_thesis_relies_on_is_a_finding_at_the_first_claim() -> None:
    (finding,) = findings([claim("a", 16.2, line=7), claim("b", 13.6, line=9)], "claims.yml")
    assert (finding.path, finding.line) == ("claims.yml", 7)
    assert "'a' and 'b' contradict each other" in finding.message


def test_the_first_thesis_shows_what_its_source_article_says_against_itself() -> None:
    claims, mistakes = read_claims(ROOT / "templates" / "small-caps", root=ROOT)
    assert mistakes == []
    said = of_the_source(claims or [])
    assert said["forward_pe"] == (
        ("forward P/E of small caps is put at 16 and at 13.6", ("small_pe_unsourced",)),
    )
    ((words, others),) = said["relative_pe"]
    assert "13.6/17.2 = 0.79" in words
    assert others == ("small_pe_unsourced", "large_pe_unsourced")
    assert said["small_pe_unsourced"]
    assert findings(claims or [], "claims.yml") == []
