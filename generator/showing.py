"""Figures on pages: each with its number, its citation and its files, and where it was shown."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.charts.figure import Place, figure_html, small_html
from generator.metadata import citation, metadata
from generator.model import Asset, Chart, Identity, Picture, Thesis
from generator.sourcing import source_line

VEGA = "theses/assets/vega.js"  # the script for live charts, one for all theses


@dataclass
class Showing:
    """The figures of one thesis in one edition; remembers on which page each was first shown."""

    thesis: Thesis
    identity: Identity
    pictures: Mapping[str, Picture]
    today: dt.date
    site_url: str = ""
    pages: dict[str, str] = field(default_factory=dict)  # by the chart's id

    def figure(self, chart: Chart, page: str, number: int) -> str:
        """The figure for a page at `page` below the thesis's address, "" for the article.

        Of a chart that was not drawn, as in a check, only the places that links may lead to.
        """
        picture = self.pictures.get(chart.id)
        if picture is None:
            names = (chart.id, *self._former(chart))
            return "".join(f'<span id="figure-{name}"></span>' for name in names)
        self.pages.setdefault(chart.id, page)
        place = Place(
            base=f"{_up(page)}charts/",
            vega=f"{_up(page)}{posixpath.relpath(VEGA, f'theses/{self.thesis.slug}')}",
            source_line=source_line(picture.plotted),
            number=number,
            former=self._former(chart),
            citation=citation(
                picture,
                self.thesis,
                self.identity,
                number=number,
                today=self.today,
                permalink=self.permalink(chart),
            ),
        )
        return figure_html(picture, place)

    def _former(self, chart: Chart) -> tuple[str, ...]:
        """What earlier editions call the chart."""
        return tuple(old for old, new in self.thesis.renamed_charts.items() if new == chart.id)

    def bare(self, chart: Chart, base: str) -> str:
        """The figure without number, data and downloads, for a page outside the thesis.

        `base` leads from that page's address to the thesis's.
        """
        picture = self.pictures.get(chart.id)
        if picture is None:
            return ""
        vega = posixpath.normpath(f"{base}../../{VEGA}")
        place = Place(f"{base}charts/", vega, source_line(picture.plotted))
        return figure_html(picture, place)

    def small(self, chart: Chart, base: str) -> str:
        """The chart's finding and its small picture, both a link to the figure."""
        if chart.id not in self.pictures:
            return ""
        address = f"{base}{self.pages.get(chart.id, '')}#figure-{chart.id}"
        return small_html(self.pictures[chart.id], f"{base}charts/", address)

    def permalink(self, chart: Chart) -> str:
        """The address of the figure in this edition; "" where that of the site is not known."""
        page = f"{self.today}/theses/{self.thesis.slug}/{self.pages.get(chart.id, '')}"
        return f"{self.site_url}{page}#figure-{chart.id}" if self.site_url else ""

    def files(self) -> Iterator[Asset]:
        """Everything that is published of each chart."""
        folder = f"theses/{self.thesis.slug}/charts"
        for picture in self.pictures.values():
            chart = picture.chart
            page = self.pages.get(chart.id, "")
            words = metadata(picture, self.thesis, self.identity, page=page)
            for name, content in picture.files.items():
                yield Asset(f"{folder}/{name}", content)
            yield Asset(f"{folder}/{chart.id}.meta.json", words.encode())


def _up(page: str) -> str:
    return "../" * page.count("/")
