"""Ready-made kinds of chart, for a thesis's charts.py; each returns a `model.Chart`."""

from generator.charts.bullets import falsifier_bullets
from generator.charts.categories import bars, dots
from generator.charts.cells import table_chart
from generator.charts.cycles import cycle_table
from generator.charts.gaps import calendar_gaps, end_date_sensitivity, rolling_gaps
from generator.charts.quotes import dated_quotes
from generator.charts.risk import risk_table, rolling_risk
from generator.charts.series import drawdowns, growth_of, lines, steps
from generator.charts.strength import relative_strength
from generator.charts.studies import event_study
from generator.charts.verdicts import scoreboard
from generator.charts.windows import return_since
from generator.charts.years import columns

__all__ = [
    "bars",
    "calendar_gaps",
    "columns",
    "cycle_table",
    "dated_quotes",
    "dots",
    "drawdowns",
    "end_date_sensitivity",
    "event_study",
    "falsifier_bullets",
    "growth_of",
    "lines",
    "relative_strength",
    "return_since",
    "risk_table",
    "rolling_gaps",
    "rolling_risk",
    "scoreboard",
    "steps",
    "table_chart",
]
