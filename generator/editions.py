"""Editions as values: their records, how they chain, and the files at the root of the tree.

All pure: bytes, records and hashes come from the edges that read and write them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator.errors import EditionChanged, StaleData
from generator.model import Edition
from generator.renames import in_todays_names, renames_in
from generator.sharing import SHARED, path_in_tree, references

SCHEMA = 1
RECORD = "edition.json"
LATEST = "latest"
SCRATCH = ".laying-"  # a folder of this prefix lies in the tree while an edition is laid
NAME = re.compile(r"\d{4}-\d{2}-\d{2}")

# What may differ between two builds of one edition that show a reader the same.
_STAMPS = ("built", "generator", "replaces")


def is_edition_name(name: str) -> bool:
    """Whether `name` is a calendar day written YYYY-MM-DD."""
    if not NAME.fullmatch(name):
        return False
    try:
        dt.date.fromisoformat(name)
    except ValueError:
        return False
    return True


def make_record(
    *,
    name: str,
    built: str,
    data_as_of: Mapping[str, str],
    generator: Mapping[str, str],
    theses: Mapping[str, Any],
    files: Mapping[str, str],
    previous: Edition | None,
    mirrored: Iterable[str] = (),
    replaces: Sequence[str] = (),
) -> dict[str, Any]:
    """What edition.json holds.

    `files` maps paths inside the edition's folder to their SHA-256; `mirrored` names the series of
    which some days came through a mirror; `replaces` lists the hashes of the records of the same
    day that this one takes the place of, oldest first.
    """
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "edition": name,
        "built": built,
        "data_as_of": dict(data_as_of),
        "mirrored": sorted(mirrored),
        "generator": dict(generator),
        "theses": dict(theses),
        "files": dict(files),
        "previous": (
            {"edition": previous.name, "sha256": previous.sha256} if previous is not None else None
        ),
    }
    if replaces:
        record["replaces"] = list(replaces)
    return record


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """The record as canonical JSON: sorted keys, UTF-8, no spaces between, a final newline."""
    separators = (",", ":")  # each edition keeps one: a space of indent is a seventh of its bytes
    text = json.dumps(
        record, sort_keys=True, ensure_ascii=False, separators=separators, allow_nan=False
    )
    return f"{text}\n".encode()


def parse_edition(name: str, content: bytes, *, place: str) -> Edition:
    """The edition that an edition.json tells of. Raises EditionChanged where it cannot be one."""
    hint = "Bring the folder back from the branch or a copy; an edition is never edited."
    try:
        record = json.loads(content)
    except ValueError as error:
        raise EditionChanged(f"{place} is not valid JSON: {error}.", hint) from error
    if not isinstance(record, dict) or not isinstance(record.get("files"), dict):
        raise EditionChanged(f"{place} is not the record of an edition: 'files' is missing.", hint)
    if record.get("schema") != SCHEMA:
        message = f"{place} has schema {record.get('schema')!r}; this program reads {SCHEMA}."
        raise EditionChanged(message, "Use the version of this program that laid the edition.")
    if record.get("edition") != name:
        message = f"{place} calls itself '{record.get('edition')}', but its folder is '{name}'."
        raise EditionChanged(message, hint)
    return Edition(name, record, hashlib.sha256(content).hexdigest())


def same_edition(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two records show a reader the same, whenever and by whatever they were built."""
    return {k: v for k, v in before.items() if k not in _STAMPS} == {
        k: v for k, v in after.items() if k not in _STAMPS
    }


def check_new_edition(name: str, existing: Iterable[str]) -> None:
    """Raise EditionChanged unless `name` is the newest edition or newer than all of `existing`."""
    newest = max(existing, default="")
    if name < newest:
        message = f"the edition of {name} would be older than the newest one, {newest}."
        hint = (
            f"Build as of {newest} or later. Just to look at an older day, give an empty folder"
            " to --out and to --earlier."
        )
        raise EditionChanged(message, hint)


def before(name: str, editions: Iterable[Edition]) -> Edition | None:
    """The newest edition older than `name`: the one that its record has to point at."""
    older = [edition for edition in editions if edition.name < name]
    return max(older, key=lambda edition: edition.name, default=None)


def merge_editions(*groups: Iterable[Edition]) -> list[Edition]:
    """All editions, oldest first; where two groups have the same one, the later group counts."""
    merged = {edition.name: edition for group in groups for edition in group}
    return [merged[name] for name in sorted(merged)]


def lost_for_want_of_data(earlier: Edition | None, record: Mapping[str, Any]) -> list[str]:
    """What `earlier` had and `record` has not: charts and facts it lists as missing, and theses.

    What was renamed is not lost.
    """
    lost = []
    theses = record.get("theses", {})
    past = in_todays_names([earlier] if earlier else [], renames_in(record))
    for slug, thesis in sorted(past[0].record.get("theses", {}).items() if past else ()):
        if slug not in theses:
            lost.append(f"{slug}: the whole thesis")
            continue
        had = {chart["id"] for chart in thesis.get("charts", ())} | set(thesis.get("facts", ()))
        missing = theses[slug].get("missing", ())
        lost += [f"{slug}: {name}" for name in sorted(had & set(missing))]
    return lost


def check_follows(
    laid: Iterable[Edition],
    published: Iterable[Edition],
    listed: Sequence[str] | None,
    branch: str,
) -> None:
    """Raise EditionChanged unless `laid` build upon `published` and versions.json lists them all.

    `listed` are the names in versions.json, oldest first; None where it is not there or broken.
    """
    everything = merge_editions(published, laid)
    problems = verify_chain(everything)
    if listed is None:
        problems.append("versions.json is not there or cannot be read.")
    elif listed != [edition.name for edition in everything]:
        problems.append(f"versions.json does not list what {branch} would hold.")
    if problems:
        hint = f"Run 'mtm build --earlier {branch}' again, so that it knows what is published."
        raise EditionChanged("\n".join(problems), hint)


def check_mirrored(laid: Iterable[Edition], published: Iterable[Edition]) -> None:
    """Raise StaleData for a new edition with figures that did not come from the source itself."""
    known = {edition.sha256 for edition in published}
    new = [edition.record for edition in laid if edition.sha256 not in known]
    if mirrored := sorted({series for record in new for series in record.get("mirrored", ())}):
        hint = (
            "Refresh without MTM_MIRROR and build again, or publish with --mirror-is-cache where"
            " the mirror is a caching proxy."
        )
        raise StaleData(f"these series came through a mirror: {', '.join(mirrored)}.", hint)


def check_lost(laid: Sequence[Edition], published: Sequence[Edition]) -> None:
    """Raise StaleData when the newest edition lacks what the last published one had."""
    newest = published[-1] if published else None
    if lost := lost_for_want_of_data(newest, laid[-1].record):
        message = f"this edition lacks what the last one had: {', '.join(lost)}."
        hint = "Refresh the data and build every thesis, or publish with --allow-missing."
        raise StaleData(message, hint)


def verify(
    records: Sequence[Edition], tree: Mapping[str, str], elsewhere: Iterable[Edition] = ()
) -> list[str]:
    """Everything wrong with laid editions, as sentences; empty when all is as it was laid.

    `tree` maps paths below the root (2026-09-22/index.html) to their SHA-256; `elsewhere` are
    editions that were not laid here but that the oldest laid one may build upon.
    """
    return [*verify_files(records, tree), *verify_chain(records, elsewhere)]


def verify_files(records: Sequence[Edition], tree: Mapping[str, str]) -> list[str]:
    """Files altered, missing or foreign in the editions' folders and in shared/, as sentences.

    While an edition is being laid, or after that was killed, a shared file may wait for its
    edition; such a tree has a scratch folder, and the next build mends it.
    """
    problems = []
    for edition in sorted(records, key=lambda edition: edition.name):
        problems += verify_edition(edition, tree)
    known = {edition.name for edition in records}
    folders = {path.partition("/")[0] for path in tree if "/" in path}
    unknown = sorted(folder for folder in folders - known if is_edition_name(folder))
    problems += [f"{folder}: the folder has no {RECORD}." for folder in unknown]
    if any(folder.startswith(SCRATCH) for folder in folders):
        return problems
    shown = references((edition.name, edition.record["files"]) for edition in records)
    foreign = {path for path in tree if path.startswith(f"{SHARED}/")} - shown
    return problems + [f"{path}: no edition shows it." for path in sorted(foreign)]


def verify_edition(edition: Edition, tree: Mapping[str, str]) -> list[str]:
    """Files altered, missing or foreign in one edition, as sentences; `tree` as for `verify`."""
    prefix = f"{edition.name}/"
    listed = edition.record["files"].items()
    expected = {path_in_tree(edition.name, path): digest for path, digest in listed}
    expected[f"{prefix}{RECORD}"] = edition.sha256
    found = {p: d for p, d in tree.items() if p.startswith(prefix) or p in expected}
    altered = [p for p in expected.keys() & found.keys() if expected[p] != found[p]]
    missing, foreign = expected.keys() - found.keys(), found.keys() - expected.keys()
    return [
        *(f"{path}: altered since the edition was laid." for path in sorted(altered)),
        *(f"{_seen_from(edition, path)}: missing." for path in sorted(missing)),
        *(f"{path}: foreign to the edition." for path in sorted(foreign)),
    ]


def _seen_from(edition: Edition, path: str) -> str:
    """The path, and for a shared file which edition shows it."""
    return path if path.startswith(edition.name) else f"{path} of {edition.name}"


def verify_chain(records: Sequence[Edition], elsewhere: Iterable[Edition] = ()) -> list[str]:
    """Every edition whose record does not point at the one before it, as sentences."""
    ordered = sorted(records, key=lambda edition: edition.name)
    before_all = before(ordered[0].name, elsewhere) if ordered else None
    if before_all and not ordered[0].record.get("previous"):
        before_all = None  # a tree of its own, which knows nothing of those elsewhere
    pairs = zip([before_all, *ordered], ordered, strict=False)
    return [problem for earlier, edition in pairs for problem in _broken_link(earlier, edition)]


def _broken_link(earlier: Edition | None, edition: Edition) -> list[str]:
    place = f"{edition.name}/{RECORD}"
    said = edition.record.get("previous")
    if not isinstance(said, dict):
        return [] if earlier is None else [f"{place}: does not name {earlier.name} before it."]
    if earlier is None or said.get("edition") != earlier.name:
        return [f"{place}: the edition before it, {said.get('edition')}, is not here."]
    if said.get("sha256") != earlier.sha256:
        return [f"{place}: {earlier.name} is not as it was when this edition was laid upon it."]
    return []
