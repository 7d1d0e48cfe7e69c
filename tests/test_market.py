"""The live path, against a stand-in for Yahoo Finance with real prices (MTM_MARKET)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_build import copy_repository, run

DAY = "2026-05-01"
MARKET = Path(os.environ.get("MTM_MARKET", ""))

pytestmark = [
    pytest.mark.market,
    pytest.mark.skipif(
        not (MARKET / "server.py").is_file(),
        reason="MTM_MARKET names no folder of real market data",
    ),
]


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    command = (sys.executable, str(MARKET / "server.py"), "--until", DAY)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


@pytest.fixture(scope="module")
def live(mirror: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "templates" / "small-caps").is_dir():
        pytest.skip("this fork has no templates/small-caps to build")
    root = copy_repository(tmp_path_factory.mktemp("live") / "repository")
    fetched = run("refresh", "--today", DAY, root=root, MTM_MIRROR=mirror, MTM_OFFLINE="")
    assert fetched.returncode == 0, fetched.stderr
    for never in ("IJS", "DFSVX"):
        assert f"warning: {never}" in fetched.stderr
    done = run("build", "--today", DAY, root=root)
    assert done.returncode == 0, done.stderr
    return root


def record(root: Path) -> dict:  # type: ignore[type-arg]
    path = root / "site" / DAY / "edition.json"
    return json.loads(path.read_text())["theses"]["small-caps"]


def test_daily_prices_bring_at_least_eighteen_charts(live: Path) -> None:
    charts = {chart["id"] for chart in record(live)["charts"]}
    assert len(charts) >= 25
    assert {"growth", "end_date", "tariff", "equal_weight", "price_ratio"} <= charts


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("iwm_2024", 11.38),
        ("spy_2024", 24.89),
        ("avuv_2024", 9.29),
        ("ijr_2024", 8.63),
        ("vbr_2024", 12.40),
        ("iwm_2025", 12.66),
        ("spy_2025", 17.72),
        ("avuv_2025", 7.44),
        ("ijr_2025", 5.89),
        ("vbr_2025", 9.09),
    ],
)
def test_total_returns_from_stored_prices(fact: str, expected: float, live: Path) -> None:
    assert record(live)["facts"][fact]["value"] == pytest.approx(expected, abs=0.05)


def test_claims_on_daily_prices_are_judged_and_a_short_sample_is_not(live: Path) -> None:
    verdicts = {claim["id"]: claim["verdict"] for claim in record(live)["claims"]}
    assert verdicts["decade_gap"] == "holds"
    assert verdicts["tariff_fall"] == "holds"
    assert verdicts["avuv_window"] == "holds"
    assert verdicts["no_guarantee"] == "not checked this build"
    assert verdicts["volatility"] == "not checked this build"


def test_every_chart_that_needs_only_what_is_stored_is_in_the_article(live: Path) -> None:
    article = (live / "site" / DAY / "theses/small-caps/index.html").read_text("utf-8")
    left_out = article.partition('id="what-this-edition-could-not-show"')[2].partition("<h2")[0]
    # Prices end before the thesis was published: what has happened since then is not known yet.
    # And this is its first edition.
    assert re.findall(r"<strong>([^,<]*)", left_out) == [
        "Return since this thesis was published",
        "The gap since the first edition among all windows of that length",
    ]
    assert article.count('class="mtm-figure"') >= 22


def test_no_download_of_the_site_holds_the_closes_of_yahoo(live: Path) -> None:
    """What is published is rebased or derived: no file repeats a stored close beside its day."""
    closes = {
        path.name: {tuple(row.split(",")[:2]) for row in path.read_text().splitlines()[1:]}
        for path in (live / ".store").glob("yahoo-*.csv")
    }
    assert len(closes) == 9  # of all theses
    for path in (live / "site").rglob("*"):
        if path.suffix not in (".csv", ".json") or path.name == "edition.json":
            continue
        dated = set(_dated(path.read_text("utf-8")))
        for name, prices in closes.items():
            assert len(dated & prices) < 0.005 * len(prices), (path, name)


def test_a_repeated_close_would_be_found() -> None:
    rows = "date,close\n2026-04-30,101.25\n2026-05-01,102.5\n"
    drawn = '[{"date":"2026-04-30","close":101.25},{"date":"2026-05-01","close":102.5}]'
    assert {("2026-04-30", "101.25"), ("2026-05-01", "102.5")} <= set(_dated(rows))
    assert {("2026-04-30", "101.25"), ("2026-05-01", "102.5")} <= set(_dated(drawn))


def _dated(text: str) -> Iterator[tuple[str, str]]:
    """Each day with the figures that stand beside it, in a row of CSV or an object of JSON."""
    for row in re.split(r"[\n{}]", text):
        days = re.findall(r"\b\d{4}-\d{2}-\d{2}\b", row)
        for figure in re.findall(r"(?<![\d.-])\d+\.\d+(?![\d.])", row):
            yield from ((day, figure) for day in days)
