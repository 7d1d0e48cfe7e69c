"""Rows with their names: beside the plot where there is room, else above each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair

from generator.charts.labels import LEADING
from generator.charts.panel import Panel, Words, layer_of, table, write
from generator.charts.style import FONT, INK, PHONE, PHONE_FONT, WIDE, WIDE_FONT
from generator.charts.ticks import Axis
from generator.charts.typeface import text_width, wrap
from generator.model import Style

NAMES_BESIDE = 84  # pixels; on the phone longer names stand above


@dataclass(frozen=True)
class Rows:
    """Where each row's mark stands, in pixels down the plot, and the broken lines of its name."""

    names: tuple[tuple[str, ...], ...]
    middles: tuple[float, ...]
    thickness: tuple[float, ...]
    height: float
    margin: float  # what the names take to the left of the plot
    above: bool  # the names stand above their marks


@dataclass(frozen=True)
class Layout:
    """Rows and the margins around their plot, in pixels."""

    rows: Rows
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> int:
        """How high a picture they need."""
        return round(self.top + self.rows.height + self.bottom)

    def panel(self, style: Style, x: Axis, x_labels: str = "") -> Panel:
        """The plot; its vertical values are pixels below the top edge."""
        down = Axis(style.height - self.top - self.bottom, 0, (), 1)
        left, right = round(self.left), round(self.right)
        return Panel(style, x, down, left, right, self.top, self.bottom, x_labels)


@dataclass(frozen=True)
class KeyEntry:
    """A word of the key with the symbol it stands for."""

    text: str
    colour: str
    shape: str = "circle"
    filled: bool = True


@dataclass(frozen=True)
class Key:
    """The key above a plot: each entry with its place in pixels from the picture's left edge."""

    entries: tuple[tuple[KeyEntry, float, int], ...]  # entry, pixels across, line
    height: float


def lay_rows(
    names: Sequence[str], style: Style, thickness: Sequence[float], *, above: bool = False
) -> Rows:
    """The rows under each other, as high as their names and marks need.

    On a phone long names stand above their marks; with `above` all do.
    """
    size = style.font_size
    long = style.phone and max(text_width(name, size) for name in names) > NAMES_BESIDE
    above = above or long
    limit = style.width - 24 if above else 0.34 * style.width
    broken = tuple(tuple(wrap(name, limit, size)) for name in names)
    middles, down = [], 0.0
    for lines, thick in zip(broken, thickness, strict=True):
        words = len(lines) * size * LEADING
        if above:
            middles.append(down + words + 3 + thick / 2)
            down += words + thick + 15
        else:
            room = max(words, thick) + 11
            middles.append(down + room / 2)
            down += room
    widest = max(text_width(line, size) for lines in broken for line in lines)
    margin = 0 if above else widest + 12
    return Rows(broken, tuple(middles), tuple(thickness), down, margin, above)


def sizes_to_lay_out() -> tuple[Style, Style]:
    """Both styles with the height, which the rows decide, still open."""
    return Style(WIDE, 0, False, FONT, WIDE_FONT), Style(PHONE, 0, True, FONT, PHONE_FONT)


def row_names(panel: Panel, rows: Rows, *, left: bool = False) -> altair.Chart | None:
    """The names: beside the plot, right-aligned unless `left`, or above each row's mark."""
    line_height = panel.style.font_size * LEADING
    words = []
    for lines, middle, thick in zip(rows.names, rows.middles, rows.thickness, strict=True):
        first = middle - (len(lines) - 1) * line_height / 2
        if rows.above:
            first = middle - thick / 2 - 3 - (len(lines) - 0.5) * line_height
        words += [
            Words(line, panel.x.low, first + number * line_height, INK)
            for number, line in enumerate(lines)
        ]
    if rows.above or left:
        return write(panel, words, dx=-panel.left)
    return write(panel, words, dx=rows.margin - 12 - panel.left, align="right")


def lay_key(entries: Sequence[KeyEntry], style: Style) -> Key:
    """The entries side by side, in as many lines as the picture's width makes of them."""
    across, line = 0.0, 0
    placed = []
    for entry in entries:
        width = 18 + text_width(entry.text, style.font_size) + 16
        if across and across + width - 16 > style.width:
            across, line = 0.0, line + 1
        placed.append((entry, across, line))
        across += width
    return Key(tuple(placed), (line + 1) * style.font_size * 1.5 + 8)


def key_layers(panel: Panel, key: Key) -> list[altair.Chart | None]:
    """The key, over the whole width of the picture."""
    line_height = panel.style.font_size * 1.5
    words, symbols = [], []
    for entry, across, line in key.entries:
        middle = -key.height + (line + 0.5) * line_height
        pixel = across - panel.left
        words.append(Words(entry.text, _at(panel, pixel + 18), middle, INK))
        symbols.append((entry, _at(panel, pixel + 7), panel.y_value(middle)))
    return [*symbol_layers(panel, symbols), write(panel, words)]


def symbol_layers(
    panel: Panel, symbols: Sequence[tuple[KeyEntry, float, float]], *, tips: Sequence[str] = ()
) -> list[altair.Chart | None]:
    """Filled and hollow symbols at their values across and up; `tips` say what each one is."""
    layers: list[altair.Chart | None] = []
    for filled in (True, False):
        rows = [
            {"x": x, "y": y, "colour": e.colour, "shape": e.shape, "tip": tip}
            for (e, x, y), tip in zip(symbols, tips or [""] * len(symbols), strict=True)
            if e.filled is filled
        ]
        if rows:
            mark = layer_of(table(rows)).mark_point(
                filled=filled, size=100, opacity=1, strokeWidth=2 if not filled else 0
            )
            layers.append(
                mark.encode(
                    x=panel.across(),
                    y=panel.up(),
                    color=altair.Color("colour:N", scale=None),
                    shape=altair.Shape("shape:N", scale=None),
                    tooltip=altair.Tooltip("tip:N", title=" ") if tips else altair.Undefined,
                )
            )
    return layers


def _at(panel: Panel, pixel: float) -> float:
    """The value that many pixels right of the plot's left edge."""
    return panel.x.value(pixel / panel.width)
