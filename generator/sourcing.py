"""Where the figures of a chart come from: the line below it, its citation, its metadata (pure)."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from typing import Any

import pandas as pd

from generator.charts.table import table_html
from generator.dates import earliest_day, latest_day, written_days
from generator.model import Chart, Plotted, Source

SHOWN_SOURCES = 3
DATES = ("date", "as_of", "year")  # columns of a chart's data that may say when
KINDS = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "M": "date"}
_OF_ROWS = ("source", "url", "source_grade")
OWN = "the claims ledger of this edition"  # of a chart that is made from no table of figures


def plotted(chart: Chart) -> Plotted:
    """What there is to say of the values of a chart."""
    data, rows = chart.data, _row_sources(chart.data)
    sources = tuple(rows or chart.sources)
    named = "url" in data.columns
    urls = data["url"].dropna() if named else (source.url for source in chart.sources)
    return Plotted(
        rows=len(data),
        columns=tuple((str(name), _kind(data[name])) for name in data.columns),
        sources=sources,
        in_rows=bool(rows),
        urls=tuple(
            u for u in dict.fromkeys(map(str, urls)) if u.startswith(("https://", "http://"))
        ),
        newest=newest_figure(chart),
        covers=_covers(data),
        table=table_html(data, caption=" ".join(chart.subtitle.split())),
    )


def source_line(plotted: Plotted) -> str:
    """The sources of a chart as HTML: the first ones with address, grade and days."""
    if not plotted.sources:
        return f"Source: {OWN}."
    shown = [_source_html(source) for source in plotted.sources[:SHOWN_SOURCES]]
    rest = len(plotted.sources) - len(shown)
    where = "each in its row of the CSV" if plotted.in_rows else "all of them in the JSON"
    more = f"; and {rest} more, {where}" if rest > 0 else ""
    as_of = f" Newest figure: {plotted.newest}." if plotted.newest and plotted.in_rows else ""
    return f"Source: {'; '.join(shown)}{more}.{as_of}"


def source_words(sources: Sequence[Source], newest: dt.date | None) -> str:
    """The sources of a chart in a few plain words, with the day of the newest figure."""
    names = list(dict.fromkeys(source.publisher for source in sources)) or [OWN]
    rest = len(names) - SHOWN_SOURCES
    more = f" and {rest} more" if rest > 0 else ""
    return "; ".join(names[:SHOWN_SOURCES]) + more + (f", to {newest}" if newest else "")


def sources_of(chart: Chart) -> list[Source]:
    """The distinct sources of a chart: of its own rows if they say, else of its tables."""
    return _row_sources(chart.data) or list(chart.sources)


def newest_figure(chart: Chart) -> dt.date | None:
    """The newest day among the plotted rows, by their column date, as_of or year."""
    for column in DATES:
        if column in chart.data.columns:
            days = [latest_day(text) for text in written_days(chart.data[column])]
            return max((day for day in days if day), default=None)
    return chart.as_of


def _covers(data: pd.DataFrame) -> str:
    """From when to when, as ISO 8601 has it; "" for figures without a date."""
    for column in DATES:
        if column in data.columns:
            written = written_days(data[column])
            first = [day for day in map(earliest_day, written) if day]
            last = [day for day in map(latest_day, written) if day]
            return f"{min(first)}/{max(last)}" if first and last else ""
    return ""


def _kind(column: pd.Series) -> str:
    return KINDS.get(column.dtype.kind, "text")


def source_record(source: Source) -> dict[str, Any]:
    """A source for a machine to read: what is not known is left out."""
    days = {"as_of": source.as_of, "retrieved": source.retrieved}
    words = {
        "publisher": str(source.publisher),
        "title": str(source.title),
        "url": source.url,
        "licence": source.licence,
        "vintage": source.vintage,
        "doubt": source.doubt,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    }
    return {**{name: text for name, text in words.items() if text}, "grade": source.grade}


def _row_sources(data: pd.DataFrame) -> list[Source]:
    """The distinct sources of the plotted rows, when the rows carry them."""
    columns = list(_OF_ROWS)
    if not set(columns) <= set(data.columns):
        return []
    rows = data[columns].dropna().drop_duplicates()
    return [Source(row.source, "", row.url, int(row.source_grade)) for row in rows.itertuples()]


def _source_html(source: Source) -> str:
    name = html.escape(source.publisher)
    if source.title and source.title != source.publisher:
        name += f", {html.escape(source.title)}"
    dates = [f"grade {source.grade}"]
    if source.as_of:
        dates.append(f"to {source.as_of}")
    if source.retrieved:
        dates.append(f"retrieved {source.retrieved}")
    if source.vintage:
        dates.append(f"vintage {html.escape(source.vintage)}")
    if source.doubt:
        dates.append(html.escape(source.doubt))
    if source.url:
        name = f'<a href="{html.escape(source.url, quote=True)}">{name}</a>'
    return f"{name} ({', '.join(dates)})"
