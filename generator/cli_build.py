"""The verb `mtm build`: an edition is laid, or found to be laid already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli_days import build_day, stamp, today_option
from generator.cli_editions import short
from generator.errors import UsageError
from generator.terminal import Session, in_workflow, show_built
from generator.unchanged import Line, made_from, recall, remember
from generator.wording import finding_line

if TYPE_CHECKING:
    from generator.build import Built

NO_THESIS = "There is no thesis: a folder under templates/ with a thesis.yml is one."


@click.command()
@today_option
@click.option("--out", type=click.Path(path_type=Path), default=Path("site"), show_default=True)
@click.option("--earlier", metavar="DIR|BRANCH", help="By default --out, else gh-pages.")
@click.option("--thesis", "slug", help="Build only this thesis.")
@click.option("--if-due", is_flag=True, help="Only when the cadence or a change asks for it.")
@click.pass_obj
def build(
    session: Session,
    today: dt.date | None,
    out: Path,
    earlier: str | None,
    slug: str | None,
    if_due: bool,
) -> None:
    """Render the theses and lay the edition of that day into --out."""
    root, day, out = session.root, build_day(today), session.root / out
    options = {"today": day.isoformat(), "out": str(out), "thesis": slug or ""}
    options |= {"from": str(Path.cwd())}  # what is said names paths from there
    # A workflow wants its summary; whether an edition is due depends on the newest one.
    digest = None if if_due or earlier or in_workflow() else made_from(root, options)
    known = recall(root, out, digest) if digest else None
    if known:
        click.echo(f"Nothing changed since edition {known[0]} was laid.")
        _say(known[1])
        return
    from generator.mkdocs_run import mkdocs_ready

    began, address = stamp(), _site_url(root)
    with mkdocs_ready(root, int(began.timestamp()), address) as ready:
        from generator.build import build as build_edition  # while MkDocs loads

        built = build_edition(
            root,
            today=day,
            stamp=began,
            out=out,
            earlier=earlier,
            only=slug,
            site_url=address,
            if_due=if_due,
            report=session.say,
            ready=ready,
        )
    show_built(built)
    if built.folder is None:
        click.echo("No edition is due: nothing but numbers moved since the newest one.")
        return
    said = list(_lines(built, built.folder, out))
    _say(said)
    if digest:
        remember(root, out, built.edition, digest, said)


def _say(lines: Sequence[Line]) -> None:
    for stream, text in lines:
        click.echo(text, err=stream == "err")


def _lines(built: Built, folder: Path, out: Path) -> Iterator[Line]:
    """What is said of an edition that was laid."""
    yield "out", f"Edition {built.edition} is in {short(folder)}."
    for item in built.theses:
        for line in item.said:
            yield "out", f"  {line}"
        for finding in item.warnings:
            yield "err", finding_line(finding, in_workflow())
    if not built.theses:
        yield "out", f"  {NO_THESIS}"
    yield "out", f"To look at it: python -m http.server --directory {short(out)} 8001"
    yield "out", "  then open http://127.0.0.1:8001/"


def _site_url(root: Path) -> str:
    """The published address with a slash at its end, or "" when it is not known."""
    from generator.site import read_address

    address = read_address(root)  # mkdocs.yml takes it from SITE_URL unless it names one
    if address and not address.startswith(("http://", "https://")):
        raise UsageError(
            f"'{address}' is no published address.",
            "Write SITE_URL whole, e.g. https://name.github.io/repository/, or leave it unset.",
        )
    return f"{address.rstrip('/')}/" if address else ""
