"""A CSV file of the owner's, with one column of dates and one of values."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from generator.errors import SourceError, did_you_mean
from generator.model import Source
from generator.places import leads_out, unfit_path
from generator.sources import Fetched, Request, plain

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
MOST_BYTES = 64_000_000  # of a file
MOST_MISTAKES = 3  # named in one message
UNKNOWN_TERMS = "not stated; not republished"


def fetch(request: Request) -> Fetched:
    """The rows of the file up to today, in the column "value"; every mistake is named by line."""
    options = request.options
    columns = options.get("date", "date"), options.get("value", "value")
    frame = _read(request.root, request.key, *columns)
    frame = frame[frame.index <= pd.Timestamp(request.today)]
    if frame.empty:
        raise SourceError(f"{request.key} has no row up to {request.today}.")
    source = Source(
        publisher=options.get("publisher", "own file"),
        title=request.key,
        url=options.get("url", ""),
        grade=int(options.get("grade", "3")),
        licence=options.get("licence", UNKNOWN_TERMS),
        may_republish=options.get("may_republish") == "true",
        retrieved=request.today,
        as_of=frame.index[-1].date(),
    )
    return Fetched(frame, source)


def _read(root: Path, shown: str, date: str, value: str) -> pd.DataFrame:
    path = root / shown
    hint = "The path is read from the repository's folder; correct it in thesis.yml."
    if unfit_path(shown) or leads_out(path, root):
        raise SourceError(f"{plain(shown)} is no file of the repository.", hint)
    if path.exists() and not path.is_file():
        raise SourceError(f"{shown} cannot be read: it is no file.", hint)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{shown} has more than {MOST_BYTES // 1_000_000} MB.", hint)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {shown}.", hint) from error
    except (OSError, UnicodeDecodeError) as error:
        hint = "Save it as a CSV file in UTF-8."
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"{shown} cannot be read: {plain(reason)}.", hint) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = list(reader.fieldnames or ())
    for wanted in (date, value):
        if wanted not in names:
            message = f"{shown}:1: there is no column '{wanted}'."
            raise SourceError(message, did_you_mean(wanted, names) or "The file is empty.")
    rows, mistakes = [], []
    try:
        for row in reader:
            try:
                rows.append(_row(row, date, value))
            except ValueError as error:
                mistakes.append(f"{shown}:{reader.line_num}: {error}")
    except csv.Error as error:
        hint = "A cell that begins with a double quote ends with one."
        raise SourceError(f"{shown}:{reader.line_num}: {plain(error)}.", hint) from error
    if mistakes:
        more = len(mistakes) - MOST_MISTAKES
        named = " ".join(mistakes[:MOST_MISTAKES])
        rest = f" And {more} more." if more > 0 else ""
        hint = "Write dates as YYYY-MM-DD and values as plain numbers."
        raise SourceError(f"{named}{rest}", hint)
    kept = [row for row in rows if row is not None]
    index = pd.DatetimeIndex([day for day, _ in kept]).as_unit("ns").rename("date")
    frame = pd.DataFrame({"value": [number for _, number in kept]}, index=index, dtype=float)
    return frame.sort_index()


def _row(row: Mapping[str | None, Any], date: str, value: str) -> tuple[dt.date, float] | None:
    """A day and its value; None where the value is left empty."""
    if None in row:
        raise ValueError("the row has more fields than the first line.")
    day, number = (row.get(date) or "").strip(), (row.get(value) or "").strip()
    try:
        found = dt.date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"'{plain(day)}' is no date.") from None
    if not number:
        return None
    if not re.fullmatch(NUMBER, number):
        raise ValueError(f"'{plain(number)}' is no number.")
    return found, float(number)
