"""Whether the case against a thesis is made as seriously as the case for it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.errors import Finding
from generator.verdicts import Claim


@dataclass(frozen=True)
class Balance:
    """How many bound claims two pages print, each source and measure counted once."""

    for_it: int
    against_it: int
    duplicates: tuple[tuple[str, str], ...]  # claims against it that rest on the same thing


def balance(claims: Mapping[str, Claim], article: Iterable[str], against: Iterable[str]) -> Balance:
    """The claims for the thesis that its article prints, and those against it on the other page.

    A claim is bound when it rests on a fact or on a source; withdrawn ones speak for nothing.
    """
    supporting = [claims[name] for name in article if claims[name].stance == "for"]
    opposing = [claims[name] for name in against if claims[name].stance == "against"]
    first: dict[tuple[str, str], str] = {}
    twice: list[tuple[str, str]] = []
    for claim in filter(_bound, opposing):
        known = first.setdefault(_basis(claim), claim.id)
        if known != claim.id:
            twice.append((known, claim.id))
    return Balance(
        len({_basis(claim) for claim in supporting if _bound(claim)}), len(first), tuple(twice)
    )


def balance_findings(found: Balance, *, page: str, path: str, line: int) -> list[Finding]:
    """What `check` says of it, at the line that names the page with the case against."""
    findings = [
        Finding(
            path,
            line,
            f"'{page}' counts '{second}' once with '{first}': they share source and measure.",
            "Keep one of the two, or give them different measures.",
            rule="balance",
            warning=True,
        )
        for first, second in found.duplicates
    ]
    if found.against_it < found.for_it:
        findings.append(
            Finding(
                path,
                line,
                f"'{page}' prints {found.against_it} bound claims against the thesis, the article "
                f"{found.for_it} for it.",
                "Add to the case against what is missing, each claim with its source.",
                rule="balance",
            )
        )
    return findings


def _bound(claim: Claim) -> bool:
    return claim.finding != "not found" and bool(claim.fact or claim.source)


def _basis(claim: Claim) -> tuple[str, str]:
    """What a claim rests on: its source, and what of it."""
    source = claim.source.url if claim.source else ""
    measure = f"{claim.measure} of {claim.of}" if claim.measure else claim.cited or claim.id
    return source, measure
