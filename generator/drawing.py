"""Charts that were never drawn are drawn by several processes at once.

Only where there are enough of them: a process takes as long to load the renderer as a chart takes
to draw. They are started afresh, never forked, and leave what they drew in the cache, from which
this process reads it; what goes wrong there is found again here, in its place.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from generator.charts.draw import draw_into, is_drawn, picture_of, specs_of, vega_bundle
from generator.model import Chart, Picture
from generator.rendering import Steps

ENOUGH = 4  # charts, for a second process to be worth its start


class AtOnce(Steps):
    """The steps of a rendering, with as many processes to draw as the machine has processors."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def draw_all(
        self, charts: Sequence[tuple[Chart, Sequence[str]]], *, cache: Path
    ) -> Iterator[Picture | Exception]:
        """As one process draws them."""
        asked: list[Future[None]] = []
        planned: list[list[bytes] | Exception] = []
        for chart, credit in charts:
            try:
                specs = specs_of(chart, cache=cache)
            except OSError:
                raise
            except Exception as error:  # whatever a chart raises is its author's to mend
                planned.append(error)
                continue
            planned.append(specs)
            if not is_drawn(specs, cache=cache):
                words = (chart.title, chart.subtitle, list(credit))
                asked += self._ask(len(charts), cache, specs, *words)
        for future in asked:
            with contextlib.suppress(Exception):
                future.result()
        for (chart, credit), specs_or_error in zip(charts, planned, strict=True):
            if isinstance(specs_or_error, Exception):
                yield specs_or_error
                continue
            try:
                yield picture_of(chart, specs_or_error, cache=cache, credit=credit)
            except OSError:
                raise
            except Exception as error:
                yield error

    def _ask(
        self, count: int, cache: Path, specs: list[bytes], *words: object
    ) -> list[Future[None]]:
        if not self._pool:
            processes = min(os.cpu_count() or 1, count // ENOUGH)
            if processes < 2:
                return []
            self._pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
            self._pool.submit(vega_bundle, cache)
        return [self._pool.submit(draw_into, cache, specs, *words)]  # type: ignore[arg-type]
