"""The words of a picture as outlines of the vendored typeface, the same in every browser (pure).

A browser draws an SVG in an <img> without the page's fonts, and WebKit also draws one that brings
its own before they are ready, without any words. So each glyph that a picture uses often is in it
once, as a path, and each word is a row of references to such and of the rarer glyphs themselves.
"""

from __future__ import annotations

import html
import itertools
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.charts.style import FONT
from generator.charts.typeface import UNITS, advance, outline

_TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
_NO_TEXT = re.compile(r"<text[^>]*/>")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_OPENING = re.compile(r"<svg[^>]*>")
_SPACES = re.compile(r"[ \t\r\n]+")  # as XML has it: not the no-break space
_FIRST = re.compile(r"M(-?\d+)")
_NAMED = len('<path id="a" d=""/>')
_REFERRED = len('<use href="#a" x="123"/>')
_KEPT = ("fill", "fill-opacity", "opacity")  # what a group means by these, a text does too
_UNDERSTOOD = {*_KEPT, "font-family", "font-size", "font-weight", "text-anchor", "transform"}
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # how much of a text is before its place
Glyph = tuple[str, int]  # a character and its weight


@dataclass(frozen=True)
class _Row:
    """A text as its glyphs, each with where it stands, in the typeface's own units."""

    attributes: Mapping[str, str]
    glyphs: Sequence[tuple[Glyph, int]]


def outlined(svg: str) -> str:
    """The picture with paths for its words.

    A text stays one if it is not in the house's typeface, has a letter that this lacks, or is
    shaped by an attribute that is not among the usual: the reader's own fonts draw it.
    """
    svg = _NO_TEXT.sub("", svg)
    rows = {found[0]: _row(found[1], found[2]) for found in _TEXT.finditer(svg)}
    names = _named(row for found in _TEXT.finditer(svg) if (row := rows[found[0]]))
    svg = _TEXT.sub(lambda m: m[0] if (row := rows[m[0]]) is None else _drawn(row, names), svg)
    if not names:
        return svg
    paths = "".join(f'<path id="{name}" d="{outline(*glyph)}"/>' for glyph, name in names.items())
    return _OPENING.sub(lambda found: f"{found[0]}<defs>{paths}</defs>", svg, count=1)


def _row(written: str, text: str) -> _Row | None:
    """The text's glyphs; None for one that the reader's fonts draw."""
    attributes = dict(_ATTRIBUTE.findall(written))
    words = _SPACES.sub(" ", html.unescape(text)).strip(" ")
    weight = 600 if attributes.get("font-weight") in ("bold", "600", "700", "800") else 400
    if not _is_ours(attributes) or not all(outline(c, weight) is not None for c in words):
        return None
    ends = list(itertools.accumulate((advance(c, weight) for c in words), initial=0.0))
    before = ends[-1] * _BEFORE[attributes.get("text-anchor", "start")]
    places = zip(words, ends, strict=False)
    seen = [((c, weight), round(end - before)) for c, end in places if outline(c, weight)]
    return _Row(attributes, seen)


def _named(rows: Iterable[_Row]) -> dict[Glyph, str]:
    """A name for each glyph that is shorter to draw once and refer to than to draw each time."""
    uses = Counter(glyph for row in rows for glyph, _ in row.glyphs)
    shared = [
        glyph
        for glyph, count in uses.items()
        if (length := len(outline(*glyph) or "")) * count > length + _NAMED + _REFERRED * count
    ]
    return dict(zip(shared, _names(), strict=False))


def _is_ours(attributes: dict[str, str]) -> bool:
    return (
        attributes.keys() <= _UNDERSTOOD
        and html.unescape(attributes.get("font-family", "")) == FONT
        and attributes.get("font-size", "").endswith("px")
        and attributes.get("text-anchor", "start") in _BEFORE
    )


def _drawn(row: _Row, names: Mapping[Glyph, str]) -> str:
    """The text as references to the glyphs that have a name and one path of all the others."""
    path = "".join(_moved(glyph, x) for glyph, x in row.glyphs if glyph not in names)
    uses = "".join(f'<use href="#{names[g]}"{_at(x)}/>' for g, x in row.glyphs if g in names)
    size = float(row.attributes["font-size"].removesuffix("px")) / UNITS
    scale = f"scale({size:.6f}".rstrip("0").replace("(0.", "(.")
    kept = "".join(f' {key}="{row.attributes[key]}"' for key in _KEPT if key in row.attributes)
    look = f' transform="{row.attributes.get("transform", "")}{scale})"{kept}'
    if not uses:
        return f'<path{look} d="{path}"/>' if path else ""
    return f"<g{look}>" + (f'<path d="{path}"/>' if path else "") + f"{uses}</g>"


def _moved(glyph: Glyph, x: int) -> str:
    """The outline so far to the right: only its first corner is a place, all others are steps."""
    return _FIRST.sub(lambda found: f"M{int(found[1]) + x}", outline(*glyph) or "", count=1)


def _at(x: int) -> str:
    return f' x="{x}"' if x else ""


def _names() -> Iterator[str]:
    """Names for glyphs, the short ones first; none like the `n0` of other things' names."""
    for length in itertools.count(1):
        yield from map("".join, itertools.product(string.ascii_letters, repeat=length))
