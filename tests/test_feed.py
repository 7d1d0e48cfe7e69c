"""The Atom feed: its form, its ids, and what a feed reader is given to read."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from generator.feed import EDITIONS, article_path, feed_xml, readable
from generator.model import Edition
from tests.conftest import make_identity

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://example.org/notes/"
IDENTITY = make_identity(
    site_name="Notes & <others>",
    author='Zoë "Z" Forker',
    description="What we said, and what became of it.",
)
PAGE = """<!doctype html><body><nav>Menu</nav><article class="md-content__inner md-typeset">
<h1 id="t">A thesis<a class="headerlink" href="#t">&para;</a></h1>
<p onclick="go()">Fees &lt; 1% &amp; falling <a class="mtm-mark" href="#note-a">1</a>.</p>
<figure><picture class="mtm-light"><source srcset="charts/a.phone.svg">
<img src="charts/a.svg" alt="Bars &amp; lines" width="720" height="360" loading="lazy"></picture>
<picture class="mtm-dark"><source srcset="charts/a.phone.svg#dark">
<img src="charts/a.svg#dark" alt="Bars"></picture>
<figcaption><a href="charts/a.csv" download>CSV</a><button>Explore</button></figcaption></figure>
<script>alert("<p>")</script><style>p{}</style><div hidden>Later</div>
<p><a href="javascript:go()">x</a> <a href="../../../latest/">latest</a><br>End</p>
</article><footer>Foot</footer></body>"""


def make_edition(name, *, theses=None, built=""):
    claims = [{"id": "a", "verdict": "holds"}, {"id": "b", "verdict": "broken"}]
    thesis = {"title": "A & B <c>", "sentence": "Small adds up.", "claims": claims}
    record = {
        "edition": name,
        "built": built or f"{name}T12:00:00+00:00",
        "generator": {"version": "1.2", "revision": "x"},
        "theses": {"caps": thesis} if theses is None else theses,
        "files": {},
    }
    return Edition(name, record, "")


def make_feed(*names, site_url=SITE):
    editions = [make_edition(name) for name in names]
    article = readable(PAGE, f"{site_url}{article_path(names[-1], 'caps')}")
    return feed_xml(editions, {"caps": article}, IDENTITY, site_url=site_url)


def parse(content):
    return ET.fromstring(content)


def entries(content):
    return parse(content).findall(f"{ATOM}entry")


def ids(content):
    return [entry.findtext(f"{ATOM}id") for entry in entries(content)]


class Tags(HTMLParser):
    """Every element of a piece of HTML with its attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def test_a_feed_has_what_the_standard_asks_for():
    feed = parse(make_feed("2026-09-22", "2026-10-01"))
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "subtitle", "rights", "generator"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1, name
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == 'Zoë "Z" Forker'
    assert feed.findtext(f"{ATOM}title") == "Notes & <others>"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{SITE}feed.xml"
    assert links["alternate"] == SITE
    for entry in feed.findall(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "published", "summary"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
    days = [element.text for element in feed.iter(f"{ATOM}updated")]
    assert all(dt.datetime.fromisoformat(day).tzinfo for day in days)


def test_the_feed_is_as_new_as_its_newest_edition_which_comes_first():
    feed = parse(make_feed("2026-09-22", "2026-10-01"))
    assert feed.findtext(f"{ATOM}updated") == "2026-10-01T12:00:00+00:00"
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == [
        "A & B <c>, edition of October 1, 2026",
        "A & B <c>, edition of September 22, 2026",
    ]


def test_only_the_newest_edition_brings_its_text_and_all_lead_to_their_dated_page():
    new, old = entries(make_feed("2026-09-22", "2026-10-01"))
    assert new.find(f"{ATOM}content").get("type") == "html"
    assert old.find(f"{ATOM}content") is None
    assert old.find(f"{ATOM}link").get("href") == f"{SITE}2026-09-22/theses/caps/"
    said = "Small adds up. Of 2 claims, 1 holds, 1 does not."
    assert [entry.findtext(f"{ATOM}summary") for entry in (new, old)] == [said, said]


def test_an_edition_from_before_sentences_were_kept_still_says_how_its_claims_stood():
    theses = {"caps": {"title": "T", "claims": [{"id": "a", "verdict": "pending"}]}}
    edition = make_edition("2026-09-22", theses=theses)
    (entry,) = entries(feed_xml([edition], {}, IDENTITY, site_url=SITE))
    assert entry.findtext(f"{ATOM}summary") == "Of 1 claim, 1 is pending."


@pytest.mark.parametrize("site_url", [SITE, ""])
def test_ids_are_unique_and_stay_when_an_edition_is_added_or_renamed(site_url):
    before = make_feed("2026-09-22", site_url=site_url)
    after = make_feed("2026-09-22", "2026-10-01", site_url=site_url)
    everything = [*ids(after), parse(after).findtext(f"{ATOM}id")]
    assert len(set(everything)) == 3
    assert ids(after)[1:] == ids(before)
    assert parse(after).findtext(f"{ATOM}id") == parse(before).findtext(f"{ATOM}id")
    assert all(re.match(r"https://|urn:uuid:[0-9a-f-]{36}$", name) for name in everything)


def test_the_same_editions_give_the_same_bytes():
    assert make_feed("2026-09-22", "2026-10-01") == make_feed("2026-09-22", "2026-10-01")


def test_the_feed_ends_after_the_newest_fifty_editions():
    first = dt.date(2026, 1, 1)
    names = [(first + dt.timedelta(days=day)).isoformat() for day in range(EDITIONS + 3)]
    found = ids(make_feed(*names))
    assert len(found) == EDITIONS == 50
    assert found[-1] == f"{SITE}{names[3]}/theses/caps/"


def test_characters_that_xml_cannot_hold_are_left_out_and_all_others_arrive():
    words = "1 < 2 & \"3\" ]]> é 😀 \x0b'4'"
    page = f"<article><p>{words.replace('&', '&amp;').replace('<', '&lt;')}</p></article>"
    theses = {"caps": {"title": words, "claims": []}}
    edition = make_edition("2026-09-22", theses=theses)
    content = feed_xml([edition], {"caps": readable(page, SITE)}, IDENTITY, site_url=SITE)
    (entry,) = entries(content)
    expected = words.replace("\x0b", "")
    assert entry.findtext(f"{ATOM}title") == f"{expected}, edition of September 22, 2026"
    assert Tags(entry.findtext(f"{ATOM}content")).words == expected


def test_a_reader_gets_words_and_one_picture_a_chart_and_nothing_that_needs_a_script():
    read = Tags(readable(PAGE, f"{SITE}2026-09-22/theses/caps/"))
    names = [tag for tag, _ in read.tags]
    assert names == ["p", "a", "figure", "img", "figcaption", "a", "p", "a", "a", "br"]
    picture = next(attributes for tag, attributes in read.tags if tag == "img")
    assert picture == {
        "src": f"{SITE}2026-09-22/theses/caps/charts/a.svg",
        "alt": "Bars & lines",
        "width": "720",
        "height": "360",
    }
    assert " ".join(read.words.split()) == "Fees < 1% & falling 1. CSV x latestEnd"
    assert [a.get("href") for tag, a in read.tags if tag == "a"] == [
        f"{SITE}2026-09-22/theses/caps/#note-a",
        f"{SITE}2026-09-22/theses/caps/charts/a.csv",
        None,
        f"{SITE}latest/",
    ]


def test_without_an_address_everything_is_relative_to_the_feed():
    content = make_feed("2026-09-22", site_url="")
    feed = parse(content)
    links = [link.get("href") for link in feed.findall(f"{ATOM}link")[:2]]
    assert links == ["feed.xml", "./"]
    (entry,) = entries(content)
    assert entry.find(f"{ATOM}link").get("href") == "2026-09-22/theses/caps/"
    read = Tags(entry.findtext(f"{ATOM}content"))
    assert [a["src"] for tag, a in read.tags if tag == "img"] == [
        "2026-09-22/theses/caps/charts/a.svg"
    ]
    assert [a["href"] for tag, a in read.tags if "latest" in a.get("href", "")] == ["latest/"]


def test_elements_left_open_or_closed_twice_do_not_upset_the_text():
    page = "<article><p>One <b>two</p></i><p>three<button>x<b></button> four</article><p>five"
    assert readable(page, SITE) == "<p>One <b>two</b></p><p>three four</p>"
