"""The file that a live chart is drawn from: both its specs, each fact written once (pure).

The file is JSON with five keys. `wide` and `phone` are the Vega-Lite specs for either width,
`palette` is a table from each light color in them to its dark partner, and the rest says what was
taken out of the specs. `assets/figures.js` puts it back before it draws, and for the download
"Vega-Lite":

- `parts`: a list. Where a spec, or a part, has the object `{"$": n}`, part number n belongs.
- `datasets`: what the specs' own `datasets` would hold, by name: a list of rows as it is, or
  `{"rows": n, "columns": {name: column}}`, where a column is one of
  - a list of its values,
  - `{"each": value}`, the value that every row has,
  - `{"steps": [first, ...], "per": p}`: the sums of the whole numbers so far, divided by p, a power
    of ten; null is a missing value and adds nothing,
  - `{"like": [dataset, column]}`, a column written before this one,
  - `{"next": column, "last": value}`, the values of a column before this one of the same dataset
    without its first, and then the last,
  - `{"between": column, "first": value}`, that value, and then what is halfway between each two
    neighbours in a column before this one of the same dataset.

A spec is given those datasets that it names. A line on the phone, and what follows a finger there,
read the rows of the wide chart, which are more than it can show but are there anyway. Numbers come
back exactly: a quotient of two whole numbers is the double nearest to it, as the decimal number
itself would be.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from generator.charts.datasets import Rows, dataset_names
from generator.charts.panel import LIVE
from generator.charts.style import PHONE

Spec = Mapping[str, Any]
PART = "$"
_WORTH = 24  # characters; what is shorter is written again
_PLACES = 9  # decimals; a column with more is written as it is
_LARGEST = 2**53  # the doubles that are every whole number


def compact(wide: Spec, phone: Spec, palette: Mapping[str, str]) -> str:
    """Both specs and the palette as the text of one file."""
    tables = {**wide.get("datasets", {}), **phone.get("datasets", {})}
    phone = _with_rows_of(wide, phone, tables)
    shown = dataset_names(_without_tables(wide)) | dataset_names(_without_tables(phone))
    tables = {name: rows for name, rows in tables.items() if name in shown}
    names = {name: f"d{number}" for number, name in enumerate(tables)}
    specs = [_renamed(_without_tables(spec), names) for spec in (wide, phone)]
    shorter = _Parts(specs)
    first, second = (shorter.written(spec) for spec in specs)
    whole = {
        "palette": {
            light: dark for light, dark in palette.items() if light in _text([*specs, tables])
        },
        "parts": shorter.parts,
        "datasets": _columns({names[name]: rows for name, rows in tables.items()}),
        "wide": first,
        "phone": second,
    }
    return _text(whole)


def _with_rows_of(wide: Spec, phone: Spec, tables: Mapping[str, Rows]) -> Spec:
    """The phone's spec, whose long layers read the rows of the same layers of the wide one."""
    unused = [layer for layer in wide.get("layer", []) if _kind(layer)]
    layers = []
    for layer in phone.get("layer", []):
        same = [other for other in unused if _is_same(layer, other, tables)]
        if same:
            unused.remove(same[0])
            layer = {**layer, "data": same[0]["data"]}
        layers.append(layer)
    return {**phone, "layer": layers} if layers else phone


def _kind(layer: Mapping[str, Any]) -> tuple[str, ...]:
    """What names a line, or a layer that only a live chart has, in both specs; () for others."""
    mark, data = layer.get("mark"), layer.get("data")
    if not isinstance(mark, Mapping) or not isinstance(data, Mapping) or "name" not in data:
        return ()
    if mark.get("type") == "line":
        return "line", str(mark.get("color"))
    name = str(layer.get("name", ""))
    return ("live", name) if name.startswith(LIVE) else ()


def _is_same(layer: Spec, other: Spec, tables: Mapping[str, Rows]) -> bool:
    """Whether two layers show the same, the other one in no fewer rows.

    They do when their rows begin and end alike: how finely they are rounded is a matter of pixels.
    """
    if not _kind(layer) or _kind(layer) != _kind(other):
        return False
    ours, theirs = (tables[one["data"]["name"]] for one in (layer, other))
    if not ours or len(ours) > len(theirs) or ours[0].keys() != theirs[0].keys():
        return False
    return all(
        _is_near(our[key], their[key], [row[key] for row in theirs])
        for our, their in ((ours[0], theirs[0]), (ours[-1], theirs[-1]))
        for key in our
    )


def _is_near(one: Any, other: Any, column: list[Any]) -> bool:
    """Whether two values differ by less than a phone shows, of what the column spans."""
    if one == other:
        return True
    numbers = [value for value in column if isinstance(value, (int, float))]
    if not all(isinstance(value, (int, float)) for value in (one, other)):
        return False
    return bool(abs(one - other) * PHONE < max(numbers) - min(numbers))


def _without_tables(spec: Spec) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key != "datasets"}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The spec with the short names of its tables, and whole numbers as such."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, Mapping):
        renamed = {key: _renamed(item, names) for key, item in value.items()}
        data = renamed.get("data")
        if isinstance(data, dict) and data.get("name") in names:
            renamed["data"] = {**data, "name": names[data["name"]]}
        return renamed
    return _plain(value)


def _plain(value: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST
    return int(value) if whole else value


class _Parts:
    """What some specs have more than once."""

    def __init__(self, specs: list[Any]) -> None:
        self.parts: list[Any] = []
        self._numbers: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        for spec in specs:
            self._count(spec)

    def written(self, value: Any) -> Any:
        """The value with a number for each part that is not there only once."""
        if not isinstance(value, (dict, list)):
            return value
        text = _text(value)
        if self._counts[text] < 2 or len(text) < _WORTH:
            return self._inside(value)
        if text not in self._numbers:
            inside = self._inside(value)
            self._numbers[text] = len(self.parts)
            self.parts.append(inside)
        return {PART: self._numbers[text]}

    def _inside(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.written(item) for item in value]
        return {key: self.written(item) for key, item in value.items()}

    def _count(self, value: Any) -> None:
        if not isinstance(value, (dict, list)):
            return
        text = _text(value)
        self._counts[text] += 1
        if self._counts[text] == 1:  # the parts of what is there again are not
            for item in value.values() if isinstance(value, dict) else value:
                self._count(item)


def _columns(tables: Mapping[str, Rows]) -> dict[str, Any]:
    known: dict[str, list[str]] = {}
    return {name: _table(name, rows, known) for name, rows in tables.items()}


def _table(name: str, rows: Rows, known: dict[str, list[str]]) -> Any:
    if not rows or not rows[0] or any(row.keys() != rows[0].keys() for row in rows):
        return rows
    columns = {}
    for column in rows[0]:
        values = [_plain(row[column]) for row in rows]
        columns[column] = written = _column(values)
        text = _text(values)
        like = {"like": known.setdefault(text, [name, column])}
        if like["like"] != [name, column] and len(_text(like)) < len(_text(written)):
            columns[column] = like
        for other in list(columns)[:-1]:
            if [_plain(row[other]) for row in rows[1:]] == values[:-1] and len(rows) > 2:
                following = {"next": other, "last": values[-1]}
                columns[column] = min(columns[column], following, key=lambda way: len(_text(way)))
            if _is_halfway(values, [row[other] for row in rows]):
                halfway = {"between": other, "first": values[0]}
                columns[column] = min(columns[column], halfway, key=lambda way: len(_text(way)))
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
    if all(_text(value) == _text(values[0]) for value in values):
        ways.append({"each": values[0]})
    steps = _steps(values)
    if steps:
        ways.append(steps)
    return min(ways, key=lambda way: len(_text(way)))


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
    return {"steps": steps, "per": per}


def _is_exact(value: float, per: int) -> bool:
    whole = round(value * per)
    return abs(whole) < _LARGEST and whole / per == value


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
