"""Rules on other people's words: a forecast has a holder and a date, a quotation a speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.lint.findings import Given, Hit, hit, named
from generator.lint.numbers import figures
from generator.lint.phrases import INDEX_NAME, dated
from generator.lint.prose import Sentence
from generator.verdicts import Claim

ADVERBS = r"(?:likely |soon |probably |continue to |keep |again |\w+ly )*"
STEMS = re.compile(
    r"will |expect|projec|forecast|predict|set to|poised|likely|positioned|could|should|may |"
    r"consensus"
)
FORESEEN = re.compile(
    rf"(?<!build )(?<!edition )(?<!page )\bwill {ADVERBS}(?:rise|fall|return|cut|grow|gain|lose|"
    rf"outpace|"
    r"lead|drop|climb|recover|rebound|decline|increase|decrease|expand|shrink|widen|narrow|"
    r"reach|double|halve|deliver|earn|catch up|revert|rotate|ease|raise|hike|exceed|accelerate|"
    r"benefit)\b"
    r"|\b(?:is|are|was|were) (?:widely |now )?(?:expected|projected|forecast|predicted|set|poised|"
    r"likely|"
    r"positioned) to\b"
    r"|\b(?:could|should|may) (?:return|deliver|reach|ease substantially|rise|outperform|benefit)\b"
    r"|\bconsensus (?:forecasts?|expects?|points?|sees|calls)\b",
    re.IGNORECASE,
)
FORETOLD = re.compile(  # counts only beside a figure: pages also speak about forecasts
    r"\bforecast(?:s|ing)?\b|\bprojection of\b|\bprojected\b|\bprojections?\b|\bpredict(?:s|ed|"
    r"ions?)\b|"
    r"\bconsensus\b|\bprojects? (?:that|an?|[\d\ufffc])",
    re.IGNORECASE,
)
ABOUT_US = re.compile(
    r"\b(?:we|this (?:page|site|edition)|the (?:ledger|next build|next edition|rebuild))\b", re.I
)
NAMED = r"(?:the )?(?:[A-Z][\w&.-]*[A-Za-z]|\ufffc)"
HOLDER = re.compile(
    rf"\b(?:[Bb]y|[Aa]ccording to|told|from) {NAMED}|(?:{NAMED})['’]s? (?:\w+ )?(?:own |"
    rf"regression |\w+ )?"
    r"(?:models?|forecasts?|projections?|estimates?|note|outlook|economists|strategists|analysts|"
    r"count|figures)"
    rf"|(?:{NAMED}) (?:(?:has|had|still|also) )?(?:expects?|expected|forecasts?|projects?|"
    rf"projected|sees|saw|put|"
    r"puts|estimates?|estimated|said|says|wrote|writes|reads?|predicts?|predicted|calls? for|"
    r"looks for)\b"
)
HORIZON = re.compile(
    r"\b(?:over|in|within|for) (?:the )?(?:next|coming|following|\w+|\d+) (?:\w+ )?(?:years?|"
    r"months?|decade|quarters?)\b"
    r"|\bby (?:year-end|the end of)\b|\bnext (?:decade|\w+ years)\b",
    re.IGNORECASE,
)

QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
TITLE = re.compile(
    r"(?:titled|entitled|called|headed|named|the (?:article|paper|report|note|heading)),? $", re.I
)
SPOKEN = re.compile(
    r"\b(?:said|says|wrote|writes|told|put it|according to|summari[sz]ed|argued|argues|quoted|"
    r"called|words)\b",
    re.I,
)
SPEAKER = re.compile(
    r"\b(?!The\b|It\b|He\b|She\b|They\b|In\b|On\b|As\b|But\b|And\b|One\b|This\b|"
    r"That\b)[A-Z][\w.&’'-]+"
)


def forecast(given: Given) -> Iterator[Hit]:
    """What is said to come needs somebody who says so, and a day."""
    for sentence in given.sentences:
        match = _foretold(sentence)
        if not match or sentence.level or any(_answers(c) for c in given.cited(sentence)):
            continue
        text = INDEX_NAME.sub("", sentence.text)
        lacks = [] if HOLDER.search(text) else ["who says so"]
        lacks += [] if dated(text) or HORIZON.search(text) else ["a date or horizon"]
        if lacks:
            message = f"{named([match.group()])} is a forecast without {' and '.join(lacks)}."
            mend = "Name its holder and its date, or print a claim of the kind 'forecast'."
            yield hit("forecast", sentence, message, mend, match.group())


def _foretold(sentence: Sentence) -> re.Match[str] | None:
    if not STEMS.search(sentence.lower):
        return None
    if match := FORESEEN.search(sentence.text):
        before = sentence.text[: match.start()]
        return None if ABOUT_US.search(before) or _supposed(before) else match
    match = FORETOLD.search(sentence.text)
    return match if match and figures(sentence) else None


def _supposed(before: str) -> bool:
    """Whether what comes stands in the clause that begins with "if"."""
    return before.lower().startswith("if ") and "," not in before


def _answers(claim: Claim) -> bool:
    """Whether a claim has what a forecast needs."""
    return claim.kind == "forecast" or bool(claim.source and claim.as_of)


def quotation(given: Given) -> Iterator[Hit]:
    """Somebody's words need the speaker, the day and the address."""
    for number, (before, sentence) in enumerate(given.in_order):
        if '"' not in sentence.text and "“" not in sentence.text:
            continue
        near = _paragraph(given.sentences, number)
        for match in QUOTED.finditer(sentence.text):
            words = match.group(1) or match.group(2)
            if len(words.split()) < 4 or TITLE.search(sentence.text[: match.start()]):
                continue
            outside = sentence.text.replace(match.group(), " ")
            if before is not None and not SPEAKER.search(outside):
                outside = f"{before.text} {outside}"
            lacks = _lacks(outside, near, given)
            if lacks and "unverified" not in outside.lower():
                start = " ".join(words.split()[:4])
                message = (
                    f"the quotation '{start} ...' lacks {' and '.join(lacks)}: it is unverified."
                )
                mend = "Add them, or write 'unverified' beside it."
                yield hit("quotation", sentence, message, mend, words)


def _paragraph(sentences: Sequence[Sentence], number: int) -> list[Sentence]:
    """The sentences of the paragraph in which sentence `number` stands."""
    own = sentences[number]
    first = last = number
    while first and _same(sentences[first - 1], own):
        first -= 1
    while last + 1 < len(sentences) and _same(sentences[last + 1], own):
        last += 1
    return list(sentences[first : last + 1])


def _same(one: Sentence, other: Sentence) -> bool:
    return (one.path, one.paragraph) == (other.path, other.paragraph)


def _lacks(outside: str, near: Sequence[Sentence], given: Given) -> list[str]:
    claims = [claim for sentence in near for claim in given.cited(sentence)]
    spoken = SPEAKER.search(INDEX_NAME.sub("", outside)) is not None
    day = dated(outside) or any(c.as_of[:4].isdigit() for c in claims)
    linked = any(target.startswith("http") for sentence in near for target in sentence.links)
    address = linked or any(c.source and c.source.url for c in claims)
    needs = {"its speaker": spoken, "its date": day, "an address": address}
    return [need for need, there in needs.items() if not there]
