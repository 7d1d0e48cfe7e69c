"""One daily price series: what makes an answer believable, and how it joins what is stored (pure).

Every frame here is what `model.Table` calls daily prices.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

MAX_DAILY_MOVE = 0.25
MAX_REVISION = 0.005


def reason_to_reject(
    answer: pd.DataFrame,
    stored: pd.DataFrame | None = None,
    *,
    max_daily_move: float = MAX_DAILY_MOVE,
) -> str:
    """Why `answer` cannot be right, in the reader's words; "" when nothing speaks against it.

    `stored` are the days already held, up to the day the answer was asked for.
    """
    checks: list[Callable[[], str]] = [
        lambda: _days(answer),
        lambda: _closes(answer),
        lambda: _moves(answer, max_daily_move),
    ]
    if stored is not None and not stored.empty:
        checks += [lambda: _end(answer, stored), lambda: _revisions(answer, stored)]
    return next((reason for check in checks if (reason := check())), "")


def merge(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """Every day of both; where both have one, the answer's.

    Stored days from before a split that is new in the answer are brought onto its share basis.
    """
    if stored is None or stored.empty:
        return answer
    only_stored = rebased(stored, answer)[~stored.index.isin(answer.index)]
    if only_stored.empty:
        return answer
    return pd.concat([only_stored, answer]).sort_index()


def new_splits(stored: pd.DataFrame, answer: pd.DataFrame) -> pd.Series[float]:
    """Splits in the answer, by day, that the stored days do not know of."""
    splits = answer["split"][answer["split"] > 0]
    known = stored["split"].reindex(splits.index).fillna(0.0)
    return splits[(known != splits) & (splits.index > stored.index[0])]


def rebased(stored: pd.DataFrame, answer: pd.DataFrame) -> pd.DataFrame:
    """The stored days in shares as they are after the answer's new splits."""
    result = stored.copy()
    for day, ratio in new_splits(stored, answer).items():
        result.loc[result.index < day, ["close", "dividend"]] /= ratio
    return result


def _days(answer: pd.DataFrame) -> str:
    if answer.empty:
        return "the answer holds no day"
    if answer.index.has_duplicates:
        return f"{answer.index[answer.index.duplicated()][0]:%Y-%m-%d} appears twice"
    if not answer.index.is_monotonic_increasing:
        return "the days do not ascend"
    return ""


def _closes(answer: pd.DataFrame) -> str:
    for day, close in answer["close"].items():
        if math.isnan(close):
            return f"the close of {day:%Y-%m-%d} is missing"
        if not 0 < close < math.inf:
            return f"the close of {day:%Y-%m-%d} is {close:g}"
    return ""


def _moves(answer: pd.DataFrame, limit: float) -> str:
    moves = answer["close"].pct_change()
    wild = moves[(moves.abs() > limit) & ~(answer["split"] > 0)]
    if wild.empty:
        return ""
    size, day = 100 * wild.iloc[0], wild.index[0]
    return f"the close moved by {size:+,.0f}% on {day:%Y-%m-%d} without a split"


def _end(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    if answer.index[-1] >= stored.index[-1]:
        return ""
    return (
        f"the answer ends on {answer.index[-1]:%Y-%m-%d}, "
        f"what is stored on {stored.index[-1]:%Y-%m-%d}"
    )


def _revisions(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    before = rebased(stored, answer)["close"]
    both = before.index.intersection(answer.index)
    if both.empty:
        return "the answer shares no day with what is stored"
    change = answer["close"].loc[both] / before.loc[both] - 1
    revised = change[change.abs() > MAX_REVISION]
    if revised.empty:
        return ""
    day = revised.index[0]
    return (
        f"the close of {day:%Y-%m-%d} was stored as {before[day]:g} and is now "
        f"{answer['close'][day]:g}, and no split explains it"
    )
