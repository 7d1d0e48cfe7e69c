"""Terms explained at their first place: where they are found, and where they are left alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from generator.glossary import explained, read_glossary
from generator.model import Page
from generator.site import navigation, write_pages
from generator.terms import glossary_page, glossary_terms
from tests.conftest import ROOT
from tests.test_build import built

__all__ = ["built"]

TERMS = {"forward P/E": "Expected.", "P/E": "Price over earnings.", "drawdown": 'A "fall".'}
PAGE = "../../glossary/"


def mark(anchor: str, title: str, text: str) -> str:
    """A term as a page shows it."""
    return (
        f'<a class="mtm-explained" href="{PAGE}#term-{anchor}">'
        f'<abbr title="{title}">{text}</abbr></a>'
    )


def thesis(name: str, terms: dict[str, str], text: str) -> Any:
    """A rendered thesis, as far as the glossary looks at it: one page, its terms marked."""
    page = Page(f"theses/{name}/index.md", explained(text, terms, PAGE), name.capitalize())
    return SimpleNamespace(pages=(page,), terms=terms)


def test_only_the_first_place_of_a_term_is_marked() -> None:
    text = "A drawdown here.\n\nAnother drawdown there.\n"
    marked = mark("drawdown", "A &quot;fall&quot;.", "drawdown")
    assert explained(text, TERMS, PAGE) == f"A {marked} here.\n\nAnother drawdown there.\n"


def test_the_longer_term_goes_before_the_one_inside_it() -> None:
    assert explained("The forward P/E is no P/E.", TERMS, PAGE) == (
        f"The {mark('forward-p-e', 'Expected.', 'forward P/E')} is no "
        f"{mark('p-e', 'Price over earnings.', 'P/E')}."
    )


def test_capitals_and_the_plural_count_and_a_part_of_a_word_does_not() -> None:
    assert ">Drawdowns</abbr>" in explained("Drawdowns.", TERMS, PAGE)
    assert explained("A non-drawdown, a drawdownish thing.", TERMS, PAGE) == (
        "A non-drawdown, a drawdownish thing."
    )


def test_no_term_is_looked_for_where_no_prose_is() -> None:
    text = (
        "---\ntitle: A drawdown\n---\n# The drawdown\n\n| drawdown |\n|---|\n"
        '<p class="drawdown">drawdown</p>\n```\ndrawdown\n```\n'
        'See `drawdown`, [drawdown](drawdown.md), <a href="#drawdown">drawdown</a>.\n'
    )
    assert explained(text, TERMS, PAGE) == text


def test_a_thesis_adds_terms_and_goes_before_the_shared_ones(tmp_path: Path) -> None:
    shared, own = tmp_path / "shared", tmp_path / "own"
    for folder, text in ((shared, "beta: One.\nalpha: Two.\n"), (own, "beta: Mine.\n")):
        folder.mkdir()
        (folder / "glossary.yml").write_text(text)
    terms, findings = read_glossary(shared, own, tmp_path / "none", root=tmp_path)
    assert terms == {"beta": "Mine.", "alpha": "Two."}
    assert findings == []


def test_a_term_without_words_is_a_finding_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "glossary.yml").write_text("alpha: Two.\nbeta:\n")
    _, findings = read_glossary(tmp_path, root=tmp_path)
    assert [str(finding) for finding in findings] == [
        "glossary.yml:2: 'beta' has no explanation.\n"
        "  Write each term as: term: what it means, in a sentence."
    ]


def test_the_glossary_has_the_terms_on_pages_by_the_alphabet_each_with_its_pages() -> None:
    one = thesis("one", TERMS, "A drawdown. P/E.")
    two = thesis("two", {**TERMS, "Beta": "Of two."}, "Beta, and the P/E.")
    terms = glossary_terms([one, two])
    assert [term.name for term in terms] == ["Beta", "drawdown", "P/E"]
    pages = [page.title for meaning in terms[2].meanings for page in meaning.pages]
    assert pages == ["One", "Two"]


def test_two_theses_that_mean_different_things_are_both_heard() -> None:
    one, two = (thesis(name, {"beta": f"Of {name}."}, "The beta.") for name in ("one", "two"))
    (term,) = glossary_terms([one, two])
    assert [meaning.words for meaning in term.meanings] == ["Of one.", "Of two."]


def test_where_no_term_is_explained_there_is_no_page_and_no_place_in_the_menu(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "templates" / "_shared", tmp_path / "templates" / "_shared")
    marked = [thesis("one", TERMS, "A drawdown.")]
    home = Page("index.md", "# Home\n")
    docs = tmp_path / "docs"
    for rendered, there in ((marked, True), ([thesis("one", {}, "A drawdown.")], False)):
        write_pages([home, *glossary_page(rendered, root=tmp_path)], [], docs)
        assert (docs / "glossary.md").is_file() == there
        assert ({"Glossary": "glossary.md"} in navigation([], docs)) == there


def test_every_marked_term_of_the_site_leads_to_its_explanation(built: Path) -> None:
    latest = built / "site" / "latest"
    glossary = (latest / "glossary" / "index.html").read_text("utf-8")
    anchors = set(re.findall(r'<h2 id="(term-[^"]+)"', glossary))
    marks = r'<a class="mtm-explained" href="([^"#]+)#([^"]+)"><abbr title='
    led: set[str] = set()
    for page in (latest / "theses").rglob("index.html"):
        for folder, anchor in re.findall(marks, page.read_text("utf-8")):
            assert (page.parent / folder / "index.html").resolve().is_file()
            led.add(anchor)
    assert led == anchors
    assert len(anchors) >= 10
