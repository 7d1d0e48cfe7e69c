"""Yahoo Finance: daily closes, dividends and splits, by way of yfinance."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import pandas as pd
import tenacity
import yfinance
from curl_cffi import CurlECode, CurlOpt
from curl_cffi import requests as curl
from yfinance.data import YfData
from yfinance.exceptions import YFTickerMissingError

from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.model import Source
from generator.sources import BrokenAnswer, Fetched, Network

PUBLISHER = "Yahoo Finance"
NEW_YORK = ZoneInfo("America/New_York")
BARS_ARE_FINAL = dt.time(18)  # closes were never revised after that hour, before it they are not
FIRST_DAY = dt.date(1925, 1, 1)
ATTEMPTS = 3
DEADLINE_SECONDS = 60
CONNECT_SECONDS, ANSWER_SECONDS = 3, 15
CHART_PATH = "/v8/finance/chart/"
COOKIE_HOST = "fc.yahoo.com"
COLUMNS = {"Close": "close", "Dividends": "dividend", "Stock Splits": "split"}
USER_AGENT = "Mozilla/5.0 (compatible; marked-to-market; one refresh a day)"
NOT_CONNECTED = {
    CurlECode.COULDNT_RESOLVE_PROXY,
    CurlECode.COULDNT_RESOLVE_HOST,
    CurlECode.COULDNT_CONNECT,
}


def fetch(
    symbol: str,
    *,
    start: dt.date | None,
    today: dt.date,
    now: dt.datetime,
    network: Network,
    cache: Path,
) -> Fetched:
    """Daily prices of `symbol` from `start` (None: all there is) to `today`, with their source."""
    if network.offline:
        raise SourceUnreachable(
            f"{PUBLISHER} was not asked: the network is switched off.",
            "Unset MTM_OFFLINE to refresh.",
        )
    _configure(cache)
    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(BrokenAnswer),
        stop=tenacity.stop_after_attempt(ATTEMPTS) | tenacity.stop_after_delay(DEADLINE_SECONDS),
        wait=tenacity.wait_none()
        if network.loopback
        else tenacity.wait_exponential_jitter(initial=1, max=10),
        reraise=True,
    )
    history = attempts(_ask, symbol, start or FIRST_DAY, today, _session(network))
    frame = _normalise(history, today=today, now=now)
    if frame.empty:
        raise _no_prices(symbol, f"between {start or 'the beginning'} and {today}")
    return Fetched(frame, _source(symbol, frame, today))


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


def _ask(symbol: str, start: dt.date, today: dt.date, session: _Session) -> pd.DataFrame:
    """One attempt: yfinance's frame, or one of our errors."""
    # yfinance remembers bad answers too: without this the next attempt makes no request at all.
    YfData.cache_get.cache_clear()
    ticker = yfinance.Ticker(symbol, session=session)
    # Known beforehand, the zone saves a request; it only decides where the days asked for begin.
    ticker._tz = NEW_YORK.key
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it uses what the next pandas takes away
            history = ticker.history(
                start=start,
                end=today + dt.timedelta(days=1),
                interval="1d",
                auto_adjust=False,  # adjusted prices are rewritten at every dividend
                actions=True,
                timeout=ANSWER_SECONDS,
            )
    except SourceError:
        raise
    except YFTickerMissingError as error:
        if session.status == 401:
            raise BrokenAnswer(f"{PUBLISHER} did not accept its own cookie (401).") from error
        guess = "no price data found" in error.rationale
        reason = "and names no reason" if guess else f"({error.rationale})"
        raise _no_prices(symbol, reason) from error
    except curl.exceptions.RequestException as error:
        cause = str(error).partition(". See http")[0]
        raise BrokenAnswer(f"{PUBLISHER} broke off its answer for '{symbol}': {cause}.") from error
    # Not a list of types: what yfinance makes of half an answer is any error that Python has.
    except Exception as error:
        raise BrokenAnswer(
            f"{PUBLISHER} sent something unreadable for '{symbol}': {error}"
        ) from error
    if history.empty:
        raise _no_prices(symbol, "and names no reason")
    return history


class _Session(curl.Session):  # type: ignore[type-arg]
    """A session that says what went wrong in our words, and asks a mirror where one is set."""

    def __init__(self, network: Network) -> None:
        # With a mirror nothing else is contacted: no proxy of the environment, no redirect.
        options = {CurlOpt.NOPROXY: "*"} if network.mirror else {}
        super().__init__(
            impersonate="chrome",  # the handshake yfinance itself uses by default
            headers={"User-Agent": USER_AGENT},
            curl_options=options,
            trust_env=network.mirror is None,
        )
        self.network = network
        self.cookie: Any = None  # the answer that set it
        self.no_cookies: curl.exceptions.RequestException | None = None
        self.status = 0  # of the last answer

    def request(self, method: Any, url: str, *arguments: Any, **options: Any) -> Any:
        host = urlsplit(url).hostname or ""
        beside = not host.startswith("query")  # cookies, which prices can do without
        if beside and self.no_cookies:
            raise self.no_cookies
        if host == COOKIE_HOST and self.cookie is not None:
            return self.cookie  # else yfinance would ask for it before every series
        options["timeout"] = (CONNECT_SECONDS, ANSWER_SECONDS - CONNECT_SECONDS)
        if self.network.mirror:
            options["allow_redirects"] = False
        try:
            answer = super().request(method, self.network.address(url), *arguments, **options)
        except curl.exceptions.RequestException as error:
            if not _never_connected(error):
                raise
            if beside and not self.network.mirror:
                self.no_cookies = error
                raise
            raise _unreachable(self.network) from error
        self.status = answer.status_code
        _judge_status(self.status, url)
        if host == COOKIE_HOST:
            self.cookie = answer
        return answer


def _never_connected(error: curl.exceptions.RequestException) -> bool:
    """True when there was no connection over which an answer could have come."""
    if isinstance(error, curl.exceptions.ProxyError | curl.exceptions.SSLError):
        return True
    # One code covers both time-outs; only the wording tells a slow answer from a silent host.
    silent = isinstance(error, curl.exceptions.Timeout) and "Operation timed out" not in str(error)
    return error.code in NOT_CONNECTED or silent


def _judge_status(status: int, url: str) -> None:
    """Raise what a status means, before yfinance spends more requests on it."""
    if status == 429:
        raise RateLimited(
            f"{PUBLISHER} asks for a pause (429, too many requests).",
            "Try again in some hours; what is stored stays as it is.",
        )
    path = urlsplit(url).path
    if not path.startswith(CHART_PATH):
        return
    if status == 403:
        raise RateLimited(
            f"{PUBLISHER} refuses requests from here (403).", "What is stored stays as it is."
        )
    symbol = path.removeprefix(CHART_PATH)
    if status >= 500:
        raise BrokenAnswer(f"{PUBLISHER} failed on its side for '{symbol}' (status {status}).")
    if status == 404:
        raise _no_prices(symbol, "(status 404)")


def _no_prices(symbol: str, detail: str) -> SourceError:
    return SourceError(
        f"{PUBLISHER} has no prices for '{symbol}' {detail}.",
        f"Check the symbol at {_address(symbol)}.",
    )


def _unreachable(network: Network) -> SourceUnreachable:
    if network.mirror:
        return SourceUnreachable(
            f"The mirror {network.mirror} does not answer.", "Start it, or unset MTM_MIRROR."
        )
    return SourceUnreachable(
        f"{PUBLISHER} cannot be reached from here.", "Run 'mtm refresh' where there is a network."
    )


def _normalise(history: pd.DataFrame, *, today: dt.date, now: dt.datetime) -> pd.DataFrame:
    """Naive days, our column names, and only bars that are final."""
    frame = history[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    days = pd.DatetimeIndex(history.index)
    if days.tz is not None:
        days = days.tz_localize(None)
    frame.index = days.normalize().as_unit("ns").rename("date")
    last = today
    clock = now if now.tzinfo is None else now.astimezone(NEW_YORK)
    if clock.date() <= today and clock.time() < BARS_ARE_FINAL:
        last = clock.date() - dt.timedelta(days=1)
    return frame[frame.index <= pd.Timestamp(last)]


def _source(symbol: str, frame: pd.DataFrame, today: dt.date) -> Source:
    return Source(
        publisher=PUBLISHER,
        title=f"{symbol}: daily closes, dividends and splits",
        url=f"{_address(symbol)}/history",
        licence="Yahoo's terms: personal use; prices are not republished",
        may_republish=False,
        retrieved=today,
        as_of=frame.index[-1].date(),
    )


def _address(symbol: str) -> str:
    return f"https://finance.yahoo.com/quote/{quote(symbol, safe='=')}"
