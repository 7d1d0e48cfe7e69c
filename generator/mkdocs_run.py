"""The edge to MkDocs: it is run on the written pages, and what it says is placed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import SiteError
from generator.finishing import finish
from generator.places import CONFIG, SCRATCH, THEME

NavItem = str | dict[str, Any]


def run_mkdocs_twice(
    root: Path,
    *,
    site_url: str,
    nav: Sequence[NavItem],
    edition: Mapping[str, Any],
    epoch: int,
    heads: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> tuple[Path, Path]:
    """The site built for its dated address and for latest/, each in its scratch folder.

    Their canonical addresses, sitemaps and heads differ; where `site_url` is "" they are the same.
    `heads` gives what the theme prints into each page's head, for the address of a folder.
    """
    addresses = {"dated": f"{site_url}{edition['name']}/", "latest": f"{site_url}latest/"}
    for name, address in addresses.items() if site_url else [("dated", "")]:
        folder = root / SCRATCH / name
        told = {**edition, "heads": heads(address)}
        run_mkdocs(root, site_dir=folder, site_url=address, nav=nav, edition=told, epoch=epoch)
    return root / SCRATCH / "dated", root / SCRATCH / ("latest" if site_url else "dated")


def run_mkdocs(
    root: Path,
    *,
    site_dir: Path,
    site_url: str,
    nav: Sequence[NavItem],
    edition: Mapping[str, Any],
    epoch: int,
) -> None:
    """Build docs/ into `site_dir` with the real MkDocs, strictly.

    `site_url` is the published address of this very folder ("" when unknown); `edition` reaches
    the theme as config.extra.edition. Raises SiteError with all that MkDocs found.
    """
    root = root.resolve()
    site_dir = site_dir.resolve()
    config = root / SCRATCH / f"mkdocs-{site_dir.name}.yml"
    config.parent.mkdir(parents=True, exist_ok=True)
    settings = {
        "INHERIT": f"../{CONFIG}",
        "docs_dir": str(root / "docs"),
        "site_dir": str(site_dir),
        "site_url": site_url,
        "theme": {"custom_dir": str(root / THEME)},
        "nav": list(nav),
        "extra": {"edition": dict(edition)},
    }
    # JSON is YAML, and needs no quoting rules.
    config.write_text(json.dumps(settings, indent=1, default=str), encoding="utf-8")
    done = subprocess.run(
        (sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)),
        cwd=root,
        env={
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "SOURCE_DATE_EPOCH": str(epoch),
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise SiteError("\n".join(_complaints(done.stderr, root)), _REMEDY)
    finish(site_dir)


_REMEDY = "Mend the page it came from: the thesis under templates/, or the page under docs/."
_LOG = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\s+-\s+(.*)$")
_PLACES = (
    (re.compile(r"^Doc file '([^']+)' (.*)$", re.S), "docs/{}: {}"),
    (re.compile(r"^Error (?:reading|building) page '([^']+)': ?(.*)$", re.S), "docs/{}: {}"),
    (re.compile(r"^(Config value '[^']+'): (.*)$", re.S), CONFIG + ": {}: {}"),
)


def _complaints(output: str, root: Path) -> list[str]:
    """MkDocs' own warnings and errors as `path: message`, without stack traces."""
    found: list[str] = []
    collecting = False
    for line in output.splitlines():
        entry = _LOG.match(line)
        if entry:
            found.append(entry.group(1))
        # MkDocs lists the pages left out of the menu below the warning, indented.
        elif collecting and line.startswith("  - "):
            found[-1] += f" {line[4:]}"
        collecting = bool(entry) or (collecting and line.startswith("  - "))
    if not found:
        last = [line for line in output.splitlines() if line.strip()][-1:]
        found = last or ["MkDocs failed and gave no reason."]
    return [placed(message, root) for message in dict.fromkeys(found)]


def placed(message: str, root: Path) -> str:
    """A message of MkDocs as `path: message`."""
    message = message.replace(f"{root}{os.sep}", "")
    for pattern, form in _PLACES:
        match = pattern.match(message)
        if match:
            return form.format(*match.groups())
    return f"{CONFIG}: {message}"
