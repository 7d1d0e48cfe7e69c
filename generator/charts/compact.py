"""The file that a live chart is drawn from: both its specs, each fact written once (pure).

The file is JSON with five keys. `wide` and `phone` are the Vega-Lite specs for either width,
`palette` is a table from each light color in them to its dark partner, and the rest says what was
taken out of the specs. `assets/figures.js` puts it back before it draws, and for the download
"Vega-Lite":

- `parts`: a list. Where a spec, or a part, has the object `{"$": n}`, part number n belongs.
- `phone`: where it has the object `{"~": changes}`, what the wide spec has in this place belongs,
  with the changes put in by their keys, in a list by their numbers.
- `datasets`: what the specs' own `datasets` would hold, by name (`generator.charts.packing`).

A spec is given those datasets that it names. A line on the phone, and what follows a finger there,
read the rows of the wide chart, which are more than it can show but are there anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from generator.charts.datasets import Rows, dataset_names
from generator.charts.packing import columns, plain, text_of
from generator.charts.panel import LIVE
from generator.charts.style import PHONE

Spec = Mapping[str, Any]
PART, WITHIN = "$", "~"
_WORTH = 24  # characters; what is shorter is written again


def compact(wide: Spec, phone: Spec, palette: Mapping[str, str]) -> str:
    """Both specs and the palette as the text of one file."""
    tables = {**wide.get("datasets", {}), **phone.get("datasets", {})}
    phone = _with_rows_of(wide, phone, tables)
    shown = dataset_names(_without_tables(wide)) | dataset_names(_without_tables(phone))
    tables = {name: rows for name, rows in tables.items() if name in shown}
    names = {name: f"d{number}" for number, name in enumerate(tables)}
    specs = [_renamed(_without_tables(spec), names) for spec in (wide, phone)]
    differing = [specs[0], _changes(*specs)]
    shorter = _Parts(differing)
    first, second = (shorter.written(spec) for spec in differing)
    whole = {
        "palette": {
            light: dark for light, dark in palette.items() if light in text_of([*specs, tables])
        },
        "parts": shorter.parts,
        "datasets": columns({names[name]: rows for name, rows in tables.items()}),
        "wide": first,
        "phone": second,
    }
    return text_of(whole)


def _changes(before: Any, after: Any) -> Any:
    """What to write for `after` where `before` is known: itself, or what differs within it."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = {str(number): pair for number, pair in enumerate(zip(before, after, strict=True))}
    elif isinstance(before, dict) and isinstance(after, dict) and before.keys() <= after.keys():
        pairs = {key: (before[key], after[key]) for key in before}
    else:
        return after
    found = {key: _changes(*pair) for key, pair in pairs.items() if not _is_equal(*pair)}
    if isinstance(after, dict):
        found |= {key: value for key, value in after.items() if key not in pairs}
    return min({WITHIN: found}, after, key=lambda way: len(text_of(way)))


def _is_equal(one: Any, other: Any) -> bool:
    """Whether both read alike, a truth not as a number."""
    return text_of(one) == text_of(other)


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
    return plain(value)


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
        text = text_of(value)
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
        text = text_of(value)
        self._counts[text] += 1
        if self._counts[text] == 1:  # the parts of what is there again are not
            for item in value.values() if isinstance(value, dict) else value:
                self._count(item)
