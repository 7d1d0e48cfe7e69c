"""Judge the prose of a thesis: what its author typed, against what its data produced.

Good practice, not legal advice. The rules follow what FINRA 2210(d)(1), SEC rule 206(4)-1, the
Market Abuse Regulation's 2016/958 and GIPS ask of people who are bound by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from generator.errors import Finding, did_you_mean
from generator.lint.findings import SITE_FILE, Given, Hit, Rule
from generator.lint.forecasts import forecast, quotation
from generator.lint.numbers import unbound_number
from generator.lint.page import (
    claim_undated,
    gross_claims,
    holdings,
    not_advice,
    risk_section,
)
from generator.lint.prose import Allowance, Bound, Sentence, allowances, sentences
from generator.lint.returns import (
    annualized_short,
    gross_net,
    hypothetical,
    performance_line,
    return_basis,
)
from generator.lint.words import promissory, relative_date, superlative
from generator.verdicts import Claim

__all__ = [
    "RULES",
    "SITE_FILE",
    "Allowance",
    "Bound",
    "Given",
    "Sentence",
    "allowances",
    "lint",
    "sentences",
]

RULES: Mapping[str, str] = {
    "promissory": "No word promises a result: no result of an investment is certain "
    "(FINRA 2210(d)(1)(B) and (F)).",
    "forecast": "A forecast names who makes it and a date or horizon, so that it can turn out "
    "wrong (FINRA 2210(d)(1)(F); 2016/958, article 3).",
    "unbound-number": "Every number in prose comes from a fact, a claim or a cited figure; a typed "
    "one is checked by nothing and goes stale (SEC 206(4)-1(a)(2), substantiation).",
    "claim-undated": "A claim with a figure has a source and a date "
    "(2016/958, articles 3 and 4: sources and dates of information).",
    "relative-date": "A page that is read for years says which year it means "
    "(2016/958, article 3: the date of every price).",
    "annualized-short": "No return of less than a year is annualized (GIPS; SEC 206(4)-1).",
    "return-basis": "A return says whether dividends are in it "
    "(SEC 206(4)-1(a)(6): performance that is fair and balanced).",
    "quotation": "Somebody's words have their speaker, date and address, or are marked unverified "
    "(2016/958, article 3: facts told from opinions, with sources).",
    "performance-line": "A page with performance says that the past does not predict the future "
    "(FINRA 2210(d)(1)(F)).",
    "hypothetical": "Figures of academic, back-tested or simulated portfolios are called "
    "hypothetical (SEC 206(4)-1(d)(6); GIPS).",
    "gross-net": "Performance before fees stands beside that after fees (SEC 206(4)-1(d)(1)).",
    "risk-section": "A section that argues by claims shows one that argues against it, or links to "
    "the case against (FINRA 2210(d)(1)(A): balance). A warning.",
    "superlative": "The highest or widest says of how many, or since when: over a short sample "
    "something is always a record (FINRA 2210(d)(1)(B): no exaggeration). A warning.",
    "holdings": "The site says what its editors own, or that they do not say "
    "(2016/958, article 5: conflicts of interest).",
    "not-advice": "The site says that it is impersonal and not advice "
    "(the publisher's exclusion of the Investment Advisers Act, 202(a)(11)(D)).",
    "allowance": "An exception names a rule that exists, gives its reason and is needed where it "
    "stands, so that the list of exceptions can be read.",
}

# These judge words alone: of a claim's words, the claim is what to mend, not the page around it.
OF_WORDS = ("promissory", "relative-date", "superlative")

CHECKS: tuple[tuple[str, Rule], ...] = (
    ("promissory", promissory),
    ("forecast", forecast),
    ("unbound-number", unbound_number),
    ("claim-undated", claim_undated),
    ("relative-date", relative_date),
    ("annualized-short", annualized_short),
    ("return-basis", return_basis),
    ("quotation", quotation),
    ("performance-line", performance_line),
    ("hypothetical", hypothetical),
    ("gross-net", gross_net),
    ("gross-net", gross_claims),
    ("risk-section", risk_section),
    ("superlative", superlative),
    ("holdings", holdings),
    ("not-advice", not_advice),
)


def lint(given: Given) -> list[Finding]:
    """Every finding, in the order of the pages; a claim that is printed twice is found once."""
    used: set[tuple[int, str]] = set()
    found: dict[tuple[object, ...], Finding] = {}
    for rule, check in CHECKS:
        for hit in check(given):
            if hit.sentence and rule in hit.sentence.allowed:
                used.add((id(hit.sentence), rule))
            else:
                found.setdefault(_same_thing(given, hit), _placed(given, hit))
    mistakes = [m for sentence in given.sentences for m in _misallowed(sentence, used)]
    return _in_order(given, [*found.values(), *mistakes])


def _same_thing(given: Given, hit: Hit) -> tuple[object, ...]:
    """What two findings share that are about one thing: the words of a claim printed twice."""
    sentence, found = hit.sentence, hit.finding
    if claim := _said_by(given, hit):
        return found.rule, claim.id
    return found.rule, found.message, found.path, found.line, sentence and sentence.own


def _said_by(given: Given, hit: Hit) -> Claim | None:
    """The claim that the sentence prints and that has the words; None where they were typed."""
    if not hit.sentence or not hit.words or hit.words in hit.sentence.own:
        return None
    words = hit.words.lower()
    claims = given.cited(hit.sentence)
    return next((c for c in claims if words in f"{c.wording} {c.index}".lower()), None)


def _placed(given: Given, hit: Hit) -> Finding:
    """The finding, at the record of the claim whose words it is about."""
    found, claim = hit.finding, _said_by(given, hit)
    if claim is None or found.rule not in OF_WORDS:
        return found
    line = claim.line_of(("wording",), ("statement",), ("cited",))
    where = f"Or allow it where {PurePath(found.path).name}:{found.line} prints it:"
    return replace(
        found, path=given.claims_path, line=line, hint=found.hint.replace("Or allow it:", where)
    )


def _misallowed(sentence: Sentence, used: set[tuple[int, str]]) -> list[Finding]:
    """Allowances that name no rule, give no reason, or let nothing be."""
    mistakes = []
    for allowance in sentence.allowances:
        rule = allowance.rule
        covers = rule in sentence.allowed and (id(sentence), rule) in used
        if rule not in RULES or rule == "allowance":
            message, hint = f"there is no rule '{rule}'.", did_you_mean(rule, RULES)
        elif not allowance.reason:
            message = f"the allowance of '{rule}' gives no reason."
            hint = f"Write {{# allow {rule}: why #}}; the page on method prints it."
        elif not covers:
            message = f"the allowance of '{rule}' lets nothing be."
            hint = "Take it out, or put it before or inside the sentence that needs it."
        else:
            continue
        mistakes.append(Finding(allowance.path, allowance.line, message, hint, rule="allowance"))
    return mistakes


def _in_order(given: Given, found: list[Finding]) -> list[Finding]:
    pages = {path: n for n, path in enumerate(dict.fromkeys(s.path for s in given.sentences))}
    last = len(pages)
    return sorted(found, key=lambda f: (pages.get(f.path, last), f.path, f.line, f.rule))
