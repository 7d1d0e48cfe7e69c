"""Stored data: refresh it from its sources, write it atomically, and hand out tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pandas as pd

from generator.errors import (
    DataError,
    Finding,
    RateLimited,
    SourceError,
    SourceUnreachable,
    ThesisError,
)
from generator.files import write_atomically
from generator.model import DataSpec, Missing, Table
from generator.series import merge, new_splits, reason_to_reject
from generator.sources import REGISTRY, BrokenAnswer, Fetched, Network, fetcher
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
CACHE = Path(".cache/yfinance")
OVERLAP_SESSIONS = 20
REMEDY = "run 'mtm refresh' where {publisher} can be reached"

Status = Literal["fresh", "kept", "rejected", "never"]


@dataclass(frozen=True)
class Outcome:
    """What a refresh came to for one series.

    fresh: fetched and stored; kept: not fetched, the stored days stand; rejected: fetched, but it
    cannot be right, so what is stored (if anything) stands; never: not fetched, nothing stored.
    """

    spec: DataSpec
    status: Status
    as_of: dt.date | None
    rows_added: int = 0
    reason: str = ""
    answered: bool = True  # the source said something about this series


@dataclass
class _Pass:
    """One refresh on its way: what every series needs, and the sources that are done for."""

    root: Path
    today: dt.date
    now: dt.datetime
    network: Network
    manifest: dict[str, dict[str, Any]]
    halted: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / STORE


def fetched_specs(specs: Sequence[DataSpec]) -> list[DataSpec]:
    """The series among `specs` that come over the network, each once; required wins."""
    chosen: dict[tuple[str, str], DataSpec] = {}
    for spec in specs:
        if spec.source in REGISTRY:
            known = chosen.setdefault((spec.source, spec.key), spec)
            if known.optional and not spec.optional:
                chosen[spec.source, spec.key] = replace(known, optional=False)
    return list(chosen.values())


def refresh(
    specs: Sequence[DataSpec],
    *,
    root: Path,
    today: dt.date,
    now: dt.datetime,
    network: Network,
    report: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Fetch every series into the store, one after the other; `report` hears of each at once.

    Nothing raises for what a source does: an outcome says it. A source that cannot be reached or
    asks for a pause is not asked again in this pass.
    """
    try:
        manifest = read_manifest(root / STORE)
    except DataError:
        manifest = {}  # it is written anew; the series themselves are checked one by one
    this = _Pass(root, today, now, network, manifest)
    outcomes: list[Outcome] = []
    for spec in fetched_specs(specs):
        outcome = _refresh_series(spec, this)
        write_atomically(this.folder / "manifest.json", _json(this.manifest))
        outcomes.append(outcome)
        report(outcome)
    return outcomes


def refresh_exit_code(outcomes: Sequence[Outcome]) -> int:
    """4 when a required series was answered with nothing usable and nothing is stored, else 0."""
    lost = [o for o in outcomes if o.as_of is None and o.answered and not o.spec.optional]
    return 4 if lost else 0


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


def mirrored_series(root: Path) -> tuple[str, ...]:
    """The stored series of which some days came through a mirror, by their keys."""
    manifest = read_manifest(root / STORE)
    return tuple(e["key"] for e in manifest.values() if e.get("mirror") and e.get("rows"))


def series_name(spec: DataSpec) -> str:
    """What a series is called in the store; safe as a file name everywhere."""
    return f"{spec.source}-{quote(spec.key, safe='')}"


def _load_series(spec: DataSpec, *, root: Path, today: dt.date) -> Table | Missing:
    name, folder = series_name(spec), root / STORE
    publisher = REGISTRY[spec.source].publisher
    path = folder / f"{name}.csv"
    lack = Missing(
        spec.name, f"daily prices of {spec.key} are not stored", REMEDY.format(publisher=publisher)
    )
    if not path.exists():
        return lack
    entry = read_manifest(folder).get(name, {})
    if sha256(path.read_bytes()) != entry.get("sha256"):
        reason = f"{(STORE / path.name).as_posix()} is not the file that 'mtm refresh' stored"
        return replace(lack, reason=reason, remedy="run 'mtm refresh' to check and mend it")
    frame = read_series(path)
    frame = frame[frame.index <= pd.Timestamp(today)]
    if frame.empty:
        return replace(lack, reason=f"daily prices of {spec.key} begin after {today}")
    as_of = frame.index[-1].date()
    return Table(spec.name, spec.label, frame, (source_of(entry, as_of),), as_of)


def _refresh_series(spec: DataSpec, this: _Pass) -> Outcome:
    """Fetch, judge and store one series; the manifest in `this` then says how that went."""
    held = _held(spec, this)
    known = None if held.altered else held.frame
    stands: Status = "never" if known is None else "kept"
    visible = _until(held.frame, this.today)
    as_of = _last_day(_until(known, this.today))
    if spec.source in this.halted:
        reason = this.halted[spec.source]
        return _note(Outcome(spec, stands, as_of, 0, reason, answered=False), {}, this)
    try:
        fetched = _fetch(spec, visible, this, whole=held.whole)
    except SourceError as error:
        if isinstance(error, RateLimited | SourceUnreachable):
            this.halted[spec.source] = error.message
        silent = isinstance(error, RateLimited | SourceUnreachable | BrokenAnswer)
        return _note(Outcome(spec, stands, as_of, 0, error.message, not silent), {}, this)
    if fault := reason_to_reject(fetched.frame, visible):
        reason = f"{fetched.source.publisher} sent data that cannot be right: {fault}."
        return _note(Outcome(spec, "rejected", as_of, 0, reason), {}, this)
    days = merge(held.frame, fetched.frame)
    added = len(days) - (0 if held.frame is None else len(held.frame))
    outcome = Outcome(spec, "fresh", _last_day(fetched.frame), added)
    return _note(outcome, _keep(spec, days, fetched, this), this)


@dataclass(frozen=True)
class _Held:
    """The stored days of a series, if there are any that can be believed."""

    frame: pd.DataFrame | None
    altered: bool = False  # the file differs from its manifest, so a build does not use it
    whole: bool = True  # the next answer is to be the whole history


def _held(spec: DataSpec, this: _Pass) -> _Held:
    """What is stored.

    An altered file may come from a refresh that was cut short between the file and the manifest:
    its days are not thrown away, but compared with the whole history.
    """
    name = series_name(spec)
    path, entry = this.folder / f"{name}.csv", this.manifest.get(name, {})
    if not path.exists():
        return _Held(None)
    try:
        frame = read_series(path)
    except DataError:
        return _Held(None)
    if reason_to_reject(frame):
        return _Held(None)
    altered = sha256(path.read_bytes()) != entry.get("sha256")
    # What came through a mirror is fetched whole when the source itself can be asked.
    at_last_direct = bool(entry.get("mirror")) and this.network.mirror is None
    return _Held(frame, altered, altered or at_last_direct)


def _fetch(spec: DataSpec, stored: pd.DataFrame | None, this: _Pass, *, whole: bool) -> Fetched:
    """What the source has since shortly before the stored end, or all of it where that is due."""

    def ask(start: dt.date | None) -> Fetched:
        return fetcher(spec.source).fetch(
            spec.key,
            start=start,
            today=this.today,
            now=this.now,
            network=this.network,
            cache=this.root / CACHE,
        )

    if whole or stored is None or len(stored) <= OVERLAP_SESSIONS:
        return ask(None)
    fetched = ask(stored.index[-OVERLAP_SESSIONS].date())
    if new_splits(stored, fetched.frame).empty:
        return fetched
    return ask(None)  # a split rewrites the past


def _keep(spec: DataSpec, days: pd.DataFrame, fetched: Fetched, this: _Pass) -> dict[str, Any]:
    """Write the days of a series, and return what the manifest is to say of them."""
    name, source = series_name(spec), fetched.source
    before = this.manifest.get(name, {})
    content = series_bytes(days)
    write_atomically(this.folder / f"{name}.csv", content)
    older = not days.index.isin(fetched.frame.index).all()
    read = max(this.today.isoformat(), before.get("last_success", ""))
    return {
        "publisher": source.publisher,
        "title": source.title,
        "address": source.url,
        "grade": source.grade,
        "licence": source.licence,
        "may_republish": source.may_republish,
        "retrieved": read,
        "last_success": read,
        "as_of": days.index[-1].date().isoformat(),
        "rows": len(days),
        "sha256": sha256(content),
        "mirror": this.network.mirror is not None or (older and before.get("mirror", False)),
    }


def _note(outcome: Outcome, news: dict[str, Any], this: _Pass) -> Outcome:
    spec, name = outcome.spec, series_name(outcome.spec)
    this.manifest[name] = {
        **this.manifest.get(name, {}),
        **news,
        "file": f"{name}.csv",
        "source": spec.source,
        "key": spec.key,
        "status": outcome.status,
        "reason": outcome.reason,
    }
    return outcome


def _until(frame: pd.DataFrame | None, today: dt.date) -> pd.DataFrame | None:
    return None if frame is None else frame[frame.index <= pd.Timestamp(today)]


def _last_day(frame: pd.DataFrame | None) -> dt.date | None:
    return None if frame is None or frame.empty else frame.index[-1].date()


def _json(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
