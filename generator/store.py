"""Stored series: one CSV each and a manifest, written so that a kill tears nothing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from generator.errors import DataError, Finding, ThesisError
from generator.files import PART, write_atomically
from generator.model import Condition, DataSpec, Missing, Table
from generator.shapes import shape_of
from generator.sources import REGISTRY, Fetched
from generator.staleness import staleness
from generator.tables import (
    EMBEDDED,
    absent,
    read_cited,
    read_embedded,
    read_manifest,
    read_series,
    series_bytes,
    sha256,
    source_of,
)

STORE = Path(".store")
REJECTED, REPLACED = "rejected", "replaced"  # folders beside the series, for a person to look at
CHOOSES_ROWS = ("table", "date", "value")  # options of a source that make another series of it
LONGEST_NAME = 150  # signs; a file system takes 255 with what is written behind it
MOST_REJECTED = 5  # rejected answers kept of one series; the oldest go
REMEDY = "run 'mtm refresh' where {publisher} can be reached"
SHAPE_WORDS = {"prices": "daily prices", "observations": "figures", "readings": "fund data"}


def series_name(spec: DataSpec) -> str:
    """What a series is called in the store; safe as a file name everywhere."""
    chosen = (value for name, value in spec.options if name in CHOOSES_ROWS)
    asked = "/".join([spec.key, *chosen])
    name = f"{spec.source}-{quote(asked, safe='')}"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{sha256(name.encode())[:16]}"


def mirrored_series(root: Path) -> tuple[str, ...]:
    """The stored series of which some days came through a mirror, by their keys."""
    manifest = read_manifest(root / STORE)
    return tuple(e["key"] for e in manifest.values() if e.get("mirror") and e.get("rows"))


def until(frame: pd.DataFrame | None, today: dt.date) -> pd.DataFrame | None:
    """The rows up to `today`; None where there is nothing, or nothing yet."""
    visible = None if frame is None else frame[frame.index <= pd.Timestamp(today)]
    return None if visible is None or visible.empty else visible


def last_day(frame: pd.DataFrame | None) -> dt.date | None:
    return None if frame is None or frame.empty else frame.index[-1].date()


@dataclass
class Held:
    """The stored rows of a series, read when they are first needed; None where there are none."""

    entry: dict[str, Any]  # what the manifest says of the series; empty for an altered file
    altered: bool = False  # the file is not what its manifest says, so a build does not use it
    read: Callable[[], pd.DataFrame] | None = None
    known: bool = True  # the manifest has an entry for it, be it a wrong one

    @property
    def there(self) -> bool:
        return self.read is not None

    @cached_property
    def frame(self) -> pd.DataFrame | None:
        return self.read() if self.read else None

    @property
    def usable(self) -> pd.DataFrame | None:
        """The rows that a build would use."""
        return None if self.altered else self.frame

    def as_of(self, today: dt.date) -> dt.date | None:
        """The newest day up to `today` that a build would use."""
        if self.altered or not self.there:
            return None
        newest = dt.date.fromisoformat(self.entry["as_of"])
        return newest if newest <= today else last_day(until(self.frame, today))


class Store:
    """The stored series while a refresh changes them; hold its folder with `lock.alone` before.

    A series and its manifest are two files. The manifest is written first, with the new entry
    under "next" beside the old one: whichever of the two the file then matches is the true one.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / STORE
        for left in self.folder.glob(f".*{PART}"):  # of a refresh that was killed
            left.unlink()
        try:
            self.manifest = read_manifest(self.folder)
        except DataError:
            self.manifest = {}  # it is written anew; the series are compared with whole histories

    def held(self, spec: DataSpec) -> Held:
        """What is stored of a series.

        The rows of an altered file are not thrown away: a refresh compares them with the whole
        history. Of a file that cannot be read, a copy is kept.
        """
        name = series_name(spec)
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return Held(self.manifest.get(name, {}))
        content = path.read_bytes()
        entry = matching(self.manifest.get(name, {}), sha256(content))
        if entry:
            self.manifest[name] = entry  # what a killed refresh had begun is done
            return Held(entry, read=lambda: _read(content, path.name, spec))
        try:
            frame = _read(content, path.name, spec)
            return Held({}, altered=True, read=lambda: frame, known=name in self.manifest)
        except DataError:
            self.set_aside(name, "unreadable")
            return Held({}, altered=True)

    def keep(self, name: str, frame: pd.DataFrame, news: dict[str, Any]) -> None:
        """Store a series with what its manifest entry is to say."""
        content = series_bytes(frame)
        before = self.manifest.get(name, {})
        news = {**news, "rows": len(frame), "sha256": sha256(content)}
        path = self.folder / f"{name}.csv"
        if not path.exists() or sha256(path.read_bytes()) != news["sha256"]:
            self.manifest[name] = {**before, "next": news}
            self.flush()
            write_atomically(path, content)
        self.manifest[name] = {**_settled(before), **news}

    def note(self, name: str, words: dict[str, Any]) -> None:
        """Add to what the manifest says of a series; `flush` writes it."""
        self.manifest[name] = {**self.manifest.get(name, {}), **words}

    def flush(self) -> None:
        text = json.dumps(self.manifest, indent=1, ensure_ascii=False, sort_keys=True)
        write_atomically(self.folder / "manifest.json", f"{text}\n".encode())

    def reject(self, name: str, answer: Fetched, reason: str, today: dt.date) -> Path:
        """Keep a rejected answer beside the store with its reason; returns where."""
        folder = self.folder / REJECTED
        words = {"series": name, "asked": today.isoformat(), "reason": reason}
        words |= {"publisher": answer.source.publisher, "address": answer.source.url}
        path = folder / f"{name}-{today}.csv"
        write_atomically(path, series_bytes(answer.frame))
        write_atomically(path.with_suffix(".json"), f"{json.dumps(words, indent=1)}\n".encode())
        day = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
        for old in sorted(folder.glob(f"{_literal(name)}-{day}.csv"))[:-MOST_REJECTED]:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)
        return path

    def set_aside(self, name: str, why: str) -> None:
        """Keep a copy of a stored file that is about to be replaced by something else."""
        path, folder = self.folder / f"{name}.csv", self.folder / REPLACED
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{name}-{why}.csv"
        if not copy.exists():  # the first of a day is the one that was there before
            shutil.copy2(path, copy)


def matching(entry: dict[str, Any], sha: str) -> dict[str, Any]:
    """The manifest entry that speaks of the file with this hash; empty for an altered file."""
    upcoming = entry.get("next")
    upcoming = upcoming if isinstance(upcoming, dict) else {}
    if entry.get("sha256") == sha:
        return _sound(_settled(entry))
    return _sound({**_settled(entry), **upcoming}) if upcoming.get("sha256") == sha else {}


def _sound(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry; empty where its dates are none, as after an edit by hand."""
    try:
        for name in ("as_of", "last_success", "retrieved"):
            dt.date.fromisoformat(entry[name])
        dt.date.fromisoformat(entry.get("whole", "0001-01-01"))
    except (KeyError, TypeError, ValueError):
        return {}
    return entry


def load_tables(
    specs: Sequence[DataSpec], *, root: Path, thesis_folder: Path, today: dt.date
) -> tuple[dict[str, Table], dict[str, Missing]]:
    """The tables a thesis asks for, by the names it gave them, as they were known on `today`.

    Raises ThesisError with every file that is not there and every cited row without a source, and
    DataError for an embedded file that was altered; an altered stored series is missing.
    """
    tables: dict[str, Table] = {}
    missing: dict[str, Missing] = {}
    findings: list[Finding] = []
    thesis_file = thesis_folder / "thesis.yml"
    for spec in specs:
        if spec.source in REGISTRY:
            table = _load_series(spec, root=root, today=today)
            if isinstance(table, Missing):
                missing[spec.name] = table
            else:
                tables[spec.name] = table
            continue
        cited = spec.source == "cited"
        folder = thesis_folder / "cited" if cited else root / EMBEDDED
        if mistake := absent(spec, folder, root=root, thesis_file=thesis_file):
            findings.append(mistake)
        elif cited:
            tables[spec.name], mistakes = read_cited(
                spec, root=root, folder=thesis_folder, today=today
            )
            findings += mistakes
        else:
            tables[spec.name] = read_embedded(spec, root=root, today=today)
    if findings:
        raise ThesisError(findings)
    return tables, missing


def _load_series(spec: DataSpec, *, root: Path, today: dt.date) -> Table | Missing:
    name, folder, kind = series_name(spec), root / STORE, REGISTRY[spec.source]
    what = f"{SHAPE_WORDS[kind.shape]} of {spec.key}"
    lack = Missing(spec.name, f"{what} are not stored", REMEDY.format(publisher=kind.publisher))
    if not (folder / f"{name}.csv").exists():
        said = _reason_in(folder, name)
        return replace(lack, reason=f"{what} are not stored: {said}") if said else lack
    found = _read_consistently(folder, spec)
    if found is None:
        reason = f"{(STORE / name).as_posix()}.csv is not the file that 'mtm refresh' stored"
        return replace(lack, reason=reason, remedy="run 'mtm refresh' to check and mend it")
    frame, entry = found
    frame = frame[frame.index <= pd.Timestamp(today)]
    if frame.empty:
        return replace(lack, reason=f"{what} begin after {today}")
    as_of = frame.index[-1].date()
    stale = staleness(spec.rules, as_of, today)
    condition = Condition(
        kind=SHAPE_WORDS[kind.shape],
        status=entry.get("status", "kept"),
        reason=entry.get("reason", ""),
        checked=entry.get("checked"),
        notes=tuple(entry.get("notes", ())),
        stale=stale,
        banner=bool(stale) and spec.rules.when_stale != "warn",
    )
    try:
        source = replace(source_of(entry, as_of), doubt=_doubt(condition))
    except (KeyError, TypeError, ValueError):
        reason = f"the entry of {name} in {STORE.as_posix()}/manifest.json is not whole"
        return replace(lack, reason=reason, remedy="run 'mtm refresh' to check and mend it")
    return Table(spec.name, spec.label, frame, (source,), as_of, condition)


def _reason_in(folder: Path, name: str) -> str:
    """Why the last refresh stored nothing of a series, in its own words without a full stop."""
    reason = read_manifest(folder).get(name, {}).get("reason", "")
    return str(reason).rstrip(".")


def _doubt(condition: Condition) -> str:
    """What a reader must know of a source where one of its figures is shown."""
    unconfirmed = "not confirmed by a second source" if condition.checked == "" else ""
    too_old = "older than it should be" if condition.stale else ""
    return "; ".join(words for words in (too_old, unconfirmed) if words)


def _read(content: bytes, name: str, spec: DataSpec) -> pd.DataFrame:
    shape = shape_of(spec.source)
    return read_series(content, name, columns=shape.COLUMNS, texts=shape.TEXTS)


def _read_consistently(folder: Path, spec: DataSpec) -> tuple[pd.DataFrame, dict[str, Any]] | None:
    """A series and the entry that speaks of it, though a refresh may be at work; None if altered.

    A refresh announces a file before it writes it, so a second look at the manifest decides.
    """
    name = series_name(spec)
    for _ in range(2):
        manifest = read_manifest(folder)
        path = folder / f"{name}.csv"
        content = path.read_bytes()
        if entry := matching(manifest.get(name, {}), sha256(content)):
            return _read(content, path.name, spec), entry
    return None


def _settled(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "next"}


def _literal(name: str) -> str:
    """A name as a pattern of `glob` that matches nothing else."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
