"""The file of a live chart read as assets/figures.js reads it, for tests."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any


def read_specs(text: str | bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The wide and the phone spec, each with the rows of the datasets it names."""
    packed = json.loads(text)
    rows: dict[str, Any] = {}
    for name, table in packed["datasets"].items():
        rows[name] = table if isinstance(table, list) else [{} for _ in range(table["rows"])]
        for key, column in () if isinstance(table, list) else table["columns"].items():
            for row, value in zip(rows[name], _values(column, rows[name], rows), strict=True):
                row[key] = value
    wide, changes = (_whole(packed[key], packed["parts"]) for key in ("wide", "phone"))
    phone = _changed(wide, changes)
    return tuple(_with_rows(spec, rows) for spec in (wide, phone))  # type: ignore[return-value]


def _whole(value: Any, parts: list[Any]) -> Any:
    if isinstance(value, list):
        return [_whole(item, parts) for item in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        return _whole(parts[value["$"]], parts)
    return {key: _whole(item, parts) for key, item in value.items()}


def _changed(before: Any, value: Any) -> Any:
    if not isinstance(value, dict) or "~" not in value:
        return value
    changes = value["~"]
    if isinstance(before, list):
        return [
            _changed(item, changes[str(number)]) if str(number) in changes else item
            for number, item in enumerate(before)
        ]
    return {**before, **{key: _changed(before.get(key), item) for key, item in changes.items()}}


def _numbers(word: str) -> list[int | None]:
    """Base64 VLQ as source maps have it, a full stop for None."""
    digits = [None if c == "." else base64.b64decode(f"{c}AAA")[0] >> 2 for c in word]
    found: list[int | None] = []
    bits = shift = 0
    for digit in digits:
        if digit is None:
            found.append(None)
            continue
        bits |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            found.append(-(bits >> 1) if bits & 1 else bits >> 1)
            bits = shift = 0
    return found


def _values(column: Any, own: list[dict[str, Any]], known: dict[str, Any]) -> list[Any]:
    if isinstance(column, list):
        return column
    if "each" in column:
        return [column["each"]] * len(own)
    if "next" in column:
        return [*(row[column["next"]] for row in own[1:]), column["last"]]
    if "between" in column:
        places = [row[column["between"]] for row in own]
        return [column["first"], *((a + b) / 2 for a, b in itertools.pairwise(places))]
    if "like" in column:
        dataset, name = column["like"]
        return [row[name] for row in known[dataset]]
    steps = _numbers(column["steps"])
    sums = itertools.accumulate(step or 0 for step in steps)
    return [
        None if step is None else total / column["per"]
        for step, total in zip(steps, sums, strict=True)
    ]


def _with_rows(spec: dict[str, Any], rows: dict[str, Any]) -> dict[str, Any]:
    named = json.dumps(spec)
    used = {name: value for name, value in rows.items() if f'"name": "{name}"' in named}
    return {**spec, "datasets": used} if used else spec
