"""The edge that reads what was laid: the editions of a folder or of a commit, and their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from generator import editions as pure
from generator import revision as git
from generator.errors import EditionChanged, PublishError, UsageError
from generator.layout import THINNED
from generator.model import Edition
from generator.sharing import references
from generator.thinning import parse_thinned

BRANCH = "gh-pages"


def read_editions(out: Path) -> list[Edition]:
    """The editions laid in `out`, oldest first. Raises EditionChanged on a broken record."""
    found = []
    for folder in sorted(out.iterdir()) if out.is_dir() else ():
        if not (folder.is_dir() and pure.is_edition_name(folder.name)):
            continue
        path = folder / pure.RECORD
        if not path.is_file():
            hint = "Bring the folder back from the branch or a copy, or remove it if it is yours."
            raise EditionChanged(f"{folder.name} has no {pure.RECORD}.", hint)
        place = f"{folder.name}/{pure.RECORD}"
        found.append(pure.parse_edition(folder.name, path.read_bytes(), place=place))
    return found


def editions_at(root: Path, commit: str) -> list[Edition]:
    """The editions a commit holds, oldest first. Raises EditionChanged on a broken record."""
    folders = git.run_git(root, "ls-tree", "-d", "--name-only", f"{commit}^{{tree}}").splitlines()
    names = sorted(name for name in folders if pure.is_edition_name(name))
    found = []
    for name in names:
        place = f"{name}/edition.json"
        if git.resolve(root, f"{commit}:{place}") is None:
            continue
        content = git.run_git_bytes(root, "cat-file", "blob", f"{commit}:{place}")
        found.append(pure.parse_edition(name, content, place=f"{place} on the branch"))
    return found


def branch_editions(root: Path, branch: str) -> list[Edition]:
    """The editions on the branch or its fetched copy, whichever is ahead; none without either."""
    try:
        commit = git.branch_commit(root, branch)
    except PublishError:
        return []  # no git, or no repository: nothing was ever published from here
    return editions_at(root, commit) if commit else []


def earlier_editions(root: Path, out: Path, named: str | None) -> list[Edition]:
    """The editions that a new one in `out` follows, oldest first.

    Those in `out` and those of the folder (relative to `root`) or the branch `named`; without a
    name those on gh-pages when `out` has none. Raises UsageError when `named` is neither.
    """
    laid = read_editions(out)
    if named is None:
        return laid or branch_editions(root, BRANCH)
    if (root / named).is_dir():
        return pure.merge_editions(read_editions(root / named), laid)
    try:
        commit = git.branch_commit(root, named)
    except PublishError:
        commit = None
    if commit is None:
        hint = "Name a folder with laid editions or a branch, e.g. --earlier gh-pages."
        raise UsageError(f"'{named}' is neither a folder nor a branch.", hint)
    return pure.merge_editions(editions_at(root, commit), laid)


def hash_tree(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below `folder`, by its path with forward slashes."""
    return {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_thinned(out: Path) -> dict[str, str]:
    """The files let go in `out`, with their hashes. Raises EditionChanged on a broken record."""
    path = out / THINNED
    return parse_thinned(path.read_bytes() if path.is_file() else None)


def thinned_at(root: Path, commit: str) -> dict[str, str]:
    """The files let go at a commit, with their hashes."""
    if git.resolve(root, f"{commit}:{THINNED}") is None:
        return {}
    content = git.run_git_bytes(root, "cat-file", "blob", f"{commit}:{THINNED}")
    return parse_thinned(content, place=f"{THINNED} on the branch")


def whole_tree(out: Path) -> dict[str, str]:
    """The hash of every file below `out`, also of those that were let go."""
    return {**read_thinned(out), **hash_tree(out)}


def check_unaltered(out: Path, editions: Sequence[Edition], name: str) -> None:
    """Raise EditionChanged unless a new edition `name` in `out` can build upon `editions`.

    Looked at are the whole chain of their records, and every file of the edition before it where
    that is laid in `out`; `mtm editions verify` looks at every edition.
    """
    problems = pure.verify_chain(editions)
    previous = pure.before(name, read_editions(out))
    if previous is not None:
        problems += pure.verify_edition(previous, hash_edition(out, previous))
    if problems:
        hint = (
            "Bring it back from the branch or a copy, or name where the earlier editions are:"
            f" --earlier {BRANCH}. 'mtm editions verify' looks at every edition."
        )
        raise EditionChanged("\n".join(problems), hint)


def hash_edition(out: Path, edition: Edition) -> dict[str, str]:
    """The SHA-256 of the files of one edition that are there, shared ones too, by their paths."""
    own = {f"{edition.name}/{p}": d for p, d in hash_tree(out / edition.name).items()}
    shown = references([(edition.name, edition.record["files"])])
    shared = {path: hash_file(out / path) for path in shown if (out / path).is_file()}
    let_go = {path: digest for path, digest in read_thinned(out).items() if path in shown}
    return {**let_go, **own, **shared}


def hash_file(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify_branch(root: Path, branch: str) -> list[str]:
    """The same for the editions on a branch or its fetched copy, read from git, blob by blob."""
    try:
        commit = git.branch_commit(root, branch)
    except PublishError:
        commit = None
    records = editions_at(root, commit) if commit else []
    if not commit or not records:
        raise UsageError(f"there is no edition on {branch}.", "Name the branch with --branch.")
    tree = {**thinned_at(root, commit), **git.hash_commit(root, commit)}
    return pure.verify(records, tree)


def verify_tree(out: Path, elsewhere: Sequence[Edition] = ()) -> list[str]:
    """Everything altered, missing, foreign or out of chain among the editions laid in `out`.

    The oldest of them may build upon one that lies `elsewhere`. Raises UsageError without any.
    """
    tree = whole_tree(out)
    if not any(pure.is_edition_name(path.partition("/")[0]) for path in tree):
        raise UsageError(f"there is no edition in {out}.", "Run 'mtm build', or name it with --in.")
    return pure.verify(read_editions(out), tree, elsewhere)
