"""Write a file so that nobody ever reads half of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

PART = ".part"  # the ending of a file that is not finished


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file and put it in place in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
