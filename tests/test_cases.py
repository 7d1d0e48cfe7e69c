"""Every mistake in tests/cases is answered with its place and a way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.errors import ThesisError
from tests.conftest import CASES, MakeRepository

NAMES = sorted(
    folder.name for folder in CASES.iterdir() if folder.is_dir() and folder.name != "_base"
)


def answer(root: Path) -> str:
    result = CliRunner().invoke(cli, ["--root", str(root), "check", "--today", "2026-01-31"])
    assert result.exception is None or isinstance(result.exception, (SystemExit, ThesisError)), (
        result.exception
    )
    return result.output


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_answered_with_path_line_and_hint(
    name: str, make_repository: MakeRepository
) -> None:
    expected = CASES / name / "error.txt"
    found = answer(make_repository(name))
    if os.environ.get("MTM_ACCEPT"):
        expected.write_text(found, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == found
    assert found.strip(), "a case must trip something"


def test_the_tiny_repository_itself_has_no_mistakes(make_repository: MakeRepository) -> None:
    assert answer(make_repository()) == "No mistakes in tiny.\n"
