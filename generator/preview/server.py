"""The edge to the browser: a server on the loopback, which sends news of changes as they come."""

from __future__ import annotations

import errno
import json
import mimetypes
import re
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from generator.charts.draw import vega_bundle
from generator.errors import UsageError
from generator.layout import CHARTS
from generator.preview.live import Live
from generator.preview.pages import CLIENT, dressed
from generator.showing import VEGA

HOST = "127.0.0.1"
EVENTS = "_preview/events"
PULSE = 10  # seconds after which a browser is told that there is no news
TRIED = 20  # ports above the one in use that are looked at for a free one
_EDITION = re.compile(r"(?:\d{4}-\d{2}-\d{2}|latest)(?:/(.*))?")
_ROOT = ("editions", "feed.xml", "editions.json", "versions.json")


class Server(ThreadingHTTPServer):
    """Serves only this machine."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def bind(port: int, live: Live) -> Server:
    """A server at that port of the loopback; UsageError, with a free one, where it is in use."""
    try:
        return Server((HOST, port), partial(Handler, live))
    except PermissionError as error:
        hint = "Ports below 1024 are the system's own: choose a higher one with --port."
        raise UsageError(f"port {port} may not be used.", hint) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        hint = "Perhaps another preview runs. Choose another port with --port."
        for other in range(port + 1, min(port + TRIED, 65536)):
            try:
                Server((HOST, other), partial(Handler, live)).server_close()
            except OSError:
                continue
            hint = f"Perhaps another preview runs. The next free one: mtm serve --port {other}"
            break
        raise UsageError(f"port {port} is in use.", hint) from error


class Handler(BaseHTTPRequestHandler):
    """One request. Nothing is ever written, and no other site's page may ask by this name."""

    protocol_version = "HTTP/1.1"
    server: Server

    def __init__(self, live: Live, *arguments: object) -> None:
        self.live = live
        super().__init__(*arguments)  # type: ignore[arg-type]

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: what matters is said when a file changes."""

    def do_GET(self) -> None:
        try:
            self._answer()
        except (BrokenPipeError, ConnectionResetError):  # the reader went on
            self.close_connection = True

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self) -> None:
        address, query = urlsplit(self.path).path.lstrip("/"), urlsplit(self.path).query
        address = unquote(address)
        names = {f"{name}:{self.server.server_address[1]}" for name in (HOST, "localhost")}
        if self.headers.get("Host") not in names:
            self._send(b"The preview is for this machine.\n", "text/plain", HTTPStatus.FORBIDDEN)
        elif address == CLIENT:
            script = Path(__file__).with_name("client.js").read_bytes()
            self._send(script, "text/javascript; charset=utf-8")
        elif address == EVENTS:
            self._events(parse_qs(query).get("page", [""])[0])
        elif edition := _EDITION.fullmatch(address):
            self._lead_to(f"/{quote((edition[1] or '').lstrip('/'))}")  # never to another host
        else:
            self._file_or_page(address)

    def _file_or_page(self, address: str) -> None:
        live = self.live
        with live.lock:
            page = live.ready and live.pages.is_page(address)
            slash = live.ready and live.pages.is_page(f"{address}/")
            html = live.pages.page(address) if page else None
            token, style = live.pages.token(address) if html else "", live.pages.style()
            content = live.pages.file(address) if live.ready and not page else None
            if page:
                live.tell_problems()
        if address == VEGA:
            content = vega_bundle(live.workshop.root / CHARTS)
        if slash:
            self._lead_to(f"/{quote(address)}/")
        elif content is not None:
            kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
            text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
            self._send(content, f"{kind}; charset=utf-8" if text else kind)
        else:
            up = "../" * address.count("/") or "./"
            status = HTTPStatus.OK if html else HTTPStatus.NOT_FOUND
            shown = dressed(
                html or self._nothing(address), up=up, page=address, token=token, style=style
            )
            self._send(shown.encode(), "text/html; charset=utf-8", status)

    def _nothing(self, address: str) -> str:
        """What stands where there is no page, or none yet."""
        live = self.live
        if not live.ready and not live.problems():
            head, text = "The preview is being made", "This page follows by itself."
        elif address.rstrip("/").partition("/")[0] in _ROOT:
            head = "The preview has no editions"
            text = "<code>mtm build</code> lays them into site/, with their list and the feed."
        else:
            head = "There is no such page" if live.ready else "There is no page yet"
            text = "It appears here by itself once it can be made."
        with live.lock:
            links = "".join(
                f'<li><a href="/{escape(quote(url))}">{escape(title)}</a>'
                for url, title in live.pages.addresses()
            )
        return _NOTHING.format(head=head, text=text, links=f"<ul>{links}</ul>" if links else "")

    def _lead_to(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _events(self, address: str) -> None:
        """What the page should know, now and after each change, as server-sent events."""
        live = self.live
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        seen = -1
        with live.lock:
            live.watched[address] += 1
        try:
            while not live.ended:
                with live.lock:
                    if live.version == seen and not live.ended:
                        live.news.wait(PULSE)
                    fresh, seen = live.version != seen, live.version
                    told = json.dumps(live.state(address)) if fresh else ""
                self.wfile.write(f"data: {told}\n\n".encode() if told else b": still here\n\n")
                self.wfile.flush()
        finally:
            with live.lock:
                live.watched[address] -= 1
                live.watched += type(live.watched)()  # without those that nobody has open


_NOTHING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{head}</title>
<meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 4rem auto; padding: 0 1rem }}</style>
</head><body><h1>{head}</h1><p>{text}</p>{links}</body></html>
"""
