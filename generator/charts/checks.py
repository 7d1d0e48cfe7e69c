"""What a kind of chart may be given, and dates as numbers (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd

from generator.charts.ticks import EPOCH
from generator.errors import did_you_mean

MOST_SERIES = 5  # more lines than that cannot be told apart
YEAR = 4  # digits
Frame = TypeVar("Frame", "pd.DataFrame", "pd.Series")
_MOMENT = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
Moment: TypeAlias = "str | dt.date | pd.Timestamp | float"


def checked_frame(
    frame: pd.DataFrame | pd.Series, kind: str, *, distinct: bool = True
) -> pd.DataFrame:
    """The frame with its columns as floats.

    Raises ValueError when it is empty, when a column has no value at all or an infinite one, or
    when an index value comes twice though the rows must be distinct.
    """
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("value" if frame.name is None else str(frame.name))
    whole = frame.rename(columns=str)
    if whole.empty:
        raise ValueError(f"{kind}() was given no data.")
    numbers: pd.DataFrame = whole.apply(pd.to_numeric).astype(float)
    for column in numbers.columns:
        if numbers[column].isna().all():
            raise ValueError(f"{kind}() was given no value at all for '{column}'.")
        if np.isinf(numbers[column]).any():
            raise ValueError(f"{kind}() was given an infinite value in '{column}'.")
    if distinct and numbers.index.has_duplicates:
        twice = numbers.index[numbers.index.duplicated()][0]
        raise ValueError(f"{kind}() was given the row '{twice}' twice.")
    return numbers


def checked_series(series: pd.Series, kind: str, *, distinct: bool = True) -> pd.Series:
    """The series without its empty values. Raises ValueError as `checked_frame` does."""
    return checked_frame(series, kind, distinct=distinct).iloc[:, 0].dropna()


def on_days(frame: Frame, kind: str) -> Frame:
    """The same by day where the index is text such as 2025-01-31; a month stands on its last day.

    Years as text stay. Raises ValueError for any other text.
    """
    index = frame.index
    if not len(index) or not isinstance(index[0], str):
        return frame
    odd = next((text for text in index if not _MOMENT.fullmatch(str(text))), None)
    if odd is not None:
        raise ValueError(f"{kind}() was given '{odd}' for a date. Write dates as YYYY-MM-DD.")
    if all(len(text) == YEAR for text in index):
        return frame.set_axis([int(text) for text in index])
    days = pd.DatetimeIndex([pd.Period(text).end_time.normalize() for text in index], name="date")
    return frame.set_axis(days)


def require_columns(frame: pd.DataFrame, columns: Iterable[str], kind: str) -> None:
    """Raises KeyError for the first column that is not there."""
    for column in columns:
        if column not in frame.columns:
            known = [str(name) for name in frame.columns]
            hint = did_you_mean(column, known)
            raise KeyError(f"{kind}() asks for the column '{column}', which is not there. {hint}")


def require_few(names: Sequence[object], kind: str) -> None:
    """Raises ValueError when there are more series than can be told apart."""
    if len(names) > MOST_SERIES:
        raise ValueError(
            f"{kind}() was given {len(names)} series; at most {MOST_SERIES} can be told apart."
        )


def is_dated(index: pd.Index) -> bool:
    """Whether the index holds dates rather than years or numbers."""
    return isinstance(index, pd.DatetimeIndex | pd.PeriodIndex) or (
        len(index) > 0 and isinstance(index[0], dt.date)
    )


def positions(index: pd.Index) -> list[float]:
    """The index as numbers: days since 1970 for dates, else as they are."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp(how="end")
    if is_dated(index):
        return [float(day) for day in (pd.DatetimeIndex(index) - pd.Timestamp(EPOCH)).days]
    return [float(value) for value in index]


def position(moment: Moment, *, dated: bool) -> float:
    """One moment as a number; on an axis of years a date is a fraction of its year."""
    if isinstance(moment, int | float):
        return float(moment)
    stamp = pd.Timestamp(moment)
    if dated:
        return float((stamp - pd.Timestamp(EPOCH)).days)
    return float(stamp.year + (stamp.day_of_year - 1) / 365.25)


def recession_spans(
    bands: pd.DataFrame | None, *, dated: bool, kind: str
) -> tuple[tuple[float, float], ...]:
    """From the month after each peak to the end of its trough month, as the monthly dates count.

    Raises KeyError when the frame lacks peak or trough; rows that lack either month are left out.
    """
    if bands is None:
        return ()
    require_columns(bands, ("peak", "trough"), kind)
    known = bands[["peak", "trough"]].dropna()
    spans = (
        (pd.Period(str(peak), "M").end_time, pd.Period(str(trough), "M").end_time)
        for peak, trough in zip(known["peak"], known["trough"], strict=True)
    )
    return tuple((position(a, dated=dated), position(b, dated=dated)) for a, b in spans)
