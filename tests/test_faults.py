"""Every fault of the stand-in server (MTM_MARKET), on one series and on all: what comes of it."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.cli import main
from generator.sources import yahoo
from tests.conftest import lay_repository
from tests.market import Market, market, needs_market
from tests.test_build import run

__all__ = ["market"]  # a fixture
pytestmark = needs_market
BEFORE, AFTER = "2026-04-10", "2026-05-01"

THESIS = """\
title: Faults
sentence: What a source does wrong stays out.
summary: A thesis for trials.
published: 2026-01-02
pages: [article]
freshness: {daily_prices: 20 sessions, when_stale: stop}
data:
  shares: {cited: shares, label: Shares}
  prices: {yahoo: QQQ, label: QQQ, optional: true}
  iwm: {yahoo: IWM, tracks: rut, tracks_at: 0.1}
  spy: {yahoo: SPY, tracks: gspc, tracks_at: 0.1}
  rut: {yahoo: ^RUT}
  gspc: {yahoo: ^GSPC}
  fund: {yahoo_fund: IWM}
  target: {fred: DFEDTARU}
  library: {french: 6_Portfolios_2x3}
"""
DELAYS = {"slow": 0.2, "trickle": 1, "hang": 20}  # seconds
PRICES = ("yahoo-IWM", "yahoo-SPY", "yahoo-%5ERUT", "yahoo-%5EGSPC", "yahoo-QQQ")


@pytest.fixture(scope="module")
def stores(market: Market, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository with the store of three weeks before, and one with that of a clean refresh."""
    roots = []
    for name, day in (("before", BEFORE), ("clean", AFTER)):
        root = lay_repository(tmp_path_factory.mktemp("faults") / name)
        (root / "templates" / "tiny" / "thesis.yml").write_text(THESIS)
        market.show(day)
        done = run("refresh", "--today", day, root=root, MTM_MIRROR=market.mirror, MTM_OFFLINE="")
        assert done.returncode == 0, done.stderr
        roots.append(root)
    return roots[0], roots[1]


@dataclass
class Trial:
    """The repository of three weeks before, on a day on which something may go wrong."""

    root: Path
    before: Path  # its copy, untouched
    clean: Path  # as a refresh without a fault would leave it
    market: Market
    patch: pytest.MonkeyPatch
    output: pytest.CaptureFixture[str]

    def refresh(self) -> tuple[int, str]:
        """The exit code of a refresh in this process, and all that it said."""
        self.patch.setenv("MTM_MIRROR", self.market.mirror)
        yahoo._session.cache_clear()  # a session of its own, as a process has it
        with pytest.raises(SystemExit) as ended:
            main(["--root", str(self.root), "refresh", "--today", AFTER])
        out, err = self.output.readouterr()
        return int(ended.value.code or 0), f"{out}\n{err}"

    def build(self) -> Path:
        """The folder of the edition that is built from what is stored."""
        self.patch.delenv("MTM_MIRROR")
        done = run("build", "--today", AFTER, root=self.root)
        assert done.returncode == 0, done.stderr
        return self.root / "site" / AFTER


@pytest.fixture
def trial(
    market: Market,
    stores: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Trial:
    before, clean = stores
    shutil.copytree(before, tmp_path / "repository")
    market.show(AFTER)
    return Trial(tmp_path / "repository", before, clean, market, monkeypatch, capsys)


def series(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in (root / ".store").glob("*.csv")}


def lasting(root: Path) -> dict[str, str]:
    """The series that do not depend on the days on which they were read."""
    return {name: text for name, text in series(root).items() if "fund" not in name}


def statuses(root: Path) -> dict[str, str]:
    manifest = json.loads((root / ".store" / "manifest.json").read_text("utf-8"))
    return {name: entry["status"] for name, entry in manifest.items()}


# Of prices: mode, what becomes of the series, and words that say why.
OF_PRICES = [
    ("429", "kept", "429, too many requests"),
    ("500", "kept", "status 500"),
    ("503html", "kept", "status 503"),
    ("empty_result", "kept", "names no reason"),
    ("null_result", "kept", "has no prices for"),
    ("delisted", "kept", "(status 404)"),
    ("no_timestamp", "kept", "has no prices for"),
    ("nan_last", "fresh", ""),  # yfinance leaves such a row out; it comes with the next refresh
    ("nan_last_close_only", "rejected", "the close of 2026-05-01 is missing"),
    ("partial_today", "fresh", ""),  # a bar of the real today, long after --today
    ("slow", "fresh", ""),
    ("truncated", "kept", "broke off its answer"),
    ("not_json", "kept", "unreadable"),
    ("drop_conn", "kept", "broke off its answer"),
    ("bad_crumb", "kept", "did not accept its own cookie"),
    ("will_be_right_back", "kept", "unreadable"),
    ("scale100", "rejected", "and no split explains it"),
    ("stale", "rejected", "ends on"),
    ("dup_last", "fresh", ""),  # yfinance takes the second of the two
    ("gap_last5", "rejected", "5 sessions have no close"),
    ("negative", "rejected", "the close of 2026-05-01 is -"),
    ("evil_names", "fresh", ""),
]
SLOW = [("hang", "kept", "broke off its answer"), ("trickle", "kept", "broke off its answer")]


@pytest.mark.parametrize("symbol", ["IWM", "*"])
@pytest.mark.parametrize(("mode", "status", "words"), OF_PRICES)
def test_a_fault_of_prices(
    mode: str,
    status: str,
    words: str,
    symbol: str,
    trial: Trial,
) -> None:
    root, before, clean = trial.root, trial.before, trial.clean
    trial.market.fault(symbol, mode, what="chart", delay=DELAYS.get(mode, 0.0))
    code, said = trial.refresh()
    assert code == 0  # what is stored is within its budget
    assert statuses(root)["yahoo-IWM"] == status
    assert words in said
    if status != "fresh":
        assert "IWM" in said
        assert series(root)["yahoo-IWM"] == series(before)["yahoo-IWM"]
    for name, text in lasting(root).items():
        whole = lasting(clean)[name]
        assert whole.startswith(text) or text.startswith(whole), name
    assert len(list((root / ".store" / "rejected").glob("*.json"))) == (
        sum(state == "rejected" for state in statuses(root).values())
    )
    trial.market.show(AFTER)
    code, _ = trial.refresh()
    assert (code, lasting(root)) == (0, lasting(clean))  # the next one makes it whole


@pytest.mark.parametrize(("mode", "status", "words"), SLOW)
def test_a_source_that_does_not_end_is_left_in_time(
    mode: str,
    status: str,
    words: str,
    trial: Trial,
) -> None:
    trial.patch.setattr("generator.sources.http.ANSWER_SECONDS", 4)
    root, before, clean = trial.root, trial.before, trial.clean
    trial.market.fault("IWM", mode, what="chart", delay=DELAYS[mode])
    code, said = trial.refresh()
    assert (code, statuses(root)["yahoo-IWM"]) == (0, status)
    assert "'IWM'" in said
    assert words in said
    assert series(root)["yahoo-IWM"] == series(before)["yahoo-IWM"]
    assert series(root)["yahoo-QQQ"] == series(clean)["yahoo-QQQ"]


OTHERS = [
    ("IWM", "summary", "429", "yahoo_fund-IWM", "kept", "429, too many requests"),
    ("IWM", "summary", "500", "yahoo_fund-IWM", "kept", "status 500"),
    ("IWM", "summary", "bad_crumb", "yahoo_fund-IWM", "kept", "IWM"),
    ("IWM", "summary", "delisted", "yahoo_fund-IWM", "kept", "no fund data for 'IWM' (status 404)"),
    ("IWM", "summary", "not_json", "yahoo_fund-IWM", "kept", "'IWM'"),
    ("IWM", "summary", "null_summary", "yahoo_fund-IWM", "kept", "'IWM'"),
    ("IWM", "summary", "missing_module", "yahoo_fund-IWM", "fresh", "left out"),
    ("IWM", "summary", "evil_names", "yahoo_fund-IWM", "fresh", ""),
    ("DFEDTARU", "fred", "500", "fred-DFEDTARU", "kept", "status 500"),
    ("DFEDTARU", "fred", "not_json", "fred-DFEDTARU", "kept", "no table of 'DFEDTARU'"),
    ("DFEDTARU", "fred", "delisted", "fred-DFEDTARU", "kept", "does not have"),
    ("DFEDTARU", "fred", "429", "fred-DFEDTARU", "kept", "429"),
    ("DFEDTARU", "fred", "drop_conn", "fred-DFEDTARU", "kept", "broke off"),
    ("6_Portfolios_2x3", "french", "503html", "french-6_Portfolios_2x3", "kept", "status 503"),
    ("6_Portfolios_2x3", "french", "not_json", "french-6_Portfolios_2x3", "kept", "archive"),
]


@pytest.mark.parametrize(("symbol", "what", "mode", "name", "status", "words"), OTHERS)
def test_a_fault_of_another_source_stays_with_it(
    symbol: str,
    what: str,
    mode: str,
    name: str,
    status: str,
    words: str,
    trial: Trial,
) -> None:
    root, before, clean = trial.root, trial.before, trial.clean
    trial.market.fault(symbol, mode, what=what)
    code, said = trial.refresh()
    assert (code, statuses(root)[name]) == (0, status)
    assert words in said
    if status == "kept":
        assert series(root)[name] == series(before)[name]
    for other in PRICES:
        assert series(root)[other] == series(clean)[other]


def test_a_crumb_refused_with_429_ends_the_whole_pass_over_that_publisher(
    trial: Trial,
) -> None:
    root, before, clean = trial.root, trial.before, trial.clean
    trial.market.fault("*", "429", what="crumb")
    code, said = trial.refresh()
    assert (code, "429, too many requests" in said) == (0, True)
    for name in (*PRICES, "yahoo_fund-IWM"):
        assert (name, series(root)[name]) == (name, series(before)[name])
    assert series(root)["fred-DFEDTARU"] == series(clean)["fred-DFEDTARU"]


def test_a_build_after_a_bad_day_shows_only_what_was_stored_before(
    trial: Trial,
) -> None:
    for symbol, mode in (("IWM", "scale100"), ("SPY", "negative"), ("QQQ", "gap_last5")):
        trial.market.fault(symbol, mode, what="chart")
    trial.refresh()
    record = json.loads((trial.build() / "edition.json").read_text("utf-8"))
    assert record["data_as_of"]["tiny/iwm"] == BEFORE
    assert record["data_as_of"]["tiny/gspc"] == AFTER


EVIL = "<script>alert(1)</script> {{ 7*7 }} | **x**"  # what the server calls a holding
PRINTED = """

Largest: {{ (tables.fund.frame | reading("top_holding")).value }}

In other words: {{ (tables.fund.frame | reading("top_holding")).value | lower | trim }}

| Fund | Largest |
|---|---|
| IWM | {{ (tables.fund.frame | reading("top_holding")).value }} |
"""


def test_what_a_source_wrote_is_inert_text_on_a_page(
    trial: Trial,
) -> None:
    root = trial.root
    with (root / "templates" / "tiny" / "article.md.j2").open("a") as file:
        file.write(PRINTED)
    trial.market.fault("*", "evil_names")
    trial.refresh()
    page = (trial.build() / "theses" / "tiny" / "index.html").read_text("utf-8")
    assert html.unescape(page).count(EVIL) == 3  # in small letters it is the same
    assert re.search(r"<td>IWM</td>\s*<td>[^<]*</td>\s*</tr>", page)  # one cell, nothing in it
    for path in (root / "site").rglob("*"):
        if path.suffix in (".html", ".svg", ".xml", ".json", ".csv", ".js"):
            assert "<script>alert(1)" not in path.read_text("utf-8"), path
