"""Expressions that several rules share: dates, spans, numbers in words, names, returns."""

from __future__ import annotations

import re

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
YEAR = r"(?:19\d\d|20\d\d|2100)"
COUNTED = (
    r"(?:%|percent|per cent|percentage|basis|points?|times|companies|firms|stocks|shares|members|"
    r"holdings|lines|funds|windows|cuts|(?:billion|million|trillion|dollars|euros)\b)"
)
A_YEAR = rf"(?<![$€£.,\d]){YEAR}s?\b(?![.,]?\d|\s*[%\]]|[\s-]+{COUNTED})"
DATE = re.compile(
    rf"\b\d{{4}}-\d\d(?:-\d\d)?\b|\b(?:\d{{1,2}}\s+)?{MONTH}(?:\s+\d{{1,2}}\b(?![.,]?\d*\s*%)(?:,?\s+{YEAR}\b)?"
    rf"|\s+{YEAR}\b)|\b\d{{1,2}}\s+{MONTH}|\bQ[1-4]\s+{YEAR}\b|{A_YEAR}"
    r"|(?<=\d\d\d\d)[–/-]\d\d\b"
)

ONES = "two|three|four|five|six|seven|eight|nine|ten"
TEENS = (
    "eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|"
    "six|"
    "seven|eight|nine))?"
)
BIG = r"(?:hundred|thousand|million|billion|trillion|dozen)s?"
WORD = rf"(?:one|{ONES}|{TEENS}|{BIG})"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|{WORD})"
SPAN = r"(?:years?|months?|weeks?|days?|quarters?|sessions?|decades?|hours?|minutes?)"

# A name and the round number of an index's members: the name of the index. Words that merely
# begin a sentence are none.
ORDINARY = (
    "A|About|Above|Add|After|All|Almost|And|Around|As|At|Before|Below|Between|But|By|Buy|Count|"
    "Each|Every|Fewer|For|From|Hold|In|Just|Least|Less|More|Most|Nearly|Of|On|Only|Or|Over|"
    "Roughly|Sell|Some|Than|The|These|Those|To|Under|Until|Up|With"
)
INDEX_NAME = re.compile(
    rf"\b(?!(?:{ORDINARY})\b)[A-Z][\w&.’']*(?:\s+[A-Z]\w*)*[\s-]"
    r"(?:30|40|50|100|200|225|250|300|350|400|500|600|1000|1500|2000|2500|3000|5000)\b(?![.,]\d|%)"
    r"|\bMagnificent (?:Seven|7)\b"
)

FIGURE = re.compile(
    r"(?:\d|\ufffc)\s*(?:%|percent\b|per cent\b|percentage points?\b|points?\b)|[$€£]\d"
)
BASIS = re.compile(
    r"\btotal[- ]returns?\b|\bprice[- ]returns?\b|\bdividends?\b|\bprice only\b|\bin price\b|"
    r"\bprice index|\bprices? alone\b|\bprice terms\b|\bpaid out\b",
    re.IGNORECASE,
)
RETURNED = re.compile(
    r"\b(?:returned|rose|risen|gained|fell|fallen|lost|climbed|dropped|surged|soared|slid|jumped|"
    r"declined|sank|plunged|rallied|tumbled|surging|delivered|returns? of|gain of|loss of|"
    r"(?:beat(?:en)?|trailed|outperformed|underperformed|lagged|led)\b[^.;:]*?\bby|"
    r"returned an?|annuali[sz]ed returns?)\b",
    re.IGNORECASE,
)
INVESTED = re.compile(
    r"\b(?:funds?|index(?:es)?|indices|ETFs?|portfolios?|stocks|shares|equities|bonds|"
    r"(?:small|large|mid|mega)[- ]?caps?|(?:small|large) (?:value|growth)|value|growth|"
    r"companies|gold|commodities|market)\b",
    re.IGNORECASE,
)
TICKER = re.compile(
    r"\b(?!(?:US|UK|EU|GDP|CPI|PCE|ETF|EBITDA|IPO|CEO|CFO|SEC|FED|FOMC|YTD)\b)[A-Z]{3,5}\b"
)
# What has percent and moves, and is no investment.
OTHER_THINGS = re.compile(
    r"\b(?:earnings|revenues?|sales|profits?|margins?|debt|rates?|yields?|multiples?|P/E|spending|"
    r"inflation|income|coupons?|weight|share of|volume|fees?|assets|target|reading|forecast)\b",
    re.IGNORECASE,
)


def dated(text: str) -> bool:
    """Whether a text has an absolute date, if only a year."""
    return DATE.search(text) is not None
