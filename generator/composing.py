"""YAML from a text to its tree and its plain values, without a way to make it costly.

Only plain values are made, and no more of them than a person would write: what nests without end,
refers to itself or multiplies through aliases is refused before it costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from generator.errors import Finding

# The one written in C, where PyYAML was built with it: ten times as fast, but short of words.
QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TABS = "Indent with spaces: YAML takes no tabs."
MIXED = "Check the indentation here and one line above; a value with a colon stands in quotes."
ALIASES = "Write out what is meant, without & and *."
PLAIN = "Write a plain value without a tag, or a text in quotes."

MOST_SIGNS = 2_000_000  # of a file
DEEPEST = 50  # levels within one another
MOST_REPEATED, SOME = 10, 1_000  # times that aliases may repeat what is written, and beyond
# What PyYAML raises for a value that cannot be made: a day of no month, !!int of a word.
UNREADABLE = (ValueError, AttributeError, LookupError, TypeError, OverflowError, RecursionError)


def compose(text: str, path: str) -> tuple[yaml.Node | None, list[Finding]]:
    """The tree of a text, None for an empty one; or none, and why it is not looked at."""
    if len(text) > MOST_SIGNS:
        message = f"the file has {len(text):,} signs; at most {MOST_SIGNS:,} are read."
        return None, [Finding(path, 1, message, "Large tables belong into CSV files.")]
    try:
        if deep := _too_deep(text):
            message = f"more than {DEEPEST} levels stand within one another here."
            return None, [Finding(path, deep, message, "Close the brackets that are open.")]
        tree = yaml.compose(text, Loader=QUICK)
    except yaml.YAMLError as error:
        return None, [_syntax(_better(error, text), path)]
    found = _unbounded(tree, path) if tree is not None else []
    return (None, found) if found else (tree, [])


def values_of(
    tree: yaml.Node, path: str, reader: type[yaml.SafeLoader] = yaml.SafeLoader
) -> tuple[Any, list[Finding]]:
    """What a tree says, as the plain values that `reader` knows; or a finding, and None.

    Merge keys are laid out in the tree itself.
    """
    try:
        return reader("").construct_document(tree), []
    except yaml.YAMLError as error:
        return None, [_syntax(error, path)]
    except UNREADABLE as error:
        return None, [_unreadable(tree, error, path)]


def _better(error: yaml.YAMLError, text: str) -> yaml.YAMLError:
    """The same complaint in the words of the slower reader, if it is no long wait."""
    if len(text) < MOST_SIGNS // 10:
        try:
            yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as other:
            return other
    return error


def _too_deep(text: str) -> int:
    """The line on which the levels become too many, 0 for none; counted without descending."""
    depth = 0
    for event in yaml.parse(text, Loader=QUICK):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return 1 + (event.start_mark.line if event.start_mark else 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return 0


def _unbounded(tree: yaml.Node, path: str) -> list[Finding]:
    """A tree that refers to itself, or that its aliases make much larger than what is written."""
    sizes: dict[int, int] = {}  # of each node that is known, with what it refers to
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        if id(node) in open_nodes:
            raise _Circle(node.start_mark.line + 1)
        if id(node) not in sizes:
            open_nodes.add(id(node))
            sizes[id(node)] = 1 + sum(map(size, _inside(node)))
            open_nodes.discard(id(node))
        return sizes[id(node)]

    try:
        whole = size(tree)
    except _Circle as circle:
        return [Finding(path, circle.line, "what stands here refers to itself.", ALIASES)]
    most = MOST_REPEATED * len(sizes) + SOME
    if whole <= most:
        return []
    large = (node for node in _nodes(tree) if sizes[id(node)] > most)
    first = min(large, key=lambda node: sizes[id(node)])  # where it becomes too many
    message = f"its aliases make {whole:,} values of the {len(sizes):,} that are written."
    return [Finding(path, first.start_mark.line + 1, message, ALIASES)]


class _Circle(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _nodes(tree: yaml.Node) -> Iterator[yaml.Node]:
    """Every node of a tree once, in the order they are written."""
    seen: set[int] = set()
    left = [tree]
    while left:
        node = left.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            left += reversed(_inside(node))


def _syntax(error: yaml.YAMLError, path: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    hint = TABS if "'\\t'" in problem else MIXED
    if found := re.search(r"constructor for the tag '([^']*)'", problem):
        tag = found[1].replace("tag:yaml.org,2002:", "!!")
        problem, hint = f"the tag {tag} is not known here", PLAIN
    problem = problem.replace("mapping values are not allowed here", "a colon out of place")
    return Finding(path, mark.line + 1 if mark else 1, f"not valid YAML: {problem}.", hint)


def _unreadable(tree: yaml.Node, error: Exception, path: str) -> Finding:
    """The finding at the value that cannot be made."""
    for node in _nodes(tree):
        if not isinstance(node, yaml.ScalarNode):
            continue
        try:
            yaml.SafeLoader("").construct_object(node)
        except yaml.YAMLError:
            continue  # a tag that only another reader knows
        except UNREADABLE as own:
            line = node.start_mark.line + 1
            if node.tag.endswith(":timestamp"):
                hint = "Check the days written on this line."
                return Finding(path, line, f"not a date: {own}.", hint)
            shown = f"{node.value[:40]}..." if len(node.value) > 40 else node.value
            return Finding(path, line, f"'{shown}' cannot be read as a value.", PLAIN)
    return Finding(path, 1, f"not valid YAML: {error}.", MIXED)
