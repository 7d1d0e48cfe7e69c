"""What a person sees while a command runs: lines, warnings, a progress bar, a table at the end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.wording import (
    annotation,
    built_summary,
    progress_line,
    refresh_rows,
    refresh_summary,
)

if TYPE_CHECKING:  # slow to load, and not needed by every verb
    from generator.build import Built
    from generator.model import DataSpec
    from generator.outcomes import Outcome

HEAD = ("series", "status", "as of", "rows added", "what was kept and why")


@dataclass(frozen=True)
class Session:
    """What the options before the verb say."""

    root: Path
    quiet: bool
    verbose: bool
    started: float

    def say(self, text: str) -> None:
        """A line of progress, to stderr; under --verbose with the seconds since the start."""
        if not self.quiet:
            elapsed = f"{time.perf_counter() - self.started:6.2f} s  " if self.verbose else ""
            click.echo(f"{elapsed}{text}", err=True)

    def detail(self, text: str) -> None:
        """A line of progress that only --verbose shows."""
        if self.verbose:
            self.say(text)

    def warn(self, text: str) -> None:
        """A warning, to stderr, also under --quiet; an annotation in a workflow."""
        shown = annotation("warning", text) if in_workflow() else f"warning: {text}"
        click.echo(shown, err=True)


def in_workflow() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


class RefreshProgress:
    """Hears of each series as a refresh goes on; says a line about each."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def begin(self, spec: DataSpec) -> None:
        from generator.outcomes import shown_name

        self.session.detail(f"{shown_name(spec)}: asking")

    def done(self, outcome: Outcome) -> None:
        self.session.say(progress_line(outcome))


@contextmanager
def refresh_progress(session: Session, total: int) -> Iterator[RefreshProgress]:
    """A progress bar on a terminal, a line per series otherwise, nothing under --quiet."""
    bar = sys.stderr.isatty() and not session.quiet and not session.verbose
    if not bar or total == 0:
        yield RefreshProgress(session)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from generator.outcomes import shown_name

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)

        class Bar(RefreshProgress):
            def begin(self, spec: DataSpec) -> None:
                progress.update(task, description=shown_name(spec))

            def done(self, outcome: Outcome) -> None:
                progress.advance(task)

        yield Bar(session)


def add_to_summary(markdown: str) -> None:
    """Write to the summary of the job, in a workflow."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if in_workflow() and summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(markdown)


def show_built(built: Built) -> None:
    """Why an edition was due and what changed, in a workflow's summary."""
    add_to_summary(
        built_summary(built.edition if built.folder else None, built.reasons, built.since)
    )


def show_refresh(session: Session, outcomes: Sequence[Outcome], stale: Sequence[str]) -> None:
    """The table at the end, to stdout, and in a workflow its summary as Markdown."""
    rows = refresh_rows(outcomes)
    add_to_summary(refresh_summary(HEAD, rows, stale))
    if session.quiet:
        return
    if not rows:
        session.say("No thesis asks for a series to fetch.")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*HEAD[:-1], box=None, pad_edge=False)
    for name in HEAD[:-1]:
        grid.columns[HEAD.index(name)].no_wrap = True
    grid.add_column(HEAD[-1], overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 120).print(grid)
