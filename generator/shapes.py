"""What differs between kinds of series: how an answer is judged, and how it is merged."""

from __future__ import annotations

from typing import Protocol, cast

import pandas as pd

from generator import observations, readings, series
from generator.rules import Rules
from generator.sources import REGISTRY, ShapeName


class Shape(Protocol):
    """What every module of a shape offers."""

    COLUMNS: tuple[str, ...]  # every frame has these
    TEXTS: tuple[str, ...]  # those that hold words; all others hold numbers

    def reason_to_reject(
        self,
        answer: pd.DataFrame,
        stored: pd.DataFrame | None = None,
        *,
        rules: Rules = ...,
        sessions: pd.DatetimeIndex | None = None,
        reissued: bool = False,
    ) -> str:
        """Why `answer` cannot be right, in the reader's words; "" when nothing speaks against."""
        ...

    def merge(self, stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
        """Every row of both; where both have one, the answer's."""
        ...

    def replace(self, stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
        """What a person wants stored who takes the answer as it is."""
        ...

    def notes(
        self,
        stored: pd.DataFrame | None,
        answer: pd.DataFrame,
        *,
        sessions: pd.DatetimeIndex | None = None,
    ) -> tuple[str, ...]:
        """What a reader should know of an answer although it was taken."""
        ...


SHAPES = {
    "prices": cast(Shape, series),
    "observations": cast(Shape, observations),
    "readings": cast(Shape, readings),
}


def shape_name(source: str) -> ShapeName:
    return REGISTRY[source].shape


def shape_of(source: str) -> Shape:
    """The rules for what the source `source` sends."""
    return SHAPES[shape_name(source)]
