"""Runs the jobs of a workflow's file here: its shell steps with bash, its actions by what they do.

What GitHub does around a step is done in a few lines: expressions, conditions, the files for
outputs, environment and summary, and of the actions a shallow clone and the cache. `gh` is a
stand-in that keeps issues as files, and `date` and git tell the day of the trial.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT, lay_repository

WORKFLOWS = ROOT / ".github" / "workflows"
KILLED = -9
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_NAME = re.compile(r"\b(?:github|steps|vars|inputs|env|secrets)(?:\.[\w-]+)+")

GH = """#!/usr/bin/env bash
# The uses of gh that the workflows make, on a folder with a file an issue; closed ones move away.
set -eu
value() { while [ "$1" != "$2" ]; do shift; done; }
case "$1 $2" in
  "issue list")
    title=$(printf '%s\\n' "$@" | sed -n 's/^in:title "\\(.*\\)"$/\\1/p')
    if [ -f "$ISSUES/$title" ]; then echo "$title"; fi ;;
  "issue create") cat "$6" > "$ISSUES/$4" ;;
  "issue comment") cat "$5" >> "$ISSUES/$3" ;;
  "issue close") echo "$5" >> "$ISSUES/$3"; mkdir -p "$ISSUES.closed"
    cat "$ISSUES/$3" >> "$ISSUES.closed/$3"; rm "$ISSUES/$3" ;;
  "api repos/"*) echo "$VISIBILITY" ;;
  *) echo "gh $*: not known here" >&2; exit 1 ;;
esac
"""
DATE = """#!/usr/bin/env bash
# The clock of the trial where the time is asked for; what is said of another moment is true.
if [ "$*" = "-u +%s" ]; then set -- -u -d "$DAY 23:59" +%s; fi
exec /usr/bin/env PATH=/usr/bin:/bin date "$@"
"""
# What a trial adds: the day, and that its mirror is to be believed.
MTM = """#!/usr/bin/env bash
set -eu
verb=$1; shift
case $verb in
  refresh|build) set -- "$@" --today "$DAY" ;;
  publish) set -- "$@" --mirror-is-cache ;;
esac
exec "{python}" -m generator "$verb" "$@"
"""


def job_of(name: str, job: str) -> dict[str, Any]:
    """A job as its file has it."""
    found: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))["jobs"][job]
    return found


@dataclass
class Step:
    """How a step ended, and what it wrote."""

    outcome: str
    text: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Run:
    """A job that has run in `workspace`, with its steps by id."""

    workspace: Path
    steps: dict[str, Step]
    summary: str = ""

    @property
    def failed(self) -> bool:
        return any(step.outcome in ("failure", "killed") for step in self.steps.values())

    def output(self, step: str, name: str = "code") -> str:
        """What a step left for the others; "" where it did not run, or left nothing."""
        return self.steps[step].outputs.get(name, "") if step in self.steps else ""

    def text(self) -> str:
        return "\n".join(f"{name}: {step.text}" for name, step in self.steps.items())


class Sandbox:
    """A remote with a small site, and a machine that runs jobs on fresh clones of it.

    `variables` and `secrets` are what the owner has set, `visibility` is that of the repository.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote = folder, folder / "remote.git"
        self.work = lay_repository(folder / "work")
        for name in ("Makefile", "requirements.lock", "pyproject.toml", ".gitignore"):
            shutil.copy(ROOT / name, self.work)
        shutil.copytree(ROOT / ".github", self.work / ".github")
        shutil.copy(ROOT / ".gitlab-ci.yml", self.work)
        self.issues = folder / "issues"
        self.variables: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.visibility, self.day = "public", ""
        self._machine()
        self.git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        self.git(self.work, "init", "--quiet", "--initial-branch=main")
        self.git(self.work, "remote", "add", "origin", str(self.remote))
        self.push("Begin")

    def _machine(self) -> None:
        self.cache, self.bin = self.folder / "cache", self.folder / "bin"
        for path in (self.issues, self.cache, self.bin):
            path.mkdir(exist_ok=True, parents=True)
        script_file(self.bin / "gh", GH)
        script_file(self.bin / "date", DATE)

    def another(self, name: str) -> Sandbox:
        """Another machine with the same remote and issues, and no stored data in its cache."""
        other = copy.copy(self)
        other.folder = self.folder / name
        other._machine()
        if (self.cache / ".cache").is_dir():
            shutil.copytree(self.cache / ".cache", other.cache / ".cache", dirs_exist_ok=True)
        return other

    def git(self, at: Path, *arguments: str) -> str:
        identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
        command = ("git", *identity, *arguments)
        done = subprocess.run(
            command,
            cwd=at,
            env=os.environ | _git_dates(self.day),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def push(self, message: str) -> None:
        """Commit what the work tree has, and push it to main."""
        self.git(self.work, "add", "--all")
        self.git(self.work, "commit", "--quiet", "-m", message)
        self.git(self.work, "push", "--quiet", "origin", "main")

    def branch(self) -> str:
        """The commit of gh-pages at the remote, "" before the first."""
        listed = ("for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages")
        return self.git(self.remote, *listed)

    def editions(self) -> list[str]:
        """The editions on gh-pages at the remote, oldest first."""
        if not self.branch():
            return []
        names = self.git(self.remote, "ls-tree", "--name-only", "gh-pages").splitlines()
        return sorted(name for name in names if re.fullmatch(r"\d{4}-\d\d-\d\d", name))

    def clone(self) -> Path:
        """A fresh shallow clone of main, with what its set-up would install."""
        workspace = self.folder / "run"
        shutil.rmtree(workspace, ignore_errors=True)
        source = f"file://{self.remote}"
        self.git(self.folder, "clone", "--quiet", "--depth=1", "--branch=main", source, "run")
        programs = workspace / ".venv" / "bin"
        programs.mkdir(parents=True)
        script_file(programs / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        script_file(programs / "mtm", MTM.replace("{python}", sys.executable))
        (workspace / ".venv" / ".installed").touch()
        return workspace

    def environment(self, day: str, mirror: str) -> dict[str, str]:
        """What is set around every step."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("MTM_", "GIT_", "GITHUB_"))
        }
        source = {"MTM_MIRROR": mirror} if mirror else {"MTM_OFFLINE": "1"}
        return (
            kept
            | source
            | _git_dates(day)
            | {
                "DAY": day,
                "HOME": str(self.folder),
                "ISSUES": str(self.issues),
                # Nothing reaches beyond this machine: links of the site are asked for in vain.
                **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9"),
                "no_proxy": "127.0.0.1",
                "PATH": f"{self.bin}:{kept['PATH']}",
                "PYTHONPATH": str(ROOT),
                "VISIBILITY": self.visibility,
            }
        )

    def run(
        self,
        name: str,
        job: str,
        *,
        day: str,
        mirror: str = "",
        event: str = "schedule",
        killed: tuple[str, float] = ("", 0.0),
        between: Mapping[str, Callable[[], object]] | None = None,
        **inputs: bool,
    ) -> Run:
        """Run a job of the workflow `name` on a fresh clone, as of `day`.

        `killed` is a step and the seconds after which its machine is gone, so that no later step
        runs; `between` has what others do just before a step.
        """
        self.day = day
        whole, workspace = job_of(name, job), self.clone()
        files = {f"GITHUB_{kind}": self.folder / kind for kind in ("ENV", "OUTPUT", "STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        context: dict[str, str] = {
            "github.event_name": event,
            "github.run_id": "1",
            "github.run_attempt": "1",
            "github.token": "token",
            "github.repository": "someone/commentary",
            "github.server_url": "https://github.example",
            **{
                f"inputs.{key.replace('_', '-')}": "true" if on else ""
                for key, on in inputs.items()
            },
            **{f"vars.{key}": value for key, value in self.variables.items()},
            **{f"secrets.{key}": value for key, value in self.secrets.items()},
        }
        around = self.environment(day, mirror) | {k: str(v) for k, v in files.items()}
        around |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "someone/commentary",
            "GITHUB_REPOSITORY_OWNER": "someone",
        }
        outer = yaml.safe_load((WORKFLOWS / name).read_text("utf-8")).get("env", {})
        around |= _filled({**outer, **whole.get("env", {})}, context)
        steps: dict[str, Step] = {}
        for number, step in enumerate(whole["steps"]):
            key = step.get("id", f"step-{number}")
            if not _wanted(step.get("if", "success()"), context, steps):
                steps[key] = Step("skipped")
            elif "uses" in step:
                self._act(step, workspace)
                steps[key] = Step("success")
            else:
                (between or {}).get(key, lambda: None)()
                patience = killed[1] if key == killed[0] else None
                steps[key] = self._shell(step, workspace, around, files, context, patience)
                if steps[key].outcome == "killed":
                    return Run(workspace, steps)
            context[f"steps.{key}.outcome"] = steps[key].outcome
            context |= {f"steps.{key}.outputs.{k}": v for k, v in steps[key].outputs.items()}
        return Run(workspace, steps, files["GITHUB_STEP_SUMMARY"].read_text("utf-8"))

    def _act(self, step: Mapping[str, Any], workspace: Path) -> None:
        """What the action of a step does to the workspace, where it does anything here."""
        action = step["uses"].partition("@")[0]
        for path in step.get("with", {}).get("path", "").split() if "cache/" in action else ():
            here, kept = workspace / path, self.cache / path
            source, target = (kept, here) if action.endswith("restore") else (here, kept)
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target)

    def _shell(
        self,
        step: Mapping[str, Any],
        workspace: Path,
        around: dict[str, str],
        files: Mapping[str, Path],
        context: Mapping[str, str],
        patience: float | None,
    ) -> Step:
        """A step's script, as the runner starts it; what it exports is set for those after it."""
        files["GITHUB_OUTPUT"].write_text("")
        environment = around | _filled(step.get("env", {}), context)
        begun = time.monotonic()
        code, text = shell(step["run"], workspace, environment, patience)
        seconds = time.monotonic() - begun
        around |= _pairs(files["GITHUB_ENV"].read_text("utf-8"))
        outputs = _pairs(files["GITHUB_OUTPUT"].read_text("utf-8"))
        outcome = {0: "success", KILLED: "killed"}.get(code, "failure")
        return Step(outcome, text, outputs, seconds)


def shell(
    script: str, at: Path, environment: Mapping[str, str], patience: float | None = None
) -> tuple[int, str]:
    """How a script ended and what it wrote; KILLED, with all it started, after `patience`."""
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    with subprocess.Popen(
        command,
        cwd=at,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            text, _ = process.communicate(timeout=patience)
            return process.returncode, text
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return KILLED, process.communicate()[0]


def _git_dates(day: str) -> dict[str, str]:
    """What makes git date its commits on the day of the trial."""
    names = ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE") if day else ()
    return dict.fromkeys(names, f"{day}T23:59:00-05:00")


def script_file(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def _pairs(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def _filled(values: Mapping[str, Any], context: Mapping[str, str]) -> dict[str, str]:
    """Environment with its expressions filled in."""
    return {
        name: _EXPRESSION.sub(lambda found: str(_value(found[1], context)), str(value))
        for name, value in values.items()
    }


def _value(expression: str, context: Mapping[str, str]) -> object:
    """What an expression comes to: names, strings, comparisons, && and ||; nothing else."""
    known = _NAME.sub(lambda name: repr(context.get(name[0], "")), expression)
    python = known.replace("&&", " and ").replace("||", " or ")
    for call in ("always()", "!cancelled()", "success()"):
        python = python.replace(call, "True")
    return eval(python, {"__builtins__": {}})


def _wanted(condition: str, context: Mapping[str, str], steps: Mapping[str, Step]) -> bool:
    """Whether a step runs: after nothing but successes, unless its condition asks otherwise."""
    failed = any(step.outcome == "failure" for step in steps.values())
    if failed and not re.search(r"always\(\)|cancelled\(\)", condition):
        return False
    bare = _EXPRESSION.sub(r"\1", condition)
    return bool(_value(bare, context))
