"""The vendored typeface: how wide words are, and what its glyphs look like.

Pictures are laid out here rather than by the machine's fonts, so that they are the same everywhere.
The files have no kerning and tabular figures by default: a width is a sum of advances.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
FILES = {400: "InterFigures-Regular.ttf", 600: "InterFigures-SemiBold.ttf"}
WIDTHS = "widths.json"  # of FILES, in their own units
OUTLINES = "outlines.json"  # of FILES, in UNITS
UNITS = 330  # to a font size, of the glyphs in a picture: a twentieth of a pixel where it is 16


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in pixels; an unknown character counts as an x."""
    widths = _widths(600 if bold else 400)
    return sum(widths.get(letter, widths["x"]) for letter in text) * size


def wrap(text: str, limit: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than the limit, as far as its words allow."""
    lines: list[str] = []
    for word in text.split(" "):  # not at a no-break space
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def advance(letter: str, weight: int) -> float:
    """How far the next letter is from this one, in `UNITS`."""
    widths = _widths(weight)
    return widths.get(letter, widths["x"]) * UNITS


def outline(letter: str, weight: int) -> str | None:
    """The glyph as the path of an SVG, `UNITS` to a font size and y downwards.

    Empty for a space; None when the typeface does not have the letter.
    """
    return _outlines()[str(weight)].get(letter)


@functools.cache
def _widths(weight: int) -> Mapping[str, float]:
    """The advance of each character, in font sizes.

    A list beside the fonts, for reading them takes longer than all of a check's own work.
    """
    listed = json.loads((FOLDER / WIDTHS).read_text(encoding="utf-8"))[str(weight)]
    return {letter: width / listed["units"] for letter, width in listed["advances"].items()}


@functools.cache
def _outlines() -> Mapping[str, Mapping[str, str]]:
    """The path of each character's glyph, by weight; also a list, for the same reason."""
    listed: dict[str, dict[str, str]] = json.loads((FOLDER / OUTLINES).read_text(encoding="utf-8"))
    return listed
