"""The words of a picture as outlines of the vendored typeface, the same in every browser (pure).

A browser draws an SVG in an <img> without the page's fonts, and WebKit also draws one that brings
its own before they are ready, without any words. So each glyph that a picture uses is in it once,
as a path, and each word is a row of references to them.
"""

from __future__ import annotations

import html
import itertools
import re
import string
from collections.abc import Iterator

from generator.charts.style import FONT
from generator.charts.typeface import UNITS, advance, outline

_TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
_NO_TEXT = re.compile(r"<text[^>]*/>")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_OPENING = re.compile(r"<svg[^>]*>")
_SPACES = re.compile(r"[ \t\r\n]+")  # as XML has it: not the no-break space
_KEPT = ("fill", "fill-opacity", "opacity")  # what a group means by these, a text does too
_UNDERSTOOD = {*_KEPT, "font-family", "font-size", "font-weight", "text-anchor", "transform"}
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # how much of a text is before its place
Glyph = tuple[str, int]  # a character and its weight


def outlined(svg: str) -> str:
    """The picture with paths for its words.

    A text stays one if it is not in the house's typeface, has a letter that this lacks, or is
    shaped by an attribute that is not among the usual: the reader's own fonts draw it.
    """
    names: dict[Glyph, str] = {}
    unused = _names()

    def drawn(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        words = _SPACES.sub(" ", html.unescape(match[2])).strip(" ")
        weight = 600 if attributes.get("font-weight") in ("bold", "600", "700", "800") else 400
        if not _is_ours(attributes) or not all(outline(c, weight) is not None for c in words):
            return match[0]
        for letter in words:
            if outline(letter, weight) and (letter, weight) not in names:
                names[letter, weight] = next(unused)
        return _row(words, weight, attributes, names)

    svg = _TEXT.sub(drawn, _NO_TEXT.sub("", svg))
    if not names:
        return svg
    paths = "".join(f'<path id="{name}" d="{outline(*glyph)}"/>' for glyph, name in names.items())
    return _OPENING.sub(lambda found: f"{found[0]}<defs>{paths}</defs>", svg, count=1)


def _is_ours(attributes: dict[str, str]) -> bool:
    return (
        attributes.keys() <= _UNDERSTOOD
        and html.unescape(attributes.get("font-family", "")) == FONT
        and attributes.get("font-size", "").endswith("px")
        and attributes.get("text-anchor", "start") in _BEFORE
    )


def _row(words: str, weight: int, attributes: dict[str, str], names: dict[Glyph, str]) -> str:
    """The glyphs of a text side by side, in the typeface's own units."""
    ends = list(itertools.accumulate((advance(c, weight) for c in words), initial=0.0))
    before = ends[-1] * _BEFORE[attributes.get("text-anchor", "start")]
    places = [(names.get((c, weight)), end - before) for c, end in zip(words, ends, strict=False)]
    uses = "".join(f'<use href="#{name}"{_at(round(x))}/>' for name, x in places if name)
    size = float(attributes["font-size"].removesuffix("px")) / UNITS
    kept = "".join(f' {key}="{attributes[key]}"' for key in _KEPT if key in attributes)
    scale = f"scale({size:.6f}".rstrip("0").replace("(0.", "(.")
    place = attributes.get("transform", "")
    return f'<g transform="{place}{scale})"{kept}>{uses}</g>' if uses else ""


def _at(x: int) -> str:
    return f' x="{x}"' if x else ""


def _names() -> Iterator[str]:
    """Names for glyphs, the short ones first; none like the `n0` of other things' names."""
    for length in itertools.count(1):
        yield from map("".join, itertools.product(string.ascii_letters, repeat=length))
