"""The site around the theses: its identity, the pages written for MkDocs, its menu."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from generator.config_file import read_config
from generator.documents import Place
from generator.errors import Finding, SiteError, ThesisError, did_you_mean
from generator.layout import COMMON, CONFIG, GENERATED, HOME, NOT_PAGES, SINGLE
from generator.model import Asset, Identity, Page, Section
from generator.places import leads_out

_ORDER = re.compile(r"---\n(?:(?!---\n).*\n)*?order: *(\d+) *\n")
NavItem = str | dict[str, Any]

_OWN = ("extra", "identity")
# Where each field of Identity stands, and whether it may be empty.
_FIELDS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "site_name": (("site_name",), False),
    "author": (("site_author",), False),
    "description": (("site_description",), False),
    "repository": ((*_OWN, "repository"), True),
    "code_licence": ((*_OWN, "code_licence"), False),
    "text_licence": ((*_OWN, "text_licence"), False),
    "text_licence_url": ((*_OWN, "text_licence_url"), False),
    "holdings": ((*_OWN, "holdings"), False),
}
_DISCLOSURES = (*_OWN, "disclosures")


def read_identity(root: Path) -> Identity:
    """Who publishes the site, from mkdocs.yml. Raises ThesisError with every mistake in it."""
    values, lines = read_config(root / CONFIG)
    findings = []
    found: dict[str, str] = {}
    for field, (place, may_be_empty) in _FIELDS.items():
        value = _at(values, place)
        if isinstance(value, str) and (may_be_empty or value.strip()):
            found[field] = value.strip()
        else:
            findings.append(
                _mistake(place, value, lines, "a text", 'Write a text, such as "Name".')
            )
    sentences = _at(values, _DISCLOSURES)
    if not (
        isinstance(sentences, list) and sentences and all(isinstance(s, str) for s in sentences)
    ):
        hint = 'Write a list of sentences, one "- ..." a line.'
        findings.append(_mistake(_DISCLOSURES, sentences, lines, "a list of texts", hint))
    findings += _unknown_keys(values, lines)
    if findings:
        raise ThesisError(findings)
    return Identity(**found, disclosures=tuple(s.strip() for s in sentences))


def read_address(root: Path) -> str:
    """The published address that mkdocs.yml names; SITE_URL in the environment goes before it."""
    values, _ = read_config(root / CONFIG)
    address = _at(values, ("site_url",))
    return address.strip() if isinstance(address, str) else ""


def _at(values: Any, place: Sequence[str]) -> Any:
    for step in place:
        values = values.get(step) if isinstance(values, dict) else None
    return values


def _mistake(
    place: Place,
    value: object,
    lines: Mapping[Place, int],
    wanted: str,
    hint: str,
) -> Finding:
    near = place
    while near and near not in lines:
        near = near[:-1]
    key = ".".join(map(str, place))
    given = "missing" if place not in lines else f"not {wanted}" if value else "empty"
    return Finding(CONFIG, lines.get(near, 1), f"'{key}' is {given}.", hint)


def _unknown_keys(values: Any, lines: Mapping[Place, int]) -> list[Finding]:
    own = _at(values, _OWN)
    known = [place[-1] for place, _ in _FIELDS.values() if place[:-1] == _OWN]
    known.append(_DISCLOSURES[-1])
    unknown = [str(key) for key in own if key not in known] if isinstance(own, dict) else []
    return [
        Finding(
            CONFIG,
            lines.get((*_OWN, key), 1),
            f"unknown key 'extra.identity.{key}'.",
            did_you_mean(key, known),
        )
        for key in unknown
    ]


def write_pages(pages: Sequence[Page], assets: Sequence[Asset], docs: Path) -> list[Path]:
    """Make docs/theses and the generated pages beside it be exactly these; give what changed.

    A file is written only when its content differs: otherwise the preview would rebuild for ever.
    Raises SiteError, before anything is written, for a path outside those.
    """
    wanted: dict[Path, bytes] = {}
    items = [*((p.path, p.text.encode()) for p in pages), *((a.path, a.content) for a in assets)]
    for path, content in items:
        target = docs / _checked(path)
        if target in wanted:
            raise SiteError(f"two pages or files want to be docs/{path}.", "Rename one of them.")
        wanted[target] = content
    for folder in {target.parent for target in wanted}:
        if leads_out(folder, docs):
            shown = folder.relative_to(docs.parent).as_posix()
            hint = "Remove the link; a build makes the folder itself."
            raise SiteError(f"{shown} leads out of docs/, where pages are written.", hint)
    stale = [path for path in _generated(docs) if path not in wanted]
    for old in stale:
        old.unlink()
    _remove_empty_folders(docs / GENERATED)
    changed = [target for target, content in wanted.items() if not _holds(target, content)]
    for target in changed:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(wanted[target])
    return sorted([*stale, *changed])


def _checked(path: str) -> PurePosixPath:
    pure = PurePosixPath(path)
    outside = pure.is_absolute() or ".." in pure.parts or "\\" in path
    generated = path in SINGLE or (len(pure.parts) > 1 and pure.parts[0] == GENERATED)
    if outside or not generated:
        hint = f"Generated pages belong below docs/{GENERATED}/; all else is written by hand."
        raise SiteError(f"a page wants to be docs/{path}, which is not generated.", hint)
    return pure


def _generated(docs: Path) -> list[Path]:
    below = (path for path in (docs / GENERATED).rglob("*") if path.is_file() or path.is_symlink())
    return sorted([*below, *(docs / name for name in SINGLE if (docs / name).is_file())])


def _remove_empty_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def navigation(
    sections: Iterable[Section], docs: Path, generated: Container[str] | None = None
) -> list[NavItem]:
    """The menu: home, a section a thesis, pages of all, the hand-written ones, about.md last.

    The theses of one part of the menu stand together, where the first of them stands. A folder of
    hand-written pages is a part of its own, called as the folder is; `order: 1` in the front
    matter of a page is its place there.
    `generated` are the generated pages, by default those that were written into `docs`.
    """
    there = [p for p in SINGLE if (docs / p).is_file()] if generated is None else generated
    menu: list[NavItem] = [{"Home": HOME}]
    parts: dict[str, list[NavItem]] = {}
    for section in sections:
        item: NavItem = {section.title: [{title: path} for title, path in section.pages]}
        if not section.under:
            menu.append(item)
        elif section.under in parts:
            parts[section.under].append(item)
        else:
            parts[section.under] = [item]
            menu.append({section.under: parts[section.under]})
    menu += [{title: path} for title, path in COMMON.items() if path in there]
    ours = _written(docs)
    folders = sorted({path.partition("/")[0] for path in ours if "/" in path})
    for folder in folders:
        inside = [path for path in ours if path.startswith(f"{folder}/")]
        ranks = {path: (_order(docs / path), path) for path in inside}
        menu.append({folder.replace("-", " ").capitalize(): sorted(inside, key=ranks.__getitem__)})
    flat = [path for path in ours if "/" not in path]
    return menu + sorted(flat, key=lambda path: (path == "about.md", path))


def _written(docs: Path) -> list[str]:
    """The pages in `docs` that are written by hand."""
    paths = (path.relative_to(docs) for path in docs.rglob("*.md"))
    return [
        p.as_posix() for p in paths if p.as_posix() not in SINGLE and p.parts[0] not in NOT_PAGES
    ]


def _order(page: Path) -> float:
    """The place of a page among those of its folder, from its front matter; last without one."""
    found = _ORDER.match(page.read_text(encoding="utf-8"))
    return int(found[1]) if found else math.inf


def hand_written(root: Path) -> str:
    """SHA-256 of what an edition is made from beside its theses: pages, parts, look, settings."""
    pages = [root / "docs" / path for path in _written(root / "docs")]
    parts = [
        path
        for folder in ("_shared", "_starter", "_theme")
        for path in (root / "templates" / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    whole = hashlib.sha256()
    others = [root / "mkdocs.yml", root / "CONTRIBUTING.md"]  # the guide shows parts of this one
    for path in sorted([*pages, *parts, *filter(Path.is_file, others)]):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()
