"""Names and paths that a person writes, and whether they stay where they belong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from generator.errors import Finding

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # of a thesis: a part of the address of its pages
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # of a claim, as templates ask for it
# What a source is asked for is a part of an address and of a file's name: never of a path.
KEY = re.compile(r"(?!\.+$)[A-Za-z0-9^.=&_+-]{1,64}")
LONGEST = 200  # signs of a path
MADE_BY_TOOLS = ("__pycache__",)


def unfit_path(text: str) -> str:
    """Why a path written in YAML may not be used, in words; "" for one that is fine.

    It is read from the repository's folder, with slashes, and leads to nothing hidden.
    """
    parts = text.split("/")
    if not text.isprintable() or len(text) > LONGEST or "\\" in text:
        return "is no path with slashes"
    if text.startswith(("/", "~")) or re.match(r"[A-Za-z]:", text):
        return "does not begin in the repository's folder"
    if ".." in parts:
        return "leads out of its folder"
    if any(part in ("", ".") or part.startswith(".") for part in parts):
        return "leads to something hidden, or to no file"
    return ""


def leads_out(path: Path, *folders: Path) -> bool:
    """Whether a path, its links followed, ends in none of these folders, or in something hidden."""
    try:
        end = path.resolve()
    except (OSError, RuntimeError):  # a link to itself
        return True
    if end.is_symlink():  # the same, since Python 3.13
        return True
    for folder in (folder.resolve() for folder in folders):
        if end.is_relative_to(folder):
            return any(part.startswith(".") for part in end.relative_to(folder).parts)
    return True


def stray_links(folder: Path, *, root: Path) -> list[Finding]:
    """The links in a thesis folder that lead out of what may be published."""
    if leads_out(folder, root / "templates"):
        return [_stray(folder, root)]
    within = root / "templates", root / "docs"
    return [_stray(path, root) for path in _links(folder) if leads_out(path, *within)]


def _links(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS]
        for name in (*folders, *files):
            path = Path(at, name)
            if path.is_symlink():
                yield path


def _stray(path: Path, root: Path) -> Finding:
    hint = "Put the file itself there: what lies outside of templates/ and docs/ is not published."
    return Finding(path.relative_to(root).as_posix(), 1, "the link leads elsewhere.", hint)
