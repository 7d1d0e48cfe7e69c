"""Data sources: one module each, all behind `fetch`; nothing else in the project uses a network."""

from __future__ import annotations

import datetime as dt
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urlsplit

import pandas as pd

from generator.errors import SourceError
from generator.model import Source


class BrokenAnswer(SourceError):
    """The source answered, but with an error of its own or half an answer; worth another try."""


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
class Fetched:
    """What a source gave: daily prices as `model.Table` describes them, and their origin."""

    frame: pd.DataFrame
    source: Source


class Fetcher(Protocol):
    """What every source module offers."""

    def fetch(
        self,
        symbol: str,
        *,
        start: dt.date | None,
        today: dt.date,
        now: dt.datetime,
        network: Network,
        cache: Path,
    ) -> Fetched:
        """Daily prices of `symbol` from `start` (None: all there is) to `today`.

        `now` decides whether the bar of that day counts as closed; `cache` is a folder the source
        may fill. Raises SourceError, with its subclasses SourceUnreachable and RateLimited for
        what makes it pointless to ask the source for anything else.
        """
        ...


@dataclass(frozen=True)
class SourceKind:
    """A source as thesis.yml names it, known without importing what fetches from it."""

    publisher: str
    module: str


REGISTRY = {"yahoo": SourceKind("Yahoo Finance", "generator.sources.yahoo")}


def fetcher(name: str) -> Fetcher:
    """The module that fetches from the source `name`."""
    # Imported on demand: a build touches no network, and the libraries behind one are slow to load.
    return cast(Fetcher, importlib.import_module(REGISTRY[name].module))
