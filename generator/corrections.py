"""What was corrected and taken back, all theses on one page; nothing corrected is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.articles import render
from generator.environment import make_environment
from generator.errors import Finding, ThesisError
from generator.finished import Corrected, Finished
from generator.model import Edition, Identity, Page, Thesis, Withdrawal
from generator.verdicts import Correction, JudgedClaim

PATH = "corrections.md"
TITLE = "Corrections"
LEDGER = "ledger"


def corrections_page(
    theses: Sequence[Finished],
    withdrawn: Sequence[Withdrawal],
    identity: Identity,
    *,
    root: Path,
) -> Page:
    """The corrections of all theses and the withdrawn editions, the newest first."""
    found = [one for item in theses for one in item.corrections]
    shared = root / "templates" / "_shared"
    context = {
        "title": TITLE,
        "identity": identity,
        "corrections": sorted(found, key=lambda c: (c.date, c.thesis, c.claim), reverse=True),
        "withdrawn": sorted(withdrawn, key=lambda item: item.edition, reverse=True),
    }
    environment = make_environment([root / "templates"])
    text, findings = render(environment, shared / "corrections.md.j2", context, root=root)
    if findings:
        raise ThesisError(findings)
    return Page(PATH, text, TITLE)


def corrections(
    thesis: Thesis, claims: Mapping[str, JudgedClaim], earlier: Sequence[Edition]
) -> tuple[Corrected, ...]:
    """Every correction of a thesis.

    `earlier` editions are in the names of today; what they had and claims.yml has no more, stays.
    """
    found: dict[tuple[str, dt.date, str], Corrected] = {}
    for judged in claims.values():
        claim = judged.claim
        link = f"theses/{thesis.slug}/{_page(thesis)}#{claim.id}"
        for one in _listed(thesis, claim.id, claim.statement, claim.corrections, link, ""):
            found[claim.id, one.date, one.was] = one
    for edition in sorted(earlier, key=lambda edition: edition.name, reverse=True):
        for record in edition.record.get("theses", {}).get(thesis.slug, {}).get("claims", ()):
            here = record["id"] in claims
            note = (
                "The record of this correction was since taken out of the claim."
                if here
                else "The claim was since taken out of the ledger."
            )
            link = f"theses/{thesis.slug}/{_page(thesis)}#{record['id']}" if here else ""
            past = tuple(
                Correction(dt.date.fromisoformat(c["date"]), c["was"], c["reason"])
                for c in record.get("corrections", ())
            )
            for one in _listed(thesis, record["id"], record["statement"], past, link, note):
                found.setdefault((record["id"], one.date, one.was), one)
    return tuple(found.values())


def _page(thesis: Thesis) -> str:
    return f"{LEDGER}.md" if LEDGER in thesis.pages else "index.md"


def _listed(
    thesis: Thesis,
    claim: str,
    statement: str,
    corrections: Sequence[Correction],
    link: str,
    note: str,
) -> list[Corrected]:
    """The corrections of one claim, each with what it said until the next one."""
    then = [*(correction.was for correction in corrections[1:]), statement]
    return [
        Corrected(c.date, thesis.title, claim, c.was, now, c.reason, link, note)
        for c, now in zip(corrections, then, strict=False)
    ]


def misdated(thesis: Thesis, *, today: dt.date, path: str) -> list[Finding]:
    """Corrections of before the thesis was published, or of after the day of this build."""
    findings = []
    for claim in thesis.claims:
        for correction in claim.corrections:
            said = f"the claim '{claim.id}' was corrected on {correction.date}"
            if correction.date < thesis.published:
                message = f"{said}, before the thesis was published on {thesis.published}."
                hint = "What nobody had read needs no correction: take it out, or mend the date."
                findings.append(Finding(path, claim.line, message, hint))
            elif correction.date > today:
                message = f"{said}, after the day of this build, {today}."
                hint = "Mend the date, or build as of that day."
                findings.append(Finding(path, claim.line, message, hint))
    return findings
