"""The stored data kept on a branch: by the workflows' own steps, with real git."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.loopback import gentle, make_bars, stand_in
from tests.pipelines import run_pipeline
from tests.workflows import Run, Sandbox
from tests.year import lay_thesis

SCRIPT = ROOT / ".github" / "store.py"
FIRST, LATER = "2026-03-02", "2026-03-09"
SERIES = "yahoo-TINY.csv"
Manifest = dict[str, dict[str, str]]


def sandbox_of(folder: Path, **variables: str) -> Sandbox:
    made = Sandbox(folder)
    made.variables, made.visibility = variables, "private"
    lay_thesis(made, "TINY")
    return made


@pytest.mark.parametrize("folder", ["", "kept/prices"])
def test_data_on_a_branch_survive_a_lost_cache_and_a_source_that_is_down(
    tmp_path: Path, folder: str
) -> None:
    branch = "main" if folder else "data"
    sandbox = sandbox_of(tmp_path, MTM_STORE_BRANCH=branch, MTM_STORE_FOLDER=folder)
    prefix = f"{folder}/" if folder else ""

    def listed() -> list[str]:
        names = sandbox.git(sandbox.remote, "ls-tree", "-r", "--name-only", branch).splitlines()
        return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]

    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:

        def publish(day: str) -> Run:
            return sandbox.run("publish.yml", "publish", day=day, mirror=yahoo.mirror)

        first = publish(FIRST)
        assert not first.failed, first.text()
        assert listed() == ["manifest.json", SERIES]
        if folder:  # nothing else on main was touched
            before = sandbox.git(sandbox.work, "ls-tree", "-r", "main").splitlines()
            after = sandbox.git(sandbox.remote, "ls-tree", "-r", "main").splitlines()
            assert set(before) < set(after)
            assert len(after) == len(before) + 2
        kept = sandbox.git(sandbox.remote, "rev-parse", branch)
        again = publish(FIRST)  # nothing new is stored, so nothing is committed
        assert "Nothing new is stored." in again.steps["keep"].text
        assert sandbox.git(sandbox.remote, "rev-parse", branch) == kept

        yahoo.fault("TINY", "500")
        shutil.rmtree(sandbox.cache)
        sandbox.cache.mkdir()
        later = publish(LATER)
        assert not later.failed, later.text()
        assert later.output("refresh") == "0"
        assert sandbox.editions() == [FIRST, LATER]


def test_gitlab_keeps_the_data_on_a_branch_of_another_repository(tmp_path: Path) -> None:
    private = tmp_path / "private.git"
    sandbox = sandbox_of(tmp_path / "site", MTM_STORE_BRANCH="data")
    sandbox.git(tmp_path, "init", "--quiet", "--bare", str(private))
    sandbox.visibility = "public"

    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:

        def publish(day: str) -> bool:
            done = run_pipeline(sandbox, day=day, source="push", mirror=yahoo.mirror)
            return done["publish"].passed

        assert not publish(FIRST)  # a branch of a public repository is public
        assert sandbox.branch() == ""
        sandbox.variables["MTM_STORE_REMOTE"] = f"file://{private}"
        assert publish(FIRST)
        assert SERIES in sandbox.git(private, "ls-tree", "--name-only", "data")
        assert sandbox.git(sandbox.remote, "branch", "--list", "data") == ""
        yahoo.fault("TINY", "500")
        shutil.rmtree(sandbox.cache)
        sandbox.cache.mkdir()
        assert publish(LATER)
        assert sandbox.editions() == [FIRST, LATER]


@pytest.fixture
def clones(tmp_path: Path) -> list[Path]:
    """Four clones of a repository with a commit on main."""
    remote, first = tmp_path / "remote.git", tmp_path / "first"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(tmp_path, "clone", "--quiet", str(remote), "first")
    (first / "README.md").write_text("A site\n")
    git(first, "add", "README.md")
    git(first, "commit", "--quiet", "-m", "Begin")
    git(first, "push", "--quiet", "origin", "HEAD:main")
    names = [f"clone-{number}" for number in range(4)]
    for name in names:
        git(tmp_path, "clone", "--quiet", "--branch=main", str(remote), name)
        for key, value in {"name": "Someone", "email": "someone@example.org"}.items():
            git(tmp_path / name, "config", f"user.{key}", value)
    return [tmp_path / name for name in names]


def git(at: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
    done = subprocess.run(
        ("git", *identity, *arguments), cwd=at, check=True, capture_output=True, text=True
    )
    return done.stdout


def store(verb: str, at: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    around = {"PATH": "/usr/bin:/bin", "MTM_STORE_BRANCH": "data", "VISIBILITY": "private"}
    command = (sys.executable, str(SCRIPT), verb)
    return subprocess.run(
        command, cwd=at, env=around | settings, capture_output=True, text=True, check=False
    )


def lay(at: Path, series: Mapping[str, tuple[str, str]]) -> None:
    """A store with series that were read on a day and have this content."""
    folder = at / ".store"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    manifest = {name: {"last_success": day, "as_of": day} for name, (day, _) in series.items()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name, (_, content) in series.items():
        (folder / f"{name}.csv").write_text(content)


def held(at: Path) -> tuple[Manifest, dict[str, str]]:
    folder = at / ".store"
    return json.loads((folder / "manifest.json").read_text()), {
        path.stem: path.read_text() for path in folder.glob("*.csv")
    }


def test_of_each_series_the_one_that_was_read_later_counts(clones: list[Path]) -> None:
    here, there, fresh, _ = clones
    lay(here, {"a": ("2026-03-02", "old a"), "b": ("2026-03-09", "new b")})
    lay(there, {"a": ("2026-03-09", "new a"), "b": ("2026-03-02", "old b")})
    for at in (here, there):
        assert store("save", at).returncode == 0
    for at in (here, fresh):
        assert store("restore", at).returncode == 0
        manifest, series = held(at)
        assert series == {"a": "new a", "b": "new b"}
        assert {entry["as_of"] for entry in manifest.values()} == {"2026-03-09"}


@pytest.mark.parametrize("folder", ["", "kept"])
def test_saves_at_once_lose_nothing(clones: list[Path], folder: str) -> None:
    branch = "main" if folder else "data"
    ended: list[int] = []

    def save(at: Path) -> None:
        done = store("save", at, MTM_STORE_BRANCH=branch, MTM_STORE_FOLDER=folder)
        ended.append(done.returncode)

    for at in clones:
        lay(at, {at.name: (FIRST, at.name)})
    threads = [threading.Thread(target=save, args=(at,)) for at in clones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0] * len(clones)
    done = store("restore", clones[0], MTM_STORE_BRANCH=branch, MTM_STORE_FOLDER=folder)
    assert done.returncode == 0
    assert held(clones[0])[1] == {at.name: at.name for at in clones}
    assert ("README.md" in git(clones[0], "ls-tree", "--name-only", "FETCH_HEAD")) == bool(folder)


def test_neither_a_pickle_nor_a_link_goes_either_way(clones: list[Path]) -> None:
    here, there, _, _ = clones
    lay(here, {"a": (FIRST, "a")})
    for name in ("a.pkl", "a.pickle", ".hidden.csv", "held-by.txt"):
        (here / ".store" / name).write_text("not to be kept")
    assert store("save", here).returncode == 0
    assert git(here, "ls-tree", "-r", "--name-only", "origin/data").split() == [
        "a.csv",
        "manifest.json",
    ]
    git(there, "fetch", "--quiet", "origin", "data")
    git(there, "switch", "--quiet", "--detach", "FETCH_HEAD")
    (there / "b.pkl").write_bytes(b"x")
    (there / "b.csv").symlink_to("/etc/passwd")
    git(there, "add", "b.pkl", "b.csv")
    git(there, "commit", "--quiet", "-m", "Slip something in")
    git(there, "push", "--quiet", "origin", "HEAD:data")
    assert store("restore", clones[2]).returncode == 0
    kept = {path.name for path in (clones[2] / ".store").iterdir()}
    assert kept == {"a.csv", "manifest.json"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"VISIBILITY": "public"}, "MTM_STORE_REMOTE"),
        ({"VISIBILITY": ""}, "MTM_STORE_REMOTE"),
        ({"MTM_STORE_BRANCH": "", "MTM_STORE_FOLDER": "kept"}, "MTM_STORE_BRANCH is not set"),
        ({"MTM_STORE_BRANCH": "gh-pages"}, "gh-pages is published"),
        ({"MTM_STORE_REMOTE": "https://me:secret-token@127.0.0.1:9/x.git"}, "could not save"),
    ],
)
def test_a_setting_that_would_publish_prices_or_lead_nowhere_is_refused_in_words(
    clones: list[Path], settings: dict[str, str], words: str
) -> None:
    lay(clones[0], {"a": (FIRST, "a")})
    done = store("save", clones[0], **settings)
    assert done.returncode == 1
    assert words in done.stderr
    assert "secret-token" not in done.stderr
    assert "Traceback" not in done.stderr
