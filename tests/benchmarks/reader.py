"""What a reader of the article pays: bytes, requests, waiting, and whether anything moves.

    python -m tests.benchmarks.reader [--site DIR] [--rounds 3] [--verbose]

Serves a laid tree as GitHub Pages does (text packed by gzip) and opens the article's latest edition
in Chromium, with an empty cache each time. Bytes and requests are counted at the server, heads of
answers included, so that those of workers are among them; a KB is 1,000 bytes. Without --site it
builds the site from the embedded data first. Prints medians over the rounds, each beside its limit.
Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.server
import mimetypes
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rich.console import Console
from rich.table import Table

from tests.conftest import CHROMIUM
from tests.test_build import DAY, copy_repository, run

ARTICLE = "latest/theses/small-caps/"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
FIGURE, LIVE = "figure.mtm-figure", "mtm-is-live"
PICTURE, EXPLORE = ".mtm-picture", ".mtm-explore"
SETTLED = 700  # milliseconds without anything to wait for, before bytes are read off
PACKED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".csv", ".txt", ".webmanifest"}
# 1.6 Mbit/s down, 750 kbit/s up, 150 ms; CDP wants bytes a second.
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
SLOW_CPU = 4
TASKS_COUNT_FOR = 5  # seconds after load within which long tasks are blocking time

LIMITS = {
    "first view, transferred": "at most 200 KB",
    "first view, requests": "at most 16",
    "reading on, each chart": "at most 15 KB",
    "first live chart, transferred": "at most 320 KB",
    "second live chart, transferred": "its own data only",
    "height gained by going live": "0 px",
    "requests off the site": "none",
    "throttled: first paint": "within 1.2 s",
    "throttled: blocking time": "under 300 ms",
    "throttled: layout shift": "0",
}

WATCH = """
window.mtmSeen = { tasks: [], shift: 0, largest: 0, moved: [] };
const watch = (type, each) => new PerformanceObserver(list => list.getEntries().forEach(each))
  .observe({ type, buffered: true });
watch("longtask", entry => mtmSeen.tasks.push([entry.startTime, entry.duration]));
watch("largest-contentful-paint", entry => { mtmSeen.largest = entry.startTime; });
watch("layout-shift", entry => {
  if (entry.hadRecentInput) return;
  mtmSeen.shift += entry.value;
  for (const { node } of entry.sources) {
    const element = node?.nodeType === 1 ? node : node?.parentElement;
    if (element) mtmSeen.moved.push(`${element.tagName.toLowerCase()}.${element.className}`);
  }
});
"""
TIMES = """seconds => {
  const paints = Object.fromEntries(
    performance.getEntriesByType("paint").map(entry => [entry.name, entry.startTime]));
  const until = performance.getEntriesByType("navigation")[0].loadEventEnd + seconds * 1000;
  return {
    first: paints["first-paint"],
    contentful: paints["first-contentful-paint"],
    largest: mtmSeen.largest,
    blocked: mtmSeen.tasks.filter(([start]) => start < until)
      .reduce((sum, [, duration]) => sum + duration - 50, 0),
    shift: mtmSeen.shift,
    moved: [...new Set(mtmSeen.moved)],
  };
}"""


@dataclass
class Served:
    """A running server: its address, and what it has sent since the last `take`."""

    address: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)  # path and bytes, head included
    packed: dict[Path, bytes] = field(default_factory=dict)

    def take(self) -> list[tuple[str, int]]:
        taken, self.sent[:] = list(self.sent), []
        return taken


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    served: Served

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self.folder / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        status = 200 if file.is_file() else 404
        file = file if status == 200 else self.folder / "404.html"
        content = file.read_bytes() if file.is_file() else b""
        self.send_response(status)
        self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "text/plain")
        self.send_header("Cache-Control", "max-age=600")
        if file.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = self.served.packed.setdefault(file, gzip.compress(content, 6))
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        head = sum(map(len, self._headers_buffer)) + len(b"\r\n")  # type: ignore[attr-defined]
        self.served.sent.append((path, head + len(content)))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.end_headers()
            self.wfile.write(content)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # kept-alive connections end with the browser

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a browser that leaves closes its connections as it likes


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Served]:
    served = Served()
    handler = type("Handler", (_Handler,), {"folder": folder, "served": served})
    server = _Server(("127.0.0.1", 0), handler)
    served.address = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Round:
    """The numbers of one round by name, and what stands behind them for --verbose."""

    numbers: dict[str, float] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


class Reader:
    """A browser with an empty cache that opens the article and tells what it cost."""

    def __init__(self, browser: Any, served: Served, kept: Round, options: dict[str, Any]) -> None:
        self.served, self.kept = served, kept
        self.context = browser.new_context(**options)
        self.context.on("request", self._request)
        self.page = self.context.new_page()
        self.is_touch = bool(options.get("has_touch"))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.served.address, "data:", "blob:")):
            self.kept.foreign.add(request.url)

    def open(self) -> None:
        self.served.take()
        self.page.goto(f"{self.served.address}{ARTICLE}", wait_until="load")
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(SETTLED)

    def read_to_the_end(self) -> None:
        top = -1
        while top != (top := self.page.evaluate("window.scrollY")):
            for _ in range(4):
                self.page.evaluate("window.scrollBy({ top: 200, behavior: 'instant' })")
                self.page.wait_for_timeout(40)
        self.settle()

    def go_live(self, number: int) -> tuple[list[tuple[str, int]], float, float]:
        """What it loads, the seconds until the chart is live, and the pixels it grows by."""
        figure = self.page.locator(FIGURE).nth(number)
        part = figure.locator(EXPLORE if self.is_touch else PICTURE)
        self.page.mouse.move(1, 1)  # else a figure that scrolls under the pointer goes live
        part.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        self.settle()
        before = figure.bounding_box()["height"]
        self.served.take()
        begun = time.perf_counter()
        part.tap() if self.is_touch else part.hover()
        self.page.wait_for_function(
            "([figure, name]) => figure.classList.contains(name)",
            arg=[figure.element_handle(), LIVE],
            polling="raf",
        )
        seconds = time.perf_counter() - begun
        self.settle()
        return self.served.take(), seconds, figure.bounding_box()["height"] - before

    def close(self) -> None:
        self.context.close()


def total(sent: list[tuple[str, int]]) -> int:
    return sum(size for _, size in sent)


def measure(browser: Any, served: Served, options: dict[str, Any]) -> Round:
    """Open, read to the end; then, anew, make two charts live."""
    kept = Round()
    numbers, reader = kept.numbers, Reader(browser, served, kept, options)
    reader.open()
    first = served.take()
    reader.read_to_the_end()
    rest = served.take()
    charts = sum(path.endswith(".svg") for path, _ in rest)
    numbers["first view, transferred"] = total(first)
    numbers["first view, requests"] = len(first)
    numbers["charts in the article"] = reader.page.locator(FIGURE).count()
    numbers["charts fetched while reading on"] = charts
    numbers["reading on, transferred"] = total(rest)
    numbers["reading on, each chart"] = total(rest) / max(charts, 1)
    reader.close()
    reader = Reader(browser, served, kept, options)
    reader.open()
    one, seconds, grown = reader.go_live(0)
    two, again, more = reader.go_live(1)
    reader.close()
    numbers["first live chart, transferred"] = total(one)
    numbers["first live chart, time"] = seconds * 1000
    numbers["second live chart, transferred"] = total(two)
    numbers["second live chart, time"] = again * 1000
    numbers["height gained by going live"] = max(grown, more, key=abs)
    kept.lists = {"first view": first, "reading on": rest, "first live chart": one}
    return kept


def measure_throttled(browser: Any, served: Served) -> Round:
    """Open and read to the end on a slow network and a slow processor."""
    kept = Round()
    reader = Reader(browser, served, kept, PHONE)
    session = reader.context.new_cdp_session(reader.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    reader.page.add_init_script(WATCH)
    reader.open()
    reader.page.wait_for_timeout(TASKS_COUNT_FOR * 1000)
    seen = reader.page.evaluate(TIMES, TASKS_COUNT_FOR)
    reader.read_to_the_end()
    after = reader.page.evaluate(TIMES, TASKS_COUNT_FOR)
    reader.close()
    kept.moved = set(after["moved"])
    kept.numbers = {
        "throttled: first paint": seen["first"],
        "throttled: first contentful paint": seen["contentful"],
        "throttled: largest contentful paint": seen["largest"],
        "throttled: blocking time": seen["blocked"],
        "throttled: layout shift": after["shift"],
    }
    return kept


def worded(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name.endswith(("transferred", "each chart")):
        return f"{value / 1000:,.1f} KB"
    if name.endswith(("paint", "time")):
        return f"{value:,.0f} ms"
    if name.endswith("going live"):
        return f"{value:.1f} px"
    return f"{value:.4f}" if name.endswith("shift") else f"{value:g}"


def medians(rounds: list[Round]) -> dict[str, float]:
    return {n: statistics.median(r.numbers[n] for r in rounds) for n in rounds[0].numbers}


def foreign(rounds: list[Round]) -> dict[str, float]:
    return {"requests off the site": len(set().union(*(r.foreign for r in rounds)))}


def print_table(wide: list[Round], phone: list[Round], slow: list[Round]) -> None:
    columns = [medians(wide) | foreign(wide), medians(phone) | foreign([*phone, *slow])]
    columns[1] |= medians(slow)
    table = Table("what", "1440 x 900", "390 x 844", "limit", box=None)
    for name in columns[1]:
        cells = (worded(name, column.get(name)) for column in columns)
        table.add_row(name, *cells, LIMITS.get(name, ""))
    Console(width=100).print(table)


def print_lists(size: str, kept: Round) -> None:
    for name, sent in kept.lists.items():
        print(f"\n{size}, {name}: {len(sent)} requests, {total(sent) / 1000:,.1f} KB")
        for path, count in sorted(sent, key=lambda one: -one[1]):
            print(f"  {count:>9,}  {path}")


def measure_site(folder: Path, *, rounds: int, verbose: bool) -> None:
    from playwright.sync_api import sync_playwright

    if not (folder / ARTICLE / "index.html").is_file():
        sys.exit(f"{folder} has no {ARTICLE}; name the folder that 'mtm build --out' laid.")
    with serve(folder) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        wide = [measure(browser, served, WIDE) for _ in range(rounds)]
        phone = [measure(browser, served, PHONE) for _ in range(rounds)]
        slow = [measure_throttled(browser, served) for _ in range(rounds)]
        browser.close()
    print_table(wide, phone, slow)
    for one in sorted(set().union(*(r.foreign for r in [*wide, *phone, *slow]))):
        print(f"asked off the site: {one}")
    for one in sorted(set().union(*(r.moved for r in slow))):
        print(f"moved: {one}")
    if verbose:
        print_lists("1440 x 900", wide[-1])
        print_lists("390 x 844", phone[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--site", type=Path, help="a laid tree, with latest/ in it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--verbose", action="store_true", help="list the requests by size")
    asked = parser.parse_args()
    if asked.site:
        measure_site(asked.site, rounds=asked.rounds, verbose=asked.verbose)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = copy_repository(Path(folder) / "repository")
        done = run("build", "--today", DAY, root=root)
        if done.returncode:
            sys.exit(done.stderr)
        measure_site(root / "site", rounds=asked.rounds, verbose=asked.verbose)


if __name__ == "__main__":
    main()
