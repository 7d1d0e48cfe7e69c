"""The finished words of a thesis, looked at as a whole: its prose, and the weight of both cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.balance import balance, balance_findings
from generator.documents import read_text
from generator.errors import Finding
from generator.lint import RULES, Allowance, Bound, Given, Sentence, allowances, lint, sentences
from generator.lint.titles import typed_titles
from generator.model import Fact, Identity, Thesis
from generator.verdicts import STOP, JudgedClaim

VALUE = "\ufffc"  # stands for what an expression prints, where its words do not matter
WORDS = ("title", "sentence", "summary")  # of thesis.yml, printed on the home page too
# What is asked of an `otherwise` wording before it is needed; its numbers belong to the claim.
SPARE = ("promissory", "relative-date", "annualized-short")


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
        exceptions += [
            replace(item, line=first + item.line) for item in allowances(getattr(thesis, key), file)
        ]
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
    path = thesis.folder / "charts.py"
    titles = (
        typed_titles(read_text(path, "")[0], file.replace("thesis.yml", "charts.py"))
        if path.is_file()
        else ()
    )
    spare = replace(given, sentences=_spare(thesis, given.claims_path, resolve))
    every = [*lint(given), *titles, *(item for item in lint(spare) if item.rule in SPARE)]
    findings = [item for item in every if item.rule not in thesis.allowed]
    return Reviewed((*findings, *_misallowed(thesis, every, file)), tuple(exceptions))


def _spare(thesis: Thesis, path: str, resolve: Callable[[Bound], str]) -> list[Sentence]:
    """The wordings that would be printed if a claim no longer held."""
    return [
        replace(sentence, line=claim.line_of(("otherwise",)))
        for claim in thesis.claims
        if claim.otherwise and claim.otherwise != STOP
        for sentence in sentences(claim.otherwise.replace("{now}", VALUE), path, resolve)
    ]


def _misallowed(thesis: Thesis, found: Sequence[Finding], file: str) -> list[Finding]:
    """What thesis.yml allows for the whole thesis although there is no need or no such rule."""
    line, mistakes = thesis.lines.get("allow", 1), []
    for rule in thesis.allowed:
        if rule not in RULES or rule == "allowance":
            hint = f"There is: {', '.join(RULES)}."
            mistakes.append(Finding(file, line, f"there is no rule '{rule}' to allow.", hint))
        elif all(item.rule != rule for item in found):
            message = f"the allowance of '{rule}' lets nothing be."
            mistakes.append(Finding(file, line, message, "Take it out.", rule="allowance"))
    return mistakes


def review_printed(
    thesis: Thesis, printed: Mapping[str, Sequence[str]], *, root: Path
) -> list[Finding]:
    """Claims that another one replaced and that a page still prints."""
    path = (thesis.folder / "claims.yml").relative_to(root).as_posix()
    claims = {claim.id: claim for claim in thesis.claims}
    return [
        Finding(
            path,
            claims[name].line,
            f"'{page}' prints the claim '{name}', which '{claims[name].superseded_by}' replaced.",
            "Print the newer one; the old one stays in the ledger.",
        )
        for page, names in printed.items()
        for name in names
        if claims[name].superseded_by
    ]


def review_balance(
    thesis: Thesis, printed: Mapping[str, Sequence[str]], *, root: Path
) -> list[Finding]:
    """Whether the page with the case against prints as many bound claims as the article."""
    if not thesis.pages or thesis.against not in printed:
        return []
    claims = {claim.id: claim for claim in thesis.claims}
    found = balance(claims, printed[thesis.pages[0]], printed.get(thesis.against, ()))
    path = (thesis.folder / "thesis.yml").relative_to(root).as_posix()
    line = thesis.lines.get("against", 1)
    return balance_findings(found, page=thesis.against, path=path, line=line)
