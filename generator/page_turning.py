"""Pages that read the shared files from their places, each turned once (an edge to a cache)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator import sharing
from generator.kept import digest, digest_of, keep, read_kept


class Asked(dict[str, str | None]):
    """Answers from a table, each kept with its question."""

    def __init__(self, table: Mapping[str, str]) -> None:
        super().__init__()
        self._table = table

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self[name] = self._table.get(name)
        return self[name] or default


def turned(
    page: str, path: str, places: Mapping[str, str], *, address: str, memory: Path | None, name: str
) -> bytes:
    """The page at `path` of the folder `name` as `with_shared` has it, from `memory` if known.

    What is remembered holds for the same page as long as each place it asked for is the same.
    """
    kept = memory / f"{digest(f'{name}/{path}')[:32]}.laid" if memory else None
    key = digest(page, path, address, digest_of(sharing.__file__))
    head, _, content = ((read_kept(kept) if kept else None) or b"").partition(b"\n")
    told: dict[str, Any] = json.loads(head) if head else {"key": ""}
    if told["key"] == key and all(
        places.get(asked_for) == at for asked_for, at in told["asked"].items()
    ):
        return content
    asked = Asked(places)
    content = sharing.with_shared(page, path, asked, address=address).encode()  # type: ignore[arg-type]
    if kept:
        keep(kept, json.dumps({"key": key, "asked": asked}).encode() + b"\n" + content)
    return content
