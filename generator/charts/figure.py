"""A drawn chart as HTML: its words, pictures for each theme and width, and its downloads (pure)."""

from __future__ import annotations

from html import escape

from generator.model import Picture

NARROW = "(max-width: 599px)"


def figure_html(
    picture: Picture, *, base: str, vega: str, source_line: str, downloads: bool
) -> str:
    """The figure as one block of HTML without blank lines, so that Markdown leaves it alone.

    `base` is the address of the folder with the picture's files, `vega` that of the script for
    live charts; `source_line` is HTML already.
    """
    chart = picture.chart
    folder = base if not base or base.endswith("/") else f"{base}/"
    address = escape(f"{folder}{chart.id}", quote=True)
    caption = [f'<span class="mtm-note">{_words(chart.note)}</span>'] if chart.note.strip() else []
    caption.append(f'<span class="mtm-source">{" ".join(source_line.split())}</span>')
    if downloads:
        caption.append(_downloads(address))
    lines = [
        f'<figure class="mtm-figure" id="figure-{escape(chart.id, quote=True)}" '
        f'data-chart="{address}.json" data-vega="{escape(vega, quote=True)}">',
        '<div class="mtm-figure-head">'
        f'<p class="mtm-figure-title">{_words(chart.title)}</p>'
        f'<p class="mtm-figure-subtitle">{_words(chart.subtitle)}</p></div>',
        '<div class="mtm-picture" role="group">',
        _picture(picture, address, dark=False),
        _picture(picture, address, dark=True),
        "</div>",
        f"<figcaption>{' '.join(caption)}</figcaption>",
        "</figure>",
    ]
    return "\n".join(lines)


def _picture(picture: Picture, address: str, *, dark: bool) -> str:
    """Both widths of one theme. Lazy images that the style sheet hides are never fetched."""
    ending = ".dark.svg" if dark else ".svg"
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
    links = " · ".join(
        f'<a href="{address}{ending}" download>{name}</a>'
        for name, ending in (("CSV", ".csv"), ("SVG", ".svg"), ("Vega-Lite", ".json"))
    )
    explore = '<button type="button" class="mtm-explore">Explore</button>'
    return f'<span class="mtm-downloads">{links} {explore}</span>'


def _size(size: tuple[int, int]) -> str:
    return f'width="{size[0]}" height="{size[1]}"'


def _words(text: str) -> str:
    return escape(" ".join(text.split()), quote=False)
