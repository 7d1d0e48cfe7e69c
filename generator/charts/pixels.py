"""The words of a picture on whole pixels, for a PNG (pure).

A letter that always begins on a pixel looks the same each time, so that the file is a tenth
smaller, and a little sharper than one whose edges fall between two.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from generator.charts.glyphs import outlined

_SVG = "http://www.w3.org/2000/svg"
_MOVE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_ROW = re.compile(rf"(?:{_MOVE.pattern})?scale\(([\d.]+)\)")  # as `generator.charts.glyphs` has it
_GLYPH = re.compile(r"M(-?\d+)([^M]+)")  # the first corner is a place, all others are steps
ET.register_namespace("", _SVG)
_NOTHING: Mapping[str, str] = MappingProxyType({})


def on_pixels(svg: str, scale: float) -> str:
    """The picture with its words as outlines whose first corners are on whole pixels across, and
    whose baselines are down; `scale` is how many pixels a CSS pixel is.

    Turned words, and those in a typeface that is not the house's, stay where they are. Nothing of
    it refers to anything else of it.
    """
    root = ET.fromstring(outlined(svg))
    _settle(root, 0.0, 0.0, scale, _NOTHING)
    return ET.tostring(root, encoding="unicode")


def _settle(
    element: ET.Element, left: float, top: float, scale: float, shared: Mapping[str, str]
) -> None:
    """Move the words within an element whose own place is to the right of `left`, below `top`."""
    transform = element.get("transform", "")
    if (row := _ROW.fullmatch(transform)) and any(_glyphs(element, shared)):
        _settle_row(element, row, left, top, scale, shared)
        return
    moved = _MOVE.fullmatch(transform)
    if element.tag == f"{{{_SVG}}}svg":
        left, top = left + float(element.get("x", 0)), top + float(element.get("y", 0))
        shared = _shared(element) or shared
    elif transform and not moved:
        _spell_out(element, shared)
        return
    if moved:
        left, top = left + float(moved[1]), top + float(moved[2])
    for child in element:
        _settle(child, left, top, scale, shared)


def _spell_out(element: ET.Element, shared: Mapping[str, str]) -> None:
    """Put each glyph that is referred to where it stands: its name may be another's as well."""
    for use in element.iter(f"{{{_SVG}}}use"):
        outlines = [f"M{across:g}{rest}" for across, rest in _glyphs(use, shared)]
        use.attrib.pop("x", None)
        use.attrib.pop("href", None)
        use.tag = f"{{{_SVG}}}path"
        use.set("d", "".join(outlines))


def _shared(picture: ET.Element) -> dict[str, str]:
    """The glyphs that a picture draws once, by the name under which its words refer to them."""
    paths = picture.findall(f"{{{_SVG}}}defs/{{{_SVG}}}path")
    return {path.get("id", ""): path.get("d", "") for path in paths}


def _settle_row(
    row: ET.Element,
    place: re.Match[str],
    left: float,
    top: float,
    scale: float,
    shared: Mapping[str, str],
) -> None:
    """A text as one path, all its glyphs where they are on whole pixels."""
    x, y, size = float(place[1] or 0), float(place[2] or 0), float(place[3])
    settled = []
    for across, outline in _glyphs(row, shared):
        nearest = round((left + x + size * across) * scale) / scale
        settled.append(f"M{(nearest - left - x) / size:.2f}{outline}")
    down = round((top + y) * scale) / scale - top
    for child in list(row):
        row.remove(child)
    row.tag = f"{{{_SVG}}}path"
    row.set("transform", f"translate({x},{down:.4f})scale({place[3]})")
    row.set("d", "".join(settled))


def _glyphs(row: ET.Element, shared: Mapping[str, str]) -> Iterator[tuple[float, str]]:
    """Where each glyph of a text begins, in the typeface's units, and the rest of its outline."""
    for element in (row, *row):
        right = float(element.get("x", 0))
        drawn = element.get("d") or shared.get(element.get("href", "").removeprefix("#"), "")
        for first, rest in _GLYPH.findall(drawn):
            yield right + int(first), rest
