"""A thesis begun with `mtm new` is whole, has a past of its own, and builds at once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from generator.cli import cli
from generator.errors import ThesisError, UsageError
from generator.starting import readdressed, start_thesis, without_keys
from tests.conftest import ROOT, MakeRepository

DAY = dt.date(2026, 3, 4)


@pytest.fixture
def repository(make_repository: MakeRepository) -> Path:
    """The tiny repository, with the starter and the embedded data of the real one."""
    root = make_repository()
    shutil.copytree(ROOT / "docs" / "data", root / "docs" / "data", dirs_exist_ok=True)
    return root


def begin(root: Path, slug: str, source: str | None = None) -> Path:
    return start_thesis(root, slug, source=source, today=DAY).folder


def mtm(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--root", str(root), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_a_new_thesis_has_no_mistakes_and_is_told_how_to_go_on(repository: Path) -> None:
    said = mtm(repository, "new", "my-thesis", "--today", "2026-11-26")
    assert "mtm check --thesis my-thesis" in said
    assert "mtm serve --thesis my-thesis" in said
    assert (
        mtm(repository, "check", "--thesis", "my-thesis", "--today", "2026-11-26")
        == "No mistakes in my-thesis.\n"
    )
    written = yaml.safe_load((repository / "templates/my-thesis/thesis.yml").read_text())
    assert (written["title"], written["published"]) == ("My thesis", dt.date(2026, 11, 26))


def test_the_starter_is_short_and_has_one_of_everything() -> None:
    folder = ROOT / "templates" / "_starter"
    for name in ("thesis.yml", "facts.py", "charts.py", "claims.yml", "article.md.j2"):
        assert len((folder / name).read_text().splitlines()) < 60, name
    count = {
        name: (folder / name).read_text().count("\ndef ") for name in ("facts.py", "charts.py")
    }
    private = (folder / "facts.py").read_text().count("\ndef _")
    assert (count["facts.py"] - private, count["charts.py"]) == (3, 3)
    assert len(yaml.safe_load((folder / "claims.yml").read_text())) == 4


def test_a_copy_leaves_the_past_of_the_original_behind(repository: Path) -> None:
    tiny = repository / "templates" / "tiny"
    with (tiny / "thesis.yml").open("a") as file:
        file.write("was: [older, oldest]\nrenamed_charts:\n  shares: sizes\n# the end\n")
    with (tiny / "claims.yml").open("a") as file:
        file.write(
            "  was: [biggest]\n  corrections:\n"
            "    - {date: 2026-01-20, was: wrong, reason: it was}\n  section: shares\n"
        )
    with (tiny / "article.md.j2").open("a") as file:
        file.write("\n[Here](../../theses/tiny/), [there](https://example.org/tiny/), tiny.\n")
    assert mtm(repository, "check", "--today", "2026-01-31") == "No mistakes in tiny.\n"

    started = start_thesis(repository, "other", source="tiny", today=DAY)

    written = yaml.safe_load((started.folder / "thesis.yml").read_text())
    claim = yaml.safe_load((started.folder / "claims.yml").read_text())["largest_share"]
    assert {"was", "renamed_charts"} & written.keys() == set()
    assert {"was", "corrections"} & claim.keys() == set()
    assert claim["section"] == "shares"
    assert "# the end" in (started.folder / "thesis.yml").read_text()
    article = (started.folder / "article.md.j2").read_text()
    assert "[Here](../../theses/other/), [there](https://example.org/tiny/), tiny." in article
    assert any(line.endswith("still says 'tiny'.") for line in started.next)
    said = mtm(repository, "check", "--today", "2026-03-04")
    assert said == "No mistakes in other, tiny.\n"


def test_keys_within_braces_go_with_their_comma() -> None:
    text = "a: {was: [b], fact: f}\nc: {fact: g, was: [d]}\ne: {was: [x]}\n"
    left = without_keys(text, ["was"], depth=2)
    assert yaml.safe_load(left) == {"a": {"fact": "f"}, "c": {"fact": "g"}, "e": {}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("../gold/index.md", "../new/index.md"),
        ("../../theses/gold/#figure-x", "../../theses/new/#figure-x"),
        ("templates/gold/cited", "templates/new/cited"),
        ("https://example.org/theses/gold/", "https://example.org/theses/gold/"),
        ("../gold-and-silver/", "../gold-and-silver/"),
        ("gold/silver", "gold/silver"),
    ],
)
def test_only_paths_into_the_original_are_renamed(text: str, expected: str) -> None:
    assert expected == readdressed(text, "gold", "new")


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("tiny", "is there already"),
        ("Small Caps", "no good web address"),
        ("../escape", "no good web address"),
        ("_hidden", "no good web address"),
        ("-", "no good web address"),
        ("changes", "used for something else"),
        ("con", "used for something else"),
        ("a" * 61, "61 signs"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_and_nothing_is_left(
    repository: Path, slug: str, message: str
) -> None:
    before = sorted(repository.rglob("*"))
    with pytest.raises(UsageError, match=message) as caught:
        begin(repository, slug)
    assert caught.value.hint
    assert before == sorted(repository.rglob("*"))


def test_a_name_is_suggested() -> None:
    with pytest.raises(UsageError) as caught:
        begin(ROOT, "Gold & Real Rates")
    assert caught.value.hint.endswith(": gold-real-rates.")


def test_a_source_that_is_not_there_is_answered_with_the_nearest(repository: Path) -> None:
    with pytest.raises(UsageError) as caught:
        begin(repository, "other", "tinny")
    assert caught.value.hint == "Did you mean 'tiny'?"
    with pytest.raises(UsageError):
        begin(repository, "other", "../../etc")


def test_a_copy_that_fails_leaves_nothing(repository: Path) -> None:
    (repository / "templates" / "tiny" / "claims.yml").write_bytes(b"a: \xff\n")
    before = sorted(repository.rglob("*"))
    with pytest.raises(ThesisError):
        begin(repository, "other", "tiny")
    assert before == sorted(repository.rglob("*"))
