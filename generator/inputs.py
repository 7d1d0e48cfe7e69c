"""What a build is made from, as lines to be hashed: files by their content, and all around them."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.layout import CACHE, CONFIG, SCRATCH, is_generated

_WRITTEN = ("templates", ".store")  # and docs/, apart from what a build writes there
_VARIABLE = re.compile(r"!ENV[ \t]+([^\n#]+)")
_NAME = re.compile(r"\b[A-Za-z_]\w*")


def tools() -> Iterator[str]:
    """This package, the versions of the others, and Python."""
    package = Path(__file__).parent
    yield sys.version
    yield from _installed()
    yield from contents(package, files(package))


def variables(root: Path) -> Iterator[str]:
    """The variables of the environment that mkdocs.yml asks for, and the time of a build."""
    config = (root / CONFIG).read_text(encoding="utf-8", errors="replace")
    asked = {name for found in _VARIABLE.findall(config) for name in _NAME.findall(found)}
    for name in sorted({"SOURCE_DATE_EPOCH", *asked}):
        yield f"{name}={os.environ.get(name)}"


def written(root: Path) -> Iterator[Path]:
    """The words, data and pages of a repository, and its settings."""
    for name in _WRITTEN:
        yield from files(root / name)
    docs = root / "docs"
    for path in files(docs):
        if not is_generated(path.relative_to(docs).as_posix()):
            yield path
    yield root / CONFIG


def is_made(path: str) -> bool:
    """Whether a build makes this file, named from the root of the repository."""
    folder, _, rest = path.partition("/")
    return folder in (SCRATCH, CACHE) or (folder == "docs" and is_generated(rest))


def contents(base: Path, paths: Iterable[Path]) -> Iterator[str]:
    """Each file by its name from there and the hash of its content."""
    for path in paths:
        name = os.path.relpath(path, base)
        yield f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def files(folder: Path) -> Iterator[Path]:
    """Every file below the folder in a fixed order, without what Python keeps of modules."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(where, name) for name in sorted(names))


def _installed() -> list[str]:
    """The distributions beside this one, each with its version."""
    folders = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    return sorted(path.name for folder in folders for path in Path(folder).glob("*.dist-info"))
