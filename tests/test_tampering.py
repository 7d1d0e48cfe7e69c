"""Whatever is done to laid editions is named by verify, and refused by build and publish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main
from generator.tree import hash_tree
from tests.conftest import lay_repository
from tests.test_publish import git, git_knows_who

__all__ = ["git_knows_who"]

DAYS = ("2026-01-06", "2026-01-13", "2026-01-20")
OLDEST, MIDDLE, NEWEST = DAYS
NEXT = "2026-01-27"


def mtm(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--root", str(root), "--quiet", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with three editions laid."""
    root = lay_repository(tmp_path_factory.mktemp("tampering") / "repository")
    for day in DAYS:
        assert mtm(root, "build", "--today", day) == 0
    return root


@pytest.fixture
def root(three: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "repository"
    shutil.copytree(three, copy, symlinks=True)
    git(copy, "init", "--quiet")
    return copy


def one_byte(out: Path, edition: str) -> str:
    path = out / edition / "theses" / "tiny" / "index.html"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return f"{edition}/theses/tiny/index.html: altered"


def one_byte_of_a_picture(out: Path, edition: str) -> str:
    files = json.loads((out / edition / "edition.json").read_bytes())["files"]
    name = next(file for file in sorted(files) if file.endswith(".phone.svg"))
    path = (out / edition / name).resolve()
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    return f"{path.relative_to(out.resolve()).as_posix()}: altered"


def a_file_gone(out: Path, edition: str) -> str:
    (out / edition / "index.html").unlink()
    return f"{edition}/index.html: missing"


def a_file_more(out: Path, edition: str) -> str:
    (out / edition / "note.txt").write_text("mine")
    return f"{edition}/note.txt: foreign"


def an_edition_gone(out: Path, edition: str) -> str:
    shutil.rmtree(out / edition)
    return edition


def a_record_rewritten(out: Path, edition: str) -> str:
    path = out / edition / "edition.json"
    record = json.loads(path.read_bytes())
    record["theses"]["tiny"]["claims"][0]["verdict"] = "holds, of course"
    path.write_text(json.dumps(record))
    return edition


TAMPERINGS = [
    one_byte, one_byte_of_a_picture, a_file_gone, a_file_more, an_edition_gone, a_record_rewritten,
]  # fmt: skip
# A rewritten record of the newest edition is known to nobody but the branch.
CASES = [
    (tamper, edition)
    for tamper in TAMPERINGS
    for edition in DAYS
    if not (edition == NEWEST and tamper in (an_edition_gone, a_record_rewritten))
]


@pytest.mark.parametrize(("tamper", "edition"), CASES)
def test_what_was_done_to_an_edition_is_named_and_refused(
    tamper: Callable[[Path, str], str],
    edition: str,
    root: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = root / "site"
    named = tamper(out, edition)
    before = hash_tree(out)
    assert mtm(root, "editions", "verify") == 5
    assert named in capsys.readouterr().err
    assert mtm(root, "publish") == 5
    in_chain = tamper in (an_edition_gone, a_record_rewritten)
    shared = tamper is one_byte_of_a_picture  # the edition before shows the same picture
    if in_chain or shared or edition == NEWEST:
        assert mtm(root, "build", "--today", NEXT) == 5
    assert hash_tree(out) == before
    assert git(root, "branch", "--list", "gh-pages") == ""


@pytest.mark.parametrize("tamper", [an_edition_gone, a_record_rewritten])
def test_what_was_done_to_the_newest_record_is_refused_by_the_branch(
    tamper: Callable[[Path, str], str], root: Path
) -> None:
    assert mtm(root, "publish") == 0
    published = git(root, "rev-parse", "gh-pages")
    tamper(root / "site", NEWEST)
    assert mtm(root, "publish") == 5
    assert git(root, "rev-parse", "gh-pages") == published
    assert mtm(root, "editions", "verify", "--branch", "gh-pages") == 0


def test_three_whole_editions_are_verified_built_upon_and_published(root: Path) -> None:
    assert mtm(root, "editions", "verify") == 0
    assert mtm(root, "build", "--today", NEXT) == 0
    assert mtm(root, "publish") == 0
    assert mtm(root, "editions", "verify", "--branch", "gh-pages") == 0
