"""What would count against a thesis, as its thesis.yml registers it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator

from generator.data_entries import Written
from generator.documents import Document
from generator.errors import Finding, did_you_mean
from generator.verdicts import Falsifier, Threshold

Sentence = Annotated[str, Field(min_length=1)]


class FalsifierEntry(Written):
    """What would count against the thesis."""

    statement: Sentence = Field(description="what would count against the thesis, in words")
    fact: Sentence = Field(description="the fact whose value is held against the threshold")
    trips: Sentence = Field(description="e.g. 'below -10', 'at or above 3'")
    resolves_on: dt.date | None = Field(None, description="the day that decides, YYYY-MM-DD")

    @field_validator("trips")
    @classmethod
    def _threshold(cls, text: str) -> str:
        written_threshold(text)
        return text


def written_threshold(text: str) -> Threshold:
    """A threshold from words such as "below -10" or "at or above 3"; ValueError for others."""
    found = re.fullmatch(r"(at or )?(below|above) ([+-]?\d+(?:\.\d+)?)", text)
    if not found:
        raise ValueError("this is no threshold\nWrite it as 'below -10' or 'at or above 3'.")
    return Threshold(float(found[3]), below=found[2] == "below", inclusive=bool(found[1]))


def read_falsifiers(
    entries: Mapping[str, FalsifierEntry], facts: Mapping[str, Any], document: Document
) -> tuple[tuple[Falsifier, ...], list[Finding]]:
    """The falsifiers of a thesis.yml; a finding for each that rests on no fact."""
    falsifiers, findings = [], []
    for name, entry in entries.items():
        line = document.line(("falsifiers", name))
        if entry.fact not in facts:
            message = f"the falsifier '{name}' rests on '{entry.fact}', which is no fact."
            place = document.line(("falsifiers", name, "fact"))
            findings.append(Finding(document.path, place, message, did_you_mean(entry.fact, facts)))
        threshold = written_threshold(entry.trips)
        falsifiers.append(
            Falsifier(name, entry.statement, entry.fact, threshold, entry.resolves_on, line)
        )
    return tuple(falsifiers), findings
