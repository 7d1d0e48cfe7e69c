"""What makes a function a ready-made kind of chart: its charts carry its name."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import pickle
from collections.abc import Callable
from typing import Any, ParamSpec

from generator.model import Chart, Style

P = ParamSpec("P")


def ready_made(function: Callable[P, Chart]) -> Callable[P, Chart]:
    """The function, whose charts say by which kind they were made; the outermost one counts."""

    @functools.wraps(function)
    def made(*arguments: P.args, **options: P.kwargs) -> Chart:
        chart = function(*arguments, **options)
        draw = chart.draw if chart.kind else functools.partial(_draw_unchecked, chart.draw)
        return dataclasses.replace(chart, kind=function.__name__, draw=draw)

    return made


def _draw_unchecked(draw: Callable[[Style], Any], style: Style) -> Any:
    """The chart, whose parts altair does not check as they are made: it takes most of the time.

    Tests check those of the ready-made kinds; a thesis's own charts are checked by altair.
    """
    from altair.utils.schemapi import debug_mode  # loads altair

    with debug_mode(False):
        return draw(style)


def recipe(draw: Callable[[Style], Any]) -> str | None:
    """A hash of all that a ready-made chart is drawn from, beside the code of this package.

    None for a chart that a thesis draws itself: what its code depends on is not known.
    """
    if not isinstance(draw, functools.partial) or draw.func is not _draw_unchecked:
        return None
    (planned,) = draw.args
    if not isinstance(planned, functools.partial) or not planned.func.__module__.startswith(_OURS):
        return None
    try:
        return hashlib.sha256(pickle.dumps(planned)).hexdigest()
    except (pickle.PicklingError, AttributeError, TypeError):  # of an object of the thesis's own
        return None


_OURS = "generator.charts."
