"""A template as one string: what its author typed, and one sign for each thing Jinja fills in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

GAP = "\0"  # stands where something was that is no text
VALUE = "\ufffc"  # an expression that prints something
MARK = "\ue000"  # a claim's mark: it belongs to the words before it
BREAK = "\ue001"  # a tag that divides what is before it from what comes after

# The last two are of numbers and nestings that the parser cannot take.
UNREADABLE = (TemplateSyntaxError, ValueError, RecursionError)
KINDS = {"facts": "fact", "claims": "claim"}
DIVIDING = {"else", "elif", "for", "endfor", "include", "macro", "endmacro", "call", "endcall"}
# What nearly every expression looks like; reading it so is ten times as fast as by Jinja.
PLAIN = re.compile(
    r"\s*(facts|claims)\.([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\s*((?:\|\s*[A-Za-z_]\w*\s*)*)"
)
ALLOWANCE = re.compile(r"\s*allow\s+([\w-]+)\s*(?::\s*(.*?))?\s*", re.DOTALL)
ENVIRONMENT = Environment(keep_trailing_newline=True, autoescape=False)


@dataclass(frozen=True)
class Bound:
    """What an expression in a template produced."""

    kind: str  # "fact", "claim" or "other"
    name: str  # facts.NAME or claims.NAME, "" for other
    part: str = ""  # what of it is printed, such as "mark" or "as_of"; "" for the whole
    filters: tuple[str, ...] = ()  # innermost first


@dataclass(frozen=True)
class Allowance:
    """A place where an author lets a rule be, and why."""

    rule: str
    reason: str
    path: str
    line: int


@dataclass
class Flat:
    """A template laid flat. A place in `text` leads back to its line, expression and comment."""

    text: str = ""
    places: list[int] = field(default_factory=list)  # where each line and token begins in `text`
    lines: list[int] = field(default_factory=list)  # and on which line of the file
    bound: dict[int, Bound] = field(default_factory=dict)
    allowances: dict[int, Allowance] = field(default_factory=dict)

    def line(self, place: int) -> int:
        """The line of the file on which the character at `place` stands."""
        return self.lines[bisect_right(self.places, place) - 1]


def flatten(source: str, path: str) -> Flat:
    """The template laid flat; nothing of one that Jinja cannot read, which others report."""
    flat, pieces, place = Flat(), [], 0
    try:
        for line, kind, raw in tokens(source):
            piece, bound = _laid(kind, raw)
            allowance = ALLOWANCE.fullmatch(raw) if kind == "comment" else None
            if allowance:
                rule, reason = allowance.group(1), " ".join((allowance.group(2) or "").split())
                flat.allowances[place] = Allowance(rule, reason, path, line)
            if bound:
                flat.bound[place] = bound
            for number, part in enumerate(piece.splitlines(keepends=True)):
                flat.places.append(place)
                flat.lines.append(line + number)
                pieces.append(part)
                place += len(part)
    except UNREADABLE:
        return Flat()
    flat.text = "".join(pieces)
    return flat


def tokens(source: str) -> Iterator[tuple[int, str, str]]:
    """The line, kind and inside of each literal text, expression, tag and comment, in order."""
    begun, inside, opening = 1, "", ""
    for line, kind, raw in ENVIRONMENT.lexer.tokeniter(source, None):
        if kind == "data":
            yield line, kind, raw
        elif kind in ("variable_begin", "block_begin", "comment_begin"):
            begun, inside, opening = line, "", kind.removesuffix("_begin")
        elif kind in ("variable_end", "block_end", "comment_end"):
            yield begun, opening, inside
            trailing = raw[len(raw.rstrip()) :]  # what a closing "-" takes away
            if trailing:
                yield line, "data", trailing
        else:
            inside += raw


def _laid(kind: str, raw: str) -> tuple[str, Bound | None]:
    if kind == "data":
        return raw, None
    if kind == "variable":
        return read_expression(raw)
    words = raw.strip("-+ \n\t").split(None, 1)
    return (BREAK if kind == "block" and words and words[0] in DIVIDING else GAP), None


@lru_cache(maxsize=4096)
def read_expression(inside: str) -> tuple[str, Bound | None]:
    """What stands for an expression in the flat text, and what it prints.

    A constant between braces was typed by the author as much as the text around it.
    """
    if plain := PLAIN.fullmatch(inside):
        kind, name, parts, filters = plain.groups()
        applied = tuple(word.strip() for word in filters.split("|")[1:])
        return _placed(Bound(KINDS[kind], name, parts.lstrip("."), applied))
    try:
        output = ENVIRONMENT.parse("{{" + inside + "}}").find(nodes.Output)
    except UNREADABLE:
        output = None
    if output is None:
        return VALUE, Bound("other", "")
    node, attributes, wrapped = _unwrapped(output.nodes[0])
    if isinstance(node, nodes.TemplateData):
        return node.data, None
    if isinstance(node, nodes.Const):
        return " ".join(str(node.value).split()), None
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return (GAP, None) if node.node.name == "show" else (VALUE, Bound("other", ""))
    if not (isinstance(node, nodes.Name) and node.name in KINDS and attributes):
        return VALUE, _inner(output) or Bound("other", "")
    name, *rest = attributes
    return _placed(Bound(KINDS[node.name], name, ".".join(rest), wrapped))


def _placed(bound: Bound) -> tuple[str, Bound]:
    return (MARK if bound.kind == "claim" and bound.part == "mark" else VALUE), bound


def _unwrapped(node: nodes.Node) -> tuple[nodes.Node, list[str], tuple[str, ...]]:
    """What an expression rests on, the attributes it takes of it, and the filters over it."""
    parts: list[str] = []
    filters: list[str] = []
    while True:
        if isinstance(node, nodes.Filter) and node.node is not None:
            filters.insert(0, node.name)
            node = node.node
        elif isinstance(node, nodes.CondExpr):
            node = node.expr1
        elif isinstance(node, nodes.Or | nodes.And):
            node = node.left
        elif isinstance(node, nodes.Getattr):
            parts.insert(0, node.attr)
            node = node.node
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            parts.insert(0, str(node.arg.value))
            node = node.node
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
            node = node.node
        else:
            return node, parts, tuple(filters)


def _inner(output: nodes.Output) -> Bound | None:
    """The first fact or claim inside an expression that makes something of it."""
    for part in output.find_all(nodes.Getattr):
        if isinstance(part.node, nodes.Name) and part.node.name in KINDS:
            return Bound(KINDS[part.node.name], part.attr, "made of it")
    return None
