"""FRED of the Federal Reserve Bank of St. Louis: one series as its graph's CSV download."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from urllib.parse import urlencode

import pandas as pd

from generator.errors import SourceError
from generator.model import Source
from generator.sources import REGISTRY, BrokenAnswer, Fetched, Request, http, plain

PUBLISHER = REGISTRY["fred"].publisher
DOWNLOAD = "https://fred.stlouisfed.org/graph/fredgraph.csv"
MISSING = (".", "")
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
# Series of the Board of Governors: rates the Federal Reserve itself publishes.
BOARD = re.compile(r"DFF|FEDFUNDS|DFEDTAR[UL]?|DGS\d+(MO)?|DFII\d+|GS\d+M?|FII\d+|DTB\d+|TB\d+MS")
PUBLIC = "Board of Governors of the Federal Reserve System: public domain, citation requested"
PRIVATE = "the terms of the series' owner, named on its page; not republished"


def fetch(request: Request) -> Fetched:
    """The observations of a series from `request.start` on, in the column "value"."""
    series = request.key
    query = {"id": series} | ({"cosd": request.start.isoformat()} if request.start else {})
    url = f"{DOWNLOAD}?{urlencode(query)}"
    frame = http.get(
        url,
        request,
        lambda content: _parse(content, series),
        publisher=PUBLISHER,
        what=f"the series '{series}'",
    )
    frame = frame[frame.index <= pd.Timestamp(request.today)]
    if frame.empty:
        raise SourceError(
            f"{PUBLISHER} has no value of '{series}' up to {request.today}.",
            f"Look at https://fred.stlouisfed.org/series/{series}.",
        )
    public = bool(BOARD.fullmatch(series))
    source = Source(
        publisher=PUBLISHER,
        title=f"{series}",
        url=f"https://fred.stlouisfed.org/series/{series}",
        licence=PUBLIC if public else PRIVATE,
        may_republish=public,
        retrieved=request.today,
        as_of=frame.index[-1].date(),
    )
    return Fetched(frame, source)


def _parse(content: bytes, series: str) -> pd.DataFrame:
    """Read by position: the header of the dates has changed its name before."""
    text = io.StringIO(content.decode("utf-8-sig", errors="replace"))
    try:
        rows = list(csv.reader(text))
    except csv.Error:  # one endless cell: a page, not a table
        rows = []
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    if len(header) != 2 or not body:
        said = plain(content[:60].decode("utf-8", errors="replace"))
        raise BrokenAnswer(f"{PUBLISHER} sent no table of '{series}' but: {said or 'nothing'}.")
    found: list[tuple[dt.date, float]] = []
    for number, row in enumerate(body, start=2):
        if not row or (len(row) == 2 and row[1].strip() in MISSING):
            continue
        try:
            day, value = row
            if not re.fullmatch(NUMBER, value.strip()):  # Python reads 1_000 and "nan" as numbers
                raise ValueError
            found.append((dt.date.fromisoformat(day.strip()), float(value)))
        except ValueError as error:
            said = plain(",".join(row))
            raise BrokenAnswer(
                f"{PUBLISHER} sent a line {number} of '{series}' that is no observation: {said}."
            ) from error
    index = pd.DatetimeIndex([day for day, _ in found]).as_unit("ns").rename("date")
    return pd.DataFrame({"value": [value for _, value in found]}, index=index, dtype=float)
