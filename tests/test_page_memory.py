"""A page that MkDocs made before comes out of memory as it would be made afresh, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import SiteError
from generator.finishing import finish
from generator.kept import keep, read_kept
from generator.layout import PAGES
from generator.mkdocs_run import mkdocs_ready
from generator.model import Page
from generator.tree import hash_tree
from tests.test_site import ARTICLE, CLAIMS, EPOCH, HOME, build_site, change_config
from tests.test_site import root as root  # the fixture

NOTED = Page(
    ARTICLE.path,
    """# Caps

Words of a fund.[^1] [Claims](claims.md#second)

## Part *one* { #one }

| a | b |
|---|---|
| 1 | 2 |

??? note "More"

    Text with `code`.

[^1]: A note.
*[fund]: A pool.
""",
)
TWO = Page(CLAIMS.path, "# Claims\n\n## Second\n\nWords.\n")


def memory(root: Path) -> dict[str, bytes]:
    """What is kept of each page's Markdown; whole pages are test_template_memory's."""
    kept = (path for path in (root / PAGES).glob("*.json") if ".html-" not in path.name)
    return {path.name: path.read_bytes() for path in kept}


def fresh(root: Path, **options: object) -> dict[str, str]:
    """The site as it is made without any memory."""
    shutil.rmtree(root / PAGES, ignore_errors=True)
    return hash_tree(build_site(root, "fresh", **options))


def test_from_memory_comes_the_same_site(root: Path) -> None:
    pages = (HOME, NOTED, TWO)
    first = hash_tree(build_site(root, "one", pages=pages))
    kept = memory(root)
    assert kept
    second = hash_tree(build_site(root, "two", pages=pages))
    assert first == second == fresh(root, pages=pages)
    assert memory(root) == kept


def test_the_site_is_that_of_mkdocs_without_us(root: Path) -> None:
    """Whatever the waiting process loads beforehand, lists once or remembers."""
    pages = (HOME, NOTED, TWO)
    build_site(root, "dated", pages=pages)
    ours = hash_tree(build_site(root, "dated", pages=pages))
    made = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file")
    plain = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": str(EPOCH)}
    config = root / ".build" / "mkdocs-dated.yml"
    subprocess.run((*made, str(config)), cwd=root, env=plain, check=True)
    finish(root / ".build" / "dated")
    assert hash_tree(root / ".build" / "dated") == ours


def test_what_is_remembered_is_what_is_shown(root: Path) -> None:
    """The check of the checks above: a page is not made a second time."""
    build_site(root)
    for path in (root / PAGES).glob("*.page.json"):
        content = read_kept(path)
        assert content
        keep(path, content.replace(b"Words.", b"Remembered."))
    site = build_site(root)
    assert "Remembered." in (site / "theses/caps/index.html").read_text("utf-8")


def test_a_changed_page_is_made_afresh_and_no_other(root: Path) -> None:
    build_site(root)
    before = memory(root)
    changed = Page(ARTICLE.path, ARTICLE.text.replace("Words.", "The fund gained 12%."))
    site = build_site(root, pages=(HOME, changed, CLAIMS))
    assert "12%" in (site / "theses/caps/index.html").read_text("utf-8")
    assert "12%" in (site / "search/search_index.json").read_text("utf-8")
    after = memory(root)
    assert len([name for name in before if after[name] != before[name]]) == 2  # page and search
    assert hash_tree(site) == fresh(root, pages=(HOME, changed, CLAIMS))


def test_a_remembered_page_whose_link_is_dead_now_still_fails(root: Path) -> None:
    pages = (HOME, NOTED, TWO)
    build_site(root, pages=pages)
    with pytest.raises(SiteError, match=r"index\.md: contains a link 'claims\.md#second'"):
        build_site(root, pages=(HOME, NOTED, CLAIMS))
    build_site(root, pages=pages)


def test_a_page_that_was_complained_of_is_complained_of_again(root: Path) -> None:
    broken = Page(CLAIMS.path, "# Claims\n\n[Gone](gone.md)\n")
    for _ in range(2):
        with pytest.raises(SiteError, match=r"claims\.md: contains a link 'gone\.md'"):
            build_site(root, pages=(HOME, ARTICLE, broken))


def test_other_settings_make_other_pages(root: Path) -> None:
    site = build_site(root)
    assert 'class="headerlink"' in (site / "theses/caps/index.html").read_text("utf-8")
    change_config(root, "permalink: true", "permalink: false")
    site = build_site(root)
    assert 'class="headerlink"' not in (site / "theses/caps/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    "shown", ['--8<-- "shown.txt"', '--8<-- "shown.txt:1:1"', "--8<--\nshown.txt\n--8<--"]
)
def test_what_a_snippet_shows_is_shown_as_it_is_now(root: Path, shown: str) -> None:
    (root / "shown.txt").write_text("The first text.\n")
    pages = (HOME, Page(ARTICLE.path, f"# Caps\n\n{shown}\n"), CLAIMS)
    build_site(root, pages=pages)
    (root / "shown.txt").write_text("The second text.\n")
    site = build_site(root, pages=pages)
    assert "The second text." in (site / "theses/caps/index.html").read_text("utf-8")
    (root / "shown.txt").write_text('--8<-- "inner.txt"\n')
    for words in ("The third text.", "The fourth text."):
        (root / "inner.txt").write_text(words)
        site = build_site(root, pages=pages)
        assert words in (site / "theses/caps/index.html").read_text("utf-8")


@pytest.mark.parametrize("damage", [lambda c: c[:-5], lambda c: b"", lambda c: b"{}\n{}"])
def test_a_damaged_memory_is_no_memory(root: Path, damage) -> None:  # type: ignore[no-untyped-def]
    first = hash_tree(build_site(root))
    for path in (root / PAGES).iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert hash_tree(build_site(root)) == first


def test_a_mkdocs_that_is_not_needed_ends(root: Path) -> None:
    with mkdocs_ready(root, EPOCH, "https://example.org/") as ready:
        assert [process.poll() for process in ready.waiting] == [None, None]
    assert all(process.poll() is not None for process in ready.waiting)
