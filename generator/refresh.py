"""One refresh: ask each source for what is missing, judge the answers, store what is believable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from generator.asking import Limits, Pass, ask, up_to_date
from generator.confirm import Published
from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.judging import (
    Candidate,
    Judged,
    as_stored,
    compared_with_others,
    expected_sessions,
    judge,
)
from generator.lock import alone
from generator.model import DataSpec
from generator.outcomes import Outcome, Status, fetched_specs, groups
from generator.shapes import shape_of
from generator.sources import REGISTRY, BrokenAnswer
from generator.store import STORE, Store, last_day, series_name, until

PATIENCE = 120  # seconds to wait for another refresh of the same store
COPY = "a copy of what was stored is in .store/replaced/"


def refresh(
    specs: Sequence[DataSpec],
    *,
    root: Path,
    today: dt.date,
    now: dt.datetime,
    limits: Limits,
    published: Callable[[], Mapping[str, Sequence[Published]]] = dict,
    accept: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
    simulated: bool = False,
    begin: Callable[[DataSpec], None] = lambda spec: None,
    report: Callable[[Outcome], None] = lambda outcome: None,
    say: Callable[[str], None] = lambda text: None,
) -> list[Outcome]:
    """Fetch every series into the store, one after the other.

    `begin` hears of a series before its source is asked, `report` of how it went. `published`
    gives the figures to compare prices with, by the name of the series in the store; `accept` are
    the names of those whose answer is taken though it contradicts what is stored. With `only`, a
    person asks for these very series, also for one that its source said today it does not have;
    the stored rows of the others still take part in comparing.
    `simulated` says that `today` is not the day on which this runs. Nothing raises for what a
    source does: an outcome says it. A publisher that cannot be reached, asks
    for a pause or sends nothing but broken answers is left alone for the rest of the pass.
    """
    outcomes: list[Outcome] = []
    with alone(root / STORE, who="a refresh", patience=PATIENCE, report=say):
        this = Pass(root, today, now, limits, Store(root), accept, only is not None, simulated)
        try:
            for group in groups(fetched_specs(specs)):
                asked = [s for s in group if only is None or series_name(s) in only]
                judged: dict[DataSpec, Judged] = {}
                for spec in asked:
                    begin(spec)
                    judged[spec] = _answer(spec, this)
                if asked:
                    for spec in (spec for spec in group if spec not in judged):
                        judged[spec] = as_stored(spec, this.store.held(spec), this, "kept")
                results = compared_with_others(judged, published, this)
                for spec, result in ((spec, results[spec]) for spec in asked):
                    outcomes.append(_settle(spec, result, this))
                    report(outcomes[-1])
        finally:
            _note_absent(outcomes, this)
            if this.store.manifest:
                this.store.flush()
    return outcomes


def _answer(spec: DataSpec, this: Pass) -> Judged:
    """Ask for one series if it is due, and judge the answer on its own and by what is stored."""
    held = this.store.held(spec)
    if up_to_date(spec, held, this):
        return as_stored(spec, held, this, "fresh")
    try:
        fetched, whole = ask(spec, held, this)
    except SourceError as error:
        stands: Status = "never" if held.as_of(this.today) is None else "kept"
        silent = isinstance(error, RateLimited | SourceUnreachable | BrokenAnswer)
        return as_stored(spec, held, this, stands, error=error, answered=not silent)
    return judge(spec, held, fetched, whole, this)


def _settle(spec: DataSpec, result: Judged, this: Pass) -> Outcome:
    """Store what was found believable, and note in the manifest how it went."""
    name = series_name(spec)
    place = {"file": f"{name}.csv", "source": spec.source, "key": spec.key}
    found = _stored(spec, result, this) if isinstance(result, Candidate) else result
    this.store.note(name, {**place, "status": found.status, "reason": found.reason})
    return found


def _note_absent(outcomes: Sequence[Outcome], this: Pass) -> None:
    """Remember what its source does not have, if it was well enough to be believed."""
    for outcome in outcomes:
        spec, never = outcome.spec, outcome.absent and outcome.as_of is None
        if never and spec.optional and REGISTRY[spec.source].publisher in this.served:
            this.store.note(series_name(spec), {"absent": this.today.isoformat()})


def _stored(spec: DataSpec, found: Candidate, this: Pass) -> Outcome:
    name, held, kind = series_name(spec), found.held, REGISTRY[spec.source]
    source, answer = found.fetched.source, found.fetched.frame
    lossy = bool(found.instead) and _loses(held.frame, found.rows)
    shape_notes = shape_of(spec.source).notes(
        None if found.instead else held.usable, answer, sessions=expected_sessions(spec, found.rows)
    )
    notes = (*found.fetched.notes, *shape_notes)
    if lossy:
        notes = (f"{found.instead}; {COPY}", *notes)
    before = held.entry if held.there else {}
    checked = "; ".join(found.checks)
    mirrored = _mirrored(found, this, local=kind.local)
    # A refresh that acts as on an earlier day does not take back what is known of later ones.
    later = found.rows.index[-1].date() > this.today
    read = before["last_success"] if later and before else this.today.isoformat()
    news = {
        "publisher": source.publisher,
        "title": source.title,
        "address": source.url,
        "grade": source.grade,
        "licence": source.licence,
        "may_republish": source.may_republish,
        "vintage": source.vintage,
        "retrieved": read,
        "last_success": read,
        "as_of": found.rows.index[-1].date().isoformat(),
        "mirror": bool(mirrored),
        **({"mirrored": mirrored} if kind.shape == "readings" else {}),
        "notes": list(notes),
        **({"checked": checked} if kind.shape == "prices" else {}),
        **({"whole": this.today.isoformat()} if found.whole else {}),
        "status": "fresh",
        "reason": "",
        "absent": "",
    }
    if source.vintage != before.get("vintage", source.vintage):
        this.store.set_aside(name, before["vintage"])
    if lossy:
        this.store.set_aside(name, f"before-{this.today}")
    this.store.keep(name, found.rows, news)
    return Outcome(
        spec,
        "fresh",
        last_day(until(found.rows, this.today)),
        rows_added=max(len(found.rows) - (0 if held.frame is None else len(held.frame)), 0),
        checked=checked if kind.shape == "prices" else None,
        notes=notes,
    )


def _mirrored(found: Candidate, this: Pass, *, local: bool) -> list[str]:
    """The days whose rows came through a mirror."""
    before, answer = found.held, found.fetched.frame
    days: list[str] = []
    if before.entry.get("mirror") and before.frame is not None:
        old = found.rows.index.difference(answer.index).intersection(before.frame.index)
        known = before.entry.get("mirrored")
        days = [day for day in map(_day, old) if known is None or day in known]
    if not this.direct and not local:
        days += map(_day, answer.index)
    return days


def _day(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}"


def _loses(stored: pd.DataFrame | None, rows: pd.DataFrame) -> bool:
    """Whether something that is stored is not among `rows` as it was."""
    if stored is None:
        return False
    return not stored.equals(rows.reindex(index=stored.index, columns=stored.columns))
