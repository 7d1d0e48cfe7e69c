"""What a thesis may import: `from generator import percent, annualised, lines, ...`.

Each name is loaded from its module when it is first asked for: a command that draws nothing does
not wait for the libraries behind the charts.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from generator.readings import latest
    from generator.statistics import *  # noqa: F403  (the formulas, listed in its __all__)


class _Unloaded(types.ModuleType):
    """A module of which nothing is loaded until something of it is asked for.

    Not importlib's LazyLoader: before Python 3.12 a second `import` of its modules loads them.
    """

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        self.__class__ = types.ModuleType  # type: ignore[assignment]
        if spec and spec.loader:
            self.__path__ = spec.submodule_search_locations or []
            spec.loader.exec_module(self)
        return getattr(self, name)


def _load_when_used(name: str) -> None:
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec:
        module = importlib.util.module_from_spec(spec)
        del module.__path__  # to ask for it, as importing a part of the package does, loads it too
        module.__class__ = _Unloaded  # type: ignore[assignment]
        sys.modules[name] = module


# Each takes longer to load than most commands have to do: a refresh with nothing to ask needs no
# pandas, a check of charts that are known no altair.
_load_when_used("numpy")
_load_when_used("pandas")
_load_when_used("altair")

__version__ = "0.1.0"

HOMES = {
    "binding": "require_history require_until",
    "charts": (
        "bars calendar_gaps columns cycle_table dated_quotes dots drawdowns end_date_sensitivity"
        " event_study falsifier_bullets growth_of lines relative_strength return_since risk_table"
        " rolling_gaps rolling_risk scoreboard steps table_chart"
    ),
    "dates": "in_words",
    "errors": "NotStored",
    "facts": "billions count dollars k_of_n noise number percent percent_a_year points ratio times",
    "model": "Chart Fact",
    "readings": "latest",
    "statistics": (
        "DAYS_A_YEAR MONTHS_A_YEAR Capture Lead annualised beta by_month calendar_year_return"
        " calendar_year_returns capture compound drawdown event_windows expanding_z lead"
        " max_drawdown month_end period_return periodic_returns relative rolling_annualised"
        " rolling_beta"
        " rolling_gap rolling_volatility share_of_windows sharpe total_return tracking_error"
        " volatility wilson_interval window"
    ),
}
_HOME_OF = {name: home for home, names in HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'generator' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"generator.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
