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
from concurrent.futures import Future, ProcessPoolExecutor, wait
from functools import partial
from pathlib import Path

from generator.charts.card import Words
from generator.charts.draw import (
    card_spec,
    draw_card_of,
    draw_into,
    has_bundle,
    is_drawn,
    picture_of,
    specs_of,
    vega_bundle,
)
from generator.model import Chart, Picture
from generator.rendering_steps import Steps, attempted

ENOUGH = 4  # charts for each process, to be worth its start
Arguments = tuple[Path, list[bytes], str, str, list[str]]  # of `draw_into`


class AtOnce(Steps):
    """The steps of a rendering, with several processes to draw: one for each processor of ours."""

    def __init__(self, processes: int | None = None) -> None:
        self._most = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._packing: ProcessPoolExecutor | None = None
        self._planned: list[tuple[Words, bytes, Path]] = []  # cards that will be asked for
        self._cards: list[Future[bytes]] = []  # and that are being drawn

    def __enter__(self) -> AtOnce:
        return self

    def begin(self, cache: Path) -> None:
        """Have the script of live charts packed, if it is not, while the figures are computed."""
        if self._most > 1 and not has_bundle(cache):
            self._packing = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            self._packing.submit(vega_bundle, cache)

    def __exit__(self, *_: object) -> None:
        for pool in (self._pool, self._packing):
            if pool:
                pool.shutdown(cancel_futures=True)

    def draw_all(
        self, charts: Sequence[tuple[Chart, Sequence[str]]], *, cache: Path
    ) -> Iterator[Picture | Exception]:
        """As one process draws them."""
        planned = [attempted(partial(specs_of, chart, cache=cache)) for chart, _ in charts]
        lacking = [
            (cache, specs, chart.title, chart.subtitle, list(credit))
            for (chart, credit), specs in zip(charts, planned, strict=True)
            if not isinstance(specs, Exception) and not is_drawn(specs, cache=cache)
        ]
        self._draw_ahead(lacking, cache)
        for (chart, credit), specs in zip(charts, planned, strict=True):
            if isinstance(specs, Exception):
                yield specs
            else:
                yield attempted(partial(picture_of, chart, specs, cache=cache, credit=credit))

    def plan_card(self, words: Words, chart: Chart | None, *, cache: Path) -> None:
        """As Steps has it; a card that cannot be laid out says so when it is asked for."""
        spec = attempted(partial(card_spec, chart, cache=cache)) if chart else b""
        self._planned = [] if isinstance(spec, Exception) else [(words, spec, cache)]

    def card(self, words: Words, chart: Chart | None, *, cache: Path | None) -> bytes:
        """As Steps has it, from the cache once a process of ours has drawn it."""
        wait(self._cards)
        self._cards.clear()
        return super().card(words, chart, cache=cache)

    def _draw_ahead(self, lacking: Sequence[Arguments], cache: Path) -> None:
        if not self._pool:
            processes = min(self._most, len(lacking) // ENOUGH)
            if processes < 2:
                return
            self._pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
        asked = [self._pool.submit(draw_into, *arguments) for arguments in lacking]
        for words, spec, folder in self._planned:
            self._cards.append(self._pool.submit(draw_card_of, words, spec, cache=folder))
        self._planned.clear()
        for future in asked:
            with contextlib.suppress(Exception):
                future.result()
