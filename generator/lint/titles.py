"""Titles of charts with a figure that somebody typed: the chart moves on, the title does not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from generator.errors import Finding

# With a decimal or a percent sign: years, and the numbers in names of indexes, may be typed.
FIGURE = re.compile(r"[-+−]?\d+\.\d+%?|[-+−]?\d+\s?(?:%|percent\b)")


def typed_titles(source: str, shown: str) -> Iterator[Finding]:
    """Each title in charts.py with a typed figure; none of a file that is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "title":
            parts = [p for p in ast.walk(node.value) if isinstance(p, ast.Constant)]
            typed = [p for p in parts if isinstance(p.value, str) and FIGURE.search(p.value)]
            for part in typed[:1]:
                figure = FIGURE.search(str(part.value))
                message = f"the title of a chart has '{figure and figure.group()}' typed into it."
                hint = 'Fill it from a fact or from the data, as in f"... {number(low, 1)}%".'
                yield Finding(shown, part.lineno, message, hint, rule="unbound-number")
