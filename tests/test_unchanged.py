"""A build of what is laid already does nothing, and one of anything else is a build."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.unchanged import NOTES, made_from, recall, remember
from tests.conftest import lay_repository
from tests.test_build import run

DAY = "2026-05-01"
AGAIN = f"Nothing changed since edition {DAY} was laid."


def commit(root: Path) -> None:
    roles, parts = ("AUTHOR", "COMMITTER"), ("NAME", "EMAIL")
    who = {f"GIT_{role}_{part}": "a@example.org" for role in roles for part in parts}
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        subprocess.run(("git", *arguments), cwd=root, env={**os.environ, **who}, check=True)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an edition just laid from what is committed."""
    root = lay_repository(tmp_path_factory.mktemp("laid") / "repository")
    shutil.copy(Path(__file__).parents[1] / ".gitignore", root)
    commit(root)
    done = run("build", "--today", DAY, root=root)
    assert done.returncode == 0, done.stderr
    assert AGAIN not in done.stdout
    return root


def build(root: Path, *arguments: str, **variables: str) -> str:
    done = run("build", "--today", DAY, *arguments, root=root, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_second_build_writes_nothing_and_says_what_the_first_said(laid: Path) -> None:
    before = stamps(laid)
    first, *rest = build(laid).splitlines()
    assert first == AGAIN
    assert rest[0].startswith(f"Edition {DAY} is in ")
    assert stamps(laid) == before


def stamps(root: Path) -> dict[Path, tuple[int, int]]:
    """When each file was last written and moved."""
    found = ((path, path.stat()) for path in root.rglob("*") if ".git" not in path.parts)
    return {path: (at.st_mtime_ns, at.st_ctime_ns) for path, at in found}


def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def made(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, 1), "utf-8")

    return made


def remove(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


def write(path: str, content: bytes) -> Callable[[Path], None]:
    def made(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)

    return made


def break_off(root: Path) -> None:
    for note in (root / NOTES).iterdir():
        note.write_bytes(note.read_bytes()[:-9])


CHANGES = {
    "a word": edit("templates/tiny/article.md.j2", "dividends", "all dividends"),
    "a chart": edit("templates/tiny/charts.py", "Share, percent", "Share, in percent"),
    "a table": write("docs/data/manifest.json", b"{ }"),
    "a page": edit("docs/about.md", "the", "that"),
    "the site's name": edit("mkdocs.yml", "Marked to Market", "Another name"),
    "the theme": edit("templates/_theme/main.html", "\n", "\n\n"),
    "a stored series": write(".store/yahoo-X.csv", b"date,close\n"),
    "a file that a page may show": write("LICENSE", b"none\n"),
    "a page of the edition": remove(f"site/{DAY}/index.html"),
    "a shared file": lambda root: next((root / "site/shared").rglob("*.css")).unlink(),
    "a page of latest/": write("site/latest/about/index.html", b"<p>altered</p>"),
    "a file at the root": remove("site/versions.json"),
    "a rendered page": remove("docs/gallery.md"),
    "another edition": write("site/2026-04-01/edition.json", b"{}"),
    "the note, which is not whole": break_off,
    "the note, which is another's": write(f"{NOTES}/other.json", b"[]"),
    "no commits": lambda root: shutil.rmtree(root / ".git"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_noticed(laid: Path, tmp_path: Path, change: str) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    digest = made_from(root, {"today": DAY})
    assert digest
    remember(root, root / "site", DAY, digest, [("out", "said")])
    assert recall(root, root / "site", digest) == (DAY, [("out", "said")])
    CHANGES[change](root)
    again = made_from(root, {"today": DAY})
    known = again and recall(root, root / "site", again)
    assert (known == (DAY, [("out", "said")])) is (change == "the note, which is another's")


def test_a_build_is_as_another_only_with_the_same_options_and_variables(
    laid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made_from(laid, {"today": DAY})
    assert made_from(laid, {"today": DAY}) == one
    assert made_from(laid, {"today": "2026-05-02"}) != one
    monkeypatch.setenv("SITE_URL", "https://example.org/")  # mkdocs.yml asks for it
    assert made_from(laid, {"today": DAY}) != one


def test_a_changed_figure_is_built_at_once(laid: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    table = next((root / "templates/tiny/cited").glob("*.csv"))
    table.write_text(table.read_text().replace(",40,", ",41,"))
    assert AGAIN not in build(root)
    page = (root / f"site/{DAY}/theses/tiny/index.html").read_text("utf-8")
    assert "The fact says 41%" in page
    assert AGAIN in build(root)


def test_in_a_workflow_a_build_says_all_it_has_to_say(laid: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    build(root)
    assert AGAIN not in build(root, GITHUB_ACTIONS="true")
