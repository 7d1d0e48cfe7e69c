"""Whether an edition is due: its cadence has passed, or a reader would find something else (pure).

Numbers that only moved with their data wait for the cadence; a verdict, a word, a claim, a chart or
a table kept by hand does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from generator.dates import in_words

Record = Mapping[str, Any]

CADENCES = {"daily": 1, "weekly": 7, "monthly": 28}  # days between editions


def why_due(
    newest: Record | None,
    found: Sequence[Record],
    *,
    cadences: Mapping[str, int],
    today: dt.date,
) -> list[str]:
    """Every reason for an edition of `today`, in words; none means that nothing is due.

    `newest` is the record of the newest edition, None before the first; `found` are the changes of
    each thesis against it (`generator.changes.changes`); `cadences` are days by thesis.
    """
    if newest is None:
        return ["there is no edition yet"]
    laid = dt.date.fromisoformat(str(newest["edition"]))
    passed = (today - laid).days
    due = [slug for slug, days in cadences.items() if passed >= days]
    reasons = [f"the last edition is of {in_words(laid)}"] if due else []
    gone = sorted(set(newest["theses"]) - set(cadences))
    reasons += [f"{slug} is gone" for slug in gone]
    for one in found:
        reasons += [f"{one['thesis']}: {reason}" for reason in _reasons(one)]
    return reasons


def _reasons(found: Record) -> list[str]:
    if found["kind"] != "compared":
        return [f"{found['kind']}"]
    moved = {
        "verdicts changed": found["verdicts"],
        "falsifiers changed": [part for part in found["falsifiers"].values() if part],
        "words changed": found["words"],
        "claims changed": [part for part in found["claims"].values() if part],
        "charts changed": [found["charts"][kind] for kind in ("new", "gone")],
        "tables kept by hand changed": found["tables"]["edited"],
    }
    return [words for words, parts in moved.items() if any(parts)]
