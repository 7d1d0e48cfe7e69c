"""Letting go of heavy downloads of old editions, in a folder and on a branch, and what stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.errors import EditionChanged, UsageError
from generator.laying import Site, lay_edition, thin_tree
from generator.layout import THINNED
from generator.publish import thin_branch
from generator.thinning import files_to_drop
from generator.tree import check_unaltered, hash_tree, read_editions, verify_branch, verify_tree
from tests.test_publish import (
    EPOCH,
    files_on,
    git,
    git_knows_who,
    out,
    root,
    root_files_for,
    send,
)

__all__ = ["git_knows_who", "out", "root"]  # fixtures: real git, a repository, its site/

KINDS = ("csv", "png", "svg", "meta.json")


def lay(out: Path, name: str, **charts: str) -> None:
    """An edition with these charts, every file of which has the given content."""
    folder = out.parent / f"html-{name}"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(name)
    entries = []
    for chart, content in charts.items():
        files = {kind: f"charts/{chart}.{kind}" for kind in KINDS}
        for kind, path in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(f"{content} as {kind}")
        entries.append({"id": chart, "files": files})
    lay_edition(
        dated=Site(folder),
        latest=Site(folder),
        out=out,
        name=name,
        built="T",
        data_as_of={},
        generator={},
        theses={"caps": {"charts": entries}},
        epoch=EPOCH,
        root_files=root_files_for(),
    )


@pytest.fixture
def three(root, out):
    """Three editions: one chart that stays the same, one that changes each time."""
    for name in ("2026-01-02", "2026-02-02", "2026-03-02"):
        lay(out, name, same="ever", daily=name)
    return out


def test_only_downloads_that_no_younger_edition_shows_are_let_go(three):
    dropped = files_to_drop(read_editions(three), before="2026-03-02")
    assert sorted(Path(path).name.split(".")[0] for path in dropped) == ["daily"] * 4
    assert {Path(path).suffix for path in dropped} == {".csv", ".png"}
    assert files_to_drop(read_editions(three), before="2026-01-02") == {}
    only = files_to_drop(read_editions(three), before="2026-03-02", kinds=["png", "svg", "html"])
    assert {Path(path).suffix for path in only} == {".png"}


def test_a_thinned_tree_is_written_down_and_verified(three):
    before = hash_tree(three)
    dropped = thin_tree(three, before="2026-03-02")
    after = hash_tree(three)
    assert set(before) - set(after) == set(dropped)
    assert set(after) - set(before) == {THINNED}
    assert json.loads((three / THINNED).read_bytes())["files"] == {p: before[p] for p in dropped}
    assert verify_tree(three) == []
    check_unaltered(three, read_editions(three), "2026-04-02")
    assert thin_tree(three, before="2026-03-02") == []


def test_what_was_not_let_go_may_not_be_missing(three):
    (gone,) = thin_tree(three, before="2026-02-02", kinds=["csv"])
    other = next(path for path in hash_tree(three) if path.endswith(".png") and "daily" in path)
    (three / other).unlink()
    (problem,) = verify_tree(three)
    assert other in problem
    assert "missing" in problem
    listed = json.loads((three / THINNED).read_bytes())
    listed["files"][gone] = "0" * 64
    (three / THINNED).write_text(json.dumps(listed))
    assert f"{gone}: altered since the edition was laid." in verify_tree(three)
    (three / THINNED).write_text("{}")
    with pytest.raises(EditionChanged, match="cannot be read"):
        verify_tree(three)


def test_a_branch_is_thinned_by_a_commit_and_publishing_goes_on(root, three):
    send(root, three)
    before = files_on(root)
    dropped = thin_branch(root, "gh-pages", before="2026-02-02")
    assert before - files_on(root) == set(dropped) != set()
    assert verify_branch(root, "gh-pages") == []
    # a fresh checkout that knows the branch only lays and publishes the next edition
    fresh = three.parent / "fresh"
    from generator.tree import branch_editions

    folder = three.parent / "html-2026-03-02"
    lay_edition(
        dated=Site(folder),
        latest=Site(folder),
        out=fresh,
        name="2026-04-02",
        built="T",
        data_as_of={},
        generator={},
        theses={},
        epoch=EPOCH,
        earlier=branch_editions(root, "gh-pages"),
        root_files=root_files_for(),
    )
    send(root, fresh, allow_missing=True)
    assert not set(dropped) & files_on(root)
    assert verify_branch(root, "gh-pages") == []
    assert git(root, "log", "--format=%s", "-2", "gh-pages").splitlines() == [
        "Publish the edition of 2026-04-02",
        "Let go of downloads before 2026-02-02",
    ]


def test_a_folder_thinned_after_publishing_thins_the_branch_with_the_next_one(root, three):
    send(root, three)
    dropped = thin_tree(three, before="2026-02-02")
    send(root, three)
    assert not set(dropped) & files_on(root)
    assert verify_branch(root, "gh-pages") == []


def test_a_branch_is_verified_blob_by_blob(root, three):
    send(root, three)
    assert verify_branch(root, "gh-pages") == []
    work = root.parent / "work"
    git(root, "worktree", "add", "--quiet", str(work), "gh-pages")
    (work / "2026-01-02" / "index.html").write_text("other")
    (work / "2026-02-02" / "own.txt").write_text("mine")
    (picture,) = (work / "shared").rglob("same.*.svg")
    picture.unlink()
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "-m", "Tamper")
    problems = verify_branch(root, "gh-pages")
    name = picture.relative_to(work).as_posix()
    assert problems == [
        "2026-01-02/index.html: altered since the edition was laid.",
        f"{name} of 2026-01-02: missing.",
        f"{name} of 2026-02-02: missing.",
        "2026-02-02/own.txt: foreign to the edition.",
        f"{name} of 2026-03-02: missing.",
    ]
    with pytest.raises(UsageError, match="no edition"):
        verify_branch(root, "main")
