"""The whole path: from the repository to a laid, versioned site."""

from __future__ import annotations

import atexit
import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import CASES, ROOT, MakeRepository

EPOCH = "1790000000"
DAY = "2026-11-23"


def run(*arguments: str, root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command as a person calls it, offline."""
    environment = {**os.environ, "MTM_OFFLINE": "1", "SOURCE_DATE_EPOCH": EPOCH, **variables}
    command = (sys.executable, "-m", "generator", "--root", str(root), *arguments)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def copy_repository(target: Path) -> Path:
    """The repository as a fresh clone has it: no store, no site, nothing generated."""
    ignored = shutil.ignore_patterns(
        ".*",
        "site",
        "tests",
        "theses",
        "index.md",
        "gallery.md",
        "functions.md",
        "corrections.md",
        "glossary.md",
        "__pycache__",
        "*.egg-info",
    )
    shutil.copytree(ROOT, target, ignore=ignored)
    (target / ".cache").mkdir()
    (target / ".cache" / "charts").symlink_to(drawn(), target_is_directory=True)
    return target


@functools.cache
def drawn() -> Path:
    """Drawn pictures, keyed by all they depend on: what one copy drew serves the next."""
    folder = Path(tempfile.mkdtemp(prefix="charts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if (ROOT / ".cache" / "charts").is_dir():
        shutil.copytree(ROOT / ".cache" / "charts", folder, dirs_exist_ok=True)
    return folder


WHOLE: list[Path] = []  # built once for all the modules that read it, and changed by none


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the small-cap site built from embedded data alone."""
    if not (ROOT / "templates" / "small-caps").is_dir():
        pytest.skip("this fork has no templates/small-caps to build")
    if not WHOLE:
        root = copy_repository(tmp_path_factory.mktemp("whole") / "repository")
        done = run("build", "--today", DAY, root=root)
        assert done.returncode == 0, done.stderr
        WHOLE.append(root)
    return WHOLE[0]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def record(root: Path, day: str = DAY) -> dict:  # type: ignore[type-arg]
    return json.loads((root / "site" / day / "edition.json").read_text(encoding="utf-8"))


def test_a_fresh_clone_without_network_shows_at_least_ten_real_charts(built: Path) -> None:
    article = (built / "site" / DAY / "theses" / "small-caps" / "index.html").read_text("utf-8")
    assert article.count('class="mtm-figure"') >= 10
    charts = record(built)["theses"]["small-caps"]["charts"]
    assert len(charts) >= 15
    for chart in charts:
        for file in chart["files"].values():
            assert file in record(built)["files"], file
            assert (built / "site" / DAY / file).stat().st_size > 100, file


def test_every_chart_has_its_words_and_enough_points(built: Path) -> None:
    folder = built / "site" / DAY / "theses" / "small-caps"
    pages = "".join(path.read_text("utf-8") for path in folder.rglob("index.html"))
    for chart in record(built)["theses"]["small-caps"]["charts"]:
        figure = pages.partition(f'id="figure-{chart["id"]}"')[2].partition("</figure>")[0]
        assert figure, chart["id"]
        assert len(chart["title"].split()) <= 10, chart["title"]
        assert 'class="mtm-figure-subtitle"' in figure
        assert re.search(r"Source: .*\d{4}-\d{2}-\d{2}|claims ledger of this edition", figure)
        alt = re.search(r'<img[^>]* alt="([^"]+)"', figure)
        assert alt is not None, chart["id"]
        assert len(alt[1]) > 40, chart["id"]
        rows = (
            (built / "site" / DAY / chart["files"]["csv"]).read_text("utf-8").strip().splitlines()
        )
        assert len(rows) >= 3, chart["id"]


def test_the_description_of_each_chart_names_its_columns_sources_and_license(built: Path) -> None:
    charts = record(built)["theses"]["small-caps"]["charts"]
    assert len(charts) >= 30
    for chart in charts:
        folder = built / "site" / DAY
        words = json.loads((folder / chart["files"]["meta.json"]).read_text("utf-8"))
        rows = (folder / chart["files"]["csv"]).read_text("utf-8").splitlines()
        assert [column["name"] for column in words["columns"]] == next(csv.reader(rows[:1]))
        assert (words["title"], words["alt"]) == (chart["title"], chart["alt"])
        assert DAY not in words["figure"]  # an unchanged chart is described by the same file
        page, _, anchor = words["figure"].partition("#")
        assert f'id="{anchor}"' in (folder / page / "index.html").read_text("utf-8")
        assert words["licence"]["name"]
        # What is made from the claims alone has no source but this edition.
        own = chart["id"] in ("scoreboard_chart", "falsifier_chart")
        assert own or all(source["publisher"] for source in words["sources"])
        assert own or words["sources"]


def test_figures_are_numbered_in_their_order_and_lead_to_themselves(built: Path) -> None:
    for page in (built / "site" / DAY / "theses" / "small-caps").rglob("index.html"):
        text = page.read_text("utf-8")
        found = re.findall(r'<a href="#(figure-[^"]*)"[^>]*>Figure (\d+)</a>', text)
        assert [int(number) for _, number in found] == list(range(1, len(found) + 1))
        assert [name for name, _ in found] == re.findall(r'<figure[^>]*\sid="([^"]*)"', text)


def test_the_page_says_which_charts_are_left_out_and_what_brings_them(built: Path) -> None:
    article = (built / "site" / DAY / "theses" / "small-caps" / "index.html").read_text("utf-8")
    section = article.partition('id="what-this-edition-could-not-show"')[2].partition("<h2")[0]
    assert "Growth of $10,000" in section
    assert "daily prices of IWM are not stored" in section
    assert "mtm refresh" in section


def test_every_claim_of_the_source_article_is_in_the_ledger(built: Path) -> None:
    claims = record(built)["theses"]["small-caps"]["claims"]
    ledger = (built / "site" / DAY / "theses/small-caps/ledger/index.html").read_text("utf-8")
    assert len(claims) >= 46
    for claim in claims:
        assert f'id="{claim["id"]}"' in ledger, claim["id"]
    withdrawn = {c["id"] for c in claims if c["verdict"] == "withdrawn"}
    not_found = {"small_pe_unsourced", "large_pe_unsourced", "lowest_underweight", "retail_share"}
    assert not_found <= withdrawn


def test_claims_that_need_daily_prices_are_not_shown_as_holding(built: Path) -> None:
    verdicts = {c["id"]: c["verdict"] for c in record(built)["theses"]["small-caps"]["claims"]}
    assert verdicts["decade_gap"] == "not checked this build"
    assert verdicts["tariff_fall"] == "not checked this build"
    assert verdicts["lee_outcome"] == "holds"


def test_the_article_is_as_long_as_it_should_be(built: Path) -> None:
    text = (built / "docs" / "theses" / "small-caps" / "index.md").read_text("utf-8")
    body = text.partition("## Valuation")[2].partition("## What this edition")[0]
    body = body.partition("## About this edition")[0]
    prose = re.sub(r"<figure.*?</figure>", "", body, flags=re.S)
    prose = re.sub(r'<a class="mtm-mark.*?</a>', "", prose)  # the marks after claims
    prose = re.sub(r"\[[^\]]*\]\([^)]*\)(\{[^}]*\})?", "", prose)
    prose = re.sub(r"^\|.*$", "", prose, flags=re.M)  # the rows of a table are no prose
    assert 1500 <= len(prose.split()) <= 2500


def test_two_builds_with_the_same_inputs_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = copy_repository(tmp_path / "again")
    shutil.rmtree(again / ".cache", ignore_errors=True)  # drawn anew, not fetched from a cache
    done = run("build", "--today", DAY, root=again)
    assert done.returncode == 0, done.stderr
    first, second = tree(built / "site"), tree(again / "site")
    assert [path for path in first if first[path] != second.get(path)] == []
    assert first.keys() == second.keys()


def test_another_day_adds_an_edition_and_leaves_the_older_one_as_it_was(
    built: Path, tmp_path: Path
) -> None:
    root = copy_repository(tmp_path / "days")
    shutil.copytree(built / "site", root / "site")
    before = tree(root / "site" / DAY)
    done = run("build", "--today", "2026-11-30", root=root)
    assert done.returncode == 0, done.stderr
    assert tree(root / "site" / DAY) == before
    versions = json.loads((root / "site" / "versions.json").read_text())
    assert [(v["version"], v["aliases"]) for v in versions] == [
        ("2026-11-30", ["latest"]),
        (DAY, []),
    ]
    assert record(root, "2026-11-30")["previous"]["edition"] == DAY
    assert run("editions", "verify", root=root).returncode == 0
    older = run("build", "--today", "2026-11-24", root=root)
    assert older.returncode == 5
    assert "would be older than the newest one, 2026-11-30" in older.stderr


def test_a_mistake_leaves_the_laid_site_as_it_was(make_repository: MakeRepository) -> None:
    root = make_repository()
    assert run("build", "--today", "2026-01-30", root=root).returncode == 0
    before = tree(root / "site")
    for case in ("undefined-fact", "unknown-key", "missing-column"):
        shutil.copytree(CASES / "_base", root, dirs_exist_ok=True)
        shutil.copytree(CASES / case, root, dirs_exist_ok=True)
        done = run("build", "--today", "2026-01-31", root=root)
        assert done.returncode == 1
        assert done.stderr.strip().endswith((CASES / case / "error.txt").read_text().strip())
        assert "Traceback" not in done.stderr
        assert tree(root / "site") == before


def test_the_shared_parts_link_only_to_pages_the_thesis_has(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    article = root / "templates" / "tiny" / "article.md.j2"
    parts = ("masthead", "colophon", "disclosures")
    includes = "".join(f'{{% include "_shared/{part}.md.j2" %}}\n' for part in parts)
    article.write_text(f"{article.read_text()}\n{includes}")
    done = run("build", "--today", "2026-01-31", root=root)
    assert done.returncode == 0, done.stderr


def test_an_address_written_into_mkdocs_yml_counts(make_repository: MakeRepository) -> None:
    root = make_repository()
    config = (root / "mkdocs.yml").read_text()
    config = config.replace('!ENV [SITE_URL, ""]', "https://example.org/notes/")
    (root / "mkdocs.yml").write_text(config)
    assert run("build", "--today", "2026-01-31", root=root).returncode == 0
    page = (root / "site" / "latest" / "theses" / "tiny" / "index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/notes/latest/theses/tiny/">' in page


def test_a_title_may_hold_a_colon(make_repository: MakeRepository) -> None:
    root = make_repository()
    thesis = root / "templates" / "tiny" / "thesis.yml"
    thesis.write_text(thesis.read_text().replace("A tiny thesis", '"Rates: the \\"last\\" cut"'))
    done = run("build", "--today", "2026-01-31", root=root)
    assert done.returncode == 0, done.stderr
    page = (root / "site" / "2026-01-31" / "theses" / "tiny" / "index.html").read_text("utf-8")
    assert '<title>Rates: the "last" cut - ' in page


@pytest.mark.parametrize("path", ["templates/tiny/article.md.j2", "docs/about.md"])
def test_a_dead_link_is_exit_1_and_names_the_page(
    make_repository: MakeRepository, path: str
) -> None:
    root = make_repository()
    page = root / path
    page.write_text(page.read_text() + "\nSee [there](nowhere.md).\n")
    done = run("build", "--today", "2026-01-31", root=root)
    assert done.returncode == 1
    assert path in done.stderr
    assert "nowhere.md" in done.stderr
    assert not (root / "site").exists()


def test_mkdocs_by_hand_builds_strictly_and_never_touches_the_editions(built: Path) -> None:
    before = tree(built / "site")
    done = subprocess.run(
        (sys.executable, "-m", "mkdocs", "build", "--strict"),
        cwd=built,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert tree(built / "site") == before


def test_with_an_address_each_edition_names_itself_and_latest_names_latest(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    address = "https://example.org/notes"  # without a slash at its end, as people write it
    assert run("build", "--today", "2026-01-31", root=root, SITE_URL=address).returncode == 0
    for folder in ("2026-01-31", "latest"):
        page = (root / "site" / folder / "theses" / "tiny" / "index.html").read_text("utf-8")
        canonical = f'<link rel="canonical" href="{address}/{folder}/theses/tiny/">'
        assert canonical in page
        assert f"{address}/{folder}/" in (root / "site" / folder / "sitemap.xml").read_text()


class Links(HTMLParser):
    """Every address a page points at, and every anchor it offers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        for name in ("href", "src", "data-chart", "data-vega"):
            if name in values:
                self.addresses.add(values[name])
        if "srcset" in values:
            self.addresses |= {part.split()[0] for part in values["srcset"].split(",")}


def test_no_link_anchor_or_file_of_the_built_tree_is_dead(built: Path) -> None:
    site = built / "site"
    pages = {
        path: Links(path.read_text("utf-8"))
        for path in site.rglob("*.html")
        if path.parent != site  # the root's own pages lead away at run time
    }
    dead = []
    for page, links in pages.items():
        for address in links.addresses:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "mailto", "data", "javascript"):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else set()
            if target.suffix == ".svg" and f'<svg id="{parts.fragment}"' in target.read_text(
                "utf-8"
            ):
                anchors = {parts.fragment}
            if not target.is_file() or (parts.fragment and parts.fragment not in anchors):
                dead.append(f"{page.relative_to(site)} -> {address}")
    assert dead == []
    assert len(pages) >= 14


def test_pages_ask_no_other_host_for_anything(built: Path) -> None:
    pattern = re.compile(
        r'<(?:script|link|img|source|iframe)[^>]+(?:src|href|srcset)="(https?:)?//'
    )
    pages = (built / "site").rglob("*.html")
    assert [p.name for p in pages if pattern.search(p.read_text("utf-8"))] == []
    sheets = (built / "site").rglob("*.css")
    assert [p.name for p in sheets if re.search(r"url\([\"']?https?:", p.read_text("utf-8"))] == []
