"""Links and headings of a thesis's pages, beyond the mistakes of tests/mistakes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.checking import check_theses
from generator.errors import ThesisError
from tests.conftest import MakeRepository

DAY = dt.date(2026, 1, 31)
GOOD = (
    "[about](../../about.md)", "[terms](../../glossary.md)", "[moves](changes.md)",
    "[chart](#figure-sizes)", "[here](#a-heading-of-its-own)", "[out](https://example.org/x.md)",
    "`[code](nowhere.md)`", "[mail](mailto:a@example.org)",
)  # fmt: skip
BAD = ("[a](../other/index.md)", "[b](/about.md)", "[c](#figure-size)", "[d](#no-such-heading)")


def check(root: Path, line: str) -> list[str]:
    with (root / "templates" / "tiny" / "article.md.j2").open("a") as file:
        file.write(f"\n## A heading *of its own*\n\n{line}\n")
    try:
        return [str(found) for found in check_theses(root, today=DAY)[1]]
    except ThesisError as error:
        return [str(found) for found in error.findings]


def test_links_that_lead_somewhere_are_let_be(make_repository: MakeRepository) -> None:
    assert check(make_repository(), " and ".join(GOOD)) == []


@pytest.mark.parametrize("link", BAD)
def test_a_link_that_leads_nowhere_is_found_at_its_line(
    make_repository: MakeRepository, link: str
) -> None:
    (found,) = check(make_repository(), link)
    assert found.startswith("templates/tiny/article.md.j2:16: the link ")
    assert "\n  " in found
