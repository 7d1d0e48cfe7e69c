"""The rules of a stylesheet that given pages can use: a first view waits for no others (pure).

A rule is left out only when some class, identity, element or attribute that its selector asks for
occurs in none of the pages and is named in none of their scripts; what is inside :not(), :is() and
the like is not looked at. So the pages look the same, and what a script makes of them too as long
as the names are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

Rule = tuple[str, "str | list[Rule]"]  # what stands before the braces, and in them; "" before none

_TAG = re.compile(r"<[A-Za-z][^>]*>")
_WORD = re.compile(r"[\w-]+")
_NAME = re.compile(r"<([A-Za-z][\w-]*)|\s([A-Za-z][\w-]*)(?=[\s=/>])")  # of elements, attributes
_SAID = re.compile(r'\s(?:class|id)="([^"]*)"')
_LONG = re.compile(r'\s(?!class|id)[\w-]+="[^"]*"')  # an attribute whose value names no style
_REFERENCE = re.compile(r"var\(\s*(--[\w-]+)")
_NESTING = ("media", "supports")
# What Markdown makes, whether or not a page has it today: an edition's first list of terms would be
# a new stylesheet for it.
MARKDOWN = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "abbr", "em", "strong", "del", "sub", "sup"),
    *("small", "code", "kbd", "pre", "blockquote", "hr", "br", "img", "ul", "ol", "li", "dl", "dt"),
    *("dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure"),
}


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """The elements, attributes, classes and identities of `pages` (HTML), and each word of
    `scripts`. What attributes say is left out: it changes with every edition."""
    found: set[str] = set()
    tags = {tag for page in pages for tag in _TAG.findall(page)}
    for tag in {_emptied(tag) for tag in tags}:
        for said in _SAID.findall(tag):
            found.update(said.split())
        found.update(name for pair in _NAME.findall(tag) for name in pair if name)
    for script in scripts:
        found.update(_WORD.findall(script))
    return found


def _emptied(tag: str) -> str:
    """The tag with the names of its attributes, and with what its class and identity say."""
    return _LONG.sub(lambda match: match[0].partition("=")[0] + "=", tag)


def used_rules(css: str, names: set[str]) -> str:
    """The stylesheet `css` without the rules that ask for a name not in `names`, in its order.

    Custom properties that no rule left over refers to go too, unless one of `names` is theirs.
    """
    rules = list(_kept(tinycss2.parse_stylesheet(css, True, True), names))
    text = _text(rules)
    while True:
        rules = list(_without_unread(rules, names | set(_REFERENCE.findall(text))))
        shorter = _text(rules)
        if shorter == text:
            return text
        text = shorter


def _kept(nodes: Iterable[Any], names: set[str]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [s for s in _selectors(node.prelude) if _asked(s) <= names]
            if selectors:
                yield ",".join(map(_written, selectors)), _written(node.content)
        elif node.type == "at-rule" and node.lower_at_keyword in _NESTING and node.content:
            inner = list(_kept(tinycss2.parse_rule_list(node.content, True, True), names))
            if inner:
                yield f"@{node.lower_at_keyword} {_written(node.prelude)}", inner
        elif node.type == "at-rule":
            yield "", node.serialize()


def _selectors(prelude: Iterable[Any]) -> Iterator[list[Any]]:
    """The selectors of a rule, which commas part."""
    current: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield current
            current = []
        else:
            current.append(token)
    yield current


def _asked(selector: Iterable[Any]) -> set[str]:
    """The classes, identities, elements and attributes that a selector asks for."""
    asked = set()
    before = None
    for token in selector:
        pseudo = before is not None and before.type == "literal" and before.value == ":"
        if token.type == "hash" or (token.type == "ident" and not pseudo):
            asked.add(token.value)
        elif token.type == "[] block":
            asked.update(part.value for part in token.content[:1] if part.type == "ident")
        before = token
    return asked


def _without_unread(rules: Iterable[Rule], read: set[str]) -> Iterator[Rule]:
    """The rules without the custom properties that are not among `read`."""
    for before, body in rules:
        if isinstance(body, list):
            if inner := list(_without_unread(body, read)):
                yield before, inner
        elif not before or "--" not in body:
            yield before, body
        elif left := [d for d in _declarations(body) if d[0][:2] != "--" or d[0] in read]:
            yield before, ";".join(text for _, text in left)


def _declarations(body: str) -> list[tuple[str, str]]:
    nodes = tinycss2.parse_declaration_list(body, True, True)
    return [(node.name, node.serialize()) for node in nodes if node.type == "declaration"]


def _written(nodes: Any) -> str:
    return str(tinycss2.serialize(nodes)).strip()


def _text(rules: Iterable[Rule]) -> str:
    parts = []
    for before, body in rules:
        inner = body if isinstance(body, str) else _text(body)
        parts.append(f"{before}{{{inner}}}" if before else inner)
    return "".join(parts)
