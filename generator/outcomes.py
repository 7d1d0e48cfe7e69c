"""What a refresh is to fetch, and what it came to (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from generator.errors import Finding
from generator.model import DataSpec
from generator.rules import Rules, Staleness
from generator.sources import REGISTRY
from generator.staleness import staleness
from generator.store import series_name

# Rules by which an answer is judged, of which one stored series can have but one each.
SHARED_RULES = ("max_daily_move", "calendar", "between", "tracks")

Status = Literal["fresh", "kept", "rejected", "never"]


@dataclass(frozen=True)
class Outcome:
    """What a refresh came to for one series.

    fresh: fetched and stored, or up to date already; kept: not fetched, the stored days stand;
    rejected: fetched, but it cannot be right, so what is stored (if anything) stands; never: not
    fetched, nothing stored.
    """

    spec: DataSpec
    status: Status
    as_of: dt.date | None
    rows_added: int = 0
    reason: str = ""
    hint: str = ""
    answered: bool = True  # the source said something about this series
    checked: str | None = None  # what its prices were compared with; None: not asked of its shape
    notes: tuple[str, ...] = ()
    absent: bool = False  # the source says that it has no such series

    @property
    def name(self) -> str:
        return shown_name(self.spec)


@dataclass(frozen=True)
class Stale:
    """A series that is older than the thesis that asks for it allows."""

    path: str  # of that thesis.yml
    spec: DataSpec
    by: Staleness

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.spec.line}: '{self.spec.name}' {self.by}.\n"
            "  Run 'mtm refresh' again later, raise max_age, or build as of an earlier day with"
            " --today."
        )


def fetched_specs(specs: Sequence[DataSpec]) -> list[DataSpec]:
    """The series among `specs` that are fetched, each once; required wins, and so does a rule."""
    chosen: dict[str, DataSpec] = {}
    for spec in specs:
        if spec.source not in REGISTRY:
            continue
        known = chosen.setdefault(series_name(spec), spec)
        rules = {
            rule: getattr(spec.rules if value == getattr(Rules(), rule) else known.rules, rule)
            for rule in SHARED_RULES
            for value in [getattr(known.rules, rule)]
        }
        chosen[series_name(spec)] = replace(
            known,
            optional=known.optional and spec.optional,
            rules=replace(known.rules, **rules),
            options=tuple({**dict(spec.options), **dict(known.options)}.items()),
        )
    return list(chosen.values())


def rule_conflicts(asked: Sequence[tuple[str, DataSpec]]) -> list[Finding]:
    """Where two tables hold one stored series to different rules, for each thesis.yml and spec."""
    findings: list[Finding] = []
    first: dict[tuple[str, str], tuple[str, DataSpec, object]] = {}
    for path, spec in asked:
        if spec.source not in REGISTRY:
            continue
        for what, value in _held_to(spec):
            where, other, known = first.setdefault((series_name(spec), what), (path, spec, value))
            if value != known:
                findings.append(
                    Finding(
                        path,
                        spec.line,
                        f"'{spec.name}' says another {what} for {shown_name(spec)} than"
                        f" '{other.name}' on line {other.line} of {where}.",
                        "One series is stored, held to one rule: write the same, or leave one out.",
                    )
                )
    return findings


def _held_to(spec: DataSpec) -> list[tuple[str, object]]:
    """What a table demands of its series or says of it, as far as it does so itself."""
    rules = [(rule, getattr(spec.rules, rule)) for rule in SHARED_RULES]
    said = [(rule, value) for rule, value in rules if value != getattr(Rules(), rule)]
    return [*said, *spec.options]


def groups(specs: Sequence[DataSpec]) -> list[list[DataSpec]]:
    """The series in the order to ask for them; those to be compared with each other together."""
    groups: list[list[DataSpec]] = []
    for spec in specs:
        related = [g for g in groups if any(tied(spec, o) or tied(o, spec) for o in g)]
        if not related:
            groups.append([spec])
            continue
        joined = [*(one for group in related for one in group), spec]
        place = groups.index(related[0])
        groups = [group for group in groups if group not in related]
        groups.insert(place, joined)
    return groups


def shown_name(spec: DataSpec) -> str:
    """What messages call a series: a symbol for prices, else with its source: fred:DGS10."""
    return spec.key if REGISTRY[spec.source].shape == "prices" else f"{spec.source}:{spec.key}"


def tied(fund: DataSpec, index: DataSpec) -> bool:
    tracks = fund.rules.tracks
    return tracks is not None and (tracks.source, tracks.key) == (index.source, index.key)


def stale_series(
    asked: Sequence[tuple[str, DataSpec]], outcomes: Sequence[Outcome], today: dt.date
) -> list[Stale]:
    """The series that are older than allowed, for each thesis.yml and spec in `asked`."""
    as_of = {series_name(outcome.spec): outcome.as_of for outcome in outcomes}
    return [
        Stale(path, spec, by)
        for path, spec in asked
        if spec.source in REGISTRY
        and (by := staleness(spec.rules, as_of.get(series_name(spec)), today))
    ]


def refresh_exit_code(outcomes: Sequence[Outcome], stale: Sequence[Stale] = ()) -> int:
    """4: a required series was answered with nothing usable and nothing is stored; 3: a series is
    older than a thesis allows, or a required one was never had; else 0."""
    lost = [o for o in outcomes if o.as_of is None and not o.spec.optional]
    if any(outcome.answered for outcome in lost):
        return 4
    stops = [found for found in stale if found.spec.rules.when_stale == "stop"]
    return 3 if lost or stops else 0
