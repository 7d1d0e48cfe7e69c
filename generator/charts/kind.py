"""What makes a function a ready-made kind of chart: its charts carry its name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import ParamSpec

from generator.model import Chart

P = ParamSpec("P")


def ready_made(function: Callable[P, Chart]) -> Callable[P, Chart]:
    """The function, whose charts say by which kind they were made; the outermost one counts."""

    @functools.wraps(function)
    def made(*arguments: P.args, **options: P.kwargs) -> Chart:
        return dataclasses.replace(function(*arguments, **options), kind=function.__name__)

    return made
