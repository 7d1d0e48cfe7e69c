"""One series of dated observations (rates, index levels, academic returns): what makes an answer
believable, and how it joins what is stored (pure).

Every frame here has a naive, unique, ascending DatetimeIndex named "date" and columns of floats,
NaN where the source has no value.
"""

from __future__ import annotations

import math

import pandas as pd

from generator.rules import Rules

COLUMNS: tuple[str, ...] = ()  # "value", or those of the table it is from
TEXTS: tuple[str, ...] = ()
MAX_REVISED = 0.1  # of the stored values; more means that the series is another one
SAME = 0.005  # relative change up to which a value counts as not revised
WILD_STEP = 5.0  # times the largest step there ever was
ENOUGH_STEPS = 50  # past steps, to know what a large one is
SCALES = (0.5, 2.0)  # of the mean size of values in a new issue against the one before
DEFAULT = Rules()


def reason_to_reject(
    answer: pd.DataFrame,
    stored: pd.DataFrame | None = None,
    *,
    rules: Rules = DEFAULT,
    sessions: pd.DatetimeIndex | None = None,
    reissued: bool = False,
) -> str:
    """Why `answer` cannot be right, in the reader's words; "" when nothing speaks against it.

    `reissued` says that the source rewrites its whole history with each issue and this is a new
    one; `sessions` means nothing here.
    """
    own = _dates(answer) or _values(answer) or _range(answer, rules.between)
    if own or stored is None or stored.empty:
        return own
    return (
        _columns(answer, stored)
        or _end(answer, stored)
        or (_issue(answer, stored) if reissued else _revisions(answer, stored))
        or _steps(answer, stored)
    )


def merge(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """Every date of both; where both have one, the answer's values."""
    if stored is None or stored.empty:
        return answer
    only_stored = stored[~stored.index.isin(answer.index)]
    return answer if only_stored.empty else pd.concat([only_stored, answer]).sort_index()


def replace(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """The answer alone: it is the whole history."""
    return answer


def notes(
    stored: pd.DataFrame | None,
    answer: pd.DataFrame,
    *,
    sessions: pd.DatetimeIndex | None = None,
) -> tuple[str, ...]:
    """What a reader of the series should know although it was taken: values that were revised."""
    if stored is None or stored.empty:
        return ()
    revised = _revised(answer, stored)
    span = stored.index[stored.index >= answer.index[0]]
    gone = span.difference(answer.index)
    said = []
    if len(revised):
        values = "1 value was" if len(revised) == 1 else f"{len(revised)} values were"
        said.append(f"{values} revised by the source, the first of {revised[0]:%Y-%m-%d}")
    if len(gone):
        said.append(f"the source has {gone[0]:%Y-%m-%d} no more; what was stored of it is kept")
    return tuple(said)


def _dates(answer: pd.DataFrame) -> str:
    if answer.empty:
        return "the answer holds no observation"
    if answer.index.has_duplicates:
        return f"{answer.index[answer.index.duplicated()][0]:%Y-%m-%d} appears twice"
    return "" if answer.index.is_monotonic_increasing else "the dates do not ascend"


def _values(answer: pd.DataFrame) -> str:
    for name in answer.columns:
        column = answer[name]
        if column.isna().all():
            return f"{_named(name)} holds no value at all"
        endless = column[column.abs() == math.inf]
        if not endless.empty:
            return f"{_named(name)} is {endless.iloc[0]:g} on {endless.index[0]:%Y-%m-%d}"
    return ""


def _range(answer: pd.DataFrame, between: tuple[float, float] | None) -> str:
    if between is None:
        return ""
    low, high = between
    for name in answer.columns:
        column = answer[name].dropna()
        outside = column[(column < low) | (column > high)]
        if not outside.empty:
            return (
                f"{_named(name)} is {outside.iloc[0]:g} on {outside.index[0]:%Y-%m-%d}, "
                f"and the thesis expects {low:g} to {high:g} (between)"
            )
    return ""


def _columns(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    gone = [name for name in stored.columns if name not in answer.columns]
    new = [name for name in answer.columns if name not in stored.columns]
    if gone:
        return f"the column '{gone[0]}' is gone"
    return f"there is a column '{new[0]}' that was not there" if new else ""


def _end(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    if answer.index[-1] >= stored.index[-1]:
        return ""
    return f"it ends on {answer.index[-1]:%Y-%m-%d}, before the stored {stored.index[-1]:%Y-%m-%d}"


def _issue(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    """A new issue may rewrite every value, but neither drop a date nor change its scale."""
    lost = stored.index.difference(answer.index)
    if len(lost):
        return f"its new issue lacks {lost[0]:%Y-%m-%d}, which was stored"
    for name in stored.columns:
        before, after = stored[name].abs().mean(), answer[name].reindex(stored.index).abs().mean()
        if before > 0 and not SCALES[0] <= after / before <= SCALES[1]:
            return f"{_named(name)} is {after / before:.3g} times what the issue before had"
    return ""


def _revisions(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    shared = answer.index.intersection(stored.index)
    revised = _revised(answer, stored)
    if len(revised) <= max(1, MAX_REVISED * len(shared)):
        return ""
    day = revised[0]
    name = next(n for n in stored.columns if not _alike(stored[n], answer[n]).get(day, True))
    return (
        f"{len(revised)} of {len(shared)} stored values changed, the first of {day:%Y-%m-%d} "
        f"from {stored[name][day]:g} to {answer[name][day]:g}"
    )


def _steps(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    """A step far outside anything that happened before is an error of the source."""
    for name in stored.columns:
        past = stored[name].dropna().diff().abs().dropna()
        whole = merge(stored[[name]], answer[[name]])[name].dropna()
        new = whole.diff().abs()[whole.index >= answer.index[0]]
        # What never moved tells nothing about how far it may move.
        telling = len(past) >= ENOUGH_STEPS and past.max() > 0
        wild = new[new > WILD_STEP * past.max()] if telling else new[:0]
        if not wild.empty:
            day = wild.index[0]
            before = whole[whole.index < day].iloc[-1]
            return f"{_named(name)} went from {before:g} to {whole[day]:g} on {day:%Y-%m-%d}"
    return ""


def _revised(answer: pd.DataFrame, stored: pd.DataFrame) -> pd.DatetimeIndex:
    """The dates of both on which some value is another one now."""
    shared = answer.index.intersection(stored.index)
    same = pd.Series(True, index=shared)
    for name in stored.columns.intersection(answer.columns):
        same &= _alike(stored[name], answer[name])
    return pd.DatetimeIndex(shared[~same])


def _alike(stored: pd.Series[float], answer: pd.Series[float]) -> pd.Series[bool]:
    """Whether both have the same value, by the dates they share; a missing one equals itself."""
    shared = answer.index.intersection(stored.index)
    before, after = stored.loc[shared], answer.loc[shared]
    close = (after - before).abs() <= SAME * before.abs()
    return close | (before.isna() & after.isna())


def _named(column: str) -> str:
    return "the value" if column == "value" else f"'{column}'"
