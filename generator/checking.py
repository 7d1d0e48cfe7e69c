"""Every mistake in the theses of a repository, without building its site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from jinja2.exceptions import TemplateSyntaxError

from generator.articles import ENDING
from generator.documents import read_text
from generator.environment import make_environment
from generator.errors import Finding
from generator.explaining import of_template
from generator.kept_computed import Keeping
from generator.kept_theses import digests
from generator.layout import CHARTS
from generator.rendering import render_all
from generator.rendering_steps import Setting, Steps
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
    rendered, _ = render_all(theses, findings, setting, lambda _: None, _steps(setting, only))
    warnings = sorted(finding for item in rendered for finding in item.warnings)
    return [thesis.slug for thesis in theses], warnings


def _steps(setting: Setting, only: str | None) -> Steps:
    """With what is kept of an earlier check."""
    root, told = setting.root, {"check": setting.today.isoformat()}
    folders = [folder for folder in thesis_folders(root) if only in (None, folder.name)]
    found = digests(root, root / "site", folders, (), told)
    return Keeping({slug: digest.data for slug, digest in found.items()})


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
