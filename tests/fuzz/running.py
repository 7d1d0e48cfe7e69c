"""Cases in a process of their own, so that one that hangs is ended and the rest goes on."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from generator.errors import MtmError
from tests.fuzz.targets import TARGETS, place

CASE_SECONDS = 20  # after which a case hangs; a machine may be busy
MEMORY = 6_000_000_000  # bytes of address space: what asks for more is an error, not a dead machine
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# In the events that Python tells of whatever changes files: where each path stands, and the folder
# that it is seen from.
CHANGES = {
    "os.mkdir": ((0, 2),), "os.rename": ((0, 2), (1, 3)), "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),), "os.link": ((1, 3),), "os.symlink": ((1, 2),), "os.truncate": ((0, -1),),
    "os.chmod": ((0, 2),), "os.utime": ((0, 3),),
}  # fmt: skip
NEVER = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "ftplib.connect")


@dataclass(frozen=True)
class Failure:
    """A case that did what no input may do."""

    target: str
    seed: int
    number: int
    why: str  # its last lines say what and where
    where: str  # one of a kind: the same fault in other cases has the same

    def __str__(self) -> str:
        again = f"python -m tests.fuzz --seed {self.seed} --target {self.target}"
        return f"{again} --case {self.number}\n{self.why.rstrip()}"


@dataclass
class Tally:
    """How many cases of each kind there were, and the first failure of each sort."""

    cases: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)
    again: Counter[str] = field(default_factory=Counter)  # failures by sort


def schedule(targets: Sequence[str]) -> list[str]:
    """The targets in the order they take turns, each as often as it is to come."""
    return [t for turn in range(12) for t in targets if turn < TARGETS[t].often]


def made(target: str, seed: int, number: int) -> bytes:
    """The input of a case."""
    return TARGETS[target].make(Random(f"{target}-{seed}-{number}"))


def run(
    *,
    seed: int,
    targets: Sequence[str] = tuple(TARGETS),
    seconds: float = float("inf"),
    cases: int = 10**9,
    first: int = 0,
) -> Tally:
    """So many cases from `first` on, or as many as the time allows."""
    tally, order, number = Tally(), schedule(targets), first
    ends, last = time.monotonic() + seconds, first + cases
    while number < last and time.monotonic() < ends:
        number = _process(tally, order, seed, number, last, ends)
    return tally


def _process(
    tally: Tally, order: Sequence[str], seed: int, number: int, last: int, ends: float
) -> int:
    """Run cases in a new process until one hangs or all are done; the next case to run."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_work, args=(there, order, seed, number, last), daemon=True)
    worker.start()
    there.close()
    patience = 6.0 * CASE_SECONDS  # it has to be loaded first
    try:
        while number < last and time.monotonic() < ends:
            target = order[number % len(order)]
            if not here.poll(patience):
                _note(tally, Failure(target, seed, number, "it hangs", f"{target} hangs"))
                return number + 1
            try:
                failure, took = here.recv()
            except EOFError:
                _note(tally, Failure(target, seed, number, "the process died", f"{target} died"))
                return number + 1
            if failure == "ready":
                patience = float(CASE_SECONDS)
                continue
            tally.cases[target] += 1
            tally.seconds[target] += took
            if failure:
                _note(tally, failure)
            number += 1
        return number
    finally:
        worker.kill()
        worker.join()


def _note(tally: Tally, failure: Failure) -> None:
    tally.failures.setdefault(failure.where, failure)
    tally.again[failure.where] += 1


def _work(out: Connection, order: Sequence[str], seed: int, number: int, last: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory(prefix="mtm-fuzz-") as folder, place(Path(folder)) as here:
        watch = Watch(Path(folder))
        for target in dict.fromkeys(order):  # what is loaded once is no case's time
            case(here, target, made(target, seed, -1), seed, -1, watch)
        out.send(("ready", 0.0))
        for n in range(number, last):
            target = order[n % len(order)]
            begun = time.monotonic()
            failure = case(here, target, made(target, seed, n), seed, n, watch)
            out.send((failure, time.monotonic() - begun))


def case(
    here: Any, target: str, content: bytes, seed: int, number: int, watch: Watch
) -> Failure | None:
    """Feed one input; None where nothing came of it but our own errors."""
    watch.outside.clear()
    try:
        TARGETS[target].read(here, content)
    except MtmError as error:
        said = str(error)
        if "Traceback" in said or not said.strip():
            return Failure(target, seed, number, said, f"{target} says {said[:60]}")
    except BaseException as error:
        return Failure(target, seed, number, _words(error), _sort(error))
    if watch.outside:
        why = f"it touched {', '.join(sorted(watch.outside))}"
        return Failure(target, seed, number, why, f"{target} {why}")
    return None


def _words(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-9))[-3000:]


def _sort(error: BaseException) -> str:
    """The kind of an error and the deepest line of ours in it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).name}:{f.lineno}" for f in frames if "/generator/" in f.filename]
    detail = str(error)[:80] if type(error).__name__ == "Wrong" else ""
    return f"{type(error).__name__} {ours[-1] if ours else ''} {detail}"


class Watch:
    """Notes whatever is written outside a folder, or run; Python itself tells of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder.resolve())
        self.outside: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in NEVER and not _asks_git(event, arguments):
            self.outside.add(f"{event} {arguments[:1]}")
        for path in _changed(event, arguments):
            whole = str(Path(path).resolve()) if path else os.devnull
            if whole != os.devnull and not whole.startswith(self.folder):
                self.outside.add(f"{event} {whole}")


def _asks_git(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether this is what a check asks git itself: which files there are."""
    return event == "subprocess.Popen" and arguments[1][0] == "git" and "ls-files" in arguments[1]


def _changed(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        yield "" if isinstance(arguments[0], int) else os.fsdecode(arguments[0])
    for path, folder in CHANGES.get(event, ()):
        if not isinstance(arguments[path], int):
            seen_from = arguments[folder] if folder >= 0 else -1
            base = Path(f"/proc/self/fd/{seen_from}") if seen_from >= 0 else Path()
            yield str((base.resolve() / os.fsdecode(arguments[path])).absolute())
