"""The edge that lays an edition into a tree: each file and folder is the old or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generator import editions as pure
from generator.editions import SCRATCH
from generator.errors import EditionChanged
from generator.files import write_atomically
from generator.layout import DOWNLOADS, THINNED
from generator.lock import alone
from generator.model import Edition
from generator.of_latest import is_of_latest, where_they_are, without_them
from generator.page_turning import turned
from generator.sharing import (
    SHARED,
    is_shared_name,
    keeps_own_copy,
    listed_as,
    references,
    shared_places,
    with_folders,
)
from generator.thinning import files_to_drop, thinned_json
from generator.told_once import told_once
from generator.tree import hash_tree, read_editions, read_thinned

_ASIDE = "aside-"
_AT_CWD, _EXCHANGE = -100, 2  # of Linux's renameat2

RootFiles = Callable[[Sequence[Edition], Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True)
class Site:
    """A built site in its folder, and the published address of that folder, "" where unknown."""

    folder: Path
    address: str = ""


def lay_edition(
    *,
    dated: Site,
    latest: Site,
    out: Path,
    name: str,
    built: str,
    data_as_of: Mapping[str, str],
    generator: Mapping[str, str],
    theses: Mapping[str, Any],
    epoch: int,
    root_files: RootFiles,
    mirrored: Sequence[str] = (),
    earlier: Sequence[Edition] = (),
    latest_extra: Mapping[str, bytes] = MappingProxyType({}),
    memory: Path | None = None,
) -> Path:
    """Lay a built site into `out` as the edition `name` and as latest/, and give its folder.

    Files that are no pages go to shared/, where other editions may have them already; latest/ also
    gets `latest_extra`. `mirrored` are the series of which some days came through a mirror;
    `earlier` are editions known from elsewhere (a branch); they are listed and chained, not laid.
    `memory` is a folder for what is kept of pages from one laying to the next.
    `root_files` makes the files for the root from all editions, oldest first, and the files that
    latest/ has. Whatever happens on the way, each folder is wholly the old or wholly the new one.
    Raises EditionChanged when `name` is not the newest, or a shared file is not what it was.
    """
    with alone(out):
        recover(out)
        laid = read_editions(out)
        known = pure.merge_editions(earlier, laid)
        pure.check_new_edition(name, [edition.name for edition in known])
        older = [edition for edition in known if edition.name < name]
        twins = [edition for edition in (*earlier, *laid) if edition.name == name]
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=out) as scratch:
            work = Work(out, Path(scratch), epoch, memory)
            built_files = hash_tree(dated.folder)
            digests = {
                path: digest
                for path, digest in built_files.items()
                if path != pure.RECORD and not is_of_latest(path)
            }
            places = shared_places(digests)
            new = work.prepare(dated, name, places, elsewhere=where_they_are(built_files))
            shared = {listed_as(place): digests[path] for path, place in places.items()}
            record = pure.make_record(
                name=name,
                built=built,
                data_as_of=data_as_of,
                generator=generator,
                theses=told_once(_with_places(theses, places), older),
                files={**hash_tree(new), **shared},
                previous=pure.before(name, known),
                mirrored=mirrored,
                replaces=_replaced(twins),
            )
            content = pure.record_bytes(_kept_or_new(record, twins))
            edition = pure.parse_edition(name, content, place=f"{name}/{pure.RECORD}")
            newest = _prepare_latest(work, latest, digests, places)
            for path, body in {**latest_extra, pure.RECORD: content}.items():
                work.write(newest / path, body)
            work.write(new / pure.RECORD, content)
            for path, place in places.items():
                work.lay_shared(dated.folder / path, place)
            files = sorted(path.relative_to(newest).as_posix() for path in _files(newest))
            work.lay_folder(new, out / name)
            work.lay_folder(newest, out / pure.LATEST)
            for path, body in root_files(pure.merge_editions(known, [edition]), files).items():
                work.lay_file(out / path, body)
            work.sweep([edition, *(one for one in laid if one.name != name)])
    return out / name


def _prepare_latest(
    work: Work, latest: Site, digests: Mapping[str, str], places: Mapping[str, str]
) -> Path:
    """latest/ as it will be: it shares what the edition does, and has its own copy of some."""
    its = hash_tree(latest.folder)
    same = {path: place for path, place in places.items() if its.get(path) == digests[path]}
    folder = work.prepare(latest, pure.LATEST, same)
    before = work.out / pure.LATEST
    kept = hash_tree(before) if before.is_dir() else {}
    for path in filter(keeps_own_copy, same):
        if not (kept.get(path) == digests[path] and work.link(before / path, folder / path)):
            work.copy(latest.folder / path, folder / path)
    return folder


def _with_places(theses: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """The theses with each file of their charts named where the edition has it."""
    moved = {path: listed_as(place) for path, place in places.items()}

    def chart(entry: Mapping[str, Any]) -> dict[str, Any]:
        files = {kind: moved.get(path, path) for kind, path in entry["files"].items()}
        return {**entry, "files": files}

    return {
        slug: {**thesis, "charts": [chart(entry) for entry in thesis.get("charts", ())]}
        for slug, thesis in theses.items()
    }


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


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@dataclass(frozen=True)
class Work:
    """What one laying writes: first into a scratch folder, from there step by step into `out`."""

    out: Path
    scratch: Path
    epoch: int  # of every file's time
    memory: Path | None = None  # of pages, from one laying to the next

    def prepare(
        self,
        site: Site,
        name: str,
        places: Mapping[str, str],
        elsewhere: Mapping[str, str] = MappingProxyType({}),
    ) -> Path:
        """The site's own files in a folder of the scratch, its pages reading the shared ones.

        `elsewhere` are pages that this folder does not get, and where its own pages find them.
        """
        folder, known = self.scratch / name, with_folders({**places, **elsewhere})
        for source in _files(site.folder):
            path = source.relative_to(site.folder).as_posix()
            if path in places or path == pure.RECORD or (elsewhere and is_of_latest(path)):
                continue
            if path.endswith(".html"):
                page = source.read_text(encoding="utf-8")
                read = turned(
                    page, path, known, address=site.address, memory=self.memory, name=name
                )
                self.write(folder / path, read)
            elif elsewhere:
                listed = without_them(path, source.read_bytes(), site.address)
                self.write(folder / path, listed)
            else:
                self.copy(source, folder / path)
        return folder

    def write(self, target: Path, content: bytes) -> None:
        """A file of the scratch folder."""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        os.utime(target, (self.epoch, self.epoch))

    def copy(self, source: Path, target: Path) -> None:
        """A copy of a file in the scratch folder."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        os.utime(target, (self.epoch, self.epoch))

    def link(self, source: Path, target: Path) -> bool:
        """The same file under a name in the scratch folder, where the system can; its other name
        is about to go."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:
            return False
        os.utime(target, (self.epoch, self.epoch))
        return True

    def lay_shared(self, source: Path, place: str) -> None:
        """A shared file, unless it is there. Raises EditionChanged when another is there."""
        target = self.out / place
        if not target.exists():
            self.lay_file(target, source.read_bytes())
        elif target.read_bytes() != source.read_bytes():
            hint = "Bring it back from the branch or a copy; earlier editions show it too."
            raise EditionChanged(f"{place}: altered since an edition was laid with it.", hint)

    def lay_folder(self, prepared: Path, target: Path) -> None:
        """The prepared folder in the place of `target`."""
        if target.is_dir() and hash_tree(target) == hash_tree(prepared):
            return
        if not target.exists():
            prepared.rename(target)
        elif not _exchange(prepared, target):
            target.rename(self.scratch / f"{_ASIDE}{target.name}")
            prepared.rename(target)

    def lay_file(self, target: Path, content: bytes) -> None:
        """A single file in the place of `target`."""
        if target.is_file() and target.read_bytes() == content:
            return
        prepared = self.scratch / "file"
        self.write(prepared, content)
        target.parent.mkdir(parents=True, exist_ok=True)
        prepared.replace(target)

    def sweep(self, editions: Sequence[Edition]) -> None:
        """Remove shared files that no edition shows: of one replaced today, or of a killed run."""
        shown = references((edition.name, edition.record["files"]) for edition in editions)
        for path in _files(self.out / SHARED) if (self.out / SHARED).is_dir() else ():
            name = path.relative_to(self.out).as_posix()
            if name not in shown and is_shared_name(name):
                path.unlink()
                with suppress(OSError):  # others are in it
                    path.parent.rmdir()


def thin_tree(out: Path, *, before: str, kinds: Iterable[str] = DOWNLOADS) -> list[str]:
    """Let go of the heavy downloads that only editions older than `before` show; their paths.

    They are written down in thinned.json before the first is removed, so that a killed run has
    removed nothing unrecorded, and the next one goes on.
    """
    with alone(out):
        recover(out)
        dropped = files_to_drop(read_editions(out), before=before, kinds=kinds)
        there = {path: digest for path, digest in dropped.items() if (out / path).is_file()}
        if there:
            write_atomically(out / THINNED, thinned_json({**read_thinned(out), **there}))
        for path in there:
            (out / path).unlink()
    return sorted(there)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can; elsewhere `recover` mends a kill."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(rename(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE) == 0)


def recover(out: Path) -> None:
    """Clean up after a killed run, bringing back a folder it had put aside and not replaced."""
    for scratch in sorted(out.glob(f"{SCRATCH}*")):
        for aside in scratch.glob(f"{_ASIDE}*"):
            target = out / aside.name.removeprefix(_ASIDE)
            if not target.exists():
                aside.rename(target)
        shutil.rmtree(scratch)
