"""Labels that never overlap: series named at their ends, and dated flags above the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair

from generator.charts.panel import Panel, Words, layer_of, table, write
from generator.charts.style import MUTED, ZERO
from generator.charts.typeface import text_width, wrap
from generator.model import Style

LEADING = 1.22  # line height in font sizes
SEARCHED_FLAGS = 4  # to try every place for more would take long
PUBLISHED = "published"  # beside the day of publication
GAP = 8  # pixels between the plot and a label beside it


@dataclass(frozen=True)
class EndLabel:
    """A label to the right of the plot that belongs to the point (x, y)."""

    text: str
    x: float
    y: float
    colour: str
    bold: bool = True

    def lines(self, style: Style) -> list[str]:
        """The label broken for the margin of that style."""
        return wrap(self.text, 92 if style.phone else 150, style.font_size, bold=self.bold)


def end_margin(labels: Sequence[EndLabel], style: Style) -> float:
    """How much room the labels need to the right of the plot."""
    widths = [
        text_width(line, style.font_size, bold=label.bold)
        for label in labels
        for line in label.lines(style)
    ]
    return GAP + 10 + max(widths) if widths else 0


def end_labels(panel: Panel, labels: Sequence[EndLabel]) -> list[altair.Chart | None]:
    """The labels pushed apart, with a thin leader where one had to leave its line."""
    line_height = panel.style.font_size * LEADING
    blocks = [label.lines(panel.style) for label in labels]
    wanted = [panel.y_pixel(label.y) for label in labels]
    heights = [len(block) * line_height + 3 for block in blocks]
    centres = spread(wanted, heights, low=-4, high=panel.height + 10)
    words: dict[bool, list[Words]] = {True: [], False: []}
    leaders = []
    edge = panel.x.high
    for label, block, want, centre in zip(labels, blocks, wanted, centres, strict=True):
        first = centre - (len(block) - 1) * line_height / 2
        for number, line in enumerate(block):
            place = Words(line, edge, first + number * line_height, label.colour)
            words[label.bold].append(place)
        if abs(centre - want) > 3 or panel.width - panel.x_pixel(label.x) > 12:
            leaders.append((label, want, centre))
    return [
        _leaders(panel, leaders),
        write(panel, words[True], dx=GAP + 6, bold=True),
        write(panel, words[False], dx=GAP + 6),
    ]


def _leaders(panel: Panel, leaders: Sequence[tuple[EndLabel, float, float]]) -> altair.Chart | None:
    if not leaders:
        return None
    rows = [
        {
            "x": label.x,
            "y": panel.y_value(want),
            "x2": panel.x.high,
            "y2": panel.y_value(centre),
            "colour": label.colour if label.bold else ZERO,
        }
        for label, want, centre in leaders
    ]
    layer: altair.Chart = (
        layer_of(table(rows))
        .mark_rule(strokeWidth=0.8, xOffset=2, x2Offset=GAP + 3, opacity=0.7)
        .encode(
            x=panel.across(),
            x2=altair.X2("x2:Q"),
            y=panel.up(),
            y2=altair.Y2("y2:Q"),
            color=altair.Color("colour:N", scale=None),
        )
    )
    return layer


@dataclass(frozen=True)
class Flag:
    """A dated event: a thin rule with a few words above the plot."""

    x: float
    text: str


@dataclass(frozen=True)
class PlacedFlag:
    """A flag with its broken words, on which side of its rule, and how many rows up they start."""

    flag: Flag
    lines: tuple[str, ...]
    row: int
    right: bool
    left_edge: float
    right_edge: float

    @property
    def pixel(self) -> float:
        """Where the rule stands."""
        return self.left_edge if self.right else self.right_edge

    @property
    def rows(self) -> range:
        """The rows of text it takes, counted up from the plot."""
        return range(self.row, self.row + len(self.lines))


def place_flags(
    flags: Sequence[Flag], style: Style, pixels: Sequence[float], *, room: float
) -> list[PlacedFlag]:
    """The flags in as few rows as it takes that no words meet other words or another's rule.

    Three flags always find such places; where more do not, words never meet words but may be
    passed by a rule.

    `pixels` says where each flag's rule stands; words stay between 0 and `room` pixels. A flag
    without words takes no row.
    """
    every = sorted(zip(pixels, flags, strict=True), key=lambda pair: -pair[0])
    bare = [PlacedFlag(flag, (), 0, True, pixel, pixel) for pixel, flag in every if not flag.text]
    worded = [(pixel, flag) for pixel, flag in every if flag.text]
    if not worded:
        return bare
    most = sum(len(wrap(flag.text, _limit(style), style.font_size - 1)) for _, flag in worded) + 1
    for rows in range(1, most + 1) if len(worded) <= SEARCHED_FLAGS else ():
        choices = [_ways(pixel, flag, style, rows, room) for pixel, flag in worded]
        found = _without_meeting(choices, [])
        if found:
            return bare + found
    return bare + _one_by_one([_ways(pixel, flag, style, most, room) for pixel, flag in worded])


def _one_by_one(choices: Sequence[Sequence[PlacedFlag]]) -> list[PlacedFlag]:
    """Each flag in its lowest free place; on top of all where none is free."""
    placed: list[PlacedFlag] = []
    for ways in choices:
        free = (way for way in ways if not any(_meet(way, other) for other in placed))
        placed.append(next(free, ways[-1]))
    return placed


def _limit(style: Style) -> float:
    """How wide the words of a flag may be."""
    return 118 if style.phone else 190


def _ways(pixel: float, flag: Flag, style: Style, rows: int, room: float) -> list[PlacedFlag]:
    """Every place for a flag within so many rows, the lowest first."""
    size = style.font_size - 1
    lines = tuple(wrap(flag.text, _limit(style), size))
    width = max(text_width(line, size) for line in lines) + 10
    sides = [(True, pixel, pixel + width), (False, pixel - width, pixel)]
    fitting = [side for side in sides if side[1] >= -style.font_size and side[2] <= room]
    return [
        PlacedFlag(flag, lines, row, *side)
        for row in range(rows - len(lines) + 1)
        for side in fitting or sides[:1]
    ]


def _without_meeting(
    choices: Sequence[Sequence[PlacedFlag]], placed: list[PlacedFlag]
) -> list[PlacedFlag] | None:
    if len(placed) == len(choices):
        return placed
    for choice in choices[len(placed)]:
        if not any(_meet(choice, other) for other in placed):
            found = _without_meeting(choices, [*placed, choice])
            if found:
                return found
    return None


def _meet(one: PlacedFlag, other: PlacedFlag) -> bool:
    """Whether words meet words, or the higher flag's rule passes the lower one's words."""
    if one.rows.start < other.rows.stop and other.rows.start < one.rows.stop:
        return one.left_edge < other.right_edge and other.left_edge < one.right_edge
    low, high = sorted((one, other), key=lambda flag: flag.rows.start)
    return low.left_edge + 2 < high.pixel < low.right_edge - 2


def flags_height(placed: Sequence[PlacedFlag], style: Style) -> float:
    """How much room the flags need above the plot."""
    rows = max((flag.rows.stop for flag in placed if flag.lines), default=0)
    return rows * (style.font_size - 1) * LEADING + (4 if rows else 0)


def flag_layers(panel: Panel, placed: Sequence[PlacedFlag]) -> list[altair.Chart | None]:
    """The flags' rules and words."""
    if not placed:
        return []
    size = panel.style.font_size - 1
    line_height = size * LEADING
    rules = []
    words: dict[bool, list[Words]] = {True: [], False: []}
    for item in placed:
        top = -4 - item.rows.stop * line_height if item.lines else 0
        rules.append(
            {"x": item.flag.x, "y": panel.y_value(top + 2), "y2": panel.y_value(panel.height)}
        )
        for number, line in enumerate(item.lines):
            middle = top + (number + 0.5) * line_height
            words[item.right].append(Words(line, item.flag.x, middle, MUTED))
    rule = (
        layer_of(table(rules))
        .mark_rule(color=ZERO, strokeWidth=0.8)
        .encode(x=panel.across(), y=panel.up(), y2=altair.Y2("y2:Q"))
    )
    return [
        rule,
        write(panel, words[True], dx=4, size=size),
        write(panel, words[False], dx=-4, align="right", size=size),
    ]


def spread(
    centres: Sequence[float], sizes: Sequence[float], *, low: float, high: float
) -> list[float]:
    """The centres moved as little as possible so that the sizes around them do not overlap.

    They stay between low and high where there is room for all; otherwise they share what room
    there is evenly, in their order.
    """
    order = sorted(range(len(centres)), key=lambda i: (centres[i], i))
    total = sum(sizes)
    scale = min(1.0, (high - low) / total) if total else 1.0
    clusters: list[tuple[list[int], float, float]] = []  # members, wanted start, length
    for i in order:
        size = sizes[i] * scale
        members, start, length = [i], centres[i] - size / 2, size
        start = _inside(start, length, low, high)
        while clusters and clusters[-1][1] + clusters[-1][2] > start:
            before, before_start, before_length = clusters.pop()
            weight = len(before) + len(members)
            moved = (before_start * len(before) + (start - before_length) * len(members)) / weight
            members, length = before + members, before_length + length
            start = _inside(moved, length, low, high)
        clusters.append((members, start, length))
    placed = [0.0] * len(centres)
    for members, start, _ in clusters:
        for i in members:
            placed[i] = start + sizes[i] * scale / 2
            start += sizes[i] * scale
    return placed


def _inside(start: float, length: float, low: float, high: float) -> float:
    return max(low, min(start, high - length))
