"""The commands of README and guide for CI, as they are written, on a machine that has nothing."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.workflows import Sandbox, script_file, shell

FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DAYS = ("2026-03-02", "2026-03-09")


def blocks(file: str, heading: str) -> list[str]:
    """The commands below a heading, up to the next one."""
    text = (ROOT / file).read_text("utf-8")
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"{file} has no heading '{heading}'"
    return FENCE.findall(rest.partition("\n## ")[0])


def machine(sandbox: Sandbox, name: str) -> Path:
    """A fresh shallow clone with nothing but what `make` would install."""
    source = f"file://{sandbox.remote}"
    sandbox.git(sandbox.folder, "clone", "--quiet", "--depth=1", "--branch=main", source, name)
    programs = sandbox.folder / name / ".venv" / "bin"
    programs.mkdir(parents=True)
    for program, runs in {"python": "", "mtm": "-m generator"}.items():
        script_file(programs / program, f'#!/bin/sh\nexec "{sys.executable}" {runs} "$@"\n')
    (programs.parent / ".installed").touch()
    return sandbox.folder / name


def follow(script: str, at: Path, day: str) -> str:
    """Run commands as a job would; nobody has told git of this machine's owner before."""
    around = {
        "HOME": str(at.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "MTM_OFFLINE": "1",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": str(int(dt.datetime.fromisoformat(f"{day}T17:00+00:00").timestamp())),
    }
    code, text = shell(script, at, around)
    assert code == 0, f"{script}\n{text}"
    return text


def verify(at: Path) -> int:
    command = (sys.executable, "-m", "generator", "editions", "verify", "--branch", "gh-pages")
    around = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=at, env=around, check=False).returncode


def test_the_readmes_commands_publish_from_an_empty_repository_and_again_a_week_later(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(tmp_path)
    daily, headline = *blocks("README.md", "Run it in CI"), inline("gh issue create")
    for day in DAYS:
        at = machine(sandbox, day)
        follow(daily, at, day)
        follow(headline, at, day)
    assert sandbox.editions() == list(DAYS)
    assert verify(at) == 0


def inline(part: str) -> str:
    """The command with `part` that stands between backticks in the README."""
    (found,) = [
        c for c in re.findall(r"`([^`\n]+)`", (ROOT / "README.md").read_text()) if part in c
    ]
    return found


def test_the_guides_commands_publish_once_and_then_when_an_edition_is_due(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    (once,) = blocks("docs/guide/publish.md", "Once")
    (due,) = blocks("docs/guide/publish.md", "When an edition is due")
    (daily,) = blocks("docs/guide/publish.md", "On a schedule")
    first, later = DAYS
    identity = 'git config user.name "Me" && git config user.email me@example.org\n'
    at = machine(sandbox, "first")
    follow(identity + once, at, first)
    assert sandbox.editions() == [first]
    assert "No edition is due" in follow(due, at, first)
    commit = sandbox.branch()
    for place in ("second", "third"):
        at = machine(sandbox, place)
        follow(identity + daily, at, first)
        assert sandbox.branch() == commit
    at = machine(sandbox, "fourth")
    follow(identity + daily, at, later)
    assert sandbox.editions() == [first, later]
    assert verify(at) == 0
