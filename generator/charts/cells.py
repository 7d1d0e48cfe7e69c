"""A kind of chart that is a table: names to the left, figures right-aligned under each other."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import altair
import pandas as pd

from generator.charts.formats import Format, value_format
from generator.charts.kind import ready_made
from generator.charts.labels import LEADING
from generator.charts.panel import Panel, Words, layer_of, table, write
from generator.charts.rows import Layout, Rows, lay_rows, row_names, sizes_to_lay_out
from generator.charts.style import GRID, INK, MUTED, NEGATIVE, POSITIVE, ZERO
from generator.charts.ticks import Axis
from generator.charts.typeface import text_width, wrap
from generator.model import Chart, Style

APART, PHONE_APART = 14, 8  # pixels at least between two columns
WIDEST = 124  # pixels that a column takes at most, so that figures stay near their names
NOTHING = "n/a"
Wording = str | tuple[str, int]  # a value format, or one with its decimals


@dataclass(frozen=True)
class _Table:
    cells: pd.DataFrame  # texts
    colours: pd.DataFrame
    strong: tuple[str, ...]  # rows in bold, with a rule above


@dataclass(frozen=True)
class _Grid:
    rows: Rows
    rights: tuple[float, ...]  # right edges of the columns, pixels from the plot's left edge
    heads: tuple[tuple[str, ...], ...]
    top: float
    fits: bool


@ready_made
def table_chart(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    value: str = "percent",
    decimals: int | None = None,
    wordings: Mapping[str, Wording] | None = None,
    signed: Collection[str] = (),
    strong: Collection[str] = (),
) -> Chart:
    """A row a name of the index and a column a column of the frame, its figures right-aligned.

    Numbers are worded by `value` and `decimals`, or by `wordings` for a row or column of that name
    ("percent" or ("ratio", 1)); texts stay, and an empty cell prints n/a. The numbers of rows or
    columns named in `signed` are colored by their sign; `strong` rows are bold, below a rule.
    Raises ValueError for an empty frame, a row named twice, an unknown format, or more columns
    than a phone has room for.
    """
    if frame.empty:
        raise ValueError("table_chart() was given no data.")
    whole = frame.rename(columns=str).rename(index=str)
    if whole.index.has_duplicates:
        twice = whole.index[whole.index.duplicated()][0]
        raise ValueError(f"table_chart() was given the row '{twice}' twice.")
    plain = value_format(value, decimals)
    worded = {name: _format(wording) for name, wording in (wordings or {}).items()}
    plan = _Table(
        cells=_each(
            whole, lambda row, column, cell: _text(cell, worded.get(row, worded.get(column, plain)))
        ),
        colours=_each(
            whole, lambda row, column, cell: _colour(cell) if {row, column} & set(signed) else INK
        ),
        strong=tuple(strong),
    )
    wide, phone = (_lay_out(plan, style) for style in sizes_to_lay_out())
    if not phone.fits:
        raise ValueError(
            f"table_chart() was given {len(whole.columns)} columns, which a phone has no room for."
        )
    return Chart(
        in_rows=True,
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=whole.rename_axis(str(frame.index.name or "name")).reset_index(),
        draw=functools.partial(_draw, plan),
        note=note,
        height=_height(wide),
        phone_height=_height(phone),
    )


def _format(wording: Wording) -> Format:
    return value_format(wording) if isinstance(wording, str) else value_format(*wording)


def _each(frame: pd.DataFrame, made: object) -> pd.DataFrame:
    rows = [
        [made(row, column, frame.at[row, column]) for column in frame.columns]  # type: ignore[operator]
        for row in frame.index
    ]
    return pd.DataFrame(rows, index=frame.index, columns=frame.columns)


def _text(cell: object, wording: Format) -> str:
    if cell is None or cell != cell:  # NaN alone differs from itself
        return NOTHING
    return cell if isinstance(cell, str) else wording.text(float(cell))  # type: ignore[arg-type]


def _colour(cell: object) -> str:
    if isinstance(cell, str) or cell is None or cell != cell or cell == 0:
        return INK
    return POSITIVE if float(cell) > 0 else NEGATIVE  # type: ignore[arg-type]


def _height(grid: _Grid) -> int:
    return round(grid.top + grid.rows.height + 2)


def _lay_out(plan: _Table, style: Style) -> _Grid:
    """Names beside the figures where both fit, else above them."""
    names, size = list(plan.cells.index), style.font_size
    needs = [_column_width(plan, column, size) for column in plan.cells.columns]
    apart = PHONE_APART if style.phone else APART
    rows = lay_rows(names, style, [size * 1.2] * len(names))
    if not rows.above and rows.margin + sum(needs) + apart * len(needs) > style.width:
        rows = lay_rows(names, style, [size * 1.2] * len(names), above=True)
    room = style.width - rows.margin
    fits = sum(needs) + apart * (len(needs) - 1) <= room
    spare = (room - sum(needs)) / len(needs)
    rights, edge = [], 0.0
    for need in needs:
        edge += min(need + spare, max(need + apart, WIDEST))
        rights.append(edge)
    heads = tuple(
        tuple(wrap(column, max(need + spare - apart, need), size, bold=True))
        for column, need in zip(plan.cells.columns, needs, strict=True)
    )
    top = max(len(head) for head in heads) * size * LEADING + 8
    return _Grid(rows, tuple(rights), heads, top, fits)


def _column_width(plan: _Table, column: str, size: float) -> float:
    """What its figures take, and the longest word of its name."""
    figures = [
        text_width(cell, size, bold=name in plan.strong)
        for name, cell in plan.cells[column].items()
    ]
    return max(*figures, *(text_width(word, size, bold=True) for word in column.split()))


def _draw(plan: _Table, style: Style) -> altair.LayerChart:
    grid = _lay_out(plan, style)
    layout = Layout(grid.rows, grid.rows.margin, 0, grid.top, 2)
    width = style.width - round(layout.left)
    panel = layout.panel(style, Axis(0, width, (), 1))
    words: dict[bool, list[Words]] = {True: [], False: []}
    for name, middle in zip(plan.cells.index, grid.rows.middles, strict=True):
        for column, right in zip(plan.cells.columns, grid.rights, strict=True):
            cell, colour = plan.cells.at[name, column], plan.colours.at[name, column]
            shown = MUTED if cell == NOTHING else colour
            words[name in plan.strong].append(Words(cell, right, middle, shown))
    return panel.finish(
        [
            _rules(panel, plan, grid),
            row_names(panel, grid.rows, left=True),
            *_heads(panel, grid),
            *(write(panel, lines, align="right", bold=bold) for bold, lines in words.items()),
        ]
    )


def _heads(panel: Panel, grid: _Grid) -> list[altair.Chart | None]:
    size = panel.style.font_size
    words = [
        Words(line, right, -8 - (len(head) - number - 0.5) * size * LEADING, MUTED)
        for head, right in zip(grid.heads, grid.rights, strict=True)
        for number, line in enumerate(head)
    ]
    return [write(panel, words, align="right", bold=True)]


def _rules(panel: Panel, plan: _Table, grid: _Grid) -> altair.Chart:
    """A thin rule above each row, a darker one under the heads and above a strong row."""
    starts, ends = _bounds(panel, grid.rows)
    left = panel.x.value(-panel.left / panel.width)
    rows = [
        {
            "x": left,
            "x2": grid.rights[-1],
            "y": max(start, 0.0),
            "colour": ZERO if number == 0 or name in plan.strong else GRID,
        }
        for number, (name, start) in enumerate(zip(plan.cells.index, starts, strict=True))
    ]
    rows.append({"x": left, "x2": grid.rights[-1], "y": ends[-1], "colour": GRID})
    rule = layer_of(table(rows)).mark_rule(clip=False)
    layer: altair.Chart = rule.encode(
        x=panel.across(),
        x2=altair.X2("x2:Q"),
        y=panel.up(),
        color=altair.Color("colour:N", scale=None),
    )
    return layer


def _bounds(panel: Panel, rows: Rows) -> tuple[list[float], list[float]]:
    """Where each row begins and ends, in pixels down the plot."""
    size = panel.style.font_size * LEADING
    if not rows.above:
        borders = [(a + b) / 2 for a, b in zip(rows.middles, rows.middles[1:], strict=False)]
    else:
        borders = [
            middle - thick / 2 - 3 - len(lines) * size - 6
            for middle, thick, lines in list(
                zip(rows.middles, rows.thickness, rows.names, strict=True)
            )[1:]
        ]
    return [0.0, *borders], [*borders, panel.height - 1]
