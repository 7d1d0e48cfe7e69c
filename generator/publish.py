"""The edge that commits the laid tree onto a branch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator import editions as pure
from generator import revision as git
from generator.errors import EditionChanged, PublishError
from generator.laying import recover
from generator.layout import DOWNLOADS, THINNED
from generator.lock import alone
from generator.model import Edition, Identity
from generator.sharing import SHARED, references
from generator.thinning import files_to_drop, thinned_json
from generator.tree import editions_at, read_editions, read_thinned, thinned_at, whole_tree

ORIGINAL_IDENTITY = ("Marked to Market", "The Marked to Market editors")
ATTEMPTS = 3


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
        recover(out)
        laid = read_editions(out)
        if not laid:
            raise PublishError(f"no edition is laid in {out.name}/.", "Run 'mtm build' first.")
        _refuse(pure.verify_files(laid, whole_tree(out)))
        remote = git.check_repository(root, branch, push=push)
        warnings: list[str] = []
        for _ in range(ATTEMPTS):
            tips = git.find_tips(root, branch, remote, push=push, warnings=warnings)
            if tips.base is None and (identity.site_name, identity.author) == ORIGINAL_IDENTITY:
                warnings.append("published under the original's name: change mkdocs.yml first.")
            tree = git.write_tree(root, out, leave_out=f"{pure.SCRATCH}*")
            published = editions_at(root, tips.base) if tips.base else []
            let_go = read_thinned(out)
            gone = _no_longer_shown(laid, published) | set(let_go)
            tree = git.merge_trees(root, tree, tips.base, both=SHARED, without=gone)
            if let_go and tips.base:
                content = thinned_json({**thinned_at(root, tips.base), **let_go})
                tree = git.with_changes(root, tree, {THINNED: content})
            _check_tree(root, laid, published, tree, tips, branch=branch, gone=gone)
            pure.check_follows(laid, published, _listed(out), branch)
            if not mirror_is_cache:
                pure.check_mirrored(laid, published)
            if not allow_missing:
                pure.check_lost(laid, published)
            message = f"Publish the edition of {laid[-1].name}"
            commit = git.commit_tree(root, tree, tips.base, message)
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
    gone: set[str],
) -> None:
    """Refuse a tree in which a published edition would change, or a new one be older than it."""
    names = [edition.name for edition in published]
    for edition in laid:
        if edition.name not in names:
            pure.check_new_edition(edition.name, names)
    for tip in {tips.base, tips.local} - {None}:
        _refuse(_changes(root, str(tip), tree, laid, branch, gone))


def _listed(out: Path) -> list[str] | None:
    """The editions that versions.json lists, oldest first; None when it is not there or broken."""
    try:
        return sorted(
            str(entry["version"]) for entry in json.loads((out / "versions.json").read_bytes())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _changes(
    root: Path, tip: str, tree: str, laid: Sequence[Edition], branch: str, gone: set[str]
) -> list[str]:
    """The editions of `tip` that `tree` has otherwise; the newest may be rebuilt on its own day.

    The shared files `gone` may be missing: nothing shows them any more, or they were let go.
    """
    published = editions_at(root, tip)
    replaced = {d for edition in laid for d in edition.record.get("replaces", ())}
    changed = _changed_shared(root, tip, tree, gone)
    for edition in published:
        there = git.resolve(root, f"{tip}:{edition.name}")
        if git.resolve(root, f"{tree}:{edition.name}") == there:
            continue
        if edition is published[-1] and edition.sha256 in replaced:
            continue
        changed.append(f"the edition of {edition.name} on {branch} would change.")
    return changed


def _no_longer_shown(laid: Sequence[Edition], published: Sequence[Edition]) -> set[str]:
    """The shared files of a published edition that is replaced, which no edition shows any more."""
    before, after = (
        references((edition.name, edition.record["files"]) for edition in editions)
        for editions in (published, pure.merge_editions(published, laid))
    )
    return before - after


def _changed_shared(root: Path, tip: str, tree: str, gone: set[str]) -> list[str]:
    before, after = (git.files_at(root, name, SHARED) for name in (tip, tree))
    lost = [path for path in sorted(before) if path not in gone and before[path] != after.get(path)]
    return [f"{path} on the branch would change, which earlier editions show." for path in lost]


def thin_branch(
    root: Path, branch: str, *, before: str, kinds: Iterable[str] = DOWNLOADS
) -> list[str]:
    """Let go of the heavy downloads that only editions older than `before` show, in a commit.

    Gives their paths; the branch's history still has them. Raises PublishError without a branch.
    """
    git.check_repository(root, branch, push=False)
    tip = git.resolve(root, f"refs/heads/{branch}^{{commit}}")
    if tip is None:
        raise PublishError(f"there is no branch {branch} here.", f"Run: git fetch origin {branch}")
    there = git.files_at(root, tip)
    dropped = files_to_drop(editions_at(root, tip), before=before, kinds=kinds)
    dropped = {path: digest for path, digest in dropped.items() if path in there}
    if dropped:
        content = thinned_json({**thinned_at(root, tip), **dropped})
        changes = {THINNED: content, **dict.fromkeys(dropped)}
        tree = git.with_changes(root, f"{tip}^{{tree}}", changes)
        commit = git.commit_tree(root, tree, tip, f"Let go of downloads before {before}")
        git.move_branch(root, branch, commit, tip)
    return sorted(dropped)
