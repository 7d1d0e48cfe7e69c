"""Runs the jobs of .gitlab-ci.yml in the sandbox: its rules, variables, cache and scripts.

What GitLab's runner does around a script is done in a few lines; the address that the file makes of
the project leads to the bare remote of the sandbox.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.workflows import Sandbox, shell

_VARIABLE = re.compile(r"\$(\w+)")
HOST, PROJECT = "gitlab.example", "someone/commentary"
TOKEN = "token-of-the-project"


def read_pipeline() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Job:
    """A job that has run, what it wrote, and the files it leaves as artifacts."""

    passed: bool
    text: str
    artifacts: Path | None


def run_pipeline(
    sandbox: Sandbox,
    *,
    day: str,
    source: str,
    mirror: str = "",
    token: str = TOKEN,
) -> dict[str, Job]:
    """The jobs of a pipeline by their names, on the default branch or, for a merge request, off it.

    `sandbox.variables` are those of the project; a merge request of a fork gets none of them.
    """
    whole = read_pipeline()
    request = source == "merge_request_event"
    given = {} if request else {**sandbox.variables, "PUBLISH_TOKEN": token}
    known = {
        "CI_COMMIT_BRANCH": "" if request else "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PAGES_URL": "https://someone.gitlab.example/commentary",
        "CI_PIPELINE_SOURCE": source,
        "CI_PROJECT_PATH": PROJECT,
        "CI_PROJECT_VISIBILITY": sandbox.visibility,
        "CI_SERVER_HOST": HOST,
        "CI_SERVER_PROTOCOL": "https",
    } | given
    _lead_to(sandbox, token)
    jobs = sorted(
        ((name, job) for name, job in whole.items() if isinstance(job, dict) and "script" in job),
        key=lambda item: whole["stages"].index(item[1]["stage"]),
    )
    done: dict[str, Job] = {}
    for name, job in jobs:
        rule = next((rule for rule in job["rules"] if _matches(rule["if"], known)), None)
        failed = any(not job.passed for job in done.values())
        if rule is None or (failed and rule.get("when") != "always"):
            continue
        variables = {**whole["variables"], **job.get("variables", {})}
        done[name] = _run(sandbox, job, variables, known, day=day, mirror=mirror)
    return done


def _run(
    sandbox: Sandbox,
    job: Mapping[str, Any],
    variables: Mapping[str, str],
    known: Mapping[str, str],
    *,
    day: str,
    mirror: str,
) -> Job:
    workspace = sandbox.clone()
    around = {**known, "CI_PROJECT_DIR": str(workspace)}
    around |= {name: _expanded(value, around) for name, value in variables.items()}
    cached = job.get("cache", {}).get("paths", ())
    for path in cached:
        _copy(sandbox.cache / path, workspace / path)
    script = "\n".join(job["script"])
    code, text = shell(script, workspace, sandbox.environment(day, mirror) | around)
    if code == 0 or job.get("cache", {}).get("when") == "always":
        for path in cached:
            _copy(workspace / path, sandbox.cache / path)
    (artifact,) = job.get("artifacts", {}).get("paths", ("",))
    if not artifact or not (workspace / artifact).is_dir():
        return Job(code == 0, text, None)
    kept = Path(tempfile.mkdtemp(dir=sandbox.folder)) / artifact  # the next job clears its folder
    shutil.copytree(workspace / artifact, kept)
    return Job(code == 0, text, kept)


def _lead_to(sandbox: Sandbox, token: str) -> None:
    """Let the address with the token be the remote; any other of that host is not there."""
    address = f"https://publish:{token}@{HOST}/{PROJECT}.git"
    config = f'[url "file://{sandbox.remote}"]\n\tinsteadOf = {address}\n' if token else ""
    (sandbox.folder / ".gitconfig").write_text(config)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)


def _expanded(value: str, known: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: known.get(found[1], ""), value)


def _matches(condition: str, known: Mapping[str, str]) -> bool:
    """Whether a comparison of a rule holds, of a variable with another or with a word."""
    left, right = (part.strip().strip('"') for part in condition.split("=="))
    return _expanded(left, known) == _expanded(right, known)
