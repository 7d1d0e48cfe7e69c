"""Files that editions have in common, stored once at the root of the tree (pure).

A file that is no page goes to `shared/`, under a name with the hash of its content: an edition that
shows the same picture as the one before adds nothing. What lies in an edition's `assets/` refers to
its neighbours, so it goes as one folder, named by all of its content. Pages are rewritten to match.
"""

from __future__ import annotations

import functools
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape

SHARED = "shared"
UNIT = "assets/"  # the folder of files that refer to each other
DIGITS = 16

_OWN = re.compile(r"(^search/|/changes\.json$|^edition\.json$|\.(html?|xml|gz|txt)$)")
_ALONE = re.compile(r"^assets/stylesheets/first\.[^/]*\.css$")  # refers to no neighbour
_IN_LATEST = re.compile(r"/charts/[^/]+$")
_NAMED = re.compile(rf"^{SHARED}/[0-9a-f]{{2}}/[^/]+\.[0-9a-f]{{{DIGITS}}}(\.[^/]+)?(/.*)?$")
_TAG = re.compile(r"<[A-Za-z][^>]*>")
_DATA = re.compile(
    r'(<script\b[^>]*\btype="application/(?:ld\+)?json"[^>]*>)(.*?)(</script>)', re.S
)
_VALUE = re.compile(r'"([^"<>\s]+)"')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')  # of JSON
_SET = re.compile(r'(\ssrcset=")([^"]*)(")')


def shared_places(digests: Mapping[str, str]) -> dict[str, str]:
    """Where each file of an edition that can be shared goes, below the root of the tree.

    `digests` maps the paths inside the edition to the SHA-256 of their content. Pages, the search
    index, sitemaps, and what tells of this one edition alone are not shared.
    """
    unit = {p: d for p, d in digests.items() if p.startswith(UNIT) and not _ALONE.match(p)}
    whole = hashlib.sha256("".join(f"{p}\0{d}\n" for p, d in sorted(unit.items())).encode())
    digest = whole.hexdigest()[:DIGITS]
    places = {
        path: f"{SHARED}/{digest[:2]}/{UNIT[:-1]}.{digest}/{path.removeprefix(UNIT)}"
        for path in unit
    }
    for path, content in digests.items():
        if path not in unit and not _OWN.search(path):
            places[path] = _place(path, content[:DIGITS])
    return places


def _place(path: str, digest: str) -> str:
    stem, dot, ending = posixpath.basename(path).partition(".")
    return f"{SHARED}/{digest[:2]}/{stem}.{digest}{dot}{ending}"


def is_shared_name(path: str) -> bool:
    """Whether a path below the root of the tree is one that `shared_places` gives."""
    return _NAMED.match(path) is not None


def keeps_own_copy(path: str) -> bool:
    """Whether latest/ also has this shared file at its own address, for those who link to it."""
    return _IN_LATEST.search(path) is not None


def listed_as(place: str) -> str:
    """How an edition's record names a shared file: seen from the edition's folder."""
    return f"../{place}"


def path_in_tree(edition: str, listed: str) -> str:
    """Where a file lies below the root, that the record of `edition` lists under this name."""
    return posixpath.normpath(f"{edition}/{listed}")


def references(records: Iterable[tuple[str, Mapping[str, str]]]) -> set[str]:
    """The shared files that some edition shows; takes each one's name and its `files`."""
    return {
        path_in_tree(name, listed)
        for name, files in records
        for listed in files
        if listed.startswith("../")
    }


def with_folders(places: Mapping[str, str]) -> dict[str, str]:
    """The places of files, and of the folders of those that refer to each other."""
    folders = {
        f"{posixpath.dirname(p)}/": f"{posixpath.dirname(q)}/"
        for p, q in places.items()
        if p.startswith(UNIT) and not _ALONE.match(p)
    }
    return {**places, **folders}


def with_shared(page: str, path: str, known: Mapping[str, str], *, address: str = "") -> str:
    """The page at `path` of an edition, reading each shared file from its place.

    `known` are the places as `with_folders` gives them; `address` is the published address of the
    edition's folder, where there is one: what the page names by whole addresses is turned too. Only
    what stands in tags and in JSON data is.
    """
    turn = _turning(path, known, address)

    def value(match: re.Match[str]) -> str:
        found = turn(unescape(match[1]))
        return match[0] if found is None else f'"{escape(found)}"'

    def several(match: re.Match[str]) -> str:
        parts = [part.split() for part in match[2].split(",") if part.strip()]
        turned = [" ".join((turn(part[0]) or part[0], *part[1:])) for part in parts]
        return f"{match[1]}{', '.join(turned)}{match[3]}"

    @functools.cache  # half of a page's tags are like others before them
    def turned(tag: str) -> str:
        return _VALUE.sub(value, _SET.sub(several, tag) if "srcset" in tag else tag)

    def tag(match: re.Match[str]) -> str:
        return turned(match[0])

    def plain(match: re.Match[str]) -> str:
        found = turn(match[1]) if match[1] and " " not in match[1] else None
        return match[0] if found is None else f'"{found}"'

    def data(match: re.Match[str]) -> str:
        return match[1] + _STRING.sub(plain, match[2]) + match[3]

    return _DATA.sub(data, _TAG.sub(tag, page))


def _turning(path: str, known: Mapping[str, str], address: str) -> Callable[[str], str | None]:
    """A function from what a page names to what it is to name instead, None for the same."""
    here = posixpath.dirname(path)
    up = "../" * (path.count("/") + 1)
    root = posixpath.dirname(address.rstrip("/")) + "/" if address else ""

    @functools.cache  # a page says the same few names again and again
    def turn(named: str) -> str | None:
        if address and named.startswith(address):
            found = known.get(named.removeprefix(address))
            return f"{root}{found}" if found else None
        if named[0] in "#?/" or ":" in named:
            return None
        place, mark, rest = named.partition("#")
        target = posixpath.normpath(posixpath.join(here, place))
        found = known.get(f"{target}/" if place.endswith("/") else target)
        return f"{up}{found}{mark}{rest}" if found else None

    return turn
