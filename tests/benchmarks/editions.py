"""Sixty monthly editions of one thesis on real prices, built and looked at; sizes and seconds.

    MTM_MARKET=FOLDER python -m tests.benchmarks.editions [COUNT]

Each month the stand-in server shows the world until that day; refresh and build are the commands
themselves. Then: the tree is verified; Chromium's menu lists every edition and leads from a page of
one to the same page of another; what `editions diff` and the track record say is computed again
from the server's own files, by numpy alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import http.server
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.conftest import CHROMIUM, ROOT, lay_repository

MARKET = Path(os.environ.get("MTM_MARKET", ""))
LAST = dt.date(2026, 4, 30)
ONE, OTHER = "IWM", "SPY"
BEGIN = "2015-01-02"

THESIS = f"""title: A pair of funds
sentence: Two funds are compared every month, and whatever is said of them is judged again.
summary: A thesis for measuring editions.
published: 2021-01-04
lead_chart: growth
pages: [article, track-record]
data:
  one: {{yahoo: {ONE}, label: The first fund}}
  other: {{yahoo: {OTHER}, label: The second fund}}
yardstick:
  of: one.total_return
  against: other.total_return
  words: the total return of the first less that of the second
"""
FACTS = """from generator import Fact, percent


def year(one) -> Fact:
    \"\"\"What the first fund returned in 252 sessions.\"\"\"
    return percent(100 * (one["close"].iloc[-1] / one["close"].iloc[-253] - 1))


def ahead(one, other) -> Fact:
    \"\"\"How far the first fund is ahead in 252 sessions.\"\"\"
    gains = [100 * (t["close"].iloc[-1] / t["close"].iloc[-253] - 1) for t in (one, other)]
    return percent(gains[0] - gains[1])
"""
CHARTS = """import pandas as pd

from generator import Chart, lines


def growth(one, other) -> Chart:
    \"\"\"The two funds\"\"\"
    table = pd.DataFrame({"first": one["close"], "second": other["close"]}).dropna()
    return lines(
        table / table.iloc[0] * 100,
        title="What became of 100 in each fund",
        subtitle="Price, first day = 100",
        alt="Two lines from 100.",
    )
"""
ARTICLE = """---
title: A pair of funds
---
# A pair of funds

{% include "_shared/masthead.md.j2" %}

In a year the first fund returned {{ facts.year }}, price only; it is {{ facts.ahead }} ahead of
the other.

{{ show(charts.growth) }}

{% include "_shared/colophon.md.j2" %}
"""
TRACK = """---
title: Track record
---
# Track record

{% include "_shared/track_record.md.j2" %}
"""


def lay_thesis(root: Path) -> None:
    lay_repository(root)
    shutil.rmtree(root / "templates" / "tiny")
    folder = root / "templates" / "pair"
    folder.mkdir()
    for name, text in {
        "thesis.yml": THESIS,
        "facts.py": FACTS,
        "charts.py": CHARTS,
        "article.md.j2": ARTICLE,
        "track-record.md.j2": TRACK,
    }.items():
        (folder / name).write_text(text)


@contextmanager
def world_until(day: dt.date) -> Iterator[str]:
    command = (sys.executable, "-B", str(MARKET / "server.py"), "--until", day.isoformat())
    server = subprocess.Popen(
        (*command, "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert server.stdout is not None
    said = server.stdout.readline()
    address = next(word for word in said.split() if word.startswith("http")).rstrip("/.,")
    threading.Thread(target=server.stdout.read, daemon=True).start()
    try:
        yield address
    finally:
        server.kill()
        server.wait()


def mtm(root: Path, *arguments: str, **environment: str) -> tuple[str, float]:
    begun = time.perf_counter()
    done = subprocess.run(
        (sys.executable, "-m", "generator", "--root", str(root), *arguments),
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"mtm {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout, time.perf_counter() - begun


def month_ends(count: int) -> list[dt.date]:
    days, day = [], LAST
    for _ in range(count):
        days.append(day)
        day = day.replace(day=1) - dt.timedelta(days=1)
    return days[::-1]


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def closes(symbol: str, until: dt.date) -> dict[str, float]:
    """Total return by day: what adjusted closes are in proportion to."""
    with (MARKET / "prices" / f"{symbol}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["date"] <= until.isoformat()]
    return {row["date"]: float(row["adjclose"]) for row in rows}


def check_track_record(out: Path, days: list[dt.date]) -> str:
    """Every row of the newest edition's record against the prices themselves."""
    record = json.loads((out / days[-1].isoformat() / "edition.json").read_bytes())
    said = {row["edition"]: row for row in record["theses"]["pair"]["yardstick"]["since"]}
    assert sorted(said) == [day.isoformat() for day in days[:-1]]
    tables = [closes(symbol, days[-1]) for symbol in (ONE, OTHER)]
    common = sorted(set(tables[0]) & set(tables[1]))
    one, other = (np.array([table[day] for day in common]) for table in tables)
    worst = 0.0
    for name, row in said.items():
        base = max(index for index, day in enumerate(common) if day <= name)
        length = len(common) - 1 - base
        gap = 100 * (one[-1] / one[base] - other[-1] / other[base])
        windows = 100 * (one[length:] / one[:-length] - other[length:] / other[:-length])
        rank = 100 * np.mean(windows <= gap + 1e-9)
        assert row["sessions"] == length, (name, row["sessions"], length)
        assert row["windows"] == len(windows)
        worst = max(worst, abs(row["difference"] - gap), abs(row["rank"] - rank))
    return f"{len(said)} rows, largest deviation {worst:.1e} (points, percent)"


def check_diff(root: Path, days: list[dt.date]) -> str:
    """The numbers of the last diff against the prices themselves."""
    names = [day.isoformat() for day in days[-2:]]
    text, _ = mtm(root, "editions", "diff", *names, "--format", "json")
    (thesis,) = json.loads(text)
    moved = {row["id"]: row for row in thesis["numbers"]["moved"]}
    for symbol, fact in ((ONE, "year"),):
        for key, day in zip(("then", "now"), days[-2:], strict=True):
            with (MARKET / "prices" / f"{symbol}.csv").open(encoding="utf-8") as file:
                rows = [r for r in csv.DictReader(file) if r["date"] <= day.isoformat()]
            gain = 100 * (float(rows[-1]["close"]) / float(rows[-253]["close"]) - 1)
            assert abs(moved[fact][key]["value"] - gain) < 1e-6, (key, moved[fact], gain)
    return f"{len(moved)} numbers moved, as computed from the prices"


def check_menu(out: Path, days: list[dt.date], port: int) -> str:
    from playwright.sync_api import sync_playwright

    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(out))
    handler.func.log_message = lambda *_: None  # type: ignore[method-assign, assignment]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/latest/theses/pair/track-record/")
        page.mouse.move(200, 200)
        page.wait_for_selector(".md-version__link", state="attached")
        links = page.eval_on_selector_all(".md-version__link", "all => all.map((a) => a.href)")
        assert len(links) == len(days), len(links)
        page.locator("button.md-version__current").focus()
        old = days[len(days) // 2].isoformat()
        page.click(f'.md-version__link[href*="/{old}/"]')
        page.wait_for_url(f"**/{old}/theses/pair/track-record/")
        page.wait_for_selector('.mtm-notice [data-kind="outdated"]:not([hidden])')
        page.click('.mtm-notice [data-kind="outdated"] a')
        page.wait_for_url("**/latest/theses/pair/track-record/")
        browser.close()
    server.shutdown()
    return f"{len(links)} editions in the menu; the same page of {old}, and back by its banner"


def main(count: int) -> None:
    days = month_ends(count)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "repository"
        out = root / "site"
        lay_thesis(root)
        sizes, refreshes, builds = [0], [], []
        for day in days:
            today = ("--today", day.isoformat())
            with world_until(day) as mirror:
                refreshes.append(mtm(root, "refresh", *today, MTM_MIRROR=mirror)[1])
            # The menu finds the same page through sitemaps, which need the address.
            builds.append(mtm(root, "build", *today, SITE_URL=f"http://127.0.0.1:{port}/")[1])
            sizes.append(size(out))
        verified, seconds = mtm(root, "editions", "verify")
        print(f"{count} editions, {days[0]} to {days[-1]}: {verified.strip()} ({seconds:.1f} s)")
        print("menu:        ", check_menu(out, days, port))
        print("diff:        ", check_diff(root, days))
        print("track record:", check_track_record(out, days))
        added = np.diff(sizes)
        print(f"size: {sizes[-1] / 1e6:.1f} MB; first {added[0] / 1e3:.0f} KB, then each")
        later = added[1:] / 1e3
        print(f"  {later.min():.0f} to {later.max():.0f} KB, median {np.median(later):.0f} KB")
        for words, values in (("refresh", refreshes), ("build", builds)):
            ends = [statistics.median(part) for part in (values[1:6], values[-5:])]
            print(f"{words}: {ends[0]:.1f} s in the beginning, {ends[1]:.1f} s in the end")


if __name__ == "__main__":
    if not (MARKET / "server.py").is_file():
        raise SystemExit("MTM_MARKET names no folder of real market data.")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
