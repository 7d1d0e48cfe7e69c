"""A page whose template read nothing new comes out of memory; whatever it reads is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.kept import keep, read_kept
from generator.layout import PAGES
from generator.model import Page
from generator.tree import hash_tree
from tests.test_site import ARTICLE, CLAIMS, HOME, build_site, change_config
from tests.test_site import root as root  # the fixture

EDITION: dict[str, Any] = {
    "name": "2026-09-22",
    "data_as_of": {"a": "2026-06-30"},
    "heads": {ARTICLE.path: {"description": "Of caps."}, "": {"description": "Of all."}},
}


def whole_pages(root: Path) -> list[Path]:
    return sorted((root / PAGES).glob("*.html-*.json"))


def test_a_page_that_is_known_is_not_made_again(root: Path) -> None:
    build_site(root, edition=EDITION)
    assert len(whole_pages(root)) == 4  # about, too
    for path in whole_pages(root):
        content = read_kept(path)
        assert content
        keep(path, content.replace(b"Words.", b"Remembered."))
    site = build_site(root, edition=EDITION)
    assert "Remembered." in (site / "theses/caps/index.html").read_text("utf-8")


def theme(root: Path) -> None:
    path = root / "templates/_theme/main.html"
    path.write_text(path.read_text("utf-8").replace("og:site_name", "og:site"), "utf-8")


def part(root: Path) -> None:
    folder = root / "templates/_theme/partials"
    folder.mkdir()
    (folder / "copyright.html").write_text("<p>Ours.</p>")


SETTINGS = {
    "the name of the site": lambda root: change_config(root, "site_name: ", "site_name: New "),
    "a feature of the theme": lambda root: change_config(root, "    - navigation.top\n", ""),
    "the template": theme,
    "a part of the theme": part,
}
PAGES_OF = {
    "words": (HOME, Page(ARTICLE.path, "# Caps\n\nOthers.\n"), CLAIMS),
    "a neighbour's name": (HOME, ARTICLE, Page(CLAIMS.path, "# All claims\n")),
    "a heading": (HOME, Page(ARTICLE.path, f"{ARTICLE.text}\n## New\n"), CLAIMS),
    "front matter": (HOME, Page(ARTICLE.path, f"---\ndescription: x\n---\n{ARTICLE.text}"), CLAIMS),
    "hidden parts": (HOME, Page(ARTICLE.path, f"---\nhide: [toc]\n---\n{ARTICLE.text}"), CLAIMS),
}
EDITIONS = {
    "the edition": {**EDITION, "name": "2026-09-23"},
    "the colophon": {**EDITION, "data_as_of": {"a": "2026-06-30", "b": "2026-01-31"}},
    "the head": {**EDITION, "heads": {**EDITION["heads"], ARTICLE.path: {"description": "New."}}},
    "the head of the rest": {**EDITION, "heads": {"": {"description": "New."}}},
}


def changes() -> list[Any]:
    found = [pytest.param(change, {}, id=name) for name, change in SETTINGS.items()]
    for key, values in (("pages", PAGES_OF), ("edition", EDITIONS)):
        for name, value in values.items():
            found.append(pytest.param(lambda _: None, {key: value}, id=name))
    found.append(pytest.param(lambda _: None, {"site_url": "https://example.org/"}, id="address"))
    return found


@pytest.mark.parametrize(("change", "options"), changes())
def test_whatever_a_page_shows_is_noticed(
    root: Path, change: Callable[[Path], None], options: dict[str, Any]
) -> None:
    before = hash_tree(build_site(root, edition=EDITION))
    change(root)
    found = hash_tree(build_site(root, **{"edition": EDITION, **options}))
    shutil.rmtree(root / PAGES)
    afresh = hash_tree(build_site(root, **{"edition": EDITION, **options}))
    assert found == afresh
    assert before != afresh


@pytest.mark.parametrize("read", ["{{ build_date_utc }}", "{% for p in pages %}x{% endfor %}"])
def test_a_template_that_reads_more_is_filled_each_time(root: Path, read: str) -> None:
    path = root / "templates/_theme/main.html"
    path.write_text(
        path.read_text("utf-8").replace("{% block extrahead %}", f"{{% block extrahead %}}{read}")
    )
    build_site(root, edition=EDITION)
    assert whole_pages(root) == []


def test_with_a_hook_or_a_plugin_of_others_each_page_is_filled(root: Path) -> None:
    build_site(root, edition=EDITION)
    assert whole_pages(root)
    shutil.rmtree(root / PAGES)
    hook = "def on_post_page(output, **_):\n    return output.replace('Words.', 'Hooked.')\n"
    (root / "hook.py").write_text(hook)
    change_config(root, "plugins:", "hooks:\n  - hook.py\n\nplugins:")
    site = build_site(root, edition=EDITION)
    assert "Hooked." in (site / "theses/caps/index.html").read_text("utf-8")
    assert whole_pages(root) == []
    change_config(root, "hooks:\n  - hook.py\n\nplugins:", "plugins:\n  - material/meta")
    build_site(root, edition=EDITION)
    assert whole_pages(root) == []
