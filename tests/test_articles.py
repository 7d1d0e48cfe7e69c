"""Templates are filled in with what a build has; what it lacks is never printed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.articles import Unavailable, Writing, front_matter, render
from generator.claims import judge_claim
from generator.environment import as_sentence, make_environment
from generator.marks import MarkedClaim, inert
from generator.model import FAILED, Fact, Missing
from tests.test_claims import make_claim, make_fact

TODAY = dt.date(2026, 6, 30)


def judged(**changes: object):  # type: ignore[no-untyped-def]
    return judge_claim(make_claim(**changes), {"figure": make_fact(10)}, {}, today=TODAY)


def test_a_claim_offers_its_verdict_and_its_fields_to_templates() -> None:
    claim = MarkedClaim(judged(value=-1234.5, as_of=""))
    assert (claim.verdict, claim.unit) == ("holds", "percent")
    assert claim.value_text == "−1,234.5"
    assert claim.as_of_words == "an unknown date"


@given(st.text())
def test_text_from_a_data_file_is_inert_on_a_page(text: str) -> None:
    cell = inert(text)
    assert "\n" not in cell
    for sign in "<>|*_`[]{}\\":
        assert sign not in cell


def test_a_sentence_begins_with_a_capital_and_is_else_untouched() -> None:
    assert as_sentence("from 19 February IWM lost") == "From 19 February IWM lost"
    assert as_sentence("") == ""


def test_the_block_at_the_top_of_a_page_names_it() -> None:
    assert front_matter("---\ntitle: A page\n---\n# Heading\n", "p") == ({"title": "A page"}, [])
    assert front_matter("# Heading\n", "p") == ({}, [])


def test_what_is_not_available_is_false_and_cannot_be_printed(tmp_path: Path) -> None:
    lack = Unavailable("fact", Missing("gain", "prices are not stored", "refresh"))
    template = tmp_path / "page.md.j2"
    environment = make_environment([tmp_path])

    template.write_text("{% if gain %}{{ gain }}{% endif %}fine\n")
    assert render(environment, template, {"gain": lack}, root=tmp_path) == ("fine\n", [])

    template.write_text("one\n\n{{ gain }}\n")
    environment = make_environment([tmp_path])
    text, findings = render(environment, template, {"gain": lack}, root=tmp_path)
    assert text == ""
    assert [(f.path, f.line) for f in findings] == [("page.md.j2", 3)]


def test_what_failed_is_reported_where_it_failed_and_not_again_in_the_page() -> None:
    assert str(Unavailable("fact", Missing("gain", FAILED, "mend facts.py"))) == ""


def test_a_list_of_facts_leaves_out_what_is_missing() -> None:
    writing = Writing(
        {"gain": Fact(1, "percent", "1%")},
        {},
        {},
        {"loss": Missing("loss", "-", "-")},
        lambda *_: "",
    )
    names = writing.names("facts")
    assert [name for name, value in names.items() if value] == ["gain"]


def test_a_missing_chart_or_table_is_no_fact() -> None:
    lacking = {name: Missing(name, "-", "-") for name in ("loss", "bars", "prices")}
    functions = {"facts": ("loss",), "charts": ("bars",)}
    writing = Writing({}, {}, {}, lacking, lambda *_: "", functions=functions)
    assert (list(writing.names("facts")), list(writing.names("charts"))) == (["loss"], ["bars"])


@pytest.mark.parametrize("value", ["{{ 7 * 7 }}", "{% if x %}"])
def test_braces_in_data_are_not_run_as_a_template(value: str, tmp_path: Path) -> None:
    template = tmp_path / "page.md.j2"
    template.write_text("{{ text | cell }}\n")
    text, _ = render(make_environment([tmp_path]), template, {"text": value}, root=tmp_path)
    assert "49" not in text
    assert "{" not in text
