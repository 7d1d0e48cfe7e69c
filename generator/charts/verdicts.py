"""A kind of chart for how claims stand: one symbol a claim, its shape and colour the verdict."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import altair
import pandas as pd

from generator.charts.checks import require_columns
from generator.charts.kind import ready_made
from generator.charts.rows import (
    Key,
    KeyEntry,
    Layout,
    key_layers,
    lay_key,
    lay_rows,
    row_names,
    sizes_to_lay_out,
    symbol_layers,
)
from generator.charts.style import (
    ACCENT_A,
    ACCENT_B,
    ACCENT_D,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
)
from generator.charts.ticks import Axis
from generator.errors import did_you_mean
from generator.model import Chart, Style

PITCH = 20  # pixels from one symbol to the next
_CROSS = "M-1,-0.6L-0.6,-1L0,-0.4L0.6,-1L1,-0.6L0.4,0L1,0.6L0.6,1L0,0.4L-0.6,1L-1,0.6L-0.4,0Z"
# In the order they are shown. Shapes differ as well as colours, for those who see no colour.
SYMBOLS: dict[str, KeyEntry] = {
    word: KeyEntry(word, colour, shape, filled)
    for word, colour, shape, filled in (
        ("holds", POSITIVE, "circle", True),
        ("resolved true", POSITIVE, "square", True),
        ("drifted", ACCENT_B, "diamond", True),
        ("overdue", ACCENT_D, "triangle-up", True),
        ("broken", NEGATIVE, _CROSS, True),
        ("resolved false", NEGATIVE, "triangle-down", True),
        ("pending", NEUTRAL, "circle", False),
        ("not checked this build", NEUTRAL, "square", False),
        ("not checkable", NEUTRAL, "triangle-up", False),
        ("superseded", NEUTRAL, "diamond", False),
        ("withdrawn", NEUTRAL, "triangle-down", False),
        ("confirmed", POSITIVE, "circle", True),
        ("corrected", ACCENT_B, "diamond", True),
        ("contradicted", NEGATIVE, _CROSS, True),
        ("replaced", ACCENT_D, "triangle-up", True),
        ("added", ACCENT_A, "square", True),
        ("not found", NEUTRAL, "circle", False),
    )
}


@dataclass(frozen=True)
class _Board:
    counts: pd.DataFrame  # sections by words, in the order of SYMBOLS


@ready_made
def scoreboard(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    by: str = "verdict",
) -> Chart:
    """One symbol a claim, a row for each section; the key above counts each verdict.

    The frame has one row a claim, with the columns section and `by` (verdict or finding). Raises
    KeyError for a column that is not there and ValueError for no claim or an unknown verdict.
    """
    require_columns(frame, ("section", by), "scoreboard")
    known = frame.dropna(subset=["section", by])
    if known.empty:
        raise ValueError("scoreboard() was given no claims.")
    for word in known[by]:
        if word not in SYMBOLS:
            raise ValueError(f"there is no {by} '{word}'. {did_you_mean(str(word), SYMBOLS)}")
    counts = pd.crosstab(known["section"], known[by])
    words = [word for word in SYMBOLS if word in counts.columns]
    board = _Board(counts.loc[list(dict.fromkeys(known["section"])), words])
    wide, phone = (_lay_out(board, style)[0].height for style in sizes_to_lay_out())
    return Chart(
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=board.counts.rename_axis(columns=None).reset_index(),
        draw=functools.partial(_draw, board),
        note=note,
        height=wide,
        phone_height=phone,
        in_rows=True,
    )


def _lay_out(board: _Board, style: Style) -> tuple[Layout, Key, int]:
    """The rows, the key, and how many symbols fit beside each other."""
    names = [str(name) for name in board.counts.index]
    margin = lay_rows(names, style, [PITCH] * len(names)).margin
    fitting = int((style.width - margin) // PITCH)
    lines = [-(-int(total) // fitting) for total in board.counts.sum(axis=1)]
    rows = lay_rows(names, style, [float(line * PITCH) for line in lines])
    totals = board.counts.sum()
    entries = [
        KeyEntry(f"{word} {totals[word]}", s.colour, s.shape, s.filled)
        for word, s in SYMBOLS.items()
        if word in totals.index
    ]
    key = lay_key(entries, style)
    return Layout(rows, left=rows.margin, right=0, top=key.height + 4, bottom=2), key, fitting


def _draw(board: _Board, style: Style) -> altair.LayerChart:
    layout, key, fitting = _lay_out(board, style)
    width = style.width - round(layout.left)
    panel = layout.panel(style, Axis(0, width, (), 1))
    symbols, tips = [], []
    for (section, row), middle, thick in zip(
        board.counts.iterrows(), layout.rows.middles, layout.rows.thickness, strict=True
    ):
        words = [str(word) for word, count in row.items() for _ in range(int(count))]
        for number, word in enumerate(words):
            line, place = divmod(number, fitting)
            down = middle - thick / 2 + (line + 0.5) * PITCH
            symbols.append((SYMBOLS[word], (place + 0.5) * PITCH, down))
            tips.append(f"{section}: {word}")
    return panel.finish(
        [
            *symbol_layers(panel, symbols, tips=tips),
            row_names(panel, layout.rows),
            *key_layers(panel, key),
        ]
    )
