"""A build or a publishing that is killed: the tree and the branch are the old ones or the new."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.tree import hash_tree, verify_branch, verify_tree
from tests.conftest import ROOT, MakeRepository
from tests.test_killed import _run, orders_to
from tests.test_publish import files_on, git, git_knows_who

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
__all__ = ["git_knows_who"]

KILLS = 50
OLD, NEW = "2026-01-06", "2026-01-13"
EPOCH = "1768300000"

Run = Callable[..., tuple[int, float]]


def drive() -> None:
    """Run the command of each line of stdin in a fork of its own group, and answer with its exit
    code and seconds; a line may say after how many seconds all of the group is killed."""
    import generator.build
    import generator.publish  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.setsid()
            _run(order["arguments"], 0)
        if "seconds" in order:
            time.sleep(order["seconds"])
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:  # not yet a group, or already gone
                os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        answer = [os.waitstatus_to_exitcode(status), time.monotonic() - began]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


@pytest.fixture
def run() -> Iterator[Run]:
    driver = subprocess.Popen(
        (sys.executable, "-c", "from tests.test_killed_editions import drive; drive()"),
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with orders_to(driver) as send:

        def run(root: Path, *arguments: str, **order: float) -> tuple[int, float]:
            return send(arguments=["--root", str(root), *arguments], **order)

        yield run


def begin_again(folder: Path, saved: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(saved, folder, symlinks=True)


def parts(tree: dict[str, str]) -> dict[str, dict[str, str]]:
    """A tree by its folders; a file at the root is a part of its own, shared files are left out."""
    found: dict[str, dict[str, str]] = {}
    for path, digest in tree.items():
        folder = path.partition("/")[0]
        if folder != "shared" and not folder.startswith(".laying-"):
            found.setdefault(folder, {})[path] = digest
    return found


def test_a_build_killed_at_any_moment_leaves_each_part_of_the_tree_old_or_new(
    tmp_path: Path, make_repository: MakeRepository, run: Run
) -> None:
    root = make_repository()
    out, saved, chance = root / "site", tmp_path / "saved", random.Random(6)
    assert run(root, "build", "--today", OLD)[0] == 0
    shutil.copytree(out, saved)
    before = parts(hash_tree(out))
    code, duration = run(root, "build", "--today", NEW)
    new = hash_tree(out)
    after = parts(new)
    assert code == 0
    assert set(after) > set(before)
    kills = laid = 0
    for _ in range(4 * KILLS):
        if kills == KILLS:
            break
        begin_again(out, saved)
        # Every other kill falls into the end, where the edition is laid.
        share = chance.uniform(0.75 if kills % 2 else 0.0, 1.0)
        code, _ = run(root, "build", "--today", NEW, seconds=share * duration)
        kills += code == -signal.SIGKILL
        if code == 0:  # it came to its end before: the machine is quicker now
            duration *= 0.97
        found = parts(hash_tree(out))
        for name, files in found.items():
            if name != "held-by.txt":
                assert files in (before.get(name), after.get(name)), name
        assert set(found) >= set(before)
        assert verify_tree(out) == []
        laid += NEW in found
    assert kills == KILLS
    assert laid > 0
    assert run(root, "build", "--today", NEW)[0] == 0
    assert hash_tree(out) == new


def test_a_publishing_killed_at_any_moment_leaves_the_branch_old_or_new(
    tmp_path: Path, make_repository: MakeRepository, run: Run
) -> None:
    root = make_repository()
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(root, "init", "--quiet")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    remote, saved, chance = tmp_path / "remote.git", tmp_path / "saved", random.Random(7)
    assert run(root, "build", "--today", OLD)[0] == 0
    assert run(root, "publish", "--push")[0] == 0
    old = git(remote, "rev-parse", "gh-pages^{tree}")
    assert run(root, "build", "--today", NEW)[0] == 0
    saved.mkdir()
    shutil.copytree(root / ".git", saved / "git")
    shutil.copytree(remote, saved / "remote")
    code, duration = run(root, "publish", "--push")
    new = git(remote, "rev-parse", "gh-pages^{tree}")
    assert code == 0
    assert old != new
    there, kills = [], 0
    for _ in range(4 * KILLS):
        if kills == KILLS:
            break
        begin_again(root / ".git", saved / "git")
        begin_again(remote, saved / "remote")
        code, _ = run(root, "publish", "--push", seconds=chance.uniform(0, duration))
        kills += code == -signal.SIGKILL
        if code == 0:
            duration *= 0.97
        there.append(git(remote, "rev-parse", "gh-pages^{tree}"))
        assert there[-1] in (old, new)
        assert git(root, "rev-parse", "gh-pages^{tree}") in (old, new)
        assert verify_branch(root, "gh-pages") == []
    assert kills == KILLS
    assert old in there
    assert run(root, "publish", "--push")[0] == 0
    assert git(remote, "rev-parse", "gh-pages^{tree}") == new
    assert f"{NEW}/edition.json" in files_on(root)
