"""Rules on whole pages and on the records behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.errors import Finding
from generator.lint.findings import SITE_FILE, Given, Hit, hit
from generator.lint.prose import Sentence
from generator.lint.returns import GROSS, NET, PERFORMANCE
from generator.verdicts import Claim

COUNTER_SECTIONS = {"risks", "risk", "against", "counter-evidence"}
TO_THE_CASE_AGAINST = re.compile(r"against|risk|counter", re.IGNORECASE)
NO_ADVICE = re.compile(r"\b(?:not|no|nor|neither) (?:\w+ ){0,3}advice\b", re.IGNORECASE)
IMPERSONAL = re.compile(
    r"\bimpersonal\b|\bgeneral information\b|\bnot (?:tailored|personal|addressed)\b", re.IGNORECASE
)


def claim_undated(given: Given) -> Iterator[Hit]:
    """A figure without a source or a day can be neither checked nor believed."""
    for claim in given.claims.values():
        withdrawn = claim.finding == "not found"
        if claim.value is None or withdrawn or claim.kind in ("opinion", "quotation"):
            continue
        lacks = [] if claim.source else ["source"]
        lacks += [] if claim.as_of and claim.as_of != "unknown" else ["date"]
        if lacks:
            message = f"the claim '{claim.id}' has a value and no {' and no '.join(lacks)}."
            hint = "Cite a row that has them ('cited:'), or write 'as_of:'; or withdraw the claim."
            yield Hit(Finding(given.claims_path, claim.line, message, hint, rule="claim-undated"))


def gross_claims(given: Given) -> Iterator[Hit]:
    """The same as in prose of a claim's own words, at its record."""
    for claim in given.claims.values():
        words = f"{claim.wording} {claim.statement}"
        match = GROSS.search(words)
        if match and PERFORMANCE.search(words) and not NET.search(words):
            message = (
                f"the claim '{claim.id}' gives performance before fees and nothing after them."
            )
            hint = "Give the figure after fees in its wording as well."
            yield Hit(Finding(given.claims_path, claim.line, message, hint, rule="gross-net"))


def risk_section(given: Given) -> Iterator[Hit]:
    """Sections of the article that argue, and show nothing that argues against them.

    A section argues if it prints a claim. What speaks against it is a claim of a section named
    risks or against, one that was contradicted or has counter-evidence, or a link to such a page.
    """
    article = given.sentences[0].page if given.sentences else ""
    section: list[Sentence] = []
    for sentence in [*given.sentences, None]:
        on_article = sentence is not None and sentence.page == article
        if sentence is None or not on_article or 0 < sentence.level <= 2:
            if section and section[0].level == 2 and _argues(given, section):
                message = f"nothing under '{section[0].text}' argues against it."
                mend = "Print a claim on its risks, or link to the case against."
                yield hit("risk-section", section[0], message, mend, section[0].text, warning=True)
            section = []
        if on_article and sentence is not None:
            section.append(sentence)


def _argues(given: Given, section: list[Sentence]) -> bool:
    claims = [claim for sentence in section for claim in given.cited(sentence)]
    linked = any(TO_THE_CASE_AGAINST.search(link) for s in section for link in s.links)
    return bool(claims) and not linked and not any(_counters(claim) for claim in claims)


def _counters(claim: Claim) -> bool:
    tagged = claim.section.lower() in COUNTER_SECTIONS or claim.finding == "contradicted"
    return tagged or bool(claim.counter_evidence)


def holdings(given: Given) -> Iterator[Hit]:
    """The line on what the editors own, even if it says that they do not say."""
    if not given.holdings.strip():
        message = "the site says nothing on its editors' holdings and conflicts."
        hint = 'Write extra.identity.holdings, if only "Holdings: not stated by the editors."'
        yield Hit(Finding(SITE_FILE, 1, message, hint, rule="holdings"))


def not_advice(given: Given) -> Iterator[Hit]:
    """The line that this is no advice and addressed to nobody in particular."""
    lines = " ".join(given.disclosures)
    lacks = [] if NO_ADVICE.search(lines) else ["it is not advice"]
    lacks += [] if IMPERSONAL.search(lines) else ["it is impersonal"]
    if lacks:
        message = f"no disclosure of the site says that {' and that '.join(lacks)}."
        hint = "Write under extra.identity.disclosures that it is impersonal, and not advice."
        yield Hit(Finding(SITE_FILE, 1, message, hint, rule="not-advice"))
