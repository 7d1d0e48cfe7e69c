"""`python -m tests.fuzz`: how many cases there were, and the first of each sort that failed."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.running import made, run
from tests.fuzz.targets import TARGETS


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--target", choices=TARGETS, action="append")
    asked.add_argument("--case", type=int, help="run this case alone, and print its input")
    options = asked.parse_args()
    targets = options.target or list(TARGETS)
    if options.case is not None:
        # The case has the same bytes whatever else runs: its target and number make them.
        sys.stdout.buffer.write(made(targets[0], options.seed, options.case)[:20_000] + b"\n")
        tally = run(seed=options.seed, targets=targets[:1], first=options.case, cases=1)
    else:
        begun = time.monotonic()
        tally = run(seed=options.seed, targets=targets, seconds=60 * options.minutes)
        minutes = (time.monotonic() - begun) / 60
        for name in targets:
            count, took = tally.cases[name], tally.seconds[name]
            print(f"{name:12} {count:7,} cases {1000 * took / max(count, 1):6.1f} ms each")
        print(f"{sum(tally.cases.values()):,} cases in {minutes:.1f} minutes, seed {options.seed}")
    for where, failure in tally.failures.items():
        print(f"\n{tally.again[where]} times: {failure}")
    print(f"{len(tally.failures)} sorts of failure")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    sys.exit(main())
