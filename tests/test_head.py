"""What machines read of each page, in sites built from the tiny thesis."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pandas as pd
import pytest

from generator.build import build
from generator.head import _described, _licence, page_address, page_words
from generator.model import Chart, Page, Source
from generator.site import read_identity
from generator.sourcing import plotted
from tests.conftest import CHROMIUM, ROOT, lay_repository, needs_chromium

SITE = "https://example.org/notes/"
DAYS = (dt.date(2026, 3, 2), dt.date(2026, 3, 9))
ATOM = "{http://www.w3.org/2005/Atom}"
SUMMARY = 'It says "yes" & </script><b>no</b>.'
THESIS = "theses/tiny/index.html"


class Head(HTMLParser):
    """The tags of a page's head, and the linked data in it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.meta: list[tuple[str, str]] = []
        self.links: list[dict[str, str | None]] = []
        self.data: list[dict] = []  # type: ignore[type-arg]
        self._in_data = False
        self.feed(page.read_text(encoding="utf-8").partition("</head>")[0])

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("property") or found.get("name")
        if tag == "meta" and name:
            self.meta.append((name, found["content"]))
        elif tag == "link":
            self.links.append(found)
        self._in_data = tag == "script" and found.get("type") == "application/ld+json"

    def handle_endtag(self, tag):
        self._in_data = False

    def handle_data(self, data):
        if self._in_data:
            self.data.append(json.loads(data))

    def values(self, prefix: str) -> dict[str, str]:
        return {name: text for name, text in self.meta if name.startswith(prefix)}

    def of_kind(self, kind: str) -> list[dict]:  # type: ignore[type-arg]
        return [item for data in self.data for item in data["@graph"] if item["@type"] == kind]

    def link(self, rel: str, kind: str | None = None) -> list[str | None]:
        return [
            link["href"]
            for link in self.links
            if rel in (link["rel"] or "").split() and link.get("type") == kind
        ]


def lay(root: Path, *, site_url: str, days=DAYS) -> Path:
    lay_repository(root)
    path = root / "templates" / "tiny" / "thesis.yml"
    words = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub("summary: .*", f"summary: {json.dumps(SUMMARY)}", words), encoding="utf-8"
    )
    for day in days:
        stamp = dt.datetime(day.year, day.month, day.day, 23, tzinfo=dt.UTC)
        build(root, today=day, stamp=stamp, out=root / "site", site_url=site_url)
    return root / "site"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions with a published address."""
    return lay(tmp_path_factory.mktemp("published") / "repository", site_url=SITE)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One edition without an address."""
    folder = tmp_path_factory.mktemp("private") / "repository"
    return lay(folder, site_url="", days=DAYS[:1])


def pages(edition: Path) -> list[Path]:
    return sorted(edition.rglob("index.html"))


@pytest.mark.parametrize("folder", ["2026-03-02", "2026-03-09", "latest"])
def test_every_page_names_itself_as_the_canonical_one(published: Path, folder: str) -> None:
    for page in pages(published / folder):
        own = f"{SITE}{page.parent.relative_to(published).as_posix()}/"
        head = Head(page)
        assert head.link("canonical") == [own]
        assert head.values("og:url") == {"og:url": own}


CARD = re.compile(re.escape(SITE) + r"shared/[0-9a-f]{2}/card\.[0-9a-f]{16}\.png")


def test_no_tag_is_said_twice_and_each_page_has_a_description_of_its_own(published: Path) -> None:
    described = []
    for page in pages(published / "latest"):
        names = [name for name, _ in Head(page).meta]
        assert len(names) == len(set(names)), page
        described.append(Head(page).values("description")["description"])
    assert len(described) == len(set(described)) == 7


def test_a_page_without_a_description_has_that_of_its_thesis_whole(published: Path) -> None:
    head = Head(published / "latest" / THESIS)
    assert head.values("description") == {"description": SUMMARY}
    assert head.values("og:description") == {"og:description": SUMMARY}


def test_an_article_has_a_card_that_exists_in_its_own_edition(published: Path) -> None:
    for folder in ("2026-03-09", "latest"):
        tags = Head(published / folder / THESIS).values("og:")
        assert CARD.fullmatch(tags["og:image"])
        card = (published / tags["og:image"].removeprefix(SITE)).read_bytes()
        size = [int.from_bytes(card[place : place + 4], "big") for place in (16, 20)]
        assert size == [int(tags["og:image:width"]), int(tags["og:image:height"])] == [1200, 630]
        assert tags["og:image:alt"].startswith("A tiny thesis. The largest share is 40%.")
        assert tags["og:type"] == "article"
        assert tags["og:title"] == "A tiny thesis"
    home = Head(published / "latest" / "index.html").values("og:")
    assert home["og:type"] == "website"
    assert (published / home["og:image"].removeprefix(SITE)).is_file()


def test_without_an_address_nothing_is_said_that_needs_one(private: Path) -> None:
    for page in pages(private / "latest"):
        head = Head(page)
        assert head.link("canonical") == []
        assert {"og:title", "og:description", "og:type"} <= head.values("og:").keys()
        assert [n for n in head.values("og:") if n.startswith(("og:image", "og:url"))] == []
        assert head.values("twitter:") == {"twitter:card": "summary"}
    (article,) = Head(private / "latest" / THESIS).of_kind("Article")
    assert article.keys() & {"url", "image", "mainEntityOfPage"} == set()


def test_an_article_is_linked_data_with_its_dates_and_terms(published: Path) -> None:
    (article,) = Head(published / "latest" / THESIS).of_kind("Article")
    identity = read_identity(ROOT)
    assert article["headline"] == "A tiny thesis"
    assert article["description"] == SUMMARY
    assert article["datePublished"] == "2026-01-02"
    assert article["dateModified"] == "2026-03-09"
    (author,) = Head(published / "latest" / THESIS).of_kind("Organization")
    assert author == {**article["author"], "@type": "Organization", "name": identity.author}
    assert article["publisher"] == {"@type": "Organization", "name": identity.site_name}
    assert article["license"] == identity.text_licence_url
    assert article["isAccessibleForFree"] is True
    assert article["mainEntityOfPage"] == f"{SITE}latest/theses/tiny/"
    assert CARD.fullmatch(article["image"])
    assert (published / article["image"].removeprefix(SITE)).is_file()


def test_a_dataset_says_what_its_figures_are_and_only_where_that_is_short_what_they_show() -> None:
    chart = Chart(title="T", subtitle="S" * 50, alt="What it shows.", data=pd.DataFrame(), draw=str)
    assert _described(chart) == "S" * 50
    assert (
        _described(dataclasses.replace(chart, subtitle="Few  words")) == "Few words. What it shows."
    )


@pytest.mark.parametrize("site_url", [SITE, ""])
def test_each_chart_is_a_dataset_whose_file_exists(
    published: Path, private: Path, site_url: str
) -> None:
    site = published if site_url else private
    page = site / "latest" / THESIS
    base = site_url or "http://site/"
    (dataset,) = Head(page).of_kind("Dataset")
    assert dataset["name"] == "The largest share is 40%"
    assert dataset["description"] == "Share, percent. Bars of shares, the largest 40%."
    assert dataset["license"] == read_identity(ROOT).text_licence_url
    (author,) = Head(page).of_kind("Organization")
    assert dataset["creator"] == {"@id": author["@id"]}
    assert dataset["isBasedOn"] == ["https://example.org/shares"]
    (download,) = dataset["distribution"]
    assert download["encodingFormat"] == "text/csv"
    address = urljoin(f"{base}latest/theses/tiny/", download["contentUrl"])
    file = site / address.removeprefix(base)
    assert file.read_text(encoding="utf-8").count("\n") == 4


def test_every_page_leads_to_the_one_feed_at_the_root(published: Path) -> None:
    for folder in ("2026-03-02", "latest"):
        for page in pages(published / folder):
            own = f"http://site/{page.parent.relative_to(published).as_posix()}/"
            (href,) = Head(page).link("alternate", "application/atom+xml")
            assert urljoin(own, href) == "http://site/feed.xml"
    assert Head(published / "index.html").link("alternate", "application/atom+xml") == ["feed.xml"]


@pytest.mark.parametrize("site_url", [SITE, ""])
def test_the_feed_of_a_build_shows_pictures_that_exist(
    published: Path, private: Path, site_url: str
) -> None:
    site = published if site_url else private
    feed = ET.parse(site / "feed.xml").getroot()
    content = feed.findtext(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    pictures = re.findall(r'<img src="([^"]+)"', content)
    assert len(pictures) == 1
    for address in [*pictures, *re.findall(r'href="([^"#]+\.(?:csv|svg|json))"', content)]:
        assert address.startswith(site_url)
        assert (site / address.removeprefix(site_url)).is_file(), address
    assert re.search(r"<(script|button|style|picture|source)\b|headerlink| class=", content) is None
    assert "The largest of three shares is 40%" in content


def test_a_later_edition_keeps_the_ids_and_dates_of_the_feed(published: Path) -> None:
    entries = ET.parse(published / "feed.xml").getroot().findall(f"{ATOM}entry")
    days = ["2026-03-09", "2026-03-02"]
    assert [e.findtext(f"{ATOM}id") for e in entries] == [f"{SITE}{d}/theses/tiny/" for d in days]
    stamps = [e.findtext(f"{ATOM}updated") for e in entries]
    assert stamps == [f"{day}T23:00:00+00:00" for day in days]
    for entry in entries:
        summary = entry.findtext(f"{ATOM}summary")
        assert summary is not None
        assert summary.startswith("Small things add up. Of 1 claim, ")


def test_words_of_a_page_come_from_its_front_matter_before_its_thesis() -> None:
    class Thesis:
        title, summary = "Caps", "Cheap."

    written = Page("x.md", "---\ntitle: Own\ndescription: >-\n  Two\n  lines\n---\n# X\n")
    assert page_words(written, Thesis) == ("Own", "Two lines")
    bare = Page("x.md", "# X\n", title="Ledger")
    assert page_words(bare, Thesis) == ("Ledger", "Ledger: Cheap.")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("index.md", ""),
        ("about.md", "about/"),
        ("theses/x/index.md", "theses/x/"),
        ("theses/x/ledger.md", "theses/x/ledger/"),
    ],
)
def test_a_page_is_where_mkdocs_puts_it(path: str, address: str) -> None:
    assert page_address(path) == address


def make_chart(data: pd.DataFrame, *sources: Source) -> Chart:
    return Chart("T", "S", "A", data, draw=lambda style: None, sources=sources)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"date": pd.to_datetime(["2020-05-01", "2019-03-31"])}, "2019-03-31/2020-05-01"),
        ({"year": [1986, 2025]}, "1986-01-01/2025-12-31"),
        ({"as_of": ["2024", "2025-08"]}, "2024-01-01/2025-08-31"),
        ({"label": ["a", "b"]}, ""),
        ({"date": ["soon"]}, ""),
    ],
)
def test_figures_cover_the_days_of_their_rows(data: dict, said: str) -> None:  # type: ignore[type-arg]
    assert plotted(make_chart(pd.DataFrame(data))).covers == said


def test_figures_from_a_source_that_keeps_its_rights_are_not_given_away() -> None:
    identity = read_identity(ROOT)
    rows = pd.DataFrame({"date": ["2020"]})
    free = Source("A", "", "https://a.example", licence="CC0")
    kept = Source("B", "", "https://b.example", licence="Personal use", may_republish=False)
    given, lent = make_chart(rows, free), make_chart(rows, free, kept)
    assert _licence(plotted(given), given, identity) == identity.text_licence_url
    assert _licence(plotted(lent), lent, identity) == [
        {"@type": "CreativeWork", "name": "CC0"},
        {"@type": "CreativeWork", "name": "Personal use"},
    ]


@pytest.mark.browser
@needs_chromium()
def test_linked_data_breaks_no_content_security_policy(published: Path, tmp_path: Path) -> None:
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    page_text = (published / "latest" / THESIS).read_text(encoding="utf-8")
    data = re.search(r'<script type="application/ld\+json">.*?</script>', page_text, re.DOTALL)
    assert data is not None
    policy = "default-src 'none'; script-src 'self'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        complaints = []
        for extra in ("", "<script>var blocked</script>"):
            page = browser.new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            file = tmp_path / "page.html"
            file.write_text(f"<!doctype html><html><head>{head}{data[0]}{extra}</head></html>")
            page.goto(file.as_uri())
            parsed = page.evaluate("document.querySelector('script').textContent")
            assert json.loads(parsed)["@context"] == "https://schema.org"
            complaints.append([text for text in said if "Content Security Policy" in text])
        browser.close()
    assert complaints[0] == []
    assert len(complaints[1]) == 1  # the policy was at work
