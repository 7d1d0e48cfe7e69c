"""The verbs of `mtm editions`, which ask what was laid and change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.editions import is_edition_name
from generator.errors import UsageError
from generator.terminal import Session
from generator.thinning import KINDS, THINNED

folder_option = click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path("site"), show_default=True
)


def short(path: Path) -> str:
    """The path as one would type it from the current folder."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@click.group()
def editions() -> None:
    """The editions laid so far."""


@editions.command("list")
@folder_option
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def list_editions(session: Session, folder: Path, style: str) -> None:
    """Every edition, the newest first."""
    from generator.tree import read_editions

    found = read_editions(session.root / folder)[::-1]
    if not found:
        session.say(f"There is no edition in {short(session.root / folder)}.")
    if style == "json":
        rows = [{"edition": e.name, "sha256": e.sha256} for e in found]
        click.echo(json.dumps(rows, indent=1))
        return
    for edition in found:
        titles = ", ".join(t["title"] for t in edition.record["theses"].values())
        click.echo(f"{edition.name}  {edition.sha256[:12]}  {titles}")


@editions.command("verify")
@folder_option
@click.option("--branch", help="Those on this branch, in the place of a folder's.")
@click.pass_obj
def verify_editions(session: Session, folder: Path, branch: str | None) -> int:
    """Hash every file of every edition and name what was altered, is missing or is foreign."""
    from generator.tree import BRANCH, branch_editions, verify_branch, verify_tree

    if branch:
        problems = verify_branch(session.root, branch)
    else:
        problems = verify_tree(session.root / folder, branch_editions(session.root, BRANCH))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        return 5
    session.say("Every edition is as it was laid.")
    return 0


@editions.command("thin")
@folder_option
@click.option("--branch", help="Those on this branch, by a commit, in the place of a folder's.")
@click.option("--before", required=True, help="Only of editions older than this (YYYY-MM-DD).")
@click.option(
    "--kinds",
    default=",".join(KINDS),
    show_default=True,
    help="Which downloads of charts to let go; pages, pictures and edition.json always stay.",
)
@click.pass_obj
def thin_editions(
    session: Session, folder: Path, branch: str | None, before: str, kinds: str
) -> None:
    """Let go of heavy downloads that only old editions show, and write down which."""
    from generator.laying import thin_tree
    from generator.publish import thin_branch

    asked = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    if unknown := sorted(set(asked) - set(KINDS)):
        raise UsageError(f"no download is called '{unknown[0]}'.", f"Choose of {', '.join(KINDS)}.")
    if not is_edition_name(before):
        raise UsageError(f"'{before}' is no date.", "Write it YYYY-MM-DD.")
    if branch:
        dropped = thin_branch(session.root, branch, before=before, kinds=asked)
    else:
        dropped = thin_tree(session.root / folder, before=before, kinds=asked)
    click.echo(f"Let go of {len(dropped)} files; {THINNED} lists them.")
