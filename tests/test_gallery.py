"""The gallery documents every ready-made chart and shows one of this edition, or says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import charts
from generator.gallery import gallery_kinds, paragraphs, readable_signature, written_code
from tests.test_build import built

__all__ = ["built"]


@pytest.fixture(scope="module")
def page(built: Path) -> str:
    return (built / "site" / "latest" / "gallery" / "index.html").read_text("utf-8")


def test_every_ready_made_chart_has_its_heading_and_an_example_or_the_data_it_lacks(
    page: str,
) -> None:
    parts = re.split(r"<h2 id=", page)[1:]
    names = [re.sub(r"<[^>]+>", "", part.partition(">")[2].partition("<a")[0]) for part in parts]
    assert names == charts.__all__
    for name, part in zip(names, parts, strict=True):
        shown = 'class="mtm-figure"' in part
        assert shown or "The data for one is not stored" in part, name
        if shown:
            assert "The code of this figure" in part, name


def test_the_data_committed_here_show_every_kind(page: str) -> None:
    assert "No figure of this edition is drawn by it" not in page


def test_a_kind_that_is_not_drawn_shows_the_shortest_code_of_any_thesis() -> None:
    short = "def a(x):\n    return steps(x)"
    longer = "def b(x):\n    x = x + 1\n    return steps(x)"
    code = written_code(
        (f"{longer}\n", f"import y\n\n\n{short}\n", "def ("), ("one", "two", "three")
    )
    kinds = {kind.name: kind.written for kind in gallery_kinds((), code)}
    assert kinds["steps"]
    assert (kinds["steps"].folder, kinds["steps"].code) == ("two", short)
    assert kinds["lines"] is None


def test_every_id_on_the_page_is_its_own_and_every_picture_is_there(page: str, built: Path) -> None:
    ids = re.findall(r'<figure class="mtm-figure" id="([^"]+)"', page)
    assert len(set(ids)) == len(ids) == len(charts.__all__)
    folder = built / "site" / "latest" / "gallery"
    for picture in re.findall(r'<img src="([^"]+\.svg)"', page):
        assert (folder / picture).resolve().is_file(), picture


@pytest.mark.parametrize("name", charts.__all__)
def test_no_ready_made_chart_is_undocumented(name: str) -> None:
    function = getattr(charts, name)
    summary = paragraphs(function)[0]
    assert summary.endswith(".")
    assert len(summary.split()) >= 5
    assert readable_signature(function).startswith(f"{name}(\n    ")
    assert "title: str" in readable_signature(function) or "**options" in readable_signature(
        function
    )


def test_a_chart_without_documentation_is_refused() -> None:
    def bare() -> None: ...

    with pytest.raises(ValueError, match=r"bare\(\) has no docstring"):
        paragraphs(bare)
