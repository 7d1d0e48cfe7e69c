"""Which addresses outside the site no longer answer, as Markdown; nothing when all do.

    python .github/links.py FOLDER

Reads every page below FOLDER and asks each address once, several hosts at a time, one request a
host at a time. Only what is surely gone is told: 404, 410, and a host that is not there. A refusal
(403, 429) or a slow server says nothing about whether a reader finds the page.
"""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

GONE = (404, 410)
PAUSE = 1.0  # seconds between two requests of one host
PATIENCE = 20.0  # seconds for one answer
AGENT = "Mozilla/5.0 (compatible; a weekly check of links)"


class Links(HTMLParser):
    """The addresses that a page links to outside its own site."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith(("https://", "http://")):
            self.found.add(href.partition("#")[0])


def links_of(folder: Path) -> dict[str, list[str]]:
    """Every outside address, with the pages that name it."""
    pages: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.html")):
        parser = Links()
        parser.feed(path.read_text("utf-8"))
        for address in sorted(parser.found):
            pages[address].append(path.relative_to(folder).as_posix())
    return dict(pages)


def why_gone(address: str) -> str:
    """Why a reader would not find it; "" where it answers, or nothing can be said."""
    request = urllib.request.Request(address, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as error:
        return f"{error.code}" if error.code in GONE else ""
    except urllib.error.URLError as error:
        return "no such host" if "Name or service not known" in str(error.reason) else ""
    except (OSError, ValueError):
        return ""


def asked(addresses: Iterable[str], pause: float) -> dict[str, str]:
    """What is wrong with the addresses of one host, one after the other."""
    found = {}
    for number, address in enumerate(addresses):
        time.sleep(pause if number else 0)
        if reason := why_gone(address):
            found[address] = reason
    return found


def main(folder: str, pause: float = PAUSE) -> None:
    pages = links_of(Path(folder))
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in pages:
        hosts[urllib.parse.urlsplit(address).netloc].append(address)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(asked, addresses, pause) for addresses in hosts.values()]
    gone = {address: why for one in found for address, why in one.result().items()}
    if gone:
        print("### Addresses that no longer answer\n")
    for address, reason in sorted(gone.items()):
        print(f"- <{address}> ({reason}), on {', '.join(pages[address])}")


if __name__ == "__main__":
    main(sys.argv[1])
