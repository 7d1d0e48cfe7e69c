"""What a person typed for a thesis, kept by the first of the editions that have it the same (pure).

A third of a record seldom changes: the `text` of its templates, what is `written` of its claims,
and how its facts and charts are made. While the text stays the same, a record has none of it, but
under `typed_in` the name of the edition whose record has it all, and of claims, facts and charts
only what is otherwise than there. No edition's record ever goes, so it is found as long as all
records are at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.model import Edition

TYPED_IN = "typed_in"
# Beside `text`: what was typed of each of these, in lists or by name.
TYPED = {
    "claims": ("written", "finding", "headline"),
    "facts": ("statement", "from", "made_by"),
    "charts": ("from", "made_by"),
}
Thesis = Mapping[str, Any]  # of a record
Change = Callable[[Sequence[str], Mapping[str, Any], Mapping[str, Any]], Any]


def told_once(theses: Mapping[str, Thesis], editions: Sequence[Edition]) -> dict[str, Thesis]:
    """The theses of a new record, without what was typed as the newest of `editions` has it."""
    known = _theses(editions)
    newest = known[editions[-1].name] if editions else {}
    found = {}
    for slug, thesis in theses.items():
        holder = newest.get(slug, {}).get(TYPED_IN) or (editions[-1].name if editions else "")
        there = known.get(holder, {}).get(slug, {})
        left = {**_with_parts(_lean, thesis, there), TYPED_IN: holder}
        left.pop("text", None)
        is_same = "text" in there and _told_back(left, there) == {**thesis, TYPED_IN: holder}
        found[slug] = left if is_same else thesis
    return found


def told_whole(some: Iterable[Edition], editions: Iterable[Edition]) -> list[Edition]:
    """Some editions with all their words, those of earlier ones among them.

    Only to look something up in: each keeps the hash of its true record. Where the earlier one is
    not among `editions`, the words stay away, as from a record that never kept any.
    """
    known = _theses(editions)
    return [replace(edition, record=_whole(edition.record, known)) for edition in some]


def _theses(editions: Iterable[Edition]) -> dict[str, Mapping[str, Thesis]]:
    return {edition.name: edition.record.get("theses", {}) for edition in editions}


def _whole(
    record: Mapping[str, Any], known: Mapping[str, Mapping[str, Thesis]]
) -> Mapping[str, Any]:
    theses = {
        slug: _told_back(thesis, known.get(thesis.get(TYPED_IN, ""), {}).get(slug, {}))
        for slug, thesis in record.get("theses", {}).items()
    }
    return {**record, "theses": theses}


def _told_back(thesis: Thesis, there: Thesis) -> Thesis:
    """The thesis with what it leaves to `there`, the same thesis of another record."""
    if "text" not in there:
        return thesis
    return {**_with_parts(_full, thesis, there), "text": there["text"]}


def _lean(keys: Sequence[str], old: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    same = all(part.get(key) == old.get(key) for key in keys)
    return {k: v for k, v in part.items() if k not in keys} if same else part


def _full(keys: Sequence[str], old: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    if any(key in part for key in keys):
        return part
    return {**part, **{key: old[key] for key in keys if key in old}}


def _with_parts(change: Change, thesis: Thesis, there: Thesis) -> dict[str, Any]:
    """The thesis with each of its parts changed; `change` is told the same part of `there`."""
    parts = {}
    for kind, keys in TYPED.items():
        old, own = _by_name(there.get(kind, ())), thesis.get(kind, ())
        made = {n: change(keys, old.get(n, {}), part) for n, part in _by_name(own).items()}
        parts[kind] = made if isinstance(own, Mapping) else list(made.values())
    return {**thesis, **{kind: made for kind, made in parts.items() if kind in thesis}}


def _by_name(parts: Any) -> Mapping[str, Mapping[str, Any]]:
    return parts if isinstance(parts, Mapping) else {part["id"]: part for part in parts}
