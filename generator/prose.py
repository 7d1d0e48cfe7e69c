"""Words compared with words: a readable difference between two versions of a text (pure).

What an expression prints is the data's, so it is compared by the expression: a paragraph whose
numbers moved and whose words did not is the same paragraph.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from generator.claim_record import as_written
from generator.dates import in_words

AROUND, LONGEST = 12, 30  # words kept beside a change, of what stayed; shorter runs stay whole
ALIKE = 0.5  # of two paragraphs' words, from which on one is the other, reworded
OR = "or"  # stands where a template has another wording for other data

_JINJA = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
_SHOW = re.compile(r"show\(\s*charts\.(\w+)\s*\)")
_VALUE = re.compile(r"(facts|claims)\.(\w+)((?:\.\w+)*)\s*((?:\|\s*\w+\s*)*)")
_NAME = re.compile(r"\b(?:facts|claims|charts|tables)\.(\w+)")
_INNER = re.compile(r"\b(claims)\.(\w+)(\.\w+)")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_TAG = re.compile(r"<[^>]+>")
_LEAD = re.compile(r"^\s*(?:#+ |[-*+] |\d+[.)] |!!! \w+ ?|\?\?\?\+? \w+ ?|--- )")
_RULE = re.compile(r"\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?)?")
_LOOK = re.compile(r"\{[^}]*\}|\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_WORD = re.compile(r"\s*(?:\S+?(?=[.,;:!?)”]*(?:\s|$))|\S+)")  # its punctuation is a word too
SHORT = 5  # letters that two changes must have between them, or they are one


@dataclass(frozen=True)
class Token:
    """A word, or what stands for an expression; `key` is what it is compared by."""

    key: str
    text: str
    kind: str = "words"  # or value, chart, or
    apart: bool = True  # a space goes before it


def tokens(block: str, edition: Mapping[str, Any]) -> list[Token]:
    """A paragraph as its reader met it, its expressions as that edition's record has them."""
    found: list[Token] = []
    apart = True
    for part in _JINJA.split(_LEAD.sub("", block)):
        if part.startswith("{%"):
            if re.match(r"\{%-?\s*(else|elif)\b", part):
                found.append(Token(OR, OR, "or"))
                apart = True
        elif part.startswith("{{"):
            token = _expression(part.strip("{}- "), edition, apart=apart)
            found += [token] if token else []
            apart = False
        else:
            plain = _plain(part)
            found += _split(plain, apart=apart)
            apart = apart and not plain.strip()
            apart = plain[-1:].isspace() or apart
    return found


def _split(plain: str, *, apart: bool) -> list[Token]:
    """The words and punctuation of a text without expressions."""
    words = _WORD.findall(plain)
    spaced = [word[:1].isspace() or (apart and not i) for i, word in enumerate(words)]
    stripped = [word.strip() for word in words]
    return [Token(w, w, apart=s) for w, s in zip(stripped, spaced, strict=True) if w]


def _plain(markdown: str) -> str:
    """Words without the signs that only say how they look."""
    text = _RULE.sub(" ", _TAG.sub("", markdown))
    text = _LINK.sub(lambda link: f"{link[1]} ({link[2]})", text)
    text = html.unescape(_LOOK.sub("", text)).replace("\xa0", " ")
    return re.sub(r"^\s*(?:---|\|)\s*|\s*(?:---|\|)\s*$", "", text) if "---" in text else text


def _expression(typed: str, edition: Mapping[str, Any], *, apart: bool) -> Token | None:
    """What stands for an expression; None where a reader sees only a sign."""
    key = "{{" + " ".join(typed.split()) + "}}"
    if shown := _SHOW.fullmatch(typed):
        title = next((c["title"] for c in edition.get("charts", ()) if c["id"] == shown[1]), "")
        return Token(key, f"chart: {title or _words(shown[1])}", "chart")
    if match := _VALUE.fullmatch(typed):
        kind, name, below, filters = match[1], match[2], match[3], match[4]
        if below == ".mark":
            return None
        text = _printed(edition, kind, name, below)
        if "sentence" in filters:
            text = text[:1].upper() + text[1:]
        return Token(key, text, "value", apart)
    if typed.startswith(("thesis.title", "thesis.sentence")):
        field = typed.partition(".")[2].partition(" ")[0]
        return Token(key, str(edition.get(field, field)), "value", apart)
    if inner := _INNER.search(typed):
        return Token(key, _printed(edition, *inner.groups()), "value", apart)
    named = _NAME.search(typed)
    return Token(key, _words(named[1]) if named else "value", "value", apart)


def _printed(edition: Mapping[str, Any], kind: str, name: str, below: str) -> str:
    """What a fact or claim printed in an edition, or its name in words where that is not kept."""
    if kind == "claims":
        claims: dict[str, Any] = {claim["id"]: claim for claim in edition.get("claims", ())}
        claim = claims.get(name, {})
        text = claim.get("printed") or claim.get("statement")
        if below:
            text = (as_written(claim) or {}).get(below[1:])
            text = f"{text:g}" if isinstance(text, int | float) else text
    else:
        fact = edition.get("facts", {}).get(name, {})
        text = fact.get("text")
        if below.startswith(".as_of"):
            day = dt.date.fromisoformat(fact["as_of"]) if fact.get("as_of") else None
            text = day and (str(day.year) if below == ".as_of.year" else in_words(day))
        elif below == ".value" and "value" in fact:
            text = f"{fact['value']:.4g}"
    return str(text) if text else f"{_words(name)}: no value"


def _words(name: str) -> str:
    return name.replace("_", " ")


Part = dict[str, str]  # op (same, del, ins), kind (words, value, chart, or), text


def compared(before: Sequence[Token], after: Sequence[Token]) -> list[Part]:
    """The two as one text: what stayed, with what it prints now, what went and what came."""
    keys = [[token.key for token in side] for side in (before, after)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    parts: list[Part] = []
    for stayed, (a, b, c, d) in _legible(matcher.get_opcodes(), after):
        if stayed:
            _add(parts, "same", after[c:d])
        else:
            _add(parts, "del", before[a:b])
            _add(parts, "ins", after[c:d])
    return parts


Span = tuple[int, int, int, int]


def _legible(
    found: Sequence[tuple[str, int, int, int, int]], after: Sequence[Token]
) -> list[tuple[bool, Span]]:
    """What stayed and what changed; a word or two between two changes is a part of them."""
    kept: list[tuple[bool, Span]] = []
    for i, (op, *span) in enumerate(found):
        a, b, c, d = span
        letters = sum(t.text.isalnum() and len(t.text) for t in after[c:d])
        short = letters <= SHORT and all(t.kind == "words" for t in after[c:d])
        stayed = op == "equal" and not (0 < i < len(found) - 1 and short)
        if kept and not stayed and not kept[-1][0]:
            first = kept.pop()[1]
            a, c = first[0], first[2]
        kept.append((stayed, (a, b, c, d)))
    return kept


def words_compared(before: str, after: str) -> list[Part]:
    """The same for plain words."""
    return compared(*(_split(" ".join(text.split()), apart=True) for text in (before, after)))


def whole(op: str, side: Sequence[Token]) -> list[Part]:
    """A text that is all new or all gone."""
    parts: list[Part] = []
    _add(parts, op, side)
    return parts


def _add(parts: list[Part], op: str, side: Iterable[Token]) -> None:
    for token in side:
        text = f" {token.text}" if token.apart and parts else token.text
        last = parts[-1] if parts else None
        if last and token.kind == "words" and (last["op"], last["kind"]) == (op, "words"):
            last["text"] += text
        else:
            parts.append({"op": op, "kind": token.kind, "text": text})


def shortened(parts: Sequence[Part]) -> list[Part]:
    """The text with only the words next to a change, of long runs that stayed; a gap says so."""
    kept: list[Part] = []
    runs = [(op, list(run)) for op, run in groupby(parts, key=lambda part: part["op"])]
    for number, (op, run) in enumerate(runs):
        pieces = [piece for part in run for piece in _pieces(part)]
        words = sum(len(piece["text"].split()) for piece in pieces)
        if op != "same" or words <= LONGEST or len(runs) == 1:
            kept += run
            continue
        head = pieces[:AROUND] if number else []
        tail = pieces[-AROUND:] if number < len(runs) - 1 else []
        if len(head) + len(tail) >= len(pieces):
            kept += run
            continue
        gap = {"op": "same", "kind": "gap", "text": " […]" if head else "[…]"}
        kept += [*head, gap, *tail]
    return kept


def _pieces(part: Part) -> list[Part]:
    """A part word by word; a value is one piece, however long."""
    if part["kind"] != "words":
        return [part]
    return [{**part, "text": word} for word in re.findall(r"\s*\S+", part["text"])]


@dataclass(frozen=True)
class PageChanges:
    """What became of the paragraphs of a page."""

    paragraphs: tuple[tuple[str, list[Part]], ...]  # (changed, new or gone) and the text
    moved: int = 0
    look: int = 0  # paragraphs of which only signs, conditions or layout changed

    def __bool__(self) -> bool:
        return bool(self.paragraphs or self.moved or self.look)


def page_changes(
    before: Sequence[str],
    after: Sequence[str],
    then: Mapping[str, Any],
    now: Mapping[str, Any],
) -> PageChanges:
    """The paragraphs that were reworded, are new or gone, in the order of the new page."""
    gone, come = [], []
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op != "equal":
            gone += [(c, block) for block in before[a:b]]  # beside what stands there now
            come += [(at, after[at]) for at in range(c, d)]
    left = Counter(block for _, block in come) & Counter(block for _, block in gone)
    moved = sum(left.values())
    gone = list(_without(gone, Counter(left)))
    come = list(_without(come, Counter(left)))
    old = [(at, block, tokens(block, then)) for at, block in gone]
    found: list[tuple[int, int, str, list[Part]]] = []
    look = 0
    for at, _, new in ((at, block, tokens(block, now)) for at, block in come):
        pair = max(old, key=lambda one: _likeness(one[2], new), default=None)
        if pair is None or _likeness(pair[2], new) < ALIKE:
            if new:
                found.append((at, 1, "new", whole("ins", new)))
            look += not new
            continue
        old.remove(pair)
        parts = compared(pair[2], new)
        if any(part["op"] != "same" for part in parts):
            found.append((at, 1, "changed", parts))
        else:
            look += 1
    for at, _, words in old:
        if words:
            found.append((at, 0, "gone", whole("del", words)))
        look += not words
    found.sort(key=lambda one: one[:2])
    return PageChanges(tuple((kind, parts) for _, _, kind, parts in found), moved, look)


def _without(blocks: Iterable[tuple[int, str]], leave: Counter[str]) -> Iterator[tuple[int, str]]:
    for at, block in blocks:
        if leave[block]:
            leave[block] -= 1
        else:
            yield at, block


def _likeness(one: Sequence[Token], other: Sequence[Token]) -> float:
    """The share of words that two paragraphs have in common; 1 for two that have none."""
    if not one and not other:
        return 1.0
    shared = Counter(t.key for t in one) & Counter(t.key for t in other)
    return 2 * sum(shared.values()) / (len(one) + len(other))
