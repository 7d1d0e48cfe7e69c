"""What a refresh makes of an answer: believable or not, by itself, by what is stored, by others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import pandas as pd

from generator.agreement import Compared, Pair, compare
from generator.asking import Pass
from generator.confirm import Published
from generator.errors import SourceError
from generator.model import DataSpec
from generator.outcomes import Outcome, Status, shown_name, tied
from generator.sessions import sessions
from generator.shapes import shape_name, shape_of
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
            rows = shape.replace(_kept(instead, spec, held), answer)
            if instead == OWN_FILE and held.frame is not None:  # later days than those of today
                rows = pd.concat([rows, held.frame[held.frame.index > pd.Timestamp(this.today)]])
            return Candidate(held, fetched, rows, whole, instead)
        return Candidate(held, fetched, shape.merge(held.frame, answer), whole)
    if instead or fault_beside(None):
        return rejected(spec, held, fetched, fault, "", whole, this)
    accept = ACCEPT.format(name=shown_name(spec))
    shorter = held.frame is not None and answer.index[-1] < held.frame.index[-1]
    if whole and held.entry.get("checked") == "" and not shorter:
        return Candidate(held, fetched, answer, whole, NEVER_CONFIRMED, fault)
    return rejected(spec, held, fetched, fault, accept, whole, this)


def _kept(instead: str, spec: DataSpec, held: Held) -> pd.DataFrame | None:
    """The stored rows that stay although an answer takes the place of the others."""
    if instead == OWN_FILE:
        return None
    frame = held.usable
    if instead == THROUGH_MIRROR and frame is not None:
        days = held.entry.get("mirrored", [str(day.date()) for day in frame.index])
        frame = frame[~frame.index.isin(pd.to_datetime(days))]
    if held.altered and not held.known and shape_name(spec.source) == "readings":
        return held.frame  # of a lost manifest; the source has no past readings
    return frame


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
    """The same, with those rejected that contradict published figures or each other.

    An answer that is not taken is no witness: after each rejection the stored rows stand in for
    it, and the others are compared anew.
    """
    results = dict(judged)
    prices = [spec for spec in judged if shape_name(spec.source) == "prices"]
    while any(isinstance(results[spec], Candidate) for spec in prices):
        group = _Group.of({spec: results[spec] for spec in prices}, published(), this)
        found = group.compared()
        refused = _refused(group, found, this)
        if not refused:
            for spec in group.answers:
                results[spec] = replace(group.answers[spec], checks=found[spec.key].checked)
            break
        results |= refused
    return results


@dataclass(frozen=True)
class _Group:
    """Series that are compared with each other: their rows, answered or stored, and the rest."""

    answers: Mapping[DataSpec, Candidate]
    rows: Mapping[str, pd.DataFrame]
    published: Mapping[str, Sequence[Published]]
    pairs: Sequence[Pair]

    @classmethod
    def of(
        cls,
        results: Mapping[DataSpec, Judged],
        published: Mapping[str, Sequence[Published]],
        this: Pass,
    ) -> _Group:
        held = {spec.key: _rows(spec, result, this) for spec, result in results.items()}
        return cls(
            answers={s: r for s, r in results.items() if isinstance(r, Candidate)},
            rows={key: frame for key, frame in held.items() if frame is not None},
            published={spec.key: published.get(series_name(spec), ()) for spec in results},
            pairs=[
                Pair(fund.key, index.key, fund.rules.tracks)
                for fund, index in permutations(results, 2)
                if fund.rules.tracks and tied(fund, index)
            ],
        )

    def compared(self, instead: Mapping[str, pd.DataFrame] | None = None) -> dict[str, Compared]:
        """What comparing comes to, with other rows of some series if need be."""
        new = frozenset(s.key for s, answer in self.answers.items() if not answer.held.there)
        return compare({**self.rows, **(instead or {})}, self.published, self.pairs, new)


def _refused(group: _Group, found: Mapping[str, Compared], this: Pass) -> dict[DataSpec, Outcome]:
    """The answers that are not to be taken; first those that only a confirmation could save."""
    refused: dict[DataSpec, Outcome] = {}
    for spec, answer in group.answers.items():
        if answer.unless_confirmed and not _gives_way(spec, answer, group, found):
            accept = ACCEPT.format(name=shown_name(spec))
            fault = answer.unless_confirmed
            refused[spec] = rejected(
                spec, answer.held, answer.fetched, fault, accept, answer.whole, this
            )
    if refused:
        return refused
    return {
        spec: rejected(
            spec,
            answer.held,
            answer.fetched,
            found[spec.key].fault,
            found[spec.key].remedy,
            answer.whole,
            this,
        )
        for spec, answer in group.answers.items()
        if found[spec.key].fault and not this.accepts(spec)
    }


def _gives_way(
    spec: DataSpec, answer: Candidate, group: _Group, found: Mapping[str, Compared]
) -> bool:
    """Whether what is stored is shown to be wrong by the very figures that confirm the answer."""
    stored = answer.held.usable
    if stored is None or not found[spec.key].checked:
        return False
    beside = group.compared({spec.key: stored})
    return bool(beside[spec.key].fault)


def _rows(spec: DataSpec, result: Judged, this: Pass) -> pd.DataFrame | None:
    return result.rows if isinstance(result, Candidate) else this.store.held(spec).usable


def rejected(
    spec: DataSpec,
    held: Held,
    fetched: Fetched,
    fault: str,
    remedy: str,
    whole: bool,
    this: Pass,
) -> Outcome:
    """An answer that is not taken: kept for a person to look at; what is stored stands."""
    path = this.store.reject(series_name(spec), fetched, fault, this.today)
    publisher = fetched.source.publisher
    message = f"{publisher} sent data for '{spec.key}' that cannot be right: {fault}."
    hint = f"The answer is in {path.relative_to(this.root).as_posix()}. {remedy}".strip()
    this.store.note(series_name(spec), {"rejected_whole": whole})
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
