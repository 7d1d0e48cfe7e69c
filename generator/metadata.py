"""What a machine should know of a chart: the file beside its picture, and how to cite it (pure)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from generator.charts.draw import FIGURES, figures_across_zero
from generator.dates import in_words
from generator.model import Chart, Identity, Picture, Thesis
from generator.sourcing import newest_figure, source_record, source_words, sources_of

SCHEMA = 1


def metadata(picture: Picture, thesis: Thesis, identity: Identity, *, page: str) -> str:
    """The chart's description as JSON: words, columns, sources, license, and where it is shown.

    `page` is the page of the figure below its thesis, "" for the article. No edition is named, so
    that a chart whose data did not change is described by the same file in the next edition.
    """
    chart, plotted = picture.chart, picture.plotted
    newest = plotted.newest
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "id": chart.id,
        "title": _words(chart.title),
        "subtitle": _words(chart.subtitle),
        "alt": _words(chart.alt),
        "note": _words(chart.note),
        "thesis": {"slug": thesis.slug, "title": thesis.title},
        "figure": f"theses/{thesis.slug}/{page}#figure-{chart.id}",
        "newest_figure": newest.isoformat() if newest else None,
        "rows": plotted.rows,
        "columns": [{"name": name, "type": kind} for name, kind in plotted.columns],
        "csv_significant_figures": FIGURES,
        "csv_figures_of_largest_across_zero": figures_across_zero(plotted.rows),
        "sources": [source_record(source) for source in plotted.sources],
        "publisher": identity.site_name,
        "author": identity.author,
        "licence": {"name": identity.text_licence, "url": identity.text_licence_url},
    }
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def citation(
    picture: Picture,
    thesis: Thesis,
    identity: Identity,
    *,
    number: int,
    today: dt.date,
    permalink: str,
) -> str:
    """How to cite a figure, in one line of plain text."""
    address = f" {permalink}" if permalink else ""
    plotted = picture.plotted
    return (
        f"{identity.author}, “{_words(picture.chart.title)}”, figure {number} in {thesis.title}, "
        f"{identity.site_name}, edition of {in_words(today)}.{address} "
        f"Data: {source_words(plotted.sources, plotted.newest)}."
    )


def credit(chart: Chart, thesis: Thesis, identity: Identity) -> tuple[str, ...]:
    """The lines below a picture that stands alone; without the edition's day, so that a picture
    whose data did not change is the same file in the next edition."""
    return (
        f"Source: {source_words(sources_of(chart), newest_figure(chart))}.",
        f"{identity.site_name}, {thesis.title}. {identity.text_licence}.",
    )


def _words(text: str) -> str:
    return " ".join(text.split())
