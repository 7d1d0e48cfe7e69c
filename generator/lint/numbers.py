"""The central rule: a number in prose that no fact, claim or cited figure produced is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.lint.findings import Given, Hit, hit, named
from generator.lint.phrases import BIG, DATE, INDEX_NAME, NUMBER, ONES, SPAN, TEENS, WORD
from generator.lint.prose import VALUE, Sentence
from generator.verdicts import Claim

PARTS = "thirds|quarters|fifths|sixths|sevenths|eighths|ninths|tenths|hundredths"
PART = "third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth"
COMPARED = (
    r"of|as|more|less|fewer|lower|higher|smaller|larger|cheaper|dearer|below|above|from|since|in|to"
)
UNIT = (
    r"(?:%|percent\b|per cent\b|percentage\b|basis points?\b|(?:rate )?(?:cuts?|hikes?)\b|"
    r"(?:easing )?"
    r"cycles?\b|recessions?\b|companies\b|firms\b|stocks\b|windows?\b|members\b|holdings\b|"
    r"employees\b|standard deviations?\b|dollars?\b|euros?\b|cents?\b|pounds?\b|-?fold\b|"
    r"(?:calendar )?years? (?:won|lost)\b)"
)
NEAR = (
    r"nearly|almost|about|roughly|around|approximately|some|more than|less than|fewer than|at least"
)

HINT = re.compile(  # a word of an author in which there may be a number
    rf"\d|\b(?:one|{ONES}|zero|{TEENS}|half|twice|thrice|halv|doubl|tripl|quadrupl|{BIG}|\w+fold)"
    rf"|third|quarter|fifth|tenth|decile|quintile|half"
)

# Quantities in which the words make a number of data, in the order in which they are looked for.
# They are sought in lower case, which is quicker than to ignore it.
QUANTITIES = re.compile(
    rf"[$€£]\d[\d,.]*\s{BIG}\b|\ufffc (?:of|out of) (?:the )?(?:last |past )?{NUMBER}\b(?!%)|\b(?:"
    rf"\d[\d,.]*\s{BIG}\b"
    rf"|(?:{NEAR}) (?:{ONES}|{TEENS}|\d+)[ -](?:years|months|weeks|quarters|decades)\b(?!-)"
    rf"|(?!one of){NUMBER} (?:of|in|out of)(?: (?:the|every|all|its|our))*"
    rf" (?:last |past )?{NUMBER}\b(?!%)"
    rf"|(?<!first )(?<!last ){WORD}[ -](?:{PARTS})\b"
    rf"|(?:an?|one)[ -](?:{PART}|quarter)\b(?=\s+(?:{COMPARED})\b|\s*[.,;:)]|\s*$)"
    r"|(?:lowest|highest|cheapest|dearest|poorest|richest|top|bottom|smallest|largest) "
    r"(?:half|third|quarter|fifth|tenth|decile|quintile|quartile)s?\b"
    r"|(?<!first )(?<!second )(?<!latter )(?<!former )(?<!earlier )(?:(?:an?|one)[ -])?half\b"
    r"(?!-(?!point)|[ -]?(?:year|way|life|hearted|time))"
    rf"|(?:twice|thrice|(?:{ONES})-?fold|(?:doubl|tripl|quadrupl|halv)(?:e[sd]?|ing))\b"
    r"(?![ -](?:count|check|tax|edged|meaning|as a\b|down\b))"
    r"|(?:by|than|about|nearly|almost|over|under|some|roughly|least|most|up|down) "
    rf"(?:one|{ONES}) points?\b"
    rf"|(?:{ONES}) (?:full )?points? (?:a year|higher|lower|behind|ahead|of|more|less)\b"
    rf"|(?:{ONES}) times\b"
    r"|one (?:%|percent\b|per cent\b|percentage point|basis point)"
    rf"|(?:zero|{ONES}|{TEENS}) (?:[a-z][a-z-]* )?{UNIT}"
    rf"|(?:(?:an?|{WORD}) )?{BIG}(?: of (?:hundreds|thousands|millions|billions))?\b"
    rf"|(?:more|fewer|less|greater) than (?:{ONES})\b(?! {SPAN}))"
)
# Number words above ten are as strict as digits, except in a span: twelve months, twenty years.
LARGE = re.compile(rf"\b(?:{TEENS})\b(?![ -]{SPAN}\b)(?!-?(?:first|second|third))")

# Digits that are no number of data. Dates and names of indexes are taken out before these.
NO_QUANTITY = re.compile(
    rf"(?<![.,\d])\b\d{{1,3}}[ -](?:calendar |trading )?{SPAN}\b(?! (?:won|lost)\b)"
    r"|\b\d\d(?:\.\d)?%(?=\s+(?:wilson|confidence|credible|interval))"
    r"|(?:confidence|interval)s? (?:of|at|\()\s*\d\d(?:\.\d)?%"
    r"|\b\d+(?:st|nd|rd|th)\b(?![ -](?:percentile|decile|quintile|quartile))"
    r"|\b(?:rules?|articles?|art\.|sections?|regulations?|forms?|items?|release|part) \d[\w()./-]*"
    r"|\b\d{1,2}-?[kqf]\b|\b\d{1,2}:\d\d\b|\b401\(k\)|\bcc by \d\.\d|\b[a-z]+\d[\w-]*\b",
)
DIGITS = re.compile(
    r"[−-]?[$€£]?\d[\d,]*(?:\.\d+)?(?:[–-]\d[\d,.]*)?(?:\s?%|\s(?:percent|basis points|points|"
    r"times|"
    r"billion|million|trillion)\b)?"
)
TOKEN = re.compile(
    rf"\d[\d,]*(?:\.\d+)?|\b{WORD}\b|\b(?:half|twice|{PART}|{PARTS})\b", re.IGNORECASE
)
COUNTED = f"one|{ONES}|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
DIGIT_OF = {word: str(number) for number, word in enumerate(COUNTED.split("|"), 1)}
DIGIT_OF |= {word: str(10 * number) for number, word in enumerate(TENS.split("|"), 2)}


def unbound_number(given: Given) -> Iterator[Hit]:
    """Figures that the author typed. A claim bound in the sentence vouches for those it states."""
    for sentence in given.sentences:
        found = numbers(sentence.own)
        if not found:
            continue
        stated = _stated(given.cited(sentence))
        loose = [words for words in found if not _vouched(words, stated)]
        if loose:
            stand = "stands" if len(loose) == 1 else "stand"
            message = f"{named(loose)} {stand} in the text, and no fact or claim produced it."
            message = (
                message if len(loose) == 1 else message.replace("produced it", "produced them")
            )
            mend = "Print a fact or a claim that has it, or mark the claim that states it."
            yield hit("unbound-number", sentence, message, mend, loose[0])


def numbers(own: str) -> list[str]:
    """The figures of data in what an author typed, in digits or words, in order."""
    if not HINT.search(own.lower()):
        return []
    found: list[tuple[int, str]] = []

    def take(match: re.Match[str]) -> str:
        words = own[slice(*match.span())]
        found.append((match.start(), words.strip(" ,.-" + VALUE)))
        return _blank(match)

    has_names = any(sign.isdigit() for sign in own) or "Magnificent" in own
    text = DATE.sub(_blank, INDEX_NAME.sub(_blank, own)) if has_names else own
    text = text.lower()
    if not HINT.search(text):
        return []
    text = QUANTITIES.sub(take, text)
    text = LARGE.sub(take, NO_QUANTITY.sub(_blank, text))
    DIGITS.sub(take, text)
    return [words for _, words in sorted(found)]


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match.group())


def _stated(claims: Iterable[Claim]) -> set[str]:
    """Every number that the claims state, as digits or the word for it."""
    said = " ".join(
        f"{c.statement} {c.wording} {c.said} {'' if c.value is None else f'{c.value:g}'}"
        for c in claims
    )
    return _tokens(said)


def _vouched(words: str, stated: set[str]) -> bool:
    tokens = _tokens(words)
    return bool(tokens) and tokens <= stated


def _tokens(text: str) -> set[str]:
    found = (token.lower().replace(",", "") for token in TOKEN.findall(text))
    return {_plain(DIGIT_OF.get(token, token)) for token in found}


def _plain(token: str) -> str:
    return token.rstrip("0").rstrip(".") if "." in token else token


def figures(sentence: Sentence) -> bool:
    """Whether a sentence has a figure of data at all, typed or bound."""
    return any(b.part != "mark" for b in sentence.bound) or bool(numbers(sentence.own))
