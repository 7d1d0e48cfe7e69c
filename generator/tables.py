"""The files that tables live in: embedded and cited ones, read; stored series, read and written."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from generator.dates import earliest_day, latest_day
from generator.documents import read_text
from generator.errors import DataError, Finding, did_you_mean, plain
from generator.model import DataSpec, ForeignText, Source, Table
from generator.places import leads_out
from generator.rows import read_rows

EMBEDDED = Path("docs/data")
CITATION = ("source", "url", "source_grade")
SAVE = "Save it anew as CSV in UTF-8, with as many cells in every row as in the first."
NOT_FOUND = "none found"  # says that a figure was looked for and not found; it has no grade


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """What `folder` says of its files, by name; empty where there is no manifest."""
    path = folder / "manifest.json"
    if not path.exists():
        return {}
    hint = "Run 'mtm refresh': it writes a new one and checks each series anew."
    if folder.name == EMBEDDED.name:
        hint = "Restore it from git."
    try:
        text = path.read_text(encoding="utf-8")
        manifest = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(manifest, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {plain(error)}.", hint) from error
    if not isinstance(manifest, dict):
        raise DataError(f"{path} is not a table of files.", hint)
    return {name: entry for name, entry in manifest.items() if isinstance(entry, dict)}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def source_of(entry: dict[str, Any], as_of: dt.date | None) -> Source:
    """The source that a manifest entry describes."""
    return Source(
        publisher=entry["publisher"],
        title=entry["title"],
        url=entry["address"],
        grade=entry["grade"],
        licence=entry["licence"],
        may_republish=entry["may_republish"],
        retrieved=dt.date.fromisoformat(entry["retrieved"]),
        as_of=as_of,
        vintage=entry.get("vintage", ""),
    )


def read_embedded(spec: DataSpec, *, root: Path, today: dt.date) -> Table:
    """A table of docs/data with the rows known by `today`.

    Its as-of date is that of its last row, or, for a table of events, the day up to which it is
    known to be complete. Raises DataError when the file is not what its manifest says.
    """
    folder = root / EMBEDDED
    path, place = folder / f"{spec.key}.csv", (EMBEDDED / f"{spec.key}.csv").as_posix()
    entry = read_manifest(folder).get(spec.key)
    if entry is None:
        hint = f"Add one to {EMBEDDED.as_posix()}/manifest.json: source, licence, hash."
        raise DataError(f"{place} has no manifest entry.", hint)
    content = path.read_bytes()
    if sha256(content) != entry.get("sha256"):
        raise DataError(
            f"{place} is not the file its manifest describes: the hash differs.",
            "Restore it from git, or correct its entry in manifest.json together with the file.",
        )
    try:
        return _as_known(_read_csv(content), spec, entry, today)
    except KeyError as error:
        hint = "Correct that entry in manifest.json; date_column names a column of the table."
        raise DataError(f"The manifest entry of {place} does not fit: no {error}.", hint) from error
    except (ValueError, TypeError) as error:
        raise DataError(f"{place} cannot be read: {plain(error)}.", SAVE) from error


def _as_known(frame: pd.DataFrame, spec: DataSpec, entry: dict[str, Any], today: dt.date) -> Table:
    dates = frame[entry["date_column"]].map(latest_day)
    frame = frame.loc[[end is not None and end <= today for end in dates]].reset_index(drop=True)
    ends = frame[entry["date_column"]].map(latest_day)
    complete = today if entry["rows_are"] == "events" else max(ends, default=None)
    as_of = min(dt.date.fromisoformat(entry["as_of"]), complete) if complete else None
    return Table(spec.name, spec.label, frame, (source_of(entry, as_of),), as_of)


def read_cited(
    spec: DataSpec, *, root: Path, folder: Path, today: dt.date
) -> tuple[Table, list[Finding]]:
    """A table of a thesis's cited/ as known on `today`, and its rows that do not name a source."""
    path = folder / "cited" / f"{spec.key}.csv"
    place = path.relative_to(root).as_posix()
    text, findings = read_text(path, place)
    findings = findings or _uncited(text, place)
    try:
        frame = pd.DataFrame() if findings else _read_csv(text)
    except ValueError as error:
        findings = [Finding(place, 1, f"the table cannot be read: {plain(error)}.", SAVE)]
    if findings:
        return Table(spec.name, spec.label, pd.DataFrame(), (), None), findings
    frame = frame.loc[[begun(row, today) for row in frame.to_dict("records")]].reset_index(
        drop=True
    )
    found = frame[frame["source"] != NOT_FOUND]
    if found[list(CITATION)].isna().any(axis=None):  # for pandas, a lone return ends a row
        broken = "a return in the midst of a row parts it."
        return Table(spec.name, spec.label, pd.DataFrame(), (), None), [
            Finding(place, 1, f"the table cannot be read: {broken}", SAVE)
        ]
    rows = zip(*(found[column] for column in CITATION), strict=True)
    sources = dict.fromkeys(Source(name, name, url, int(grade)) for name, url, grade in rows)
    dates = [
        end
        for column in ("date", "as_of")
        if column in frame
        for text in frame[column].astype(str)
        if len(text) > 4 and (end := latest_day(text)) and end <= today
    ]
    return Table(spec.name, spec.label, frame, tuple(sources), max(dates, default=None)), []


def begun(row: Mapping[str, Any], today: dt.date) -> bool:
    """Whether a cited row was there on `today`: not when its date or as_of lies wholly after it."""
    written = str(row.get("date") or row.get("as_of") or "").strip()
    day = earliest_day(written)
    return day is None or day <= today


def absent(spec: DataSpec, folder: Path, *, root: Path, thesis_file: Path) -> Finding | None:
    """The mistake of a thesis that asks for a file `folder` does not hold."""
    names = {path.stem for path in folder.glob("*.csv") if not leads_out(path, folder)}
    if spec.key in names:
        return None
    message = f"there is no {folder.relative_to(root).as_posix()}/{spec.key}.csv."
    place = thesis_file.relative_to(root).as_posix()
    return Finding(place, spec.line, message, did_you_mean(spec.key, names))


def read_series(
    content: bytes, name: str, *, columns: Sequence[str] = (), texts: Sequence[str] = ()
) -> pd.DataFrame:
    """A stored series from its file's content; DataError, naming the file, when it is none.

    `columns` are those it must have; those in `texts` hold words of the source, all others floats.
    """
    try:
        # Not by pandas: not every version of it reads back the very float it wrote.
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        cells = dict(zip(head, zip(*rows, strict=True), strict=True))
        days = pd.DatetimeIndex(pd.to_datetime(cells.pop("date"), format="%Y-%m-%d")).as_unit("ns")
        if not (days.is_monotonic_increasing and days.is_unique) or days.hasnans:
            raise ValueError("its days are not in order")
        values = {
            name: pd.Series([ForeignText(cell) for cell in cells[name]], dtype=object)
            if name in texts
            else [float(cell or "nan") for cell in cells[name]]
            for name in [*columns, *(name for name in cells if name not in columns)]
        }
        if any(map(math.isinf, (v for name in cells if name not in texts for v in values[name]))):
            raise ValueError("a value in it has no end")
    except (ValueError, KeyError) as error:
        hint = f"Delete .store/{name} and run 'mtm refresh' to fetch it anew."
        message = f"The stored series {name} cannot be read: {plain(error)}."
        raise DataError(message, hint) from error
    return pd.DataFrame(values).set_axis(days.rename("date"))


def series_bytes(frame: pd.DataFrame) -> bytes:
    """A series as its file holds it; numbers come back exactly as they were."""
    days = frame.index.to_numpy().astype("datetime64[D]").astype(str).tolist()
    columns = [[_cell(value) for value in frame[name].tolist()] for name in frame.columns]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["date", *frame.columns])
    writer.writerows(zip(days, *columns, strict=True))
    return file.getvalue().encode()


def _cell(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return "" if value != value else repr(value)  # NaN is the one number unequal to itself


def _uncited(text: str, place: str) -> list[Finding]:
    columns, rows, findings = read_rows(text, place)
    lacking = [column for column in CITATION if column not in columns]
    if columns and lacking:
        message = f"the table has no column {' and no column '.join(lacking)}."
        return [Finding(place, 1, message, f"Every row carries {', '.join(CITATION)}.")]
    for line, row in rows:
        if not row["source"].strip():
            hint = "Name who published the figure, and where, or take the row out."
            findings.append(Finding(place, line, "the row has no source.", hint))
        elif row["source"] != NOT_FOUND and not row["url"].startswith(("http://", "https://")):
            hint = "Give the address it was read at, beginning with https://."
            findings.append(Finding(place, line, "the row has no address (url).", hint))
        elif row["source"] != NOT_FOUND and row["source_grade"] not in {"1", "2", "3"}:
            hint = "1 issuer, index owner or official; 2 press and research; 3 mirrors."
            message = f"'{row['source_grade']}' is no source_grade."
            findings.append(Finding(place, line, message, hint))
    return findings


def _read_csv(content: str | bytes) -> pd.DataFrame:
    """The table; ValueError for what is none."""
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    # Words such as "None" are values here; only an empty cell is missing.
    frame = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])
    if not isinstance(frame.index, pd.RangeIndex):  # pandas took the first cells for names of rows
        raise ValueError("a row has more cells than the first line")
    return frame
