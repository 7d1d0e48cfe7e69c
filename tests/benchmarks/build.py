"""What a build costs, beside MkDocs on the same pages and beside charts made by hand, in one run.

    python -m tests.benchmarks.build [--theses 1 10 100] [--rounds 3] [--from SLUG]

For each number of copies of a thesis: a build with nothing drawn before, after one changed word,
after one more day of a series (with MTM_MARKET), and with nothing changed. Beside them, in the same
rounds: plain MkDocs with the rendered Markdown and pictures (the floor), MkDocs after drawing the
same pictures with vl-convert by hand, and MkDocs with each chart as altair's `to_html`. Prints the
median seconds of processor and clock, the ratio to the floor, and the largest process. Nothing here
passes or fails: compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.conftest import ROOT
from tests.test_build import copy_repository

DAY, NEXT = "2026-04-30", "2026-05-01"
WORD = "Nobody knows what comes next."
MARKET = Path(os.environ.get("MTM_MARKET", ""))
BY_HAND = """
import json, pathlib, sys, vl_convert
for path in sorted(pathlib.Path(sys.argv[1]).glob("spec-*.json")):
    spec = path.read_text().partition("\\n")[2]
    svg = vl_convert.vegalite_to_svg(spec)
    if int(json.loads(spec).get("width", 0) or 0) > 500:
        vl_convert.svg_to_png(svg, scale=1.5)
"""
TO_HTML = """
import json, pathlib, sys, altair
from altair.utils.html import spec_to_html
versions = {"vega_version": altair.VEGA_VERSION, "vegalite_version": altair.VEGALITE_VERSION,
            "vegaembed_version": altair.VEGAEMBED_VERSION}
pages = pathlib.Path(sys.argv[2])
charts = [json.loads(path.read_text().partition("\\n")[2])
          for path in sorted(pathlib.Path(sys.argv[1]).glob("spec-*.json"))]
charts = [spec_to_html(c, "vega-lite", fullhtml=False, output_div=f"c{n}", **versions)
          for n, c in enumerate(charts) if int(c.get("width", 0) or 0) > 500]
page = pages / "index.md"
page.write_text(page.read_text() + "\\n\\n".join(charts))
"""


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds by the clock and of the processor, megabytes."""

    clock: float
    processor: float
    memory: float


def cost(*command: str, at: Path, **variables: str) -> Cost:
    """Run it and its children; it must end well."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "MTM_OFFLINE": "1", **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as they are
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=at, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{command}: {said.read().decode()}")
    return Cost(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def mtm(root: Path, *arguments: str, **variables: str) -> Cost:
    command = (sys.executable, "-m", "generator", "--quiet", "--root", str(root), *arguments)
    return cost(*command, at=ROOT, **variables)


def together(*costs: Cost) -> Cost:
    memory = max(one.memory for one in costs)
    return Cost(sum(c.clock for c in costs), sum(c.processor for c in costs), memory)


def lay(root: Path, slug: str, count: int) -> None:
    """The repository with so many copies of one thesis, in git."""
    copy_repository(root)
    for folder in (root / "templates").glob("*/thesis.yml"):
        if folder.parent.name[0] != "_" and folder.parent.name != slug:
            shutil.rmtree(folder.parent)
    for number in range(1, count):
        shutil.copytree(root / "templates" / slug, root / "templates" / f"{slug}-{number:03}")
    (root / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        subprocess.run(("git", *who, *arguments), cwd=root, check=True)


@contextmanager
def mirror(day: str) -> Iterator[str]:
    """The address of a server with real prices until that day; "" where there is none."""
    if not (MARKET / "server.py").is_file():
        yield ""
        return
    command = (sys.executable, "-B", str(MARKET / "server.py"), "--until", day)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


def refreshed(root: Path, day: str) -> bool:
    with mirror(day) as address:
        if address:
            mtm(root, "refresh", "--today", day, MTM_MIRROR=address, MTM_OFFLINE="")
        return bool(address)


def emptied(root: Path) -> None:
    for name in (".build", "site", ".cache"):
        shutil.rmtree(root / name, ignore_errors=True)


def plain_mkdocs(root: Path) -> Cost:
    return cost(sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", at=root)


def drawn_by_hand(root: Path) -> Cost:
    drawn = cost(sys.executable, "-c", BY_HAND, str(root / ".cache/charts"), at=root)
    return together(drawn, plain_mkdocs(root))


def by_to_html(root: Path, slug: str) -> Cost:
    pages, kept = root / "docs/theses" / slug, root / ".build/kept"
    shutil.copytree(pages, kept)
    made = cost(sys.executable, "-c", TO_HTML, str(root / ".cache/charts"), str(pages), at=root)
    done = together(made, plain_mkdocs(root))
    shutil.rmtree(pages)
    kept.rename(pages)
    return done


def one_round(root: Path, slug: str, turn: int, *, ways: bool) -> Iterator[tuple[str, Cost]]:
    """Each kind of build once, on a repository as the round before left it."""
    live = refreshed(root, DAY)
    emptied(root)
    yield "build: nothing drawn before", mtm(root, "build", "--today", DAY)
    yield "plain MkDocs: the floor", plain_mkdocs(root)
    if ways:
        yield "by hand: vl-convert draws the same", drawn_by_hand(root)
        yield "by hand: altair to_html", by_to_html(root, slug)
    article = root / "templates" / slug / "article.md.j2"
    words = article.read_text(encoding="utf-8").partition(f"\n\n{WORD}")[0]
    article.write_text(f"{words}\n\n{WORD}{' Nobody.' * turn}\n", encoding="utf-8")
    yield "build: one word changed", mtm(root, "build", "--today", DAY)
    yield "build: nothing changed", mtm(root, "build", "--today", DAY)
    if live:
        refreshed(root, NEXT)
        yield "build: one more day of prices", mtm(root, "build", "--today", NEXT)
        shutil.rmtree(root / ".store")


def measured(slug: str, count: int, rounds: int) -> Table:
    found: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        lay(root, slug, count)
        for turn in range(rounds):
            for name, one in one_round(root, slug, turn, ways=count == 1):
                found.setdefault(name, []).append(one)
        record = json.loads((root / f"site/{DAY}/edition.json").read_text())
        charts = sum(len(thesis["charts"]) for thesis in record["theses"].values())
        pages = len(list((root / "docs").rglob("*.md")))
    title = f"{count} theses, {charts} charts, {pages} pages" if count > 1 else f"{charts} charts"
    table = Table(title, "clock", "processor", "clock, of the floor", "memory", box=None)
    floor = middle(found["plain MkDocs: the floor"], "clock")
    for name, costs in found.items():
        clock = middle(costs, "clock")
        row = (f"{clock:.2f} s", f"{middle(costs, 'processor'):.2f} s", f"{clock / floor:.2f}")
        table.add_row(name, *row, f"{middle(costs, 'memory'):,.0f} MB")
    return table


def middle(costs: list[Cost], field: str) -> float:
    return statistics.median(getattr(one, field) for one in costs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--theses", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--from", dest="slug", default="value-growth")
    asked = parser.parse_args()
    for count in asked.theses:
        Console(width=110).print(measured(asked.slug, count, asked.rounds if count < 50 else 1))


if __name__ == "__main__":
    main()
