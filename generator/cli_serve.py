"""The verb `mtm serve`: a live preview of the site, on this machine only."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from generator.terminal import Session, in_workflow
from generator.wording import finding_line

if TYPE_CHECKING:
    import datetime as dt

    from generator.errors import Finding


def serve(session: Session, today: dt.date, port: int, slug: str | None) -> None:
    """Serve until interrupted. Raises UsageError for a port in use, ThesisError for no thesis."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    session.say("Making the first page; its address follows. Ctrl-C ends the preview.")
    from generator.preview.live import Live
    from generator.preview.pages import Pages
    from generator.preview.server import HOST, bind
    from generator.preview.watch import watching
    from generator.preview.workshop import Workshop

    def tell(findings: Iterable[Finding]) -> None:
        for finding in findings:
            click.echo(finding_line(finding, in_workflow()), err=True)

    def fault(text: str) -> None:
        click.echo(text, err=True)

    workshop = Workshop(session.root, today=today, only=slug, fault=fault)
    live = Live(workshop, Pages(session.root), say=session.say, tell=tell)
    server = bind(port, live)
    page = f"theses/{slug}/" if slug else ""

    def announce() -> None:
        click.echo(f"Open http://{HOST}:{server.server_address[1]}/{page}")

    with watching(session.root, session.say) as changes:
        threading.Thread(target=live.run, args=(changes, page, announce), daemon=True).start()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            session.say("The preview has ended.")
        finally:
            live.end()
            server.server_close()
