"""The costly steps of a rendering, which a build does once and the preview remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from generator import __version__, binding
from generator.articles import Written
from generator.binding import Called, Given
from generator.changes import changes
from generator.changes_page import Found
from generator.charts.card import Words
from generator.charts.draw import draw_card, draw_chart, lay_out
from generator.model import (
    Chart,
    Edition,
    Identity,
    Missing,
    Picture,
    Rendered,
    Table,
    Thesis,
    Withdrawal,
)
from generator.record import thesis_record
from generator.showing import Showing
from generator.store import load_tables

if TYPE_CHECKING:
    from generator.computing import Computed

Report = Callable[[str], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Setting:
    """What is the same for every thesis of a build; without a `cache` no picture is drawn."""

    root: Path
    identity: Identity
    today: dt.date
    cache: Path | None = None
    site_url: str = ""
    earlier: Sequence[Edition] = ()  # those before `today`, in the names of today
    withdrawn: Sequence[Withdrawal] = ()
    laid_out: Path | None = None  # of a check, instead of `cache`: what was laid out before
    cards: bool = False  # whether social cards are drawn


def attempted(make: Callable[[], Result]) -> Result | Exception:
    """What `make` gives, or what a chart raised in it, which is its author's to mend."""
    try:
        return make()
    except OSError:  # of the cache's disk, not of the chart
        raise
    except Exception as error:
        return error


class Steps:
    """The costly steps of a rendering, done afresh; the preview remembers what they came to."""

    def known(self, thesis: Thesis, setting: Setting) -> Computed | None:
        """What the data and code of the thesis came to, where that need not be computed."""
        return None

    def learn(self, thesis: Thesis, setting: Setting, computed: Computed) -> None:
        """What they came to now."""

    def load(
        self, thesis: Thesis, *, root: Path, today: dt.date
    ) -> tuple[dict[str, Table], dict[str, Missing]]:
        """The tables of a thesis, and those that are missing."""
        return load_tables(thesis.data, root=root, thesis_folder=thesis.folder, today=today)

    def call(self, name: str, function: Callable[..., Any], given: Given, *, root: Path) -> Called:
        """A function of a thesis, called."""
        return binding.call(name, function, given, root=root)

    def draw(self, chart: Chart, *, cache: Path, credit: Sequence[str]) -> Picture:
        """A chart's files."""
        return draw_chart(chart, cache=cache, credit=credit)

    def draw_all(
        self, charts: Sequence[tuple[Chart, Sequence[str]]], *, cache: Path
    ) -> Iterator[Picture | Exception]:
        """The files of charts with their credits, in order; what a chart raises in its place."""
        for chart, lines in charts:
            yield attempted(partial(self.draw, chart, cache=cache, credit=lines))

    def plan_card(self, words: Words, chart: Chart | None, *, cache: Path) -> None:
        """Say before charts are drawn which social card will be asked for."""

    def card(self, words: Words, chart: Chart | None, *, cache: Path | None) -> bytes:
        """A social card, as PNG."""
        return draw_card(words, chart, cache=cache)

    def lay_out(self, chart: Chart, *, cache: Path | None) -> None:
        """A chart as it would be drawn, which shows the mistakes in it."""
        lay_out(chart, cache=cache)

    def figure(self, showing: Showing, chart: Chart, page: str, number: int) -> str:
        """A chart's figure for a page."""
        return showing.figure(chart, page, number)

    def page(
        self, name: str, make: Callable[[], Written], showing: Showing, depends: object
    ) -> Written:
        """A page of the thesis, by its name; `depends` is what else it uses of this rendering."""
        return make()

    def compare(
        self, item: Rendered, typed: Mapping[str, Sequence[str]], setting: Setting
    ) -> tuple[Mapping[str, Any], Found]:
        """The thesis's record, and what changed since the edition before this one."""
        day, past = setting.today.isoformat(), setting.earlier
        slug, record = item.thesis.slug, thesis_record(item, typed)
        this = {"edition": day, "generator": {"version": __version__}, "theses": {slug: record}}
        return record, changes(past[-1].record if past else None, this, slug)


AFRESH = Steps()


def thesis_file(thesis: Thesis, root: Path) -> str:
    return (thesis.folder / "thesis.yml").relative_to(root).as_posix()
