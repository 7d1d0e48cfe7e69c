"""A year of publishing by the workflow, week by week, with a source that fails in some of them.

    MTM_MARKET=FOLDER python -m tests.year [FOLDER FOR THE SANDBOX]

It runs the steps of publish.yml and watch.yml in the sandbox of `tests/workflows.py`, prints a line
for each run, and ends with 1 where a run went otherwise than it should, or an edition was altered.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.market import open_market
from tests.workflows import Run, Sandbox

OLD, HELD = "Data are too old", "An edition was held back"
LOST, EDIT, MOVED = "the cache is lost", "a word is changed", "somebody else commits"
TWICE, WATCH = "two at once", "the watch"
BUILD, PUSH = "killed in the build", "killed while publishing"
KILLED = {BUILD: "build", PUSH: "publish"}  # the step in which a machine goes

# Each answer of which a week is made; what the store has is within its budget for one.
MODES = (
    *("429", "503html", "empty_result", "null_result", "delisted", "no_timestamp", "nan_last"),
    *("nan_last_close_only", "partial_today", "slow", "truncated", "not_json", "drop_conn"),
    *("will_be_right_back", "dup_last", "gap_last5", "negative", "stale", "trickle", "hang"),
)
FUNDS = ("IWM", "SPY")  # the first is needed
DELAYS = {"slow": 0.05, "hang": 0.05, "trickle": 0.0005}  # seconds
LATE = "late"  # the newest day is not there yet


class World(Protocol):
    """The sources as they are on a day."""

    mirror: str

    def turn(self, day: str, fault: str) -> None:
        """Show the world as of a day, with one fault in every answer, or of one fund, or none."""


@dataclass(frozen=True)
class Turn:
    """A run, what goes wrong in it, and how it should end."""

    day: str
    fault: str = ""
    event: str = ""  # what else happens
    code: str = "0"  # of the refresh
    laid: bool = True  # an edition is published
    issues: tuple[str, ...] = ()  # open at the end
    trigger: str = "schedule"


@dataclass
class Year:
    """What was seen: lines for a person, and everything that was not as it should be."""

    sandbox: Sandbox
    world: World
    say: Callable[[str], None] = print
    wrong: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # what git calls each edition and file
    # Seconds of the quickest run of each step that laid an edition: half of it is in its middle.
    took: dict[str, float] = field(default_factory=dict)

    def play(self, turns: Iterable[Turn]) -> None:
        """Run one after the other; `wrong` has at the end what went otherwise."""
        for turn in turns:
            began, before = time.monotonic(), self.sandbox.branch()
            earlier = self.sandbox.editions()
            self.world.turn(turn.day, turn.fault)
            runs = self.runs(turn)
            new = [name for name in self.sandbox.editions() if name not in earlier]
            found = list(self.wrongs(turn, runs, before, new))
            self.wrong += [f"{turn.day}: {words}" for words in found]
            if turn.event not in KILLED:
                self.remember()
            if new and len(runs) == 1:
                self.took |= {
                    step: min(self.took.get(step, math.inf), runs[0].steps[step].seconds)
                    for step in KILLED.values()
                    if runs[0].steps[step].outcome == "success"
                }
            code = runs[0].output("refresh")
            parts = (
                turn.day,
                f"{' and '.join(filter(None, (turn.fault, turn.event))) or 'all well':34}",
                f"refresh {code or '-'}",
                f"{'edition' if new else 'no edition':10}",
                f"open: {', '.join(self.issues()) or 'none'}",
                f"({time.monotonic() - began:.0f} s)",
                *(f"WRONG: {words}" for words in found),
            )
            self.say("  ".join(parts))
        self.wrong += self.altered()

    def runs(self, turn: Turn) -> list[Run]:
        """The run of a turn, or both of two at once."""
        sandbox, day = self.sandbox, turn.day

        step = KILLED.get(turn.event, "")

        def publish(at: Sandbox) -> Run:
            return at.run(
                "publish.yml",
                "publish",
                day=day,
                mirror=self.world.mirror,
                event=turn.trigger,
                killed=(step, self.took[step] / 2) if step else ("", 0.0),
                between={"publish": self.commit} if turn.event == MOVED else None,
            )

        if turn.event == LOST:
            shutil.rmtree(sandbox.cache)
            sandbox.cache.mkdir()
        if turn.event == EDIT:
            about = sandbox.work / "docs" / "about.md"
            about.write_text(f"{about.read_text('utf-8')}\nSaid on {day}.\n", "utf-8")
            sandbox.push("Say more")
        if turn.event == WATCH:
            return [sandbox.run("watch.yml", "watch", day=day)]
        if turn.event == TWICE:
            with ThreadPoolExecutor(2) as pool:
                return list(pool.map(publish, (sandbox, sandbox.another("second"))))
        return [publish(sandbox)]

    def commit(self) -> None:
        """What an owner might do on the branch between two steps of a run."""
        place = self.sandbox.folder / "owner"
        shutil.rmtree(place, ignore_errors=True)
        source = f"file://{self.sandbox.remote}"
        self.sandbox.git(
            self.sandbox.folder, "clone", "-q", "--depth=1", "-b", "gh-pages", source, "owner"
        )
        (place / "CNAME").write_text("commentary.example\n")
        self.sandbox.git(place, "add", "CNAME")
        self.sandbox.git(place, "commit", "-q", "-m", "Name the address")
        self.sandbox.git(place, "push", "-q")

    def issues(self) -> list[str]:
        return sorted(path.name for path in self.sandbox.issues.iterdir())

    def wrongs(self, turn: Turn, runs: list[Run], before: str, new: list[str]) -> Iterator[str]:
        """Everything that went otherwise than the turn says, in words."""
        if turn.event in KILLED:
            if not any(step.outcome == "killed" for step in runs[0].steps.values()):
                yield "it was over before it was killed"
            return
        held = HELD in turn.issues
        for run in runs:
            if run.failed != held:
                yield f"the job {'failed' if run.failed else 'did not fail'}: {run.text()}"
        if turn.event == WATCH:
            if "Nothing to say." not in runs[0].steps["tell"].text:
                yield f"the watch had something to say: {runs[0].summary}"
        elif [run.output("refresh") for run in runs] != [turn.code] * len(runs):
            yield f"the refresh should end with {turn.code}: {runs[0].steps['refresh'].text}"
        if new != [turn.day] * turn.laid:
            yield f"new editions: {new}"
        if not turn.laid and turn.event != MOVED and self.sandbox.branch() != before:
            yield "something was committed"
        if self.issues() != sorted(turn.issues):
            yield f"open issues: {self.issues()}"

    def remember(self) -> None:
        """Compare what is published with what was, and remember what is new."""
        there = self.there()
        for name, what in self.known.items():
            if there.get(name) != what:
                self.wrong.append(f"{name} is not what was published")
        self.known = there

    def there(self) -> dict[str, str]:
        """What git calls each edition (a hash of all in it) and each file that editions share."""
        git, at = self.sandbox.git, self.sandbox.remote
        if not self.sandbox.branch():
            return {}
        listed = git(at, "ls-tree", "gh-pages").splitlines()
        listed += git(at, "ls-tree", "-r", "gh-pages", "shared/").splitlines()
        names = {line.split("\t")[1]: line.split()[2] for line in listed}
        return {name: what for name, what in names.items() if name[:2] == "20" or "/" in name}

    def altered(self) -> list[str]:
        """What `mtm editions verify` says against the branch as it is in the end."""
        done = verified(self.sandbox)
        return [] if done.returncode == 0 else [f"verify: {done.stdout}"]


def verified(sandbox: Sandbox) -> subprocess.CompletedProcess[str]:
    """`mtm editions verify` on the branch of the remote, in a fresh clone."""
    proof = sandbox.clone()
    sandbox.git(proof, "fetch", "--quiet", "origin", "+gh-pages:gh-pages")
    command = (sys.executable, "-m", "generator", "editions", "verify", "--branch", "gh-pages")
    return subprocess.run(
        command,
        cwd=proof,
        env=sandbox.environment("2026-01-02", ""),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def some_weeks() -> list[Turn]:
    """Each kind of fault once in a few weeks, and a recovery."""
    return [
        Turn("2026-03-02", trigger="push"),
        Turn("2026-03-03", laid=False),
        Turn("2026-03-09", "x100", MOVED),
        Turn("2026-03-17", "500", code="3", issues=(OLD,)),
        Turn("2026-03-24", "500", LOST, "3", laid=False, issues=(HELD, OLD)),
        Turn("2026-03-24", event=BUILD),
        Turn("2026-03-24", event=TWICE),
        Turn("2026-03-24", laid=False),
    ]


def whole_year() -> list[Turn]:
    """53 Fridays from May 2, 2025, and some days between them."""
    fridays = [(dt.date(2025, 5, 2) + dt.timedelta(weeks=week)).isoformat() for week in range(53)]
    special = {
        0: (Turn(fridays[0], trigger="push"),),
        4: (Turn(fridays[4], "500"),),
        5: (Turn(fridays[5]), Turn(_after(fridays[5], 4), laid=False)),
        8: (Turn(fridays[8], "500"),),
        9: (Turn(fridays[9], "500", code="3", issues=(OLD,)),),
        10: (Turn(fridays[10], "500", code="3", issues=(OLD,)),),
        11: (Turn(fridays[11]), Turn(_after(fridays[11], 2), event=WATCH, laid=False)),
        14: (Turn(fridays[14], "scale100"),),
        16: (Turn(fridays[16], LATE),),
        18: (Turn(fridays[18], event=LOST),),
        20: (Turn(fridays[20], "500", LOST, "3", laid=False, issues=(HELD, OLD)),),
        21: (
            Turn(_after(fridays[20], 3)),
            Turn(_after(fridays[20], 5), laid=False),
            Turn(fridays[21], laid=False),
        ),
        24: (Turn(fridays[24], event=BUILD), Turn(fridays[24])),
        26: (Turn(fridays[26], event=PUSH), Turn(fridays[26])),
        28: (Turn(fridays[28], event=TWICE), Turn(fridays[28], laid=False)),
        31: (Turn(fridays[31], event=MOVED),),
        34: (Turn(_after(fridays[33], 4), event=EDIT), Turn(fridays[34], laid=False)),
        51: (Turn(fridays[51], event=TWICE),),
        52: (Turn(fridays[52]), Turn(_after(fridays[52], 2), event=WATCH, laid=False)),
    }
    # One of the two funds after the other, so that what is stored of each is never too old.
    modes = iter(f"{mode} of {FUNDS[number % 2]}" for number, mode in enumerate(MODES))
    whole = {week for week, turns in special.items() for turn in turns if turn.fault}
    quiet = {1, *(week + 1 for week in whole), *(week - 1 for week in whole)}
    turns: list[Turn] = []
    for week, friday in enumerate(fridays):
        mode = "" if week in quiet or week in special else next(modes, "")
        turns += special.get(week, (Turn(friday, mode),))
    assert next(modes, "") == "", "a fault is left over"
    return turns


def _after(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def lay_thesis(sandbox: Sandbox, required: str, optional: str = "") -> None:
    """Let the tiny thesis ask for prices of one fund it needs, and of one it may lack."""
    folder = sandbox.work / "templates" / "tiny"
    text = (folder / "thesis.yml").read_text("utf-8")
    text = text.replace("TINY", required).replace(", optional: true", "")
    if optional:
        text += f"  others: {{yahoo: {optional}, label: Other fund, optional: true}}\n"
    text += "freshness: {daily_prices: 5 sessions, when_stale: stop}\n"
    (folder / "thesis.yml").write_text(text, "utf-8")
    shares = folder / "cited" / "shares.csv"  # known before the year begins
    shares.write_text(shares.read_text("utf-8").replace("2025-12-31", "2024-12-31"), "utf-8")
    sandbox.push("Ask for prices")


class Market:
    """The server with real prices."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.mirror: str = server.mirror

    def turn(self, day: str, fault: str) -> None:
        self.server.show(_after(day, -1) if fault == LATE else day)
        if fault not in ("", LATE):
            mode, _, symbol = fault.partition(" of ")
            delay = DELAYS.get(mode, 0.0)
            self.server.fault(symbol or "*", mode, what="chart", delay=delay)


def main(folder: Path) -> int:
    began = time.monotonic()
    sandbox = Sandbox(folder)
    lay_thesis(sandbox, *FUNDS)
    turns = whole_year()
    with open_market() as server:
        year = Year(sandbox, Market(server), say=lambda line: print(line, flush=True))
        year.play(turns)
    editions = [name for name in year.known if name[:2] == "20"]
    print(f"{len(turns)} runs in {time.monotonic() - began:.0f} s, {len(editions)} editions,")
    print(f"{len(year.known) - len(editions)} shared files;")
    print("\n".join(year.wrong) or "none altered, verified, everything as it should be.")
    return 1 if year.wrong else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(main(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(main(Path(scratch)))
