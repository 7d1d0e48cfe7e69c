"""A claim at its sentence: the mark that tells the verdict, and the numbered note behind it."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from typing import Any

from generator.claims import MARKS
from generator.facts import MINUS
from generator.verdicts import Correction, JudgedClaim

SIGNS = "|*_`{}[]<>\\~^"


class Notes:
    """The claims that one page prints, numbered in the order in which they first appear."""

    def __init__(self, ledger: str = "") -> None:
        self.ledger = ledger  # the page with the whole ledger, as a link of Markdown; "" for none
        self.claims: dict[str, MarkedClaim] = {}

    def number(self, claim: MarkedClaim) -> tuple[int, bool]:
        """The number of a claim on this page, and whether it appears for the first time."""
        new = claim.judged.claim.id not in self.claims
        self.claims.setdefault(claim.judged.claim.id, claim)
        return list(self.claims).index(claim.judged.claim.id) + 1, new

    def text(self) -> str:
        """The notes of the page as Markdown; "" when it prints no claim."""
        if not self.claims:
            return ""
        notes = "\n\n".join(
            claim.note(number, self.ledger) for number, claim in enumerate(self.claims.values(), 1)
        )
        # The ledger has the same words; found once is enough.
        section = '<section class="mtm-notes" markdown="1" data-search-exclude>'
        return f"\n\n{section}\n\n## Notes\n\n{notes}\n\n</section>\n"


class MarkedClaim:
    """A claim in a template: printed, it is its wording with a mark that opens its note."""

    def __init__(self, judged: JudgedClaim, notes: Notes | None = None) -> None:
        self.judged = judged
        self.notes = notes

    def __getattr__(self, name: str) -> Any:
        judged = self.__dict__["judged"]
        return getattr(judged, name) if hasattr(judged, name) else getattr(judged.claim, name)

    @property
    def value_text(self) -> str:
        """The cited value as the ledger prints it."""
        value = self.judged.claim.value
        if value is None:
            return ""
        return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", MINUS)

    @property
    def as_of_words(self) -> str:
        """The date of the cited value as its source gives it."""
        return self.judged.claim.as_of or "an unknown date"

    @property
    def mark(self) -> str:
        """The mark alone: its shape and words tell the verdict, and it leads to the note."""
        verdict, name = self.judged.verdict, self.judged.claim.id
        kind = f"mtm-mark mtm-{verdict.replace(' ', '-')}"
        sign = f'<span class="mtm-sign" aria-hidden="true">{MARKS[verdict]}</span>'
        if self.notes is None:
            return f'<span class="{kind}" role="img" aria-label="{verdict}">{sign}</span>'
        number, new = self.notes.number(self)
        place = f' id="mark-{name}"' if new else ""
        return (
            f'<a class="{kind}"{place} href="#note-{name}" aria-label="Note {number}: {verdict}">'
            f'{sign}<span class="mtm-number">{number}</span></a>'
        )

    def note(self, number: int, ledger: str) -> str:
        """What stands behind the mark: verdict, statement, then and now, source."""
        claim, verdict = self.judged.claim, self.judged.verdict
        back = f'<a class="mtm-back" href="#mark-{claim.id}" title="Back to the text">{number}</a>'
        kind = f"mtm-sign mtm-{verdict.replace(' ', '-')}"
        sign = f'<span class="{kind}" aria-hidden="true">{MARKS[verdict]}</span>'
        said = f"**{verdict[:1].upper()}{verdict[1:]}.** {inert(self.judged.reason)}"
        more = f"[In the ledger]({ledger}#{claim.id})" if ledger else ""
        figures = [line for line in (self.then_and_now, self.origin) if line]
        lines = [
            f'<p class="mtm-note-verdict" markdown="span">{back} {sign} {said}</p>',
            f'<p class="mtm-note-claim" markdown="span">{inert(claim.statement)}.</p>',
            *(f'<p markdown="span">{line}</p>' for line in figures),
            *(f'<p markdown="span">{correction_words(c)}</p>' for c in claim.corrections),
            *([f'<p class="mtm-note-more" markdown="span">{more}</p>'] if more else []),
        ]
        text = "\n".join(lines)
        former = "".join(f'<span id="note-{old}"></span>' for old in claim.was)
        start = f'<div class="mtm-note" id="note-{claim.id}" markdown="1">'
        return f"{start}\n\n{former}{text}\n\n</div>"

    @property
    def then_and_now(self) -> str:
        """The figure when it was claimed and in this build, each with its day; Markdown."""
        claim, judged = self.judged.claim, self.judged
        day = f", {judged.as_of}" if judged.as_of else ""
        now = f"**Now:** {judged.now_text}{day}." if judged.now_text else ""
        if claim.value is None or claim.unit == "year":  # a year is no figure
            return now
        words = claim.unit if claim.unit != "ratio" else ""
        unit = f" {inert(re.sub(r'^x(?= |$)', 'times', words))}" if words else ""
        then = f"**Then:** {self.value_text}{unit}, {inert(self.as_of_words)}."
        return f"{then} {now}".strip()

    @property
    def tolerance(self) -> str:
        """Where the claim holds, in words; "" where that is not said."""
        low, high = self.judged.claim.low, self.judged.claim.high
        if low is None or high is None:
            return ""
        unit = "%" if self.judged.fact_unit == "percent" else ""
        if low == high:
            return f"Holds at {signed(high, 6)}{unit}."
        if math.isfinite(low):
            return f"Holds from {signed(low, 6)}{unit} to {signed(high, 6)}{unit}."
        return f"Holds below {signed(high, 6)}{unit}."

    @property
    def origin(self) -> str:
        """Who published the figure, and where; Markdown."""
        source = self.judged.claim.source
        if source is None and self.judged.claim.fact and self.judged.claim.finding != "not found":
            return "**Source:** computed here, from the data of this edition."
        if source is None:
            return "**Source:** none found."
        return f"**Source:** [{inert(source.publisher)}]({source.url}), grade {source.grade}."

    def __str__(self) -> str:
        return f"{self.judged}&nbsp;{self.mark}"


def correction_words(correction: Correction) -> str:
    """A correction as a claim's note and the ledger print it; Markdown."""
    was, reason = inert(correction.was), inert(correction.reason)
    end = "" if reason.endswith((".", "!", "?")) else "."
    return f"**Corrected on {correction.date}.** It said: “{was}”. {reason}{end}"


def marked(claims: Mapping[str, JudgedClaim], notes: Notes) -> dict[str, MarkedClaim]:
    """The claims as one page prints them."""
    return {name: MarkedClaim(judged, notes) for name, judged in claims.items()}


def change(value: float, digits: int = 1) -> str:
    """A change with its sign, a true minus: +1.2, −3.4."""
    return f"{value:+.{digits}f}".replace("-", MINUS)


def signed(value: float, digits: int = 3) -> str:
    """A number with so many significant digits at most and a true minus sign."""
    return f"{value:.{digits}g}".replace("-", MINUS)


def inert(text: object) -> str:
    """Text from a data file inside a Markdown table or paragraph: inert, on one line."""
    plain = html.escape(" ".join(str(text).split()))
    for sign in SIGNS:
        plain = plain.replace(sign, f"&#{ord(sign)};")
    return plain
