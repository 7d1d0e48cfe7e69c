"""Keep the stored data on a branch: for owners who do not want to rest on a cache alone.

    python .github/store.py restore     before `mtm refresh`
    python .github/store.py save        after it

MTM_STORE_BRANCH names the branch, without it nothing is done. MTM_STORE_FOLDER is a folder of that
branch, such as one on main; without it the branch is the store's own. MTM_STORE_REMOTE is the
address of another repository, with a token in it; without it that is origin, which VISIBILITY must
not call public: prices are for personal use. Of a series in both places the one that was read later
counts: a save that lost a race, or an older cache, takes nothing back. Only CSV and JSON are kept.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STORE = Path(".store")
MANIFEST = "manifest.json"
KEPT = re.compile(r"(?:(?:rejected|replaced)/)?[\w%^=][\w%^=. -]*\.(?:csv|json)")
PLAIN = re.compile(r"100644 blob ([0-9a-f]+)\t(.*)")  # no link, nothing that runs
ATTEMPTS = 5
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Place:
    """Where the data are kept."""

    remote: str
    branch: str
    folder: str


def git(*arguments: str, given: bytes = b"", index: str = "") -> bytes:
    """The output of a git command; CalledProcessError where git says no."""
    environment = os.environ | ({"GIT_INDEX_FILE": index} if index else {})
    command = ("git", *arguments)
    return subprocess.run(
        command, input=given, env=environment, check=True, capture_output=True
    ).stdout


def tip_of(place: Place) -> str:
    """The newest commit of the branch, fetched; "" where it is not there yet."""
    if not git("ls-remote", place.remote, f"refs/heads/{place.branch}"):
        return ""
    # A full clone stays full.
    shallow = git("rev-parse", "--is-shallow-repository").strip() == b"true"
    depth = ("--depth=1",) if shallow else ()
    git("fetch", "--quiet", "--no-tags", *depth, place.remote, f"refs/heads/{place.branch}")
    return git("rev-parse", "FETCH_HEAD").decode().strip()


def files_at(tip: str, folder: str) -> dict[str, bytes]:
    """The files of the store as a commit has them."""
    paths = ("--", f"{folder}/") if folder else ()
    found = {}
    for entry in git("ls-tree", "-r", "-z", "--full-tree", tip, *paths).decode().split("\0"):
        plain = PLAIN.fullmatch(entry)
        name = plain[2].removeprefix(f"{folder}/" if folder else "") if plain else ""
        if plain and KEPT.fullmatch(name):
            found[name] = git("cat-file", "blob", plain[1])
    return found


def files_in(store: Path) -> dict[str, bytes]:
    """The files of the store as they lie in a folder."""
    paths = {
        path.relative_to(store).as_posix(): path for path in store.rglob("*") if path.is_file()
    }
    return {name: path.read_bytes() for name, path in paths.items() if KEPT.fullmatch(name)}


def merged(ours: Files, theirs: Files) -> dict[str, bytes]:
    """Both, and of each series the one that was read later; ours where they are equal.

    What was rejected or replaced is for a person to look at, and not mixed.
    """
    here, there = entries(ours), entries(theirs)
    kept = {name: content for name, content in theirs.items() if not here or "/" not in name}
    found, told = {**kept, **ours}, {**there, **here}
    for series, entry in there.items():
        file = f"{series}.csv"
        if read(entry) > read(here.get(series)) or (file in theirs and file not in ours):
            told[series] = entry
            if file in theirs:
                found[file] = theirs[file]
    if told:
        text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
        found[MANIFEST] = f"{text}\n".encode()
    return found


def entries(files: Files) -> dict[str, dict[str, object]]:
    """What the manifest says of each series; nothing where it cannot be read."""
    try:
        said = json.loads(files.get(MANIFEST, b"{}"))
    except ValueError:
        said = {}
    return said if isinstance(said, dict) else {}


def read(entry: dict[str, object] | None) -> tuple[str, str]:
    """When a series was last read from its source, and its newest day."""
    entry = entry or {}
    return str(entry.get("last_success", "")), str(entry.get("as_of", ""))


def restore(place: Place) -> None:
    """Lay what the branch has into the store."""
    tip = tip_of(place)
    if not tip:
        print(f"There is no branch {place.branch} yet.")
        return
    theirs = files_at(tip, place.folder)
    for name, content in merged(files_in(STORE), theirs).items():
        path = STORE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(entries(theirs))} series were on {place.branch}.")


def save(place: Place) -> None:
    """Commit the store onto the branch and push it, again upon whoever was faster."""
    if not files_in(STORE):
        print("Nothing is stored.")
        return
    for _ in range(ATTEMPTS):
        tip = tip_of(place)
        before = files_at(tip, place.folder) if tip else {}
        after = merged(files_in(STORE), before)
        if after == before:
            print("Nothing new is stored.")
            return
        commit = committed(after, tip, place.folder)
        pushed = ("git", "push", "--quiet", place.remote, f"{commit}:refs/heads/{place.branch}")
        done = subprocess.run(pushed, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            print(f"{len(entries(after))} series are on {place.branch}.")
            return
        if not re.search(r"\[rejected\]|fetch first|cannot lock ref", done.stderr):
            raise subprocess.CalledProcessError(
                done.returncode, pushed, stderr=done.stderr.encode()
            )
    sys.exit(f"{place.branch} moved {ATTEMPTS} times while the data were being kept.")


def committed(files: Files, tip: str, folder: str) -> str:
    """A commit upon `tip` in which the folder has just these files, and all else is as it was."""
    prefix = f"{folder}/" if folder else ""
    with tempfile.TemporaryDirectory() as scratch:
        index = str(Path(scratch) / "index")
        if tip and folder:
            git("read-tree", tip, index=index)
            quietly = ("--quiet", "--ignore-unmatch", "--force")
            git("rm", "-r", "--cached", *quietly, "--", f":(top,literal){folder}", index=index)
        lines = []
        for name, content in files.items():
            blob = git("hash-object", "-w", "--stdin", given=content).decode().strip()
            lines.append(f"100644 {blob}\t{prefix}{name}\0")
        git("update-index", "-z", "--index-info", given="".join(lines).encode(), index=index)
        tree = git("write-tree", index=index).decode().strip()
    parent = ("-p", tip) if tip else ()
    # A branch that starts pipelines, as main does, is not to start one for this.
    words = "Keep the data that were fetched [skip ci]"
    return git("commit-tree", tree, *parent, "-m", words).decode().strip()


def place_of(environment: Mapping[str, str]) -> Place | None:
    """Where the owner wants the data to be kept; None where nothing is set."""
    branch = environment.get("MTM_STORE_BRANCH", "")
    folder = environment.get("MTM_STORE_FOLDER", "").strip("/")
    remote = environment.get("MTM_STORE_REMOTE", "")
    if not branch:
        if folder or remote:
            sys.exit("MTM_STORE_BRANCH is not set: it names the branch that keeps the data.")
        return None
    if branch == "gh-pages":
        sys.exit("gh-pages is published: name another branch in MTM_STORE_BRANCH.")
    if not remote and environment.get("VISIBILITY") not in ("private", "internal"):
        sys.exit(
            "This repository is public, so its branches are, and prices are for personal use.\n"
            "Set MTM_STORE_REMOTE to the address of a private one, or unset MTM_STORE_BRANCH."
        )
    return Place(remote or "origin", branch, folder)


def main(verb: str) -> None:
    place = place_of(os.environ)
    if place is None:
        return
    try:
        {"restore": restore, "save": save}[verb](place)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode("utf-8", "replace")
        said = re.sub(r"//[^/@\s]*@", "//", said.strip())  # a token before the host
        sys.exit(f"git could not {verb} the data: {said}")


if __name__ == "__main__":
    main(sys.argv[1])
