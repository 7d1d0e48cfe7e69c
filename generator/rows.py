"""Read the CSV a person writes: its rows, and the line each of them ends on."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from generator.errors import Finding

QUOTES = "A text with a comma in it stands in double quotes."


def read_rows(
    text: str, path: str
) -> tuple[tuple[str, ...], list[tuple[int, Mapping[str, str]]], list[Finding]]:
    """The columns of a table, its rows each with the line it begins on, and those that do not fit.

    What is no CSV at all is a finding, never an exception.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows: list[tuple[int, Mapping[str, str]]] = []
    findings: list[Finding] = []
    try:
        columns = tuple(reader.fieldnames or ())
        line = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                message = f"the row has not the {len(columns)} fields of the first line."
                findings.append(Finding(path, line, message, QUOTES))
            else:
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Save it anew as CSV in UTF-8; a double quote that opens a cell also closes it."
        findings.append(Finding(path, reader.line_num + 1, f"not valid CSV: {error}.", hint))
        return (), [], findings
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        message = f"two columns are called '{twice}'."
        findings.append(Finding(path, 1, message, "Rename one of them, or take it out."))
    return columns, rows, findings
