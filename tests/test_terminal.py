"""What a person and a workflow see of a refresh."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import Finding
from generator.outcomes import Outcome
from generator.wording import refresh_rows, refresh_summary
from tests.conftest import ROOT, MakeRepository
from tests.loopback import StandIn, gentle, make_bars, stand_in
from tests.test_build import run
from tests.test_store import spec

BARS = make_bars("2026-01-05", gentle(60))
DAY = BARS.days[-1].isoformat()
LATE = "2026-04-20"  # thirteen sessions after the last bar


def repository(make_repository: MakeRepository, rules: str) -> Path:
    root = make_repository()
    with (root / "templates" / "tiny" / "thesis.yml").open("a", encoding="utf-8") as file:
        file.write(f"  required: {{yahoo: ABC{rules}}}\n")
    return root


def refresh(
    root: Path, server: StandIn, *options: str, day: str = DAY, **variables: str
) -> subprocess.CompletedProcess[str]:
    mirror = {"MTM_MIRROR": server.mirror, "MTM_OFFLINE": ""}
    return run(*options, "refresh", "--today", day, root=root, **mirror, **variables)


def test_a_line_per_series_goes_to_stderr_and_the_table_to_stdout(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, "")
    with stand_in(ABC=BARS, TINY=BARS) as server:
        done = refresh(root, server)
        quiet = refresh(root, server, "--quiet")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "TINY: fresh, 60 rows added",
        "ABC: fresh, 60 rows added",
    ]
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [
        [name, "fresh,", "unconfirmed", DAY, "60", "nothing", "to", "compare", "it", "with"]
        for name in ("TINY", "ABC")
    ]
    assert (quiet.stdout, quiet.stderr) == ("", "")


def test_data_older_than_their_budget_end_with_3_and_say_where_it_is_set(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, ", max_age: 5 sessions")
    with stand_in(ABC=BARS, TINY=BARS) as server:
        done = refresh(root, server, day=LATE)
    assert done.returncode == 3
    assert (
        f"warning: templates/tiny/thesis.yml:11: 'required' ends on {DAY}, 12 sessions before "
        f"{LATE}; the thesis allows 5.\n  Run 'mtm refresh' again later, raise max_age, or build "
        "as of an earlier day with --today.\n"
    ) in done.stderr


@pytest.mark.parametrize(("when_stale", "code"), [("stop", 3), ("banner", 0), ("warn", 0)])
def test_what_happens_with_old_data_is_what_the_thesis_says(
    when_stale: str, code: int, make_repository: MakeRepository
) -> None:
    root = repository(make_repository, f", max_age: 5 sessions, when_stale: {when_stale}")
    with stand_in(ABC=BARS, TINY=BARS) as server:
        done = refresh(root, server, day=LATE)
    built = run("build", "--today", LATE, root=root)
    assert (done.returncode, built.returncode) == (code, 0)
    assert "'required' ends on" in done.stderr
    edition = root / "site" / LATE
    for page in (edition / "index.html", edition / "theses" / "tiny" / "index.html"):
        said = "Some data here are older than they should be." in page.read_text("utf-8")
        assert (page.parent.name, said) == (page.parent.name, when_stale != "warn")


def test_only_names_a_series_by_its_symbol_its_table_or_its_source(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, "")
    with stand_in(ABC=BARS, TINY=BARS) as server:
        for name in ("ABC", "required"):
            only = ("refresh", "--today", DAY, "--only", name)
            done = run(*only, root=root, MTM_MIRROR=server.mirror, MTM_OFFLINE="")
            assert done.stdout.splitlines()[1].split()[0] == "ABC"
            assert len(done.stdout.splitlines()) == 2
        assert (server.asked("ABC"), server.asked("TINY")) == (1, 0)
        done = run("refresh", "--only", "ABD", root=root)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "  Did you mean 'ABC'?")


def test_a_rejected_answer_is_kept_for_a_person_and_taken_when_accepted(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, "")
    first = BARS.until(50)
    with stand_in(ABC=first, TINY=first) as server:
        assert refresh(root, server, day=first.days[-1].isoformat()).returncode == 0
        doubled = make_bars("2026-01-05", [2 * close for close in gentle(60)])
        server.series["ABC"] = doubled
        done = refresh(root, server)
        assert done.returncode == 0
        kept = f".store/rejected/yahoo-ABC-{DAY}.csv"
        assert f"The answer is in {kept}. If you have looked at it and it is right: " in done.stderr
        assert "mtm refresh --accept ABC" in done.stderr
        assert (root / kept).with_suffix(".json").read_text().count("no split explains it") == 1
        before = (root / ".store" / "yahoo-ABC.csv").read_bytes()
        accepted = run(
            "refresh", "--today", DAY, "--accept", "ABC", root=root,
            MTM_MIRROR=server.mirror, MTM_OFFLINE="",
        )  # fmt: skip
    assert accepted.returncode == 0
    assert (root / ".store" / "replaced" / f"yahoo-ABC-before-{DAY}.csv").read_bytes() == before
    closes = [line.split(",")[1] for line in (root / ".store/yahoo-ABC.csv").open()][1:]
    assert [float(close) for close in closes] == doubled.closes


def test_a_workflow_gets_annotations_and_a_summary(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    root, summary = repository(make_repository, ", max_age: 5 sessions"), tmp_path / "summary.md"
    with stand_in(ABC=BARS, TINY=BARS) as server:
        server.fault("TINY", "404")
        done = refresh(
            root, server, day=LATE, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
        )
    assert "::warning::TINY: Yahoo Finance has no prices for 'TINY' (status 404)." in done.stderr
    lines = summary.read_text("utf-8").splitlines()
    assert lines[0] == "### Data"
    assert "| ABC | fresh, unconfirmed | 2026-03-31 | 60 | nothing to compare it with |" in lines


def test_words_of_a_source_are_inert_in_the_summary() -> None:
    bad = Outcome(spec("ABC"), "kept", None, reason="<script>|`{{ x }}`")
    text = refresh_summary(["a"] * 5, refresh_rows([bad]), [])
    assert "<script>" not in text
    assert "{{" not in text
    assert text.splitlines()[-2].count("|") == 6


def test_a_terminal_shows_a_progress_bar_that_is_gone_at_the_end(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, "")
    command = [sys.executable, "-m", "generator", "--root", str(root), "refresh", "--today", DAY]
    with stand_in(ABC=BARS, TINY=BARS) as server:
        environment = {**os.environ, "MTM_MIRROR": server.mirror, "TERM": "xterm", "COLUMNS": "100"}
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=theirs
        ) as process:
            os.close(theirs)
            seen = b""
            while True:
                try:
                    part = os.read(ours, 4096)
                except OSError:  # the other side is closed
                    break
                if not part:
                    break
                seen += part
        os.close(ours)
    assert process.returncode == 0
    text = seen.decode("utf-8", "replace")
    assert re.search(r"0/2|1/2|2/2", text)
    assert "━" in text
    assert "rows added" not in text


def test_a_store_that_is_up_to_date_asks_nothing_and_loads_next_to_nothing(
    make_repository: MakeRepository,
) -> None:
    root = repository(make_repository, ", max_age: 5 sessions")
    code = (
        "import sys; from generator.cli import cli; sys.argv[0] = 'mtm';"
        "cli.main(sys.argv[1:], standalone_mode=False);"
        "print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "--root", str(root), "--quiet", "refresh"]
    with stand_in(ABC=BARS, TINY=BARS) as server:
        refresh(root, server)
        before = len(server.requests)
        environment = {**os.environ, "MTM_MIRROR": server.mirror}
        done = subprocess.run(
            [*command, "--today", DAY],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(server.requests) == before
    heavy = {"pandas._libs", "numpy._core", "yfinance", "exchange_calendars", "rich.table"}
    assert heavy & set(done.stderr.split()) == set()


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [("a.yml", 3, "a.yml:3: Wrong."), ("a.yml", 0, "a.yml: Wrong."), ("", 0, "Wrong.")],
)
def test_a_mistake_names_as_much_of_its_place_as_is_known(path: str, line: int, said: str) -> None:
    assert str(Finding(path, line, "Wrong.", "Mend it.")) == f"{said}\n  Mend it."
