"""What a claim of claims.yml may say, and what must stand together (pure)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from generator.hedges import interval
from generator.verdicts import STOP

KINDS = ("observation", "forecast", "fund fact", "opinion", "quotation")
TIME_TYPES = ("fixed", "rolling", "snapshot", "forecast", "quote")
FINDINGS = ("confirmed", "corrected", "contradicted", "not found", "replaced", "added")


PLACEHOLDER = re.compile(r"\{(\w*)\}")
TIMES = {"forecast": "forecast", "opinion": "quote", "quotation": "quote"}  # by kind


class CorrectionEntry(BaseModel):
    """What a claim said before, when it was corrected, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, defer_build=True)

    date: dt.date = Field(description="the day of the correction, YYYY-MM-DD")
    was: str = Field(min_length=1, description="what it said before: the statement or the value")
    reason: str = Field(min_length=1, description="why it was corrected")


class ClaimEntry(BaseModel):
    """One claim of claims.yml. What it does not say is taken from the cited row it names."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, defer_build=True)

    cited: str = Field("", description="the id of a row in a table of cited/")
    finding: Literal[FINDINGS] = Field(description="what was found about it")  # type: ignore[valid-type]
    said: str = Field("", description="what the source article printed, in neutral words")
    wording: str = Field("", description="how pages print it; {value} is the cited figure")
    statement: str = Field("", description="the claim in our words")
    section: str = Field("", description="the part of the article it belongs to")
    fact: str | None = Field(None, description="the fact that recomputes it")
    holds: list[float] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="where the fact must lie: [low, high], or words such as 'about 60'",
    )
    also: dict[str, tuple[float, float]] = Field(
        default_factory=dict, description="further facts it rests on, each as under holds"
    )
    needs: str = Field(
        "", description="data this site does not hold, without which nothing checks it"
    )
    review_by: dt.date | None = Field(None, description="the day after which a snapshot is overdue")
    value: float | None = None
    unit: str = ""
    as_of: dt.date | str = Field("", description="the day of the figure, if not the cited row's")
    kind: Literal["", *KINDS] = ""  # type: ignore[valid-type]
    time_type: Literal["", *TIME_TYPES] = ""  # type: ignore[valid-type]
    resolves_on: dt.date | None = None
    headline: bool = Field(False, description="true: the article's case rests on it")
    otherwise: str = Field(
        "", description="what is printed when it no longer holds; {now} is the value; or: stop"
    )
    superseded_by: str = Field("", description="the claim that took its place")
    measure: str = Field("", description="what is measured, as other claims on it call it")
    of: str = Field("", description="of what, as other claims call it")
    printed: float | None = Field(None, description="the figure that the source article printed")
    parts: list[str] | None = Field(
        None, min_length=2, max_length=2, description="claims whose figures make it: over, under"
    )
    apart: dict[str, str] = Field(
        default_factory=dict, description="claims it only seems to contradict, each with the reason"
    )
    stance: Literal["", "for", "against", "neither"] = Field(
        "", description="which case it speaks for"
    )
    was: list[str] = Field(
        default_factory=list, description="ids under which earlier editions have it"
    )
    corrections: list[CorrectionEntry] = Field(
        default_factory=list, description="what it said before, each with its date and the reason"
    )

    @model_validator(mode="after")
    def _complete(self) -> ClaimEntry:
        if self.headline and not self.otherwise:
            raise ValueError(
                "a headline needs 'otherwise'\n"
                "Write what is to be printed when it no longer holds, or: otherwise: stop"
            )
        for text, known in ((self.wording, {"value"}), (self.otherwise, {"value", "now"})):
            for name in PLACEHOLDER.findall(text):
                if name not in known:
                    raise ValueError(
                        f"'{{{name}}}' stands for nothing here\n"
                        f"Write {' or '.join(f'{{{word}}}' for word in sorted(known))}."
                    )
        if self.holds and not self.fact:
            raise ValueError("'holds' stands without 'fact'\nName the fact that must lie there.")
        if bool(self.measure) != bool(self.of):
            raise ValueError("'measure' and 'of' stand together\nWrite what is measured of what.")
        return self

    @field_validator("holds", mode="before")
    @classmethod
    def _hedged(cls, written: Any) -> Any:
        if isinstance(written, str | int | float) and not isinstance(written, bool):
            return list(interval(str(written)))
        return written

    @field_validator("also", mode="before")
    @classmethod
    def _each_hedged(cls, written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        return {name: cls._hedged(ends) for name, ends in written.items()}

    @field_validator("also")
    @classmethod
    def _each_in_order(cls, facts: dict[str, tuple[float, float]]) -> Any:
        for ends in facts.values():
            cls._in_order(list(ends))
        return facts

    @field_validator("otherwise")
    @classmethod
    def _or_stop(cls, written: str) -> str:
        return STOP if written.lower() == STOP else written

    @field_validator("holds")
    @classmethod
    def _in_order(cls, ends: list[float] | None) -> list[float] | None:
        if ends and ends[0] > ends[1]:
            raise ValueError("the lower end comes after the higher one\nWrite [low, high].")
        return ends
