"""The case against a thesis has as many bound claims as the case for it, none counted twice."""

from __future__ import annotations

from typing import Any

import pytest

from generator.balance import balance, balance_findings
from generator.model import Source
from generator.verdicts import Claim
from tests.conftest import MakeRepository
from tests.test_build import run
from tests.test_claims import make_claim


def claim(name: str, stance: str, **changes: Any) -> Claim:
    source = Source("P", "t", f"https://{name}.example")
    return make_claim(**{"id": name, "stance": stance, "source": source, "fact": None, **changes})


def counted(*claims: Claim) -> tuple[int, int, tuple[tuple[str, str], ...]]:
    names = [item.id for item in claims]
    found = balance({item.id: item for item in claims}, names, names)
    return found.for_it, found.against_it, found.duplicates


def test_each_side_is_counted_where_it_is_printed() -> None:
    claims = {item.id: item for item in (claim("a", "for"), claim("b", "against"))}
    assert balance(claims, ["a", "b"], ["a"]).against_it == 0
    assert balance(claims, ["a", "b"], ["b"]).against_it == 1
    assert balance(claims, ["b"], ["a", "b"]).for_it == 0


def test_a_claim_that_speaks_for_neither_or_rests_on_nothing_counts_for_nothing() -> None:
    assert counted(
        claim("a", "neither"),
        claim("b", "against", source=None),
        claim("c", "against", finding="not found"),
        claim("d", "for", source=None),
        claim("e", "against", source=None, fact="figure"),
    ) == (0, 1, ())


@pytest.mark.parametrize(
    ("second", "twice"),
    [
        ({"cited": "K1"}, True),  # the same row
        ({"cited": "K2"}, False),
        ({"cited": "K2", "measure": "leverage", "of": "small"}, True),
        ({"cited": "K2", "measure": "leverage", "of": "large"}, False),
    ],
)
def test_one_source_and_measure_is_counted_once_and_named(
    second: dict[str, Any], twice: bool
) -> None:
    source = Source("P", "t", "https://same.example")
    shared = {"measure": "leverage", "of": "small"} if "measure" in second else {}
    one = claim("one", "against", source=source, cited="K1", **shared)
    two = claim("two", "against", **{"source": source, **second})
    _, against, duplicates = counted(one, two)
    assert (against, duplicates) == ((1, (("one", "two"),)) if twice else (2, ()))


def test_too_few_against_is_an_error_and_a_duplicate_a_warning() -> None:
    source = Source("P", "t", "https://same.example")
    claims = [claim("f", "for"), claim("g", "for")]
    claims += [claim(name, "against", source=source, cited="K1") for name in ("a", "b")]
    names = [item.id for item in claims]
    found = balance({item.id: item for item in claims}, names, names)
    duplicate, lack = balance_findings(found, page="against", path="thesis.yml", line=3)
    assert (duplicate.warning, lack.warning) == (True, False)
    assert "counts 'b' once with 'a'" in duplicate.message
    assert "prints 1 bound claims against the thesis, the article 2 for it" in lack.message
    assert (lack.path, lack.line, lack.rule) == ("thesis.yml", 3, "balance")


def test_check_says_so_at_the_line_of_thesis_yml(make_repository: MakeRepository) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny"
    thesis = folder / "thesis.yml"
    text = thesis.read_text("utf-8").replace("  - article\n", "  - article\n  - against\n")
    thesis.write_text(text.replace("title:", "against: against\ntitle:", 1), encoding="utf-8")
    (folder / "against.md.j2").write_text("# Against\n\nNothing here.\n", encoding="utf-8")
    done = run("check", "--today", "2026-01-31", root=root)
    assert done.returncode == 1
    assert "templates/tiny/thesis.yml:1: 'against' prints 0 bound claims" in done.stdout
    assert "[balance]" in done.stdout
