"""Terms explained at their first place: where they are found, and where they are left alone."""

from __future__ import annotations

from pathlib import Path

from generator.glossary import explained, read_glossary

TERMS = {"forward P/E": "Expected.", "P/E": "Price over earnings.", "drawdown": 'A "fall".'}


def test_only_the_first_place_of_a_term_is_marked() -> None:
    text = "A drawdown here.\n\nAnother drawdown there.\n"
    marked = '<abbr title="A &quot;fall&quot;.">drawdown</abbr>'
    assert explained(text, TERMS) == f"A {marked} here.\n\nAnother drawdown there.\n"


def test_the_longer_term_goes_before_the_one_inside_it() -> None:
    assert explained("The forward P/E is no P/E.", TERMS) == (
        'The <abbr title="Expected.">forward P/E</abbr> is no '
        '<abbr title="Price over earnings.">P/E</abbr>.'
    )


def test_capitals_and_the_plural_count_and_a_part_of_a_word_does_not() -> None:
    assert ">Drawdowns</abbr>" in explained("Drawdowns.", TERMS)
    assert explained("A non-drawdown, a drawdownish thing.", TERMS) == (
        "A non-drawdown, a drawdownish thing."
    )


def test_no_term_is_looked_for_where_no_prose_is() -> None:
    text = (
        "---\ntitle: A drawdown\n---\n# The drawdown\n\n| drawdown |\n|---|\n"
        '<p class="drawdown">drawdown</p>\n```\ndrawdown\n```\n'
        'See `drawdown`, [drawdown](drawdown.md), <a href="#drawdown">drawdown</a>.\n'
    )
    assert explained(text, TERMS) == text


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
