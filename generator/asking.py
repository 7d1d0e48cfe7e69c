"""What a refresh asks its sources for, and when it leaves one of them alone."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.model import DataSpec
from generator.series import new_splits
from generator.sessions import last_closed_day, session_between
from generator.sources import (
    REGISTRY,
    BrokenAnswer,
    Fetched,
    Network,
    NotThere,
    Request,
    fetcher,
    plain,
    refuse_offline,
)
from generator.store import Held, Store, series_name, until

CACHE = Path(".cache/yfinance")
OVERLAP = 20  # stored rows that are asked for again, to be compared
WHOLE_EVERY = 31  # days between two requests for a whole history
SERIES_SECONDS = 60  # for all attempts at one series
BROKEN_IN_A_ROW = 3  # series, after which a publisher is left alone


@dataclass(frozen=True)
class Limits:
    """What one refresh may use."""

    network: Network
    seconds: float = 1800.0  # for the whole pass; what was not asked by then is kept


@dataclass
class Pass:
    """One refresh on its way: what it may use, and the publishers that are done for."""

    root: Path
    today: dt.date
    now: dt.datetime
    limits: Limits
    store: Store
    accept: frozenset[str] = frozenset()  # names of series whose answer is taken as it is
    named: bool = False  # a person asks for these very series
    simulated: bool = False  # `today` is another day than that on which this runs
    # Publishers that are left alone, and sources of which only broken answers came.
    halted: dict[str, SourceError] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)  # answers in a row, by source
    served: set[str] = field(default_factory=set)  # publishers that gave something usable

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds

    @property
    def direct(self) -> bool:
        return self.limits.network.mirror is None

    def accepts(self, spec: DataSpec) -> bool:
        return series_name(spec) in self.accept


def up_to_date(spec: DataSpec, held: Held, this: Pass) -> bool:
    """True when there can be nothing new to ask for."""
    entry, kind = held.entry, REGISTRY[spec.source]
    if not held.there or held.altered or this.accepts(spec):
        return False
    if this.limits.network.offline and not kind.local:
        return False  # nobody looked, so nobody may say that it is fresh
    if entry.get("mirror") and this.direct and not kind.local:
        return False
    if kind.shape == "prices":
        as_of = held.as_of(this.today)
        closed = last_closed_day(this.today, this.now)
        return as_of is not None and not session_between(spec.rules.calendar, as_of, closed)
    asked = dt.date.fromisoformat(entry.get("last_success", "0001-01-01"))
    return entry.get("status") == "fresh" and 0 <= (this.today - asked).days < kind.every


def ask(spec: DataSpec, held: Held, this: Pass) -> tuple[Fetched, bool]:
    """What the source has since shortly before the stored end, or all of it where that is due.

    Returns the answer and whether the whole history was asked for. Raises SourceError, also for
    a publisher that this pass leaves alone.
    """
    publisher, source = REGISTRY[spec.source].publisher, spec.source
    if not REGISTRY[spec.source].local:
        refuse_offline(this.limits.network, publisher)  # before its library is loaded
    _refuse_simulated(spec, publisher, this)
    _refuse_halted(publisher, source, this)
    _refuse_absent(held, this)
    try:
        answer = _ask(spec, held, this)
    except SourceError as error:
        _remember_failure(publisher, source, error, this)
        raise
    this.broken[source] = 0
    this.served.add(publisher)
    return answer


def _ask(spec: DataSpec, held: Held, this: Pass) -> tuple[Fetched, bool]:
    stored = until(held.frame, this.today)
    if stored is None or _whole_is_due(spec, held, stored, this):
        return _fetch(spec, None, this), True
    fetched = _fetch(spec, stored.index[-OVERLAP].date(), this)
    prices = REGISTRY[spec.source].shape == "prices"
    if not prices or new_splits(stored, fetched.frame).empty:
        return fetched, False
    return _fetch(spec, None, this), True  # a split rewrites the past


def _whole_is_due(spec: DataSpec, held: Held, stored: pd.DataFrame, this: Pass) -> bool:
    recent = dt.date.fromisoformat(held.entry.get("whole", "0001-01-01"))
    return (
        held.altered
        or this.accepts(spec)
        or len(stored) <= OVERLAP
        # Where a part of the history was rejected, all of it may tell which of the two is wrong.
        or (held.entry.get("status") == "rejected" and not held.entry.get("rejected_whole", True))
        or (this.today - recent).days >= WHOLE_EVERY
        # What came through a mirror is fetched anew when the source itself can be asked.
        or (bool(held.entry.get("mirror")) and this.direct)
    )


def _fetch(spec: DataSpec, start: dt.date | None, this: Pass) -> Fetched:
    request = Request(
        key=spec.key,
        today=this.today,
        now=this.now,
        network=this.limits.network,
        root=this.root,
        cache=this.root / CACHE,
        start=start,
        options=dict(spec.options),
        deadline=min(this.deadline, time.monotonic() + SERIES_SECONDS),
    )
    try:
        return fetcher(spec.source).fetch(request)
    except SourceError:
        raise
    # Whatever a new kind of answer makes of a source's code, the other series are still fetched.
    except Exception as error:
        said = plain(f"{type(error).__name__}: {error}")
        raise SourceError(
            f"The answer of {REGISTRY[spec.source].publisher} for '{spec.key}' was not understood:"
            f" {said}.",
            "Please report it; what is stored stays as it is.",
        ) from error


def _refuse_simulated(spec: DataSpec, publisher: str, this: Pass) -> None:
    """Do not store what holds now under another day."""
    if this.simulated and this.direct and REGISTRY[spec.source].shape == "readings":
        raise SourceUnreachable(
            f"Not asked: {publisher} tells what holds now, and this refresh acts as on"
            f" {this.today}.",
            "Run it without --today.",
        )


def _refuse_halted(publisher: str, source: str, this: Pass) -> None:
    if reason := this.halted.get(publisher) or this.halted.get(source):
        raise SourceUnreachable(reason.message, reason.hint)
    if time.monotonic() >= this.deadline:
        minutes = f"{this.limits.seconds / 60:g} minutes"
        raise SourceUnreachable(
            f"Not asked: the {minutes} for this refresh were used up.",
            "Run it again, or allow it more time with --minutes.",
        )


def _refuse_absent(held: Held, this: Pass) -> None:
    """Do not ask twice a day for what the source said it does not have."""
    if held.entry.get("absent") == this.today.isoformat() and not this.named:
        raise NotThere(held.entry["reason"], "It was asked today; --only asks again.")


def _remember_failure(publisher: str, source: str, error: SourceError, this: Pass) -> None:
    if isinstance(error, RateLimited | SourceUnreachable):
        if time.monotonic() < this.deadline:
            this.halted[publisher] = error
        return
    this.broken[source] = this.broken[source] + 1 if isinstance(error, BrokenAnswer) else 0
    if this.broken[source] >= BROKEN_IN_A_ROW:
        this.halted[source] = SourceError(
            f"{publisher} was not asked any more: its last {BROKEN_IN_A_ROW} answers were broken.",
            "Try again in some hours; what is stored stays as it is.",
        )
