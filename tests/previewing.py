"""A preview in a process of its own, for the tests and the benchmark."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

DAY = "2026-05-01"
PATIENCE = 60  # seconds, on a busy machine


@dataclass
class Preview:
    """A running `mtm serve`: its address, its process, and the file with what it says."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, words: str, *, times: int = 1) -> str:
        """What it has said, once these words are there so many times."""
        end = time.monotonic() + PATIENCE
        while self.said().count(words) < times:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"never said {words!r}:\n{self.said()}"
            time.sleep(0.02)
        return self.said()

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def command(root: Path, *arguments: str) -> list[str]:
    verb = ["--root", str(root), "serve", "--today", DAY, *arguments]
    return [sys.executable, "-m", "generator", *verb]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "MTM_OFFLINE": "1"}


@contextmanager
def previewing(root: Path, *arguments: str, ready: str = "Rendered") -> Iterator[Preview]:
    """Serve the repository at a free port; `ready` is what is said once it can be looked at."""
    log = root / "preview.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(root, "--port", "0", *arguments),
            env=environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
            # A suite that a shell runs in the background has Ctrl-C ignored, its children too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    preview = Preview("", process, log)
    try:
        found = re.search(r"Open (http://127\.0\.0\.1:\d+/)", preview.wait_for("Open http"))
        assert found
        preview.address = found[1]
        preview.wait_for(ready)
        yield preview
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
