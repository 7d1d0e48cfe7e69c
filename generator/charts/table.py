"""The plotted values as a table in the page, for a reader who cannot see the picture (pure)."""

from __future__ import annotations

import datetime as dt
import math
from html import escape

import pandas as pd

ROWS = 16  # a longer table is thinned to so many; all of it is in the CSV
UNSEEN = ("source", "url", "source_grade", "source_title", "note", "notes")  # in the CSV only


def table_html(data: pd.DataFrame, *, caption: str) -> str:
    """Up to `ROWS` rows, evenly spaced from the first to the last, as one line of HTML."""
    shown = _thinned(data.drop(columns=[name for name in UNSEEN if name in data.columns]))
    names = [str(name) for name in shown.columns]
    head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in names)
    body = "".join(
        f"<tr>{''.join(_cell(value, name) for value, name in zip(row, names, strict=True))}</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    some = "" if len(shown) == len(data) else f" ({len(shown)} of {len(data):,} rows)"
    return (
        f'<div class="mtm-table" role="group" tabindex="0" aria-label="Data table"><table class="'
        f'mtm-values"><caption>{escape(caption)}{some}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _thinned(data: pd.DataFrame) -> pd.DataFrame:
    last = len(data) - 1
    if last < ROWS:
        return data
    return data.iloc[[round(i * last / (ROWS - 1)) for i in range(ROWS)]]


def _cell(value: object, name: str) -> str:
    """A number to the right, with as many figures as can be read; a year or a word as it is."""
    if isinstance(value, (dt.date, pd.Timestamp)):
        return f'<td class="mtm-word">{value:%Y-%m-%d}</td>'
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not math.isfinite(float(value)):  # type: ignore[arg-type]
        return "<td>–</td>"
    if number:
        return f"<td>{escape(_figure(float(value), name))}</td>"  # type: ignore[arg-type]
    word = "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
    return f'<td class="mtm-word">{escape(word)}</td>'


def _figure(value: float, name: str) -> str:
    if name == "year" or (value.is_integer() and abs(value) < 10_000):
        return f"{value:.0f}".replace("-", "−")
    size = abs(value)
    decimals = 0 if size >= 1_000 else 1 if size >= 100 else 2 if size >= 1 else 3
    return f"{value:,.{decimals}f}".replace("-", "−")
