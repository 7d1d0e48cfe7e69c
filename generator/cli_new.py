"""The verb `new`: begin a thesis."""

from __future__ import annotations

import datetime as dt

import click

from generator.cli_days import build_day, today_option
from generator.terminal import Session


@click.command()
@click.argument("slug")
@click.option("--from", "source", metavar="THESIS", help="Copy this thesis, not the starter.")
@today_option
@click.pass_obj
def new(session: Session, slug: str, source: str | None, today: dt.date | None) -> None:
    """Begin a thesis in templates/SLUG: a short one that builds at once.

    With --from it is a copy of another thesis, with a title, a day and addresses of its own.
    """
    from generator.starting import start_thesis

    started = start_thesis(session.root, slug, source=source, today=build_day(today))
    click.echo(f"templates/{slug} is a thesis now, called '{started.title}'.")
    if not session.quiet:
        click.echo("To change in it:")
        for line in started.next:
            click.echo(f"  {line}")
        click.echo("Next:")
        click.echo(f"  mtm check --thesis {slug}    every mistake at once")
        click.echo(f"  mtm serve --thesis {slug}    its pages in a browser, as you write")
