"""What adding an edition costs beside 10, 100 and 500 earlier ones, and what it costs mike.

    python -m tests.benchmarks.shelf [--mike PYTHON] [COUNT ...]

The earlier editions are laid from one build of the tiny repository, so that only what grows with
their number is measured: `mtm build` as a process of its own, five more editions, the median.
Beside it, `mike deploy` in the Python given adds five more versions of the same pages to a branch
that has as many already; all take turns.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.laying import Site, lay_edition
from generator.root_files import root_files
from generator.tree import read_editions
from tests.conftest import ROOT, lay_repository

FIRST = dt.date(2016, 2, 3)  # 520 weeks on, the tiny thesis has been published
MORE = 5


def mtm(root: Path, *arguments: str) -> float:
    begun = time.perf_counter()
    command = (sys.executable, "-m", "generator", "--root", str(root), "--quiet", *arguments)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def lay_earlier(root: Path, count: int, newest: dt.date) -> None:
    """So many editions, a week apart, before `newest`, all with the pages of one build."""
    sample = root / "sample"
    mtm(root, "build", "--today", newest.isoformat(), "--out", str(sample))
    (made,) = read_editions(sample)
    html = root / ".build" / "dated"
    for number in range(count, 0, -1):
        name = (newest - dt.timedelta(weeks=number)).isoformat()
        lay_edition(
            dated=Site(html),
            latest=Site(html),
            out=root / "site",
            name=name,
            built=f"{name}T00:00:00+00:00",
            data_as_of={},
            generator={"version": "0", "revision": "x"},
            theses=made.record["theses"],
            epoch=0,
            root_files=lambda editions, latest: root_files(
                editions, site_name="Site", site_url="", latest=latest
            ),
        )
    shutil.rmtree(sample)


def git(root: Path, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ("git", *arguments), cwd=root, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def prepare_mike(root: Path, python: str, count: int) -> None:
    """A branch with so many versions of these pages, as mike lays them."""
    git(root, "init", "--quiet")
    # mike names the commit it builds from in its message, so there must be one.
    git(root, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    mike(root, python, "v0")
    version = git(root, "rev-parse", "gh-pages:v0")
    names = [f"v{number}" for number in range(count)]
    listed = [{"version": name, "title": name, "aliases": []} for name in reversed(names)]
    blob = git(root, "hash-object", "-w", "--stdin", text=json.dumps(listed))
    entries = "".join(f"040000 tree {version}\t{name}\n" for name in names)
    tree = git(root, "mktree", text=f"{entries}100644 blob {blob}\tversions.json\n")
    commit = git(root, "commit-tree", tree, "-m", "Versions")
    git(root, "update-ref", "refs/heads/gh-pages", commit)


def mike(root: Path, python: str, name: str) -> float:
    begun = time.perf_counter()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        (python, "-c", "from mike.driver import main; main()", "deploy", name),
        cwd=root,
        env={**environment, "PATH": path},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun


def measure(counts: Sequence[int], python: str | None) -> Iterator[tuple[int, float, float]]:
    """For each count of earlier editions: seconds of an added edition, and of mike's (NaN without).

    All trees are made first and then take turns, so that what else the machine does falls on each.
    """
    newest = FIRST + dt.timedelta(weeks=520)
    with tempfile.TemporaryDirectory() as scratch:
        roots = {count: lay_repository(Path(scratch) / str(count)) for count in counts}
        for count, root in roots.items():
            lay_earlier(root, count, newest)
            if python:
                prepare_mike(root, python, count)
        ours: dict[int, list[float]] = {count: [] for count in counts}
        theirs: dict[int, list[float]] = {count: [] for count in counts}
        for more in range(MORE):
            day = newest + dt.timedelta(weeks=more)
            for count, root in roots.items():
                ours[count].append(mtm(root, "build", "--today", day.isoformat()))
                if python:
                    theirs[count].append(mike(root, python, f"v{count + more}"))
        for count in counts:
            beside = statistics.median(theirs[count]) if python else float("nan")
            yield count, statistics.median(ours[count]), beside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mike", help="Python of an environment with mike and mkdocs-material")
    parser.add_argument("counts", nargs="*", type=int, default=[10, 100, 500])
    asked = parser.parse_args()
    print("editions   mtm build   mike deploy   (seconds)")
    for count, ours, theirs in measure(asked.counts, asked.mike):
        print(f"{count:8d} {ours:11.2f} {theirs:13.2f}", flush=True)


if __name__ == "__main__":
    main()
