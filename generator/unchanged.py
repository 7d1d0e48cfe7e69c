"""Whether a build would come to what is laid already: then none of it has to be done again.

What a build is made from is hashed before it begins, by content. What it left behind is noted when
it ends, by size and time, for nobody but a build writes there. Where either differs, or the note
cannot be read, or the repository is outside git, the build runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.errors import PublishError
from generator.files import write_atomically
from generator.inputs import contents, files, tools, variables, written
from generator.layout import is_generated
from generator.revision import run_git

NOTES = ".cache/builds"  # one for each folder of editions
LARGE = 10_000_000  # bytes: of a file that git does not have, size and time are asked only
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
RECORD = "edition.json"
Line = tuple[str, str]  # "out" or "err", and what was said there


def made_from(root: Path, settings: Mapping[str, str]) -> str | None:
    """SHA-256 of all that a build is made from; None where that cannot be known.

    `settings` are the options of the build. Beside them count the words, data and pages of the
    repository, its commits, branches and uncommitted files, this package, the versions of the
    others, Python, and the variables that mkdocs.yml asks for.
    """
    try:
        state = run_git(root, "status", "--porcelain=v2", "--branch", "-z", "-uall", "--", ".")
        state += run_git(root, "for-each-ref", "--format=%(objectname) %(refname)")
    except PublishError:
        return None
    loose = _uncommitted(root, state)
    parts = [
        *(f"{name}={value}" for name, value in sorted(settings.items())),
        *variables(root),
        *tools(),
        state,
        *contents(root, written(root)),
        *contents(root, (path for path in loose if path.stat().st_size <= LARGE)),
        *(f"{path} {_stamp(path)}" for path in loose if path.stat().st_size > LARGE),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def remember(root: Path, out: Path, edition: str, digest: str, said: Sequence[Line]) -> None:
    """Note that a build of what has this digest left `edition` in `out`, and what it said."""
    note = {
        "made_from": digest,
        "edition": edition,
        "left": _left(root, out, edition),
        "said": said,
    }
    path = _note(root, out)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(note).encode())


def recall(root: Path, out: Path, digest: str) -> tuple[str, list[Line]] | None:
    """The edition in `out` that was built from just this, and what was said of it; else None."""
    try:
        note = json.loads(_note(root, out).read_bytes())
        edition, left = note["edition"], note["left"]
        if note["made_from"] != digest or left != _left(root, out, edition):
            return None
        return edition, [(str(stream), str(text)) for stream, text in note["said"]]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # no note, or not one of ours


def _note(root: Path, out: Path) -> Path:
    return root / NOTES / f"{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]}.json"


def _uncommitted(root: Path, state: str) -> list[Path]:
    """The files that git names as changed or new: the last word of each entry is a path."""
    entries = (entry for entry in state.split("\0") if entry[:1] in ("1", "2", "u", "?"))
    places = (entry.split(" ", 1 if entry[0] == "?" else 8)[-1] for entry in entries)
    return sorted(path for path in (root / place for place in places) if path.is_file())


def _left(root: Path, out: Path, edition: str) -> str:
    """SHA-256 of the names, sizes and times of what a build wrote and of what it looked at.

    These are the edition, the one before it, the records of all others, what stands at the root,
    and the pages under docs/. Raises OSError where one is gone.
    """
    records = sorted(out.glob(f"*/{RECORD}"))
    dated = [record.parent for record in records if _DAY.fullmatch(record.parent.name)]
    place = dated.index(out / edition)
    whole = [*dated[max(place - 1, 0) : place + 1], out / "latest"]
    listed = json.loads((out / edition / RECORD).read_bytes())["files"]
    shared = sorted({os.path.normpath(out / edition / p) for p in listed if p.startswith("../")})
    docs = root / "docs"
    looked_at = [
        *records,
        *(path for folder in whole for path in files(folder)),
        *sorted(path for path in out.iterdir() if path.is_file()),
        *map(Path, shared),
        *(path for path in files(docs) if is_generated(path.relative_to(docs).as_posix())),
    ]
    found = hashlib.sha256()
    for path in looked_at:
        found.update(f"{path}\0{_stamp(path)}\n".encode())
    return found.hexdigest()


def _stamp(path: Path) -> str:
    at = path.stat()
    return f"{at.st_size}\0{at.st_mtime_ns}\0{at.st_ctime_ns}"
