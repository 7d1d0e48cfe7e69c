"""Every mistake in the theses of a repository, without building its site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from jinja2.exceptions import TemplateSyntaxError

from generator.articles import ENDING, make_environment
from generator.documents import read_text
from generator.errors import Finding
from generator.explaining import of_template
from generator.layout import CHARTS
from generator.rendering import Setting, render_all
from generator.retention import read_withdrawals
from generator.site import read_identity
from generator.thesis import read_theses, thesis_folders


def check_theses(
    root: Path, *, today: dt.date, only: str | None = None
) -> tuple[list[str], list[Finding]]:
    """The names of the theses, and warnings; raises ThesisError where one has mistakes."""
    setting = Setting(
        root,
        read_identity(root),
        today,
        laid_out=root / CHARTS,
        withdrawn=read_withdrawals(root),
    )
    theses, findings = read_theses(root, only=only)
    known = [thesis.slug for thesis in theses]
    for folder in thesis_folders(root):
        if folder.name not in known and only in (None, folder.name):
            findings += template_syntax(folder, root=root)
    rendered, _ = render_all(theses, findings, setting, lambda _: None)
    warnings = sorted(finding for item in rendered for finding in item.warnings)
    return [thesis.slug for thesis in theses], warnings


def template_syntax(folder: Path, *, root: Path) -> list[Finding]:
    """The templates that cannot be read, of a thesis of which nothing else could be looked at."""
    environment = make_environment([folder, root / "templates"])
    findings: list[Finding] = []
    for file in sorted(folder.glob(f"*{ENDING}")):
        shown = file.relative_to(root).as_posix()
        source, unreadable = read_text(file, shown)
        findings += unreadable
        try:
            environment.parse(source)
        except TemplateSyntaxError as error:
            said = of_template(error.message or "", source, error.lineno, environment.filters)
            findings.append(Finding(shown, *said))
    return findings
