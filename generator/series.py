"""One daily price series: what makes an answer believable, and how it joins what is stored (pure).

Every frame here is what `model.Table` calls prices.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from generator.rules import Rules

COLUMNS: tuple[str, ...] = ("close", "dividend", "split")
TEXTS: tuple[str, ...] = ()
MAX_REVISION = 0.005  # of a stored close, by a source that rounds or corrects
RECENT_SESSIONS = 20
DEFAULT = Rules()
RECENT_GAPS, ALL_GAPS = 2, 0.01  # sessions without a close that are let pass, of recent and all
FLAT_CLOSES = 8  # so many equal closes at the end mean a source that stopped
RESTLESS = 0.002  # mean daily move of a series in which equal closes are no coincidence


def reason_to_reject(
    answer: pd.DataFrame,
    stored: pd.DataFrame | None = None,
    *,
    rules: Rules = DEFAULT,
    sessions: pd.DatetimeIndex | None = None,
    reissued: bool = False,
) -> str:
    """Why `answer` cannot be right, in the reader's words; "" when nothing speaks against it.

    `stored` are the days already held, up to the day the answer was asked for; `sessions` are
    those of the exchange over the answer's span, None when it keeps no known calendar. Prices are
    never `reissued`.
    """
    checks: list[Callable[[], str]] = [
        lambda: _days(answer),
        lambda: _closes(answer),
        lambda: _events(answer, rules.max_daily_move),
        lambda: _moves(answer, rules.max_daily_move),
        lambda: _flat_end(answer),
    ]
    if stored is not None and not stored.empty:
        checks += [
            lambda: _end(answer, stored),
            lambda: _revisions(answer, stored),
            lambda: _lost_events(answer, stored),
        ]
    if sessions is not None:
        checks += [
            lambda: _strange_days(answer, sessions, rules.calendar),
            lambda: _gaps(answer, stored, sessions),
        ]
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


def replace(stored: pd.DataFrame | None, answer: pd.DataFrame) -> pd.DataFrame:
    """The answer alone: it is the whole history."""
    return answer


def notes(
    stored: pd.DataFrame | None,
    answer: pd.DataFrame,
    *,
    sessions: pd.DatetimeIndex | None = None,
) -> tuple[str, ...]:
    """What a reader of the series should know although it was taken: sessions without a close."""
    if sessions is None:
        return ()
    missing = sessions.difference(merge(stored, answer).index)
    if missing.empty:
        return ()
    named = ", ".join(f"{day:%Y-%m-%d}" for day in missing[-3:])
    more = f" and {len(missing) - 3} earlier sessions" if len(missing) > 3 else ""
    return (f"the source has no close for {named}{more}",)


def new_splits(stored: pd.DataFrame, answer: pd.DataFrame) -> pd.Series[float]:
    """Splits in the answer, by day, that the stored closes do not know of."""
    splits = answer["split"][answer["split"] > 0]
    known = stored["split"].reindex(splits.index).fillna(0.0)
    unknown = splits[(known != splits) & (splits.index > stored.index[0])]
    return unknown[[not _on_its_basis(stored, answer, day) for day in unknown.index]]


def _on_its_basis(stored: pd.DataFrame, answer: pd.DataFrame, day: pd.Timestamp) -> bool:
    """Whether the stored closes before a split are those of the answer: only its day is missing."""
    shared = stored.index.intersection(answer.index)
    before = shared[shared < day]
    if before.empty or day > stored.index[-1]:
        return False
    ours, theirs = stored["close"][before[-1]], answer["close"][before[-1]]
    return bool(abs(ours / theirs - 1) <= MAX_REVISION)


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
    closes = answer["close"]
    wrong = closes[~((closes > 0) & (closes < math.inf))]
    if wrong.empty:
        return ""
    day, close = wrong.index[0], wrong.iloc[0]
    if math.isnan(close):
        return f"the close of {day:%Y-%m-%d} is missing"
    return f"the close of {day:%Y-%m-%d} is {close:g}"


def _events(answer: pd.DataFrame, max_daily_move: float) -> str:
    for name in ("dividend", "split"):
        values = answer[name]
        wrong = values[~((values >= 0) & (values < math.inf))]
        if not wrong.empty:
            return f"the {name} of {wrong.index[0]:%Y-%m-%d} is {wrong.iloc[0]:g}"
    # The price falls by what is paid out, so a larger payment is no more believable than a fall.
    paid = answer["dividend"] / answer["close"].shift().fillna(answer["close"])
    large = paid[paid > max_daily_move]
    if large.empty:
        return ""
    day = large.index[0]
    return (
        f"the dividend of {day:%Y-%m-%d} is {answer['dividend'][day]:g}, "
        f"{100 * large.iloc[0]:.0f}% of the close before it (max_daily_move: {max_daily_move:g})"
    )


def _moves(answer: pd.DataFrame, limit: float) -> str:
    moves = answer["close"].pct_change()
    wild = moves[(moves.abs() > limit) & ~(answer["split"] > 0)]
    if wild.empty:
        return ""
    size, day = 100 * wild.iloc[0], wild.index[0]
    return (
        f"the close moved by {size:+,.0f}% on {day:%Y-%m-%d} without a split "
        f"(max_daily_move: {limit:g})"
    )


def _flat_end(answer: pd.DataFrame) -> str:
    end = answer["close"].iloc[-FLAT_CLOSES:]
    before = answer["close"].iloc[: -FLAT_CLOSES + 1].pct_change().abs().mean()
    if len(end) < FLAT_CLOSES or end.nunique() > 1 or not before > RESTLESS:
        return ""
    return f"the last {FLAT_CLOSES} closes are all {end.iloc[-1]:g}"


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


def _lost_events(answer: pd.DataFrame, stored: pd.DataFrame) -> str:
    for name in ("dividend", "split"):
        paid = stored[name][stored[name] > 0]
        there = paid.index.intersection(answer.index)
        gone = there[answer[name].loc[there] == 0]
        if not gone.empty:
            return f"the {name} of {gone[0]:%Y-%m-%d} was stored as {paid[gone[0]]:g} and is gone"
    return ""


def _strange_days(answer: pd.DataFrame, sessions: pd.DatetimeIndex, calendar: str) -> str:
    if sessions.empty:
        return ""
    strange = answer.index.difference(sessions)
    strange = strange[strange >= sessions[0]]
    if strange.empty:
        return ""
    return f"{strange[0]:%Y-%m-%d} is a day without a session (calendar: {calendar})"


def _gaps(answer: pd.DataFrame, stored: pd.DataFrame | None, sessions: pd.DatetimeIndex) -> str:
    held = answer.index if stored is None else answer.index.union(stored.index)
    missing = sessions.difference(held)
    recent = missing[missing >= sessions[-RECENT_SESSIONS:][0]] if len(sessions) else missing
    worst = recent if len(recent) > RECENT_GAPS else missing
    if len(recent) <= RECENT_GAPS and len(missing) <= max(RECENT_GAPS, ALL_GAPS * len(sessions)):
        return ""
    return f"{len(worst)} sessions have no close, the first of them {worst[0]:%Y-%m-%d}"
