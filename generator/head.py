"""What machines read of a page: its card, its description, and its linked data (pure).

The theme prints these beside what Material prints itself (description, author, canonical address).
Addresses are absolute where the published one is known. Where it is not, what must be absolute is
left out, and the downloads of linked data are relative to their page, as JSON-LD allows.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from generator.charts.card import HEIGHT, WIDTH, Words
from generator.dates import in_words
from generator.finished import Finished
from generator.model import Chart, Date, Identity, Page, Picture, Plotted, Rendered, Thesis
from generator.own_files import style_path

HOME_CARD = "theses/assets/card.png"
AUTHOR = "#author"  # the author's name among a page's linked data
LEAST = 50  # characters of a description, below which search engines do not take a Dataset
OTHERS = ""  # the key of what holds for the home page and those written by hand


def card_path(slug: str) -> str:
    """Where a thesis's card lies, below docs/ and below an edition."""
    return f"theses/{slug}/card.png"


def card_words(thesis: Thesis, chart: Chart | None, identity: Identity, today: Date) -> Words:
    """What a thesis's card says: the finding of its lead chart, or its title without that chart."""
    below = f"{identity.site_name} · Edition of {in_words(today)}"
    if chart is None:
        return Words(thesis.title, above="", below=below)
    return Words(chart.title, above=thesis.title, below=below)


def home_words(identity: Identity, today: Date) -> Words:
    """What the card of the site itself says."""
    below = f"Edition of {in_words(today)}"
    return Words(identity.description, above=identity.site_name, below=below)


def page_heads(
    theses: Sequence[Finished], identity: Identity, *, address: str
) -> dict[str, dict[str, Any]]:
    """What the theme prints into the head of each page, by its path below docs/.

    `address` is the published address of the folder these pages are built for, with a slash at its
    end, or "". The key OTHERS has what holds for every page that is not named.
    """
    home = f"{identity.site_name}. {identity.description}"
    heads = {OTHERS: {"type": "website", **_image(HOME_CARD, home, address)}}
    for item in theses:
        for path, head in item.heads.items():
            heads[path] = _at(address, path, head, card_path(item.slug))
    return heads


def _at(address: str, path: str, head: Mapping[str, Any], card: str) -> dict[str, Any]:
    """The head of a page at `path`, as it is for a folder of this address."""
    shown = head["image_alt"]
    found = {key: value for key, value in head.items() if key != "image_alt"}
    found |= _image(card, shown, address)
    if address and "linked_data" in head:
        here = f"{address}{page_address(path)}"
        graph = [_part_at(here, address, part, found) for part in head["linked_data"]["@graph"]]
        found["linked_data"] = {**head["linked_data"], "@graph": graph}
    return found


def _part_at(
    here: str, address: str, part: Mapping[str, Any], head: Mapping[str, Any]
) -> dict[str, Any]:
    """A part of linked data with its addresses written out; those of downloads were relative."""
    if part["@type"] == "Article":
        return {**part, "url": here, "mainEntityOfPage": here, "image": head["image"]}
    if part["@type"] != "Dataset":
        return dict(part)
    offered = [
        {**one, "contentUrl": urljoin(here, one["contentUrl"])} for one in part["distribution"]
    ]
    return {**part, "distribution": offered}


def thesis_heads(item: Rendered, identity: Identity, *, today: Date) -> dict[str, dict[str, Any]]:
    """The heads of a thesis's pages by their path, for a site whose address is not known."""
    return {page.path: _page_head(page, item, identity, today=today) for page in item.pages}


def _page_head(page: Page, item: Rendered, identity: Identity, *, today: Date) -> dict[str, Any]:
    thesis = item.thesis
    title, description = page_words(page, thesis)
    is_article = page.path == item.pages[0].path
    chart = item.charts.get(thesis.lead_chart)
    shown = f"{thesis.title}. {chart.title}. {chart.alt}" if chart else thesis.title
    style = style_path(thesis.slug)
    head: dict[str, Any] = {
        "type": "article",
        "title": title if is_article else f"{thesis.title}: {title}",
        "description": description,
        "published": _published(thesis, today).isoformat(),
        "modified": today.isoformat(),
        "style": style if any(asset.path == style for asset in item.assets) else "",
        "image_alt": shown,
    }
    graph = [
        _dataset(picture, page, thesis, identity)
        for picture in item.pictures.values()
        if offers_download(page, picture.chart)
    ]
    if is_article or posixpath.basename(page.path) == f"{thesis.against}.md":
        graph.insert(0, _article(head, identity))
    if graph:
        graph.insert(0, {**_organization(identity.author), "@id": AUTHOR})
        head["linked_data"] = {"@context": "https://schema.org", "@graph": graph}
    return head


def page_words(page: Page, thesis: Thesis) -> tuple[str, str]:
    """Title and description of a page: as its front matter has them, else the thesis's own."""
    from mkdocs.utils.meta import get_data  # loads all of MkDocs, which a check does without

    _, meta = get_data(page.text)
    title = str(meta.get("title") or page.title or thesis.title)
    own = f"{title}: {thesis.summary}" if title != thesis.title else thesis.summary
    return title, " ".join(str(meta.get("description") or own).split())


def offers_download(page: Page, chart: Chart) -> bool:
    """Whether a page shows the chart with its figures for download."""
    return f'charts/{chart.id}.csv"' in page.text


def page_address(path: str) -> str:
    """The address of a page of Markdown below that of the site: theses/x/m.md is theses/x/m/."""
    folder, name = posixpath.split(path.removesuffix(".md"))
    parts = [folder] if name == "index" else [folder, name]
    return "".join(f"{part}/" for part in parts if part)


def _image(path: str, words: str, address: str) -> dict[str, Any]:
    if not address:
        return {}
    return {"image": f"{address}{path}", "image_alt": words, "image_size": [WIDTH, HEIGHT]}


def _published(thesis: Thesis, today: Date) -> Date:
    """The day of the first edition; one built as of an earlier day is not older than itself."""
    return min(thesis.published, today)


def _article(head: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    """The page as an Article of schema.org."""
    return {
        "@type": "Article",
        "headline": head["title"],
        "description": head["description"],
        "inLanguage": "en",
        "datePublished": head["published"],
        "dateModified": head["modified"],
        "author": {"@id": AUTHOR},
        "publisher": _organization(identity.site_name),
        "license": identity.text_licence_url,
        "isAccessibleForFree": True,
    }


def _organization(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _dataset(picture: Picture, page: Page, thesis: Thesis, identity: Identity) -> dict[str, Any]:
    """The figures of a chart as a Dataset of schema.org, with where to download them."""
    chart, plotted = picture.chart, picture.plotted
    file = f"theses/{thesis.slug}/charts/{chart.id}.csv"
    download = posixpath.relpath(file, page_address(page.path))
    dataset = {
        "@type": "Dataset",
        "name": chart.title,
        "description": _described(chart),
        "creator": {"@id": AUTHOR},
        "license": _licence(plotted, chart, identity),
        "isAccessibleForFree": True,
        "temporalCoverage": plotted.covers,
        "isBasedOn": list(plotted.urls),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": download}
        ],
    }
    return {key: value for key, value in dataset.items() if value}


def _described(chart: Chart) -> str:
    """What the figures are; what they show too where those words alone would be too few."""
    words = " ".join(chart.subtitle.split())
    return words if len(words) >= LEAST else " ".join(f"{words}. {chart.alt}".split())


def _licence(plotted: Plotted, chart: Chart, identity: Identity) -> str | list[dict[str, str]]:
    """The site's own licence; the terms of the sources where one does not let others republish."""
    named = any(name == "url" for name, _ in plotted.columns)  # each row says where it comes from
    if named or all(source.may_republish for source in chart.sources):
        return identity.text_licence_url
    terms = dict.fromkeys(source.licence for source in chart.sources if source.licence)
    return [{"@type": "CreativeWork", "name": words} for words in terms]
