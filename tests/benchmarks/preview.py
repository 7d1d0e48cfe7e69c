"""From save to screen in `mtm serve`: a word, a chart, a data file, a stylesheet, in Chromium.

    python -m tests.benchmarks.preview [--rounds 5] [--theses 1 20] [--own]

For each number of copies of a small thesis (and for the repository's own), the median and the
longest time from the end of a save until the browser has painted what was saved.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from tests.conftest import CHROMIUM, ROOT, lay_repository
from tests.previewing import previewing

PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
STYLED = "text => getComputedStyle(document.body).getPropertyValue('--saved').trim() === text"
COLORS = ("amber", "blue", "cyan", "green", "violet", "white")  # the lint knows numbers too
Change = Callable[[int], str]  # saves the round's change; the text that shows it


def copies(root: Path, count: int) -> str:
    """A repository with so many copies of the tiny thesis; the name of the one to change."""
    lay_repository(root)
    tiny = root / "templates" / "tiny"
    for number in range(1, count):
        shutil.copytree(tiny, root / "templates" / f"tiny-{number:02}")
    return "tiny"


def own(root: Path) -> str:
    """The repository as it is; the name of its first thesis."""
    for name in ("templates", "docs", ".store", ".cache"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mkdocs.yml", root)
    return min(p.parent.name for p in (root / "templates").glob("*/thesis.yml"))


def changes(root: Path, slug: str) -> dict[str, Change]:
    """What is saved, by its name; each round shows another text."""
    folder, style = root / "templates" / slug, root / "templates/_theme/assets/site.css"
    article, charts, css = folder / "article.md.j2", folder / "charts.py", style.read_text()
    words, code = article.read_text(), charts.read_text()
    table = next(iter(sorted((folder / "cited").glob("*.csv"))))
    rows = table.read_text()

    def word(number: int) -> str:
        article.write_text(f"{words}\n\nA word saved in {COLORS[number % 6]}.\n")
        return f"A word saved in {COLORS[number % 6]}."

    def chart(number: int) -> str:
        charts.write_text(
            code.replace('subtitle="', f'subtitle="Drawn in {COLORS[number % 6]}. ', 1)
        )
        return f"Drawn in {COLORS[number % 6]}. "

    def data(number: int) -> str:
        table.write_text(rows.replace(",40,", f",{39 + number % 2 * 2},"))
        return f"The fact says {39 + number % 2 * 2}%"

    def stylesheet(number: int) -> str:
        style.write_text(f"{css}\nbody {{ --saved: round-{number} }}\n")
        return f"round-{number}"

    found = {"a word": word, "a chart": chart, "a data file": data, "a stylesheet": stylesheet}
    if slug != "tiny":  # no figure of another is known here
        del found["a data file"]
    return found


def measured(page: Any, change: Change, number: int) -> float:
    time.sleep(0.5)
    start = time.perf_counter()
    text = change(number)
    if text.startswith("round-"):
        page.wait_for_function(STYLED, arg=text)
    else:
        page.get_by_text(text).first.wait_for(state="attached")
    page.evaluate(PAINTED)
    return time.perf_counter() - start


def run(root: Path, slug: str, rounds: int) -> dict[str, list[float]]:
    with previewing(root) as preview, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{preview.address}theses/{slug}/", wait_until="load")
        times = {
            name: [measured(page, change, number) for number in range(1, rounds + 1)]
            for name, change in changes(root, slug).items()
        }
        browser.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--theses", type=int, nargs="*", default=[1, 20])
    parser.add_argument("--own", action="store_true", help="also the repository's own theses")
    options = parser.parse_args()
    table = Table("what is saved", box=None)
    results: list[dict[str, list[float]]] = []
    for count in [*options.theses, *([0] if options.own else [])]:
        name = f"{count} small theses" if count != 1 else "1 small thesis"
        table.add_column(name if count else "the repository's own", justify="right")
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            place = root / "repository"
            if not count:
                place.mkdir()
            slug = copies(place, count) if count else own(place)
            results.append(run(place, slug, options.rounds))
    for what in results[0]:
        cells = [
            f"{statistics.median(r[what]):.2f} s (up to {max(r[what]):.2f})" if what in r else "-"
            for r in results
        ]
        table.add_row(what, *cells)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
