"""The pages about the program: in latest/ alone, and found from every edition."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from pathlib import Path

import pytest

from generator.of_latest import where_they_are, without_them
from tests.conftest import ROOT, MakeRepository
from tests.test_cli import run  # noqa: F401, a fixture

ADDRESS = "https://x.org/n/2026-01-02/"
MAP = "".join(
    f"<url>\n  <loc>{ADDRESS}{page}</loc>\n  <lastmod>2026-01-02</lastmod>\n</url>\n"
    for page in ("", "guide/errors/", "functions/", "theses/guide/")
)


def test_their_addresses_are_those_of_latest() -> None:
    found = where_they_are(["index.html", "guide/errors/index.html", "guide/images/a.png"])
    assert found == {
        "guide/errors/index.html": "latest/guide/errors/index.html",
        "guide/errors/": "latest/guide/errors/",
    }


def test_the_search_and_the_sitemaps_of_an_edition_do_without_them() -> None:
    docs = [{"location": place} for place in ("", "guide/errors/#x", "theses/guide/")]
    content = json.dumps({"config": {}, "docs": docs}).encode()
    left = json.loads(without_them("search/search_index.json", content, ADDRESS))
    assert left == {"config": {}, "docs": [docs[0], docs[2]]}

    listed = without_them("sitemap.xml", MAP.encode(), ADDRESS).decode()
    assert re.findall("<loc>(.*)</loc>", listed) == [ADDRESS, f"{ADDRESS}theses/guide/"]
    packed = without_them("sitemap.xml.gz", gzip.compress(MAP.encode()), ADDRESS)
    assert gzip.decompress(packed).decode() == listed
    assert without_them("index.html", b"guide/", ADDRESS) == b"guide/"


@pytest.mark.parametrize("address", ["", "https://x.org/n/"], ids=["relative", "published"])
def test_an_edition_leads_to_them_and_no_link_of_the_tree_is_dead(
    make_repository: MakeRepository,
    run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    root = make_repository()
    guide = root / "docs" / "guide"
    guide.mkdir()
    (guide / "publish.md").write_text((ROOT / "docs/guide/publish.md").read_text("utf-8"), "utf-8")
    about = root / "docs" / "about.md"
    about.write_text(about.read_text("utf-8") + "\n[Publish](guide/publish.md#once)\n", "utf-8")
    monkeypatch.setenv("SITE_URL", address)
    assert run(root, "build", "--today", "2026-01-31") == 0
    site = root / "site"
    day = site / "2026-01-31"
    assert not (day / "guide").exists()
    assert not (day / "functions").exists()
    assert (site / "latest" / "guide" / "publish" / "index.html").is_file()
    assert 'href="../../latest/guide/publish/#once"' in (day / "about" / "index.html").read_text()
    own = ("guide/", "functions/", "gallery/")
    assert not any(name.startswith(own) for name in _files(day))
    assert _dead(site) == []
    assert run(root, "editions", "verify", "--in", "site") == 0


def _files(edition: Path) -> list[str]:
    return list(json.loads((edition / "edition.json").read_text("utf-8"))["files"])


def _dead(site: Path) -> list[tuple[str, str]]:
    """The relative links of all pages that lead to no file of the tree."""
    found = []
    for page in site.rglob("*.html"):
        for link in re.findall(r'\b(?:href|src)="([^"]*)"', page.read_text("utf-8")):
            path = re.split("[#?]", unescape(link))[0]
            if path and ":" not in path and not path.startswith("/"):
                target = page.parent / path
                if not (target.is_file() or (target / "index.html").is_file()):
                    found.append((page.relative_to(site).as_posix(), link))
    return found
