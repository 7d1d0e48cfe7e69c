"""What the command ends with, and what it says where; run in this process, offline."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import build as build_module
from generator import checking as checking_module
from generator import cli, drawing
from generator.editions import verify_chain
from generator.lock import alone
from generator.tree import branch_editions, hash_tree, read_editions
from generator.wording import annotation
from tests.conftest import CASES, MakeRepository
from tests.loopback import gentle, make_bars, stand_in

DAY, LATER = "2026-01-30", "2026-02-06"
IGNORED = (
    "site/\n.build/\n.cache/\n.store/\ndocs/index.md\ndocs/gallery.md\ndocs/functions.md\n"
    "docs/corrections.md\ndocs/glossary.md\n"
    "docs/theses/\n__pycache__/\n"
)

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The exit code of a verb in a repository; what it printed is for capsys."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def run(root: Path, *arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--root", str(root), *arguments])
        return int(ended.value.code or 0)

    return run


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(
    tmp_path: Path, make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The tiny repository, committed and pushed to a bare remote."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\n name = Test\n email = test@example.org\n[init]\n defaultBranch = main\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = make_repository()
    (root / ".gitignore").write_text(IGNORED)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Begin")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(root, "push", "--quiet", "origin", "main")
    return root


def replace_in(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def write_log_chart_with_a_zero(root: Path) -> None:
    """A chart that can be made and not drawn; its function begins on line 5."""
    (root / "templates" / "tiny" / "charts.py").write_text(
        "import pandas as pd\n"
        "from generator import Chart, lines\n"
        "\n\n"
        "def sizes(shares) -> Chart:\n"
        "    days = pd.date_range('2026-01-01', periods=6, name='date')\n"
        "    return lines(\n"
        "        pd.DataFrame({'a': [0.0, 1, 2, 3, 4, 5]}, index=days),\n"
        "        title='From nothing', subtitle='Size', alt='A line from zero to five.',\n"
        "        log=True,\n"
        "    )\n"
    )


# Exit codes.


def test_a_build_that_works_ends_with_0_and_says_where_the_edition_is(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    assert run(root, "check", "--today", DAY) == 0
    assert run(root, "build", "--today", DAY) == 0
    assert f"Edition {DAY} is in " in capsys.readouterr().out
    assert run(root, "editions", "verify") == 0


@pytest.mark.parametrize("verb", ["check", "build"])
def test_mistakes_of_a_thesis_end_with_1(
    verb: str, make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_repository("unknown-key"), verb, "--today", DAY) == 1
    said = capsys.readouterr()
    assert "templates/tiny/thesis.yml:" in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bild",), "No such command 'bild'"),
        (("build", "--today", "soon"), "'soon' is no date"),
        (("check", "templates/tiny"), "mtm check --thesis tiny"),
        (("serve", "tiny"), "mtm serve --thesis tiny"),
        (("new", "Gold", "and", "rates"), "mtm new gold-and-rates"),
        (("refresh", "--only", "TINI"), "no thesis asks for 'TINI'"),
        (("build", "--earlier", "nowhere"), "'nowhere' is neither a folder nor a branch"),
        (("editions", "verify", "--in", "nosuch"), "there is no edition in"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: tuple[str, ...],
    said: str,
    make_repository: MakeRepository,
    run: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(make_repository(), *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_is_no_repository_is_wrong_usage(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "check") == 2
    assert "there is no mkdocs.yml in" in capsys.readouterr().err


@pytest.mark.parametrize("epoch", ["9" * 20, "9" * 5000, "253402300800", "-1", "soon", "²"])
def test_an_epoch_that_is_no_moment_is_wrong_usage(
    epoch: str,
    make_repository: MakeRepository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert run(make_repository(), "check") == 2
    assert "not a number of seconds since 1970" in capsys.readouterr().err


def test_a_required_series_that_never_came_ends_with_4(
    make_repository: MakeRepository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = make_repository()
    replace_in(root / "templates" / "tiny" / "thesis.yml", "optional: true", "optional: false")
    closes = gentle(40)
    closes[20] = closes[19] * 50  # cannot be right
    with stand_in(TINY=make_bars("2025-11-03", closes)) as server:
        monkeypatch.setenv("MTM_MIRROR", server.mirror)
        assert run(root, "refresh", "--today", DAY) == 4
    assert "rejected" in capsys.readouterr().out


def test_an_older_day_than_the_newest_edition_ends_with_5(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    assert run(root, "build", "--today", LATER) == 0
    assert run(root, "build", "--today", DAY) == 5
    assert f"would be older than the newest one, {LATER}" in capsys.readouterr().err


def test_a_fault_of_ours_ends_with_70_and_is_shown_whole(
    make_repository: MakeRepository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr(checking_module, "check_theses", fail)
    assert run(make_repository(), "check") == 70
    said = capsys.readouterr().err
    assert "RuntimeError: out of cheese" in said
    assert "This is a fault of mtm itself" in said


def test_an_interrupt_ends_with_130(
    make_repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking_module, "check_theses", stop)
    assert run(make_repository(), "check") == 130


# Drawing.


@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_chart_that_cannot_be_drawn_is_a_mistake_at_its_function(
    verb: str, make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    write_log_chart_with_a_zero(root)
    assert run(root, verb, "--today", DAY) == 1
    said = capsys.readouterr()
    place = "templates/tiny/charts.py:5: sizes() cannot be drawn: "
    assert place + "ValueError: a log scale needs values above zero." in said.out + said.err
    assert "Traceback" not in said.err


def test_a_mistake_elsewhere_does_not_hide_that_a_chart_cannot_be_drawn(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository("undefined-fact")
    write_log_chart_with_a_zero(root)
    assert run(root, "build", "--today", DAY) == 1
    said = capsys.readouterr().err
    assert "sizes() cannot be drawn" in said
    assert "article.md.j2:" in said


def test_a_check_takes_as_many_values_as_a_build(make_repository: MakeRepository, run: Run) -> None:
    root = make_repository()
    (root / "templates" / "tiny" / "charts.py").write_text(
        "import altair\n"
        "import pandas as pd\n"
        "from generator import Chart\n"
        "\n\n"
        "def sizes(shares) -> Chart:\n"
        "    data = pd.DataFrame({'x': range(6000)})\n"
        "    draw = lambda style: altair.Chart(data).mark_point().encode(x='x:Q')\n"
        "    return Chart('Many', 'Of many', 'Points.', data, draw)\n"
    )
    assert run(root, "check", "--today", DAY) == 0


def test_each_chart_is_drawn_once_and_the_home_page_shows_the_same_picture(
    make_repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    draw = drawing.picture_of
    monkeypatch.setattr(
        drawing, "picture_of", lambda chart, *a, **o: drawn.append(chart.id) or draw(chart, *a, **o)
    )
    root = make_repository()
    assert run(root, "build", "--today", DAY) == 0
    assert drawn == ["sizes"]
    edition = root / "site" / DAY
    for what, file in (("data-chart", "sizes"), ("data-vega", "vega")):
        shown = []
        for page in ("index.html", "theses/tiny/index.html"):
            named = re.search(rf'{what}="([^"]+)"', (edition / page).read_text(encoding="utf-8"))
            assert named is not None, page
            shown.append(((edition / page).parent / named[1]).resolve())
        assert shown[0] == shown[1]
        assert shown[0].is_file()
        assert shown[0].name.startswith(f"{file}.")


# Two builds at once.


def test_a_build_waits_until_another_one_has_laid_its_edition(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    codes: list[int] = []
    with alone(root / ".build", who="edition 2026-01-02"):
        other = threading.Thread(target=lambda: codes.append(run(root, "build", "--today", DAY)))
        other.start()
        said = ""
        for _ in range(600):
            said += capsys.readouterr().err
            if "waiting" in said:
                break
            time.sleep(0.05)
        assert "waiting: another run is at work in .build/ (process " in said
        assert ", edition 2026-01-02)" in said
        assert not (root / "docs" / "theses").exists()
        assert not (root / "site").exists()
    other.join(60)
    assert codes == [0]
    assert (root / "site" / DAY / "edition.json").is_file()


def test_a_build_that_waited_in_vain_ends_with_6_and_has_touched_nothing(
    make_repository: MakeRepository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(build_module, "PATIENCE", 0)
    root = make_repository()
    with alone(root / ".build", who="edition 2026-01-02"):
        assert run(root, "build", "--today", DAY) == 6
    said = capsys.readouterr().err
    assert "another run is at work in .build/ (process " in said
    assert not (root / "docs" / "theses").exists()


# Editions and publishing.


def test_a_fresh_clone_builds_upon_what_is_published_and_publishes_it(
    tmp_path: Path, repository: Path, run: Run
) -> None:
    assert run(repository, "build", "--today", DAY) == 0
    assert run(repository, "publish", "--push") == 0
    git(tmp_path, "clone", "--quiet", "remote.git", "clone")
    clone = tmp_path / "clone"
    assert not (clone / "site").exists()

    assert run(clone, "build", "--today", LATER) == 0
    assert [edition.name for edition in read_editions(clone / "site")] == [LATER]
    assert run(clone, "editions", "verify") == 0
    assert run(clone, "publish", "--push") == 0
    git(repository, "fetch", "--quiet", "origin")
    published = branch_editions(repository, "gh-pages")
    assert [edition.name for edition in published] == [DAY, LATER]
    assert verify_chain(published) == []


def test_earlier_editions_may_lie_in_a_folder_of_the_repository(
    make_repository: MakeRepository, run: Run
) -> None:
    root = make_repository()
    assert run(root, "build", "--today", DAY, "--out", "kept") == 0
    assert run(root, "build", "--today", LATER, "--earlier", "kept") == 0
    (edition,) = read_editions(root / "site")
    assert edition.record["previous"]["edition"] == DAY


def test_a_build_of_one_thesis_is_not_published_over_a_build_of_two(
    repository: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    second = repository / "templates" / "second"
    for path in (CASES / "_base" / "templates" / "tiny").rglob("*"):
        if path.is_file():
            target = second / path.relative_to(CASES / "_base" / "templates" / "tiny")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert run(repository, "build", "--today", DAY) == 0
    assert run(repository, "publish") == 0
    assert run(repository, "build", "--today", LATER, "--thesis", "tiny") == 0
    assert run(repository, "publish") == 3
    assert "second: the whole thesis" in capsys.readouterr().err
    assert run(repository, "publish", "--allow-missing") == 0


def test_the_mirror_gate_looks_at_the_edition_and_not_at_the_store(
    repository: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with stand_in(TINY=make_bars("2025-11-03", gentle(40))) as server:
        monkeypatch.setenv("MTM_MIRROR", server.mirror)
        assert run(repository, "refresh", "--today", DAY) == 0
    monkeypatch.delenv("MTM_MIRROR")
    assert run(repository, "build", "--today", DAY) == 0
    (edition,) = read_editions(repository / "site")
    assert edition.record["mirrored"] == ["TINY"]
    for path in (repository / ".store").iterdir():
        path.unlink()
    assert run(repository, "publish") == 3
    assert "these series came through a mirror: TINY." in capsys.readouterr().err
    assert run(repository, "publish", "--mirror-is-cache") == 0


def test_a_mirrored_series_that_no_thesis_shows_is_not_recorded(
    make_repository: MakeRepository, run: Run
) -> None:
    root = make_repository()
    (root / ".store").mkdir()
    other = {"key": "OTHER", "source": "yahoo", "mirror": True, "rows": 3, "file": "x.csv"}
    (root / ".store" / "manifest.json").write_text(json.dumps({"yahoo-OTHER": other}))
    assert run(root, "build", "--today", DAY) == 0
    (edition,) = read_editions(root / "site")
    assert edition.record["mirrored"] == []


def test_a_first_publish_under_the_originals_identity_warns(
    repository: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository, "build", "--today", DAY) == 0
    capsys.readouterr()
    assert run(repository, "publish") == 0
    said = capsys.readouterr()
    assert "warning: published under the original's name" in said.err
    assert "Published: commit " in said.out


def test_a_list_of_no_editions_says_so_on_stderr(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    assert run(root, "editions", "list", "--in", "nosuch") == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "There is no edition in" in said.err
    assert "nosuch" in said.err


# What is said where.


def test_the_schema_is_json_schema_with_the_keys_of_a_thesis(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_repository(), "schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["type"] == "object"
    assert {"title", "sentence", "summary", "published", "lead_chart", "pages", "data"} <= set(
        schema["properties"]
    )
    assert "title" in schema["required"]


def test_quiet_keeps_progress_off_stderr(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    assert run(root, "build", "--today", DAY) == 0
    assert "MkDocs builds the site" in capsys.readouterr().err
    assert run(root, "--quiet", "build", "--today", DAY) == 0
    assert capsys.readouterr().err == ""


def test_a_rebuild_changes_no_laid_file(make_repository: MakeRepository, run: Run) -> None:
    root = make_repository()
    assert run(root, "build", "--today", DAY) == 0
    before = hash_tree(root / "site")
    assert run(root, "build", "--today", DAY) == 0
    assert hash_tree(root / "site") == before


@pytest.mark.parametrize(("value", "asked"), [("0", True), ("", True), ("1", False)])
def test_offline_is_what_is_set_and_not_0(
    value: str,
    asked: bool,
    make_repository: MakeRepository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MTM_OFFLINE", value)
    with stand_in(TINY=make_bars("2025-11-03", gentle(40))) as server:
        monkeypatch.setenv("MTM_MIRROR", server.mirror)
        assert run(make_repository(), "refresh", "--today", DAY) == 0
        assert bool(server.requests) is asked


def test_an_annotation_keeps_to_one_line_and_escapes_its_own_marks() -> None:
    assert annotation("warning", "5% more\r\nthan: that, there") == (
        "::warning::5%25 more%0D%0Athan: that, there"
    )
    assert annotation("error", "no", file="a,b:c%\n.py", line="3") == (
        "::error file=a%2Cb%3Ac%25%0A.py,line=3::no"
    )


def test_in_a_workflow_errors_and_warnings_are_annotations(
    repository: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(repository, "publish") == 6
    assert capsys.readouterr().err == (
        "::error::there is no folder site/.%0A  Run 'mtm build' first.\n"
    )
    assert run(repository, "build", "--today", DAY) == 0
    assert run(repository, "publish") == 0
    assert "::warning::published under the original's name" in capsys.readouterr().err


def test_a_flipped_headline_is_published_and_leaves_the_text_of_an_issue_until_it_is_mended(
    make_repository: MakeRepository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_repository()
    claims = root / "templates" / "tiny" / "claims.yml"
    right = claims.read_text("utf-8")
    words = "  time_type: fixed\n  headline: true\n"
    words += "  otherwise: by now the largest of three shares is {now}\n"
    claims.write_text(right.replace("[39, 41]", "over 80") + words, encoding="utf-8")
    report = root / ".build" / "headlines.md"
    assert run(root, "build", "--today", DAY) == 0
    assert "templates/tiny/claims.yml:1: warning: the claim 'largest_share' no longer holds" in (
        capsys.readouterr().err
    )
    text = report.read_text("utf-8")
    assert text.startswith(f"# Headline claims that no longer hold in the edition of {DAY}\n")
    assert "`templates/tiny/claims.yml:1`" in text
    page = (root / "site" / DAY / "theses" / "tiny" / "index.html").read_text("utf-8")
    assert "By now the largest of three shares is 40" in page
    claims.write_text(right, encoding="utf-8")
    assert run(root, "build", "--today", DAY) == 0
    assert not report.exists()
    thesis = root / "templates" / "tiny" / "thesis.yml"
    thesis.write_text(f"flipped_headline: hold\n{thesis.read_text('utf-8')}", encoding="utf-8")
    claims.write_text(right.replace("[39, 41]", "over 80") + words, encoding="utf-8")
    assert run(root, "build", "--today", DAY) == 1
