"""The published figures that fetched prices are compared with, from the tables a thesis names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from generator.confirm import Published
from generator.errors import Finding, ThesisError
from generator.model import DataSpec, Table
from generator.store import load_tables, series_name

COLUMNS = (("year", "total_return_pct"), ("date", "close"))  # when, and what


def published_figures(
    specs: Sequence[DataSpec], *, root: Path, thesis_folder: Path, today: dt.date
) -> dict[str, list[Published]]:
    """What is published of the series of one thesis, by the name of each in the store.

    Raises ThesisError for a table without the columns that such figures stand in.
    """
    wanted = {reference.table for spec in specs for reference in spec.rules.references}
    chosen = [spec for spec in specs if spec.name in wanted]
    tables, _ = load_tables(chosen, root=root, thesis_folder=thesis_folder, today=today)
    place = (thesis_folder / "thesis.yml").relative_to(root).as_posix()
    findings = [
        Finding(
            place,
            spec.line,
            f"'{spec.name}' has no published figures to compare prices with.",
            "Its columns must be symbol, source, and year and total_return_pct or date and close.",
        )
        for spec in chosen
        if _columns(tables[spec.name].frame) is None
    ]
    if findings:
        raise ThesisError(findings)
    found: dict[str, list[Published]] = {}
    for spec in specs:
        for reference in spec.rules.references:
            try:
                rows = _rows(tables, reference.table, reference.symbol)
            except ValueError as error:
                message = (
                    f"'{reference.table}' has a row for '{reference.symbol}' that is none: {error}."
                )
                hint = "Write years or dates (YYYY-MM-DD) and plain numbers above zero for closes."
                raise ThesisError([Finding(place, spec.line, message, hint)]) from error
            found.setdefault(series_name(spec), []).extend(rows)
    return found


def _columns(frame: pd.DataFrame) -> tuple[str, str] | None:
    return next((c for c in COLUMNS if {*c, "symbol", "source"} <= set(frame.columns)), None)


def _rows(tables: Mapping[str, Table], name: str, symbol: str) -> list[Published]:
    frame = tables[name].frame
    columns = _columns(frame)
    if columns is None:
        return []
    when, what = columns
    rows = frame[frame["symbol"] == symbol].dropna(subset=[what])
    return [
        Published(source, float(value), year=int(time))
        if when == "year"
        else Published(source, _close(value), day=dt.date.fromisoformat(str(time)))
        for time, value, source in zip(rows[when], rows[what], rows["source"], strict=True)
    ]


def _close(value: object) -> float:
    close = float(str(value))
    if close <= 0:
        raise ValueError(f"a close of {value}")
    return close
