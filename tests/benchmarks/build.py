"""What a build costs, beside the floor: plain MkDocs on the same rendered pages, in one run.

    python -m tests.benchmarks.build [--rounds 3]

Prints seconds as medians over the rounds, ratios to the floor, peak memory, and the sizes of an
edition and of the article's parts. Nothing here passes or fails: compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.test_build import DAY, copy_repository, run


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def build(root: Path, *, cold: bool) -> None:
    for folder in (".build", "site", *((".cache",) if cold else ())):
        shutil.rmtree(root / folder, ignore_errors=True)
    done = run("build", "--today", DAY, root=root)
    if done.returncode:
        sys.exit(done.stderr)


def plain_mkdocs(root: Path) -> None:
    subprocess.run(
        (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"),
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )


def kilobytes(paths: list[Path], *, packed: bool = False) -> str:
    sizes = (len(gzip.compress(p.read_bytes())) if packed else p.stat().st_size for p in paths)
    return f"{sum(sizes) / 1024:,.0f} KB"


def sizes(root: Path) -> dict[str, str]:
    edition = root / "site" / DAY
    article = edition / "theses" / "small-caps"
    charts = article / "charts"
    wide = [p for p in charts.glob("*.svg") if ".phone" not in p.name and ".dark" not in p.name]
    return {
        "one edition": kilobytes([p for p in edition.rglob("*") if p.is_file()]),
        "article page, gzip": kilobytes([article / "index.html"], packed=True),
        f"{len(wide)} wide pictures, gzip": kilobytes(wide, packed=True),
        "bundle of live charts, gzip": kilobytes([edition / "theses/assets/vega.js"], packed=True),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        root = copy_repository(Path(folder) / "repository")
        build(root, cold=True)  # warms the machine's own caches, and renders the pages
        times: dict[str, list[float]] = {}
        for _ in range(rounds):
            times.setdefault("plain MkDocs (floor)", []).append(timed(lambda: plain_mkdocs(root)))
            times.setdefault("build, cold", []).append(timed(lambda: build(root, cold=True)))
            times.setdefault("build, nothing changed", []).append(
                timed(lambda: build(root, cold=False))
            )
        floor = statistics.median(times["plain MkDocs (floor)"])
        table = Table("what", "median", "of the floor", box=None)
        for name, seconds in times.items():
            middle = statistics.median(seconds)
            table.add_row(name, f"{middle:.2f} s", f"{middle / floor:.1f}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        table.add_row("peak memory of a process", f"{peak:,.0f} MB", "")
        for name, size in sizes(root).items():
            table.add_row(name, size, "")
        Console(width=100).print(table)


if __name__ == "__main__":
    main()
