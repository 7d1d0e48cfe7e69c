"""The published figures that fetched prices are compared with, from the tables a thesis names."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from generator.confirm import Published
from generator.errors import Finding, MtmError, ThesisError, did_you_mean
from generator.model import DataSpec, Table
from generator.rules import Reference
from generator.store import load_tables, series_name

COLUMNS = (("year", "total_return_pct"), ("date", "close"))  # when, and what
ANY_DAY = dt.date(2200, 1, 1)  # a figure may be known later than the day it is used for
FORMS = "Its columns must be symbol, source, and year and total_return_pct or date and close."
VALUES = "Write years, or dates as YYYY-MM-DD, and plain numbers; closes above zero."


def published_figures(
    theses: Iterable[tuple[Path, Sequence[DataSpec]]], *, root: Path
) -> tuple[dict[str, list[Published]], list[Finding]]:
    """What is published of the series of theses, by the name of each in the store.

    `theses` are folders and the tables they ask for. The findings are the references that cannot
    be followed; those of the others stand.
    """
    known: dict[str, list[Published]] = {}
    findings: list[Finding] = []
    for folder, specs in theses:
        place = (folder / "thesis.yml").relative_to(root).as_posix()
        tables, mistakes = _tables(specs, folder, root, place)
        findings += mistakes
        for spec in specs:
            for reference in (r for r in spec.rules.references if r.table in tables):
                try:
                    rows = _rows(tables[reference.table].frame, reference)
                    known.setdefault(series_name(spec), []).extend(rows)
                except ValueError as error:
                    findings.append(Finding(place, spec.line, *error.args))
    return known, findings


def _tables(
    specs: Sequence[DataSpec], folder: Path, root: Path, place: str
) -> tuple[dict[str, Table], list[Finding]]:
    """The tables that references name, with all their rows, and what is wrong with the others."""
    wanted = {reference.table for spec in specs for reference in spec.rules.references}
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for spec in (spec for spec in specs if spec.name in wanted):
        try:
            found, _ = load_tables([spec], root=root, thesis_folder=folder, today=ANY_DAY)
            tables |= found
        except ThesisError as error:
            findings += error.findings
        except MtmError as error:
            findings.append(Finding(place, spec.line, error.message, error.hint))
    return tables, findings


def _rows(frame: pd.DataFrame, reference: Reference) -> list[Published]:
    """The figures of one symbol; raises ValueError with a message and a hint."""
    table, symbol = reference.table, reference.symbol
    columns = next(
        (c for c in COLUMNS if {*c, "symbol", "source"} <= set(frame.columns)),
        None,
    )
    if columns is None:
        raise ValueError(f"'{table}' has no published figures to compare prices with.", FORMS)
    when, what = columns
    rows = frame[frame["symbol"] == symbol].dropna(subset=[what])
    if rows.empty:
        hint = did_you_mean(symbol, {str(name) for name in frame["symbol"]})
        raise ValueError(f"'{table}' has no row for '{symbol}'.", hint)
    found = []
    for time, value, source in zip(rows[when], rows[what], rows["source"], strict=True):
        try:
            item = _published(str(time), str(value), str(source), when == "year", table)
        except ValueError:
            message = f"'{table}' has a row for '{symbol}' that cannot be read: {time}, {value}."
            raise ValueError(message, VALUES) from None
        if (item.year or (item.day and item.day.year) or 0) >= reference.since:
            found.append(item)
    return found


def _published(time: str, value: str, source: str, yearly: bool, table: str) -> Published:
    number = float(value)
    if not math.isfinite(number) or (not yearly and number <= 0):
        raise ValueError(value)
    if yearly:
        return Published(source, number, year=int(time), table=table)
    return Published(source, number, day=dt.date.fromisoformat(time), table=table)
