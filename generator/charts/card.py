"""A social card as SVG: a few large words, and a chart beside them (pure).

It is looked at 300 pixels wide, so that there is room for one finding and the shape of one chart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.charts.style import ACCENT_A, FAMILY, FONT, INK, MUTED
from generator.charts.svg import size_of
from generator.charts.typeface import text_width, wrap
from generator.model import Chart, Style

WIDTH, HEIGHT = 1200, 630  # what the networks show whole
PAPER = "#ffffff"

_MARGIN = 60
_TOP, _FOOT = 92, 578  # baselines of the first and the last line of words
_BODY = (128, 520)  # between them, for the finding and the chart
_WORDS = 500  # width of the words beside a chart
_SMALL, _FINDING, _LEAST = 30, 68, 40  # font sizes
_LINE = 1.16  # of a font size
_STYLE = (320, 236, 13)  # width, height and font size of the chart before it is enlarged

_OPENING = re.compile(r"<svg[^>]*>")


@dataclass(frozen=True)
class Words:
    """What a card says: the finding large, what it belongs to above it, who says it below."""

    finding: str
    above: str
    below: str


def card_style(chart: Chart) -> Style:
    """The style of a chart's picture on a card: a phone's, as high as the room beside the words."""
    height = chart.phone_height if chart.in_rows else _STYLE[1]
    return Style(_STYLE[0], height, phone=True, font=FONT, font_size=_STYLE[2])


def card_svg(words: Words, picture: str = "") -> str:
    """The card, with the chart `picture` (an SVG as the renderer's `tidy` leaves it) if any."""
    width = _WORDS if picture else WIDTH - 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FAMILY}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="14" fill="{ACCENT_A}"/>',
        _text(_fitted(words.above, WIDTH - 2 * _MARGIN), _TOP, _SMALL, INK, bold=True),
        *_finding(words.finding, width),
        _text(_fitted(words.below, WIDTH - 2 * _MARGIN), _FOOT, _SMALL, MUTED),
    ]
    if picture:
        parts.append(_placed(picture))
    return "".join([*parts, "</svg>"])


def _finding(text: str, width: float) -> Iterator[str]:
    """The finding in the largest size in which it fits, from the top of the body downwards."""
    top, foot = _BODY
    for size in range(_FINDING, _LEAST - 1, -2):
        lines = wrap(text, width, size, bold=True)
        tall = len(lines) * size * _LINE
        widest = max(text_width(line, size, bold=True) for line in lines)
        if tall <= foot - top and widest <= width:
            break
    start = top + ((foot - top) - tall) / 2 + size
    for number, line in enumerate(lines):
        yield _text(line, start + number * size * _LINE, size, INK, bold=True)


def _placed(picture: str) -> str:
    """The chart enlarged into the right half, in the middle of the space it does not fill."""
    wide, tall = size_of(picture)
    left = _MARGIN + _WORDS + 40
    room, height = WIDTH - 40 - left, _BODY[1] - _BODY[0] + 16
    scale = min(room / wide, height / tall)
    x = left + (room - wide * scale) / 2
    y = _BODY[0] - 8 + (height - tall * scale) / 2
    opening = (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" x="{x:.1f}" y="{y:.1f}" '
        f'width="{wide * scale:.1f}" height="{tall * scale:.1f}" viewBox="0 0 {wide} {tall}">'
    )
    return _OPENING.sub(opening, picture, count=1)


def _fitted(text: str, width: float) -> str:
    """As many of the words as one line takes."""
    words = text.split()
    while len(words) > 1 and text_width(" ".join(words), _SMALL, bold=True) > width:
        words = [*words[:-2], f"{words[-2].rstrip(',;:')}…"]
    return " ".join(words)


def _text(text: str, baseline: float, size: float, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    words = html.escape(" ".join(text.split()), quote=False)
    return (
        f'<text x="{_MARGIN}" y="{baseline:.1f}" font-size="{size}" fill="{colour}"{weight}>'
        f"{words}</text>"
    )
