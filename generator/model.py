"""The values that pass between the stages of a build. All frozen; none reads a file or a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from generator.rules import Rules, Staleness

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
    id: str = ""
    as_of: Date | None = None
    sources: tuple[Source, ...] = ()

    def __str__(self) -> str:
        raise TypeError(f"a chart is shown with {{{{ show(charts.{self.id or '...'}) }}}}")


@dataclass(frozen=True)
class Picture:
    """A chart drawn: file names and contents, and the pixel sizes of each picture."""

    chart: Chart
    files: Mapping[str, bytes]  # e.g. "growth.svg", "growth.phone.dark.svg", "growth.json"
    size: tuple[int, int]
    phone_size: tuple[int, int]


Verdict = Literal[
    "holds",
    "drifted",
    "broken",
    "overdue",
    "pending",
    "resolved true",
    "resolved false",
    "not checkable",
    "not checked this build",
    "withdrawn",
]
VERDICTS: tuple[Verdict, ...] = (
    "holds",
    "drifted",
    "broken",
    "overdue",
    "pending",
    "resolved true",
    "resolved false",
    "not checkable",
    "not checked this build",
    "withdrawn",
)


@dataclass(frozen=True)
class Claim:
    """A sentence that can be held to account: what is claimed, on whose word, and how to check."""

    id: str
    section: str
    statement: str  # in our words
    wording: str  # how the article prints it
    said: str  # what the source article printed, in neutral words; "" when it was silent
    finding: str  # confirmed, corrected, contradicted, not found, replaced, or added
    value: float | None
    unit: str
    kind: str
    time_type: str
    basis: str  # price or total return, forward or trailing, with or without loss makers
    index: str
    as_of: str
    recompute: str
    fact: str | None  # the fact that recomputes it on every build
    low: float | None  # the interval in which the fact must lie for the claim to hold
    high: float | None
    resolves_on: Date | None
    review_by: Date | None
    problem: str
    counter_evidence: str
    source: Source | None
    also: tuple[tuple[str, float, float], ...] = ()  # further facts it rests on: name, low, high
    needs: str = ""  # data the site does not hold, without which nothing can check it
    line: int = 0


@dataclass(frozen=True)
class JudgedClaim:
    """A claim after this build: its verdict, the value now, and the reason in words."""

    claim: Claim
    verdict: Verdict
    now: float | None
    now_text: str
    as_of: Date | None
    reason: str

    def __str__(self) -> str:
        return self.claim.wording


@dataclass(frozen=True)
class Threshold:
    """A side of a number on which a value must not lie, in the unit of its fact."""

    value: float
    below: bool  # else above
    inclusive: bool = False  # whether the number itself is on the wrong side

    def __str__(self) -> str:
        side = "below" if self.below else "above"
        return f"{'at or ' if self.inclusive else ''}{side} {self.value:g}"


@dataclass(frozen=True)
class Falsifier:
    """What would count against a thesis, registered before it can be known."""

    id: str
    statement: str
    fact: str  # whose value is held against the threshold
    threshold: Threshold
    resolves_on: Date | None = None  # decided on that day, and not before
    line: int = 0


FalsifierState = Literal["tripped", "not tripped", "open", "overdue", "not checked this build"]


@dataclass(frozen=True)
class JudgedFalsifier:
    """A falsifier after this build. Figures are in the unit of its fact."""

    falsifier: Falsifier
    state: FalsifierState
    value: float | None = None
    distance: float | None = None  # that is left before it trips; negative once it has
    unit: str = ""
    text: str = ""  # the value in words
    as_of: Date | None = None
    base_rate: tuple[int, int] | None = None  # past windows in which it would have tripped, of all
    interval: tuple[float, float] | None = None  # Wilson's, of that share, in percent
    reason: str = ""


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
    falsifiers: tuple[Falsifier, ...] = ()
    fact_functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    chart_functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """A thesis after a build: its pages, and everything that goes into edition.json."""

    thesis: Thesis
    tables: Mapping[str, Table]
    facts: Mapping[str, Fact]
    charts: Mapping[str, Chart]
    claims: Mapping[str, JudgedClaim]
    falsifiers: Mapping[str, JudgedFalsifier]
    missing: Mapping[str, Missing]
    pages: tuple[Page, ...]
    assets: tuple[Asset, ...]


@dataclass(frozen=True)
class Edition:
    """One dated edition as its edition.json tells it."""

    name: str  # YYYY-MM-DD
    record: Mapping[str, Any]
    sha256: str  # of edition.json

    @property
    def date(self) -> Date:
        return Date.fromisoformat(self.name)
