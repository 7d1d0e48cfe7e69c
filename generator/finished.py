"""A thesis as the rest of a build needs it: plain values, so that they can be kept in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.errors import Finding
from generator.model import Asset, Page


@dataclass(frozen=True)
class Front:
    """What the home page shows of a thesis beside its title."""

    score_words: str
    score_bar: str
    figure: str  # the lead chart as HTML; "" where it lacks
    small: tuple[str, ...]
    notice: str  # of data that are older than they should be; "" of none


@dataclass(frozen=True)
class Example:
    """A chart of a thesis drawn by a ready-made function, and how the thesis made it."""

    kind: str  # the function's name
    figure: str
    code: str
    thesis: str  # its title
    link: str  # to the figure where it is shown; "" where no page shows it


@dataclass(frozen=True)
class Corrected:
    """A correction as the page of all corrections lists it."""

    date: dt.date
    thesis: str  # its title
    claim: str
    was: str
    now: str  # what the claim said from then on
    reason: str
    link: str  # to the claim, from the page; "" where it is in no ledger any more
    note: str = ""  # what became of the record of it


@dataclass(frozen=True)
class Finished:
    """A thesis after it was rendered: all that pages of several theses and the edition ask of it.

    It holds no frame, no function and no chart. `heads` are by the path of a page, for a site
    whose address is not known (`generator.head.page_heads`); `record` is its part of edition.json.
    """

    slug: str
    title: str
    sentence: str
    summary: str
    section: str
    against: str
    cadence: str
    page_names: tuple[str, ...]  # templates in the order of the menu, the article first
    front: Front
    pages: tuple[Page, ...] = ()
    assets: tuple[Asset, ...] = ()
    heads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()  # of each kind of chart the first
    lacking: tuple[tuple[str, str], ...] = ()  # kinds, and in words what would be an example
    terms: Mapping[str, str] = field(default_factory=dict)  # of the field -> what each means
    corrections: tuple[Corrected, ...] = ()
    days: Mapping[str, str] = field(default_factory=dict)  # as-of dates by table, YYYY-MM-DD
    fetched: tuple[str, ...] = ()  # keys of the series that it shows
    warnings: tuple[Finding, ...] = ()  # what a person should look at, and stops nothing
    said: tuple[str, ...] = ()  # what a build says of it, by lines
    record: Mapping[str, Any] = field(default_factory=dict)
