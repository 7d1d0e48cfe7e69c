"""The vendored typeface: how wide words are, and the few glyphs a picture must carry with it.

Pictures are laid out here rather than by the machine's fonts, so that they are the same everywhere.
The files have no kerning and tabular figures by default: a width is a sum of advances.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
FILES = {400: "InterFigures-Regular.ttf", 600: "InterFigures-SemiBold.ttf"}
WIDTHS = "widths.json"  # of FILES, in their own units
UNITS = 1000  # to a font size, of the glyphs in a picture


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


def subset_woff2(weight: int, characters: Iterable[str]) -> bytes:
    """The weight as WOFF2 with only the glyphs of these characters."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    # Without hints, names and layout tables, which pictures do not use, and on a grid that is
    # finer than the pixels of any screen; the file's own date is kept, so that the same characters
    # give the same bytes.
    options = Options(hinting=False, layout_features=[], name_IDs=[], glyph_names=False)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "gasp"]
    font = TTFont(FOLDER / FILES[weight], recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, set(characters))))
    subsetter.subset(font)
    scale_upem(font, UNITS)
    font.flavor = "woff2"
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


@functools.cache
def _widths(weight: int) -> Mapping[str, float]:
    """The advance of each character, in font sizes.

    A list beside the fonts, for reading them takes longer than all of a check's own work.
    """
    listed = json.loads((FOLDER / WIDTHS).read_text(encoding="utf-8"))[str(weight)]
    return {letter: width / listed["units"] for letter, width in listed["advances"].items()}
