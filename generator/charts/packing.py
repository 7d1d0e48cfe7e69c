"""The rows of a live chart, column by column, in as few characters as come back exactly (pure).

A dataset is a list of rows as it is, or `{"rows": n, "columns": {name: column}}`, where a column is
one of

- a list of its values,
- `{"each": value}`, the value that every row has,
- `{"steps": words, "per": p}`: the sums of the whole numbers so far, divided by p, a power of ten.
  The numbers are written as in a source map (ECMA-426, Base64 VLQ): five bits in a figure, the
  lowest of them the sign, a sixth says that more follow. A full stop is a missing value and adds
  nothing.
- `{"like": [dataset, column]}`, a column written before this one,
- `{"next": column, "last": value}`, the values of a column before this one of the same dataset
  without its first, and then the last,
- `{"between": column, "first": value}`, that value, and then what is halfway between each two
  neighbours in a column before this one of the same dataset.

Numbers come back exactly: a quotient of two whole numbers is the double nearest to it, as the
decimal number itself would be.
"""

from __future__ import annotations

import itertools
import json
import string
from collections.abc import Mapping, Sequence
from typing import Any

from generator.charts.datasets import Rows

FIGURES = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
MISSING = "."
_PLACES = 9  # decimals; a column with more is written as it is
_LARGEST = 2**51  # so that twice the step between two such numbers is still exact as a double


def text_of(value: Any) -> str:
    """The value as JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value, a whole number as such."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST
    return int(value) if whole else value


def columns(tables: Mapping[str, Rows]) -> dict[str, Any]:
    """Each dataset as the file has it."""
    known: dict[str, list[str]] = {}
    return {name: _table(name, rows, known) for name, rows in tables.items()}


def _table(name: str, rows: Rows, known: dict[str, list[str]]) -> Any:
    if not rows or not rows[0] or any(row.keys() != rows[0].keys() for row in rows):
        return rows
    columns = {}
    for column in rows[0]:
        values = [plain(row[column]) for row in rows]
        columns[column] = written = _column(values)
        text = text_of(values)
        like = {"like": known.setdefault(text, [name, column])}
        if like["like"] != [name, column] and len(text_of(like)) < len(text_of(written)):
            columns[column] = like
        for other in list(columns)[:-1]:
            if [plain(row[other]) for row in rows[1:]] == values[:-1] and len(rows) > 2:
                following = {"next": other, "last": values[-1]}
                columns[column] = min(columns[column], following, key=lambda way: len(text_of(way)))
            if _is_halfway(values, [row[other] for row in rows]):
                halfway = {"between": other, "first": values[0]}
                columns[column] = min(columns[column], halfway, key=lambda way: len(text_of(way)))
    return {"rows": len(rows), "columns": columns}


def _is_halfway(values: list[Any], others: list[Any]) -> bool:
    """Whether all values but the first are halfway between their neighbours in the other column."""
    if len(values) < 3 or not all(type(n) in (int, float) for n in (*values, *others)):
        return False
    between = [(one + other) / 2 for one, other in itertools.pairwise(others)]
    return values[1:] == between


def _column(values: list[Any]) -> Any:
    """The shortest way to write these values."""
    ways: list[Any] = [values]
    if all(text_of(value) == text_of(values[0]) for value in values):
        ways.append({"each": values[0]})
    steps = _steps(values)
    if steps:
        ways.append(steps)
    return min(ways, key=lambda way: len(text_of(way)))


def _steps(values: list[Any]) -> dict[str, Any] | None:
    """Numbers as the whole steps from each to the next; None where that is not exact."""
    seen = [value for value in values if value is not None]
    if not seen or not all(type(value) in (int, float) for value in seen):
        return None
    for places in range(_PLACES + 1):
        per = 10**places
        if all(_is_exact(value, per) for value in seen):
            break
    else:
        return None
    steps, before = [], 0
    for value in values:
        now = before if value is None else round(value * per)
        steps.append(None if value is None else now - before)
        before = now
    return {"steps": _in_figures(steps), "per": per}


def _in_figures(numbers: Sequence[int | None]) -> str:
    """Whole numbers in base 64, each with its sign and its end."""
    return "".join(MISSING if n is None else _figures(n) for n in numbers)


def _figures(number: int) -> str:
    rest = 2 * abs(number) + (number < 0)
    written = ""
    while rest > 31:
        written += FIGURES[32 + rest % 32]
        rest //= 32
    return written + FIGURES[rest]


def _is_exact(value: float, per: int) -> bool:
    whole = round(value * per)
    return abs(whole) < _LARGEST and whole / per == value
