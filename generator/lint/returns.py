"""Rules on performance: its basis, its period, what it leaves out, and its warning line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.lint.findings import Given, Hit, hit, named
from generator.lint.phrases import (
    BASIS,
    FIGURE,
    INDEX_NAME,
    INVESTED,
    MONTH,
    OTHER_THINGS,
    RETURNED,
    TICKER,
    YEAR,
)
from generator.lint.prose import Sentence
from generator.verdicts import Claim

CONTINUED = re.compile(
    r"(?:It|They|Both|The (?:same|second|other|fund|index|latter|former)|In (?:that|the same|"
    r"this)|Over (?:that|the"
    r" same)|And|So|Its|That|These|Those|Since|Then|After that|By then)\b"
)
PIECE = re.compile(r"[;:.,—]\s")
PAST = re.compile(r"\bpast (?:performance|returns|results)\b", re.IGNORECASE)

RATE_STEMS = re.compile(r"annual|annum|(?:a|per) year")
RATE = re.compile(
    r"(?<!not )\bannuali[sz]ed\b|\bper annum\b|\b(?:an )?annual rate\b|"
    r"(?:%|percent|points?|\ufffc|\d)\s+(?:a|per) year\b",
    re.IGNORECASE,
)
SHORT = re.compile(
    r"\b(?:first|second) half\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"[1-9]|1[01])"
    r"[ -]months?\b(?!(?:ly)|[ -](?:T-?bill|treasury|bill|rate|yield|moving))"
    r"|\b(?:\d+|one|two|three|four|five|six|eight|ten|twelve)[ -](?:weeks?|days?|sessions?)\b"
    r"|\b(?:first|second|third|fourth) quarter\b|\bQ[1-4]\b|\byear[- ]to[- ]date\b"
    r"|\b(?:so far )?this (?:year|quarter|month)\b",
    re.IGNORECASE,
)
SINCE = re.compile(
    rf"\b[Ss]ince (?:the (?:end|start|beginning) of )?{MONTH}(?: \d{{1,2}}\b,?)?(?: ({YEAR}))?"
)

TESTED_STEMS = re.compile(
    r"academic|fama|test|simulat|factor|premium|portfolio|pre-|french|before "
)
TESTED = re.compile(
    r"\bacademic (?:[a-z]+ )?(?:portfolios?|factors?|stud)|\bFama[- –]|\bback-?test|"
    r"\bsimulat(?:ed|ion)|"
    r"\b(?:size|value|momentum|quality|profitability) (?:factor|premium)\b|\bfactor portfolios?\b|"
    r"\bmodel portfolios?\b|\bportfolios? since 19\d\d|\bpre-(?:launch|inception)\b|\bFrench\b|"
    r"\bbefore (?:its|the (?:index|fund)(?:['’]s)?) (?:launch|inception|start)",
    re.IGNORECASE,
)
LABEL = re.compile(r"hypothetical|back-?tested\b")
COUNT = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) of \d*\w*", re.IGNORECASE
)

GROSS_STEMS = re.compile(r"gross|before ")
GROSS = re.compile(
    r"\bgross\b(?! (?:margins?|domestic|profits?|debt|exposure|revenues?|income|world))|"
    r"\bbefore (?:fees|expenses|charges|costs and fees|fees and costs)\b",
    re.IGNORECASE,
)
NET = re.compile(
    r"\bnet (?:of|return|figure|performance|it|\d|\ufffc)|\bnet\b[^.]*%|\bafter (?:fees|expenses|"
    r"charges)\b",
    re.I,
)
PERFORMANCE = re.compile(
    r"\breturn|\bperform|\bgain|\bearned\b|\brose\b|%|\bpercent\b|\ba year\b", re.IGNORECASE
)


def states_return(sentence: Sentence) -> bool:
    """Whether a sentence says what a fund, an index or a portfolio returned, with a number."""
    if sentence.level or not FIGURE.search(sentence.text):
        return False
    return _returned(sentence.text) is not None


def _returned(text: str) -> re.Match[str] | None:
    """The verb of a return with a figure after it, and an investment somewhere near."""
    if not any(p.search(text) for p in (INVESTED, INDEX_NAME, TICKER)):
        return None
    for verb in RETURNED.finditer(text):
        subject = PIECE.split(text[: verb.start()])[-1]
        other = OTHER_THINGS.search(subject) and "return" not in verb.group().lower()
        if not other and FIGURE.search(PIECE.split(text[verb.start() :])[0]):
            return verb
    return None


def return_basis(given: Given) -> Iterator[Hit]:
    """A return is of prices alone or with dividends, and the difference is years of income."""
    for before, sentence in given.in_order:
        if not states_return(sentence) or BASIS.search(sentence.text):
            continue
        if before and BASIS.search(before.text) and CONTINUED.match(sentence.text):
            continue
        match = _returned(sentence.text)
        words = match.group() if match else ""
        message = f"{named([words])} states a return and not whether dividends are in it."
        mend = "Write 'total return', 'dividends included' or 'price only'."
        yield hit("return-basis", sentence, message, mend, words)


def performance_line(given: Given) -> Iterator[Hit]:
    """A page with performance says, there or in the site's own lines, what the past is worth."""
    if any(PAST.search(line) for line in given.disclosures):
        return
    said = {s.page for s in given.sentences if "past " in s.lower and PAST.search(s.text)}
    for sentence in given.sentences:
        if sentence.page not in said and states_return(sentence):
            said.add(sentence.page)
            message = "the page states performance and not that the past predicts nothing."
            mend = "Write 'Past performance does not predict future results.' on the page."
            yield hit("performance-line", sentence, message, mend, sentence.page)


def hypothetical(given: Given) -> Iterator[Hit]:
    """Figures that nobody could have earned are called so, under the same heading at least."""
    labelled = {(s.page, s.heading) for s in given.sentences if LABEL.search(s.lower)}
    for sentence in given.sentences:
        if sentence.level or (sentence.page, sentence.heading) in labelled:
            continue
        match = TESTED_STEMS.search(sentence.lower) and TESTED.search(sentence.text)
        claim = None if match else _tested_claim(given, sentence)
        words = match.group() if match else claim.index if claim else ""
        if words and (FIGURE.search(sentence.text) or COUNT.search(sentence.text)):
            of = f", which the claim '{claim.id}' is measured on," if claim else ""
            message = f"{named([words])}{of} has figures nobody earned, and nothing here says so."
            mend = "Write 'hypothetical' or 'back-tested' in the sentence or under its heading."
            yield hit("hypothetical", sentence, message, mend, words)


def _tested_claim(given: Given, sentence: Sentence) -> Claim | None:
    """A claim that is printed here and was measured on what nobody could hold."""
    printed = [b.name for b in sentence.bound if b.kind == "claim" and not b.part]
    claims = (given.claims[name] for name in printed if name in given.claims)
    return next((claim for claim in claims if TESTED.search(claim.index)), None)


def gross_net(given: Given) -> Iterator[Hit]:
    """Gross performance stands beside the net figure, in the sentence or the ones around it."""
    order = given.in_order
    for number, (before, sentence) in enumerate(order):
        match = GROSS_STEMS.search(sentence.lower) and GROSS.search(sentence.own)
        if not match or not (PERFORMANCE.search(sentence.text) and FIGURE.search(sentence.text)):
            continue
        after = order[number + 1][1] if number + 1 < len(order) else None
        near = [sentence, before, after if after and order[number + 1][0] is sentence else None]
        if not any(NET.search(s.text) for s in near if s):
            yield hit(
                "gross-net",
                sentence,
                _gross(match),
                "Give the figure after fees as well.",
                match.group(),
            )


def _gross(match: re.Match[str]) -> str:
    return f"{named([match.group()])} gives performance before fees and nothing after them."


def annualized_short(given: Given) -> Iterator[Hit]:
    """A rate a year from less than a year is a forecast in disguise."""
    for sentence in given.sentences:
        rate = RATE_STEMS.search(sentence.lower) and RATE.search(sentence.text)
        window = rate and (SHORT.search(sentence.text) or _recent(sentence.text, given.year))
        if rate and window:
            message = f"{named([rate.group()])} with {named([window.group()])}: under one year."
            mend = "Give the return of the window as it is, not annualized."
            yield hit("annualized-short", sentence, message, mend, rate.group())


def _recent(text: str, year: int) -> re.Match[str] | None:
    """A beginning in the year of the build, or in a month that names no year beside no other."""
    match = SINCE.search(text)
    if not match:
        return None
    named_year = match.group(1)
    if named_year:
        return match if int(named_year) == year else None
    return None if re.search(rf"\b{YEAR}\b", text) else match
