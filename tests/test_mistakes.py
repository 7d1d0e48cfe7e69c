"""The mistakes a newcomer makes in the starter, each answered at its line with a way out.

Each file of tests/mistakes is one: in `file` of a new thesis `find` becomes `write`, and so does
what stands under `also`; `says` is all that `mtm check` then answers, with paths below the thesis's
folder. MTM_ACCEPT=1 writes down what it says now. `heading` is what the guide calls it, where
`mended` is the right line if that is not what stood there before (tests/guide_errors.py).
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.checking import check_theses
from generator.errors import Finding, ThesisError
from generator.starting import start_thesis
from tests.conftest import ROOT, lay_repository

DAY = dt.date(2026, 10, 31)
SLUG = "my-thesis"
FILES = sorted((ROOT / "tests" / "mistakes").glob("*.yml"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with nothing but the starter's thesis in it."""
    root = lay_repository(tmp_path_factory.mktemp("mistakes") / "repository")
    shutil.rmtree(root / "templates" / "tiny")
    shutil.copytree(ROOT / "docs" / "data", root / "docs" / "data", dirs_exist_ok=True)
    start_thesis(root, SLUG, source=None, today=dt.date(2026, 1, 31))
    return root


def make(root: Path, *mistakes: Path) -> list[dict[str, Any]]:
    """Make the mistakes in the thesis."""
    made = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in mistakes]
    edits = [edit for mistake in made for edit in (mistake, mistake.get("also")) if edit]
    for mistake in edits:
        path = root / "templates" / SLUG / mistake["file"]
        text = path.read_text(encoding="utf-8")
        assert mistake["find"] in text, f"{mistake['file']} of the starter has changed"
        path.write_text(text.replace(mistake["find"], mistake["write"], 1), encoding="utf-8")
    return made


def answers(root: Path) -> list[Finding]:
    """What the check finds, warnings too; the thesis is as before afterwards."""
    try:
        return check_theses(root, today=DAY)[1]
    except ThesisError as error:
        return error.findings


@pytest.fixture
def thesis(repository: Path) -> Any:
    """The repository, in which a test may make mistakes."""
    folder = repository / "templates" / SLUG
    kept = repository / "kept"
    shutil.copytree(folder, kept)
    yield repository
    shutil.rmtree(folder)
    kept.rename(folder)


def said(findings: list[Finding]) -> list[str]:
    return [str(found).replace(f"templates/{SLUG}/", "") for found in findings]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_mistake_is_answered_at_its_line_with_a_way_out(path: Path, thesis: Path) -> None:
    (mistake,) = make(thesis, path)
    found = said(answers(thesis))
    if os.environ.get("MTM_ACCEPT"):
        words = yaml.dump(
            {**mistake, "says": found}, sort_keys=False, allow_unicode=True, width=1000
        )
        path.write_text(words, encoding="utf-8")
        mistake["says"] = found
    assert found == mistake["says"]
    assert found, "a mistake must trip something"
    for words in found:
        assert re.match(r"[\w./-]+:\d+: ", words)
        assert "\n  " in words, "without a hint"
        assert "Traceback" not in words
    files = {mistake["file"], *mistake.get("seen_in", ())}
    assert any(words.partition(":")[0] in files for words in found)


def test_there_are_forty_mistakes_and_the_starter_has_none(thesis: Path) -> None:
    assert len(FILES) >= 40
    assert answers(thesis) == []


def test_mistakes_in_every_kind_of_file_are_said_at_once(thesis: Path) -> None:
    names = ("unknown-cited-table", "fact-raises", "chart-typed-title", "unknown-claim")
    names += ("unknown-fact", "heading-skips")
    make(thesis, *(path for path in FILES if path.stem.partition("-")[2] in names))
    places = {words.partition(":")[0] for words in said(answers(thesis))}
    assert places == {"thesis.yml", "facts.py", "charts.py", "article.md.j2", "case-against.md.j2"}


def test_a_thesis_file_that_cannot_be_read_hides_no_mistake_of_syntax(thesis: Path) -> None:
    names = (
        "unknown-key",
        "python-syntax",
        "claim-unknown-key",
        "cited-wrong-grade",
        "jinja-syntax",
    )
    make(thesis, *(path for path in FILES if path.stem.partition("-")[2] in names))
    places = {words.partition(":")[0] for words in said(answers(thesis))}
    assert {"thesis.yml", "facts.py", "claims.yml", "article.md.j2"} <= places
