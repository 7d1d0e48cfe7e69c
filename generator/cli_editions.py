"""The verbs of `mtm editions`, which ask what was laid and change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.errors import UsageError, did_you_mean
from generator.layout import DOWNLOADS, THINNED
from generator.terminal import Session

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
    default=",".join(DOWNLOADS),
    show_default=True,
    help="Which downloads of charts to let go; pages, pictures and edition.json always stay.",
)
@click.pass_obj
def thin_editions(
    session: Session, folder: Path, branch: str | None, before: str, kinds: str
) -> None:
    """Let go of heavy downloads that only old editions show, and write down which."""
    from generator.editions import is_edition_name
    from generator.laying import thin_tree
    from generator.publish import thin_branch

    asked = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    if unknown := sorted(set(asked) - set(DOWNLOADS)):
        raise UsageError(
            f"no download is called '{unknown[0]}'.", f"Choose of {', '.join(DOWNLOADS)}."
        )
    if not is_edition_name(before):
        raise UsageError(f"'{before}' is no date.", "Write it YYYY-MM-DD.")
    if branch:
        dropped = thin_branch(session.root, branch, before=before, kinds=asked)
    else:
        dropped = thin_tree(session.root / folder, before=before, kinds=asked)
    click.echo(f"Let go of {len(dropped)} files; {THINNED} lists them.")


@editions.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@folder_option
@click.option("--branch", default=None, help="Read the editions of this branch instead.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def diff_editions(
    session: Session, before: str, after: str, folder: Path, branch: str | None, style: str
) -> None:
    """What changed from edition A to edition B: names of editions, or "latest".

    For each thesis its verdicts, words, claims, numbers and charts; what the data moved and what
    the editors changed are told apart.
    """
    from generator.changes import changes
    from generator.changes_words import lines
    from generator.renames import in_todays_names, renames_in
    from generator.told_once import told_whole
    from generator.tree import branch_editions, read_editions

    place = branch or short(session.root / folder)
    found = (
        branch_editions(session.root, branch) if branch else read_editions(session.root / folder)
    )
    if not found:
        hint = "Run 'mtm build', or name a folder with --in or a branch with --branch."
        raise UsageError(f"there is no edition in {place}.", hint)
    found = in_todays_names(told_whole(found, found), renames_in(found[-1].record))
    records = {edition.name: edition.record for edition in found}
    records["latest"] = found[-1].record
    for name in (before, after):
        if name not in records:
            raise UsageError(
                f"there is no edition '{name}' in {place}.", did_you_mean(name, records)
            )
    one, other = records[before], records[after]
    slugs = sorted({*one["theses"], *other["theses"]})
    told = [changes(one, other, slug) for slug in slugs]
    if style == "json":
        click.echo(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True))
        return
    click.echo(f"From the edition of {one['edition']} to that of {other['edition']}:")
    for thesis in told:
        for line in lines(thesis):
            click.echo(line)
