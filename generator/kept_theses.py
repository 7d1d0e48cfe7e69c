"""Theses that came out of an earlier build, kept as JSON: one that nothing touched is not rendered.

Each is kept under the hash of all that its rendering could look at: its own folder, what theses
share, the stored data, the other files of the repository, the editions before, the day, the tools.
Of the other theses that is what stands in their thesis.yml and claims.yml and which pages they
have. The files it publishes are not kept twice: those under docs/ must still be as they were left.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from generator.authored import ENDING
from generator.errors import PublishError
from generator.finished import Finished
from generator.inputs import contents, files, is_made, tools, variables, written
from generator.kept import keep, read_as_left, read_kept, sha256
from generator.layout import THESES
from generator.model import Asset, Edition
from generator.revision import run_git

SHARED = ("thesis.yml", "claims.yml")  # of a thesis's files, what others may rest on


class Digests(NamedTuple):
    """Of all that a thesis rests on, and of that without the words of its pages."""

    thesis: str
    data: str


def digests(
    root: Path,
    out: Path,
    folders: Sequence[Path],
    past: Sequence[Edition],
    settings: Mapping[str, str],
) -> dict[str, Digests]:
    """What the rendering of each thesis rests on, as SHA-256; of none outside git.

    `out` has the editions, which are no part of it; `past` are those before this one, `settings`
    what else a build was told.
    """
    try:
        named = run_git(root, "ls-files", "-co", "--exclude-standard", "-z", "--", ".")
    except PublishError:
        return {}
    own = {folder: list(files(folder)) for folder in folders}
    theirs = {path for paths in own.values() for path in paths}
    listed = {root / name for name in named.split("\0") if name and not is_made(name)}
    elsewhere = sorted(
        path
        for path in (listed | set(written(root))) - theirs
        if path.is_file() and not path.is_relative_to(out)
    )
    common = [
        *(f"{name}={value}" for name, value in sorted(settings.items())),
        *(f"{edition.name} {edition.sha256}" for edition in past),
        *variables(root),
        *tools(),
        *contents(root, elsewhere),
        *_of_others(root, own),
    ]
    shared = sha256("\0".join(common).encode())

    def digest(paths: Iterable[Path]) -> str:
        return sha256("\0".join([shared, *contents(root, paths)]).encode())

    return {
        folder.name: Digests(
            thesis=digest(paths), data=digest(p for p in paths if not p.name.endswith(ENDING))
        )
        for folder, paths in own.items()
    }


def _of_others(root: Path, own: Mapping[Path, Sequence[Path]]) -> Iterator[str]:
    """What a thesis may know of the others: their data, claims and former names, their pages."""
    for folder, paths in own.items():
        yield from (path.relative_to(root).as_posix() for path in paths)
        yield from contents(
            root, [path for path in paths if path.parent == folder and path.name in SHARED]
        )


def recall_theses(root: Path, digests: Mapping[str, Digests]) -> dict[str, Finished]:
    """The theses that are kept under these digests, with all files they publish."""
    found = {}
    for slug, digest in digests.items():
        content = read_kept(_path(root, slug))
        if content is None:
            continue
        try:
            kept = json.loads(content)
            if kept["made_from"] != digest.thesis:
                continue
            files = {p: read_as_left(root / "docs" / p, sha) for p, sha in kept["assets"].items()}
            assets = tuple(Asset(path, content) for path, content in files.items())
            found[slug] = replace(_adapter().validate_python(kept["thesis"]), assets=assets)
        except (ValueError, KeyError, TypeError, OSError):
            continue  # of another version of ours, or a file is not as it was left
    return found


def keep_theses(root: Path, theses: Sequence[Finished], digests: Mapping[str, Digests]) -> None:
    """Keep these theses; their files must stand under docs/ already."""
    for item in theses:
        if digest := digests.get(item.slug):
            kept = {
                "made_from": digest.thesis,
                "assets": {asset.path: sha256(asset.content) for asset in item.assets},
                "thesis": _adapter().dump_python(replace(item, assets=()), mode="json"),
            }
            keep(_path(root, item.slug), json.dumps(kept).encode())


def _path(root: Path, slug: str) -> Path:
    return root / THESES / f"{slug}.json"


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Finished)
