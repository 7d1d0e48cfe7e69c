"""The yardstick of a thesis as its author writes it: which levels, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field, field_validator

from generator.data_entries import Written
from generator.documents import Document
from generator.errors import Finding, did_you_mean
from generator.model import DataSpec, Yardstick
from generator.sources import REGISTRY

PRICES = ("total_return", "close")  # what a table of daily prices can be asked for
LEVELS = ("prices", "observations")  # the shapes of tables that hold a level by day


class YardstickEntry(Written):
    """What a thesis is measured by once it is published."""

    of: str = Field(description="table.column of the levels whose return counts for the thesis")
    against: str = Field("", description="table.column of the levels whose return is taken away")
    words: str = Field(min_length=1, description="what that is, e.g. 'A minus B, total return'")

    @field_validator("of", "against")
    @classmethod
    def _place(cls, written: str) -> str:
        table, dot, column = written.partition(".")
        if written and not (table and dot and column):
            raise ValueError(
                "this names no column of a table\nWrite it as table.column: prices.total_return."
            )
        return written


def read_yardstick(
    entry: YardstickEntry | None, specs: Sequence[DataSpec], document: Document
) -> tuple[Yardstick | None, list[Finding]]:
    """The yardstick of thesis.yml, None without one, and what is wrong with it."""
    if entry is None:
        return None, []
    tables = {spec.name: spec for spec in specs}
    findings = [
        Finding(document.path, document.line(("yardstick", key)), *complaint)
        for key in ("of", "against")
        if (complaint := _complaint(key, getattr(entry, key), tables))
    ]
    if entry.of == entry.against:
        message = "'yardstick' sets a level against itself."
        place = document.line(("yardstick", "against"))
        findings.append(Finding(document.path, place, message, "Name another one, or none."))
    if findings:
        return None, findings
    against = _split(entry.against) if entry.against else None
    line = document.line(("yardstick",))
    return Yardstick(_split(entry.of), against, entry.words, line), []


def _split(written: str) -> tuple[str, str]:
    table, _, column = written.partition(".")
    return table, column


def _complaint(key: str, written: str, tables: Mapping[str, DataSpec]) -> tuple[str, str] | None:
    """What is wrong with one table.column, and a way out."""
    if not written:
        return None
    table, column = _split(written)
    if table not in tables:
        return f"'{key}' names '{table}', which is no table under data.", did_you_mean(
            table, tables
        )
    kind = REGISTRY.get(tables[table].source)
    if kind is None or kind.shape not in LEVELS:
        hint = "Name a table of daily prices, or of observations that are levels."
        return f"'{key}' names '{table}', which holds no levels by day.", hint
    if kind.shape == "prices" and column not in PRICES:
        return f"'{key}' names '{column}', which '{table}' has not.", did_you_mean(column, PRICES)
    return None
