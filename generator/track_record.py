"""What happened since each edition, by the yardstick that its thesis declares (pure)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from generator.errors import Finding, NotStored, did_you_mean
from generator.model import Edition, Missing, Table, Thesis, Yardstick
from generator.statistics import Lead, lead, total_return

FEWEST = 10  # windows, below which no rank is given
REVISED = 1e-4  # of a level: more than that is a history that its source rewrote, not rounding
PERCENT = 100.0
LATER = "lay another edition later"
COLUMNS = (
    *("edition", "begins", "ends", "sessions", "return", "return_against", "difference"),
    *("standard_error", "rank", "windows"),
)


@dataclass(frozen=True)
class Start:
    """Where an edition stood: the newest day of its levels, and the levels, 1 on the first day."""

    day: dt.date
    of: float
    against: float | None
    first: dt.date | None = None  # of the whole history then; None where the record is silent


@dataclass(frozen=True)
class Stretch:
    """What happened from what one edition knew to the newest day; figures in percent and points."""

    edition: str
    address: str  # the name the thesis has in that edition
    early: bool  # laid for a day before the thesis was first published
    lack: str = ""  # why there are no figures
    begins: dt.date | None = None
    ends: dt.date | None = None
    sessions: int = 0
    of: float = math.nan
    against: float = math.nan
    difference: float = math.nan  # the return of `of` where there is nothing to set it against
    standard_error: float = math.nan
    rank: float | None = None  # share of windows at or below it, in percent
    windows: int = 0
    apart: int = 0  # how many of those do not overlap
    next_difference: float | None = None  # up to where the next edition stood
    a_year: Lead | None = None  # annualised, where it is a year or longer
    revised: float = 0.0  # how far the level of that day is from what the edition had, in percent

    @property
    def known(self) -> bool:
        """Whether there is anything to count."""
        return not self.lack


@dataclass(frozen=True)
class TrackRecord:
    """A thesis after its editions, newest first; `start` is where this edition itself stands."""

    yardstick: Yardstick | None
    stretches: tuple[Stretch, ...] = ()
    start: Start | None = None
    lack: Missing | None = None

    @property
    def counted(self) -> list[Stretch]:
        """The editions since which something can be said."""
        return [stretch for stretch in self.stretches if stretch.known]

    @property
    def ahead(self) -> int:
        """How many of those the yardstick speaks for."""
        return sum(stretch.difference > 0 for stretch in self.counted)

    @property
    def between(self) -> list[float]:
        """What happened from each edition to the next: these do not overlap."""
        found = [stretch.next_difference for stretch in self.counted]
        return [difference for difference in found if difference is not None]


def track_record(
    thesis: Thesis,
    tables: Mapping[str, Table],
    missing: Mapping[str, Missing],
    earlier: Sequence[Edition],
    *,
    path: str,
) -> tuple[TrackRecord, list[Finding]]:
    """The record of a thesis over `earlier` editions, in the names of today, by today's data."""
    yardstick = thesis.yardstick
    past = [edition for edition in earlier if thesis.slug in edition.record.get("theses", {})]
    past.sort(key=lambda edition: edition.name)
    if yardstick is None:
        reason = "the thesis declares no yardstick"
        lack = Missing("track_record", reason, "declare 'yardstick' in thesis.yml")
        return TrackRecord(None, _lacking(thesis, past, reason), lack=lack), []
    places = [place for place in (yardstick.of, yardstick.against) if place]
    for table, _ in places:
        if table not in tables:
            gap = missing.get(table, Missing(table, "it is not stored", "run 'mtm refresh'"))
            lack = Missing("track_record", gap.reason, gap.remedy)
            return TrackRecord(yardstick, _lacking(thesis, past, gap.reason), lack=lack), []
    try:
        levels = common_levels(tables, yardstick)
    except KeyError as error:
        table, column = error.args[0]
        message = f"'yardstick' asks for the column '{column}' of '{table}', which is not there."
        hint = did_you_mean(column, [str(name) for name in tables[table].frame.columns])
        return TrackRecord(yardstick), [Finding(path, yardstick.line, message, hint)]
    except NotStored as error:
        lack = Missing("track_record", str(error), "run 'mtm refresh', for the whole history")
        return TrackRecord(yardstick, _lacking(thesis, past, str(error)), lack=lack), []
    stretches = _stretches(thesis, levels, past, yardstick)
    nothing: Missing | None = None
    if not past:
        nothing = Missing(
            "track_record", "no earlier edition is known", "lay another edition later"
        )
    elif not any(stretch.known for stretch in stretches):
        nothing = Missing("track_record", stretches[0].lack, "lay another edition later")
    return TrackRecord(yardstick, tuple(stretches), _start(levels), nothing), []


def common_levels(tables: Mapping[str, Table], yardstick: Yardstick) -> pd.DataFrame:
    """The levels "of" and, where there is one, "against" on the days both have, 1 on the first.

    Raises KeyError((table, column)) for a column that is not there, NotStored for levels that are
    none.
    """
    found = {"of": level_of(tables[yardstick.of[0]], yardstick.of[1])}
    if yardstick.against:
        found["against"] = level_of(tables[yardstick.against[0]], yardstick.against[1])
    levels = pd.concat(found, axis=1, join="inner").dropna()
    if len(levels) < 2:
        raise NotStored("the levels of the yardstick share no two days")
    if not (levels > 0).all(axis=None):
        raise NotStored("a level of the yardstick is not above zero, so it has no return")
    return levels / levels.iloc[0]


def level_of(table: Table, column: str) -> pd.Series[float]:
    """A column of levels; of daily prices also "total_return", dividends reinvested."""
    if column == "total_return" and {"close", "dividend"} <= set(table.frame.columns):
        return total_return(table.frame)
    if column not in table.frame.columns:
        raise KeyError((table.name, column))
    return table.frame[column].astype(float).dropna()


def differences(levels: pd.DataFrame, sessions: int) -> pd.Series[float]:
    """Over every window of so many sessions, return less return, in percentage points.

    (of_t / of_t-n - 1) - (against_t / against_t-n - 1), by the day on which the window ends; not
    annualised. Without "against" it is the return itself.
    """
    gains = PERCENT * (levels / levels.shift(sessions) - 1).iloc[sessions:]
    return gains["of"] - gains["against"] if "against" in gains else gains["of"]


def standard_error(levels: pd.DataFrame, sessions: int) -> float:
    """What chance alone does to the difference over so many sessions, in percentage points.

    Standard deviation (n - 1) of the daily difference in the whole history x √sessions: the √time
    rule for independent returns (Lo 2002, Financial Analysts J. 58(4), 36-52). It is the tracking
    error / √years, for a span that is not annualised.
    """
    return float(differences(levels, 1).std() * math.sqrt(sessions))


def rank_among(value: float, gains: pd.Series[float]) -> float:
    """The share of windows, in percent, in which the difference was at or below `value`."""
    return PERCENT * float((gains <= value).mean())


def _stretches(
    thesis: Thesis, levels: pd.DataFrame, past: Sequence[Edition], yardstick: Yardstick
) -> list[Stretch]:
    """One for each edition, newest first; none is left out, whatever it lacks."""
    days = [_known_day(edition, thesis.slug, levels, yardstick) for edition in past]
    found = []
    for index, (edition, begins) in enumerate(zip(past, days, strict=True)):
        base = _bare(thesis, edition)
        if begins is None:
            lack = f"the stored levels begin on {levels.index[0]:%Y-%m-%d}, after this edition"
            found.append(replace(base, lack=lack))
        elif begins == levels.index[-1]:
            found.append(replace(base, lack="nothing newer than its own data is stored"))
        else:
            until = days[index + 1] if index + 1 < len(days) else levels.index[-1]
            figures = _figures(levels, begins)
            if until is not None and until > begins:
                figures["next_difference"] = float(
                    differences(levels.loc[[begins, until]], 1).iloc[-1]
                )
            said = _recorded(edition, thesis.slug)
            figures["revised"] = _revision(said, levels, begins) if said else 0.0
            found.append(replace(base, **figures))
    return found[::-1]


def _figures(levels: pd.DataFrame, begins: pd.Timestamp) -> dict[str, Any]:
    ends = levels.index[-1]
    sessions = len(levels.loc[begins:]) - 1
    growth = PERCENT * (levels.iloc[-1] / levels.loc[begins] - 1)
    gains = differences(levels, sessions)
    now = float(gains.iloc[-1])
    return {
        "begins": begins.date(),
        "ends": ends.date(),
        "sessions": sessions,
        "of": float(growth["of"]),
        "against": float(growth.get("against", math.nan)),
        "difference": now,
        "standard_error": standard_error(levels, sessions),
        "rank": rank_among(now, gains) if len(gains) >= FEWEST else None,
        "windows": len(gains),
        "apart": (len(levels) - 1) // sessions,
        "a_year": _a_year(levels.loc[begins:]),
    }


def _a_year(span: pd.DataFrame) -> Lead | None:
    """The lead as a rate a year with its error, tracking error / √years; None under one year."""
    if "against" not in span:
        return None
    if span.index[-1] < span.index[0] + pd.DateOffset(years=1):
        return None
    return lead(span["of"], span["against"])


def _known_day(
    edition: Edition, slug: str, levels: pd.DataFrame, yardstick: Yardstick
) -> pd.Timestamp | None:
    """The newest day that the edition knew: what its record says, and never after its own day."""
    said = _recorded(edition, slug)
    limit = [edition.date]
    if said:
        limit.append(said.day)
    else:
        days = edition.record.get("data_as_of", {})
        for table, _ in filter(None, (yardstick.of, yardstick.against)):
            if day := days.get(f"{slug}/{table}"):
                limit.append(dt.date.fromisoformat(day))
    known = levels.index[levels.index <= pd.Timestamp(min(limit))]
    return known[-1] if len(known) else None


def _recorded(edition: Edition, slug: str) -> Start | None:
    """Where the edition's own record says that it stood."""
    said = edition.record["theses"][slug].get("yardstick") or {}
    start = said.get("start")
    if not start:
        return None
    first = dt.date.fromisoformat(said["first"]) if said.get("first") else None
    return Start(dt.date.fromisoformat(start["date"]), start["of"], start["against"], first)


def _revision(said: Start, levels: pd.DataFrame, begins: pd.Timestamp) -> float:
    """How far today's level on that day is from what the edition had, in percent; 0 if it is not.

    Both are 1 on their first day: where that is another day, they cannot be compared.
    """
    if said.first != levels.index[0].date() or said.day != begins.date():
        return 0.0
    then = said.of / said.against if said.against else said.of
    level = levels.loc[begins]
    now = level["of"] / level["against"] if said.against and "against" in level else level["of"]
    moved = float(now / then - 1)
    return PERCENT * moved if abs(moved) > REVISED else 0.0


def _start(levels: pd.DataFrame) -> Start:
    last = levels.iloc[-1]
    against = float(last["against"]) if "against" in levels else None
    day, first = levels.index[-1].date(), levels.index[0].date()
    return Start(day, float(last["of"]), against, first)


def _bare(thesis: Thesis, edition: Edition) -> Stretch:
    address = edition.record["theses"][thesis.slug].get("address", thesis.slug)
    return Stretch(edition.name, address, edition.date < thesis.published)


def _lacking(thesis: Thesis, past: Sequence[Edition], reason: str) -> tuple[Stretch, ...]:
    return tuple(replace(_bare(thesis, edition), lack=reason) for edition in reversed(past))


def track_table(record: TrackRecord) -> Table:
    """The record as a table, so that a chart may ask for `track_record`: a row an edition."""
    rows = [
        (
            *(s.edition, pd.Timestamp(s.begins), pd.Timestamp(s.ends), s.sessions, s.of),
            *(s.against, s.difference, s.standard_error, s.rank, s.windows),
        )
        for s in reversed(record.counted)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Table("track_record", "Since each edition", frame, (), None)


def as_record(record: TrackRecord) -> dict[str, Any] | None:
    """What edition.json keeps of it: the yardstick, where it stood, and what it said of the past.

    None without a yardstick.
    """
    yardstick, start = record.yardstick, record.start
    if yardstick is None:
        return None
    kept: dict[str, Any] = {
        "of": ".".join(yardstick.of),
        "against": ".".join(yardstick.against) if yardstick.against else None,
        "words": yardstick.words,
        "first": start.first.isoformat() if start and start.first else None,
        "start": None,
        "since": [_kept(stretch) for stretch in reversed(record.stretches)],
    }
    if start:
        kept["start"] = {
            "date": start.day.isoformat(),
            "of": _rounded(start.of),
            "against": _rounded(start.against),
        }
    return kept


def _kept(stretch: Stretch) -> dict[str, Any]:
    if not stretch.known or not stretch.begins or not stretch.ends:
        return {"edition": stretch.edition, "lack": stretch.lack}
    return {
        "edition": stretch.edition,
        "begins": stretch.begins.isoformat(),
        "ends": stretch.ends.isoformat(),
        "sessions": stretch.sessions,
        "of": _rounded(stretch.of),
        "against": None if math.isnan(stretch.against) else _rounded(stretch.against),
        "difference": _rounded(stretch.difference),
        "standard_error": _rounded(stretch.standard_error),
        "rank": _rounded(stretch.rank),
        "windows": stretch.windows,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.10g}")
