"""Files of a cache, sealed by their own hash: one that is not as it was written is missing."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
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
    path.parent.resolve().mkdir(parents=True, exist_ok=True)  # where a link leads, too
    write_atomically(path, _seal(content) + b"\n" + content)


def made_once(path: Path | None, of: Iterable[str], make: Callable[[], bytes]) -> bytes:
    """What `make` gives, kept there until `of`, the texts it depends on, differ; without a path
    it is made each time."""
    if path is None:
        return make()
    digest = _seal("\0".join(of).encode())
    known, _, content = (read_kept(path) or b"").partition(b"\n")
    if known != digest:
        content = make()
        keep(path, digest + b"\n" + content)
    return content


def read_as_left(path: Path, digest: str) -> bytes:
    """A file that is kept elsewhere, if it still has this SHA-256; raises OSError or ValueError."""
    content = path.read_bytes()
    if sha256(content) != digest:
        raise ValueError(f"{path} is not as it was left")
    return content


def digest(*parts: str) -> str:
    """One name for all of these texts, in hexadecimal digits."""
    return sha256("\0".join(parts).encode())


@functools.cache
def digest_of(*files: str | Path | None) -> str:
    """One name for the contents of these files, such as a module's own; read once in a process."""
    return digest(*(sha256(Path(str(file)).read_bytes()) for file in files))


def sha256(content: bytes) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _seal(content: bytes) -> bytes:
    return sha256(content).encode()
