"""One series of readings of a fund (fee, size, valuation, holdings): what makes an answer
believable, and how it joins what is stored (pure).

Every frame here has a row a reading, by its day: texts in the columns of TEXTS, numbers in all
others (expense_ratio and top_holding_weight in percent, net_assets in the fund's currency, ratios
such as price_to_earnings, and sector weights in percent); NaN or "" where the source had nothing
usable that day. An old value is never written under a new day: `latest` finds the newest of each
field, with its own day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from generator.errors import NotStored
from generator.rules import Rules

COLUMNS: tuple[str, ...] = ()  # which fields there are differs from fund to fund
TEXTS: tuple[str, ...] = ("family", "category", "top_holding")
SECTOR = "sector_"  # the beginning of the columns with sector weights, in percent of the fund
# How far a field may lie from its last reading, as a share of it, for each so many days since.
ALLOWED = {"net_assets": (0.40, 28), "price_to_earnings": (0.25, 7)}
DEFAULT = Rules()


@dataclass(frozen=True)
class Reading:
    """One field of a fund as it was last read."""

    value: float | str
    as_of: date


def latest(fund: pd.DataFrame, field: str) -> Reading:
    """The newest usable value of a field and the day it was read.

    Raises NotStored when no reading has the field.
    """
    column = fund[field] if field in fund else pd.Series(dtype=float)
    usable = column[column.notna() & (column != "")]
    if usable.empty:
        raise NotStored(f"no stored reading of the fund has a usable {_words(field)}")
    return Reading(usable.iloc[-1], usable.index[-1].date())


def reason_to_reject(
    answer: pd.DataFrame,
    stored: pd.DataFrame | None = None,
    *,
    rules: Rules = DEFAULT,
    sessions: pd.DatetimeIndex | None = None,
    reissued: bool = False,
) -> str:
    """Why `answer` cannot be right; "" when some number in it is usable."""
    if answer.empty:
        return "the answer holds no reading"
    if _screened(answer, stored)[0][_numbers(answer)].isna().all(axis=None):
        return "not one of its figures is plausible"
    return ""


def merge(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """Every reading of both, without the values that are far from the reading before."""
    return replace(stored, _screened(answer, stored)[0])


def replace(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """Every reading of both: the answer is only one of them."""
    if stored is None or stored.empty:
        return answer
    joined = pd.concat([stored[~stored.index.isin(answer.index)], answer]).sort_index()
    texts = [name for name in TEXTS if name in joined]
    return joined.assign(**{name: joined[name].fillna("") for name in texts})


def notes(
    stored: pd.DataFrame | None,
    answer: pd.DataFrame,
    *,
    sessions: pd.DatetimeIndex | None = None,
) -> tuple[str, ...]:
    """The fields that were left out, with their reason and what stays instead."""
    return _screened(answer, stored)[1]


def _screened(
    answer: pd.DataFrame, stored: pd.DataFrame | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The answer without implausible changes, and a sentence about each of these."""
    result, said = answer.copy(), []
    for field, (share, days) in ALLOWED.items():
        before = _last(stored, field, answer.index[-1]) if len(answer) else None
        if before is None or field not in answer or pd.isna(answer[field].iloc[-1]):
            continue
        value, passed = answer[field].iloc[-1], (answer.index[-1].date() - before.as_of).days
        limit = share * max(1.0, passed / days)
        change = value / float(before.value) - 1
        if abs(change) > limit:
            result.loc[result.index[-1], field] = float("nan")
            said.append(
                f"{_words(field)} kept from {before.as_of}: the answer, {value:g}, is "
                f"{100 * change:+.0f}% away from it"
            )
    return result, tuple(said)


def _last(stored: pd.DataFrame | None, field: str, day: pd.Timestamp) -> Reading | None:
    if stored is None:
        return None
    try:
        return latest(stored[stored.index < day], field)
    except NotStored:
        return None


def _numbers(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in TEXTS]


def _words(field: str) -> str:
    return field.removeprefix(SECTOR).replace("_", " ")
