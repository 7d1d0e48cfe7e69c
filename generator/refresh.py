"""One refresh: ask each source for what is missing, judge the answers, store what is believable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import pandas as pd

from generator import confirm
from generator.asking import Limits, Pass, ask, up_to_date
from generator.confirm import Published
from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.lock import alone
from generator.model import DataSpec
from generator.outcomes import Outcome, Status, fetched_specs, groups, shown_name, tied
from generator.sessions import sessions
from generator.shapes import shape_of
from generator.sources import REGISTRY, BrokenAnswer, Fetched, NotThere
from generator.store import STORE, Held, Store, last_day, series_name, until

ALTERED = "the stored {file} had been altered and was replaced; its copy is in .store/replaced/"
PATIENCE = 120  # seconds to wait for another refresh of the same store
ACCEPT = "If you have looked at it and it is right: mtm refresh --accept {name}"


@dataclass(frozen=True)
class _Candidate:
    """An answer that is believable in itself, before it is compared with other series."""

    held: Held
    fetched: Fetched
    rows: pd.DataFrame  # the stored ones and the answer's
    whole: bool
    checks: tuple[str, ...] = ()  # what it was compared with


_Judged = Outcome | _Candidate


def refresh(
    specs: Sequence[DataSpec],
    *,
    root: Path,
    today: dt.date,
    now: dt.datetime,
    limits: Limits,
    published: Callable[[], Mapping[str, Sequence[Published]]] = dict,
    accept: frozenset[str] = frozenset(),
    named: bool = False,
    begin: Callable[[DataSpec], None] = lambda spec: None,
    report: Callable[[Outcome], None] = lambda outcome: None,
    say: Callable[[str], None] = lambda text: None,
) -> list[Outcome]:
    """Fetch every series into the store, one after the other.

    `begin` hears of a series before its source is asked, `report` of how it went. `published`
    gives the figures to compare prices with, by the name of the series in the store; `accept` are
    keys whose answer is taken though it contradicts what is stored. With `named`, a person asks
    for these very series, also for one that its source said today it does not have. Nothing
    raises for what a source does: an outcome says it. A publisher that cannot be reached, asks
    for a pause or sends nothing but broken answers is left alone for the rest of the pass.
    """
    outcomes: list[Outcome] = []
    with alone(root / STORE, who="a refresh", patience=PATIENCE, report=say):
        this = Pass(root, today, now, limits, Store(root), accept, named)
        try:
            for group in groups(fetched_specs(specs)):
                judged: dict[DataSpec, _Judged] = {}
                for spec in group:
                    begin(spec)
                    judged[spec] = _judge_answer(spec, this)
                for spec, result in _compared(judged, published, this).items():
                    outcomes.append(_settle(spec, result, this))
                    report(outcomes[-1])
        finally:
            _note_absent(outcomes, this)
            if this.store.manifest:
                this.store.flush()
    return outcomes


def _judge_answer(spec: DataSpec, this: Pass) -> _Judged:
    """Ask for one series if it is due, and judge the answer on its own and by what is stored."""
    held = this.store.held(spec)
    if up_to_date(spec, held, this):
        return _outcome(spec, held, this, "fresh")
    try:
        fetched, whole = ask(spec, held, this)
    except SourceError as error:
        stands: Status = "never" if held.as_of(this.today) is None else "kept"
        silent = isinstance(error, RateLimited | SourceUnreachable | BrokenAnswer)
        return _outcome(spec, held, this, stands, error=error, answered=not silent)
    shape = shape_of(spec.source)
    anew = this.accepts(spec) or held.altered  # what is stored is no measure of the answer
    stored = None if anew else until(held.frame, this.today)
    vintage = fetched.source.vintage
    fault = shape.reason_to_reject(
        fetched.frame,
        stored,
        rules=spec.rules,
        sessions=_sessions(spec, fetched.frame),
        reissued=bool(vintage) and vintage != held.entry.get("vintage", vintage),
    )
    if fault:
        return _rejected(spec, held, fetched, fault, this)
    if anew:
        return _Candidate(held, fetched, shape.replace(held.usable, fetched.frame), whole)
    return _Candidate(held, fetched, shape.merge(held.frame, fetched.frame), whole)


def _compared(
    judged: Mapping[DataSpec, _Judged],
    published: Callable[[], Mapping[str, Sequence[Published]]],
    this: Pass,
) -> dict[DataSpec, _Judged]:
    """The same, with those rejected that contradict published figures or each other."""
    results = dict(judged)
    for spec, result in judged.items():
        if not isinstance(result, _Candidate):
            continue
        if known := published().get(series_name(spec), ()):
            results[spec] = _checked(
                spec, result, *confirm.with_published(result.rows, known), this
            )
    for fund, index in permutations(judged, 2):
        answered = any(isinstance(judged[spec], _Candidate) for spec in (fund, index))
        if not answered or not fund.rules.tracks or not tied(fund, index):
            continue
        prices, levels = (_rows(spec, judged[spec], this) for spec in (fund, index))
        if prices is None or levels is None:
            continue
        names = (fund.key, index.key)
        fault, words = confirm.with_index(prices, levels, names=names, tracks=fund.rules.tracks)
        wrong = [
            s.key for s in (fund, index) if results[s] is not judged[s] and _refused(results[s])
        ]
        if wrong and not fault:
            fault = f"it agrees with that for '{wrong[0]}', which contradicts a published figure"
        # Which of the two is wrong cannot be told, so neither is taken.
        for spec, other in ((fund, index), (index, fund)):
            said = words.format(other=other.key)
            results[spec] = _checked(spec, results[spec], fault, said, this)
    return results


def _refused(result: _Judged) -> bool:
    return isinstance(result, Outcome) and result.status == "rejected"


def _checked(spec: DataSpec, result: _Judged, fault: str, words: str, this: Pass) -> _Judged:
    """An answer after one comparison; what was not answered in this pass stays as it is."""
    if isinstance(result, Outcome) or this.accepts(spec):
        return result
    if fault:
        return _rejected(spec, result.held, result.fetched, fault, this)
    return replace(result, checks=(*result.checks, words)) if words else result


def _rows(spec: DataSpec, result: _Judged, this: Pass) -> pd.DataFrame | None:
    return result.rows if isinstance(result, _Candidate) else this.store.held(spec).usable


def _rejected(spec: DataSpec, held: Held, fetched: Fetched, fault: str, this: Pass) -> Outcome:
    path = this.store.reject(series_name(spec), fetched, fault, this.today)
    publisher = fetched.source.publisher
    message = f"{publisher} sent data for '{spec.key}' that cannot be right: {fault}."
    hint = f"The answer is in {path.relative_to(this.root).as_posix()}."
    if held.there:
        hint += f" {ACCEPT.format(name=shown_name(spec))}"
    return _outcome(spec, held, this, "rejected", error=SourceError(message, hint))


def _outcome(
    spec: DataSpec,
    held: Held,
    this: Pass,
    status: Status,
    *,
    error: SourceError | None = None,
    answered: bool = True,
) -> Outcome:
    """What is to be said of a series whose stored rows stay as they are."""
    as_of = held.as_of(this.today)
    return Outcome(
        spec,
        status,
        as_of,
        reason=error.message if error else "",
        hint=error.hint if error else "",
        answered=answered,
        absent=isinstance(error, NotThere),
        checked=None if as_of is None else held.entry.get("checked"),
        notes=() if as_of is None else tuple(held.entry.get("notes", ())),
    )


def _settle(spec: DataSpec, result: _Judged, this: Pass) -> Outcome:
    """Store what was found believable, and note in the manifest how it went."""
    name = series_name(spec)
    place = {"file": f"{name}.csv", "source": spec.source, "key": spec.key}
    outcome = _stored(spec, result, this) if isinstance(result, _Candidate) else result
    this.store.note(name, {**place, "status": outcome.status, "reason": outcome.reason})
    return outcome


def _note_absent(outcomes: Sequence[Outcome], this: Pass) -> None:
    """Remember what its source does not have, if it was well enough to be believed."""
    for outcome in outcomes:
        spec, never = outcome.spec, outcome.absent and outcome.as_of is None
        if never and spec.optional and REGISTRY[spec.source].publisher in this.served:
            this.store.note(series_name(spec), {"absent": this.today.isoformat()})


def _stored(spec: DataSpec, found: _Candidate, this: Pass) -> Outcome:
    name, held, kind = series_name(spec), found.held, REGISTRY[spec.source]
    source, answer = found.fetched.source, found.fetched.frame
    expected = _sessions(spec, found.rows)
    compared = None if this.accepts(spec) else held.usable
    shape_notes = shape_of(spec.source).notes(compared, answer, sessions=expected)
    altered = (ALTERED.format(file=f"{name}.csv"),) if held.altered and held.there else ()
    notes = (*altered, *found.fetched.notes, *shape_notes)
    before = held.entry if held.there else {}
    checked = "; ".join(found.checks)
    older = not found.rows.index.isin(answer.index).all()
    through_mirror = not this.direct and not kind.local
    read = max(this.today.isoformat(), before.get("last_success", ""))
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
        "mirror": through_mirror or (older and bool(before.get("mirror"))),
        "notes": list(notes),
        **({"checked": checked} if kind.shape == "prices" else {}),
        **({"whole": this.today.isoformat()} if found.whole else {}),
        "status": "fresh",
        "reason": "",
        "absent": "",
    }
    if source.vintage != before.get("vintage", source.vintage):
        this.store.set_aside(name, before["vintage"])
    if held.there and (this.accepts(spec) or held.altered):
        this.store.set_aside(name, f"before-{this.today}")
    this.store.keep(name, found.rows, news)
    return Outcome(
        spec,
        "fresh",
        last_day(until(found.rows, this.today)),
        rows_added=len(found.rows) - (0 if held.frame is None else len(held.frame)),
        checked=checked if kind.shape == "prices" else None,
        notes=notes,
    )


def _sessions(spec: DataSpec, frame: pd.DataFrame) -> pd.DatetimeIndex | None:
    """The sessions there must be closes for, from the first day of `frame` to its last."""
    calendar = spec.rules.calendar
    if REGISTRY[spec.source].shape != "prices" or not calendar or frame.empty:
        return None
    return sessions(calendar, frame.index.min().date(), frame.index.max().date())
