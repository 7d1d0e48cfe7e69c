"""What the ledger shows beside a claim's words: its past over editions, and its formula."""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model import Fact, Missing
from generator.verdicts import JudgedClaim, PastVerdict

WIDTH, HEIGHT, PAD = 120, 28, 4  # of the small picture, in CSS pixels
MOST_EDITIONS = 60  # drawn; a longer past is thinned out, its ends kept


@dataclass(frozen=True)
class Formula:
    """A number of a thesis: what it is, what it came to, and the very code that computes it."""

    name: str
    statement: str
    value: str  # in words; "" where this edition lacks it
    as_of: str
    lack: str  # why it is lacking
    inputs: tuple[str, ...]  # the tables and facts it is computed from
    code: str


def formulas(
    functions: Mapping[str, Callable[..., Any]],
    facts: Mapping[str, Fact],
    missing: Mapping[str, Missing],
) -> list[Formula]:
    """Every fact of a thesis with its formula, in the order of facts.py."""
    found = []
    for name, function in functions.items():
        fact, lack = facts.get(name), missing.get(name)
        found.append(
            Formula(
                name,
                (inspect.getdoc(function) or name).partition("\n")[0],
                fact.text if fact else "",
                str(fact.as_of or "") if fact else "",
                lack.reason if lack else "",
                tuple(inspect.signature(function).parameters),
                _code(function),
            )
        )
    return found


def _code(function: Callable[..., Any]) -> str:
    """The function as it is written, without a line of words that its statement says already."""
    written = inspect.getsource(inspect.unwrap(function)).rstrip()
    try:
        whole = ast.parse(textwrap.dedent(written)).body[0]
    except SyntaxError:  # a part of an expression
        return written
    if not isinstance(whole, ast.FunctionDef) or "\n" in (ast.get_docstring(whole) or "\n"):
        return written
    words, *rest = whole.body
    alone = rest and whole.lineno < words.lineno and (words.end_lineno or 0) < rest[0].lineno
    lines = written.split("\n")
    return "\n".join([*lines[: words.lineno - 1], *lines[words.end_lineno :]]) if alone else written


def history_words(judged: JudgedClaim) -> str:
    """How the verdict went over the editions, each change with its day; "" without a past."""
    past = [(said.edition, said.verdict) for said in judged.history]
    if not past:
        return ""
    runs: list[list[str]] = []  # first day, last day, verdict
    for day, verdict in past:
        if runs and runs[-1][2] == verdict:
            runs[-1][1] = day
        else:
            runs.append([day, day, verdict])
    words = [
        f"{verdict} {f'from {first} to {last}' if first != last else f'on {first}'}"
        for first, last, verdict in runs
    ]
    now = f"{judged.verdict} in this edition"
    if runs[-1][2] == judged.verdict:
        words.pop()
        now = f"{judged.verdict} since {runs[-1][0]}"
    return "; ".join([*words, now])


def history_picture(judged: JudgedClaim) -> str:
    """The claim's value over editions as a small inline SVG, in the colour of the text.

    The band is where the claim holds, the last dot this edition. "" for fewer than two values.
    """
    now = PastVerdict("this edition", judged.verdict, judged.now)
    points = [
        (i, said.now)
        for i, said in enumerate(_thinned([*judged.history, now]))
        if said.now is not None
    ]
    if len(points) < 2:
        return ""
    claim = judged.claim
    values = [value for _, value in points]
    ends = [end for end in (claim.low, claim.high) if end is not None and math.isfinite(end)]
    near = [e for e in ends if min(values) - _span(values) <= e <= max(values) + _span(values)]
    low, high = min([*values, *near]), max([*values, *near])
    last = max(points[-1][0], 1)

    def x(i: int) -> float:
        return round(PAD + (WIDTH - 2 * PAD) * i / last, 1)

    def y(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(HEIGHT - PAD - (HEIGHT - 2 * PAD) * share, 1)

    band = ""
    if claim.low is not None and claim.high is not None:
        top, bottom = y(min(claim.high, high)), y(max(claim.low, low))
        if bottom >= top:
            height = max(bottom - top, 1)
            band = (
                f'<rect x="0" y="{top:g}" width="{WIDTH}" height="{height:g}" '
                'fill="currentColor" opacity="0.12"/>'
            )
    line = " ".join(f"{x(i):g},{y(value):g}" for i, value in points)
    words = (
        f"Value over {len(points)} editions: from {values[0]:.4g} to {values[-1]:.4g}, "
        f"lowest {min(values):.4g}, highest {max(values):.4g}"
    )
    return (
        f'<svg class="mtm-spark" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">{band}'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        f'<circle cx="{x(points[-1][0]):g}" cy="{y(values[-1]):g}" r="2.5" fill="currentColor"/>'
        "</svg>"
    )


def _thinned(past: Sequence[PastVerdict]) -> Sequence[PastVerdict]:
    if len(past) <= MOST_EDITIONS:
        return past
    step = (len(past) - 1) / (MOST_EDITIONS - 1)
    return [past[round(i * step)] for i in range(MOST_EDITIONS)]


def _span(values: Sequence[float]) -> float:
    return (max(values) - min(values)) or abs(values[-1]) * 0.1 or 1.0
