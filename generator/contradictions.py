"""Claims that cannot all be true: two figures of one thing, and a ratio beside its parts (pure).

A thesis has two voices, and each is held to itself alone: the figures that its source article
printed, whatever was found about them, and the figures that the thesis relies on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from generator.errors import Finding
from generator.verdicts import Claim

RELIED_ON = ("confirmed", "corrected", "replaced", "added", "contradicted")


@dataclass(frozen=True)
class Range:
    """A figure as it was written, and the values it can stand for."""

    value: float
    low: float
    high: float

    def meets(self, other: Range) -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Contradiction:
    """Claims of one voice that cannot all be true, and why in words."""

    claims: tuple[str, ...]
    words: str


Voice = Callable[[Claim], Range | None]


def as_printed(claim: Claim) -> Range | None:
    """The figure of the source article, anything that rounds to it."""
    return None if claim.printed is None else _rounded(claim.printed)


def as_relied_on(claim: Claim) -> Range | None:
    """The figure this thesis relies on, with the tolerance the claim itself allows."""
    if claim.value is None or claim.finding not in RELIED_ON or claim.superseded_by:
        return None
    written = _rounded(claim.value)
    return Range(
        claim.value,
        min(written.low, claim.low if claim.low is not None else written.low),
        max(written.high, claim.high if claim.high is not None else written.high),
    )


def contradictions(claims: Iterable[Claim], voice: Voice) -> list[Contradiction]:
    """What one voice says of the same measure of the same thing, or of a ratio and its parts.

    Figures of different days do not contradict each other; a day not given is any day. All that
    a source article printed was printed on one day, whatever days were found for it since.
    """
    said = {claim.id: (claim, found) for claim in claims if (found := voice(claim))}
    if voice is as_printed:
        said = {name: (replace(claim, as_of=""), found) for name, (claim, found) in said.items()}
    return [*_same_thing(list(said.values())), *_ratios(said)]


def _same_thing(said: Sequence[tuple[Claim, Range]]) -> Iterator[Contradiction]:
    groups: dict[tuple[str, str, str], list[tuple[Claim, Range]]] = {}
    for claim, found in said:
        if claim.measure:
            groups.setdefault((claim.measure, claim.of, claim.basis), []).append((claim, found))
    for (measure, of, _), group in groups.items():
        for (one, first), (two, second) in combinations(group, 2):
            if first.meets(second) or not _same_day(one, two) or _apart(one, two):
                continue
            words = f"{measure} of {of} is put at {first.value:g} and at {second.value:g}"
            yield Contradiction((one.id, two.id), words)


def _ratios(said: Mapping[str, tuple[Claim, Range]]) -> Iterator[Contradiction]:
    for claim, found in said.values():
        if claim.parts is None or not set(claim.parts) <= said.keys():
            continue
        (over, top), (under, bottom) = (said[name] for name in claim.parts)
        if not (_same_day(over, under) and _same_day(claim, over) and bottom.low > 0):
            continue
        made = Range(top.value / bottom.value, top.low / bottom.high, top.high / bottom.low)
        if not made.meets(found):
            words = (
                f"the ratio is put at {found.value:g}, and its parts make "
                f"{top.value:g}/{bottom.value:g} = {made.value:.2f}"
            )
            yield Contradiction((claim.id, over.id, under.id), words)


def _same_day(one: Claim, two: Claim) -> bool:
    """Whether two figures can be of one day; one without a date can be of any."""
    days = {claim.as_of for claim in (one, two) if claim.as_of and claim.as_of != "unknown"}
    return len(days) < 2


def _apart(one: Claim, two: Claim) -> bool:
    """Whether their author says why the two do not contradict each other."""
    return two.id in dict(one.apart) or one.id in dict(two.apart)


def _rounded(value: float) -> Range:
    """What a figure stands for as it is written: 13.6 is anything from 13.55 to 13.65."""
    digits = len(f"{value:g}".partition(".")[2])
    half = 0.5 * math.pow(10, -digits)
    return Range(value, value - half, value + half)


def findings(claims: Sequence[Claim], path: str) -> list[Finding]:
    """The contradictions within what a thesis itself relies on, each at the first of its claims."""
    lines = {claim.id: claim.line for claim in claims}
    return [
        Finding(
            path,
            lines[found.claims[0]],
            f"the claims {_named(found.claims)} contradict each other: {found.words}.",
            "Correct one, give one 'superseded_by', or say under 'apart' why both can be true.",
        )
        for found in contradictions(claims, as_relied_on)
    ]


def of_the_source(claims: Sequence[Claim]) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """What the source article says against itself, by each claim concerned: words, the others."""
    words: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for found in contradictions(claims, as_printed):
        for name in found.claims:
            others = tuple(other for other in found.claims if other != name)
            words[name] = (*words.get(name, ()), (found.words, others))
    return words


def _named(names: Sequence[str]) -> str:
    *most, last = (f"'{name}'" for name in names)
    return f"{', '.join(most)} and {last}" if most else last
