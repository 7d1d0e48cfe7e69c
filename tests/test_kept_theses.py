"""A thesis that nothing touched is not rendered again, and no edition is another for that."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from generator.kept import keep
from generator.kept_theses import Digests, digests, keep_theses, recall_theses
from generator.layout import THESES
from generator.model import Edition
from generator.thesis import thesis_folders
from tests.conftest import ROOT, lay_repository
from tests.test_build import EPOCH, run
from tests.test_unchanged import commit, edit, write

DAY = "2026-05-01"
BOTH, NONE = {"tiny", "twin"}, set[str]()


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of two theses alike, with an edition of them."""
    root = lay_repository(tmp_path_factory.mktemp("kept") / "repository")
    shutil.copytree(root / "templates" / "tiny", root / "templates" / "twin")
    (root / ".gitignore").write_text(f"{(ROOT / '.gitignore').read_text()}one/\ntwo/\nthree/\n")
    commit(root)
    assert rendered(root) == BOTH
    return root


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)  # as `run` has it


def rendered(root: Path, *arguments: str) -> set[str]:
    """Build, and say which theses were rendered for it."""
    done = run("build", "--today", DAY, *arguments, root=root)
    assert done.returncode == 0, done.stderr
    mark = ": facts, claims, charts, words"
    lines = done.stderr.splitlines() + done.stdout.splitlines()
    return {line.removesuffix(mark) for line in lines if line.endswith(mark)}


def tree(folder: Path) -> Mapping[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_one_word_renders_one_thesis_and_the_edition_is_that_of_a_build_from_nothing(
    laid: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    edit("templates/twin/article.md.j2", "The fact says", "The one fact says")(root)
    assert rendered(root, "--out", "one") == {"twin"}
    assert rendered(root, "--out", "two") == NONE
    shutil.rmtree(root / ".cache")
    assert rendered(root, "--out", "three") == BOTH
    assert tree(root / "one") == tree(root / "two") == tree(root / "three")
    assert b"The one fact says" in (root / f"one/{DAY}/theses/twin/index.html").read_bytes()
    assert b"The one fact says" not in (root / f"one/{DAY}/theses/tiny/index.html").read_bytes()


def test_what_a_build_says_of_a_thesis_it_says_of_a_kept_one(laid: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    write("templates/tiny/more.md.j2", b"# More\n")(root)  # a page that thesis.yml does not list
    first = run("build", "--today", DAY, "--out", "one", root=root)
    again = run("build", "--today", DAY, "--out", "two", root=root)
    assert first.returncode == again.returncode == 0
    warned = [line for line in first.stderr.splitlines() if "more.md.j2" in line]
    assert warned
    assert [line for line in again.stderr.splitlines() if "more.md.j2" in line] == warned
    assert first.stdout.replace("/one", "/two") == again.stdout


def known(root: Path, past: tuple[Edition, ...] = (), **settings: str) -> dict[str, Digests]:
    told = {"today": DAY, "site_url": "", **settings}
    return digests(root, root / "site", thesis_folders(root), past, told)


def remove_figure(root: Path) -> None:
    next((root / "docs/theses/tiny/charts").glob("*.svg")).unlink()


def break_off(root: Path) -> None:
    path = root / THESES / "tiny.json"
    path.write_bytes(path.read_bytes()[:-9])


def of_another_version(root: Path) -> None:
    path = root / THESES / "tiny.json"
    content = path.read_bytes().partition(b"\n")[2].replace(b'"slug"', b'"name"')
    keep(path, content)


Change = Callable[[Path], None]
CHANGES: Mapping[str, tuple[Change, set[str]]] = {
    "nothing": (lambda _: None, BOTH),
    "a word of the other": (edit("templates/twin/article.md.j2", "fact says", "x"), {"tiny"}),
    "its own code": (edit("templates/tiny/charts.py", "Share", "A share"), {"twin"}),
    "a file beside its own": (write("templates/tiny/notes.txt", b"x"), NONE),
    "a page of the other": (write("templates/twin/more.md.j2", b"# More"), NONE),
    "the data of the other": (edit("templates/twin/thesis.yml", "title: ", "title: A "), NONE),
    "a claim of the other": (edit("templates/twin/claims.yml", "\n", "\n\n"), NONE),
    "a template of all": (edit("templates/_shared/ledger.md.j2", "\n", "\n\n"), NONE),
    "the publisher": (edit("mkdocs.yml", "Marked to Market", "Another name"), NONE),
    "a page by hand": (write("docs/more.md", b"# More\n"), NONE),
    "a stored series": (write(".store/yahoo-X.csv", b"date,close\n"), NONE),
    "a table": (write("docs/data/manifest.json", b"{ }"), NONE),
    "any file of the repository": (write("figures.csv", b"a,b\n"), NONE),
    "a rendered page": (write("docs/theses/tiny/index.md", b"# Altered\n"), BOTH),
    "a drawn figure": (edit("docs/theses/tiny/charts/sizes.svg", "<svg", "<svg "), {"twin"}),
    "a figure that is gone": (remove_figure, {"twin"}),
    "what was kept, broken off": (break_off, {"twin"}),
    "what was kept by another version": (of_another_version, {"twin"}),
    "no commits": (lambda root: shutil.rmtree(root / ".git"), NONE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_thesis_is_kept_until_something_it_may_rest_on_changes(
    laid: Path, tmp_path: Path, change: str
) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    assert set(recall_theses(root, known(root))) == BOTH
    make, kept = CHANGES[change]
    make(root)
    assert set(recall_theses(root, known(root))) == kept


def test_a_day_an_address_a_past_and_a_variable_make_another_edition(
    laid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = known(laid)
    others = [
        known(laid, today="2026-05-02"),
        known(laid, site_url="https://example.org/"),
        known(laid, (Edition("2026-04-01", {}, "ab"),)),
        known(laid, (Edition("2026-04-01", {}, "cd"),)),
    ]
    monkeypatch.setenv("SITE_NAME", "x")
    monkeypatch.setenv("SITE_URL", "https://example.org/")  # mkdocs.yml asks for it
    others.append(known(laid))
    tiny = [found["tiny"].thesis for found in (one, *others)]
    assert len(set(tiny)) == len(tiny)


def test_what_is_kept_comes_back_as_it_was(laid: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(laid, tmp_path / "repository"))
    (item,) = recall_theses(root, {"tiny": known(root)["tiny"]}).values()
    assert item.assets
    assert item.pages[0].path == "theses/tiny/index.md"
    past = replace(item, days={"x": "2026-01-01"}, terms={"beta": "How far\nit moves."})
    other = {"tiny": Digests("0", "0")}
    keep_theses(root, [past], other)
    assert recall_theses(root, other) == {"tiny": past}
    assert all(isinstance(one.date, dt.date) for one in item.corrections)
