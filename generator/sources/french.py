"""The data library of Kenneth R. French: one table of one of its files.

A file is a zip with one CSV: a preamble that names its vintage, then tables one under the other,
each with a title of one or more lines (the first may have none), a header that begins with a
comma, and rows by month (YYYYMM), year (YYYY) or day (YYYYMMDD), up to an empty line. Returns are
in percent.
"""

from __future__ import annotations

import calendar
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from generator.errors import SourceError, did_you_mean
from generator.model import Source
from generator.sources import REGISTRY, BrokenAnswer, Fetched, Request, http, plain

PUBLISHER = REGISTRY["french"].publisher
FOLDER = "https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/ftp/"
PAGE = "https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/data_library.html"
LICENCE = "Kenneth R. French Data Library, no formal license, attribution"
MISSING = (-99.99, -999.0)
VINTAGE = re.compile(r"using the (\d{6}) (?:CRSP|Bloomberg) database")
ROW = re.compile(r"\s*(\d{4}|\d{6}|\d{8})\s*,")
# What zipfile raises for a file that is none, is cut off, altered or locked.
DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError)
FIRST = "the first table"  # the name of a table without a title
MOST_BYTES = 64_000_000  # unpacked; the largest file has about 30


@dataclass(frozen=True)
class Table:
    """One table of a file, by the last day of each period."""

    title: str
    header: str
    rows: tuple[str, ...]

    @property
    def frame(self) -> pd.DataFrame:
        return _frame(self.header, self.rows)


def fetch(request: Request) -> Fetched:
    """One table of a file, whole; its vintage says which issue of the library it is from."""
    name = request.key
    url = f"{FOLDER}{name}_CSV.zip"
    title, frame, vintage = http.get(
        url,
        request,
        lambda content: _read(content, name, request.options.get("table", "")),
        publisher=PUBLISHER,
        what=f"the file '{name}'",
    )
    frame = frame[frame.index <= pd.Timestamp(request.today)]
    if frame.empty:
        raise SourceError(f"{PUBLISHER} has nothing in '{name}' up to {request.today}.")
    source = Source(
        publisher=PUBLISHER,
        title=f"{name}: {title}",
        url=PAGE,
        licence=LICENCE,
        may_republish=True,
        retrieved=request.today,
        as_of=frame.index[-1].date(),
        vintage=vintage,
    )
    return Fetched(frame, source)


def _read(content: bytes, name: str, wanted: str) -> tuple[str, pd.DataFrame, str]:
    """Title and rows of one table of an archive, and the archive's vintage."""
    text = _unpack(content, name)
    try:
        table = _chosen(read_tables(text), wanted, name)
        frame = table.frame
    except ValueError as error:
        raise BrokenAnswer(f"{PUBLISHER} sent a damaged file '{name}': {error}") from error
    found = VINTAGE.search(text)
    return table.title, frame, found[1] if found else ""


def read_tables(text: str) -> list[Table]:
    """Every table of a file in its order."""
    return [table for table in _tables(text.splitlines()) if table.rows]


def _unpack(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (inside,) = archive.infolist()
            if inside.file_size > MOST_BYTES:
                raise SourceError(f"{PUBLISHER} sent a file '{name}' of {inside.file_size} bytes.")
            with archive.open(inside) as file:  # no more than it declares
                return file.read(inside.file_size).decode("latin-1")
    except DAMAGED as error:
        raise BrokenAnswer(
            f"{PUBLISHER} sent a damaged archive for '{name}': {plain(error)}."
        ) from error


def _tables(lines: list[str]) -> Iterator[Table]:
    title, header, rows = "", "", []  # of the table that is being read
    above: list[str] = []  # the lines since the last empty one, a title if a header follows
    for line in [*lines, ""]:
        if header and ROW.match(line):
            rows.append(line)
            continue
        if rows and re.match(r"\s*\d", line):
            raise ValueError(f"'{plain(line)}' is no row.")
        if header:
            yield Table(title, header, tuple(rows))
            header, rows = "", []
        if line.lstrip().startswith(","):
            title, header = " ".join(" ".join(above).split()) or FIRST, line
            above = []
        else:
            above = [*above, line] if line.strip() else []


def _frame(header: str, rows: Sequence[str]) -> pd.DataFrame:
    names = [" ".join(name.split()) for name in header.split(",")[1:]]
    cells = [row.split(",") for row in rows]
    wrong = next((cell for cell in cells if len(cell) != len(names) + 1), None)
    if wrong:
        raise ValueError(f"'{plain(','.join(wrong))}' does not fit its table.")
    values = [[float(value) for value in cell[1:]] for cell in cells]
    days = [_last_day(cell[0].strip()) for cell in cells]
    frame = pd.DataFrame(values, columns=names, dtype=float)
    frame.index = pd.DatetimeIndex(days).as_unit("ns").rename("date")
    return frame.mask(frame.isin(MISSING))


def _last_day(period: str) -> dt.date:
    """Of a year (YYYY), a month (YYYYMM) or a day (YYYYMMDD), the last day."""
    if len(period) == 8:
        return dt.datetime.strptime(period, "%Y%m%d").date()
    year, month = int(period[:4]), int(period[4:] or 12)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _chosen(tables: list[Table], wanted: str, name: str) -> Table:
    if not tables:
        raise BrokenAnswer(f"{PUBLISHER} sent a file '{name}' without any table.")
    if not wanted:
        return tables[0]
    for table in tables:
        if table.title == " ".join(wanted.split()):
            return table
    message = f"{PUBLISHER} has no table '{wanted}' in '{name}'."
    raise SourceError(message, did_you_mean(wanted, [table.title for table in tables]))
