"""Yahoo Finance: daily closes, dividends and splits, by way of yfinance."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import pandas as pd
import yfinance
from curl_cffi import requests as curl
from yfinance.data import YfData
from yfinance.exceptions import YFTickerMissingError

from generator.errors import SourceError, SourceUnreachable
from generator.model import Source
from generator.sessions import last_closed_day
from generator.sources import (
    REGISTRY,
    BrokenAnswer,
    Fetched,
    Network,
    NotThere,
    Request,
    http,
    plain,
)

PUBLISHER = REGISTRY["yahoo"].publisher
NEW_YORK = ZoneInfo("America/New_York")
GRADE = 2  # a vendor: neither who issued the figures nor a copy of unknown making
FIRST_DAY = dt.date(1925, 1, 1)
CHART_PATH = "/v8/finance/chart/"
SUMMARY_PATH = "/v10/finance/quoteSummary/"
COOKIE_HOST = "fc.yahoo.com"
COLUMNS = {"Close": "close", "Dividends": "dividend", "Stock Splits": "split"}
CAPITAL_GAINS = "Capital Gains"  # what a fund pays out beside its dividends; only some have it
USER_AGENT = "Mozilla/5.0 (compatible; marked-to-market; one refresh a day)"


def fetch(request: Request) -> Fetched:
    """Daily prices from `request.start` (None: all there is) to today, with their source."""
    symbol, start, today = request.key, request.start, request.today
    ticker_session = session(request)
    history = http.attempts(
        request, lambda: _history(symbol, start or FIRST_DAY, today, ticker_session)
    )
    frame = _normalise(history)
    frame = frame[frame.index <= pd.Timestamp(last_closed_day(today, request.now))]
    if frame.empty:
        raise _no_prices(symbol, f"between {start or 'the beginning'} and {today}")
    return Fetched(frame, _source(symbol, frame, today))


def session(request: Request) -> _Session:
    """The session of this pass, with yfinance set up for it."""
    _configure(request.cache)
    found = _session(request.network)
    found.deadline = request.deadline
    return found


def ticker(symbol: str, session: _Session) -> yfinance.Ticker:
    """A ticker that asks through `session` and remembers no answer, good or bad."""
    # yfinance remembers bad answers too: without this the next attempt makes no request at all.
    YfData.cache_get.cache_clear()
    result = yfinance.Ticker(symbol, session=session)
    # Known beforehand, the zone saves a request; it only decides where the days asked for begin.
    result._tz = NEW_YORK.key
    return result


def summary(symbol: str, modules: Sequence[str], session: _Session) -> Any:
    """Modules of a quoteSummary, all in one request, as JSON."""
    params = {"modules": ",".join(modules), "formatted": "false", "symbol": symbol}
    url = f"https://query2.finance.yahoo.com{SUMMARY_PATH}{symbol}"
    return YfData(session=session).get_raw_json(url, params=params)


def _configure(cache: Path) -> None:
    """Set what yfinance keeps for the whole process."""
    yfinance.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
    cache.mkdir(parents=True, exist_ok=True)
    if yfinance.cache._TzDBManager.get_location() != str(cache):
        yfinance.set_tz_cache_location(str(cache))
        # It moves the files but keeps reading the ones that are already open.
        yfinance.cache._TzCacheManager._tz_cache = None
        yfinance.cache._CookieCacheManager._Cookie_cache = None


@functools.lru_cache(maxsize=1)
def _session(network: Network) -> _Session:
    """One session for the whole pass, so that its cookie and yfinance's crumb stay a pair."""
    session = _Session(network)
    shared = YfData(session=session)  # one object a process; each session replaces the last
    shared._cookie, shared._crumb, shared._cookie_strategy = None, None, "basic"
    return session


def _history(symbol: str, start: dt.date, today: dt.date, session: _Session) -> pd.DataFrame:
    """One attempt: yfinance's frame, or one of our errors."""
    asked = ticker(symbol, session)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it uses what the next pandas takes away
            history = asked.history(
                start=start,
                end=today + dt.timedelta(days=1),
                interval="1d",
                auto_adjust=False,  # adjusted prices are rewritten at every dividend
                actions=True,
                timeout=http.ANSWER_SECONDS,
            )
    except SourceError:
        raise
    except YFTickerMissingError as error:
        if session.status == 401:
            raise BrokenAnswer(f"{PUBLISHER} did not accept its own cookie (401).") from error
        guess = "no price data found" in error.rationale
        reason = "and names no reason" if guess else f"({plain(error.rationale)})"
        raise _no_prices(symbol, reason) from error
    except curl.exceptions.RequestException as error:
        cause = http.short(error)
        raise BrokenAnswer(f"{PUBLISHER} broke off its answer for '{symbol}': {cause}.") from error
    # Not a list of types: what yfinance makes of half an answer is any error that Python has.
    except Exception as error:
        raise BrokenAnswer(
            f"{PUBLISHER} sent something unreadable for '{symbol}': {plain(error)}"
        ) from error
    if history.empty:
        raise _no_prices(symbol, "and names no reason")
    return history


class _Session(http.Session):
    """Yahoo's part of a session: its cookie is fetched once, and prices can do without it."""

    def __init__(self, network: Network) -> None:
        # impersonate: the handshake yfinance itself uses by default
        super().__init__(network, PUBLISHER, agent=USER_AGENT, impersonate="chrome")
        self.cookie: Any = None  # the answer that set it
        self.no_cookies: BaseException | None = None
        self.status = 0  # of the last answer

    def request(self, method: Any, url: str, *arguments: Any, **options: Any) -> Any:
        host = urlsplit(url).hostname or ""
        beside = not host.startswith("query")  # cookies, which prices can do without
        if beside and self.no_cookies:
            raise self.no_cookies
        if host == COOKIE_HOST and self.cookie is not None:
            return self.cookie  # else yfinance would ask for it before every series
        try:
            answer = super().request(method, url, *arguments, **options)
        except SourceUnreachable as error:
            if beside and not self.network.mirror and error.__cause__:
                self.no_cookies = error.__cause__
                raise self.no_cookies from error
            raise
        self.status = answer.status_code
        _judge_status(self.status, url)
        if host == COOKIE_HOST:
            self.cookie = answer
        return answer


def _judge_status(status: int, url: str) -> None:
    """Raise what a status means, before yfinance spends more requests on it."""
    path = urlsplit(url).path
    if status == 429:
        http.judge_status(status, PUBLISHER, "")
    if not path.startswith((CHART_PATH, SUMMARY_PATH)):
        return
    symbol = path.rpartition("/")[2]
    if status == 404 and path.startswith(CHART_PATH):
        raise _no_prices(symbol, "(status 404)", NotThere)
    if status == 404:
        raise NotThere(
            f"{PUBLISHER} has no fund data for '{symbol}' (status 404).",
            f"Check the symbol at {address(symbol)}.",
        )
    if status == 403 or status >= 500:
        http.judge_status(status, PUBLISHER, f"'{symbol}'")


def _no_prices(symbol: str, detail: str, kind: type[SourceError] = SourceError) -> SourceError:
    return kind(
        f"{PUBLISHER} has no prices for '{symbol}' {detail}.",
        f"Check the symbol at {address(symbol)}.",
    )


def _normalise(history: pd.DataFrame) -> pd.DataFrame:
    """Naive days and our column names; what a fund pays out is one figure, as for total returns."""
    frame = history[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    if CAPITAL_GAINS in history:
        frame["dividend"] += history[CAPITAL_GAINS].astype(float)
    days = pd.DatetimeIndex(history.index)
    if days.tz is not None:
        days = days.tz_localize(None)
    frame.index = days.normalize().as_unit("ns").rename("date")
    return frame


def _source(symbol: str, frame: pd.DataFrame, today: dt.date) -> Source:
    return Source(
        publisher=PUBLISHER,
        title=f"{symbol}: daily closes, dividends and splits",
        url=f"{address(symbol)}/history",
        grade=GRADE,
        licence="Yahoo's terms: personal use; prices are not republished",
        may_republish=False,
        retrieved=today,
        as_of=frame.index[-1].date(),
    )


def address(symbol: str) -> str:
    return f"https://finance.yahoo.com/quote/{quote(symbol, safe='=')}"
