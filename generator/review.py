"""The finished words of a thesis, looked at as a whole: its prose, and the weight of both cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.balance import balance, balance_findings
from generator.documents import read_text
from generator.errors import Finding
from generator.lint import RULES, Allowance, Bound, Given, Sentence, allowances, lint, sentences
from generator.model import Fact, Identity, Thesis
from generator.verdicts import JudgedClaim

VALUE = "\ufffc"  # stands for what an expression prints, where its words do not matter
WORDS = ("sentence", "summary")  # of thesis.yml, printed on the home page too


@dataclass(frozen=True)
class Reviewed:
    """What the prose lint has to say of a thesis, and what it was told to let be."""

    findings: tuple[Finding, ...]
    allowances: tuple[Allowance, ...]


def review_prose(
    thesis: Thesis,
    facts: Mapping[str, Fact],
    claims: Mapping[str, JudgedClaim],
    identity: Identity,
    *,
    root: Path,
    today: dt.date,
) -> Reviewed:
    """Lint what the author typed, in thesis.yml and in every page."""

    def resolve(bound: Bound) -> str:
        if bound.kind == "claim" and bound.name in claims:
            return str(claims[bound.name])
        if bound.kind == "fact" and bound.name in facts:
            return facts[bound.name].text
        return VALUE

    file = (thesis.folder / "thesis.yml").relative_to(root).as_posix()
    found: list[Sentence] = []
    exceptions = [
        Allowance(rule, reason, file, thesis.lines.get("allow", 1))
        for rule, reason in thesis.allowed.items()
    ]
    for key in WORDS:
        first = thesis.lines.get(key, 1) - 1
        typed = sentences(getattr(thesis, key), file, resolve)
        found += [replace(sentence, line=first + sentence.line) for sentence in typed]
    for name in thesis.pages:
        path = thesis.folder / f"{name}.md.j2"
        shown = path.relative_to(root).as_posix()
        source, unreadable = read_text(path, shown)
        if not unreadable:  # else it is said where the page is rendered
            found += sentences(source, shown, resolve)
            exceptions += allowances(source, shown)
    given = Given(
        sentences=found,
        claims={claim.id: claim for claim in thesis.claims},
        claims_path=file.replace("thesis.yml", "claims.yml"),
        year=today.year,
        disclosures=identity.disclosures,
        holdings=identity.holdings,
    )
    findings = [item for item in lint(given) if item.rule not in thesis.allowed]
    unknown = [
        Finding(file, thesis.lines.get("allow", 1), f"there is no rule '{rule}'.", _rules())
        for rule in thesis.allowed
        if rule not in RULES
    ]
    return Reviewed((*findings, *unknown), tuple(exceptions))


def review_balance(
    thesis: Thesis, printed: Mapping[str, Sequence[str]], *, root: Path
) -> list[Finding]:
    """Whether the page with the case against prints as many bound claims as the article."""
    if not thesis.against:
        return []
    claims = {claim.id: claim for claim in thesis.claims}
    found = balance(claims, printed[thesis.pages[0]], printed.get(thesis.against, ()))
    path = (thesis.folder / "thesis.yml").relative_to(root).as_posix()
    line = thesis.lines.get("against", 1)
    return balance_findings(found, page=thesis.against, path=path, line=line)


def _rules() -> str:
    return f"There is: {', '.join(RULES)}."
