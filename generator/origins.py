"""Marks of the tables an edition was made from, so that the next can tell new values from revised.

A table's mark is a hash of its values. An edition also keeps the marks that its tables have when
cut back to what earlier editions could hold: where such a mark is the one the earlier edition kept,
the values only grew; where it is not, what was there before was changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from generator.dates import earliest_day, latest_day
from generator.model import Edition, Table, Thesis

EARLIER = 12  # editions that a table is held against
MARK = 12  # hexadecimal digits of a mark
BY_HAND = ("cited", "embedded")  # files of the repository: a person changes them
_BITS = 2.0**33  # of a number that count: some ten digits


def table_origins(
    thesis: Thesis, tables: Mapping[str, Table], earlier: Sequence[Edition]
) -> dict[str, dict[str, Any]]:
    """Each table a thesis asked for and had, with its marks; `earlier` from the oldest on."""
    found = {}
    for spec in thesis.data:
        table = tables.get(spec.name)
        if table is None:
            continue
        until = {}
        for edition in earlier[-EARLIER:]:
            known = _known(edition, thesis.slug, spec.name)
            cut = cut_back(table.frame, spec.source, edition.date, known.get("as_of"))
            if known and cut is not None:
                until[edition.name] = mark(cut)
        found[spec.name] = {
            "label": table.label,
            "by_hand": spec.source in BY_HAND,
            "as_of": table.as_of.isoformat() if table.as_of else None,
            "mark": mark(table.frame),
            "until": until,
        }
    return found


def _known(edition: Edition, slug: str, name: str) -> Mapping[str, Any]:
    thesis = edition.record.get("theses", {}).get(slug, {})
    known = thesis.get("tables", {}).get(name, {})
    return known if isinstance(known, Mapping) else {}


def cut_back(
    frame: pd.DataFrame, source: str, day: dt.date, as_of: str | None
) -> pd.DataFrame | None:
    """The rows that an edition of `day`, with this table as of `as_of`, could hold.

    None where that cannot be told: a later split has scaled every price before it.
    """
    if isinstance(frame.index, pd.DatetimeIndex):
        if as_of is None:
            return None
        rows = int(frame.index.searchsorted(pd.Timestamp(as_of), side="right"))
        if "split" in frame and bool((frame["split"].iloc[rows:] != 0).any()):
            return None
        return frame.iloc[:rows]
    if frame.empty:
        return frame
    if source == "embedded":  # a row counts when its day or month or year is over
        ends = frame.iloc[:, 0].map(lambda value: latest_day(str(value)))
        return frame[[end is None or end <= day for end in ends]]
    begins = [_begins(row) for row in frame.to_dict("records")]
    return frame[[begin is None or begin <= day for begin in begins]]


def _begins(row: Mapping[Any, Any]) -> dt.date | None:
    """The day from which a cited row counts."""
    written = next((v for v in (row.get("date"), row.get("as_of")) if v and v == v), "")
    return earliest_day(str(written))


def mark(frame: pd.DataFrame) -> str:
    """A mark of the values of a table, each to some ten digits, and of its columns."""
    digest = hashlib.sha256("\x1f".join(map(str, frame.columns)).encode())
    if isinstance(frame.index, pd.DatetimeIndex):
        days = frame.index.to_numpy().astype("datetime64[D]").astype("int64")
        digest.update(days.tobytes())
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind == "f":
            digest.update(_digits(column.to_numpy(dtype="float64")))
        else:
            digest.update("\x1f".join(map(str, column.tolist())).encode())
    return digest.hexdigest()[:MARK]


def _digits(values: np.ndarray[Any, Any]) -> bytes:
    fraction, exponent = np.frexp(np.nan_to_num(values, nan=np.inf))
    finite = np.isfinite(fraction)
    kept = np.where(finite, np.round(np.where(finite, fraction, 0) * _BITS), 2 * _BITS)
    exponent = np.where(finite, exponent, 0)
    return kept.astype("int64").tobytes() + exponent.astype("int64").tobytes()
