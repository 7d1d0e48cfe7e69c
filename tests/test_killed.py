"""A refresh that is killed, interrupted, or meets another one: what is stored stays whole."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from generator import cli
from generator import refresh as refresh_module
from generator.asking import Limits
from generator.lock import alone
from generator.model import DataSpec
from generator.outcomes import Outcome, fetched_specs
from generator.refresh import refresh
from generator.sources import Network, fetcher
from generator.store import load_tables, series_name
from generator.tables import read_manifest, sha256
from generator.thesis import read_data_specs
from tests.conftest import ROOT, MakeRepository
from tests.loopback import NEW_YORK, StandIn, gentle, make_bars, stand_in

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

SYMBOLS = ("TINY", "AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")
BARS = {
    symbol: make_bars("2026-01-05", gentle(60, start=50.0 + 20 * place))
    for place, symbol in enumerate(SYMBOLS)
}
OLD, NEW = BARS["TINY"].days[49], BARS["TINY"].days[59]
KILLS = 50
LONGEST = 30  # seconds to wait for a process to come as far as a test needs it

Stored = dict[str, bytes]  # the series of a store by the names of their files


@dataclass(frozen=True)
class Scene:
    """A repository whose source has ten days more than its store."""

    root: Path
    server: StandIn
    first: Path  # a copy of its store
    new: Stored  # what a clean download stores

    @property
    def specs(self) -> list[DataSpec]:
        return fetched_specs([spec for _, specs in read_data_specs(self.root) for spec in specs])

    def refresh(self, today: dt.date, root: Path | None = None) -> list[Outcome]:
        return refresh(
            self.specs,
            root=root or self.root,
            today=today,
            now=dt.datetime.combine(today, dt.time(23, 59), NEW_YORK),
            limits=Limits(Network(mirror=self.server.mirror)),
        )

    def start(self, *program: str, **options: Any) -> subprocess.Popen[str]:
        """Python with a program whose arguments ask for a refresh."""
        arguments = ("--root", str(self.root), "refresh", "--today", NEW.isoformat())
        return subprocess.Popen(
            (sys.executable, *program, *arguments),
            cwd=ROOT,
            env={**os.environ, "MTM_MIRROR": self.server.mirror},
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )

    def begin_again(self) -> None:
        shutil.rmtree(self.root / ".store")
        shutil.copytree(self.first, self.root / ".store")


@pytest.fixture
def scene(tmp_path: Path, make_repository: MakeRepository) -> Iterator[Scene]:
    root = make_repository()
    with (root / "templates" / "tiny" / "thesis.yml").open("a", encoding="utf-8") as file:
        file.writelines(f"  {key.lower()}: {{yahoo: {key}}}\n" for key in SYMBOLS[1:])
    first, clean = tmp_path / "first", tmp_path / "clean"
    with stand_in(**{key: bars.until(50) for key, bars in BARS.items()}) as server:
        Scene(root, server, first, {}).refresh(OLD)
        shutil.copytree(root / ".store", first)
        server.series = dict(BARS)
        Scene(root, server, first, {}).refresh(NEW, root=clean)
        scene = Scene(root, server, first, stored(clean / ".store"))
        assert len(scene.new) == len(SYMBOLS)
        yield scene


def stored(store: Path) -> Stored:
    return {path.name: path.read_bytes() for path in store.glob("*.csv")}


def new_series(scene: Scene, before: Stored) -> int:
    """How many series are new; each must be as it was before or new, and the manifest know it."""
    manifest = scene.root / ".store" / "manifest.json"
    if manifest.exists():
        json.loads(manifest.read_bytes())
    now = stored(scene.root / ".store")
    tables, missing = load_tables(
        scene.specs, root=scene.root, thesis_folder=scene.root / "templates" / "tiny", today=NEW
    )
    new = 0
    for spec in scene.specs:
        name = f"{series_name(spec)}.csv"
        assert now.get(name) in (before.get(name), scene.new[name])
        if name not in now:
            assert missing[spec.name].reason == f"daily prices of {spec.key} are not stored"
            continue
        day = NEW if now[name] == scene.new[name] else OLD
        (source,) = tables[spec.name].sources
        assert (source.as_of, source.retrieved) == (day, day)
        new += day == NEW
    return new


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- kill -9 ------------------------------------------------------------------------------------


def drive() -> None:
    """Run the command for each line of stdin in a fork, and answer with its exit code and seconds.

    A line says when to kill it. For the tests in a process of its own, which has loaded everything
    and has no thread, so that a run takes no longer than its work.
    """
    fetcher("yahoo")
    for line in sys.stdin:
        order = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            _run([*sys.argv[1:], *order.get("more", [])], order.get("write", 0))
        if "seconds" in order:
            time.sleep(order["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        answer = [os.waitstatus_to_exitcode(status), time.monotonic() - began]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _run(arguments: list[str], deadly: int) -> NoReturn:
    """The command, killed before its so many-th write into the store; 0: not killed."""
    writes, store = itertools.count(1), f"{arguments[1]}/.store/"

    def watch(event: str, given: tuple[Any, ...]) -> None:
        creates = event == "open" and given[2] & os.O_CREAT
        if not creates and event not in ("os.rename", "os.remove"):
            return
        if str(given[0]).startswith(store) and next(writes) == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code = cli.FAULT
    try:
        cli.main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        os._exit(code)


Run = Callable[..., tuple[int, float]]


@contextmanager
def orders_to(driver: subprocess.Popen[str]) -> Iterator[Run]:
    """What sends an order to a driver, which reads one a line; gives its exit code and seconds."""
    with driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        asking, answers = driver.stdin, driver.stdout

        def run(**order: object) -> tuple[int, float]:
            asking.write(f"{json.dumps(order)}\n")
            asking.flush()
            code, seconds = json.loads(answers.readline())
            return code, seconds

        yield run
        asking.close()


@pytest.fixture
def run(scene: Scene) -> Iterator[Run]:
    """The exit code of a refresh that is told when to be killed, and the seconds it took."""
    program = ("-c", "from tests.test_killed import drive; drive()")
    with orders_to(scene.start(*program, stdin=subprocess.PIPE)) as run:
        yield run


def test_a_kill_at_any_moment_leaves_each_series_old_or_new_and_known_to_the_manifest(
    scene: Scene, run: Run
) -> None:
    old, chance = stored(scene.first), random.Random(9)
    durations = []
    for _ in range(3):
        scene.begin_again()
        code, seconds = run()
        assert (code, new_series(scene, old)) == (0, len(SYMBOLS))
        durations.append(seconds)
    codes, news = [], []
    for _ in range(KILLS):
        scene.begin_again()
        code, _ = run(seconds=chance.uniform(0, statistics.median(durations)))
        codes.append(code)
        news.append(new_series(scene, old))
    assert set(codes) <= {0, -signal.SIGKILL}
    assert codes.count(-signal.SIGKILL) > KILLS / 2
    assert 0 in news
    assert len({count for count in news if 0 < count < len(SYMBOLS)}) >= 2
    assert {outcome.status for outcome in scene.refresh(NEW)} == {"fresh"}
    assert stored(scene.root / ".store") == scene.new


@pytest.mark.parametrize("empty", [False, True], ids=["with days", "empty"])
def test_a_kill_before_any_one_of_its_writes_is_mended_by_the_next_refresh(
    scene: Scene, run: Run, empty: bool
) -> None:
    before = {} if empty else stored(scene.first)
    news = []
    for write in itertools.count(1):
        scene.begin_again()
        if empty:
            shutil.rmtree(scene.root / ".store")
        code, _ = run(write=write, more=["--only", "TINY", "--only", "AAA"])
        news.append(new_series(scene, before))
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert run(more=["--only", "TINY", "--only", "AAA"])[0] == 0
        assert new_series(scene, before) == 2
        for name, entry in read_manifest(scene.root / ".store").items():
            content = (scene.root / ".store" / entry["file"]).read_bytes()
            assert (name, entry["sha256"]) == (name, sha256(content))  # not only under "next"
    assert news == sorted(news)
    assert set(news) == {0, 1, 2}
    assert len(news) > 4 * 2  # each series is two files, each written beside and put in place


# --- Ctrl-C -------------------------------------------------------------------------------------


def test_an_interrupt_ends_a_refresh_at_once_though_its_source_hangs(scene: Scene) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("interrupts are ignored here, and so by every process started from here")
    asked = scene.server.asked("TINY")
    scene.server.fault("TINY", "hang")
    with scene.start("-m", "generator", stderr=subprocess.PIPE) as process:
        wait_until(lambda: scene.server.asked("TINY") > asked)
        time.sleep(0.2)  # now it waits for the answer
        process.send_signal(signal.SIGINT)
        interrupted = time.monotonic()
        out, said = process.communicate(timeout=LONGEST)
        seconds = time.monotonic() - interrupted
    assert (process.returncode, out) == (130, "")
    assert said.split("\n") == ["", "Interrupted; what was stored before stays as it was.", ""]
    assert stored(scene.root / ".store") == stored(scene.first)
    assert not (scene.root / ".store" / "held-by.txt").exists()
    assert seconds < 3


# --- two at once --------------------------------------------------------------------------------


def test_of_two_refreshes_at_once_one_waits_for_the_other_and_both_end_with_0(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go_on, take, asked = threading.Event(), scene.server.take, scene.server.asked("TINY")

    def hold(name: str) -> str:
        if name in BARS:
            go_on.wait(LONGEST)
        return take(name)

    monkeypatch.setattr(scene.server, "take", hold)
    logs = [tmp_path / "one.log", tmp_path / "other.log"]
    with logs[0].open("w") as one, logs[1].open("w") as other:
        both = [scene.start("-m", "generator", stderr=log) for log in (one, other)]
        wait_until(lambda: any("waiting" in log.read_text() for log in logs))
        wait_until(lambda: scene.server.asked("TINY") > asked)
        go_on.set()
        for process in both:
            process.communicate(timeout=LONGEST)
    assert [process.returncode for process in both] == [0, 0]
    first = both[0] if "waiting" in logs[1].read_text() else both[1]
    holder = f"process {first.pid}, a refresh"
    assert sorted(log.read_text().splitlines() for log in logs) == [
        [f"{key}: fresh, 10 rows added" for key in SYMBOLS],
        [
            f"waiting: another run is at work in .store/ ({holder}).",
            *(f"{key}: fresh" for key in SYMBOLS),
        ],
    ]
    assert scene.server.asked("TINY") == asked + 1
    assert stored(scene.root / ".store") == scene.new
    assert not (scene.root / ".store" / "held-by.txt").exists()


def test_a_refresh_that_waited_in_vain_says_who_holds_the_store_and_ends_with_6(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refresh_module, "PATIENCE", 0.2)
    monkeypatch.setenv("MTM_MIRROR", scene.server.mirror)
    requests = len(scene.server.requests)
    with alone(scene.root / ".store", who="a refresh"), pytest.raises(SystemExit) as ended:
        cli.main(["--root", str(scene.root), "refresh", "--today", NEW.isoformat()])
    assert ended.value.code == 6
    assert capsys.readouterr().err.splitlines()[-2:] == [
        f"another run is at work in .store/ (process {os.getpid()}, a refresh).",
        "  Wait until it has ended, then run this again.",
    ]
    assert len(scene.server.requests) == requests
    assert stored(scene.root / ".store") == stored(scene.first)
