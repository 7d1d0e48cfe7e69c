"""How verdicts went over editions, what became of forecasts, what was dropped (pure)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model import Edition
from generator.statistics import wilson_interval
from generator.verdicts import VERDICTS, JudgedClaim

ABSENT = "not in the ledger"
UNCHECKED = "not checked this build"
FAILED = ("drifted", "broken", "resolved false")
RESOLVED = ("resolved true", "resolved false")
FORETOLD = ("pending", *RESOLVED)  # verdicts that only a forecast can have


@dataclass(frozen=True)
class Counted:
    """How many claims had each verdict in one edition, and what came and went since the last."""

    edition: str
    address: str  # the name the thesis has in that edition; "" for this one
    counts: Mapping[str, int]
    added: int
    dropped: int

    @property
    def total(self) -> int:
        """All claims of that edition."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Past:
    """A claim over all editions that have its thesis, this one the last."""

    id: str
    statement: str
    course: tuple[tuple[str, str], ...]  # edition and verdict, ABSENT where it was not there
    here: bool  # still in claims.yml
    forecast: bool
    due: dt.date | None
    words: str  # why the verdict is what it is

    @property
    def stopped(self) -> str:
        """The first edition in which it no longer held after having held; "" for none."""
        held = False
        for edition, verdict in self.course:
            if verdict in FAILED and held:
                return edition
            held = held or verdict == "holds"
        return ""

    @property
    def moved(self) -> bool:
        """Whether its verdict ever changed; an edition that could not check it changed nothing."""
        return len({verdict for _, verdict in self.course} - {ABSENT, UNCHECKED}) > 1

    @property
    def dropped(self) -> str:
        """The first edition without it after the last that has it; "" while it is here."""
        if self.here:
            return ""
        last = max(i for i, (_, verdict) in enumerate(self.course) if verdict != ABSENT)
        return self.course[last + 1][0]

    @property
    def verdict(self) -> str:
        """The newest one it had."""
        return next(verdict for _, verdict in reversed(self.course) if verdict != ABSENT)

    @property
    def decided(self) -> str:
        """The first edition in which the forecast is resolved as it is now; "" while it is not."""
        if self.verdict not in RESOLVED:
            return ""
        return next(edition for edition, verdict in self.course if verdict == self.verdict)

    @property
    def runs(self) -> str:
        """The course in words: each verdict with the editions it lasted for."""
        runs: list[list[str]] = []
        for edition, verdict in self.course:
            if runs and runs[-1][2] == verdict:
                runs[-1][1] = edition
            else:
                runs.append([edition, edition, verdict])
        if runs[0][2] == ABSENT:
            runs = runs[1:]
        return "; ".join(
            f"{verdict} in {first}" if first == last else f"{verdict} from {first} to {last}"
            for first, last, verdict in runs
        )


@dataclass(frozen=True)
class VerdictHistory:
    """What became of everything a thesis ever claimed."""

    editions: tuple[Counted, ...]  # newest first, this one among them
    claims: tuple[Past, ...]  # those of this edition as they are written, then those dropped

    @property
    def verdicts(self) -> list[str]:
        """The verdicts that occur, in the order in which they are shown."""
        seen = {verdict for edition in self.editions for verdict in edition.counts}
        return [verdict for verdict in VERDICTS if verdict in seen]

    @property
    def moved(self) -> list[Past]:
        """The claims whose verdict changed, those that stopped holding first."""
        found = [past for past in self.claims if past.moved]
        return sorted(found, key=lambda past: not past.stopped)

    @property
    def dropped(self) -> list[Past]:
        """The claims that their author took out."""
        return [past for past in self.claims if not past.here]

    @property
    def forecasts(self) -> list[Past]:
        """The forecasts, resolved ones first, then open ones by the day on which they fall due."""
        found = [past for past in self.claims if past.forecast]
        last = dt.date.max
        return sorted(found, key=lambda past: (past.verdict not in RESOLVED, past.due or last))

    @property
    def resolved(self) -> tuple[int, int]:
        """How many forecasts came true, of how many that were resolved; a dropped one counts."""
        verdicts = [past.verdict for past in self.forecasts]
        true = verdicts.count("resolved true")
        return true, true + verdicts.count("resolved false")

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval of that share, in percent; None while nothing is resolved."""
        true, all_resolved = self.resolved
        if not all_resolved:
            return None
        low, high = wilson_interval(true, all_resolved)
        return 100 * low, 100 * high

    @property
    def idle(self) -> int:
        """How many forecasts neither are due some day nor were, of those in the ledger."""
        here = [past.verdict for past in self.forecasts if past.here]
        return sum(verdict not in (*FORETOLD, "overdue") for verdict in here)

    def forecast_count(self, *verdicts: str) -> int:
        """How many forecasts have one of these verdicts, of those still in the ledger."""
        return sum(past.verdict in verdicts and past.here for past in self.forecasts)


def verdict_history(
    judged: Mapping[str, JudgedClaim], earlier: Sequence[Edition], slug: str, *, today: dt.date
) -> VerdictHistory:
    """The history of a thesis's claims over `earlier` editions, in the names of today, and now."""
    past = [edition for edition in earlier if slug in edition.record.get("theses", {})]
    past.sort(key=lambda edition: edition.name)
    said = [
        {record["id"]: record for record in edition.record["theses"][slug].get("claims", ())}
        for edition in past
    ]
    names = [*(edition.name for edition in past), today.isoformat()]
    verdicts: list[dict[str, str]] = [
        *({name: record["verdict"] for name, record in claims.items()} for claims in said),
        {name: claim.verdict for name, claim in judged.items()},
    ]
    addresses = [edition.record["theses"][slug].get("address", slug) for edition in past]
    editions = [
        _counted(names[i], address, verdicts[i], verdicts[i - 1] if i else verdicts[i])
        for i, address in enumerate([*addresses, ""])
    ]
    newest: dict[str, Mapping[str, Any]] = {}
    for records in said:
        newest |= records
    claims = [
        _past(name, newest.get(name, {}), judged.get(name), names, verdicts)
        for name in [*judged, *(name for name in newest if name not in judged)]
    ]
    return VerdictHistory(tuple(editions[::-1]), tuple(claims))


def _counted(
    edition: str, address: str, verdicts: Mapping[str, str], before: Mapping[str, str]
) -> Counted:
    added = len(verdicts.keys() - before.keys())
    dropped = len(before.keys() - verdicts.keys())
    return Counted(edition, address, Counter(verdicts.values()), added, dropped)


def _past(
    name: str,
    record: Mapping[str, Any],
    judged: JudgedClaim | None,
    names: Sequence[str],
    verdicts: Sequence[Mapping[str, str]],
) -> Past:
    course = tuple(
        (edition, said.get(name, ABSENT)) for edition, said in zip(names, verdicts, strict=True)
    )
    had = {verdict for _, verdict in course}
    if judged:
        claim = judged.claim
        forecast = claim.time_type == "forecast" or bool(had & set(FORETOLD))
        return Past(name, claim.statement, course, True, forecast, claim.resolves_on, judged.reason)
    due = record.get("resolves_on")
    day = dt.date.fromisoformat(due) if due else None
    foretold = bool(due) or bool(had & set(FORETOLD))
    return Past(name, str(record.get("statement", name)), course, False, foretold, day, "")
