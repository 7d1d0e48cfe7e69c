"""A small stand-in for the sources on the loopback address, with faults to switch on."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from generator.sessions import sessions

NEW_YORK = ZoneInfo("America/New_York")
CHART = "/v8/finance/chart/"
CRUMB = "/v1/test/getcrumb"
SUMMARY = "/v10/finance/quoteSummary/"
QUOTE = "/v7/finance/quote"
TIMESERIES = "/ws/fundamentals-timeseries/v1/finance/timeseries/"


@dataclass
class Bars:
    """Daily bars as a source would send them: closes by session, and events by day."""

    days: list[dt.date]
    closes: list[float | None]
    dividends: dict[dt.date, float] = field(default_factory=dict)
    splits: dict[dt.date, tuple[int, int]] = field(default_factory=dict)
    gains: dict[dt.date, float] = field(default_factory=dict)  # capital gains; only a fund has them

    def until(self, count: int) -> Bars:
        return Bars(self.days[:count], self.closes[:count], self.dividends, self.splits)


def make_bars(first: str, closes: Sequence[float | None]) -> Bars:
    """Bars on consecutive sessions of the New York exchange from `first`."""
    day = dt.date.fromisoformat(first)
    days = sessions("XNYS", day, day + dt.timedelta(days=2 * len(closes) + 10))
    return Bars([found.date() for found in days[: len(closes)]], list(closes))


def gentle(count: int, start: float = 100.0) -> list[float]:
    """Closes that move by less than one percent a day."""
    return [round(start * (1 + 0.001 * (i % 7) + 0.0005 * i), 2) for i in range(count)]


class StandIn:
    """What the server sends, what goes wrong, and what it was asked.

    `files` are answers by their address without "https://", query included: what a source other
    than daily prices sends. A fault is set for a symbol or for such an address:
    a status ("500"), drop, half, hang, slow (a second), html, huge (1 GB announced), flood (1 GB
    without an announcement); of prices also empty, nan, x100.

    `funds` are the modules of Yahoo's quoteSummary by symbol, with their content; None stands for
    an answer without a result. Their faults are set for a path: CRUMB, SUMMARY + symbol, QUOTE,
    TIMESERIES + symbol.
    """

    def __init__(self, series: dict[str, Bars]) -> None:
        self.series = series
        self.files: dict[str, bytes] = {}
        self.funds: dict[str, dict[str, Any] | None] = {}
        self.faults: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str]] = []  # host and path
        self.mirror = ""

    def fault(self, symbol: str, mode: str, times: int = 1000) -> None:
        self.faults[symbol] = [mode] * times

    def asked(self, symbol: str) -> int:
        """How often the prices of a symbol, or an address of `files`, were asked for."""
        return sum(
            symbol in (path.removeprefix(CHART), host + path) for host, path in self.requests
        )

    def take(self, symbol: str) -> str:
        waiting = self.faults.get(symbol)
        return waiting.pop() if waiting else ""


@contextmanager
def stand_in(**series: Bars) -> Iterator[StandIn]:
    """A running server for the symbols named; its address is `mirror`."""
    state = StandIn(series)
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.mirror = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # one request a connection: none outlives the server
    state: StandIn

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        _, _, host, path = unquote(url.path).split("/", 3)
        file = f"{host}/{path}" + (f"?{unquote(url.query)}" if url.query else "")
        if f"{host}/{path}" in self.state.files:  # whatever the query is
            file = f"{host}/{path}"
        known = file in self.state.files or file in self.state.faults
        self.state.requests.append((host, file.removeprefix(host) if known else f"/{path}"))
        try:
            if known:
                self.send_file(file)
            elif f"/{path}".startswith(CHART):
                self.send_prices(path.rpartition("/")[2], parse_qs(url.query))
            elif f"/{path}".startswith((CRUMB, SUMMARY, QUOTE, TIMESERIES)):
                self.send_fund(f"/{path}", parse_qs(url.query))
            else:
                self.send(200 if path.endswith("getcrumb") else 404, b"crumb")
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send_file(self, file: str) -> None:
        mode, content = self.state.take(file), self.state.files.get(file)
        if self.failed(mode):
            return
        if content is None:
            self.send(404, b"<html>not found</html>")
        else:
            self.send(200, content, half=mode == "half")

    def send_prices(self, symbol: str, query: dict[str, list[str]]) -> None:
        mode, bars = self.state.take(symbol), self.state.series.get(symbol)
        if self.failed(mode):
            return
        if bars is None:
            self.send(404, _error("No data found, symbol may be delisted"))
        elif mode == "empty":
            self.send(200, json.dumps({"chart": {"result": [], "error": None}}).encode())
        else:
            self.send(200, _chart(symbol, bars, query, mode), half=mode == "half")

    def send_fund(self, path: str, query: dict[str, list[str]]) -> None:
        mode, symbol = self.state.take(path), path.rpartition("/")[2]
        if self.failed(mode):
            return
        status, content = 200, b"crumb"
        if path.startswith(SUMMARY) and query.get("crumb") != ["crumb"]:
            status, content = 401, _finance("Unauthorized", "Invalid Crumb")
        elif path.startswith(SUMMARY) and symbol not in self.state.funds:
            status, content = 404, _finance("Not Found", f"Quote not found for symbol: {symbol}")
        elif path.startswith(SUMMARY):
            content = _summary(self.state.funds[symbol], query["modules"][0].split(","))
        elif path == QUOTE:
            kinds = [
                (self.state.funds.get(name) or {}).get("quoteType") for name in query["symbols"]
            ]
            found = {"result": [kind for kind in kinds if kind], "error": None}
            content = json.dumps({"quoteResponse": found}).encode()
        elif path.startswith(TIMESERIES):
            meta = {"symbol": [symbol], "type": ["trailingPegRatio"]}
            found = {"result": [{"meta": meta}], "error": None}
            content = json.dumps({"timeseries": found}).encode()
        self.send(status, content, half=mode == "half")

    def failed(self, mode: str) -> bool:
        """Send a fault that is the same for every kind of answer."""
        if mode == "drop":
            self.close_connection = True
            self.connection.close()
        elif mode.isdigit():
            self.send(int(mode), b"{}")
        elif mode == "html":
            self.send(200, b"<html><body>Will be right back...</body></html>")
        elif mode == "hang":
            time.sleep(30)
        elif mode == "huge":
            self.send_response(200)
            self.send_header("Content-Length", str(10**9))
            self.end_headers()
            self.wfile.write(b"0" * 10**5)
        elif mode == "flood":
            self.send_response(200)
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b"0" * 10**6)
        else:
            if mode == "slow":
                time.sleep(1)
            return False
        return True

    def send(self, status: int, content: bytes, *, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)


def _error(text: str) -> bytes:
    return json.dumps(
        {"chart": {"result": None, "error": {"code": "Not Found", "description": text}}}
    ).encode()


def _finance(code: str, text: str) -> bytes:
    error = {"code": code, "description": text}
    return json.dumps({"finance": {"result": None, "error": error}}).encode()


def _summary(fund: dict[str, Any] | None, modules: Sequence[str]) -> bytes:
    """The modules asked for, as far as the fund has them."""
    found = None if fund is None else [{name: fund[name] for name in modules if name in fund}]
    return json.dumps({"quoteSummary": {"result": found, "error": None}}).encode()


def _stamp(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(9, 30), NEW_YORK).timestamp())


def _chart(symbol: str, bars: Bars, query: dict[str, list[str]], mode: str) -> bytes:
    low, high = (int(query[name][0]) for name in ("period1", "period2"))
    chosen = [
        (day, close)
        for day, close in zip(bars.days, bars.closes, strict=True)
        if low <= _stamp(day) < high
    ]
    closes = [close * 100 if mode == "x100" and close else close for _, close in chosen]
    if mode == "nan":
        closes[-1] = None
    within = {day for day, _ in chosen}
    events: dict[str, Any] = {
        "dividends": {
            str(_stamp(day)): {"amount": amount, "date": _stamp(day)}
            for day, amount in bars.dividends.items()
            if day in within
        },
        "capitalGains": {
            str(_stamp(day)): {"amount": amount, "date": _stamp(day)}
            for day, amount in bars.gains.items()
            if day in within
        },
        "splits": {
            str(_stamp(day)): {
                "date": _stamp(day),
                "numerator": new,
                "denominator": old,
                "splitRatio": f"{new}:{old}",
            }
            for day, (new, old) in bars.splits.items()
            if day in within
        },
    }
    meta = {
        "currency": "USD",
        "symbol": symbol,
        "instrumentType": "ETF" if bars.gains else "EQUITY",
        "exchangeTimezoneName": NEW_YORK.key,
        "priceHint": 2,
        "validRanges": ["1d", "max"],
    }
    quote = dict.fromkeys(("open", "high", "low", "close"), closes)
    result = {
        "meta": meta,
        "timestamp": [_stamp(day) for day, _ in chosen],
        "events": {name: found for name, found in events.items() if found},
        "indicators": {
            "quote": [{**quote, "volume": [1000] * len(chosen)}],
            "adjclose": [{"adjclose": closes}],
        },
    }
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()
