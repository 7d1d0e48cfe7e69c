"""Ready-made kinds of chart, for a thesis's charts.py; each returns a `model.Chart`."""

from generator.charts.categories import bars, dots
from generator.charts.quotes import dated_quotes
from generator.charts.series import drawdowns, growth_of, lines, steps
from generator.charts.studies import event_study
from generator.charts.verdicts import scoreboard
from generator.charts.years import columns

__all__ = [
    "bars",
    "columns",
    "dated_quotes",
    "dots",
    "drawdowns",
    "event_study",
    "growth_of",
    "lines",
    "scoreboard",
    "steps",
]
