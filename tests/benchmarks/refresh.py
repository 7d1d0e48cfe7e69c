"""What a refresh costs for 10, 100 and 500 series of 20 years, and how much of it is yfinance's.

    python -m tests.benchmarks.refresh [COUNT ...]

A stand-in server in a process of its own answers on the loopback; each count is refreshed in a
fresh process into an empty store, then again when there is nothing to do.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.loopback import NEW_YORK, Bars, gentle, make_bars, stand_in

COUNTS = (10, 100, 500)
FIRST = "2006-01-03"
SESSIONS = 5030  # twenty years


class AnySymbol(dict[str, Bars]):
    """The same bars for whatever is asked."""

    def get(self, key: str, default: Any = None) -> Bars:
        return self["bars"]


def serve() -> None:
    closes = (gentle(7) * (SESSIONS // 7 + 1))[:SESSIONS]
    with stand_in() as server:
        server.series = AnySymbol(bars=make_bars(FIRST, closes))
        print(server.mirror, server.series["bars"].days[-1], flush=True)
        sys.stdin.read()


def refresh_once(mirror: str, root: Path, today: dt.date, count: int) -> dict[str, float]:
    """Seconds of one refresh: all of it, inside yfinance, and waiting for the server."""
    import yfinance

    from generator.asking import Limits
    from generator.model import DataSpec
    from generator.refresh import refresh
    from generator.sources import Network, yahoo

    spent = {"yfinance": 0.0, "server": 0.0}

    def timed(owner: Any, name: str, what: str) -> None:
        inner = getattr(owner, name)

        def outer(*arguments: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            try:
                return inner(*arguments, **options)
            finally:
                spent[what] += time.perf_counter() - begun

        setattr(owner, name, outer)

    timed(yfinance.Ticker, "history", "yfinance")
    timed(yahoo._Session, "request", "server")
    specs = [DataSpec(f"s{i}", "yahoo", f"S{i}", f"S{i}") for i in range(count)]
    begun = time.perf_counter()
    outcomes = refresh(
        specs,
        root=root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23, 59), NEW_YORK),
        limits=Limits(Network(mirror=mirror)),
    )
    seconds = time.perf_counter() - begun
    assert {outcome.status for outcome in outcomes} == {"fresh"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, **spent, "peak_mb": peak}


def main(counts: list[int]) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.refresh"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "--serve"], stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdout
        mirror, today = server.stdout.readline().split()
        head = ("series", "first s", "ms each", "yfinance's own", "server", "again s", "peak MB")
        print(("{:>8}" + "{:>16}" * 6).format(*head))
        for count in counts:
            with tempfile.TemporaryDirectory() as folder:
                first, again = (
                    json.loads(
                        subprocess.run(
                            [*command, "--once", mirror, folder, today, str(count)],
                            check=True,
                            stdout=pipe,
                            text=True,
                        ).stdout
                    )
                    for _ in range(2)
                )
            own = (first["yfinance"] - first["server"]) / first["seconds"]
            print(
                f"{count:>8}{first['seconds']:>16.1f}{1000 * first['seconds'] / count:>16.0f}"
                f"{own:>16.0%}{first['server'] / first['seconds']:>16.0%}"
                f"{again['seconds']:>16.2f}{first['peak_mb']:>16.0f}",
                flush=True,
            )
        server.communicate("")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["--serve"]:
        serve()
    elif words[:1] == ["--once"]:
        mirror, folder, today, count = words[1:]
        found = refresh_once(mirror, Path(folder), dt.date.fromisoformat(today), int(count))
        print(json.dumps(found))
    else:
        main([int(word) for word in words] or list(COUNTS))
