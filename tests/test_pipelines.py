"""What .gitlab-ci.yml does, run end to end: rules, scripts, secrets and the branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loopback import gentle, make_bars, stand_in
from tests.pipelines import TOKEN, run_pipeline
from tests.workflows import Sandbox
from tests.year import lay_thesis, verified

FIRST, LATER = "2026-03-02", "2026-03-03"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path)
    lay_thesis(made, "TINY")
    return made


def test_a_push_publishes_and_serves_the_site_and_a_schedule_adds_nothing_where_nothing_is_due(
    sandbox: Sandbox,
) -> None:
    with stand_in(TINY=make_bars("2026-01-02", gentle(120))) as yahoo:
        first = run_pipeline(sandbox, day=FIRST, source="push", mirror=yahoo.mirror)
        assert {name: job.passed for name, job in first.items()} == {"publish": True, "pages": True}
        assert sandbox.editions() == [FIRST]
        pages = first["pages"].artifacts
        assert pages is not None
        home = (pages / "latest" / "index.html").read_text("utf-8")
        assert "https://someone.gitlab.example/commentary/latest/" in home
        assert (pages / FIRST / "edition.json").is_file()
        assert TOKEN not in first["publish"].text

        commit = sandbox.branch()
        for _ in range(2):
            again = run_pipeline(sandbox, day=LATER, source="schedule", mirror=yahoo.mirror)
            assert again["publish"].passed, again["publish"].text
            assert "No edition is due" in again["publish"].text
        assert sandbox.branch() == commit
        assert verified(sandbox).returncode == 0

        yahoo.fault("TINY", "500")
        late = run_pipeline(sandbox, day="2026-03-24", source="schedule", mirror=yahoo.mirror)
    assert not late["publish"].passed  # so its owner is told
    assert late["pages"].passed
    assert sandbox.editions() == [FIRST, "2026-03-24"]


def test_a_merge_request_of_a_fork_is_built_without_secrets_or_network_and_publishes_nothing(
    sandbox: Sandbox,
) -> None:
    sandbox.variables["MTM_STORE_BRANCH"] = "data"
    good = run_pipeline(sandbox, day=FIRST, source="merge_request_event", token="")
    assert set(good) == {"check", "packages"}  # the second asks for known advisories
    assert good["check"].passed, good["check"].text
    site = good["check"].artifacts
    assert site is not None
    assert (site / "latest" / "index.html").is_file()
    assert sandbox.branch() == ""

    article = sandbox.work / "templates" / "tiny" / "article.md.j2"
    article.write_text(article.read_text("utf-8") + "\n{{ facts.larges }}\n", "utf-8")
    sandbox.push("A slip")
    bad = run_pipeline(sandbox, day=FIRST, source="merge_request_event", token="")
    assert not bad["check"].passed
    assert "templates/tiny/article.md.j2:" in bad["check"].text


def test_a_fork_without_the_token_is_told_which_setting_is_missing(sandbox: Sandbox) -> None:
    done = run_pipeline(sandbox, day=FIRST, source="push", token="")
    assert not done["publish"].passed
    assert "PUBLISH_TOKEN" in done["publish"].text
    assert sandbox.branch() == ""
