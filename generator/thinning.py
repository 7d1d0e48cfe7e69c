"""Which heavy downloads of old editions their publisher lets go, and the record of it (pure).

Off unless asked for. Pages, pictures and edition.json always stay; each file that goes is written
down with its hash in `thinned.json` at the root of the tree, so that an edition can still be
verified: what is not there must have been let go, and nothing else may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from generator.editions import SCHEMA
from generator.errors import EditionChanged
from generator.layout import DOWNLOADS, THINNED
from generator.model import Edition
from generator.sharing import path_in_tree


def files_to_drop(
    editions: Sequence[Edition], *, before: str, kinds: Iterable[str] = DOWNLOADS
) -> dict[str, str]:
    """The shared downloads that only editions older than `before` (YYYY-MM-DD) show.

    By their paths in the tree, with their hashes. `kinds` are those of `DOWNLOADS` to let go; what
    describes a chart (meta.json) is never among them.
    """
    old = [edition for edition in editions if edition.name < before]
    young = [edition for edition in editions if edition.name >= before]
    kept = {path for edition in young for path in _files(edition)}
    asked = set(kinds) & set(DOWNLOADS)
    found: dict[str, str] = {}
    for edition in old:
        hashes = _files(edition)
        for thesis in edition.record.get("theses", {}).values():
            for chart in thesis.get("charts", ()):
                for kind, listed in chart.get("files", {}).items():
                    path = path_in_tree(edition.name, listed)
                    if kind in asked and path in hashes and path not in kept:
                        found[path] = hashes[path]
    return found


def _files(edition: Edition) -> dict[str, str]:
    listed = edition.record["files"].items()
    shared = ((path, digest) for path, digest in listed if path.startswith("../"))
    return {path_in_tree(edition.name, path): digest for path, digest in shared}


def thinned_json(dropped: Mapping[str, str]) -> bytes:
    """The record of what was let go: paths in the tree and their SHA-256."""
    content = {"schema": SCHEMA, "files": dict(sorted(dropped.items()))}
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()


def parse_thinned(content: bytes | None, *, place: str = THINNED) -> dict[str, str]:
    """What a thinned.json says was let go; nothing without one. Raises EditionChanged if broken."""
    if content is None:
        return {}
    try:
        files = json.loads(content)["files"]
        return {str(path): str(digest) for path, digest in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "Bring it back from the branch or a copy; it is never edited."
        raise EditionChanged(f"{place} cannot be read: {error}.", hint) from error
