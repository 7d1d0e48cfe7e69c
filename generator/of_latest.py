"""Pages about the program rather than the market: latest/ alone has them (pure).

The guide and the gallery of charts say how to use the program as it is now. In each edition they
would weigh more than its words and say nothing of its day: the pages of an edition lead to latest/.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable

PAGES = ("guide/", "functions/", "gallery/")  # folders of a built site
LATEST = "latest/"
_INDEX = "index.html"
_URL = re.compile(r"\s*<url>\s*<loc>([^<]*)</loc>.*?</url>", re.DOTALL)


def is_of_latest(path: str) -> bool:
    """Whether a file of a built site stands in latest/ alone."""
    return path.startswith(PAGES)


def where_they_are(paths: Iterable[str]) -> dict[str, str]:
    """The addresses of those pages below the root of the tree, by those inside an edition."""
    pages = [path for path in paths if is_of_latest(path) and path.endswith(_INDEX)]
    named = [name for path in pages for name in (path, path.removesuffix(_INDEX))]
    return {name: f"{LATEST}{name}" for name in named}


def without_them(path: str, content: bytes, address: str) -> bytes:
    """A file of an edition that lists its pages, without those that it does not have.

    These are the search index and the sitemaps; every other file comes back as it is. `address` is
    the published one of the edition's folder, "" where it is not known: sitemaps are empty then.
    """
    if path == "search/search_index.json":
        index = json.loads(content)
        index["docs"] = [one for one in index["docs"] if not is_of_latest(one["location"])]
        return json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    if path == "sitemap.xml":
        return _listed(content.decode(), address).encode()
    if path == "sitemap.xml.gz":
        listed = _listed(gzip.decompress(content).decode(), address)
        return gzip.compress(listed.encode(), mtime=0)
    return content


def _listed(sitemap: str, address: str) -> str:
    def kept(url: re.Match[str]) -> str:
        inside = url[1].removeprefix(address) if address else url[1]
        return "" if is_of_latest(inside) else url[0]

    return _URL.sub(kept, sitemap)
