"""When an edition is due: by its cadence, or because a reader would find something else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.due import why_due
from tests.conftest import lay_repository
from tests.test_cli import run  # noqa: F401, a fixture

NEWEST = {"edition": "2026-03-02", "theses": {"tiny": {}}}
UNCHANGED = {
    "thesis": "tiny",
    "kind": "compared",
    "verdicts": [],
    "falsifiers": {"states": [], "added": [], "removed": [], "edited": []},
    "words": [],
    "claims": {"added": [], "removed": [], "edited": [], "renamed": []},
    "numbers": {"moved": [{"id": "x"}], "new": [], "gone": []},
    "charts": {"new": [], "gone": [], "retitled": [{"id": "x"}], "redrawn": [{"id": "x"}]},
    "tables": {"edited": [], "revised": ["x"]},
}


def due(found: dict, day: str = "2026-03-04", days: int = 7) -> list[str]:
    today = dt.date.fromisoformat(day)
    return why_due(NEWEST, [found], cadences={"tiny": days}, today=today)


def test_numbers_that_moved_wait_for_the_cadence() -> None:
    assert due(UNCHANGED) == []
    assert due(UNCHANGED, "2026-03-08") == []
    assert due(UNCHANGED, "2026-03-09") == ["the last edition is of March 2, 2026"]
    assert due(UNCHANGED, "2026-03-03", days=1)


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("verdicts", [{"id": "x"}], "tiny: verdicts changed"),
        ("words", [{"page": "article"}], "tiny: words changed"),
        ("kind", "new", "tiny: new"),
        ("tables", {"edited": ["x"], "revised": []}, "tiny: tables kept by hand changed"),
        ("charts", {**UNCHANGED["charts"], "gone": [{"id": "y"}]}, "tiny: charts changed"),
        ("claims", {**UNCHANGED["claims"], "edited": [{"id": "y"}]}, "tiny: claims changed"),
        ("falsifiers", {**UNCHANGED["falsifiers"], "states": [1]}, "tiny: falsifiers changed"),
    ],
)
def test_what_a_reader_would_find_changed_does_not_wait(
    part: str, value: object, reason: str
) -> None:
    assert due({**UNCHANGED, part: value}) == [reason]


def test_the_first_edition_is_due_and_so_is_one_without_a_thesis_that_is_gone() -> None:
    today = dt.date(2026, 3, 3)
    assert why_due(None, [], cadences={}, today=today) == ["there is no edition yet"]
    assert why_due(NEWEST, [], cadences={}, today=today) == ["tiny is gone"]


def test_a_build_if_due_lays_an_edition_only_when_it_is(
    tmp_path: Path,
    run,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = lay_repository(tmp_path / "repository")
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    def laid(day: str) -> list[str]:
        assert run(root, "build", "--if-due", "--today", day) == 0
        return sorted(path.name for path in (root / "site").glob("20*"))

    first, soon, later = "2026-03-02", "2026-03-04", "2026-03-05"
    assert laid(first) == [first]
    before = {p: p.read_bytes() for p in (root / "site").rglob("*") if p.is_file()}
    assert laid(first) == [first]
    assert laid(soon) == [first]
    assert "No edition is due" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in (root / "site").rglob("*") if p.is_file()} == before

    about = root / "docs" / "about.md"
    about.write_text(about.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    assert laid(soon) == [first, soon]

    article = next((root / "templates").glob("[a-z]*/article.md.j2"))
    article.write_text(article.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    assert laid(later) == [first, soon, later]
    assert laid("2026-03-11") == [first, soon, later]
    assert laid("2026-03-12") == [first, soon, later, "2026-03-12"]

    told = summary.read_text("utf-8")
    assert "### Edition of 2026-03-05" in told
    assert "words changed" in told
    assert "### No edition was due" in told
