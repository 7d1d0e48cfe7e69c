"""Judge claims: what was said, what the data say now, and whether it still holds."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.dates import earliest_day, latest_day
from generator.errors import Finding
from generator.model import Edition, Fact, Missing
from generator.verdicts import (
    STOP,
    VERDICTS,
    Claim,
    JudgedClaim,
    PastVerdict,
    Verdict,
)

MARKS: dict[Verdict, str] = {  # told apart by shape, not only by colour
    "holds": "✓",
    "drifted": "◆",
    "broken": "✗",
    "overdue": "▲",
    "pending": "○",
    "resolved true": "✓",
    "resolved false": "✗",
    "not checkable": "△",
    "not checked this build": "?",
    "superseded": "↷",
    "withdrawn": "▽",
}


HEADLINE = "headline"  # the rule of the warning that one flipped, for a workflow to act on
UNJUDGED: tuple[Verdict, ...] = (
    "not checked this build",
    "not checkable",
    "superseded",
    "withdrawn",
)


def judge_claims(
    claims: Sequence[Claim],
    facts: Mapping[str, Fact],
    missing: Mapping[str, Missing],
    *,
    today: dt.date,
) -> dict[str, JudgedClaim]:
    """A verdict on every claim as of `today`, from this build's facts."""
    return {claim.id: judge_claim(claim, facts, missing, today=today) for claim in claims}


def judge_claim(
    claim: Claim, facts: Mapping[str, Fact], missing: Mapping[str, Missing], *, today: dt.date
) -> JudgedClaim:
    """The verdict on one claim, with the value now and the reason in words."""
    fact = facts.get(claim.fact) if claim.fact else None
    verdict, reason = _verdict(claim, fact, missing, today)
    others = [facts[name].text for name, _, _ in claim.also if name in facts]
    if verdict == "holds" and claim.also:
        verdict, reason = _rest(claim, facts, missing, reason)
    shown = fact if verdict not in UNJUDGED else None
    return JudgedClaim(
        claim,
        verdict,
        now=shown.value if shown else None,
        now_text=" and ".join([shown.text, *others]) if shown else "",
        as_of=shown.as_of if shown else None,
        reason=reason,
        fact_unit=fact.unit if fact else "",
    )


def _verdict(
    claim: Claim, fact: Fact | None, missing: Mapping[str, Missing], today: dt.date
) -> tuple[Verdict, str]:
    if claim.superseded_by:
        return "superseded", f"Replaced by the claim '{claim.superseded_by}'."
    if claim.finding == "not found":
        return "withdrawn", "No publication with this figure was found; it is not relied on."
    said = earliest_day(claim.as_of)
    if said and said > today:
        return "not checked this build", f"Dated {claim.as_of}, after this edition's day."
    if claim.kind in ("opinion", "quotation") or claim.time_type == "quote":
        return "not checkable", "An opinion; shown, not judged."
    if claim.needs:
        return "not checked this build", f"Needs {claim.needs}."
    if claim.fact and fact is None:
        lack = missing.get(claim.fact)
        return "not checked this build", f"{_sentence(lack.reason)}" if lack else "Not computed."
    if claim.time_type == "forecast":
        return _forecast(claim, fact, today)
    if fact is not None:
        return _measured(claim, fact, today)
    if claim.review_by and claim.review_by < today:
        return "overdue", f"A dated figure that was to be read again by {claim.review_by}."
    return "not checkable", "Rests on the cited figure; this site holds nothing to recompute it."


def _newer(fact: Fact, claim: Claim) -> bool:
    """Whether the fact is of a later day than the claim; else it is the cited figure itself."""
    last = latest_day(claim.as_of)
    return fact.as_of is None or last is None or fact.as_of > last


def _rest(
    claim: Claim, facts: Mapping[str, Fact], missing: Mapping[str, Missing], reason: str
) -> tuple[Verdict, str]:
    """The verdict on the further figures of a claim whose first one holds."""
    for name, low, high in claim.also:
        if name not in facts:
            lack = missing.get(name)
            return "not checked this build", _sentence(lack.reason) if lack else "Not computed."
        if not low <= facts[name].value <= high:
            verdict: Verdict = "broken" if claim.time_type == "fixed" else "drifted"
            words = f"{facts[name].statement} Now {facts[name].text}"
            return verdict, f"{words}, outside [{low:g}, {high:g}]."
    others = ", ".join(facts[name].text for name, _, _ in claim.also)
    return "holds", f"{reason.rstrip('.')}; also {others}."


def _forecast(claim: Claim, fact: Fact | None, today: dt.date) -> tuple[Verdict, str]:
    due = claim.resolves_on
    so_far = f" So far: {fact.text} (as of {fact.as_of})." if fact else ""
    if due is None:
        return "not checkable", "A forecast without a date cannot come due."
    if today <= due:
        return "pending", f"Resolves on {due}.{so_far}"
    if fact is None:
        return "overdue", f"Was to resolve on {due}; this site holds nothing to resolve it with."
    if fact.as_of is None or fact.as_of < due:
        return "overdue", f"Was to resolve on {due}; the stored data end on {fact.as_of}."
    kept = _inside(claim, fact.value)
    return ("resolved true" if kept else "resolved false"), f"Resolved on {due}: {fact.text}."


def _measured(claim: Claim, fact: Fact, today: dt.date) -> tuple[Verdict, str]:
    said = earliest_day(claim.as_of)
    if claim.time_type == "rolling" and said and fact.as_of and fact.as_of < said:
        reason = f"The stored data end on {fact.as_of}, before the claim's own date."
        return "not checked this build", reason
    due = claim.review_by
    if due and due < today and (fact.as_of is None or fact.as_of <= due):
        return "overdue", f"Was to be read again by {due}; the newest reading is of {fact.as_of}."
    if claim.time_type == "snapshot" and said and fact.as_of and not _newer(fact, claim):
        return "not checkable", f"No reading newer than the cited one of {claim.as_of} is held."
    now = f"{fact.text} as of {fact.as_of}" if fact.as_of else fact.text
    if _inside(claim, fact.value):
        found = "Latest stored reading" if claim.time_type == "snapshot" else "Recomputed"
        return "holds", f"{found}: {now}."
    if claim.time_type == "fixed":
        return "broken", f"Recomputed: {now}, {_outside(claim)}: the data disagree."
    # A headline is true or it is not: nobody rests a case on a figure that may lie anywhere.
    if not claim.headline and claim.value is not None and fact.value * claim.value > 0:
        return "drifted", f"Now {now}, {_outside(claim)}."
    return "broken", f"Now {now}; the sentence is no longer true."


def _inside(claim: Claim, value: float) -> bool:
    low = claim.low if claim.low is not None else claim.value
    high = claim.high if claim.high is not None else claim.value
    return low is not None and high is not None and low <= value <= high


def _outside(claim: Claim) -> str:
    low = claim.low if claim.low is not None else claim.value
    high = claim.high if claim.high is not None else claim.value
    if low is None or high is None:
        return "outside its interval"
    return f"outside [{low:g}, {high:g}]" if math.isfinite(low) else f"not below {high:g}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def with_history(
    judged: Mapping[str, JudgedClaim], editions: Sequence[Edition], slug: str
) -> dict[str, JudgedClaim]:
    """The same claims, each with what earlier editions of its thesis said of it."""
    past: dict[str, list[PastVerdict]] = {}
    for edition in sorted(editions, key=lambda edition: edition.name):
        records = edition.record["theses"].get(slug, {}).get("claims", [])
        for record in records:
            said = PastVerdict(edition.name, record["verdict"], record["now"])
            past.setdefault(record["id"], []).append(said)
    return {
        name: replace(claim, history=tuple(past.get(name, ()))) for name, claim in judged.items()
    }


def held_back(judged: Iterable[JudgedClaim], *, hold_flipped: bool, path: str) -> list[Finding]:
    """The claims that stop the build because they no longer hold, and those it warns of.

    A headline claim that flipped is published with its `otherwise` wording, or held for a person.
    """
    found: list[Finding] = []
    for item in judged:
        claim, flipped = item.claim, item.fails and item.claim.headline
        said = f"the claim '{claim.id}' no longer holds: {item.reason}"
        if item.fails and claim.otherwise == STOP:
            hint = "Correct it, or write under 'otherwise' what is to be printed instead."
            found.append(Finding(path, claim.line, said, hint))
        elif flipped and hold_flipped:
            hint = "It is a headline: read the article again, then correct the claim."
            found.append(Finding(path, claim.line, said, hint))
        elif flipped:
            hint = "Its 'otherwise' wording is printed; read the article again, it is a headline."
            found.append(Finding(path, claim.line, said, hint, rule=HEADLINE, warning=True))
    return found


def scoreboard(judged: Iterable[JudgedClaim]) -> dict[Verdict, int]:
    """How many claims have each verdict, in the order of VERDICTS, none left out but zeros."""
    counts = Counter(claim.verdict for claim in judged)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
