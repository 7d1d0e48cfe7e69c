"""Hedge words are intervals."""

from __future__ import annotations

import math

import pytest

from generator.hedges import interval
from tests.conftest import MakeRepository
from tests.test_build import run


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("over 23", [23, 23.99], [22.99, 24]),
        ("over 23.5%", [23.5, 23.59], [23.49, 23.6]),
        ("nearly 67", [66, 67], [65.99, 67.01]),
        ("about 60", [55, 65], [54.9, 65.1]),
        ("about 67", [66, 68], [65.9, 68.1]),
        ("about 1500", [1450, 1550], [1449, 1551]),
        ("about 0.72", [0.71, 0.73], [0.70, 0.74]),
        ("over -23", [-23, -23.99], [-22.99, -24]),
        ("nearly -5", [-5, -4.1], [-5.1, -3.9]),
        ("about -60", [-55, -65], [-54, -66]),
        ("about 100", [90, 110], [89, 111]),
        ("about 1000", [900, 1100], [899, 1101]),
        ("over 23 %", [23, 23.9], [24]),
        ("under 1", [0.99, -5], [1, 2]),
        ("7", [6.5, 7.49], [6.4, 7.5]),
        ("-7", [-7.5, -6.51], [-6.5, -7.6]),
        ("0", [-0.5, 0.49], [0.5]),
    ],
)
def test_a_hedged_figure_is_an_interval(
    text: str, inside: list[float], outside: list[float]
) -> None:
    low, high = interval(text)
    assert all(low <= value <= high for value in inside)
    assert not any(low <= value <= high for value in outside)


def test_under_has_no_lower_end() -> None:
    assert interval("under 1")[0] == -math.inf


@pytest.mark.parametrize("text", ["roughly 60", "about sixty", "", "60 to 70", "about 60 points"])
def test_other_words_are_no_interval(text: str) -> None:
    with pytest.raises(ValueError, match="this is no interval"):
        interval(text)


@pytest.mark.parametrize(
    ("holds", "verdict"), [("about 40", "holds"), ("over 40", "holds"), ("under 40", "broken")]
)
def test_a_claim_can_say_in_such_words_where_it_holds(
    holds: str, verdict: str, make_repository: MakeRepository
) -> None:
    root = make_repository()
    claims = root / "templates" / "tiny" / "claims.yml"
    text = claims.read_text("utf-8").replace("[39, 41]", holds) + "  time_type: fixed\n"
    claims.write_text(text, encoding="utf-8")
    done = run("build", "--today", "2026-01-31", root=root)
    assert done.returncode == 0, done.stderr
    record = (root / "site" / "2026-01-31" / "edition.json").read_text("utf-8")
    assert f'"verdict":"{verdict}"' in record
