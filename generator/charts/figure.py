"""A drawn chart as HTML: words, pictures for each theme and width, data and downloads (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from generator.charts.style import DARK
from generator.model import Picture

NARROW = "(max-width: 599px)"
DOWNLOADS = (
    ("CSV", "csv", "the plotted values"),
    ("PNG", "png", "the picture with its title and source"),
    ("SVG", "svg", "the picture alone"),
    ("JSON", "meta.json", "description, columns, sources and license"),
)


@dataclass(frozen=True)
class Place:
    """Where a figure stands, and what the page says around it.

    `base` is the address of the folder with the picture's files, `vega` that of the script for
    live charts; `source_line` is HTML already. Without a `number` the figure is only shown: it has
    neither downloads nor data of its own.
    """

    base: str
    vega: str
    source_line: str
    number: int = 0
    citation: str = ""
    former: tuple[
        str, ...
    ] = ()  # names of the chart in earlier editions, whose addresses lead here


def figure_html(picture: Picture, place: Place) -> str:
    """The figure as one block of HTML without blank lines, so that Markdown leaves it alone."""
    chart = picture.chart
    folder = place.base if not place.base or place.base.endswith("/") else f"{place.base}/"
    address = escape(f"{folder}{chart.id}", quote=True)
    anchor = f"figure-{escape(chart.id, quote=True)}"
    caption = [f'<span class="mtm-note">{_words(chart.note)}</span>'] if chart.note.strip() else []
    caption.append(f'<span class="mtm-source">{" ".join(place.source_line.split())}</span>')
    named = ""
    if place.number:
        link = f'<a href="#{anchor}" title="Link to this figure">Figure {place.number}</a>'
        named = f'<span class="mtm-figure-number">{link}</span> '
        caption += [_downloads(address), _more(picture, place)]
    lines = [
        "".join(f'<span id="figure-{escape(old, quote=True)}"></span>' for old in place.former)
        + f'<figure class="mtm-figure" id="{anchor}" '
        f'data-chart="{address}.json" data-vega="{escape(place.vega, quote=True)}">',
        '<div class="mtm-figure-head">'
        f'<p class="mtm-figure-title">{named}{_words(chart.title)}</p>'
        f'<p class="mtm-figure-subtitle">{_words(chart.subtitle)}</p></div>',
        '<div class="mtm-picture" role="group">',
        _picture(picture, address, dark=False),
        _picture(picture, address, dark=True),
        "</div>",
        # Not for the search: it is fetched with every first page, and finds the title above.
        f"<figcaption data-search-exclude>{' '.join(caption)}</figcaption>",
        "</figure>",
    ]
    return "\n".join(lines)


def small_html(picture: Picture, base: str, address: str) -> str:
    """A chart's finding and its phone picture in one link to the figure, as one line of HTML."""
    name = escape(f"{base}{picture.chart.id}", quote=True)
    size = _size(picture.phone_size)
    images = "".join(
        f'<img class="mtm-{theme}" src="{name}.phone.svg{mark}" alt="" {size} loading="lazy">'
        for theme, mark in (("light", ""), ("dark", f"#{DARK}"))
    )
    words = f"<strong>{_words(picture.chart.title)}</strong>"
    return f'<a class="mtm-small-figure" href="{escape(address, quote=True)}">{words}{images}</a>'


def _picture(picture: Picture, address: str, *, dark: bool) -> str:
    """Both widths of one theme. Lazy images that the style sheet hides are never fetched."""
    ending = f".svg#{DARK}" if dark else ".svg"
    alt = escape(" ".join(picture.chart.alt.split()), quote=True)
    # Both carry the words: the one that the style sheet hides is hidden from everyone.
    theme = 'class="mtm-dark"' if dark else 'class="mtm-light"'
    return (
        f"<picture {theme}>"
        f'<source media="{NARROW}" srcset="{address}.phone{ending}" {_size(picture.phone_size)}>'
        f'<img src="{address}{ending}" alt="{alt}" {_size(picture.size)} loading="lazy">'
        "</picture>"
    )


def _downloads(address: str) -> str:
    stem = address.rpartition("/")[2]  # a saved file is called that, wherever it is stored
    links = " · ".join(
        f'<a href="{address}.{ending}" download="{stem}.{ending}"'
        f' title="{name}: {words}">{name}</a>'
        for name, ending, words in DOWNLOADS
    )
    # The file beside it is not Vega-Lite as editors read it: the script makes that of it.
    spec = (
        '<span class="mtm-vega"> · <button type="button" class="mtm-vega-lite" '
        'title="Vega-Lite: the live chart\'s specification">Vega-Lite</button></span>'
    )
    explore = '<button type="button" class="mtm-explore">Explore</button>'
    return f'<span class="mtm-downloads">{links}{spec} {explore}</span>'


def _more(picture: Picture, place: Place) -> str:
    """What opens on request: the values as a table, and how to cite the figure."""
    table = picture.plotted.table
    citation = (
        f'<p class="mtm-citation"><span>{_words(place.citation)}</span></p>'
        if place.citation
        else ""
    )
    words = "Data table and citation" if citation else "Data table"
    return f'<details class="mtm-more"><summary>{words}</summary>{table}{citation}</details>'


def _size(size: tuple[int, int]) -> str:
    return f'width="{size[0]}" height="{size[1]}"'


def _words(text: str) -> str:
    return escape(" ".join(text.split()), quote=False)
