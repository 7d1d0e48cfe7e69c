"""Answers meant to do harm, from a real server: bounded in size and time, and told in words."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import resource
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from generator.asking import Limits
from generator.model import DataSpec
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.sources import Network, http
from generator.store import load_tables
from tests.fuzz.targets import CHART, FUND_ANSWER, YIELDS
from tests.loopback import NEW_YORK, make_bars
from tests.test_french import library, zipped

TODAY = make_bars("2026-01-05", [1.0] * 40).days[-1]
SPECS = {
    "fred": DataSpec("it", "fred", "DGS10", "It"),
    "french": DataSpec("it", "french", "Small_Factors", "It"),
    "yahoo": DataSpec("it", "yahoo", "FUND", "It"),
    "yahoo_fund": DataSpec("it", "yahoo_fund", "FUND", "It"),
}
GOOD = {
    "fred": YIELDS.encode(),
    "french": zipped(library()),
    "yahoo": CHART,
    "yahoo_fund": FUND_ANSWER,
}
Send = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(send: Send) -> Iterator[str]:
    """A server that answers whatever it is asked in this way; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):
                send(self)

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_address[1]}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def begin(answer: BaseHTTPRequestHandler, **headers: str) -> None:
    answer.send_response(200)
    for name, value in headers.items():
        answer.send_header(name.replace("_", "-"), value)
    answer.end_headers()


def content(body: bytes, **headers: str) -> Send:
    """An answer with this body."""

    def send(answer: BaseHTTPRequestHandler) -> None:
        begin(answer, **headers)
        answer.wfile.write(body)

    return send


def ask(mirror: str, source: str, root: Path) -> Outcome:
    (outcome,) = refresh(
        [SPECS[source]],
        root=root,
        today=TODAY,
        now=dt.datetime.combine(TODAY, dt.time(23), NEW_YORK),
        limits=Limits(Network(mirror=mirror), seconds=60),
    )
    return outcome


def refused(send: Send, source: str, root: Path, *, seconds: float = 20) -> str:
    """What is said of an answer of which nothing may be stored."""
    begun, before = time.monotonic(), peak_megabytes()
    with server(send) as mirror:
        outcome = ask(mirror, source, root)
    assert time.monotonic() - begun < seconds
    assert peak_megabytes() - before < 400
    assert outcome.status in ("never", "rejected"), outcome
    assert not list((root / ".store").glob("*.csv"))
    assert outcome.reason
    assert "\n" not in outcome.reason
    assert len(outcome.reason) < 600
    return outcome.reason


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("source", SPECS)
def test_the_answers_of_this_test_are_stored_when_nobody_meddles(
    source: str, tmp_path: Path
) -> None:
    with server(content(GOOD[source])) as mirror:
        assert ask(mirror, source, tmp_path).status == "fresh"


@pytest.mark.parametrize("source", SPECS)
def test_a_body_without_end_is_cut_off(source: str, tmp_path: Path) -> None:
    def send(answer: BaseHTTPRequestHandler) -> None:
        begin(answer)
        while True:
            answer.wfile.write(b"2026-01-05,4.00\n" * 60_000)

    assert "more than 64 MB" in refused(send, source, tmp_path)


@pytest.mark.parametrize("source", SPECS)
@pytest.mark.parametrize("size", ["999999999999", "9" * 30, "-5"])
def test_an_announcement_of_any_size_costs_nothing(
    source: str, size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", http.CONNECT_SECONDS + 1)
    monkeypatch.setattr(http, "ATTEMPTS", 1)

    def send(answer: BaseHTTPRequestHandler) -> None:
        begin(answer, Content_Length=size)
        answer.wfile.write(b"x")

    refused(send, source, tmp_path)


@pytest.mark.parametrize("source", SPECS)
def test_a_drip_ends_with_the_time_for_an_answer(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", http.CONNECT_SECONDS + 1)
    monkeypatch.setattr(http, "ATTEMPTS", 1)

    def send(answer: BaseHTTPRequestHandler) -> None:
        begin(answer)
        while True:
            answer.wfile.write(b"1")
            time.sleep(0.05)

    refused(send, source, tmp_path)


@pytest.mark.parametrize("source", SPECS)
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(
    source: str, encoding: str, tmp_path: Path
) -> None:
    pack = zlib.compressobj(1, wbits=31 if encoding == "gzip" else 15)
    body = b"".join(pack.compress(b"0" * 1_000_000) for _ in range(300)) + pack.flush()
    assert len(body) < 3_000_000
    refused(content(body, Content_Encoding=encoding), source, tmp_path)


def test_an_answer_that_is_packed_as_usual_is_read(tmp_path: Path) -> None:
    with server(content(gzip.compress(GOOD["fred"]), Content_Encoding="gzip")) as mirror:
        assert ask(mirror, "fred", tmp_path).status == "fresh"


def test_headers_without_end_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", http.CONNECT_SECONDS + 2)

    def send(answer: BaseHTTPRequestHandler) -> None:
        answer.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while True:
            answer.wfile.write(b"X-More: " + b"x" * 8000 + b"\r\n")

    refused(send, "fred", tmp_path)


@pytest.mark.parametrize(
    "value", ["nan", "NaN", "inf", "-Infinity", "1e999", "0x10", "1_000_000_000"]
)
def test_a_number_that_is_none_is_never_stored(value: str, tmp_path: Path) -> None:
    body = YIELDS.replace("3.05", value, 1).encode()
    with server(content(body)) as mirror:
        ask(mirror, "fred", tmp_path)
    tables, _ = load_tables([SPECS["fred"]], root=tmp_path, thesis_folder=tmp_path, today=TODAY)
    for table in tables.values():
        assert table.frame["value"].dropna().between(-100, 100).all()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "1e300", "null"])
def test_a_price_that_is_none_is_never_stored(value: str, tmp_path: Path) -> None:
    closes = json.loads(CHART)["chart"]["result"][0]["indicators"]["quote"][0]["close"]
    body = CHART.replace(f"{closes[7]}".encode(), value.encode())
    with server(content(body)) as mirror:
        ask(mirror, "yahoo", tmp_path)
    tables, _ = load_tables([SPECS["yahoo"]], root=tmp_path, thesis_folder=tmp_path, today=TODAY)
    for table in tables.values():
        assert table.frame["close"].dropna().between(1, 1000).all()


@pytest.mark.parametrize("source", SPECS)
@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body>Sign in, please</body></html>",
        b"",
        b"\x00" * 5000,
        b"\xff\xfe" + "date,value\n2026-01-05,1\n".encode("utf-16-le"),
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"chart": {"result": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b"9" * 3_000_000,
        b'"' + b"x" * 3_000_000,
        b"PK\x03\x04" + b"\x00" * 200,
        b"date,value\n" * 100_000,
        "date,value\n２０２６-01-05,１\n".encode(),
    ],
    ids=lambda body: f"{body[:14]!r}",
)
def test_what_is_no_answer_of_this_source_is_said_to_be_none(
    source: str, body: bytes, tmp_path: Path
) -> None:
    refused(content(body), source, tmp_path)


@pytest.mark.parametrize("source", SPECS)
@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:1/", "/again"])
def test_an_answer_that_leads_elsewhere_is_not_followed(
    source: str, target: str, tmp_path: Path
) -> None:
    def send(answer: BaseHTTPRequestHandler) -> None:
        answer.send_response(302)
        answer.send_header("Location", target)
        answer.end_headers()

    refused(send, source, tmp_path)
