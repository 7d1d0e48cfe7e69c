"""What changed, in plain words: a line for the article and the feed, and lines for a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.dates import in_words
from generator.prose import Part, shortened

Found = Mapping[str, Any]

ABOUT = "thesis.yml"
FIRST = {
    "first": "the first edition",
    "new": "a thesis new in this edition",
    "gone": "no longer in this edition",
}
FALSIFIERS = ("added", "removed", "edited")
FIELDS = {
    "also": "further figures",
    "apart": "what it only seems to contradict",
    "as_of": "day of the cited figure",
    "basis": "basis",
    "counter_evidence": "evidence against it",
    "finding": "finding",
    "high": "highest value at which it holds",
    "low": "lowest value at which it holds",
    "of": "of what",
    "otherwise": "words once it no longer holds",
    "printed": "figure of the source article",
    "problem": "caution",
    "resolves_on": "day on which it resolves",
    "review_by": "day by which it is read again",
    "said": "words of the source article",
    "value": "cited figure",
    "wording": "words in the article",
}


def since(found: Found) -> str:
    """The day of the edition compared with, in words; "" where there is none."""
    return day(found["since"]) if found["since"] else ""


def day(name: str) -> str:
    return in_words(dt.date.fromisoformat(name))


def field(name: str) -> str:
    """A field of a claim in words."""
    return FIELDS.get(name, name.replace("_", " "))


def page_name(file: str) -> str:
    """A page as the list of changes calls it."""
    if file == ABOUT:
        return "Title and summary"
    return file.partition(".")[0].replace("-", " ").replace("_", " ").capitalize()


def counts(found: Found) -> dict[str, int]:
    """How many of each there are; numbers that print as they did are left out."""
    paragraphs = [paragraph["kind"] for page in found["words"] for paragraph in page["paragraphs"]]
    claims, charts = found["claims"], found["charts"]
    return {
        "numbers": sum(1 for number in found["numbers"]["moved"] if number["shown"]),
        "verdicts": len(found["verdicts"]),
        "falsifiers": len(found["falsifiers"]["states"]),
        "paragraphs": len(paragraphs),
        "reworded": paragraphs.count("changed"),
        "paragraphs new": paragraphs.count("new"),
        "paragraphs gone": paragraphs.count("gone"),
        "pages": sum(1 for page in found["words"] if page["kind"] != "changed"),
        "moved": sum(page["moved"] for page in found["words"]),
        "claims added": len(claims["added"]),
        "claims removed": len(claims["removed"]),
        "claims edited": len(claims["edited"]) + len(claims["renamed"]),
        "falsifiers edited": sum(len(found["falsifiers"][key]) for key in FALSIFIERS),
        "charts new": len(charts["new"]),
        "charts gone": len(charts["gone"]),
        "charts redrawn": len(charts["redrawn"]),
    }


def nothing(found: Found) -> bool:
    """Whether no reader could tell the two editions apart, nor their data."""
    parts = (found["claims"], found["falsifiers"], found["numbers"], found["charts"])
    lists = [found["verdicts"], found["words"], *(v for part in parts for v in part.values())]
    return not any(lists) and not any(found["tables"].values())


def summary(found: Found) -> str:
    """What changed in a line: 12 numbers, 2 verdicts, no words."""
    if found["kind"] in FIRST:
        return FIRST[found["kind"]]
    if nothing(found) and not found["not_recorded"]:
        return "nothing"
    number = counts(found)
    said = [
        _count(number["numbers"], "number") or "no numbers",
        _count(number["verdicts"], "verdict") or "no verdicts",
        _words(found, number),
        _count(number["falsifiers"], "falsifier"),
        _count(number["claims added"], "claim", " added"),
        _count(number["claims removed"], "claim", " removed"),
        _count(number["claims edited"], "claim", " edited"),
        _count(number["falsifiers edited"], "falsifier", " edited"),
        _count(number["charts new"], "new chart"),
        _count(number["charts gone"], "chart", " gone"),
    ]
    return ", ".join(part for part in said if part)


def _words(found: Found, number: Mapping[str, int]) -> str:
    if "words" in found["not_recorded"]:
        return "words not compared"
    pages = _count(number["pages"], "page", " new or gone")
    changed = [
        _count(number["reworded"], "paragraph", " reworded"),
        _count(number["paragraphs new"], "paragraph", " added"),
        _count(number["paragraphs gone"], "paragraph", " taken out"),
    ]
    moved = "" if any(changed) else _count(number["moved"], "paragraph", " moved")
    return ", ".join(part for part in (*changed, moved, pages) if part) or "no words"


def _count(number: int, noun: str, after: str = "") -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}{after}" if number else ""


def by_data(found: Found) -> str:
    """What the data did, in a sentence."""
    moved = [n for n in found["numbers"]["moved"] if n["shown"]]
    ours = [n for n in moved if n["by"] != "author"]
    kinds = ("new data", "new and revised data", "revised data")
    number = {kind: sum(1 for n in ours if n["kind"] == kind) for kind in kinds}
    detail = [f"{count} with {kind}" for kind, count in number.items() if count]
    charts = found["charts"]
    said = [
        (_count(len(ours), "number") + (f" ({', '.join(detail)})" if detail else ""))
        if ours
        else "no number",
        _count(_of(found["verdicts"], "data"), "verdict") or "no verdict",
        _count(_of(found["falsifiers"]["states"], "data"), "falsifier"),
        _count(_of(found["numbers"]["new"], "data"), "number", " not stored before"),
        _count(_of(found["numbers"]["gone"], "data"), "number", " lost for want of data"),
        _count(_of(charts["new"], "data"), "chart", " that could not be drawn before"),
        _count(_of(charts["gone"], "data"), "chart", " lost for want of data"),
    ]
    return _listed([part for part in said if part])


def by_editors(found: Found) -> str:
    """What the editors did, in a sentence; "nothing" where they did not act."""
    number, charts = counts(found), found["charts"]
    moved = found["numbers"]
    said = [
        _count(number["reworded"], "paragraph", " reworded"),
        _count(number["paragraphs new"], "paragraph", " added"),
        _count(number["paragraphs gone"], "paragraph", " taken out"),
        _count(number["moved"], "paragraph", " moved"),
        _count(number["pages"], "page", " added or taken out"),
        _count(number["claims added"], "claim", " added"),
        _count(number["claims removed"], "claim", " removed"),
        _count(number["claims edited"], "claim", " edited"),
        *(_count(len(found["falsifiers"][k]), "falsifier", f" {k}") for k in FALSIFIERS),
        _count(_of(moved["moved"], "author"), "number", " changed by another formula or table"),
        _count(_of([*moved["new"], *moved["gone"]], "author"), "number", " added or taken out"),
        _count(_of([*charts["new"], *charts["gone"]], "author"), "chart", " added or taken out"),
        _count(len(charts["redrawn"]) + _of(charts["retitled"], "author"), "chart", " reworked"),
        _count(len(found["tables"]["edited"]), "table", " edited"),
    ]
    done = _listed([part for part in said if part])
    if "words" in found["not_recorded"]:
        return f"{done or 'nothing that can be told'}; the words cannot be compared"
    return done or "nothing"


def _of(changes: Sequence[Found], by: str) -> int:
    return sum(1 for change in changes if change["by"] == by)


def _listed(parts: Sequence[str]) -> str:
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last


def lines(found: Found) -> Iterator[str]:
    """The changes of a thesis as lines for a terminal."""
    yield f"{found['title']} ({found['thesis']}): {found['summary']}"
    for v in found["verdicts"]:
        yield f"  verdict   {v['id']}: {v['then']} -> {v['now']} ({v['because']})"
        yield f"            {v['statement']}"
    for f in found["falsifiers"]["states"]:
        yield f"  falsifier {f['id']}: {f['then']} -> {f['now']} ({f['because']})"
    for kind, label in (("added", "new"), ("removed", "gone"), ("edited", "edited")):
        for one in found["falsifiers"][kind]:
            yield f"  falsifier {one['id']}: {label} by the editors"
    for page in found["words"]:
        name = page["file"]
        if page["kind"] != "changed":
            yield f"  words     {name}: the page is {page['kind']}"
        for paragraph in page["paragraphs"]:
            yield f"  words     {name}: {marked(paragraph['parts'])}"
        if page["moved"] or page["look"]:
            yield f"  words     {name}: {page['moved']} moved, {page['look']} changed in look only"
    for kind in ("added", "removed"):
        for claim in found["claims"][kind]:
            yield f"  claim     {claim['id']}: {kind} by the editors: {claim['statement']}"
    for claim in found["claims"]["renamed"]:
        yield f"  claim     {claim['id']}: was {claim['was']}"
    for claim in found["claims"]["edited"]:
        for edit in claim["fields"]:
            words = marked(edit["parts"]) if "parts" in edit else _then_now(edit)
            yield f"  claim     {claim['id']}, {field(edit['field'])}: {words}"
    for n in found["numbers"]["moved"]:
        if n["shown"]:
            then, now = n["then"]["text"], n["now"]["text"]
            yield f"  number    {n['id']}: {then} -> {now} ({n['because']})"
    if unshown := sum(1 for n in found["numbers"]["moved"] if not n["shown"]):
        yield f"  number    {unshown} more moved by less than is printed"
    for kind in ("new", "gone"):
        for n in found["numbers"][kind]:
            yield f"  number    {n['id']}: {kind} ({n['because']})"
        for chart in found["charts"][kind]:
            yield f"  chart     {chart['id']}: {kind} ({chart['because']})"
    for chart in found["charts"]["retitled"]:
        yield f"  chart     {chart['id']}: {_then_now(chart)} ({chart['because']})"
    for chart in found["charts"]["redrawn"]:
        yield f"  chart     {chart['id']}: reworked by the editors"
    for kind in ("edited", "revised"):
        for label in found["tables"][kind]:
            yield f"  table     {label}: {kind}"
    if found["not_recorded"]:
        yield f"  not compared, as one of the editions lacks it: {', '.join(found['not_recorded'])}"


def _then_now(change: Found) -> str:
    return f"{change['then']} -> {change['now']}"


def marked(parts: Sequence[Part]) -> str:
    """A compared text with [-what went-] and {+what came+}."""
    words = []
    for part in shortened(parts):
        text = part["text"]
        lead = " " if text.startswith(" ") else ""
        signs = {"del": ("[-", "-]"), "ins": ("{+", "+}")}.get(part["op"], ("", ""))
        words.append(f"{lead}{signs[0]}{text.strip()}{signs[1]}")
    return "".join(words)
