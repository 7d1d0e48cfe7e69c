"""What a picture of lines shows, before it has a size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import pandas as pd

from generator.charts.formats import Format
from generator.charts.labels import Flag
from generator.charts.style import FAINT

Level: TypeAlias = "float | pd.Series"


@dataclass(frozen=True)
class Trace:
    """One line: values by position, and how it looks. Without a label it is only context."""

    name: str
    values: pd.Series
    colour: str
    label: str = ""
    width: float = 2
    dash: tuple[int, ...] = ()
    step: bool = False
    points: bool = False
    quiet: bool = False  # context to an emphasised line

    @property
    def places(self) -> list[tuple[float, float]]:
        """Position and value of each point."""
        return list(zip(self.values.index.tolist(), self.values.tolist(), strict=True))

    @property
    def line_colour(self) -> str:
        return FAINT if self.quiet else self.colour


@dataclass(frozen=True)
class Shade:
    """The usual range of a measure, and its middle."""

    low: Level
    high: Level
    mean: Level | None = None
    label: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything a picture of lines shows, whatever its size."""

    traces: tuple[Trace, ...]
    format: Format
    dated: bool = True
    log: bool = False
    zero: bool = False
    spans: tuple[tuple[float, float], ...] = ()
    flags: tuple[Flag, ...] = ()
    rules: tuple[tuple[float, str], ...] = ()
    shade: Shade | None = None
    short: Mapping[str, str] = field(default_factory=dict)
    every: int = 0  # ticks at multiples of so many; 0 leaves it to the axis
    x_title: str = ""
    x_name: str = "date"
    point_values: bool = False  # words at the points, where there is room
    key: tuple[tuple[str, str], ...] = ()  # words and their colours, above everything
