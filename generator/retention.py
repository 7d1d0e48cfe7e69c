"""The editions that their publisher takes back, as mkdocs.yml lists them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field, model_validator

from generator.config_file import read_config
from generator.data_entries import Written
from generator.documents import Document, Place, validate
from generator.errors import Finding, ThesisError
from generator.layout import CONFIG
from generator.model import Withdrawal

PLACE: Place = ("extra", "editions")


class WithdrawalEntry(Written):
    """An edition taken back: it stays as it is, and every page that leads to it says so."""

    edition: dt.date = Field(description="the edition's day, YYYY-MM-DD")
    date: dt.date = Field(description="the day on which it was withdrawn, YYYY-MM-DD")
    reason: str = Field(min_length=1, description="why, as readers will see it")

    @model_validator(mode="after")
    def _in_order(self) -> WithdrawalEntry:
        if self.date < self.edition:
            raise ValueError(
                "the edition is withdrawn before its own day\nMend one of the two dates."
            )
        return self


class EditionsEntry(Written):
    """extra.editions in mkdocs.yml"""

    withdrawn: list[WithdrawalEntry] = Field(
        default_factory=list, description="editions that were withdrawn"
    )


def read_withdrawals(root: Path) -> tuple[Withdrawal, ...]:
    """The withdrawn editions, oldest first. Raises ThesisError with every mistake in the list."""
    values, lines = read_config(root / CONFIG)
    extra = values.get("extra") if isinstance(values, dict) else None
    if not isinstance(extra, dict) or extra.get("editions") is None:
        return ()
    document = Document(CONFIG, values, lines)
    entry, findings = validate(EditionsEntry, document, place=PLACE)
    withdrawn = entry.withdrawn if entry else []
    days = [item.edition for item in withdrawn]
    for index, day in enumerate(days):
        if day in days[:index]:
            line = document.line((*PLACE, "withdrawn", index))
            message = f"the edition of {day} is withdrawn twice."
            findings.append(Finding(CONFIG, line, message, "Remove one of the two."))
    if findings:
        raise ThesisError(findings)
    found = [Withdrawal(w.edition.isoformat(), w.date, w.reason) for w in withdrawn]
    return tuple(sorted(found, key=lambda item: item.edition))
