"""Call thesis functions: a parameter's name is the table or fact it is given."""

from __future__ import annotations

import datetime as dt
import inspect
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from generator.errors import Finding, NotStored, did_you_mean
from generator.explaining import of_python
from generator.model import Fact, Missing, Source, Table

TODAY, PUBLISHED = "today", "published"


@dataclass(frozen=True)
class Given:
    """Everything a thesis function may ask for by name."""

    tables: Mapping[str, Table]
    missing: Mapping[str, Missing]
    today: dt.date
    facts: Mapping[str, Fact] = field(default_factory=dict)
    published: dt.date | None = None  # when the thesis was

    def names(self) -> set[str]:
        return {TODAY, PUBLISHED, *self.tables, *self.missing, *self.facts}


@dataclass(frozen=True)
class Called:
    """What one thesis function came to: a result, a reason for none, or a mistake."""

    result: Any = None
    missing: Missing | None = None
    finding: Finding | None = None
    sources: tuple[Source, ...] = ()
    as_of: dt.date | None = None


class Call(Protocol):
    """How a thesis function is called: `call` does it, the preview may remember."""

    def __call__(
        self, name: str, function: Callable[..., Any], given: Given, *, root: Path
    ) -> Called: ...


def call(name: str, function: Callable[..., Any], given: Given, *, root: Path) -> Called:
    """Call one thesis function with what its parameters name.

    A table or fact that this build does not have makes the result missing, unless the parameter
    has a default; an unknown name and an error inside the function are findings.
    """
    arguments: dict[str, Any] = {}
    tables: list[Table] = []
    facts: list[Fact] = []
    for parameter in inspect.signature(function).parameters.values():
        wanted = parameter.name
        if wanted == TODAY:
            arguments[wanted] = given.today
        elif wanted == PUBLISHED:
            arguments[wanted] = given.published or given.today
        elif wanted in given.tables:
            tables.append(given.tables[wanted])
            arguments[wanted] = given.tables[wanted].frame.copy()
        elif wanted in given.facts:
            facts.append(given.facts[wanted])
            arguments[wanted] = given.facts[wanted]
        elif parameter.default is not inspect.Parameter.empty:
            continue
        elif wanted in given.missing:
            lack = given.missing[wanted]
            return Called(missing=Missing(name, lack.reason, lack.remedy))
        else:
            return Called(finding=_unknown(function, wanted, given, root))
    try:
        result = function(**arguments)
    except NotStored as error:
        remedy = "run 'mtm refresh' where the source can be reached, for the whole history"
        return Called(missing=Missing(name, str(error), remedy))
    except KeyError as error:
        if day := _day_asked_for(error):
            reason = f"the stored data do not hold {day}"
            return Called(missing=Missing(name, reason, "run 'mtm refresh' once they reach it"))
        return Called(finding=_failed(function, error, tables, root))
    except Exception as error:  # whatever thesis code raises is its author's to mend
        return Called(finding=_failed(function, error, tables, root))
    sources = (*(s for t in tables for s in t.sources), *(s for f in facts for s in f.sources))
    # Facts lend a chart its words; how far it reaches is said by its tables, if it has any.
    days = [t.as_of for t in tables] or [f.as_of for f in facts]
    known = [day for day in days if day is not None]
    return Called(result, sources=tuple(dict.fromkeys(sources)), as_of=min(known, default=None))


def place(function: Callable[..., Any], root: Path) -> tuple[str, int]:
    """The file, relative to the repository, and the line a thesis function begins on."""
    code = inspect.unwrap(function).__code__
    return Path(code.co_filename).relative_to(root).as_posix(), code.co_firstlineno


def _day_asked_for(error: KeyError) -> str:
    """The day a frame was asked for and does not have; "" when the key is something else."""
    key = error.args[0] if error.args else None
    if isinstance(key, dt.date):  # a Timestamp is one too
        return f"{key:%Y-%m-%d}"
    return key if isinstance(key, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", key) else ""


def _unknown(function: Callable[..., Any], wanted: str, given: Given, root: Path) -> Finding:
    path, line = place(function, root)
    message = f"{function.__name__}() asks for '{wanted}', which is no table and no fact."
    return Finding(path, line, message, did_you_mean(wanted, given.names()))


def _failed(
    function: Callable[..., Any], error: Exception, tables: list[Table], root: Path
) -> Finding:
    path, line = place(function, root)
    file = inspect.unwrap(function).__code__.co_filename
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    line = frames[-1].lineno or line if frames else line
    name = function.__name__
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        column = error.args[0].strip("'\"")
        has = {t.name: [str(c) for c in t.frame.columns] for t in tables}
        known = [c for columns in has.values() for c in columns]
        if column not in known and " " not in column:
            message = f"{name}() asks for the column '{column}', which is not there."
            hint = " ".join(f"{table} has: {', '.join(columns)}." for table, columns in has.items())
            return Finding(path, line, message, hint)
    code = frames[-1].line if frames else ""
    read = f"The line reads: {code}" if code else "Call it in a Python shell to look closer."
    said, hint = of_python(error)
    return Finding(path, line, f"{name}() failed: {said}", hint or read)


def require_history(prices: pd.DataFrame, since: str, what: str = "the stored prices") -> None:
    """Stop with "not stored" unless daily `prices` reach back to `since` (YYYY-MM-DD).

    A long-run figure is never computed on a shorter sample than it names.
    """
    first = prices.index[0]
    if first > pd.Timestamp(since):
        raise NotStored(f"{what} begin on {first:%Y-%m-%d}; this needs them from {since}")


def require_until(prices: pd.DataFrame, until: str, what: str = "the stored prices") -> None:
    """Stop with "not stored" unless daily `prices` reach `until` (YYYY-MM-DD)."""
    last = prices.index[-1]
    if last < pd.Timestamp(until):
        raise NotStored(f"{what} end on {last:%Y-%m-%d}; this needs them until {until}")
