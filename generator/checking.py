"""Every mistake in the theses of a repository, without building its site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from generator.errors import Finding
from generator.rendering import Setting, render_all
from generator.retention import read_withdrawals
from generator.site import read_identity
from generator.thesis import read_theses


def check_theses(
    root: Path, *, today: dt.date, only: str | None = None
) -> tuple[list[str], list[Finding]]:
    """The names of the theses, and warnings; raises ThesisError where one has mistakes."""
    setting = Setting(
        root,
        read_identity(root),
        today,
        laid_out=root / ".cache" / "charts",
        withdrawn=read_withdrawals(root),
    )
    theses, findings = read_theses(root, only=only)
    rendered, _ = render_all(theses, findings, setting, lambda _: None)
    warnings = sorted(finding for item in rendered for finding in item.warnings)
    return [thesis.slug for thesis in theses], warnings
