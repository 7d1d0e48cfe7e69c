"""The command `mtm`: its verbs and exit codes. Only it, `cli_*` and `terminal` print."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli_build import NO_THESIS, build
from generator.cli_days import build_day, end_of, today_option
from generator.cli_days import now as clock_now
from generator.cli_editions import editions, folder_option
from generator.cli_new import new
from generator.errors import Finding, MtmError, ThesisError, UsageError
from generator.terminal import (
    Session,
    in_workflow,
    refresh_progress,
    show_refresh,
)
from generator.wording import annotation, finding_line, refresh_warnings

if TYPE_CHECKING:
    from generator.confirm import Published
    from generator.model import DataSpec

FAULT = 70
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The repository; the current folder by default.",
)
@click.option("--quiet", is_flag=True, help="Say only warnings and errors.")
@click.option("--verbose", is_flag=True, help="Say when each step began.")
@click.version_option(package_name="marked-to-market", prog_name="mtm")
@click.pass_context
def cli(context: click.Context, root: Path, quiet: bool, verbose: bool) -> None:
    """Build a site of market commentary whose every claim is marked to market."""
    root = root.resolve()
    if not (root / "mkdocs.yml").exists():
        raise UsageError(
            f"there is no mkdocs.yml in {root}.",
            "Run this from the repository, or name it with --root before the verb.",
        )
    context.obj = Session(root, quiet, verbose, time.perf_counter())


@cli.command()
@today_option
@click.option("--only", multiple=True, metavar="SERIES", help="Fetch only this series; repeatable.")
@click.option(
    "--accept", multiple=True, metavar="SERIES", help="Fetch it whole and take it as it comes."
)
@click.option("--minutes", type=click.FloatRange(min=0), default=30, show_default=True)
@click.pass_obj
def refresh(
    session: Session,
    today: dt.date | None,
    only: Sequence[str],
    accept: Sequence[str],
    minutes: float,
) -> int:
    """Fetch the data of every thesis into the store.

    --accept is for a series whose answer was rejected and that you have looked at; --minutes
    limits the whole refresh.
    """
    from generator.asking import Limits
    from generator.outcomes import fetched_specs, refresh_exit_code, rule_conflicts, stale_series
    from generator.references import published_figures
    from generator.refresh import refresh as refresh_store
    from generator.sources import Network
    from generator.thesis import read_data_specs

    clock = clock_now()
    now = end_of(today) if today else clock
    root, day = session.root, now.date()
    read = read_data_specs(root)
    asked = [
        ((folder / "thesis.yml").relative_to(root).as_posix(), spec)
        for folder, specs in read
        for spec in specs
    ]
    if conflicts := rule_conflicts(asked):
        raise ThesisError(conflicts)
    every = [spec for _, spec in asked]
    wanted, accepted = _series(every, only), _series(every, accept)
    specs = fetched_specs(every)
    named = wanted | accepted if only or accept else None
    count = len(specs) if named is None else len(named)

    @functools.cache
    def published() -> dict[str, list[Published]]:
        figures, findings = published_figures(read, root=root)
        for finding in findings:  # the comparison is lost, the refresh is not
            said = f"{finding.message} {finding.hint}".strip()
            session.warn(f"{finding.path}:{finding.line}: {said}")
        return figures

    network = Network(
        mirror=os.environ.get("MTM_MIRROR") or None,
        offline=os.environ.get("MTM_OFFLINE", "") not in ("", "0"),
    )
    with refresh_progress(session, count) as progress:
        outcomes = refresh_store(
            specs,
            root=root,
            today=day,
            now=now,
            limits=Limits(network, seconds=60 * minutes),
            published=published,
            accept=accepted,
            only=named,
            simulated=day != clock.date(),
            begin=progress.begin,
            report=progress.done,
            say=session.say,
        )
    stale = stale_series(asked, outcomes, day)
    show_refresh(session, outcomes, [str(found) for found in stale])
    for warning in [*refresh_warnings(outcomes), *(str(found) for found in stale)]:
        session.warn(warning)
    return refresh_exit_code(outcomes, stale)


def _series(specs: Sequence[DataSpec], names: Sequence[str]) -> frozenset[str]:
    """The stored series that are meant by symbols, by table names or by source and key."""
    from generator.errors import did_you_mean
    from generator.outcomes import shown_name
    from generator.sources import REGISTRY
    from generator.store import series_name

    known: dict[str, set[str]] = {}
    for spec in (spec for spec in specs if spec.source in REGISTRY):
        for name in (spec.key, spec.name, shown_name(spec)):
            known.setdefault(name, set()).add(series_name(spec))
    for name in names:
        if name not in known:
            raise UsageError(f"no thesis asks for '{name}'.", did_you_mean(name, known))
    return frozenset(series for name in names for series in known[name])


@cli.command()
@click.option("--thesis", "slug", help="Only this thesis.")
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text")
@today_option
@click.pass_obj
def check(session: Session, slug: str | None, style: str, today: dt.date | None) -> int:
    """Validate theses; all findings at once, as path:line: message."""
    from generator.checking import check_theses

    day = build_day(today)
    try:
        names, warnings = check_theses(session.root, today=day, only=slug)
    except ThesisError as error:
        _print_findings(error.findings, style)
        return error.exit_code
    if warnings or style == "json":
        _print_findings(warnings, style)
    if style != "json":
        session.say(f"No mistakes in {', '.join(names)}." if names else NO_THESIS)
    return 0


def _print_findings(findings: Sequence[Finding], style: str) -> None:
    if style == "json":
        from generator.lint import RULES

        rows = [
            {
                "path": f.path,
                "line": f.line,
                "level": "warning" if f.warning else "error",
                "rule": f.rule,
                "reason": RULES.get(f.rule, ""),
                "message": f.message,
                "hint": f.hint,
            }
            for f in findings
        ]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(finding_line(finding, style == "github"))


@cli.command()
@today_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--thesis", "slug", help="Only this thesis.")
@click.pass_obj
def serve(session: Session, today: dt.date | None, port: int, slug: str | None) -> None:
    """Show the site at 127.0.0.1 and keep it in step with what you write."""
    from generator.cli_serve import serve as serve_preview

    serve_preview(session, build_day(today), port, slug)


cli.add_command(build)
cli.add_command(editions)
cli.add_command(new)


@cli.command()
@folder_option
@click.option("--branch", default="gh-pages", show_default=True)
@click.option("--push", is_flag=True, help="Push the branch to its remote.")
@click.option("--allow-missing", is_flag=True, help="Also without what the previous edition had.")
@click.option("--mirror-is-cache", is_flag=True, help="Also series from a mirror: it only caches.")
@click.pass_obj
def publish(session: Session, /, folder: Path, **options: Any) -> None:
    """Commit the laid editions onto a branch, without touching the work tree."""
    from generator.publish import publish as publish_tree
    from generator.revision import remote_address
    from generator.site import read_identity

    identity = read_identity(session.root)
    if options["push"]:
        session.say(f"Pushing to {remote_address(session.root) or 'no remote'}.")
    outcome = publish_tree(session.root / folder, root=session.root, identity=identity, **options)
    for warning in outcome.warnings:
        session.warn(warning)
    done = f"commit {outcome.commit[:12]} on {outcome.branch}" if outcome.commit else "nothing new"
    click.echo(f"Published: {done}{', pushed' if outcome.pushed else ''}.")


@cli.command()
@click.argument(
    "file", type=click.Choice(["thesis", "claims", "glossary", "licences"]), default="thesis"
)
def schema(file: str) -> None:
    """JSON Schema of thesis.yml, or of claims.yml, glossary.yml or licences.yml, for editors."""
    from generator.schemas import SCHEMAS

    click.echo(json.dumps(SCHEMAS[file](), indent=2))


def _report(error: MtmError) -> None:
    if isinstance(error, ThesisError):
        for finding in error.findings:
            click.echo(finding_line(finding, in_workflow()), err=True)
    else:
        click.echo(annotation("error", str(error)) if in_workflow() else str(error), err=True)


def _hint_for(arguments: Sequence[str], error: click.ClickException) -> str:
    """A way out for words that the command does not take; "" where there is none to tell."""
    verb = error.ctx.info_name if isinstance(error, click.UsageError) and error.ctx else ""
    stray = re.search(r"unexpected extra arguments? \((.*)\)", error.format_message())
    if not verb or not stray:
        return ""
    words = stray[1].split()
    if verb == "new":
        given = list(arguments)[list(arguments).index(verb) + 1 :]
        return f"A name is one word: mtm new {'-'.join(given).lower()}"
    if verb in ("check", "build", "serve"):
        return f"A thesis is named with --thesis: mtm {verb} --thesis {Path(words[0]).name}"
    return ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a verb and end with its exit code; the one place that catches errors."""
    run: Callable[..., Any] = functools.partial(cli.main, standalone_mode=False, prog_name="mtm")
    try:
        code = run(args=arguments)
    except MtmError as error:
        _report(error)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 2
    except click.ClickException as error:
        error.show()
        if hint := _hint_for(arguments if arguments is not None else sys.argv[1:], error):
            click.echo(f"  {hint}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was stored before stays as it was.", err=True)
        code = INTERRUPTED
    except Exception:  # a fault of ours: say so, and show it whole for the report
        traceback.print_exc()
        click.echo("This is a fault of mtm itself, not of your thesis. Please report it.", err=True)
        code = FAULT
    sys.exit(code if isinstance(code, int) else 0)
