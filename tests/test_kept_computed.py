"""Changed words compute nothing again, and say what they would say of what is computed anew."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from generator import rendering
from generator.build import build
from generator.checking import check_theses
from generator.errors import ThesisError
from generator.kept_values import NotKept, Unkept, back, plain
from generator.layout import THESES
from generator.model import ForeignText
from tests.conftest import ROOT, lay_repository
from tests.test_build import run
from tests.test_kept_theses import tree
from tests.test_unchanged import commit, edit

DAY = dt.date(2026, 5, 1)
ARTICLE = "templates/tiny/article.md.j2"


@dataclass(frozen=True)
class Pair:
    one: Any
    two: Any = None


class Named(NamedTuple):
    rate: float
    years: float


CLASSES = {"Pair": Pair, "Named": Named, "ForeignText": ForeignText}


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, 0.1, 1e300, -0.0, "é\n", [], [1, [2]], (), (1, ("a",)), {}, {"$": 1}),
        *({"a": (1, 2)}, {dt.date(2026, 1, 2): "x"}, {("a", 1): 2}, dt.date(1949, 12, 31)),
        *(Pair(1, (Pair("x"),)), Named(0.5, 12.25), [Named(1.0, 2.0)]),
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    again = back(json.loads(json.dumps(plain(value, CLASSES))), CLASSES)
    assert again == value
    assert type(again) is type(value)


def test_what_is_no_number_and_what_numpy_counts_come_back_as_numbers() -> None:
    values = [float("nan"), float("inf"), np.float64(0.1), np.int64(3), np.bool_(True)]
    again = back(json.loads(json.dumps(plain(values, {}))), {})
    assert [type(value) for value in again] == [float, float, float, int, bool]
    assert again[0] != again[0]
    assert again[1:] == values[1:]


def test_text_of_a_source_stays_foreign() -> None:
    again = back(json.loads(json.dumps(plain(ForeignText("<b>"), CLASSES))), CLASSES)
    assert isinstance(again, ForeignText)
    assert again == "<b>"


@pytest.mark.parametrize(
    "value", [pd.DataFrame({"a": [1]}), pd.Series([1.0]), len, Path("x"), object(), {1, 2}, b"x"]
)
def test_what_is_not_kept_says_so_whatever_is_asked_of_it(value: Any) -> None:
    again = back(json.loads(json.dumps(plain(Pair(value), CLASSES))), CLASSES).one
    asked = (
        lambda: again.columns,
        lambda: again(),
        lambda: again["a"],
        lambda: bool(again),
        lambda: str(again),
        lambda: f"{again:.1f}",
        lambda: list(again),
        lambda: again == 1,
        lambda: isinstance(again, pd.DataFrame),
        lambda: again + 1,
        lambda: hash(again),
        lambda: len(again),
    )
    assert type(again) is Unkept
    for ask in asked:
        with pytest.raises(NotKept):
            ask()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose thesis was checked, in git."""
    root = lay_repository(tmp_path_factory.mktemp("checked") / "repository")
    (root / ".gitignore").write_text(f"{(ROOT / '.gitignore').read_text()}one/\ntwo/\n")
    commit(root)
    assert check_theses(root, today=DAY)[0] == ["tiny"]
    return root


@pytest.fixture
def root(checked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checked, tmp_path / "repository"))


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The theses that were computed, as it happens."""
    done: list[str] = []
    compute = rendering.compute

    def noted(thesis: Any, *rest: Any) -> Any:
        done.append(thesis.slug)
        return compute(thesis, *rest)

    monkeypatch.setattr(rendering, "compute", noted)
    return done


def test_a_check_of_changed_words_computes_nothing_and_finds_what_is_wrong_with_them(
    root: Path, computed: list[str]
) -> None:
    edit(ARTICLE, "The fact says", "The one fact says")(root)
    assert check_theses(root, today=DAY) == (["tiny"], [])
    edit(ARTICLE, "facts.largest", "facts.largst")(root)
    with pytest.raises(ThesisError) as caught:
        check_theses(root, today=DAY)
    assert "largst" in caught.value.findings[0].message
    assert computed == []


def test_words_with_mistakes_are_no_reason_to_compute_again(
    root: Path, computed: list[str]
) -> None:
    edit("templates/tiny/facts.py", "\n", "\n\n")(root)
    edit(ARTICLE, "facts.largest", "facts.largst")(root)
    for _ in range(2):
        with pytest.raises(ThesisError):
            check_theses(root, today=DAY)
    assert computed == ["tiny"]


CHANGED: Mapping[str, tuple[str, str, str]] = {
    "code": ("templates/tiny/facts.py", "\n", "\n\n"),
    "a chart": ("templates/tiny/charts.py", "\n", "\n\n"),
    "data": ("templates/tiny/cited/shares.csv", ",40,", ",40.5,"),
    "a claim": ("templates/tiny/claims.yml", "[39, 41]", "[39, 42]"),
    "settings": ("mkdocs.yml", "Marked to Market", "Another name"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_whatever_else_changes_is_computed(root: Path, computed: list[str], change: str) -> None:
    edit(*CHANGED[change])(root)
    check_theses(root, today=DAY)
    assert computed == ["tiny"]


def test_another_day_is_computed(root: Path, computed: list[str]) -> None:
    check_theses(root, today=DAY + dt.timedelta(1))
    assert computed == ["tiny"]


def test_a_thesis_with_something_to_say_is_computed_each_time(
    root: Path, computed: list[str]
) -> None:
    edit("templates/tiny/facts.py", "return", "1 / 0\n    return")(root)
    said = []
    for _ in range(2):
        with pytest.raises(ThesisError) as caught:
            check_theses(root, today=DAY)
        said.append(caught.value.findings)
    assert said[0] == said[1]
    assert computed == ["tiny", "tiny"]


def test_words_that_ask_for_what_is_not_kept_are_answered(root: Path, computed: list[str]) -> None:
    more = "{{ tables.shares.frame.columns | join(', ') }}. The fact says"
    edit(ARTICLE, "The fact says", more)(root)
    check_theses(root, today=DAY)
    assert computed == ["tiny"]


def test_an_edition_of_what_was_kept_is_that_of_a_build_from_nothing(root: Path) -> None:
    def built(out: str) -> Mapping[str, bytes]:
        done = run("build", "--today", f"{DAY}", "--out", out, root=root)
        assert done.returncode == 0, done.stderr
        return tree(root / out)

    built("site")
    edit(ARTICLE, "The fact says", "The one fact says")(root)
    assert (root / THESES / "tiny.computed.json").is_file()
    one = built("one")
    shutil.rmtree(root / ".cache")
    assert one == built("two")
    assert b"The one fact says" in one[f"{DAY}/theses/tiny/index.html"]


def test_a_build_of_changed_words_computes_nothing(root: Path, computed: list[str]) -> None:
    stamp = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    build(root, today=DAY, stamp=stamp, out=root / "site")
    assert computed == ["tiny"]
    edit(ARTICLE, "The fact says", "The one fact says")(root)
    build(root, today=DAY, stamp=stamp, out=root / "site")
    assert computed == ["tiny"]
    assert "The one fact says" in (root / f"site/{DAY}/theses/tiny/index.html").read_text("utf-8")
