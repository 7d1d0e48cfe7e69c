"""The plotted values as a table in the page, for a reader who cannot see the picture (pure)."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from html import escape

import pandas as pd

ROWS = 16  # a longer table is thinned to so many; all of it is in the CSV

UNSEEN = ("id", "source", "url", "source_grade", "source_title", "note", "notes")  # in the CSV only


@dataclass(frozen=True)
class Cell:
    """What a cell says; words stand to the left, numbers to the right."""

    text: str
    is_word: bool


def table_html(data: pd.DataFrame, *, caption: str) -> str:
    """Up to `ROWS` rows, evenly spaced from the first to the last, as one line of HTML.

    A word that is the same in all rows is in the caption instead. `data-words` numbers the other
    columns of words, the first of which, naming the rows, is not among them.
    """
    listed = data.drop(columns=[name for name in UNSEEN if name in data.columns])
    same = _same(listed)
    shown = _thinned(listed.drop(columns=list(same)))
    names = [str(name) for name in shown.columns]
    rows = [
        [_cell(value, name) for value, name in zip(row, names, strict=True)]
        for row in shown.itertuples(index=False, name=None)
    ]
    words = [str(n + 1) for n in range(1, len(names)) if any(row[n].is_word for row in rows)]
    head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in names)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    about = "".join(f"; {name.replace('_', ' ')}: {value}" for name, value in same.items())
    some = "" if len(shown) == len(data) else f" ({len(shown)} of {len(data):,} rows)"
    numbered = f' data-words="{" ".join(words)}"' if words else ""
    return (
        f'<div class="mtm-table" role="group" tabindex="0" aria-label="Data table"><table class="'
        f'mtm-values"{numbered}><caption>{escape(caption + about)}{some}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _same(data: pd.DataFrame) -> dict[str, str]:
    """What the columns of words after the first say, where that is one word in several rows."""
    if len(data) < 2:
        return {}
    found = {
        str(name): {_cell(value, str(name)) for value in data[name]} for name in data.columns[1:]
    }
    return {name: next(iter(cells)).text for name, cells in found.items() if _is_one(cells)}


def _is_one(cells: set[Cell]) -> bool:
    return len(cells) == 1 and all(cell.is_word and cell.text for cell in cells)


def _row(cells: list[Cell]) -> str:
    first, *others = (escape(cell.text) for cell in cells)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{text}</td>" for text in others)


def _thinned(data: pd.DataFrame) -> pd.DataFrame:
    last = len(data) - 1
    if last < ROWS:
        return data
    return data.iloc[[round(i * last / (ROWS - 1)) for i in range(ROWS)]]


def _cell(value: object, name: str) -> Cell:
    """A number with as many figures as can be read; a year or a word as it is."""
    if isinstance(value, (dt.date, pd.Timestamp)):
        return Cell(f"{value:%Y-%m-%d}", is_word=True)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not math.isfinite(float(value)):  # type: ignore[arg-type]
        return Cell("–", is_word=False)
    if number:
        return Cell(_figure(float(value), name), is_word=False)  # type: ignore[arg-type]
    return Cell("" if pd.isna(value) else str(value), is_word=True)  # type: ignore[call-overload]


def _figure(value: float, name: str) -> str:
    if name == "year" or (value.is_integer() and abs(value) < 10_000):
        return f"{value:.0f}".replace("-", "−")
    size = abs(value)
    decimals = 0 if size >= 1_000 else 1 if size >= 100 else 2 if size >= 1 else 3
    return f"{value:,.{decimals}f}".replace("-", "−")
