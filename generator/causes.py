"""Why a number moved between two editions: new data, revised data, or an author's hand (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from generator.dates import in_words

By = Literal["data", "author", "program", "not known"]

# Of a table between two editions.
SAME, GROWN, REVISED, EDITED, UNSURE = "same", "grown", "revised", "edited", "unsure"


@dataclass(frozen=True)
class Cause:
    """Who moved a number: `kind` in a word or two, `because` in a clause."""

    by: By
    kind: str
    because: str

    def record(self) -> dict[str, str]:
        return {"by": self.by, "kind": self.kind, "because": self.because}


class Causes:
    """What two records of a thesis tell of what its numbers were made from."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any], slug: str) -> None:
        self.old: Mapping[str, Any] = before["theses"][slug]
        self.new: Mapping[str, Any] = after["theses"][slug]
        self.since = str(before["edition"])
        versions = [record.get("generator", {}).get("version") for record in (before, after)]
        self.other_program = versions[0] != versions[1]
        self.tables = {name: self._table(name) for name in self.new.get("tables", {})}

    def _table(self, name: str) -> str:
        old = self.old.get("tables", {}).get(name)
        new = self.new["tables"][name]
        if old is None:
            return UNSURE if "tables" not in self.old else GROWN
        if old["mark"] == new["mark"]:
            return SAME
        cut = new["until"].get(self.since)
        if cut is None:
            return UNSURE
        if cut == old["mark"]:
            return GROWN
        return EDITED if new["by_hand"] else REVISED

    def named(self, state: str, of: Iterable[str] | None = None) -> list[str]:
        """The labels of the tables in that state."""
        names = self.tables if of is None else [name for name in self.tables if name in set(of)]
        return [str(self.new["tables"][n]["label"]) for n in names if self.tables[n] == state]

    def behind(self, name: str) -> set[str]:
        """The facts, tables and days that a fact is computed from, itself included."""
        facts = self.new.get("facts", {})
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += facts.get(one, {}).get("from", ())
        return found

    def of_fact(self, name: str) -> Cause:
        """Why a fact is not what it was."""
        old, new = (side.get("facts", {}).get(name, {}) for side in (self.old, self.new))
        newer = str(new.get("as_of") or "") > str(old.get("as_of") or "")
        to = f"new data to {_day(new.get('as_of'))}" if new.get("as_of") else "new data"
        if "made_by" not in old or "made_by" not in new:
            if newer:
                return Cause("data", "new data", to)
            return Cause("not known", "not known", "one of the editions does not say what from")
        behind = self.behind(name)
        states = {self.tables[one] for one in behind if one in self.tables}
        revised = _some(self.named(REVISED, behind))
        rewritten = any(self.rewritten(one) for one in behind)
        if rewritten:
            more = "; the data changed too" if states - {SAME} else ""
            return Cause("author", "formula", f"the editors changed how it is computed{more}")
        if revised and (newer or GROWN in states):
            also = f"{to}, and earlier values of {revised} were revised"
            return Cause("data", "new and revised data", also)
        if revised:
            return Cause("data", "revised data", f"earlier values of {revised} were revised")
        if EDITED in states and not newer:
            tables = _some(self.named(EDITED, behind))
            return Cause("author", "table", f"the editors changed the table “{tables}”")
        if newer or GROWN in states:
            return Cause("data", "new data", to)
        if UNSURE in states:
            unsure = f"whether {_some(self.named(UNSURE, behind))} grew or was revised is not kept"
            return Cause("not known", "not known", unsure)
        if "today" in behind:
            return Cause("data", "time", "it depends on the day of the edition")
        if self.other_program:
            return Cause("program", "program", "another version of the program computed it")
        return Cause("not known", "not known", "nothing it is computed from changed")

    def rewritten(self, name: str) -> bool:
        """Whether the code of a fact is another, where both editions keep its mark."""
        sides = [side.get("facts", {}).get(name, {}) for side in (self.old, self.new)]
        marks = [fact.get("made_by") for fact in sides]
        return all(marks) and marks[0] != marks[1]


def _day(text: str | None) -> str:
    return in_words(dt.date.fromisoformat(text)) if text else ""


def _some(labels: Sequence[str], most: int = 2) -> str:
    """The first of several labels, and how many more."""
    more = len(labels) - most
    if more > 0:
        return f"{', '.join(labels[:most])} and {more} more"
    return " and ".join(labels)
