"""A small stand-in for Yahoo Finance on the loopback address, with faults to switch on."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
CHART = "/v8/finance/chart/"


@dataclass
class Bars:
    """Daily bars as a source would send them: closes on weekdays, and events by day."""

    days: list[dt.date]
    closes: list[float | None]
    dividends: dict[dt.date, float] = field(default_factory=dict)
    splits: dict[dt.date, tuple[int, int]] = field(default_factory=dict)

    def until(self, count: int) -> Bars:
        return Bars(self.days[:count], self.closes[:count], self.dividends, self.splits)


def make_bars(first: str, closes: Sequence[float | None]) -> Bars:
    """Bars on consecutive weekdays from `first`."""
    day, days = dt.date.fromisoformat(first), []
    while len(days) < len(closes):
        if day.weekday() < 5:
            days.append(day)
        day += dt.timedelta(days=1)
    return Bars(days, list(closes))


def gentle(count: int, start: float = 100.0) -> list[float]:
    """Closes that move by less than one percent a day."""
    return [round(start * (1 + 0.001 * (i % 7) + 0.0005 * i), 2) for i in range(count)]


class StandIn:
    """What the server sends, what goes wrong, and what it was asked."""

    def __init__(self, series: dict[str, Bars]) -> None:
        self.series = series
        self.faults: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str]] = []  # host and path
        self.mirror = ""

    def fault(self, symbol: str, mode: str, times: int = 1000) -> None:
        self.faults[symbol] = [mode] * times

    def asked(self, symbol: str) -> int:
        return sum(path == CHART + symbol for _, path in self.requests)

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
        self.state.requests.append((host, f"/{path}"))
        if not f"/{path}".startswith(CHART):
            self.send(200 if path.endswith("getcrumb") else 404, b"crumb")
            return
        symbol = path.rpartition("/")[2]
        mode, bars = self.state.take(symbol), self.state.series.get(symbol)
        if mode == "drop":
            self.close_connection = True
            self.connection.close()
        elif mode.isdigit():
            self.send(int(mode), b"{}")
        elif bars is None:
            self.send(404, _error("No data found, symbol may be delisted"))
        elif mode == "empty":
            self.send(200, json.dumps({"chart": {"result": [], "error": None}}).encode())
        else:
            content = _chart(symbol, bars, parse_qs(url.query), mode)
            self.send(200, content[: len(content) // 2] if mode == "half" else content)

    def send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _error(text: str) -> bytes:
    return json.dumps(
        {"chart": {"result": None, "error": {"code": "Not Found", "description": text}}}
    ).encode()


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
        "instrumentType": "EQUITY",
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
