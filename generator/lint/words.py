"""Rules on single words: promises, dates that move, and superlatives without their sample."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.lint.findings import Given, Hit, hit, named
from generator.lint.phrases import INDEX_NAME, dated
from generator.lint.prose import Sentence

PROMISE_STEMS = re.compile(
    r"guarant|certain|sure|inevitabl|lose|fail|risk|will |bound to|[ -]own|must-have|brainer|bet|"
    r"winner|foolproof|lunch"
)
PROMISE = re.compile(
    r"(?<!government-)(?<!government )(?<!state-)(?<!federally )(?<!loan )\b(?:near-)?"
    r"guarant(?:eed?|ees|eeing)\b(?! (?:by the government|agency|fund|scheme))"
    r"|\b(?:virtually|all but|almost|nearly|absolutely) (?:certain(?:ly)?|sure|guaranteed?|"
    r"inevitabl[ey])\b"
    r"|\b(?:cannot|can't|can’t|can not|could not|couldn't|never) (?:lose|fail)\b"
    r"|\brisk-free\b(?![ -](?:rate|asset|yield|return|benchmark|bill|treasur|leg))"
    r"|\bwill (?:\w+ly |always |soon |again )?(?:outperform|beat the market)\w*"
    r"|\b(?:is|are|was|were|seems?|looks?|almost) (?:sure|certain)(?: to\b|(?=[.,;]|$))"
    r"|\bbound to (?!an?\b|the\b|data\b|facts?\b|claims?\b|its\b|their\b|this\b|that\b|each\b|"
    r"one\b)"
    r"|\b(?:must|have to|has to|got to|need to)[- ]own\b|\bmust-haves?\b|\bno-brainers?\b"
    r"|\bsafe bets?\b|\bsure things?\b|\bone-way bets?\b|\bcertain winners?\b|\bfoolproof\b"
    r"|\bfree lunch\b|\bwithout (?:any )?risk\b|\bno risk\b",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"\b(?:no|not|nothing|none|nobody|nor|neither|never|without|cannot|hardly|whether|den(?:y|ies|"
    r"ied)|"
    r"doubt(?:s|ed)?|refus\w+|warn\w*|reject\w*|far from|rather than|instead of)\b|n['’]t\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[.;:—–]|, (?:but|and|yet)\b|\bnot only\b", re.IGNORECASE)

RELATIVE_STEMS = re.compile(
    r"(?:this|next|last) (?:year|month|quarter|week)|recent|current|now|finally|late|moment|"
    r"present|"
    r"days|today|morrow|yesterday|few|coming|date"
)
RELATIVE = re.compile(
    r"\b(?:so far )?(?:this|next) (?:year|month|quarter|week)\b(?!['’]s (?:edition|build))"
    r"|(?<!the )\blast (?:year|month|quarter|week)\b(?!-)"
    r"|\brecently\b|\bcurrently\b|\bcurrent (?:price|level|valuation|yield|multiple|setup|"
    r"set-up)s?\b"
    r"|\bnow (?:trad|stand|sit|yield|cost|pric|offer|sell|account)\w*"
    r"|\b(?<!^)finally\b|\blately\b|\bof late\b|\bnowadays\b|\bthese days\b|\bat (?:the moment|"
    r"present)\b"
    r"|(?<!edition of )(?<!reading of )\btoday\b(?!['’]s)|\btomorrow\b|\byesterday\b"
    r"|\bin (?:recent|the (?:last|past) few|the coming) (?:years|months|weeks|quarters|decades|"
    r"days)\b"
    r"|\byear[- ]to[- ]date\b|\bto date\b",
    re.IGNORECASE,
)

SUPERLATIVE_STEMS = re.compile(
    r"est\b|worst|most |record|all[- ]time|multi-year|(?:so|as) [cwlhde]"
)
SUPERLATIVE = re.compile(
    r"(?<!our )(?<!at )(?<!at the )\b(?:highest|lowest|widest|narrowest|largest|smallest|biggest|"
    r"cheapest|"
    r"dearest|"
    r"steepest|longest|deepest|strongest|weakest|fastest|slowest|worst|best|"
    r"most (?:expensive|concentrated|crowded|extreme|profitable|volatile))\b"
    r"(?!(?:-| (?:known|understood|seen|described|left|practice|guess|of all worlds))|"
    r" (?:\d|\ufffc|stocks?|companies|firms|caps?|names|ones|holdings?|figures?|decile|third|half))"
    r"|\brecord (?:high|low|close|level|gap|price|discount|premium|spread|amount|number|year|"
    r"lead)\w*"
    r"|\ball[- ]time (?:high|low|record|peak)\w*|\bmulti-year (?:high|low|extreme)s?\b"
    r"|\b(?:never|not) (?:been |seen )?(?:so |as )(?:cheap|wide|low|high|dear|expensive|large)\b",
    re.IGNORECASE,
)
# A rank, a sample or a beginning: of which things, or since when.
SAMPLE = re.compile(
    r"\bsince\b|\bof (?:the |all |its |these |those )?(?:\d|\ufffc|two|three|four|five|six|seven|"
    r"eight|nine|"
    r"ten|eleven|twelve|all\b|any\b|every\b|them\b)|"
    r"\bin (?:the|our|this) (?:data|record|sample|table|"
    r"stored)\b|"
    r"\bamong\b|\bout of\b|\brank|\bpercentile\b|\bbetween (?:\w+ )?\d{4}\b|"
    r"\bfrom (?:\w+ )?\d{4} to\b|"
    r"\b(?:over|in) the (?:last|past|\w+) (?:\w+ )?(?:years|decades|months)\b|\bin \d{4}\b|"
    r"\bhere\b|"
    r"\bon (?:this|that) (?:page|list)\b",
    re.IGNORECASE,
)


def promissory(given: Given) -> Iterator[Hit]:
    """Words that promise a result."""
    for sentence in given.sentences:
        if not PROMISE_STEMS.search(sentence.lower):
            continue
        words = [m for m in PROMISE.finditer(sentence.text) if not _denied(sentence.text, m)]
        if words:
            verb = "promise" if words[1:] else "promises"
            message = f"{named(m.group() for m in words)} {verb} what nobody can know."
            yield hit(
                "promissory",
                sentence,
                message,
                "Say what the figures show, and how often.",
                words[0].group(),
            )


def _denied(text: str, match: re.Match[str]) -> bool:
    """Whether the same clause, before the word, denies it or asks whether it is so."""
    before = text[: match.start()]
    breaks = [m.end() for m in CLAUSE.finditer(before)]
    return DENIAL.search(before[breaks[-1] if breaks else 0 :]) is not None


def relative_date(given: Given) -> Iterator[Hit]:
    """Words that mean another day whenever the page is read."""
    for sentence in given.sentences:
        if not RELATIVE_STEMS.search(sentence.lower):
            continue
        found = RELATIVE.findall(sentence.text)
        if found and not _has_day(sentence):
            verb = "mean" if found[1:] else "means"
            message = f"{named(found)} {verb} another day to each reader."
            yield hit(
                "relative-date",
                sentence,
                message,
                "Write the date, or print a fact's own.",
                found[0],
            )


def _has_day(sentence: Sentence) -> bool:
    of_data = any(b.part.startswith("as_of") or "day" in b.filters for b in sentence.bound)
    return of_data or dated(INDEX_NAME.sub("", sentence.text))


def superlative(given: Given) -> Iterator[Hit]:
    """The largest of what, and since when."""
    for sentence in given.sentences:
        if not SUPERLATIVE_STEMS.search(sentence.lower):
            continue
        found = SUPERLATIVE.findall(sentence.text)
        if found and not sentence.level and not SAMPLE.search(sentence.text):
            message = f"{named(found)} has no rank, sample or beginning."
            mend = "Say of how many, or since when."
            yield hit("superlative", sentence, message, mend, found[0], warning=True)
