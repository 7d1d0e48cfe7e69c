"""The house style of pictures: colours with dark partners, sizes, and the Vega-Lite config."""

from __future__ import annotations

import re
from typing import Any

from generator.model import Chart, Style

WIDE = 720  # CSS pixels, the width of the article's column
PHONE = 342  # a 390 px phone less the page's margins
WIDE_FONT, PHONE_FONT = 13, 12  # CSS pixels
FAMILY = "Inter Figures"
FONT = f"{FAMILY}, Inter, system-ui, sans-serif"

INK = "#1b1f24"
MUTED = "#59616b"
GRID = "#e2e5e9"
BAND = "#e9ecf0"
ZERO = "#868e99"
SHADE = "#d9e5f3"  # the usual range of a measure
FAINT = "#b4bbc4"  # lines that are context, never text
ACCENT_A = "#1a63bd"
ACCENT_B = "#c4460c"
ACCENT_C = "#0a7d68"
ACCENT_D = "#8a2f86"
ACCENT_E = "#5a4600"
ACCENT_F = "#475569"
POSITIVE = "#2265a8"
NEGATIVE = "#b63f22"
NEUTRAL = "#6a727d"

ACCENTS = (ACCENT_A, ACCENT_B, ACCENT_C, ACCENT_D, ACCENT_E)

DARK = "dark"  # the fragment of a picture's address, and the identity of the picture
_COLORED = re.compile(r' ([a-z-]+)="(#[0-9a-f]{6})"')

# A dark picture is the light one with each code replaced, so every code here is unique and no
# other colour may be used. Text colours have AA contrast on white and on the dark page; the five
# accents stay apart for the three kinds of colour blindness (tests/test_charts.py measures both).
PALETTE: dict[str, str] = {
    INK: "#e9ecf1",
    MUTED: "#a9b1bd",
    GRID: "#353b46",
    BAND: "#2c323d",
    ZERO: "#7b8492",
    SHADE: "#263b55",
    FAINT: "#5b6472",
    ACCENT_A: "#74b0f7",
    ACCENT_B: "#ff8f57",
    ACCENT_C: "#3fc4a4",
    ACCENT_D: "#e6a3e4",
    ACCENT_E: "#e8d36a",
    ACCENT_F: "#c3ccd6",
    POSITIVE: "#6aa9ee",
    NEGATIVE: "#ff9070",
    NEUTRAL: "#99a2b0",
}


def wide_style(chart: Chart) -> Style:
    """The style of a chart's picture in the article's column."""
    return Style(WIDE, chart.height, False, FONT, WIDE_FONT, chart.published)


def phone_style(chart: Chart) -> Style:
    """The style of a chart's picture on a phone."""
    return Style(PHONE, chart.phone_height, True, FONT, PHONE_FONT, chart.published)


def config(style: Style) -> dict[str, Any]:
    """The Vega-Lite config of the house: no frame, no ticks, no legend, muted words."""
    return {
        "background": None,
        "font": style.font,
        "aria": False,  # the words are in the page; a label on every mark is only weight
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": False,
            "gridColor": GRID,
            "tickColor": ZERO,
            "domainColor": ZERO,
            "labelColor": MUTED,
            "labelFontSize": style.font_size,
            "labelPadding": 6,
            "labelLimit": 0,
            "labelOverlap": False,
            "titleColor": MUTED,
            "titleFontSize": style.font_size,
            "titleFontWeight": "normal",
        },
        "legend": {"disable": True},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "rule": {"color": GRID, "strokeWidth": 1},
        "text": {"color": INK, "fontSize": style.font_size},
        "range": {"category": list(ACCENTS)},
        "mark": {"color": ACCENT_A},
    }


def in_both_themes(svg: str) -> str:
    """The light picture, which at the address FILE.svg#dark is the dark one.

    Rules of the picture's own recolor it while it is its document's target: an <img> with that
    address makes it so in every browser, and a program that knows no rules draws the light one.
    """
    named = dict.fromkeys(_COLORED.findall(svg))
    rules = "".join(
        f':target [{key}="{code}"]{{{key}:{PALETTE[code]}}}'
        for key, code in named
        if code in PALETTE
    )
    return svg.replace("<svg ", f'<svg id="{DARK}" ', 1).replace(">", f"><style>{rules}</style>", 1)
