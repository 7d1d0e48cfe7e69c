"""Which points of a long line can be seen at the size it is drawn (pure)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from generator.charts.panel import Panel

TOLERANCE = 0.2  # pixels that a line may pass beside a point left out


def seen(values: pd.Series, panel: Panel, *, gaps: Sequence[float] = ()) -> pd.Series:
    """The points of a straight line from value to value; `gaps` are where it is broken."""
    kept = thin_out(values, panel.x.low, panel.x.high, int(panel.width))
    places = np.array([panel.x_pixel(x) for x in kept.index.tolist()])
    heights = np.array([panel.y_pixel(y) for y in kept.tolist()])
    breaks = [0, *np.searchsorted(kept.index.to_numpy(), gaps).tolist(), len(kept)]
    shown: list[int] = []
    for start, end in itertools.pairwise(breaks):
        inside = _corners(places[start:end], heights[start:end])
        shown += [start + number for number in inside]
    return kept.iloc[shown]


def turns(values: pd.Series) -> pd.Series:
    """The points of a line of steps: where its value changes, and its end."""
    changes = values.ne(values.shift())
    changes.iloc[-1:] = True
    return values[changes]


def thin_out(values: pd.Series, low: float, high: float, columns: int) -> pd.Series:
    """The lowest and highest value in each pixel column, and both ends: what can be seen."""
    if len(values) <= 2 * columns:
        return values
    pixel = ((values.index.to_series() - low) / (high - low) * columns).astype(int).to_numpy()
    groups = values.reset_index(drop=True).groupby(pixel)
    kept = {0, len(values) - 1, *groups.idxmin(), *groups.idxmax()}
    return values.iloc[sorted(kept)]


def decimals_seen(panel: Panel) -> int:
    """With how many decimals a value stands within a fortieth of a pixel of its place."""
    axis = panel.y
    step = axis.low * math.log(axis.high / axis.low) if axis.log else axis.high - axis.low
    return max(0, math.ceil(-math.log10(abs(step) / panel.height / 20)))


def _corners(places: np.ndarray, heights: np.ndarray) -> list[int]:
    """Ramer, Douglas and Peucker: the points that the line between others would miss."""
    last = len(places) - 1
    kept, open_spans = set(range(len(places)) if last < 2 else (0, last)), [(0, last)]
    while open_spans:
        start, end = open_spans.pop()
        if end - start < 2:
            continue
        across, down = places[end] - places[start], heights[end] - heights[start]
        inner = slice(start + 1, end)
        away = across * (heights[inner] - heights[start]) - down * (places[inner] - places[start])
        distances = np.abs(away) / (math.hypot(across, down) or 1.0)
        farthest = int(distances.argmax())
        if distances[farthest] > TOLERANCE:
            middle = start + 1 + farthest
            kept.add(middle)
            open_spans += [(start, middle), (middle, end)]
    return sorted(kept)
