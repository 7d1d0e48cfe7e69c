"""The sentences of a template, with what their author typed told from what data produced."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import Generic, TypeVar

from generator.lint.markdown import clean, paragraphs, split
from generator.lint.template import BREAK, GAP, MARK, VALUE, Allowance, Bound, Flat, flatten

__all__ = ["VALUE", "Allowance", "Bound", "Sentence", "allowances", "sentences"]

ENDING = ".md.j2"
TYPED = str.maketrans({GAP: "", BREAK: " ", MARK: VALUE})
SEEN = f" \t\n{GAP}{BREAK}"  # what no reader sees
AIR = re.compile(r" +([.,;:])")  # that a mark left behind

Resolve = Callable[[Bound], str]
T = TypeVar("T")


@dataclass(frozen=True)
class Sentence:
    """One sentence, heading or list item of a template."""

    path: str
    line: int  # of its first character
    text: str  # each expression replaced by what it prints
    own: str  # only what the author typed, with U+FFFC for each expression
    bound: tuple[Bound, ...]
    heading: str  # the nearest heading above; of a heading, its own text
    page: str  # the file's name without its ending
    allowed: Mapping[str, str] = field(default_factory=dict)  # rule name -> reason
    level: int = 0  # of a heading, 1 to 6; 0 for prose
    paragraph: int = 0  # of the page, counted from its top
    links: tuple[str, ...] = ()  # the targets of its Markdown links
    allowances: tuple[Allowance, ...] = ()  # also those that stand beside it and cover nothing
    lines: tuple[int, ...] = ()  # of each word of `own`, where they stand on several

    def line_of(self, words: str) -> int:
        """The line on which words of this sentence begin; its first one if they are not typed."""
        place = self.own.find(words) if words and self.lines else -1
        return self.line if place < 0 else self.lines[self.own[:place].count(" ")]

    @cached_property
    def lower(self) -> str:
        """The text in lower case: a rule first looks here for the stems of its words."""
        return self.text.lower()


def sentences(source: str, path: str, resolve: Resolve) -> list[Sentence]:
    """Every sentence of a template; none of one that is no template.

    `resolve` says what a whole fact or claim prints. A part of one, such as its date, is U+FFFC in
    the text, and a claim's mark is nothing.
    """
    flat = flatten(_unix(source), path)
    text, links = clean(flat.text)
    comments, bound, targets = _Placed(flat.allowances), _Placed(flat.bound), _Placed(links)
    found: list[Sentence] = []
    stray: list[Allowance] = []  # those that have not met a sentence yet
    heading = ""
    for number, (paragraph, words) in enumerate(paragraphs(text)):
        for begin, end in split(words):
            piece, start = words[begin:end], paragraph.begin + begin
            place = (start, start + len(piece))
            near, inside = comments.within(*place), bound.within(*place)
            typed = " ".join(piece.translate(TYPED).split())
            if not typed:
                stray += near.values()
                continue
            covering = [a for at, a in near.items() if _covers(piece, at - start)]
            printed = _printed(piece, start, inside, resolve)
            heading = printed if paragraph.level else heading
            found.append(
                Sentence(
                    path=path,
                    line=flat.line(start + len(piece) - len(piece.lstrip(SEEN))),
                    text=printed,
                    own=typed,
                    bound=tuple(inside.values()),
                    heading=heading,
                    page=PurePath(path).name.removesuffix(ENDING),
                    allowed={a.rule: a.reason for a in covering},
                    level=paragraph.level,
                    paragraph=number,
                    links=tuple(targets.within(*place).values()),
                    allowances=(*stray, *near.values()),
                    lines=_lines(piece, start, flat) if "\n" in piece.strip(SEEN) else (),
                )
            )
            stray = []
    if stray and found:
        found[-1] = replace(found[-1], allowances=(*found[-1].allowances, *stray))
    return found


def allowances(source: str, path: str) -> list[Allowance]:
    """Every place in a template where a rule is let be, in order."""
    return list(flatten(_unix(source), path).allowances.values())


def previous(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence | None, Sentence]]:
    """Each sentence with the one before it in the same paragraph, None for the first."""
    before: Sentence | None = None
    for sentence in sentences:
        same = before and (before.path, before.paragraph) == (sentence.path, sentence.paragraph)
        yield (before if same else None), sentence
        before = sentence


def _unix(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _covers(piece: str, place: int) -> bool:
    """Whether an allowance at `place` stands before or inside the sentence, not behind its end."""
    if piece[place:].strip(SEEN):
        return True
    return not piece[:place].rstrip(SEEN + MARK + "\"”’')]").endswith((".", "!", "?"))


def _lines(piece: str, start: int, flat: Flat) -> tuple[int, ...]:
    """The line of each word that the author typed."""
    lines: list[int] = []
    within = False
    for place, sign in enumerate(piece):
        seen = sign.translate(TYPED)
        if seen and not seen.isspace() and not within:
            lines.append(flat.line(start + place))
        within = within if not seen else not seen.isspace()
    return tuple(lines)


def _printed(piece: str, start: int, bound: Mapping[int, Bound], resolve: Resolve) -> str:
    """The sentence as a reader sees it."""
    parts, done = [], 0
    for place, thing in bound.items():
        parts += [piece[done : place - start].translate(TYPED), _value(thing, resolve)]
        done = place - start + 1
    words = "".join(parts) + piece[done:].translate(TYPED)
    return AIR.sub(r"\1", " ".join(words.split()))


def _value(bound: Bound, resolve: Resolve) -> str:
    if bound.kind == "claim" and bound.part == "mark":
        return ""
    if bound.part:
        return VALUE
    text = resolve(bound)
    return text[:1].upper() + text[1:] if "sentence" in bound.filters else text


class _Placed(Generic[T]):
    """Things by the place at which they stand."""

    def __init__(self, things: Mapping[int, T]) -> None:
        self.places = sorted(things)
        self.things = things

    def within(self, begin: int, end: int) -> dict[int, T]:
        """What stands at a place in [begin, end), in order."""
        first = bisect_left(self.places, begin)
        last = bisect_left(self.places, end, first)
        return {place: self.things[place] for place in self.places[first:last]}
