"""The files for CI: valid, pinned, with least rights, and their steps run end to end."""

from __future__ import annotations

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.loopback import StandIn, gentle, make_bars, stand_in
from tests.workflows import WORKFLOWS, Run, Sandbox, job_of
from tests.year import Year, lay_thesis, some_weeks

FILES = sorted(WORKFLOWS.glob("*.yml"))
FIRST = "2026-03-02"  # a Monday


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def schema_of(kind: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, *map(str, paths))
    return subprocess.run(command, capture_output=True, text=True)


def test_each_file_is_valid_by_its_published_schema(tmp_path: Path) -> None:
    assert len(FILES) == 3
    done = schema_of("vendor.github-workflows", *FILES)
    assert done.returncode == 0, done.stdout
    done = schema_of("vendor.gitlab-ci", ROOT / ".gitlab-ci.yml")
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(FILES[0].read_text("utf-8").replace("runs-on:", "runs:"), "utf-8")
    assert schema_of("vendor.github-workflows", wrong).returncode != 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned_rights_are_few_and_time_is_limited(path: Path) -> None:
    text, whole = path.read_text("utf-8"), read(path)
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert all(re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40} # v[\d.]+", one) for one in used)
    assert whole["permissions"] in ({}, {"contents": "read"})
    assert "group" in whole["concurrency"]
    for job in whole["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert set(job.get("permissions", {})) <= {"contents", "issues"}


@pytest.mark.parametrize(
    ("writes", "code", "expected", "words"),
    [
        ("", 0, 0, "No advisory is known"),
        ('{"vulns": ["CVE-1"]}', 1, 1, "CVE-1"),
        ("", 1, 0, "could not be reached"),  # what the auditor ends with when nobody answers
    ],
)
def test_an_audit_fails_on_a_finding_and_on_nothing_else(
    writes: str, code: int, expected: int, words: str, tmp_path: Path
) -> None:
    auditor = tmp_path / "auditor"
    last = "while [ $# -gt 1 ]; do shift; done"
    lines = ("#!/bin/sh", last, f"printf '%s' '{writes}' > \"$1\"", f"exit {code}", "")
    auditor.write_text("\n".join(lines))
    auditor.chmod(0o755)
    done = subprocess.run(
        (ROOT / ".github" / "audit.sh", "requirements.lock"),
        env={"AUDIT": str(auditor), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == expected
    assert words in done.stdout


def test_a_pull_request_needs_no_secret_and_keeps_no_credentials() -> None:
    text = (WORKFLOWS / "pull-request.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "github.token" not in text
    assert "pull_request_target" not in text
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")


def test_only_the_watch_and_the_publisher_may_write_and_only_the_publisher_the_branch() -> None:
    rights = {path.stem: list(read(path)["jobs"].values()) for path in FILES}
    writers = {
        stem
        for stem, jobs in rights.items()
        for job in jobs
        if job.get("permissions", {}).get("contents") == "write"
    }
    assert writers == {"publish"}


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path)
    lay_thesis(made, "TINY")
    return made


class Few:
    """A source with one fund whose prices move a little each day."""

    def __init__(self, server: StandIn) -> None:
        self.server, self.mirror = server, server.mirror

    def turn(self, day: str, fault: str) -> None:
        self.server.faults.clear()
        if fault:
            self.server.fault("TINY", fault)


def test_some_weeks_of_publishing_end_as_they_should_whatever_the_source_and_the_machine_do(
    sandbox: Sandbox,
) -> None:
    lines: list[str] = []
    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:
        year = Year(sandbox, Few(yahoo), say=lines.append)
        year.play(some_weeks())
    assert year.wrong == [], "\n".join(lines)
    assert sandbox.editions() == [FIRST, "2026-03-09", "2026-03-17", "2026-03-24"]
    closed = sandbox.folder / "issues.closed" / "Data are too old"
    assert closed.read_text("utf-8").count("older than a thesis") == 2  # opened, and continued
    page = sandbox.git(sandbox.remote, "show", "gh-pages:latest/index.html")
    assert 'rel="canonical" href="https://someone.github.io/commentary/' in page


def test_the_first_publish_writes_a_summary_and_the_same_day_by_hand_changes_nothing(
    sandbox: Sandbox,
) -> None:
    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:

        def publish(event: str) -> Run:
            return sandbox.run(
                "publish.yml", "publish", day=FIRST, mirror=yahoo.mirror, event=event
            )

        first = publish("push")
        assert "### Data" in first.summary
        assert f"### Edition of {FIRST}" in first.summary
        commit = sandbox.branch()
        assert {path.name for path in sandbox.cache.iterdir()} == {".store", ".cache"}
        for event in ("workflow_dispatch", "schedule"):
            again = publish(event)
            assert not again.failed, again.text()
            assert sandbox.branch() == commit


def test_a_pull_request_from_a_fork_is_built_and_its_mistakes_are_annotated(
    sandbox: Sandbox,
) -> None:
    good = sandbox.run("pull-request.yml", "site", day=FIRST, event="pull_request")
    assert not good.failed, good.text()
    assert (good.workspace / "site" / "latest" / "index.html").is_file()

    article = sandbox.work / "templates" / "tiny" / "article.md.j2"
    article.write_text(article.read_text("utf-8") + "\n{{ facts.larges }}\n", "utf-8")
    sandbox.push("A slip")
    bad = sandbox.run("pull-request.yml", "site", day=FIRST, event="pull_request")
    assert bad.failed
    assert "::error file=templates/tiny/article.md.j2,line=" in bad.steps["check"].text
    assert sandbox.branch() == ""


def test_the_watch_tells_of_an_altered_edition_and_of_one_that_is_late(sandbox: Sandbox) -> None:
    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:
        sandbox.run("publish.yml", "publish", day=FIRST, mirror=yahoo.mirror, event="push")
    pages = sandbox.folder / "pages"
    sandbox.git(
        sandbox.folder, "clone", "--quiet", "--branch=gh-pages", str(sandbox.remote), "pages"
    )
    home = pages / FIRST / "index.html"
    home.write_text(home.read_text("utf-8") + " ", "utf-8")
    sandbox.git(pages, "commit", "--quiet", "--all", "-m", "Alter")
    sandbox.git(pages, "push", "--quiet")

    found = sandbox.run("watch.yml", "watch", day="2026-03-13")
    assert not found.failed, found.text()
    told = (sandbox.issues / "The watch found").read_text("utf-8")
    assert f"{FIRST}/index.html" in told
    assert f"The newest edition is of {FIRST}, 11 days ago." in told


@pytest.mark.parametrize(
    ("day", "told"), [("2026-04-16", False), ("2026-04-17", True), ("2026-05-02", False)]
)
def test_the_watch_tells_before_github_stops_the_schedules(
    sandbox: Sandbox, day: str, told: bool
) -> None:
    sandbox.day = FIRST
    (sandbox.work / "docs" / "about.md").write_text("# About\n")
    sandbox.push("Say less")  # and nothing was ever published
    found = sandbox.run("watch.yml", "watch", day=day)
    assert not found.failed, found.text()
    assert ("### Schedules may stop soon" in found.summary) == told, found.text()


@pytest.fixture
def pages() -> Iterator[str]:
    """A server with one page, and one that is gone."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response({"/here": 200, "/gone": 404, "/refused": 403}[self.path])
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_links_that_are_gone_are_told_with_their_page_and_refusals_are_not(
    tmp_path: Path, pages: str
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text(
        f'<a href="{pages}/here">x</a><a href="{pages}/gone#part">x</a><a href="/own">x</a>'
        f'<a href="{pages}/refused">x</a><link href="{pages}/gone2">'
    )
    command = (sys.executable, str(ROOT / ".github" / "links.py"), str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"- <{pages}/gone> (404), on a/index.html" in done.stdout
    assert done.stdout.count(pages) == 1


def test_every_shell_step_has_a_name_by_which_a_trial_finds_it() -> None:
    for path in FILES:
        for job in read(path)["jobs"]:
            for step in job_of(path.name, job)["steps"]:
                assert "uses" in step or {"id", "name"} <= set(step)
