"""The renderer in reserve makes the same pages: their words are those of MkDocs' pages."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_build import DAY, copy_repository, run

ZENSICAL = Path(os.environ.get("MTM_ZENSICAL", ""))

pytestmark = pytest.mark.skipif(
    not ZENSICAL.is_file(), reason="MTM_ZENSICAL names no zensical; `make zensical` installs one"
)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


def words(page: Path) -> list[str]:
    """What the article of a page says."""
    article = re.search(r"<article[^>]*>(.*)</article>", page.read_text("utf-8"), re.DOTALL)
    assert article, page
    return html.unescape(re.sub(r"<[^>]+>", " ", _HIDDEN.sub("", article[1]))).split()


def pages(site: Path) -> dict[str, list[str]]:
    return {p.relative_to(site).as_posix(): words(p) for p in sorted(site.rglob("*.html"))}


def test_the_rendered_tree_says_the_same_under_zensical(tmp_path: Path) -> None:
    root = copy_repository(tmp_path / "repository")
    done = run("build", "--today", DAY, root=root)
    assert done.returncode == 0, done.stderr
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    made = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet")
    subprocess.run(made, cwd=root, env=environment, check=True)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    settings = settings.replace("!relative $docs_dir/..", str(root))  # a tag it does not know
    settings = settings.replace("site_dir: .build/html", "site_dir: .build/other")
    (root / "other.yml").write_text(settings, "utf-8")
    subprocess.run((str(ZENSICAL), "build", "-f", "other.yml"), cwd=root, check=True)
    expected, found = pages(root / ".build/html"), pages(root / ".build/other")
    assert len(expected) > 15
    assert found == expected
