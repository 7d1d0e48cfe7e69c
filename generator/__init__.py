"""What a thesis may import: `from generator import percent, annualised, lines, ...`."""

from generator import charts as _charts
from generator import statistics as _statistics
from generator.binding import require_history, require_until
from generator.charts import *  # noqa: F403  (the ready-made charts, listed in its __all__)
from generator.dates import in_words
from generator.errors import NotStored
from generator.facts import (
    billions,
    count,
    dollars,
    k_of_n,
    number,
    percent,
    percent_a_year,
    points,
    ratio,
    times,
)
from generator.model import Chart, Fact
from generator.statistics import *  # noqa: F403  (the formulas, listed in its __all__)

__version__ = "0.1.0"

__all__ = [
    "Chart",
    "Fact",
    "NotStored",
    "billions",
    "count",
    "dollars",
    "in_words",
    "k_of_n",
    "number",
    "percent",
    "percent_a_year",
    "points",
    "ratio",
    "require_history",
    "require_until",
    "times",
]
__all__ += _charts.__all__
__all__ += _statistics.__all__
