"""How the claims of a thesis stand, in words and as a bar of counts (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from generator.claims import scoreboard
from generator.verdicts import VERDICTS, JudgedClaim, Verdict

# What a reader is told together, in the order told: words, verdicts, and how the bar shows them.
SCORE: tuple[tuple[str, tuple[Verdict, ...], str], ...] = (
    ("hold", ("holds", "resolved true"), "good"),
    ("do not", ("drifted", "broken", "resolved false"), "bad"),
    ("are pending", ("pending",), "open"),
    ("are overdue", ("overdue",), "late"),
    ("rest on their source alone", ("not checkable",), "cited"),
    ("lack data in this edition", ("not checked this build",), "lacking"),
    ("are superseded", ("superseded",), "gone"),
    ("are withdrawn", ("withdrawn",), "gone"),
)
# The verb of one claim: of 17 claims, 1 is overdue.
SINGULAR = {"hold": "holds", "do": "does", "are": "is", "rest": "rests", "lack": "lacks"}


def score_words(claims: Iterable[JudgedClaim]) -> str:
    """How the claims stand, in a sentence: of how many, how many hold, do not, or are open."""
    return counted_words(scoreboard(claims))


def counted_words(counts: Mapping[Verdict, int]) -> str:
    """How many claims there are, and how many have which verdict, in a sentence."""
    parts = _parts(counts)
    if not parts:
        return "no claims registered"
    total = sum(number for number, _, _ in parts)
    claims = "claim" if total == 1 else "claims"
    return f"of {total} {claims}, {', '.join(f'{number} {words}' for number, words, _ in parts)}"


def recorded_words(claims: Iterable[Mapping[str, Any]]) -> str:
    """The same of the claims that an edition's record has."""
    counts = Counter(claim["verdict"] for claim in claims)
    return counted_words({verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]})


def score_bar(claims: Iterable[JudgedClaim]) -> str:
    """The same as one line of HTML: a bar with a part for each count; "" without claims.

    The words are beside it, so it is hidden from screen readers.
    """
    parts = "".join(
        f'<span class="mtm-part-{kind}" style="flex-grow:{number}" title="{number} '
        f'{escape(words)}">{number}</span>'
        for number, words, kind in _parts(scoreboard(claims))
    )
    return (
        f'<div class="mtm-bar" aria-hidden="true" data-search-exclude>{parts}</div>'
        if parts
        else ""
    )


def _parts(counts: Mapping[Verdict, int]) -> list[tuple[int, str, str]]:
    found = [
        (sum(counts.get(verdict, 0) for verdict in verdicts), words, kind)
        for words, verdicts, kind in SCORE
    ]
    return [(number, _agreeing(words, number), kind) for number, words, kind in found if number]


def _agreeing(words: str, number: int) -> str:
    """The words with their verb in the singular for one claim."""
    if number != 1:
        return words
    verb, space, rest = words.partition(" ")
    return f"{SINGULAR[verb]}{space}{rest.replace('their', 'its')}"
