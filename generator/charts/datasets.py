"""The tables of a chart as the shared rows of its spec: what altair makes of them, but sooner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import altair
import numpy as np
import pandas as pd

Rows = list[dict[str, Any]]
SHARED = "shared"  # the name of this way among altair's data transformers


class Datasets:
    """The rows of every table that a chart draws, by the names its spec has for them."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = {}
        # With the tables, which several layers may share: while kept, their identities are theirs.
        self._known: dict[int, tuple[pd.DataFrame, str]] = {}

    def name_of(self, frame: pd.DataFrame) -> str | None:
        """What the spec calls the rows of a table; None when altair must read it."""
        if id(frame) not in self._known:
            rows = plain_rows(frame)
            if rows is None:
                return None
            name = _named(rows)
            self.rows[name] = rows
            self._known[id(frame)] = (frame, name)
        return self._known[id(frame)][1]


def plain_rows(frame: pd.DataFrame) -> Rows | None:
    """The rows of a table, with None for what is missing or infinite.

    None for a table with columns that hold other than numbers, truths or text, such as dates.
    """
    columns = [_plain(frame.iloc[:, number]) for number in range(frame.shape[1])]
    names = list(frame.columns)
    if not columns or None in columns or not all(isinstance(name, str) for name in names):
        return None
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]  # type: ignore[arg-type]


def _plain(column: pd.Series) -> list[Any] | None:
    values: list[Any] = column.tolist()
    if column.dtype.name in ("float64", "float32"):
        finite = np.isfinite(column.to_numpy())
        if finite.all():
            return values
        return [value if known else None for value, known in zip(values, finite, strict=True)]
    if column.dtype.name in ("int64", "int32", "bool"):
        return values
    if column.dtype.name == "str":
        return [value if isinstance(value, str) else None for value in values]
    return None


def _named(rows: Rows) -> str:
    """The name that altair gives these rows."""
    return f"data-{hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]}"


def shared_rows(data: Any, *, datasets: Datasets) -> Any:
    """The data of a layer for its spec. Rows without a limit, which altair has for notebooks."""
    name = datasets.name_of(data) if isinstance(data, pd.DataFrame) else None
    return {"name": name} if name else altair.default_data_transformer(data, max_rows=None)  # type: ignore[call-overload]


def dataset_names(part: Any) -> set[str]:
    """The names of all shared tables that a part of a spec draws from."""
    if isinstance(part, list):
        return {name for item in part for name in dataset_names(item)}
    if not isinstance(part, Mapping):
        return set()
    own = part.get("data")
    names = {own["name"]} if isinstance(own, Mapping) and "name" in own else set()
    inner = {k: v for k, v in part.items() if k not in ("datasets", "data")}
    return names | {name for value in inner.values() for name in dataset_names(value)}
