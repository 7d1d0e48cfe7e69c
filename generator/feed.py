"""The Atom feed at the root of all editions (RFC 4287): an entry for each thesis of each edition.

The newest edition's entries carry the full text; earlier ones say how their claims stood, and lead
to their own page. All pure: records and pages come from the edges that read them.
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from generator.dates import in_words
from generator.model import Date, Edition, Identity
from generator.score import recorded_words

FEED = "feed.xml"
EDITIONS = 50  # the newest so many

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of addresses, RFC 4122
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed_xml(
    editions: Sequence[Edition], articles: Mapping[str, str], identity: Identity, *, site_url: str
) -> bytes:
    """The feed of these editions, oldest first as they come, newest first as they go.

    `articles` are those of the newest edition as `readable` gives them, by thesis. Without a
    `site_url` addresses are relative to the feed, and ids are made from the names of the site.
    """
    newest = editions[-1]
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(feed, "id", _identity_of("", identity, site_url))
    _add(feed, "title", identity.site_name)
    _add(feed, "subtitle", identity.description)
    _add(feed, "updated", newest.record["built"])
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{site_url}{FEED}")
    _add(feed, "link", rel="alternate", type="text/html", href=site_url or "./")
    _add(feed, "link", rel="license", href=identity.text_licence_url)
    _add(ET.SubElement(feed, "author"), "name", identity.author)
    _add(feed, "rights", f"© {identity.author}. Text and charts: {identity.text_licence}.")
    version = str(newest.record.get("generator", {}).get("version", ""))
    _add(feed, "generator", "Marked to Market", **({"version": version} if version else {}))
    for edition in sorted(editions, key=lambda edition: edition.name, reverse=True)[:EDITIONS]:
        for slug, thesis in sorted(edition.record.get("theses", {}).items()):
            article = articles.get(slug) if edition is newest else None
            feed.append(_entry(edition, slug, thesis, article, identity, site_url))
    ET.indent(feed, space=" ")
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _entry(
    edition: Edition,
    slug: str,
    thesis: Mapping[str, Any],
    article: str | None,
    identity: Identity,
    site_url: str,
) -> ET.Element:
    path = article_path(edition.name, slug)
    entry = ET.Element("entry")
    _add(entry, "id", _identity_of(path, identity, site_url))
    _add(entry, "title", f"{thesis['title']}, edition of {in_words(edition.date)}")
    _add(entry, "published", edition.record["built"])
    _add(entry, "updated", edition.record["built"])
    _add(entry, "link", rel="alternate", type="text/html", href=f"{site_url}{path}")
    changed = thesis.get("changed") or {}
    if changed:
        since = in_words(Date.fromisoformat(changed["since"])) if changed["since"] else ""
        title = f"What changed since {since}" if since else "What changed"
        href = f"{site_url}{path}changes/"
        _add(entry, "link", rel="related", type="text/html", title=title, href=href)
    _add(entry, "summary", _summary(thesis))
    if article is not None:
        _add(entry, "content", article, type="html")
    return entry


def article_path(edition: str, slug: str) -> str:
    """Where an article lies below the root of all editions."""
    return f"{edition}/theses/{slug}/"


def _identity_of(path: str, identity: Identity, site_url: str) -> str:
    """A name for good: the dated address, which never changes, or one made of the site's names."""
    if site_url:
        return f"{site_url}{path}"
    return uuid.uuid5(_NAMESPACE, f"{identity.site_name}\n{identity.author}\n{path}").urn


def _summary(thesis: Mapping[str, Any]) -> str:
    """The thesis in a sentence, where the edition has it, how its claims stand, what changed."""
    words = recorded_words(thesis.get("claims", ()))
    sentence = " ".join(str(thesis.get("sentence", "")).split())
    changed = thesis.get("changed") or {}
    since = changed.get("since")
    news = f" Since {in_words(Date.fromisoformat(since))}: {changed['summary']}." if since else ""
    return f"{sentence} {words[0].upper()}{words[1:]}.{news}".strip()


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ET.SubElement(parent, name, attributes)
    element.text = _NOT_XML.sub("", text) or None


def readable(page: str, base: str) -> str:
    """The article of a page as HTML for a feed reader; `base` is the address of the page.

    Without what needs a script or a style sheet, one picture for each chart, all addresses joined
    to `base`.
    """
    reader = _Article(base)
    reader.feed(page)
    reader.close()
    return "".join(reader.parts).strip()


_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
_VOID |= {"track", "wbr"}
_LEFT_OUT = {
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "canvas", "svg"),
    *("button", "form", "input", "select", "textarea", "label", "dialog", "nav"),
    *("source", "link", "meta", "base"),
    "h1",  # the entry has it as its title
}
_LEFT_OUT_CLASSES = {"headerlink", "mtm-dark", "md-content__button"}
_UNWRAPPED = {"picture", "span"}
_KEPT = {"alt", "cite", "colspan", "datetime", "height", "lang", "open", "rowspan", "scope"}
_KEPT |= {"start", "title", "width"}
_ADDRESSES = {"href", "src"}
_SCHEMES = {"", "http", "https", "mailto"}
_OTHER_PICTURE = re.compile(r"\.phone\.svg$|\.svg#")

_Attributes = Sequence[tuple[str, str | None]]


class _Article(HTMLParser):
    """Rewrites what stands in the first <article> of a page."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._base = base
        self._state = "before"  # then "in", then "after"
        self._open: list[tuple[str, str]] = []  # name, and what becomes of it

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        if self._state == "before" and tag == "article":
            self._state = "in"
            return
        if self._state != "in":
            return
        fate = "left out" if self._silent() else _fate(tag, dict(attrs))
        if fate == "kept":
            self.parts.append(f"<{tag}{''.join(self._attributes(attrs))}>")
        if tag not in _VOID:
            self._open.append((tag, fate))

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._state != "in" or tag in _VOID:
            return
        if tag in (name for name, _ in self._open):
            self._close(tag)
        elif tag == "article":
            self._close("")
            self._state = "after"

    def handle_data(self, data: str) -> None:
        if self._state == "in" and not self._silent():
            self.parts.append(escape(data, quote=False))

    def _close(self, tag: str) -> None:
        """Close what is open up to that element, or everything."""
        name = None
        while self._open and name != tag:
            name, fate = self._open.pop()
            if fate == "kept":
                self.parts.append(f"</{name}>")

    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1] == "left out"

    def _attributes(self, attrs: _Attributes) -> list[str]:
        kept = []
        for name, value in attrs:
            if name in _ADDRESSES and value is not None:
                joined = urljoin(self._base, value.strip())
                if urlsplit(joined).scheme in _SCHEMES:
                    kept.append(f' {name}="{escape(joined)}"')
            elif name in _KEPT:
                kept.append(f' {name}="{escape(value or "")}"')
        return kept


def _fate(tag: str, attributes: Mapping[str, str | None]) -> str:
    """What becomes of an element: kept, unwrapped (its content stays), or left out."""
    classes = set((attributes.get("class") or "").split())
    if tag in _LEFT_OUT or classes & _LEFT_OUT_CLASSES or "hidden" in attributes:
        return "left out"
    if tag == "img" and _OTHER_PICTURE.search(attributes.get("src") or ""):
        return "left out"
    return "unwrapped" if tag in _UNWRAPPED else "kept"
