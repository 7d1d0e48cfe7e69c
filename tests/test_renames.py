"""A renamed thesis, claim or chart keeps its history, and its address in latest/."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.build import build
from generator.editions import lost_for_want_of_data
from generator.model import Edition
from generator.redirects import moved, redirect_html
from generator.renames import Renames, in_todays_names, renames_in
from tests.conftest import MakeRepository

NAMES = Renames("new", ("middle", "old"), {"a": "b"}, {"bars": "sizes"})


def edition(name: str, slug: str, *claims: str, charts: tuple[str, ...] = ()) -> Edition:
    thesis = {
        "claims": [{"id": claim, "verdict": "holds", "now": 1.0} for claim in claims],
        "charts": [{"id": chart} for chart in charts],
    }
    return Edition(name, {"theses": {slug: thesis}, "data_as_of": {f"{slug}/x": name}}, "hash")


def ids(item: Edition, kind: str = "claims") -> list[str]:
    return [record["id"] for record in item.record["theses"]["new"][kind]]


def test_earlier_editions_are_read_under_the_names_of_today() -> None:
    past = [
        edition("2026-01-01", "old", "a", "c", charts=("bars",)),
        edition("2026-02-01", "middle", "b"),
        edition("2026-03-01", "new", "b"),
    ]
    found = in_todays_names(past, [NAMES])
    assert [ids(item) for item in found] == [["b", "c"], ["b"], ["b"]]
    assert ids(found[0], "charts") == ["sizes"]
    assert [item.record["theses"]["new"]["address"] for item in found] == ["old", "middle", "new"]
    assert found[0].record["data_as_of"]["new/x"] == "2026-01-01"
    assert [item.sha256 for item in found] == ["hash"] * 3
    assert "old" in past[0].record["theses"]  # the record itself is as it was


def test_what_has_the_name_of_today_already_goes_before() -> None:
    (found,) = in_todays_names([edition("2026-01-01", "new", "a", "b")], [NAMES])
    assert ids(found) == ["b"]


@given(st.lists(st.sampled_from("abcdefg"), unique=True))
def test_a_claim_that_was_not_renamed_is_never_lost(claims: list[str]) -> None:
    (found,) = in_todays_names([edition("2026-01-01", "old", *claims)], [NAMES])
    assert {claim for claim in claims if claim != "a"} <= set(ids(found))
    assert len(ids(found)) == len(set(ids(found)))


def test_what_was_renamed_is_not_lost_when_an_edition_is_published() -> None:
    earlier = edition("2026-01-01", "old", charts=("bars", "lines"))
    record = {
        "theses": {
            "new": {
                "was": ["old"],
                "renamed_charts": {"bars": "sizes"},
                "claims": [{"id": "b", "was": ["a"]}],
                "missing": ["sizes"],
            }
        }
    }
    assert lost_for_want_of_data(earlier, record) == ["new: sizes"]
    del record["theses"]["new"]["was"]
    assert lost_for_want_of_data(earlier, record) == ["old: the whole thesis"]
    assert renames_in(record)[0].claims == {"a": "b"}


def test_every_page_of_a_renamed_thesis_leads_on_and_nothing_else_does() -> None:
    had = [
        "index.html",
        "gone/index.html",
        "theses/old/index.html",
        "theses/old/ledger/index.html",
        "theses/old/gone/index.html",
        "theses/old/charts/x.svg",
        "theses/other/index.html",
    ]
    has = ["index.html", "theses/new/index.html", "theses/new/ledger/index.html"]
    assert moved(had, has, {"old": "new"}) == [
        ("theses/old/gone/index.html", "new", "../../new/"),
        ("theses/old/index.html", "new", "../new/"),
        ("theses/old/ledger/index.html", "new", "../../new/ledger/"),
    ]


def test_a_page_that_is_there_is_never_overwritten() -> None:
    both = ["theses/old/index.html", "theses/new/index.html"]
    assert moved(both, both, {"old": "new"}) == []


def test_a_page_that_leads_on_has_its_policy_a_link_and_an_inert_title() -> None:
    page = redirect_html("../new/", title="<b>Caps").decode()
    assert 'http-equiv="refresh" content="0; url=../new/"' in page
    assert '<a href="../new/">&lt;b&gt;Caps</a>' in page
    assert '<link rel="canonical" href="../new/">' in page
    assert "Content-Security-Policy" in page
    assert "'sha256-" in page  # the script that keeps the place within the page


def build_on(root: Path, day: str, site_url: str = "") -> None:
    today = dt.date.fromisoformat(day)
    stamp = dt.datetime.combine(today, dt.time(23, 59), dt.UTC)
    build(root, today=today, stamp=stamp, out=root / "site", site_url=site_url)


@pytest.mark.parametrize("site_url", ["", "https://notes.example/"])
def test_a_thesis_is_renamed_with_all_it_holds(
    make_repository: MakeRepository, site_url: str
) -> None:
    root = make_repository()
    build_on(root, "2026-01-30", site_url)
    folder = (root / "templates" / "tiny").rename(root / "templates" / "small")
    for name, replacements in {
        "thesis.yml": [("lead_chart: sizes", "lead_chart: bars_of_shares")],
        "charts.py": [("def sizes", "def bars_of_shares")],
        "article.md.j2": [("charts.sizes", "charts.bars_of_shares"), ("largest_share", "biggest")],
        "claims.yml": [("largest_share:", "biggest:\n  was: [largest_share]")],
    }.items():
        text = (folder / name).read_text()
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        (folder / name).write_text(text)
    with (folder / "thesis.yml").open("a") as file:
        file.write("was: [tiny]\nrenamed_charts: {sizes: bars_of_shares}\n")
    before = {p: p.read_bytes() for p in (root / "site" / "2026-01-30").rglob("*") if p.is_file()}
    build_on(root, "2026-02-06", site_url)
    latest = root / "site" / "latest" / "theses"
    assert "url=../small/" in (latest / "tiny" / "index.html").read_text()
    article = (latest / "small" / "index.html").read_text()
    assert 'id="figure-sizes"' in article
    assert 'id="note-largest_share"' in article
    dated = root / "site" / "2026-02-06"
    assert not (dated / "theses" / "tiny").exists()
    record = json.loads((dated / "edition.json").read_text())
    assert not any(path.startswith("theses/tiny/") for path in record["files"])
    assert record["theses"]["small"]["was"] == ["tiny"]
    assert {p: p.read_bytes() for p in before} == before
