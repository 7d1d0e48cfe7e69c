"""What changed between two editions of a thesis, from their records alone (pure).

Each change says who made it: the data (new or revised values, or the day) or the author (words,
claims, formulas, tables kept by hand). Records of an older program lack some of what is compared;
what they lack is listed, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.causes import EDITED, REVISED, Cause, Causes
from generator.changes_words import summary
from generator.claim_record import as_written
from generator.prose import PageChanges, page_changes, words_compared

SCHEMA = 1
Record = Mapping[str, Any]

# What a reader wants to know first: what turned out wrong, then what is late, then the rest.
RANK = ("broken", "resolved false", "drifted", "overdue", "resolved true", "holds")
IN_WORDS = ("statement", "wording", "otherwise", "said", "problem", "counter_evidence")
DATED = ("overdue", "pending", "resolved true", "resolved false")  # verdicts that a day may bring


def changes(before: Record | None, after: Record, slug: str) -> dict[str, Any]:
    """How the thesis `slug` differs between two records of editions; `before` None for the first.

    Its `kind` is compared, first (no edition before), new or gone (the thesis).
    """
    old, new = (record["theses"].get(slug) if record else None for record in (before, after))
    kind = "first" if before is None else "new" if old is None else "gone" if new is None else ""
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "thesis": slug,
        "title": (new or old or {}).get("title", slug),
        "since": before["edition"] if before else None,
        "edition": after["edition"],
        "kind": kind or "compared",
        **_nothing(),
    }
    if before is not None and old is not None and new is not None:
        causes = Causes(before, after, slug)
        found |= {
            "verdicts": _verdicts(causes),
            "falsifiers": _falsifiers(causes),
            "words": _words(old, new),
            "claims": _claims(old, new),
            "numbers": _numbers(causes),
            "charts": _charts(old, new),
            "tables": {"edited": causes.named(EDITED), "revised": causes.named(REVISED)},
            "not_recorded": _not_recorded(old, new),
        }
    return {**found, "summary": summary(found)}


def _nothing() -> dict[str, Any]:
    return {
        "verdicts": [],
        "falsifiers": {"states": [], "added": [], "removed": [], "edited": []},
        "words": [],
        "claims": {"added": [], "removed": [], "edited": [], "renamed": []},
        "numbers": {"moved": [], "new": [], "gone": []},
        "charts": {"new": [], "gone": [], "retitled": [], "redrawn": []},
        "tables": {"edited": [], "revised": []},
        "not_recorded": [],
    }


def _not_recorded(old: Record, new: Record) -> list[str]:
    """What one of the editions does not keep, so that it cannot be compared."""
    kept: Mapping[str, Callable[[Record], bool]] = {
        "words": lambda side: "text" in side,
        "claims": lambda side: all("written" in claim for claim in side.get("claims", ())),
        "formulas": lambda side: all("made_by" in f for f in side.get("facts", {}).values()),
        "tables": lambda side: "tables" in side,
    }
    return [name for name, keeps in kept.items() if not (keeps(old) and keeps(new))]


# ---- Claims ----


def _paired(old: Iterable[Record], new: Iterable[Record]) -> list[tuple[Record | None, Record]]:
    """Each claim of the new edition with the one it was; a renamed one has its old id as `was`."""
    known = {claim["id"]: claim for claim in old}
    pairs: list[tuple[Record | None, Record]] = []
    for claim in new:
        was = claim.get("was") or claim.get("written", {}).get("was") or ()
        names = [claim["id"], *([was] if isinstance(was, str) else was)]
        pairs.append((next((known[name] for name in names if name in known), None), claim))
    return pairs


def _verdicts(causes: Causes) -> list[dict[str, Any]]:
    found = []
    for old, new in _paired(causes.old.get("claims", ()), causes.new.get("claims", ())):
        if old is None or old["verdict"] == new["verdict"]:
            continue
        found.append(
            {
                **_named(new),
                "then": old["verdict"],
                "now": new["verdict"],
                "reason": new.get("reason", ""),
                "value": {"then": old.get("now"), "now": new.get("now"), "unit": new.get("unit")},
                "figure": _figures(new.get("written", {}).get("fact"), causes),
                "as_of": new.get("as_of"),
                "printed": {"then": old.get("printed"), "now": new.get("printed")},
                "headline": bool(new.get("headline")),
                **_why_verdict(old, new, causes).record(),
            }
        )
    order = {verdict: place for place, verdict in enumerate(RANK)}
    return sorted(found, key=lambda v: (not v["headline"], order.get(v["now"], len(RANK))))


def _figures(fact: str | None, causes: Causes) -> dict[str, str | None]:
    """What the fact of a claim printed then and prints now, where there is one."""
    sides = {"then": causes.old, "now": causes.new}
    return {at: side.get("facts", {}).get(fact, {}).get("text") for at, side in sides.items()}


def _why_verdict(old: Record, new: Record, causes: Causes) -> Cause:
    edited = _edited_fields(old, new)
    fact = new.get("written", {}).get("fact")
    moved = old.get("now") != new.get("now")
    if edited:
        more = "; its number moved too" if moved and fact else ""
        return Cause("author", "claim", f"the editors changed the claim{more}")
    if moved and fact and fact in causes.new.get("facts", {}):
        return causes.of_fact(fact)
    if fact and fact not in causes.new.get("facts", {}):
        return Cause("data", "data missing", "the data for it is not stored")
    if new["verdict"] in DATED:
        return Cause("data", "time", "its day has passed")
    if "written" not in old or "written" not in new:
        return Cause("not known", "not known", "one of the editions does not keep the claim whole")
    return Cause("data", "other figures", "another figure that it rests on changed")


def _named(claim: Record) -> dict[str, str]:
    return {"id": str(claim["id"]), "statement": str(claim.get("statement", ""))}


def _claims(old: Record, new: Record) -> dict[str, Any]:
    pairs = _paired(old.get("claims", ()), new.get("claims", ()))
    kept = {was["id"] for was, _ in pairs if was is not None}
    edited = []
    for was, claim in pairs:
        if was is not None and (fields := _edited_fields(was, claim)):
            edited.append({**_named(claim), "fields": fields})
    return {
        "added": [
            {**_named(claim), "verdict": claim["verdict"], "printed": claim.get("printed", "")}
            for was, claim in pairs
            if was is None
        ],
        "removed": [
            {**_named(claim), "verdict": claim["verdict"], "printed": claim.get("printed", "")}
            for claim in old.get("claims", ())
            if claim["id"] not in kept
        ],
        "edited": edited,
        "renamed": [
            {**_named(claim), "was": was["id"]}
            for was, claim in pairs
            if was is not None and was["id"] != claim["id"]
        ],
    }


def _edited_fields(old: Record, new: Record) -> list[dict[str, Any]]:
    """What its author changed of a claim; only its statement and source in older records."""
    whole = [as_written(side) for side in (old, new)]
    sides = [side for side in whole if side is not None]
    if len(sides) < 2:
        sides = [{k: side.get(k) for k in ("statement", "source")} for side in (old, new)]
    for side in sides:
        side.pop("was", None)
    if sides[0].get("wording") == sides[0].get("statement"):  # nothing of its own to tell
        sides[0].pop("wording", None)
    if sides[1].get("wording") == sides[1].get("statement"):
        sides[1].pop("wording", None)
    fields = []
    for name in sorted({*sides[0], *sides[1]}, key=_place):
        then, now = sides[0].get(name), sides[1].get(name)
        if then != now:
            fields.append(_edit(name, then, now))
    return fields


def _edit(name: str, then: Any, now: Any) -> dict[str, Any]:
    edit = {"field": name, "then": then, "now": now}
    if name in IN_WORDS:
        edit["parts"] = words_compared(str(then or ""), str(now or ""))
    return edit


def _place(name: str) -> tuple[int, str]:
    return (IN_WORDS.index(name) if name in IN_WORDS else len(IN_WORDS), name)


def _falsifiers(causes: Causes) -> dict[str, Any]:
    old, new = (
        {one["id"]: one for one in side.get("falsifiers", ())} for side in (causes.old, causes.new)
    )
    states, edited = [], []
    for name in (name for name in new if name in old):
        then, now = old[name], new[name]
        rewritten = [key for key in ("statement", "threshold") if then.get(key) != now.get(key)]
        if rewritten:
            fields = [_edit(key, then.get(key), now.get(key)) for key in rewritten]
            edited.append({**_named(now), "fields": fields})
        if then["state"] != now["state"]:
            fact = now.get("fact")
            cause = Cause("author", "falsifier", "the editors changed it")
            if not rewritten and fact in causes.new.get("facts", {}):
                cause = causes.of_fact(str(fact))
            elif not rewritten:
                cause = Cause("data", "time", "its day has passed or its data is not stored")
            sides = {"then": then["state"], "now": now["state"]}
            states.append({**_named(now), **sides, **cause.record()})
    return {
        "states": states,
        "added": [_named(one) for name, one in new.items() if name not in old],
        "removed": [_named(one) for name, one in old.items() if name not in new],
        "edited": edited,
    }


# ---- Words ----


def _words(old: Record, new: Record) -> list[dict[str, Any]]:
    if "text" not in old or "text" not in new:
        return []
    before, after = old["text"], new["text"]
    found = []
    for file in [*after, *(name for name in before if name not in after)]:
        if file in before and file in after:
            page = page_changes(before[file], after[file], old, new)
            kind = "changed"
        else:
            page, kind = PageChanges(()), "new" if file in after else "gone"
        if page or kind != "changed":
            found.append(
                {
                    "file": file,
                    "kind": kind,
                    "paragraphs": [{"kind": k, "parts": parts} for k, parts in page.paragraphs],
                    "moved": page.moved,
                    "look": page.look,
                }
            )
    return found


# ---- Numbers and charts ----


def _numbers(causes: Causes) -> dict[str, Any]:
    old, new = causes.old.get("facts", {}), causes.new.get("facts", {})
    moved = []
    for name, now in new.items():
        then = old.get(name)
        if then is None or all(then[key] == now[key] for key in ("value", "unit", "text")):
            continue
        moved.append(
            {
                **_number(name, now),
                "then": _printed(then),
                "now": _printed(now),
                "unit": now["unit"],
                "shown": then["text"] != now["text"],
                **causes.of_fact(name).record(),
            }
        )
    return {
        "moved": sorted(moved, key=lambda n: (not n["shown"], -_size(n))),
        "new": [
            _number(name, fact) | {"now": _printed(fact)} | _came(name, causes.old)
            for name, fact in new.items()
            if name not in old
        ],
        "gone": [
            _number(name, fact) | {"then": _printed(fact)} | _went(name, causes.new)
            for name, fact in old.items()
            if name not in new
        ],
    }


def _number(name: str, fact: Record) -> dict[str, Any]:
    return {"id": name, "statement": fact.get("statement") or name.replace("_", " ")}


def _printed(fact: Record) -> dict[str, Any]:
    return {key: fact.get(key) for key in ("value", "text", "as_of")}


def _size(number: Record) -> float:
    """How far a number moved beside its own size: 2 for one that changed its sign or left zero."""
    then, now = float(number["then"]["value"]), float(number["now"]["value"])
    return 2 * abs(now - then) / ((abs(now) + abs(then)) or 1)


def _came(name: str, old: Record) -> dict[str, str]:
    if name in old.get("missing", ()):
        return Cause("data", "data stored", "the data for it is stored now").record()
    return Cause("author", "added", "the editors added it").record()


def _went(name: str, new: Record) -> dict[str, str]:
    if name in new.get("missing", ()):
        return Cause("data", "data missing", "the data for it is not stored").record()
    return Cause("author", "removed", "the editors took it out").record()


def _charts(old: Record, new: Record) -> dict[str, Any]:
    before, after = ({c["id"]: c for c in side.get("charts", ())} for side in (old, new))
    both = [(before[name], chart) for name, chart in after.items() if name in before]
    return {
        "new": [_chart(c) | _came(name, old) for name, c in after.items() if name not in before],
        "gone": [_chart(c) | _went(name, new) for name, c in before.items() if name not in after],
        "retitled": [
            {"id": now["id"], "then": then["title"], "now": now["title"], **_retitled(then, now)}
            for then, now in both
            if then["title"] != now["title"]
        ],
        "redrawn": [
            _chart(now)
            for then, now in both
            if _rewritten(then, now) and then["title"] == now["title"]
        ],
    }


def _chart(chart: Record) -> dict[str, Any]:
    return {"id": chart["id"], "title": chart["title"]}


def _rewritten(then: Record, now: Record) -> bool:
    return "made_by" in then and "made_by" in now and then["made_by"] != now["made_by"]


def _retitled(then: Record, now: Record) -> dict[str, str]:
    if _rewritten(then, now):
        return Cause("author", "chart", "the editors changed the chart").record()
    if "made_by" not in then or "made_by" not in now:
        because = "one of the editions does not say how it was made"
        return Cause("not known", "not known", because).record()
    return Cause("data", "data", "the data behind its title moved").record()
