"""Lay an edition into a tree, and commit the laid tree onto a branch."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator import editions as pure
from generator import revision as git
from generator.errors import EditionChanged, PublishError, UsageError
from generator.lock import alone
from generator.model import Edition, Identity

ORIGINAL_IDENTITY = ("Marked to Market", "The Marked to Market editors")
BRANCH = "gh-pages"
SCRATCH = ".laying-"
ATTEMPTS = 3

_ASIDE = "aside-"
_AT_CWD, _EXCHANGE = -100, 2  # of Linux's renameat2


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
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def verify_tree(out: Path, elsewhere: Sequence[Edition] = ()) -> list[str]:
    """Everything altered, missing, foreign or out of chain among the editions laid in `out`.

    The oldest of them may build upon one that lies `elsewhere`. Raises UsageError without any.
    """
    tree = hash_tree(out)
    if not any(pure.is_edition_name(path.partition("/")[0]) for path in tree):
        raise UsageError(f"there is no edition in {out}.", "Run 'mtm build', or name it with --in.")
    return pure.verify(read_editions(out), tree, elsewhere)


def lay_edition(
    *,
    html: Path,
    latest_html: Path,
    out: Path,
    name: str,
    built: str,
    data_as_of: Mapping[str, str],
    generator: Mapping[str, str],
    theses: Mapping[str, Any],
    epoch: int,
    site_name: str,
    site_url: str = "",
    mirrored: Sequence[str] = (),
    earlier: Sequence[Edition] = (),
    root_files: Callable[[Sequence[Edition]], Mapping[str, bytes]] = lambda _: {},
    latest_extra: Mapping[str, bytes] | None = None,
) -> Path:
    """Lay a built site into `out` as the edition `name` and as latest/, and give its folder.

    `mirrored` are the series of which some days came through a mirror; `earlier` are editions known
    from elsewhere (a branch); they are listed and chained, not laid. `root_files` makes further
    files for the root from all editions, oldest first; `latest_extra` are files that only latest/
    has, by their paths in it. Whatever happens on the way, each folder is wholly the old or wholly
    the new one.
    Raises EditionChanged when `name` is not the newest.
    """
    with alone(out):
        _recover(out)
        laid = read_editions(out)
        known = pure.merge_editions(earlier, laid)
        pure.check_new_edition(name, [edition.name for edition in known])
        twins = [edition for edition in (*earlier, *laid) if edition.name == name]
        record = pure.make_record(
            name=name,
            built=built,
            data_as_of=data_as_of,
            generator=generator,
            theses=theses,
            files={p: digest for p, digest in hash_tree(html).items() if p != pure.RECORD},
            previous=pure.before(name, known),
            mirrored=mirrored,
            replaces=_replaced(twins),
        )
        content = pure.record_bytes(_kept_or_new(record, twins))
        edition = pure.parse_edition(name, content, place=f"{name}/{pure.RECORD}")
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=out) as scratch:
            own, extra = {pure.RECORD: content}, latest_extra or {}
            for source, target, more in (
                (html, out / name, own),
                (latest_html, out / pure.LATEST, {**extra, **own}),
            ):
                _lay_folder(source, more, target, scratch=Path(scratch), epoch=epoch)
            files = {
                **root_files(pure.merge_editions(known, [edition])),
                "versions.json": pure.versions_json({name, *(e.name for e in known)}),
                "index.html": pure.index_html(site_name=site_name),
                "404.html": pure.not_found_html(
                    site_name=site_name, base_path=urlsplit(site_url).path or "/"
                ),
                ".nojekyll": b"",
            }
            for path, body in files.items():
                _lay_file(out / path, body, scratch=Path(scratch), epoch=epoch)
    return out / name


def _replaced(twins: Sequence[Edition]) -> list[str]:
    """The hashes of all records of the same day, oldest first."""
    hashes = [
        digest for twin in twins for digest in (*twin.record.get("replaces", ()), twin.sha256)
    ]
    return list(dict.fromkeys(hashes))


def _kept_or_new(record: Mapping[str, Any], twins: Sequence[Edition]) -> Mapping[str, Any]:
    """The record of the same day where it shows the same: it keeps its stamps."""
    same = [twin.record for twin in twins[-1:] if pure.same_edition(twin.record, record)]
    return same[0] if same else record


def _lay_folder(
    source: Path, more: Mapping[str, bytes], target: Path, *, scratch: Path, epoch: int
) -> None:
    """Lay a folder and `more` files, by their paths in it."""
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in more.items()}
    wanted = {**hash_tree(source), **hashes}
    if target.is_dir() and hash_tree(target) == wanted:
        return
    prepared = scratch / target.name
    shutil.copytree(source, prepared)
    for name, content in more.items():
        (prepared / name).parent.mkdir(parents=True, exist_ok=True)
        (prepared / name).write_bytes(content)
    for path in prepared.rglob("*"):
        if path.is_file():
            os.utime(path, (epoch, epoch))
    if not target.exists():
        prepared.rename(target)
    elif not _exchange(prepared, target):
        target.rename(scratch / f"{_ASIDE}{target.name}")
        prepared.rename(target)


def _lay_file(target: Path, content: bytes, *, scratch: Path, epoch: int) -> None:
    if target.is_file() and target.read_bytes() == content:
        return
    prepared = scratch / "file"
    prepared.write_bytes(content)
    os.utime(prepared, (epoch, epoch))
    target.parent.mkdir(parents=True, exist_ok=True)
    prepared.replace(target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can; elsewhere `_recover` mends a kill."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(rename(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE) == 0)


def _recover(out: Path) -> None:
    """Clean up after a killed run, bringing back a folder it had put aside and not replaced."""
    for scratch in sorted(out.glob(f"{SCRATCH}*")):
        for aside in scratch.glob(f"{_ASIDE}*"):
            target = out / aside.name.removeprefix(_ASIDE)
            if not target.exists():
                aside.rename(target)
        shutil.rmtree(scratch)


@dataclass(frozen=True)
class PublishOutcome:
    """What publishing came to; `commit` is None when the branch already held everything."""

    commit: str | None
    branch: str
    pushed: bool
    warnings: list[str] = field(default_factory=list)


def publish(
    out: Path,
    *,
    root: Path,
    branch: str,
    push: bool,
    identity: Identity,
    allow_missing: bool = False,
    mirror_is_cache: bool = False,
) -> PublishOutcome:
    """Commit the laid tree onto `branch`, never touching the work tree or the index.

    Editions and other files that only the branch has stay on it. Raises StaleData for a new
    edition with series from a mirror, unless `mirror_is_cache`, or without what the last one had,
    unless `allow_missing`; EditionChanged when an edition on the branch would change, PublishError
    for everything git says no to.
    """
    if not out.is_dir():
        raise PublishError(f"there is no folder {out.name}/.", "Run 'mtm build' first.")
    with alone(out):
        _recover(out)
        laid = read_editions(out)
        if not laid:
            raise PublishError(f"no edition is laid in {out.name}/.", "Run 'mtm build' first.")
        _refuse(pure.verify_files(laid, hash_tree(out)))
        remote = git.check_repository(root, branch, push=push)
        warnings: list[str] = []
        for _ in range(ATTEMPTS):
            tips = git.find_tips(root, branch, remote, push=push, warnings=warnings)
            if tips.base is None and (identity.site_name, identity.author) == ORIGINAL_IDENTITY:
                warnings.append("published under the original's name: change mkdocs.yml first.")
            tree = git.write_tree(root, out, leave_out=f"{SCRATCH}*")
            tree = git.merge_trees(root, tree, tips.base)
            published = editions_at(root, tips.base) if tips.base else []
            _check_tree(root, laid, published, tree, tips, branch=branch)
            pure.check_follows(laid, published, _listed(out), branch)
            if not mirror_is_cache:
                pure.check_mirrored(laid, published)
            if not allow_missing:
                pure.check_lost(laid, published)
            commit = git.commit_tree(root, tree, tips.base, laid[-1].name)
            behind = push and remote is not None and commit != tips.remote
            if behind and not git.push_commit(root, str(remote), commit, branch):
                continue
            if commit != tips.local:
                git.move_branch(root, branch, commit, tips.local)
            new = commit if commit != tips.base else None
            return PublishOutcome(new, branch, push, list(dict.fromkeys(warnings)))
    message = f"{branch} on {remote} moved {ATTEMPTS} times while this was being published."
    raise PublishError(message, "Someone else is publishing; run this again when they are done.")


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        hint = "Bring the edition back from the branch or a copy; a published one never changes."
        raise EditionChanged("\n".join(problems), hint)


def _check_tree(
    root: Path,
    laid: Sequence[Edition],
    published: Sequence[Edition],
    tree: str,
    tips: git.Tips,
    *,
    branch: str,
) -> None:
    """Refuse a tree in which a published edition would change, or a new one be older than it."""
    names = [edition.name for edition in published]
    for edition in laid:
        if edition.name not in names:
            pure.check_new_edition(edition.name, names)
    for tip in {tips.base, tips.local} - {None}:
        _refuse(_changes(root, str(tip), tree, laid, branch))


def _listed(out: Path) -> list[str] | None:
    """The editions that versions.json lists, oldest first; None when it is not there or broken."""
    try:
        return sorted(
            str(entry["version"]) for entry in json.loads((out / "versions.json").read_bytes())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _changes(root: Path, tip: str, tree: str, laid: Sequence[Edition], branch: str) -> list[str]:
    """The editions of `tip` that `tree` has otherwise; the newest may be rebuilt on its own day."""
    published = editions_at(root, tip)
    replaced = {d for edition in laid for d in edition.record.get("replaces", ())}
    changed = []
    for edition in published:
        there = git.resolve(root, f"{tip}:{edition.name}")
        if git.resolve(root, f"{tree}:{edition.name}") == there:
            continue
        if edition is published[-1] and edition.sha256 in replaced:
            continue
        changed.append(f"the edition of {edition.name} on {branch} would change.")
    return changed
