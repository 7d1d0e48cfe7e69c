"""Hold a folder while it is changed, so that two runs do not mix their work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import PublishError

HOLDER = "held-by.txt"


@contextmanager
def alone(
    folder: Path,
    *,
    who: str = "",
    patience: float = 0,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Hold a folder while it is changed; the system lets go of it when the process ends.

    `who` is what others are told of the holder, through a file in the folder. Another run is
    waited for as long as `patience`, in seconds; then PublishError says who it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    note = folder / HOLDER
    try:
        _hold(handle, folder, patience, report)
        try:
            if who:
                note.write_text(f"process {os.getpid()}, {who}", encoding="utf-8")
            yield
        finally:
            if who:
                note.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _hold(handle: int, folder: Path, patience: float, report: Callable[[str], None]) -> None:
    import fcntl

    end = time.monotonic() + patience
    who, waiting = "", False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            with suppress(OSError):  # the holder may just be leaving
                who = f" ({(folder / HOLDER).read_text(encoding='utf-8')})"
            message = f"another run is at work in {folder.name}/{who}."
            if time.monotonic() >= end:
                hint = "Wait until it has ended, then run this again."
                raise PublishError(message, hint) from error
        if not waiting:
            report(f"waiting: {message}")
        waiting = True
        time.sleep(0.1)
