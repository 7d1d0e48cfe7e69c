"""What a refresh makes of an answer: believable or not, by itself, by what is stored, by others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import pandas as pd

from generator.asking import Pass
from generator.confirm import Compared, Pair, Published, compare
from generator.errors import SourceError
from generator.model import DataSpec
from generator.outcomes import Outcome, Status, shown_name, tied
from generator.sessions import sessions
from generator.shapes import shape_of
from generator.sources import REGISTRY, Fetched, NotThere
from generator.store import Held, series_name, until

ACCEPT = "If you have looked at it and it is right: mtm refresh --accept {name}"
# Why an answer takes the place of what is stored instead of joining it.
ACCEPTED = "it was taken as it came, with --accept"
ALTERED = "the stored {file} had been altered"
OWN_FILE = "rows that were stored are changed or gone in the file"
THROUGH_MIRROR = "what was stored had come through a mirror"
NEVER_CONFIRMED = "what was stored had never been confirmed, and this answer is"


@dataclass(frozen=True)
class Candidate:
    """An answer that is believable in itself, before it is compared with other series."""

    held: Held
    fetched: Fetched
    rows: pd.DataFrame  # the stored ones and the answer's
    whole: bool
    instead: str = ""  # why it replaces what is stored; "" when it is added
    unless_confirmed: str = ""  # what it contradicts; stands unless published figures confirm it
    checks: tuple[str, ...] = ()  # what it agrees with


Judged = Outcome | Candidate


def judge(spec: DataSpec, held: Held, fetched: Fetched, whole: bool, this: Pass) -> Judged:
    """An answer judged on its own and by what is stored of the same series."""
    shape, answer, vintage = shape_of(spec.source), fetched.frame, fetched.source.vintage

    def fault_beside(stored: pd.DataFrame | None) -> str:
        return shape.reason_to_reject(
            answer,
            stored,
            rules=spec.rules,
            sessions=expected_sessions(spec, answer),
            reissued=bool(vintage) and vintage != held.entry.get("vintage", vintage),
        )

    instead = _replaces(spec, held, this)
    if not (fault := fault_beside(None if instead else until(held.frame, this.today))):
        if instead:
            kept = None if instead == THROUGH_MIRROR else held.usable
            return Candidate(held, fetched, shape.replace(kept, answer), whole, instead)
        return Candidate(held, fetched, shape.merge(held.frame, answer), whole)
    if instead or fault_beside(None):
        return _rejected(spec, held, fetched, fault, "", this)
    if whole and held.entry.get("checked") == "":
        return Candidate(held, fetched, answer, whole, NEVER_CONFIRMED, fault)
    return _rejected(spec, held, fetched, fault, ACCEPT.format(name=shown_name(spec)), this)


def _replaces(spec: DataSpec, held: Held, this: Pass) -> str:
    """Why what is stored is no measure of an answer; "" when it is."""
    kind = REGISTRY[spec.source]
    if not held.there:
        return ""
    if held.altered:
        return ALTERED.format(file=f"{series_name(spec)}.csv")
    if this.accepts(spec):
        return ACCEPTED
    if kind.local:
        return OWN_FILE
    if kind.shape == "readings" and this.direct and held.entry.get("mirror"):
        return THROUGH_MIRROR  # the source has no past readings to be asked for again
    return ""


def compared_with_others(
    judged: Mapping[DataSpec, Judged],
    published: Callable[[], Mapping[str, Sequence[Published]]],
    this: Pass,
) -> dict[DataSpec, Judged]:
    """The same, with those rejected that contradict published figures or each other."""
    prices = {s: r for s, r in judged.items() if REGISTRY[s.source].shape == "prices"}
    if not any(isinstance(result, Candidate) for result in prices.values()):
        return dict(judged)
    rows = {
        spec.key: found for spec, r in prices.items() if (found := _rows(spec, r, this)) is not None
    }
    pairs = [
        Pair(fund.key, index.key, fund.rules.tracks)
        for fund, index in permutations(prices, 2)
        if fund.rules.tracks and tied(fund, index)
    ]
    figures = {spec.key: published().get(series_name(spec), ()) for spec in prices}
    found = compare(rows, figures, pairs)
    return {
        spec: _checked(spec, result, found[spec.key], this)
        if isinstance(result, Candidate)
        else result
        for spec, result in judged.items()
    }


def _checked(spec: DataSpec, answer: Candidate, found: Compared, this: Pass) -> Judged:
    """An answer after it was compared with other series and with published figures."""
    held, fetched = answer.held, answer.fetched
    if found.fault and not this.accepts(spec):
        return _rejected(spec, held, fetched, found.fault, found.remedy, this)
    if answer.unless_confirmed and not found.checked:
        accept = ACCEPT.format(name=shown_name(spec))
        return _rejected(spec, held, fetched, answer.unless_confirmed, accept, this)
    return replace(answer, checks=found.checked)


def _rows(spec: DataSpec, result: Judged, this: Pass) -> pd.DataFrame | None:
    return result.rows if isinstance(result, Candidate) else this.store.held(spec).usable


def _rejected(
    spec: DataSpec, held: Held, fetched: Fetched, fault: str, remedy: str, this: Pass
) -> Outcome:
    path = this.store.reject(series_name(spec), fetched, fault, this.today)
    publisher = fetched.source.publisher
    message = f"{publisher} sent data for '{spec.key}' that cannot be right: {fault}."
    hint = f"The answer is in {path.relative_to(this.root).as_posix()}. {remedy}".strip()
    return as_stored(spec, held, this, "rejected", error=SourceError(message, hint))


def as_stored(
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


def expected_sessions(spec: DataSpec, frame: pd.DataFrame) -> pd.DatetimeIndex | None:
    """The sessions there must be closes for, from the first day of `frame` to its last."""
    calendar = spec.rules.calendar
    if REGISTRY[spec.source].shape != "prices" or not calendar or frame.empty:
        return None
    return sessions(calendar, frame.index.min().date(), frame.index.max().date())
