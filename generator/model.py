"""The values that pass between the stages of a build. All frozen; none reads a file or a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from generator.errors import Finding
from generator.rules import Rules, Staleness
from generator.verdicts import Claim, Falsifier, JudgedClaim, JudgedFalsifier

Date = dt.date


class ForeignText(str):
    """Text that a source wrote, such as a fund's name: printed on a page it is inert."""


@dataclass(frozen=True)
class Source:
    """Where figures come from, and on what terms."""

    publisher: str
    title: str
    url: str
    # 1 issuer, index owner, official, own computation; 2 press, research, vendors; 3 mirrors
    grade: int = 1
    licence: str = ""
    may_republish: bool = True
    retrieved: Date | None = None
    as_of: Date | None = None
    vintage: str = ""  # of a source that rewrites its whole history with each issue
    doubt: str = ""  # what a reader must know of it: that it is too old, or not confirmed


@dataclass(frozen=True)
class DataSpec:
    """One table a thesis asks for: `source` names the kind, `key` what to ask that kind for."""

    name: str  # the parameter name under which thesis functions receive it
    source: str  # a name of sources.REGISTRY, or "embedded" or "cited"
    key: str  # a symbol, or a file name without its ending
    label: str
    optional: bool = False
    line: int = 0  # in thesis.yml
    options: tuple[tuple[str, str], ...] = ()  # what else its source is told, by name, sorted
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True)
class Condition:
    """How a fetched table came to be what it is, as its store tells it."""

    kind: str  # in words: daily prices, figures, fund data

    status: str  # fresh, kept, rejected
    reason: str = ""  # why it is not fresh
    checked: str | None = None  # what its prices were compared with; "" when there was nothing
    notes: tuple[str, ...] = ()  # sessions without a close, a revised history
    stale: Staleness | None = None
    banner: bool = False  # whether pages must say so at their top


@dataclass(frozen=True)
class Table:
    """Stored figures under the name a thesis gave them.

    Daily prices have a naive, unique, ascending DatetimeIndex named "date" and the columns close
    (split-adjusted, not adjusted for dividends), dividend and split (0 where there was none).
    Observations (FRED, the French library, an owner's file) have such an index too and columns of
    floats: "value", or those of the library's table, NaN where the source has none. Readings of a
    fund have a row a reading, and the columns that `generator.readings` names.
    Embedded and cited tables have a RangeIndex and the columns of their file.
    """

    name: str
    label: str
    frame: pd.DataFrame
    sources: tuple[Source, ...]
    as_of: Date | None
    condition: Condition | None = None


@dataclass(frozen=True)
class Missing:
    """Something this build cannot have, why, and what would bring it."""

    name: str
    reason: str
    remedy: str


FAILED = "its function failed"  # the reason of a Missing whose mistake is reported already


@dataclass(frozen=True)
class Fact:
    """A number with its wording. Written into a page it prints `text`.

    `value` is in `unit` ("percent" 3.2 means 3.2 %); `as_of` and `sources` are filled in from the
    tables the fact was computed from, unless the fact names an earlier `as_of` itself. `history`
    are the values of the same figure in every window of the data, by the day each window ends.
    """

    value: float
    unit: str
    text: str
    id: str = ""
    statement: str = ""
    as_of: Date | None = None
    sources: tuple[Source, ...] = ()
    history: pd.Series[float] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text

    def __float__(self) -> float:
        return self.value


@dataclass(frozen=True)
class Style:
    """Everything about a picture that does not come from its data."""

    width: int
    height: int
    phone: bool
    font: str
    font_size: int
    published: Date | None = None  # of what the picture is for; marked where its dates reach it


@dataclass(frozen=True)
class Chart:
    """A picture that can be drawn at several sizes, and the words around it.

    `data` holds the plotted values, one row a mark; it is what the CSV download contains. Where it
    has the columns source, url and source_grade, the source line is made from those rows.
    """

    title: str  # the finding, at most ten words, filled from the data
    subtitle: str  # measure, unit, of what, from when to when
    alt: str  # kind of chart, of what, the finding with its number
    data: pd.DataFrame
    draw: Callable[[Style], Any]  # -> an Altair chart
    note: str = ""
    height: int = 360  # of the wide picture, in CSS pixels
    phone_height: int = 300
    in_rows: bool = False  # the rows decide how high it is: drawn lower, some would be cut off
    id: str = ""
    as_of: Date | None = None
    sources: tuple[Source, ...] = ()
    kind: str = ""  # the ready-made function that made it
    published: Date | None = None  # when its thesis was; marked where its dates reach that day

    def __str__(self) -> str:
        raise TypeError(f"a chart is shown with {{{{ show(charts.{self.id or '...'}) }}}}")


@dataclass(frozen=True)
class Plotted:
    """What pages and files say of the values that a chart shows."""

    rows: int
    columns: tuple[tuple[str, str], ...]  # each with its type, as metadata name them
    sources: tuple[Source, ...]  # of the rows, where they say; else of the tables
    in_rows: bool  # whether the rows say
    urls: tuple[str, ...]  # of what the values come from
    newest: Date | None  # figure among them
    covers: str  # from when to when, as ISO 8601 has it; "" for figures without a date
    table: str  # them as HTML


@dataclass(frozen=True)
class Picture:
    """A chart drawn: file names and contents, and the pixel sizes of each picture."""

    chart: Chart
    plotted: Plotted
    files: Mapping[str, bytes]  # e.g. "growth.svg", "growth.phone.svg", "growth.json"
    size: tuple[int, int]
    phone_size: tuple[int, int]


@dataclass(frozen=True)
class Page:
    """A page of Markdown at its path under docs/, and its name in the menu."""

    path: str
    text: str
    title: str = ""


@dataclass(frozen=True)
class Asset:
    """A file that is published as it is, at its path under docs/."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Section:
    """One thesis in the menu: its title, and its pages as (title, path under docs/)."""

    title: str
    pages: tuple[tuple[str, str], ...]
    under: str = ""  # the part of the menu that holds it; "" where it stands by itself


@dataclass(frozen=True)
class Identity:
    """Who publishes the site; read from mkdocs.yml, the one file a fork changes."""

    site_name: str
    author: str
    description: str
    repository: str
    code_licence: str
    text_licence: str
    text_licence_url: str
    disclosures: tuple[str, ...]
    holdings: str


@dataclass(frozen=True)
class Yardstick:
    """What a thesis is measured by after it was published: levels, as (table, column)."""

    of: tuple[str, str]
    against: tuple[str, str] | None  # whose return is taken away
    words: str  # what that is, to stand in a sentence
    line: int = 0  # in thesis.yml


@dataclass(frozen=True)
class Withdrawal:
    """An edition that its publisher takes back; it stays where it is, and says so."""

    edition: str  # YYYY-MM-DD
    date: Date
    reason: str


@dataclass(frozen=True)
class Thesis:
    """A thesis folder, read and checked."""

    slug: str
    folder: Path
    title: str
    sentence: str
    summary: str
    published: Date
    pages: tuple[str, ...]  # template names in the order of the menu, the article first
    lead_chart: str
    data: tuple[DataSpec, ...]
    claims: tuple[Claim, ...]
    section: str = ""  # of the menu and the home page; "" for a main thesis of the site
    falsifiers: tuple[Falsifier, ...] = ()
    cadence: str = "weekly"  # how often an edition is due where nothing but numbers moved
    hold_flipped: bool = False  # a headline claim that flipped waits for a person
    home_charts: tuple[str, ...] = ()  # beside the lead chart, small
    against: str = ""  # the page with the case against
    yardstick: Yardstick | None = None
    was: tuple[str, ...] = ()  # what earlier editions call it: names of its folder
    renamed_charts: Mapping[str, str] = field(default_factory=dict)  # old name -> name now
    lines: Mapping[str, int] = field(default_factory=dict)  # of the keys of thesis.yml
    allowed: Mapping[str, str] = field(default_factory=dict)  # lint rules, and why not here
    fact_functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    chart_functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """A thesis after a build: its pages, and everything that goes into edition.json."""

    thesis: Thesis
    tables: Mapping[str, Table]
    facts: Mapping[str, Fact]
    charts: Mapping[str, Chart]
    pictures: Mapping[str, Picture]  # of the charts; none in a check
    claims: Mapping[str, JudgedClaim]
    falsifiers: Mapping[str, JudgedFalsifier]
    missing: Mapping[str, Missing]
    pages: tuple[Page, ...]
    assets: tuple[Asset, ...]
    warnings: tuple[Finding, ...] = ()  # what a person should look at, and stops nothing
    yardstick: Mapping[str, Any] | None = None  # what came of it since each edition
    terms: Mapping[str, str] = field(default_factory=dict)  # of the field -> what each means
    origins: Callable[[], Mapping[str, Any]] = dict  # marks of its tables, for the record
    record: Mapping[str, Any] = field(default_factory=dict)  # its part of edition.json


@dataclass(frozen=True)
class Edition:
    """One dated edition as its edition.json tells it."""

    name: str  # YYYY-MM-DD
    record: Mapping[str, Any]
    sha256: str  # of edition.json

    @property
    def date(self) -> Date:
        return Date.fromisoformat(self.name)
