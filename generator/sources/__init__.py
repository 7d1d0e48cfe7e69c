"""Data sources: one module each, all behind `fetch`; nothing else in the project uses a network."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, cast
from urllib.parse import urlsplit

import pandas as pd

from generator.errors import SourceError, SourceUnreachable
from generator.errors import plain as plain
from generator.model import Source

ShapeName = Literal["prices", "observations", "readings"]


class BrokenAnswer(SourceError):
    """The source answered, but with an error of its own or half an answer; worth another try."""


class NoConnection(SourceUnreachable):
    """There was no connection to the source; worth another try before it is left alone."""


class NotThere(SourceError):
    """The source is well, and says that it has no such series; asking again today is no use."""


@dataclass(frozen=True)
class Network:
    """What of the network may be used: all of it, one mirror, or nothing."""

    mirror: str | None = None
    offline: bool = False

    @property
    def loopback(self) -> bool:
        """True when only this machine is asked, so there is nobody to be polite to."""
        host = urlsplit(self.mirror or "").hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    def address(self, url: str) -> str:
        """`url`, or the place on the mirror that stands for it."""
        if self.mirror is None:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.mirror.rstrip('/')}/_host/{parts.netloc}{parts.path or '/'}{query}"


@dataclass(frozen=True)
class Request:
    """What a source is asked for, and within which limits."""

    key: str  # a symbol, an id, a file name: what stands in thesis.yml behind the source's name
    today: dt.date  # nothing of a later day is wanted
    now: dt.datetime  # decides whether the bar of today counts as closed
    network: Network
    root: Path  # the repository; a source that reads a file finds it from here
    cache: Path  # a folder the source may fill, and lose
    start: dt.date | None = None  # None: all there is; a source that sends only all ignores it
    options: Mapping[str, str] = field(default_factory=dict)
    deadline: float = float("inf")  # time.monotonic() after which no attempt is begun


@dataclass(frozen=True)
class Fetched:
    """What a source gave: rows in the shape its registry line names, and their origin."""

    frame: pd.DataFrame
    source: Source  # with the vintage, where the source has one
    notes: tuple[str, ...] = ()  # fields left out and why, for the log and the data page


class Fetcher(Protocol):
    """What every source module offers."""

    def fetch(self, request: Request) -> Fetched:
        """The rows asked for, in the shape that `model.Table` describes.

        Raises SourceError, with its subclasses BrokenAnswer for what may go better next time, and
        SourceUnreachable and RateLimited for what makes it pointless to ask for anything else.
        """
        ...


@dataclass(frozen=True)
class SourceKind:
    """A source as thesis.yml names it, known without importing what fetches from it."""

    publisher: str
    module: str
    shape: ShapeName
    asks: str  # what is written behind its name in thesis.yml
    # Further keys of thesis.yml that only such sources take, with what they mean.
    options: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of some of the options
    every: int = 1  # days from one answer to the next request; prices go by their exchange
    local: bool = False  # reads a file: neither a mirror nor the lack of a network matters


REGISTRY = {
    "yahoo": SourceKind(
        "Yahoo Finance",
        "generator.sources.yahoo",
        "prices",
        "a Yahoo Finance symbol, for daily prices",
    ),
    "yahoo_fund": SourceKind(
        "Yahoo Finance",
        "generator.sources.yahoo_fund",
        "readings",
        "the Yahoo Finance symbol of a fund, for its fee, size and holdings",
        every=7,
    ),
    "fred": SourceKind(
        "FRED, Federal Reserve Bank of St. Louis",
        "generator.sources.fred",
        "observations",
        "the id of a series of FRED, e.g. DGS10",
    ),
    "french": SourceKind(
        "Kenneth R. French Data Library",
        "generator.sources.french",
        "observations",
        "a file of the library without _CSV.zip, e.g. 6_Portfolios_2x3",
        options={"table": "the title of one of its tables; without it the first one"},
        every=7,
    ),
    "csv": SourceKind(
        "the owner's file",
        "generator.sources.csv_file",
        "observations",
        "the path of a CSV file of your own, from the repository",
        options={
            "date": "its column with the dates, YYYY-MM-DD",
            "value": "its column with the values",
            "publisher": "who made the figures",
            "url": "where they are published",
            "licence": "the terms under which you have them",
            "may_republish": "true if those terms allow others to download them here",
            "grade": "1 issuer or official, 2 press, research or vendor, 3 (default) any other",
        },
        choices={"may_republish": ("true", "false"), "grade": ("1", "2", "3")},
        every=0,
        local=True,
    ),
}


def refuse_offline(network: Network, publisher: str) -> None:
    """Raise SourceUnreachable where no network may be used."""
    if network.offline:
        raise SourceUnreachable(
            f"{publisher} was not asked: the network is switched off.",
            "Unset MTM_OFFLINE to refresh.",
        )


def fetcher(name: str) -> Fetcher:
    """The module that fetches from the source `name`."""
    # Imported on demand: a build touches no network, and the libraries behind one are slow to load.
    return cast(Fetcher, importlib.import_module(REGISTRY[name].module))
