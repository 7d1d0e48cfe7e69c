"""Compute the numbers a thesis quotes, and put numbers into words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from generator.binding import Call, Given, call, place
from generator.errors import Finding
from generator.model import FAILED, Fact, Missing
from generator.statistics import Lead

MINUS = "−"
SMALL_NUMBERS = (
    *("none", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def compute_facts(
    functions: Mapping[str, Callable[..., Any]],
    given: Given,
    *,
    root: Path,
    call: Call = call,
) -> tuple[dict[str, Fact], dict[str, Missing], list[Finding]]:
    """Every fact of a thesis; a fact may ask for other facts by name, in any order.

    Returns the facts, those this build cannot have with the reason, and the mistakes.
    """
    facts: dict[str, Fact] = {}
    missing: dict[str, Missing] = {}
    findings: list[Finding] = []
    waiting = dict(functions)
    while waiting:
        ready = {n: f for n, f in waiting.items() if not _wants(f) & (waiting.keys() - {n})}
        if not ready:
            findings += [_circle(f, waiting.keys(), root) for f in waiting.values()]
            break
        for name, function in ready.items():
            del waiting[name]
            known = dataclasses.replace(given, facts=facts, missing={**given.missing, **missing})
            called = call(name, function, known, root=root)
            if called.finding:
                findings.append(called.finding)
                missing[name] = Missing(name, FAILED, "mend facts.py")
            elif called.missing:
                missing[name] = called.missing
            elif not isinstance(called.result, Fact):
                findings.append(_no_fact(name, function, called.result, root))
                missing[name] = Missing(name, FAILED, "mend facts.py")
            else:
                fact = dataclasses.replace(
                    called.result,
                    id=name,
                    statement=(inspect.getdoc(function) or name).partition("\n")[0],
                    as_of=called.result.as_of or called.as_of,
                    sources=called.sources,
                )
                if not math.isfinite(fact.value):
                    findings.append(_no_number(function, fact.value, root))
                    missing[name] = Missing(name, FAILED, "mend facts.py")
                elif fact.as_of and fact.as_of > given.today:
                    reason = f"it is of {fact.as_of}, after this edition's day"
                    missing[name] = Missing(name, reason, "build as of that day or later")
                else:
                    facts[name] = fact
    return facts, missing, findings


def _wants(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters)


def _circle(function: Callable[..., Any], others: Any, root: Path) -> Finding:
    path, line = place(function, root)
    ring = ", ".join(sorted(_wants(function) & set(others)))
    message = f"{function.__name__}() waits for {ring}, which waits for it in turn."
    return Finding(path, line, message, "Let one of them compute its value from tables.")


def _no_fact(name: str, function: Callable[..., Any], result: Any, root: Path) -> Finding:
    path, line = place(function, root)
    kind = "nothing" if result is None else type(result).__name__
    message = f"{name}() returned {kind}, not a fact."
    hint = "Return percent(...), points(...), times(...) or another wording; helpers begin with _."
    return Finding(path, line, message, hint)


def _no_number(function: Callable[..., Any], value: float, root: Path) -> Finding:
    path, line = place(function, root)
    message = f"{function.__name__}() came to {value}, which is no number to print."
    return Finding(path, line, message, "Raise NotStored(...) where the data cannot show it.")


def percent(
    value: float,
    digits: int = 1,
    *,
    as_of: dt.date | None = None,
    history: pd.Series[float] | None = None,
) -> Fact:
    """A figure already in percent: 12.3 prints "12.3%"."""
    return Fact(value, "percent", f"{number(value, digits)}%", as_of=as_of, history=history)


def percent_a_year(
    value: float,
    digits: int = 1,
    *,
    as_of: dt.date | None = None,
    history: pd.Series[float] | None = None,
) -> Fact:
    """A rate in percent per year: 7.5 prints "7.5% a year"."""
    return Fact(
        value, "percent per year", f"{number(value, digits)}% a year", as_of=as_of, history=history
    )


def points(
    value: float,
    digits: int = 1,
    *,
    as_of: dt.date | None = None,
    history: pd.Series[float] | None = None,
) -> Fact:
    """A difference of two percentages, printed without its sign: prose says more or less."""
    text = f"{number(abs(value), digits)} percentage points"
    return Fact(value, "percentage points", text, as_of=as_of, history=history)


def times(
    value: float,
    digits: int = 1,
    *,
    as_of: dt.date | None = None,
    history: pd.Series[float] | None = None,
) -> Fact:
    """A multiple: 16.2 prints "16.2 times"."""
    return Fact(value, "times", f"{number(value, digits)} times", as_of=as_of, history=history)


def ratio(
    value: float,
    digits: int = 2,
    *,
    as_of: dt.date | None = None,
    history: pd.Series[float] | None = None,
) -> Fact:
    """A bare ratio: 0.72."""
    return Fact(value, "ratio", number(value, digits), as_of=as_of, history=history)


def count(
    value: float, *, as_of: dt.date | None = None, history: pd.Series[float] | None = None
) -> Fact:
    """A whole number; up to twelve in words, as prose has it."""
    whole = round(value)
    text = SMALL_NUMBERS[whole] if 0 <= whole < len(SMALL_NUMBERS) else f"{whole:,}"
    return Fact(whole, "count", text, as_of=as_of, history=history)


def k_of_n(k: int, n: int, *, as_of: dt.date | None = None) -> Fact:
    """A hit rate: its value is the share in percent, its wording "4 of 20"."""
    return Fact(100 * k / n, "percent", f"{k} of {n}", as_of=as_of)


def noise(found: Lead, *, as_of: dt.date | None = None) -> Fact:
    """What chance has to do with a lead: its value is the standard error in percentage points."""
    error, half = 100 * found.standard_error, number(100 * found.half_width, 1)
    kind = "lead" if found.rate >= 0 else "lag"
    inside = "within" if found.within_noise else "beyond"
    text = (
        f"a {kind} of {number(100 * abs(found.rate), 1)} points a year over "
        f"{number(found.years, 1)} years with a standard error of {number(error, 1)}, {inside} the "
        f"{half} points that chance alone explains at the 95% level"
    )
    return Fact(error, "percentage points", text, as_of=as_of)


def dollars(value: float, digits: int = 2, *, as_of: dt.date | None = None) -> Fact:
    """US dollars: 244.84 prints "$244.84"."""
    return Fact(value, "USD", f"${value:,.{digits}f}", as_of=as_of)


def billions(value: float, digits: int = 1, *, as_of: dt.date | None = None) -> Fact:
    """Billions of US dollars: 75.4 prints "$75.4 billion"."""
    return Fact(value, "USD bn", f"${value:,.{digits}f} billion", as_of=as_of)


def number(value: float, digits: int) -> str:
    """A number with a true minus sign and no negative zero."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)
