"""Where the values of single points can be written without touching anything (pure)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.charts.typeface import text_width

Point = tuple[float, float]  # pixels across and down


@dataclass(frozen=True)
class PointLabel:
    """Words centred at a place in the plot, and which path they belong to."""

    text: str
    path: int
    x: float
    y: float


@dataclass(frozen=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def holds(self, point: Point) -> bool:
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom

    def meets(self, other: _Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def place_point_labels(
    texts: Sequence[Sequence[str]],
    paths: Sequence[Sequence[Point]],
    *,
    size: float,
    room: tuple[float, float],
) -> list[PointLabel]:
    """A label above or below each point where there is room; highest and lowest points first.

    The last point of each path is left out: it is named beside the plot.
    """
    ink = [place for path in paths for place in _along(path)]
    taken: list[_Box] = []
    placed: list[PointLabel] = []
    for path, number in _by_importance(paths):
        across, down = paths[path][number]
        text = texts[path][number]
        half = text_width(text, size) / 2 + 2
        for shift, middle in (
            (s, down + side * size) for s in (0.0, half, -half) for side in (-1, 1)
        ):
            centre = across + shift
            box = _Box(centre - half, centre + half, middle - size * 0.55, middle + size * 0.55)
            inside = box.left > -5 and box.right < room[0] + 4 and box.bottom < room[1]
            free = not any(box.holds(place) for place in ink)
            if inside and free and not any(box.meets(other) for other in taken):
                taken.append(box)
                placed.append(PointLabel(text, path, centre, middle))
                break
    return placed


def _by_importance(paths: Sequence[Sequence[Point]]) -> Iterator[tuple[int, int]]:
    """Path and point number: of each path the extremes, then its first point, then the others."""
    rest = []
    for path, points in enumerate(paths):
        inner = list(range(len(points) - 1))
        first = dict.fromkeys(
            [
                *sorted(inner, key=lambda i: points[i][1])[:1],
                *sorted(inner, key=lambda i: -points[i][1])[:1],
                *inner[:1],
            ]
        )
        yield from ((path, number) for number in first)
        rest += [(path, number) for number in inner if number not in first]
    yield from rest


def _along(path: Sequence[Point], every: float = 3) -> Iterator[Point]:
    """Points along the lines of a path, a few pixels apart."""
    yield from path
    for (x1, y1), (x2, y2) in itertools.pairwise(path):
        count = int(max(abs(x2 - x1), abs(y2 - y1)) / every) + 1
        for step in range(1, count):
            share = step / count
            yield x1 + share * (x2 - x1), y1 + share * (y2 - y1)
