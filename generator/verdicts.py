"""What can be held to account: claims and falsifiers, and what a build found about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from generator.model import Source

Date = dt.date

Verdict = Literal[
    "holds",
    "drifted",
    "broken",
    "overdue",
    "pending",
    "resolved true",
    "resolved false",
    "not checkable",
    "not checked this build",
    "superseded",
    "withdrawn",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)  # in the order in which they are shown
FLIPPED: tuple[Verdict, ...] = ("broken", "resolved false")  # the sentence is not true any more


@dataclass(frozen=True)
class Correction:
    """What a claim said before it was corrected, when that was done, and why."""

    date: Date
    was: str
    reason: str


@dataclass(frozen=True)
class Claim:
    """A sentence that can be held to account: what is claimed, on whose word, and how to check."""

    id: str
    section: str
    statement: str  # in our words
    wording: str  # how the article prints it
    said: str  # what the source article printed, in neutral words; "" when it was silent
    finding: str  # confirmed, corrected, contradicted, not found, replaced, or added
    value: float | None
    unit: str
    kind: str
    time_type: str
    basis: str  # price or total return, forward or trailing, with or without loss makers
    index: str
    as_of: str
    recompute: str
    fact: str | None  # the fact that recomputes it on every build
    low: float | None  # the interval in which the fact must lie for the claim to hold
    high: float | None
    resolves_on: Date | None
    review_by: Date | None
    problem: str
    counter_evidence: str
    source: Source | None
    also: tuple[tuple[str, float, float], ...] = ()  # further facts it rests on: name, low, high
    needs: str = ""  # data the site does not hold, without which nothing can check it
    headline: bool = False  # the article's case rests on it
    otherwise: str = ""  # what is printed when it no longer holds, or STOP
    superseded_by: str = ""  # the claim that took its place
    measure: str = ""  # what is measured, in words that claims on the same thing share
    of: str = ""  # of what it is measured, likewise
    printed: float | None = None  # the figure of the source article, if it printed one
    parts: tuple[str, str] | None = None  # claims whose figures make this one: over, under
    apart: tuple[tuple[str, str], ...] = ()  # claims it only seems to contradict, and why
    stance: str = "for"  # for the thesis, against it, or neither
    cited: str = ""  # the row of a cited table it rests on
    was: tuple[str, ...] = ()  # what earlier editions call it
    corrections: tuple[Correction, ...] = ()  # oldest first
    line: int = 0
    lines: tuple[tuple[tuple[str, ...], int], ...] = ()  # of its keys, and of the keys below them

    def line_of(self, *keys: tuple[str, ...]) -> int:
        """The line of the first of these keys that the record has; else its first line."""
        known = dict(self.lines)
        return next((known[key] for key in keys if key in known), self.line)


STOP = "stop"  # as an `otherwise` wording: nothing is built while the claim does not hold


@dataclass(frozen=True)
class PastVerdict:
    """What an earlier edition said of a claim."""

    edition: str
    verdict: str
    now: float | None


@dataclass(frozen=True)
class JudgedClaim:
    """A claim after this build: its verdict, the value now, and the reason in words."""

    claim: Claim
    verdict: Verdict
    now: float | None
    now_text: str
    as_of: Date | None
    reason: str
    history: tuple[PastVerdict, ...] = ()  # over earlier editions, oldest first
    # What else in its source article cannot be true with it: in words, and which claims say it.
    contradictions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fact_unit: str = ""  # of the fact that recomputes it: in it `low` and `high` are

    @property
    def fails(self) -> bool:
        """Whether the data contradict it now, in sign or only in size."""
        return self.verdict == "drifted" or self.verdict in FLIPPED

    def __str__(self) -> str:
        """The sentence as it can be printed now: never the old one without what became of it."""
        wording = self.claim.wording
        if not self.fails:
            return wording
        if self.claim.otherwise and self.claim.otherwise != STOP:
            return self.claim.otherwise.replace("{now}", self.now_text)
        if self.verdict == "resolved false":
            return f"{wording} (it came out otherwise: {self.now_text})"
        if self.claim.time_type == "fixed":  # it was never so, by our data
            return f"{wording} (the data stored here say {self.now_text})"
        no_longer = "no longer so: " if self.verdict in FLIPPED else ""
        return f"{wording} ({no_longer}now {self.now_text})"


@dataclass(frozen=True)
class Threshold:
    """A side of a number on which a value must not lie, in the unit of its fact."""

    value: float
    below: bool  # else above
    inclusive: bool = False  # whether the number itself is on the wrong side

    def __str__(self) -> str:
        side = "below" if self.below else "above"
        return f"{'at or ' if self.inclusive else ''}{side} {self.value:g}"


@dataclass(frozen=True)
class Falsifier:
    """What would count against a thesis, registered before it can be known."""

    id: str
    statement: str
    fact: str  # whose value is held against the threshold
    threshold: Threshold
    resolves_on: Date | None = None  # decided on that day, and not before
    line: int = 0


FalsifierState = Literal["tripped", "not tripped", "open", "overdue", "not checked this build"]


@dataclass(frozen=True)
class JudgedFalsifier:
    """A falsifier after this build. Figures are in the unit of its fact."""

    falsifier: Falsifier
    state: FalsifierState
    value: float | None = None
    distance: float | None = None  # that is left before it trips; negative once it has
    unit: str = ""
    text: str = ""  # the value in words
    as_of: Date | None = None
    base_rate: tuple[int, int] | None = None  # past windows in which it would have tripped, of all
    interval: tuple[float, float] | None = None  # Wilson's, of that share, in percent
    reason: str = ""
