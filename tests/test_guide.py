"""The guide shows the repository as it is, explains every mistake, and leads nowhere dead."""

from __future__ import annotations

import html
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

import generator
from generator import charts
from generator.errors import SiteError
from generator.functions_page import PATH as FUNCTIONS
from generator.functions_page import functions_page
from generator.gallery import PATH as GALLERY
from generator.mkdocs_run import run_mkdocs
from generator.model import Page
from generator.site import navigation, write_pages
from tests.conftest import ROOT, lay_repository
from tests.guide_errors import MISTAKES, PAGE, errors_page

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
SHOWN = re.compile(r'^--8<-- "([^":]+)(?::([a-z]+))?"$', re.M)
ORDER = [
    "write-a-thesis",
    "your-data",
    "publish",
    "what-you-may-use",
    "errors",
    "for-maintainers",
]
LARGEST_PAGE, LARGEST_PICTURE = 60_000, 60_000  # bytes


def lay_guide(root: Path) -> Path:
    """A repository with the guide, the pages it leads to, and no thesis."""
    lay_repository(root)
    shutil.copytree(GUIDE, root / "docs" / "guide")
    kinds = "\n\n".join(f"## `{name}`" for name in charts.__all__)
    gallery = Page(GALLERY, f"# Chart gallery\n\n{kinds}")
    pages = [Page("index.md", "# Home"), gallery, functions_page(root=ROOT)]
    write_pages(pages, [], root / "docs")
    return root


def make_site(root: Path, out: Path) -> Path:
    run_mkdocs(
        root,
        site_dir=out,
        site_url="",
        nav=navigation([], root / "docs"),
        edition={"name": "2026-01-31", "title": "January 31, 2026", "data_as_of": {}},
        epoch=1_769_860_800,
    )
    return out


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    return make_site(lay_guide(folder / "repository"), folder / "site")


def html_of(site: Path, name: str) -> str:
    return (site / "guide" / name / "index.html").read_text(encoding="utf-8")


def bare(page: str) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_the_guide_is_a_part_of_the_menu_in_its_own_order() -> None:
    (guide,) = [item["Guide"] for item in navigation([], ROOT / "docs") if "Guide" in item]
    assert guide == [f"guide/{name}.md" for name in ORDER]


def test_a_folder_is_a_part_of_the_menu_and_pages_without_an_order_come_last(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "how-we-work"
    folder.mkdir()
    heads = {"a": "", "b": "---\ntitle: B\norder: 10\n---\n", "c": "---\norder: 2\n---\n"}
    for name, head in heads.items():
        (folder / f"{name}.md").write_text(f"{head}# {name}\n\norder: 1\n")
    assert navigation([], tmp_path)[1:] == [
        {"How we work": [f"how-we-work/{name}.md" for name in "cba"]}
    ]


def test_every_file_of_the_starter_is_shown() -> None:
    text = (GUIDE / "write-a-thesis.md").read_text(encoding="utf-8")
    shown = {name for name, _ in SHOWN.findall(text)}
    starter = ROOT / "templates" / "_starter"
    files = [path for path in starter.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    # The ledger is a line that includes a shared part; every other file is a choice to make.
    wanted = {path.relative_to(ROOT).as_posix() for path in files if path.stem != "ledger.md"}
    assert shown == wanted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_on_it_and_no_line_is_left_unfilled(page: Path, site: Path) -> None:
    text = html_of(site, page.stem)
    words = bare(text)
    assert "--8<--" not in words
    for name, section in SHOWN.findall(page.read_text(encoding="utf-8")):
        source = (ROOT / name).read_text(encoding="utf-8")
        if section:
            source = source.partition(f"[start:{section}] -->\n")[2]
        first = next(line for line in source.splitlines() if re.fullmatch(r"[\w .:,/#-]{8,}", line))
        assert first.strip("#- ") in words


def test_templates_are_shown_with_their_braces(site: Path) -> None:
    words = bare(html_of(site, "write-a-thesis"))
    assert "{{ show(charts.every_year) }}" in words
    assert "{# Every number below comes from a fact or a claim." in words


def test_a_file_that_is_not_there_stops_the_build_and_is_named(tmp_path: Path) -> None:
    root = lay_guide(tmp_path / "repository")
    (root / "templates" / "_starter" / "facts.py").unlink()
    with pytest.raises(SiteError, match=r"_starter/facts\.py"):
        make_site(root, tmp_path / "site")


def test_the_page_of_errors_is_what_the_check_says() -> None:
    if os.environ.get("MTM_ACCEPT"):
        PAGE.write_text(errors_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == errors_page()


def test_every_mistake_has_its_heading_and_its_message_on_the_page(site: Path) -> None:
    text = html_of(site, "errors")
    words = bare(text)
    headings = []
    for path in MISTAKES:
        mistake = yaml.safe_load(path.read_text(encoding="utf-8"))
        headings.append(mistake["heading"])
        assert f">{mistake['heading']}<a class" in text, path.name
        for said in mistake["says"]:
            assert said in words, path.name
    assert len(set(headings)) == len(MISTAKES)


def test_links_written_as_html_lead_to_generated_pages() -> None:
    """MkDocs does not check them: a plain `mkdocs build` knows no generated page."""
    links = [
        link
        for page in PAGES
        for link in re.findall(r'<a\s+href="([^"]+)"', page.read_text(encoding="utf-8"))
    ]
    assert links
    known = {f"../../{path.removesuffix('.md')}/" for path in (GALLERY, FUNCTIONS)}
    assert set(links) <= known


def test_a_checkout_without_generated_pages_builds_with_mkdocs_alone(tmp_path: Path) -> None:
    root = lay_guide(tmp_path / "repository")
    for name in ("index.md", GALLERY, FUNCTIONS):
        (root / "docs" / name).unlink()
    run_mkdocs(root, site_dir=tmp_path / "site", site_url="", nav=[], edition={}, epoch=0)


def test_pages_and_pictures_weigh_little(site: Path) -> None:
    pages = {path.stem: len(html_of(site, path.stem).encode()) for path in PAGES}
    pages["functions"] = (site / "functions" / "index.html").stat().st_size
    assert {name: size for name, size in pages.items() if size > LARGEST_PAGE} == {}
    pictures = (GUIDE / "images").iterdir()
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []


def test_every_name_a_thesis_may_import_is_on_the_page_of_functions() -> None:
    text = functions_page(root=ROOT).text
    missing = [name for name in generator.__all__ if f"`{name}`" not in text]
    assert missing == []
    assert "annualised(" in text
