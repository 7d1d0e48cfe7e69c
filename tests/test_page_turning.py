"""A page is turned to the shared files once, and again as soon as one of its places is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.kept import keep, read_kept
from generator.page_turning import turned
from generator.sharing import with_shared

PAGE = '<img src="a.svg"><a href="b.csv">b</a><a href="c/">c</a>'
PLACES = {
    "a.svg": "shared/01/a.1.svg",
    "b.csv": "shared/02/b.2.csv",
    "other.svg": "shared/03/o.svg",
}


def turn(memory: Path | None, page: str = PAGE, path: str = "p/index.html", **places: str) -> str:
    known = {f"p/{name}": place for name, place in {**PLACES, **places}.items()}
    found = turned(page, path, known, address="", memory=memory, name="latest").decode()
    assert found == with_shared(page, path, known)
    return found


def test_what_is_remembered_is_what_is_laid(tmp_path: Path) -> None:
    assert "shared/01/a.1.svg" in turn(tmp_path)
    (kept,) = tmp_path.iterdir()
    content = read_kept(kept)
    assert content
    keep(kept, content.replace(b">b<", b">kept<"))
    places = {f"p/{name}": place for name, place in PLACES.items()}
    again = turned(PAGE, "p/index.html", places, address="", memory=tmp_path, name="latest")
    assert b">kept<" in again


@pytest.mark.parametrize(
    "changed",
    [
        {"page": PAGE.replace(">b<", ">d<")},
        {"a.svg": "shared/09/a.9.svg"},
        {"c": "shared/04/c"},
        {"path": "p/q/index.html"},
    ],
    ids=["the page", "a place", "a place it had not", "where it stands"],
)
def test_a_change_is_noticed(tmp_path: Path, changed: dict[str, str]) -> None:
    turn(tmp_path)
    assert turn(tmp_path, **changed) == turn(None, **changed)


def test_a_place_that_the_page_does_not_ask_for_changes_nothing(tmp_path: Path) -> None:
    turn(tmp_path)
    before = [(path, path.stat().st_mtime_ns) for path in tmp_path.iterdir()]
    turn(tmp_path, **{"o.svg": "shared/08/o.svg"})
    assert [(path, path.stat().st_mtime_ns) for path in tmp_path.iterdir()] == before


def test_a_damaged_memory_is_none(tmp_path: Path) -> None:
    right = turn(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    assert turn(tmp_path) == right
