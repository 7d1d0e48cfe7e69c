"""What a person typed for a thesis, kept by the first of the editions that have it the same (pure).

A third of a record are words that seldom change: the `text` of its templates, and what is `written`
of its claims. The record of an edition in which nobody changed any has none of them, but under
`typed_in` the name of the edition whose record has them all. No edition's record ever goes, so they
are found as long as all records are at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.model import Edition

TYPED_IN = "typed_in"
Thesis = Mapping[str, Any]  # of a record


def told_once(theses: Mapping[str, Thesis], editions: Sequence[Edition]) -> dict[str, Thesis]:
    """The theses of a new record, without the words that the newest of these editions has too."""
    newest = editions[-1:]
    whole = told_whole(newest, editions)
    before: Mapping[str, Thesis] = whole[0].record.get("theses", {}) if whole else {}
    found = {}
    for slug, thesis in theses.items():
        same = slug in before and "text" in thesis and _typed(before[slug]) == _typed(thesis)
        holder = newest[0].record["theses"][slug].get(TYPED_IN, newest[0].name) if same else ""
        found[slug] = _left_to(holder, thesis) if holder else thesis
    return found


def told_whole(some: Iterable[Edition], editions: Iterable[Edition]) -> list[Edition]:
    """Some editions with all their words, those of earlier ones among them.

    Only to look something up in: each keeps the hash of its true record. Where the earlier one is
    not among `editions`, the words stay away, as from a record that never kept any.
    """
    known = {edition.name: edition.record.get("theses", {}) for edition in editions}
    return [replace(edition, record=_whole(edition.record, known)) for edition in some]


def _typed(thesis: Thesis) -> tuple[Any, dict[str, Any]]:
    return thesis.get("text"), {one["id"]: one.get("written") for one in thesis.get("claims", ())}


def _left_to(holder: str, thesis: Thesis) -> dict[str, Any]:
    claims = [{k: v for k, v in claim.items() if k != "written"} for claim in thesis["claims"]]
    return {k: v for k, v in thesis.items() if k != "text"} | {"claims": claims, TYPED_IN: holder}


def _whole(
    record: Mapping[str, Any], known: Mapping[str, Mapping[str, Thesis]]
) -> Mapping[str, Any]:
    theses = {}
    for slug, thesis in record.get("theses", {}).items():
        text, written = _typed(known.get(thesis.get(TYPED_IN, ""), {}).get(slug, {}))
        if text is None:
            theses[slug] = thesis
            continue
        claims = [
            {**claim, "written": written[claim["id"]]}
            if written.get(claim["id"]) is not None
            else claim
            for claim in thesis["claims"]
        ]
        theses[slug] = {**thesis, "text": text, "claims": claims}
    return {**record, "theses": theses}
