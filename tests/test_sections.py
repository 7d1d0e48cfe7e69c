"""Theses come and go: under parts of the menu, one deleted, one renamed, none at all."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from generator.build import build
from generator.layout import SINGLE
from generator.model import Section
from generator.site import navigation
from generator.thesis import thesis_folders
from generator.tree import hash_tree
from tests.conftest import ROOT, lay_repository

DAY = dt.date(2026, 1, 31)
STAMP = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
PART = "Worked examples"


def add_thesis(root: Path, slug: str, title: str, *, section: str = PART) -> None:
    """Another thesis, as the tiny one, in a part of the menu."""
    folder = root / "templates" / slug
    shutil.copytree(root / "templates" / "tiny", folder)
    text = (folder / "thesis.yml").read_text().replace("A tiny thesis", title)
    (folder / "thesis.yml").write_text(f"{text}section: {section}\n")


def lay_edition(root: Path, out: Path, day: dt.date = DAY) -> Path:
    return build(root, today=day, stamp=STAMP, out=out).folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of this repository with three tiny theses in place of its own."""
    root = lay_repository(tmp_path_factory.mktemp("sections") / "repository")
    shutil.copytree(ROOT / "docs", root / "docs", dirs_exist_ok=True, ignore=_generated)
    add_thesis(root, "alpha", "The alpha thesis")
    add_thesis(root, "zulu", "The zulu thesis")
    return root


def _generated(folder: str, names: list[str]) -> list[str]:
    """What a build writes into docs/ itself."""
    if Path(folder) != ROOT / "docs":
        return []
    return [
        n
        for n in names
        if n in ("theses", "index.md", "gallery.md", "functions.md", "corrections.md")
    ]


@pytest.fixture(scope="module")
def edition(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_edition(root, tmp_path_factory.mktemp("site"))


def headings(page: Path) -> list[str]:
    """The headings of a page, with their level, without their links."""
    found = re.findall(r"<h([23])[^>]*>(.*?)</h\1>", page.read_text(encoding="utf-8"), re.DOTALL)
    bare = [(level, re.sub(r'<a class="headerlink".*?</a>', "", words)) for level, words in found]
    return [f"{level} {re.sub('<[^>]*>', '', words).strip()}" for level, words in bare]


def test_the_theses_of_one_part_stand_together_in_the_menu(tmp_path: Path) -> None:
    sections = [
        Section("Caps", (("Caps", "theses/caps/index.md"),)),
        Section("Alpha", (("Alpha", "theses/alpha/index.md"),), under=PART),
        Section("Zulu", (("Zulu", "theses/zulu/index.md"),), under=PART),
    ]
    assert navigation(sections, tmp_path)[1:] == [
        {"Caps": [{"Caps": "theses/caps/index.md"}]},
        {
            PART: [
                {"Alpha": [{"Alpha": "theses/alpha/index.md"}]},
                {"Zulu": [{"Zulu": "theses/zulu/index.md"}]},
            ]
        },
    ]


def test_the_home_page_has_main_theses_first_and_lists_those_of_a_section_in_brief(
    edition: Path,
) -> None:
    # alpha comes before tiny by its name, but it is an example.
    assert headings(edition / "index.html") == [
        "2 A tiny thesis",
        f"2 {PART}",
        "3 The alpha thesis",
        "3 The zulu thesis",
    ]
    html = (edition / "index.html").read_text(encoding="utf-8")
    assert html.count("<figure") == 1
    assert html.count("Small things add up.") == 3


def test_the_home_page_leads_to_the_guide_where_there_is_one(edition: Path) -> None:
    html = (edition / "index.html").read_text(encoding="utf-8")
    assert (
        'href="../latest/guide/write-a-thesis/"'
        in html.partition("<footer")[0].rpartition("<h1")[2]
    )


def test_a_deleted_and_a_renamed_thesis_leave_no_link_behind(
    root: Path, edition: Path, tmp_path: Path
) -> None:
    """MkDocs is strict: a page that leads to what is gone would stop the build."""
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    shutil.rmtree(copy / "templates" / "tiny")
    (copy / "templates" / "zulu").rename(copy / "templates" / "yankee")
    folder = lay_edition(copy, tmp_path / "site")
    assert "theses/tiny" in (edition / "index.html").read_text(encoding="utf-8")
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 5
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert re.findall(r"theses/(?:tiny|zulu)|A tiny thesis", text) == []
    assert headings(folder / "index.html") == [
        f"2 {PART}",
        "3 The alpha thesis",
        "3 The zulu thesis",
    ]


def test_a_site_without_a_thesis_is_built_and_says_so(root: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    for folder in thesis_folders(copy):
        shutil.rmtree(folder)
    folder = lay_edition(copy, tmp_path / "site")
    assert "No article is published here yet." in (folder / "index.html").read_text("utf-8")
    assert not [path for path in hash_tree(folder) if path.endswith("card.png")][1:]


@pytest.mark.parametrize("folder", thesis_folders(ROOT), ids=lambda folder: folder.name)
def test_nothing_outside_its_folder_leads_to_a_thesis_nor_does_it_name_itself(folder: Path) -> None:
    """So that any of them can be deleted or renamed."""
    pages = [path for path in (ROOT / "docs").rglob("*.md") if "theses" not in path.parts]
    shared = [path for part in ("_shared", "_theme") for path in (folder.parent / part).rglob("*")]
    words = [*pages, ROOT / "mkdocs.yml", *shared, *folder.rglob("*.j2"), *folder.rglob("*.py")]
    written = [path for path in words if path.suffix in (".md", ".yml", ".j2", ".html", ".py")]
    generated = {ROOT / "docs" / name for name in SINGLE}
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in written
        if path not in generated
        and re.search(rf"theses/{folder.name}\b", path.read_text(encoding="utf-8"))
    ]
    assert naming == []
