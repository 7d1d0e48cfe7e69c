"""The edge to git: which revision this is, where a branch stands, and the plumbing of `publish`."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import PublishError

UNKNOWN = "unknown"

_AT_ONCE = 400  # blobs read into memory together

# A hook or an editor may have set these for its own repository; ours is always named outright.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


# Given by environment: a machine's own settings must change neither bytes nor names.
_OPTIONS = {
    "GIT_CONFIG_COUNT": "3",
    **{"GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"},
    **{"GIT_CONFIG_KEY_1": "core.autocrlf", "GIT_CONFIG_VALUE_1": "false"},
    **{"GIT_CONFIG_KEY_2": "core.fileMode", "GIT_CONFIG_VALUE_2": "false"},
}


class GitError(PublishError):
    """A git command ended with an error; `said` is what it wrote to stderr."""

    def __init__(self, arguments: tuple[str, ...], said: str) -> None:
        last = said.strip().splitlines()[-1:] or ["it gave no reason"]
        super().__init__(f"git {arguments[0]} failed: {last[0]}")
        self.said = said


def run_git(
    root: Path, *arguments: str, environment: Mapping[str, str] | None = None, text_in: str = ""
) -> str:
    """The output of one git command in `root`, without its last newline.

    Raises GitError where git says no, and PublishError where there is no git.
    """
    return (
        run_git_bytes(root, *arguments, environment=environment, text_in=text_in)
        .decode("utf-8", "replace")
        .rstrip("\n")
    )


def run_git_bytes(
    root: Path, *arguments: str, environment: Mapping[str, str] | None = None, text_in: str = ""
) -> bytes:
    """As `run_git`, for content that is not text."""
    clean = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    command = ("git", "--no-optional-locks", "-c", "core.quotePath=false", *arguments)
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env={**clean, "LC_ALL": "C", **(environment or {})},
            input=text_in.encode(),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise PublishError("git was not found.", "Install git and have it on PATH.") from error
    if done.returncode != 0:
        raise GitError(arguments, done.stderr.decode("utf-8", "replace"))
    return done.stdout


def git_revision(root: Path) -> str:
    """The commit that `root` is at, "+changes" when tracked files differ, "unknown" without git."""
    try:
        revision = run_git(root, "rev-parse", "--verify", "--short=12", "HEAD")
        changed = run_git(root, "status", "--porcelain", "--untracked-files=no", "--", ".")
    except PublishError:
        return UNKNOWN
    return f"{revision}+changes" if changed else revision


def resolve(root: Path, name: str) -> str | None:
    """The full object id that `name` stands for, or None where there is no such thing."""
    try:
        return run_git(root, "rev-parse", "--verify", "--quiet", name)
    except GitError:
        return None


def branch_commit(root: Path, branch: str) -> str | None:
    """The commit of the local branch or of its fetched copy, whichever is ahead; else None."""
    remote = remote_name(root) or "origin"
    local = resolve(root, f"refs/heads/{branch}^{{commit}}")
    return _ahead(root, local, resolve(root, f"refs/remotes/{remote}/{branch}^{{commit}}"))


def remote_name(root: Path) -> str | None:
    """The remote to publish to: origin, else the only one there is, else None."""
    names = run_git(root, "remote").split()
    if "origin" in names:
        return "origin"
    return names[0] if len(names) == 1 else None


def remote_address(root: Path) -> str:
    """Where a push would go, "name (address)" without a password in it; "" for nowhere."""
    try:
        name = remote_name(root)
        address = run_git(root, "remote", "get-url", "--push", name) if name else ""
    except GitError:
        return ""  # outside git; publishing says so in its own words
    return f"{name} ({re.sub(r'//[^/@]*@', '//', address)})" if name else ""


def fetch_branch(root: Path, remote: str, branch: str) -> str | None:
    """Fetch a branch of `remote` and give its commit, or None where the remote has no such branch.

    A shallow clone stays shallow, a full one stays full.
    """
    if not run_git(root, "ls-remote", remote, f"refs/heads/{branch}"):
        return None
    shallow = run_git(root, "rev-parse", "--is-shallow-repository") == "true"
    depth = ("--depth=1",) if shallow else ()
    target = f"refs/remotes/{remote}/{branch}"
    run_git(root, "fetch", "--no-tags", *depth, remote, f"+refs/heads/{branch}:{target}")
    return resolve(root, f"{target}^{{commit}}")


@dataclass(frozen=True)
class Tips:
    """Where a branch stands: here, on the remote, and the commit to build upon."""

    local: str | None
    remote: str | None
    base: str | None


def check_repository(root: Path, branch: str, *, push: bool) -> str | None:
    """Check all that git could say no to later; give the remote's name."""
    try:
        run_git(root, "rev-parse", "--git-dir")
    except GitError as error:
        hint = "Run 'git init' and commit, or publish from a clone."
        raise PublishError("this folder is not in a git repository.", hint) from error
    try:
        run_git(root, "check-ref-format", f"refs/heads/{branch}")
    except GitError as error:
        raise PublishError(
            f"'{branch}' cannot be the name of a branch.", "Try gh-pages."
        ) from error
    try:
        for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            run_git(root, "var", who, environment=_OPTIONS)
    except GitError as error:
        hint = 'Run: git config user.name "Your Name"\n  and: git config user.email you@example.org'
        raise PublishError("git does not know who is publishing.", hint) from error
    if f"branch refs/heads/{branch}\n" in run_git(root, "worktree", "list", "--porcelain") + "\n":
        hint = f"Switch to another branch, or name another one than {branch} with --branch."
        raise PublishError(f"{branch} is checked out in a work tree.", hint)
    remote = remote_name(root)
    if push and remote is None:
        hint = "Run: git remote add origin ADDRESS"
        raise PublishError("there is no remote called origin to push to.", hint)
    return remote


def find_tips(
    root: Path, branch: str, remote: str | None, *, push: bool, warnings: list[str]
) -> Tips:
    """Where the branch stands, fetched first; a silent remote stops a push, else only warns."""
    local = resolve(root, f"refs/heads/{branch}^{{commit}}")
    fetched = None
    try:
        fetched = fetch_branch(root, remote, branch) if remote else None
    except GitError as error:
        if push:
            hint = f"Check the address and your rights: git ls-remote {remote}"
            raise PublishError(f"{remote} did not answer: {error.message}", hint) from error
        warnings.append(f"{remote} did not answer; {branch} was taken as it is here.")
        fetched = resolve(root, f"refs/remotes/{remote}/{branch}^{{commit}}")
    return Tips(local, fetched, _ahead(root, local, fetched))


def _ahead(root: Path, local: str | None, fetched: str | None) -> str | None:
    """The local commit where it builds upon the fetched one, else the fetched one."""
    ahead = local and (fetched is None or is_ancestor(root, fetched, local))
    return local if ahead else fetched


def is_ancestor(root: Path, older: str, newer: str) -> bool:
    """Whether `newer` builds upon `older`, as far as the history is here."""
    try:
        run_git(root, "merge-base", "--is-ancestor", older, newer)
    except GitError:
        return False
    return True


def write_tree(root: Path, out: Path, *, leave_out: str) -> str:
    """The files of `out` as a git tree, through an index of its own; `leave_out` is a pattern."""
    folder = run_git(root, "rev-parse", "--absolute-git-dir")
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            **_OPTIONS,
            "GIT_DIR": folder,
            "GIT_WORK_TREE": str(out.resolve()),
            "GIT_INDEX_FILE": str(Path(scratch) / "index"),
        }
        # Forced: site/ is ignored here, and a machine may ignore more.
        paths = (".", f":(exclude){leave_out}")
        run_git(out, "add", "--force", "--all", "--", *paths, environment=environment)
        return run_git(out, "write-tree", environment=environment)


def merge_trees(root: Path, tree: str, base: str | None, *, both: str, without: set[str]) -> str:
    """`tree`, and whatever else lies at the root of `base`: earlier editions, a CNAME.

    Of the folder `both` it has the files of either, except those `without`, paths from the root.
    """
    if base is None:
        return tree
    ours = run_git(root, "ls-tree", "-z", tree).split("\0")
    theirs = run_git(root, "ls-tree", "-z", f"{base}^{{tree}}").split("\0")
    entries = {e.partition("\t")[2]: e for e in (*theirs, *ours) if e}
    if both in entries:
        merged = _merge_folder(root, (base, tree), both, without)
        entries[both] = f"040000 tree {merged}\t{both}"
    return run_git(root, "mktree", "-z", text_in="".join(f"{e}\0" for e in entries.values()))


def _merge_folder(root: Path, trees: Sequence[str], folder: str, without: set[str]) -> str:
    """The tree of a folder with the files it has in any of `trees`; the last one counts."""
    files: dict[str, str] = {}
    for tree in trees:
        if resolve(root, f"{tree}:{folder}") is None:
            continue
        for entry in run_git(root, "ls-tree", "-r", "-z", f"{tree}:{folder}").split("\0"):
            path = entry.partition("\t")[2]
            if path and f"{folder}/{path}" not in without:
                files[path] = entry
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**_OPTIONS, "GIT_INDEX_FILE": str(Path(scratch) / "index")}
        text = "".join(f"{entry}\0" for entry in files.values())
        run_git(root, "update-index", "-z", "--index-info", environment=environment, text_in=text)
        return run_git(root, "write-tree", environment=environment)


def files_at(root: Path, tree: str, folder: str = "") -> dict[str, str]:
    """The blob of every file of a tree or commit by its path, or only of those below `folder`."""
    paths = ("--", f"{folder}/") if folder else ()
    listed = run_git(root, "ls-tree", "-r", "-z", "--full-tree", tree, *paths).split("\0")
    entries = (entry.partition("\t") for entry in listed if entry)
    return {path: said.split()[2] for said, _, path in entries}


def hash_commit(root: Path, commit: str) -> dict[str, str]:
    """The SHA-256 of every file of a commit, by its path."""
    files = files_at(root, commit)
    blobs = sorted(set(files.values()))
    known: dict[str, str] = {}
    for start in range(0, len(blobs), _AT_ONCE):
        some = blobs[start : start + _AT_ONCE]
        asked = "".join(f"{blob}\n" for blob in some)
        answer = run_git_bytes(root, "cat-file", "--batch", text_in=asked)
        known.update(zip(some, _digests(answer), strict=True))
    return {path: known[blob] for path, blob in files.items()}


def _digests(answer: bytes) -> Iterator[str]:
    """The SHA-256 of each blob that `git cat-file --batch` gave, after a line with its size."""
    start = 0
    while start < len(answer):
        line = answer.index(b"\n", start)
        size = int(answer[start:line].split()[2])
        yield hashlib.sha256(answer[line + 1 : line + 1 + size]).hexdigest()
        start = line + 1 + size + 1


def with_changes(root: Path, tree: str, changes: Mapping[str, bytes | None]) -> str:
    """A tree with these files as they are given, None for gone, and all others as in `tree`."""
    lines = []
    for path, content in changes.items():
        if content is None:
            lines.append(f"0 {'0' * 40}\t{path}\0")
        else:
            blob = run_git(root, "hash-object", "-w", "--stdin", text_in=content.decode())
            lines.append(f"100644 {blob}\t{path}\0")
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**_OPTIONS, "GIT_INDEX_FILE": str(Path(scratch) / "index")}
        run_git(root, "read-tree", tree, environment=environment)
        text = "".join(lines)
        run_git(root, "update-index", "-z", "--index-info", environment=environment, text_in=text)
        return run_git(root, "write-tree", environment=environment)


def commit_tree(root: Path, tree: str, base: str | None, words: str) -> str:
    """A commit of `tree` upon `base`, or `base` itself where it holds just that."""
    if base is not None and resolve(root, f"{base}^{{tree}}") == tree:
        return base
    parent = ("-p", base) if base else ()
    return run_git(root, "commit-tree", tree, *parent, "-m", words, environment=_OPTIONS)


def move_branch(root: Path, branch: str, commit: str, old: str | None) -> None:
    """Point the local branch at `commit`, unless it is no longer at `old`."""
    try:
        reference = (f"refs/heads/{branch}", commit, old or "0" * 40)
        run_git(root, "update-ref", "-m", "publish", *reference)
    except GitError as error:
        message = f"{branch} moved while this was being published."
        raise PublishError(message, "Run this again.") from error


def push_commit(root: Path, remote: str, commit: str, branch: str) -> bool:
    """Push, without force; False when the remote has moved on meanwhile."""
    try:
        run_git(root, "push", "--quiet", remote, f"{commit}:refs/heads/{branch}")
    except GitError as error:
        if any(sign in error.said for sign in ("[rejected]", "cannot lock ref", "fetch first")):
            return False
        hint = f"Check your rights on {remote}; git said:\n  " + error.said.strip()
        raise PublishError(f"{remote} did not take the push.", hint) from error
    return True
