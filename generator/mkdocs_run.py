"""The edge to MkDocs: it is run on the written pages, and what it says is placed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from generator.config_file import read_config
from generator.errors import SiteError
from generator.finishing import finish
from generator.layout import CONFIG, PAGES, SCRATCH, THEME

NavItem = str | dict[str, Any]


@contextmanager
def mkdocs_ready(root: Path, epoch: int, site_url: str = "") -> Iterator[Ready]:
    """As many processes of MkDocs as sites are to be built, loading while pages are still made.

    Those that are not used are ended.
    """
    count = 2 if site_url else 1
    waiting = [_start(root.resolve(), epoch) for _ in range(count)]
    try:
        yield Ready(root.resolve(), site_url, waiting)
    finally:
        for process in waiting:
            if process.poll() is None:
                process.kill()
                process.communicate()


@dataclass(frozen=True)
class Ready:
    """Processes of MkDocs that wait for their word, for the site at this address."""

    root: Path
    site_url: str
    waiting: Sequence[subprocess.Popen[str]]

    def build(
        self,
        *,
        nav: Sequence[NavItem],
        edition: Mapping[str, Any],
        heads: Callable[[str], Mapping[str, Any]] = lambda _: {},
    ) -> tuple[Path, Path]:
        """The site built for its dated address and for latest/, each in its scratch folder.

        Their canonical addresses, sitemaps and heads differ; where `site_url` is "" they are the
        same. `heads` gives what the theme prints into each page's head, for the address of a
        folder. Raises SiteError with all that MkDocs found.
        """
        url = self.site_url
        addresses = {"dated": f"{url}{edition['name']}/", "latest": f"{url}latest/"}
        wanted = addresses if url else {"dated": ""}
        folders = [self.root / SCRATCH / name for name in wanted]
        told = [
            _config(self.root, folder, address, nav, {**edition, "heads": heads(address)})
            for folder, address in zip(folders, wanted.values(), strict=True)
        ]
        with ThreadPoolExecutor(len(told)) as at_once:
            list(at_once.map(_finish, self.waiting, told, repeat(self.root)))
        for folder in folders:
            finish(folder, cache=self.root / PAGES)
        return folders[0], folders[-1]


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
    with mkdocs_ready(root, epoch) as ready:
        config = _config(root, site_dir.resolve(), site_url, nav, edition)
        _finish(ready.waiting[0], config, root)
    finish(site_dir, cache=root / PAGES)


def _config(
    root: Path, site_dir: Path, site_url: str, nav: Sequence[NavItem], edition: Mapping[str, Any]
) -> Path:
    """The settings of one build, over those of mkdocs.yml, written to a file."""
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
    hooks = read_config(root / CONFIG)[0].get("hooks") or ()
    if hooks:  # MkDocs looks for them beside this file
        settings["hooks"] = [str(root / hook) for hook in hooks]
    # JSON is YAML, and needs no quoting rules.
    config.write_text(json.dumps(settings, indent=1, default=str), encoding="utf-8")
    return config


def _start(root: Path, epoch: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-m", "generator.mkdocs_worker", str(root)),
        cwd=root,
        env={
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "SOURCE_DATE_EPOCH": str(epoch),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _finish(process: subprocess.Popen[str], config: Path, root: Path) -> None:
    asked = ["build", "--strict", "--config-file", str(config)]
    _, said = process.communicate(json.dumps(asked) + "\n")
    if process.returncode != 0:
        raise SiteError("\n".join(_complaints(said, root)), _REMEDY)


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
