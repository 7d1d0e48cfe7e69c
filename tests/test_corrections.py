"""Corrections and withdrawals: what was said stays readable, with its date and the reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re
from pathlib import Path

import pytest

from generator.build import build
from generator.claim_entry import ClaimEntry
from generator.corrections import corrections, corrections_page
from generator.errors import ThesisError
from generator.model import Edition, Thesis, Withdrawal
from generator.records import _claim
from generator.retention import read_withdrawals
from generator.verdicts import Correction, JudgedClaim
from tests.conftest import ROOT, MakeRepository, make_identity

CORRECTED = """  corrections:
    - {date: 2026-01-20, was: "it was *41*% <b>", reason: The row was misread.}
    - {date: 2026-01-10, was: it was 42%, reason: "A slip of the pen."}
"""


def build_on(root: Path, day: str) -> Path:
    today = dt.date.fromisoformat(day)
    stamp = dt.datetime.combine(today, dt.time(23, 59), dt.UTC)
    return build(root, today=today, stamp=stamp, out=root / "site").folder


def corrected(make_repository: MakeRepository) -> Path:
    root = make_repository()
    tiny = root / "templates" / "tiny"
    (tiny / "claims.yml").write_text((tiny / "claims.yml").read_text() + CORRECTED)
    text = (tiny / "thesis.yml").read_text()
    (tiny / "thesis.yml").write_text(text.replace("  - article\n", "  - article\n  - ledger\n"))
    (tiny / "ledger.md.j2").write_text('# Ledger\n\n{% include "_shared/ledger.md.j2" %}\n')
    return root


def words(page: Path) -> str:
    text = re.sub(r"<script.*?</script>|<[^>]*>", " ", page.read_text(), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def test_a_correction_stands_at_the_claim_in_its_note_on_its_page_and_in_the_record(
    make_repository: MakeRepository,
) -> None:
    folder = build_on(corrected(make_repository), "2026-01-30")
    for page in ("theses/tiny/index.html", "theses/tiny/ledger/index.html"):
        said = words(folder / page)
        assert "Corrected on 2026-01-20. It said: “it was *41*% <b>”. The row was" in said
        assert "Corrected on 2026-01-10. It said: “it was 42%”. A slip of the pen. " in said
    page = (folder / "corrections" / "index.html").read_text()
    assert page.index("January 20, 2026") < page.index("January 10, 2026")
    assert 'href="../theses/tiny/ledger/#largest_share"' in page
    said = words(folder / "corrections" / "index.html")
    # What the older one was corrected to is what the newer one corrected again.
    assert "It said: it was 42% It says: it was *41*% <b>" in said
    record = json.loads((folder / "edition.json").read_text())
    (claim,) = record["theses"]["tiny"]["claims"]
    assert [item["date"] for item in claim["corrections"]] == ["2026-01-10", "2026-01-20"]
    assert claim["corrections"][0]["was"] == "it was 42%"


def test_without_corrections_and_withdrawals_the_page_says_so() -> None:
    page = corrections_page([], [], make_identity(), root=ROOT)
    assert page.text.count("None so far.") == 2


TINY = Thesis("tiny", Path(), "Tiny", "", "", dt.date(2026, 1, 2), ("article",), "", (), ())


def claim(name: str, *corrections: Correction) -> JudgedClaim:
    entry = ClaimEntry.model_validate({"finding": "added", "statement": "it is 40%"})
    made = dataclasses.replace(_claim(name, entry, {}, 1), corrections=corrections)
    return JudgedClaim(made, "holds", None, "", None, "")


@pytest.mark.parametrize(
    ("here", "note"),
    [
        (claim("share"), "The record of this correction was since taken out of the claim."),
        (claim("another"), "The claim was since taken out of the ledger."),
    ],
)
def test_a_correction_cannot_be_taken_back_in_silence(here: JudgedClaim, note: str) -> None:
    then = {"date": "2026-01-10", "was": "it was 42%", "reason": "A slip."}
    record = {"id": "share", "statement": "it is 40%", "corrections": [then]}
    past = [
        Edition(day, {"theses": {"tiny": {"claims": [record]}}}, "")
        for day in ("2026-01-16", "2026-01-23")
    ]
    (found,) = corrections(TINY, {here.claim.id: here}, past)
    assert (found.was, found.now, found.note) == ("it was 42%", "it is 40%", note)
    assert bool(found.link) == (here.claim.id == "share")


def test_a_correction_that_is_still_there_is_listed_once() -> None:
    correction = Correction(dt.date(2026, 1, 10), "it was 42%", "A slip.")
    then = {"date": "2026-01-10", "was": "it was 42%", "reason": "A slip."}
    record = {"id": "share", "statement": "it is 41%", "corrections": [then]}
    past = [Edition("2026-01-16", {"theses": {"tiny": {"claims": [record]}}}, "")]
    (found,) = corrections(TINY, {"share": claim("share", correction)}, past)
    assert (found.now, found.note) == ("it is 40%", "")


def withdrawing(make_repository: MakeRepository, text: str) -> Path:
    root = make_repository()
    config = (root / "mkdocs.yml").read_text()
    assert "extra:\n" in config
    (root / "mkdocs.yml").write_text(config.replace("extra:\n", f"extra:\n{text}", 1))
    return root


WITHDRAWN = """  editions:
    withdrawn:
      - {edition: 2026-01-30, date: 2026-02-01, reason: A table was misread.}
      - {edition: 2026-01-16, date: 2026-02-02, reason: Another one.}
"""


def test_withdrawn_editions_are_read_oldest_first_and_listed(
    make_repository: MakeRepository,
) -> None:
    root = withdrawing(make_repository, WITHDRAWN)
    assert read_withdrawals(root) == (
        Withdrawal("2026-01-16", dt.date(2026, 2, 2), "Another one."),
        Withdrawal("2026-01-30", dt.date(2026, 2, 1), "A table was misread."),
    )
    page = corrections_page([], read_withdrawals(root), make_identity(), root=ROOT).text
    assert 'href="../../2026-01-30/"' in page
    assert "withdrawn on February 1, 2026: A table was misread." in page
    assert page.index("2026-01-30") < page.index("2026-01-16")


def test_without_the_list_no_edition_is_withdrawn(make_repository: MakeRepository) -> None:
    assert read_withdrawals(make_repository()) == ()


def test_every_mistake_in_the_list_has_its_line_and_a_way_out(
    make_repository: MakeRepository,
) -> None:
    wrong = """  editions:
    withdrawn:
      - edition: 2026-01-30
        date: 2026-01-20
        reason: Too early.
      - {edition: soon, date: 2026-02-01}
      - {edition: 2026-01-30, date: 2026-02-01, reason: x, cause: y}
    withdraw: []
"""
    root = withdrawing(make_repository, wrong)
    with pytest.raises(ThesisError) as caught:
        read_withdrawals(root)
    lines = (root / "mkdocs.yml").read_text().splitlines()
    first = lines.index("    withdrawn:") + 1
    said = {(found.line - first, found.message) for found in caught.value.findings}
    assert {(line, message.partition(" (here")[0]) for line, message in said} == {
        (1, "'withdrawn', item '1': the edition is withdrawn before its own day."),
        (4, "'edition': this is no date"),
        (4, "the key 'reason' is missing under '1'."),
        (5, "unknown key 'cause'."),
        (6, "unknown key 'withdraw'."),
    }
    assert all(found.path == "mkdocs.yml" for found in caught.value.findings)


def test_an_edition_is_withdrawn_once(make_repository: MakeRepository) -> None:
    twice = WITHDRAWN.replace("2026-01-16", "2026-01-30")
    with pytest.raises(ThesisError, match="the edition of 2026-01-30 is withdrawn twice"):
        read_withdrawals(withdrawing(make_repository, twice))
