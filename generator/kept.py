"""Files of a cache, sealed by their own hash: one that is not as it was written is missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from generator.files import write_atomically


def read_kept(path: Path) -> bytes | None:
    """What was kept there, whole; else None."""
    try:
        sealed, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if sealed == _seal(content) else None


def keep(path: Path, content: bytes) -> None:
    """Write it there with its seal; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _seal(content) + b"\n" + content)


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
