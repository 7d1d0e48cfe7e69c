"""A picture that can stand alone: the chart with its title, source and publisher (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from generator.charts.style import FONT, INK, MUTED
from generator.charts.svg import size_of
from generator.charts.typeface import wrap

PAPER = "#ffffff"
MARGIN = 24  # CSS pixels around everything
TITLE, SMALL, FINE = 18.0, 13.0, 11.0  # sizes of type in CSS pixels
LEADING = 1.4


@dataclass(frozen=True)
class _Line:
    text: str
    size: float
    colour: str
    bold: bool = False


def framed(svg: str, *, title: str, subtitle: str, credit: Sequence[str]) -> str:
    """The wide light picture as an SVG of its own, with words above and below it.

    `credit` are the lines under the picture, such as the source and the publisher.
    """
    width, height = size_of(svg)
    above = [*_lines(title, TITLE, INK, width, bold=True), *_lines(subtitle, SMALL, MUTED, width)]
    below = [line for text in credit for line in _lines(text, FINE, MUTED, width)]
    words, top = _stacked(above, MARGIN)
    top += 12
    more, bottom = _stacked(below, top + height + 10)
    inner = svg.replace("<svg ", f'<svg x="{MARGIN}" y="{top:.1f}" ', 1)
    whole_width, whole_height = width + 2 * MARGIN, round(bottom + MARGIN * 0.75)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole_width}" height="{whole_height}" '
        f'viewBox="0 0 {whole_width} {whole_height}">'
        f'<rect width="{whole_width}" height="{whole_height}" fill="{PAPER}"/>'
        f"{words}{inner}{more}</svg>"
    )


def _lines(text: str, size: float, colour: str, width: int, *, bold: bool = False) -> list[_Line]:
    words = " ".join(text.split())
    return [_Line(line, size, colour, bold) for line in wrap(words, width, size, bold=bold)]


def _stacked(lines: Sequence[_Line], top: float) -> tuple[str, float]:
    """The lines one under the other from `top`, and where they end."""
    drawn = []
    for line in lines:
        top += line.size * LEADING
        weight = ' font-weight="600"' if line.bold else ""
        drawn.append(
            f'<text transform="translate({MARGIN},{top - 0.3 * line.size:.1f})" '
            f'font-family="{FONT}" font-size="{line.size:g}px" fill="{line.colour}"{weight}>'
            f"{escape(line.text)}</text>"
        )
    return "".join(drawn), top
