"""Files that editions have in common: where they go, and how pages name them there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.editions import RECORD
from generator.errors import EditionChanged
from generator.laying import Site, lay_edition
from generator.sharing import (
    is_shared_name,
    listed_as,
    path_in_tree,
    references,
    shared_places,
    with_folders,
    with_shared,
)
from generator.tree import check_unaltered, hash_tree, read_editions, verify_tree
from tests.test_publish import EPOCH, root_files_for

ONE, TWO = "1" * 64, "2" * 64
DIGESTS = {
    "index.html": ONE,
    "theses/caps/index.html": ONE,
    "theses/caps/charts/growth.svg": ONE,
    "theses/caps/charts/growth.phone.svg": TWO,
    "theses/caps/charts/growth.meta.json": ONE,
    "assets/page.js": ONE,
    "assets/fonts/text.woff2": ONE,
    "assets/stylesheets/first.12ab34cd.css": TWO,
    "search/search_index.json": ONE,
    "sitemap.xml": ONE,
}
PLACES = shared_places(DIGESTS)
PAGE = "theses/caps/index.html"


def test_pages_and_what_tells_of_one_edition_stay_in_it() -> None:
    assert set(DIGESTS) - set(PLACES) == {
        "index.html",
        "theses/caps/index.html",
        "search/search_index.json",
        "sitemap.xml",
    }
    assert all(is_shared_name(place) for place in PLACES.values())


def test_a_file_is_named_by_its_content_and_still_readable() -> None:
    assert PLACES["theses/caps/charts/growth.svg"] == f"shared/11/growth.{'1' * 16}.svg"
    assert PLACES["theses/caps/charts/growth.phone.svg"] == f"shared/22/growth.{'2' * 16}.phone.svg"


def test_files_that_name_each_other_keep_their_places_in_one_folder() -> None:
    page, font = PLACES["assets/page.js"], PLACES["assets/fonts/text.woff2"]
    folder = page.removesuffix("page.js")
    assert font == f"{folder}fonts/text.woff2"
    changed = shared_places({**DIGESTS, "assets/fonts/text.woff2": TWO})
    assert changed["assets/page.js"] != page  # the folder's name is that of all its content
    # The styles of a first view follow the pages, and would have all the rest stored again.
    styles = shared_places({**DIGESTS, "assets/stylesheets/first.12ab34cd.css": ONE})
    assert styles["assets/page.js"] == page


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<img src="charts/growth.svg">', '<img src="../../../{svg}">'),
        ('<a href="charts/growth.svg#x" download>', '<a href="../../../{svg}#x" download>'),
        ('<i data-chart="charts/growth.svg">', '<i data-chart="../../../{svg}">'),
        ('<script src="../../assets/page.js">', '<script src="../../../{js}">'),
        ('<script data-fonts="../../assets/fonts/">', '<script data-fonts="../../../{fonts}/">'),
        (
            '<source srcset="charts/growth.svg 1x, other.svg 2x">',
            '<source srcset="../../../{svg} 1x, other.svg 2x">',
        ),
        (
            '<meta content="https://x.org/n/2026-01-02/theses/caps/charts/growth.svg">',
            '<meta content="https://x.org/n/{svg}">',
        ),
        (
            '<script type="application/ld+json">{"a":"b c","url":"charts/growth.svg"}</script>',
            '<script type="application/ld+json">{"a":"b c","url":"../../../{svg}"}</script>',
        ),
    ],
)
def test_a_page_reads_each_shared_file_from_its_place(written: str, expected: str) -> None:
    place = PLACES["theses/caps/charts/growth.svg"]
    for name, value in (
        ("{svg}", place),
        ("{js}", PLACES["assets/page.js"]),
        ("{fonts}", PLACES["assets/fonts/text.woff2"].rpartition("/")[0]),
    ):
        expected = expected.replace(name, value)
    address = "https://x.org/n/2026-01-02/"
    assert with_shared(written, PAGE, with_folders(PLACES), address=address) == expected


@pytest.mark.parametrize(
    "written",
    [
        '<a href="../">up</a><a href="#top">top</a><a href="/">root</a>',
        '<img src="https://elsewhere.org/theses/caps/charts/growth.svg">',
        '<img src="growth.svg">',  # of another folder
        '<p>The file is "charts/growth.svg".</p>',  # words, not a link
    ],
)
def test_everything_else_in_a_page_is_left_as_it_is(written: str) -> None:
    assert with_shared(written, PAGE, with_folders(PLACES)) == written


def test_a_record_names_a_shared_file_from_its_own_folder() -> None:
    place = PLACES["theses/caps/charts/growth.svg"]
    listed = listed_as(place)
    assert path_in_tree("2026-01-02", listed) == place
    assert path_in_tree("2026-01-02", PAGE) == f"2026-01-02/{PAGE}"
    assert references([("2026-01-02", {listed: ONE, PAGE: ONE})]) == {place}


def make_site(folder: Path, **files: str) -> Site:
    for name, text in {"index.html": '<img src="a/charts/g.svg">', **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Site(folder)


def lay(out: Path, name: str, picture: str, **more: str) -> None:
    files = {"a/charts/g.svg": picture, "assets/page.js": "run()", **more}
    folders = [
        make_site(out.parent / f"html-{name}-{picture}" / kind, **files)
        for kind in ("dated", "latest")
    ]
    lay_edition(
        dated=folders[0],
        latest=folders[1],
        out=out,
        name=name,
        built="T",
        data_as_of={},
        generator={},
        theses={"a": {"charts": [{"id": "g", "files": {"svg": "a/charts/g.svg"}}]}},
        epoch=EPOCH,
        root_files=root_files_for(),
    )


def shared(out: Path) -> list[str]:
    return sorted(path for path in hash_tree(out) if path.startswith("shared/"))


def test_two_editions_with_the_same_picture_store_it_once(tmp_path: Path) -> None:
    out = tmp_path / "site"
    lay(out, "2026-01-02", "one")
    before = shared(out)
    assert len(before) == 2
    lay(out, "2026-02-02", "one")
    assert shared(out) == before
    lay(out, "2026-03-02", "two")
    assert set(before) < set(shared(out))
    assert len(shared(out)) == 3
    assert verify_tree(out) == []
    record = json.loads((out / "2026-03-02" / RECORD).read_bytes())
    (file,) = record["theses"]["a"]["charts"][0]["files"].values()
    assert (out / "2026-03-02" / file).read_text() == "two"
    assert f'src="{file}"' in (out / "2026-03-02" / "index.html").read_text()
    assert not (out / "2026-03-02" / "a").exists()
    # latest/ reads the shared one too, and has one at the address that others may link to
    assert (out / "latest" / file).read_text() == "two"
    assert (out / "latest" / "a" / "charts" / "g.svg").read_text() == "two"


def test_an_unchanged_file_of_latest_stays_and_an_altered_one_is_mended(
    tmp_path: Path,
) -> None:
    out = tmp_path / "site"
    lay(out, "2026-01-02", "one")
    mine = out / "latest/a/charts/g.svg"
    (stored,) = (out / path for path in shared(out) if path.endswith(".svg"))
    first = mine.stat().st_ino
    assert stored.stat().st_ino != first, "who writes into latest/ must not reach an edition"
    lay(out, "2026-02-02", "one")
    assert mine.stat().st_ino == first
    mine.write_text("altered")
    lay(out, "2026-03-02", "one")
    assert (mine.read_text(), stored.read_text()) == ("one", "one")
    assert verify_tree(out) == []


def test_what_only_a_replaced_edition_showed_goes_with_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    lay(out, "2026-01-02", "one")
    kept = shared(out)
    lay(out, "2026-02-02", "two")
    lay(out, "2026-02-02", "three")
    assert len(shared(out)) == len(kept) + 1
    assert set(kept) < set(shared(out))
    assert verify_tree(out) == []


def test_an_altered_shared_file_stops_the_next_edition_that_shows_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    lay(out, "2026-01-02", "one")
    (picture,) = (path for path in shared(out) if path.endswith(".svg"))
    (out / picture).write_text("two")
    assert verify_tree(out) == [f"{picture}: altered since the edition was laid."]
    with pytest.raises(EditionChanged, match="altered"):
        lay(out, "2026-02-02", "one")


def test_a_missing_or_foreign_shared_file_is_named(tmp_path: Path) -> None:
    out = tmp_path / "site"
    lay(out, "2026-01-02", "one")
    (picture,) = (path for path in shared(out) if path.endswith(".svg"))
    (out / picture).rename(out / "shared" / "own.svg")
    assert verify_tree(out) == [
        f"{picture} of 2026-01-02: missing.",
        "shared/own.svg: no edition shows it.",
    ]


def test_a_build_looks_at_the_chain_and_at_the_edition_before(tmp_path: Path) -> None:
    out = tmp_path / "site"
    for name in ("2026-01-02", "2026-02-02", "2026-03-02"):
        lay(out, name, name)
    check_unaltered(out, read_editions(out), "2026-04-02")
    page = out / "2026-03-02" / "index.html"
    said = page.read_text()
    page.write_text(said + " ")
    with pytest.raises(EditionChanged, match=r"2026-03-02/index\.html: altered"):
        check_unaltered(out, read_editions(out), "2026-04-02")
    page.write_text(said)
    record = out / "2026-01-02" / RECORD
    record.write_bytes(record.read_bytes().replace(b'"built":"T"', b'"built":"U"'))
    with pytest.raises(EditionChanged, match="2026-01-02 is not as it was"):
        check_unaltered(out, read_editions(out), "2026-04-02")
