"""The edge to the disk: which files changed, in handfuls as an editor or a refresh saves them."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from generator.layout import CONFIG, is_generated
from generator.lock import HOLDER

QUIET = 0.05  # seconds without a change, after which a handful is whole
LONGEST = 1.0  # seconds after which it is taken as it is
_CHANGES = ("created", "modified", "deleted", "moved")
_FOLDERS = ("templates", "docs", ".store")


class Changes(FileSystemEventHandler):
    """The files that were saved, made, moved or removed since they were last taken."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._queue: queue.Queue[Path] = queue.Queue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _CHANGES or (event.is_directory and event.event_type != "moved"):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name))
            if name and is_watched(path, self._root):
                self._queue.put(path)

    def take(self, wait: float | None) -> frozenset[Path]:
        """The next handful; none when nothing changes within `wait` seconds (None: for ever)."""
        try:
            found = {self._queue.get(timeout=wait)}
        except queue.Empty:
            return frozenset()
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                found.add(self._queue.get(timeout=QUIET))
            except queue.Empty:
                break
        return frozenset(found)


def is_watched(path: Path, root: Path) -> bool:
    """Whether the site rests on the file: not what editors keep beside it, nor what builds make."""
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    if parts == (CONFIG,):
        return True
    if not parts or parts[0] not in _FOLDERS:
        return False
    inner = parts[1:]
    if path.name == HOLDER and parts[0] == ".store":
        return False
    hidden = any(part.startswith(".") or part == "__pycache__" for part in inner)
    kept = path.name.endswith(("~", ".swp", ".swx", ".tmp", ".lock")) or path.name == "4913"
    made = parts[0] == "docs" and is_generated("/".join(inner))
    return not (hidden or kept or made)


@contextmanager
def watching(root: Path, say: Callable[[str], None]) -> Iterator[Changes]:
    """Watch the repository; where the system cannot tell of changes, look each second."""
    changes = Changes(root)
    observer = Observer()
    try:
        _schedule(observer, changes, root)
        observer.start()
    except OSError as error:  # of Linux: too many files are watched already
        say(f"The system does not tell of changes ({error.strerror}); looking each second.")
        observer = PollingObserver(timeout=1)
        _schedule(observer, changes, root)
        observer.start()
    try:
        yield changes
    finally:
        observer.stop()
        observer.join()


def _schedule(observer: object, changes: Changes, root: Path) -> None:
    schedule = observer.schedule  # type: ignore[attr-defined]
    schedule(changes, str(root), recursive=False)
    for name in _FOLDERS:
        if (root / name).is_dir():
            schedule(changes, str(root / name), recursive=True)
