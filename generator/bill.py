"""The bill of materials of a site: which of its files others made, and on what terms (CycloneDX).

It names no day and no page, so that editions share it as long as nothing in it changes.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import translate
from pathlib import Path
from typing import Any

from pydantic import Field

from generator.data_entries import Written
from generator.documents import read_document, read_text, validate
from generator.errors import Finding, ThesisError

LISTING = Path("templates/_shared/licences.yml")
BILL = "assets/sbom.cdx.json"  # in a site
NOT_STATED = "not stated"


class ComponentEntry(Written):
    """Something that others made."""

    licence: str = Field(min_length=1, description="its identifier of spdx.org/licenses")
    url: str = Field("", description="where it is published")
    package: str = Field("", description="the Python package it came with, whose version is named")
    files: list[str] = Field(default_factory=list, description="patterns of its files in a site")
    derived: list[str] = Field(
        default_factory=list, description="patterns of what a build makes of them, listed nowhere"
    )
    in_pages: bool = Field(False, description="true: it stands in pages, in no file of its own")
    contains: dict[str, str] = Field(
        default_factory=dict, description="what it is made of, name: licence"
    )


class ListingFile(Written):
    """licences.yml"""

    components: dict[str, ComponentEntry] = Field(default_factory=dict)
    own: list[str] = Field(default_factory=list, description="patterns of the publisher's files")


def write_bill(site: Path, *, root: Path) -> None:
    """Write the bill of a built site into it. Raises ThesisError with every mistake in the list."""
    listing = read_listing(root)
    files = set(_files(site))
    chosen = sorted(files - {BILL} - of_publisher(files, listing))
    hashes = {name: hashlib.sha256((site / name).read_bytes()).hexdigest() for name in chosen}
    path = site / BILL
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bill(hashes, listing))


def read_listing(root: Path) -> ListingFile:
    """What a repository says of the files of others; nothing where it says nothing."""
    path, shown = root / LISTING, LISTING.as_posix()
    if not path.is_file():
        return ListingFile()
    text, findings = read_text(path, shown)
    document, mistakes = read_document(text, shown)
    found, misfits = validate(ListingFile, document)
    if found is None or findings or mistakes:
        raise ThesisError([*findings, *(mistakes or misfits)])
    unknown = [
        Finding(
            shown,
            document.line(("components", name, "package")),
            f"the package '{entry.package}' is not installed.",
            "Correct its name, or leave the line out.",
        )
        for name, entry in found.components.items()
        if entry.package and not _version(entry.package)
    ]
    if unknown:
        raise ThesisError(unknown)
    return found


def _files(site: Path) -> Iterator[str]:
    """The paths of all files; not by Path.rglob, which takes five times as long."""
    for folder, _, names in os.walk(site):
        below = Path(folder).relative_to(site).as_posix()
        yield from (name if below == "." else f"{below}/{name}" for name in names)


def of_publisher(files: Iterable[str], listing: ListingFile) -> set[str]:
    """The files that are nobody else's: a component's patterns go before."""
    entries = listing.components.values()
    foreign = _any([pattern for entry in entries for pattern in (*entry.files, *entry.derived)])
    own = _any(listing.own)
    return {name for name in files if own(name) and not foreign(name)}


def bill(hashes: Mapping[str, str], listing: ListingFile) -> bytes:
    """CycloneDX 1.6 of these files, by their paths with their SHA-256."""
    left = dict(hashes)
    components = []
    for name, entry in sorted(listing.components.items()):
        for path in [*filter(_any(entry.derived), left)]:
            del left[path]
        own = {path: left.pop(path) for path in sorted(filter(_any(entry.files), left))}
        if own or entry.in_pages:
            components.append(_component(name, entry, own))
    components += [
        {**_file(path, digest), "licenses": [{"license": {"name": NOT_STATED}}]}
        for path, digest in sorted(left.items())
    ]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": components,
    }
    return f"{json.dumps(content, indent=1)}\n".encode()


def _component(name: str, entry: ComponentEntry, files: Mapping[str, str]) -> dict[str, Any]:
    version = {"version": _version(entry.package)} if entry.package else {}
    parts = [
        {"type": "library", "name": part, "licenses": _licences(licence)}
        for part, licence in sorted(entry.contains.items())
    ]
    parts += [_file(path, digest) for path, digest in files.items()]
    site = {"externalReferences": [{"type": "website", "url": entry.url}]} if entry.url else {}
    said = {"type": "library", "name": name, **version, "licenses": _licences(entry.licence)}
    return {**said, **site, **({"components": parts} if parts else {})}


def _licences(identifier: str) -> list[dict[str, Any]]:
    return [{"license": {"id": identifier}}]


def _file(path: str, digest: str) -> dict[str, Any]:
    return {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}


@functools.cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _any(patterns: Iterable[str]) -> Callable[[str], object]:
    """Whether a path fits one of the patterns; one expression is far quicker than each in turn."""
    return re.compile("|".join(map(translate, patterns)) or r"(?!)").match
