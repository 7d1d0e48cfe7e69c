"""What a thesis publishes as it lies in its folder: a stylesheet and pictures, checked first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from generator.documents import read_text
from generator.errors import Finding, did_you_mean
from generator.model import Asset, Thesis

STYLE = "style.css"  # for the pages of its thesis and no others
IMAGES = "images"
LARGEST = 1_000_000  # bytes of a picture: a page should not weigh more than its words are worth

_SVG = re.compile(rb"\A\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL)
# How a picture of each kind begins.
KINDS: Mapping[str, Callable[[bytes], bool]] = {
    ".png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    ".jpg": lambda content: content.startswith(b"\xff\xd8\xff"),
    ".jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    ".gif": lambda content: content.startswith((b"GIF87a", b"GIF89a")),
    ".webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    ".svg": lambda content: bool(_SVG.match(content)),
}
_SCRIPTED = re.compile(
    rb"<script\b|<foreignObject\b|\son\w+\s*=|(?:href|src)\s*=\s*[\"'](?!#|data:image/)|@import",
    re.IGNORECASE,
)
_LOADS = re.compile(r"@import\b|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def own_files(thesis: Thesis, *, root: Path) -> tuple[list[Asset], list[Finding]]:
    """The stylesheet and the pictures of a thesis, and what is wrong with them."""
    assets, findings = _style(thesis, root)
    for path in sorted((thesis.folder / IMAGES).rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            content = path.read_bytes()
            findings += _picture_findings(path, content, root)
            assets.append(Asset(_published(thesis, path), content))
    return assets, [*findings, *_shown_pictures(thesis, root)]


def style_path(slug: str) -> str:
    """Where the stylesheet of a thesis that has one lies below docs/."""
    return f"theses/{slug}/{STYLE}"


def _published(thesis: Thesis, path: Path) -> str:
    return f"theses/{thesis.slug}/{path.relative_to(thesis.folder).as_posix()}"


def _style(thesis: Thesis, root: Path) -> tuple[list[Asset], list[Finding]]:
    path = thesis.folder / STYLE
    if not path.is_file():
        return [], []
    shown = path.relative_to(root).as_posix()
    text, findings = read_text(path, shown)
    # As many lines as before, so that those that follow keep their numbers.
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    for number, line in enumerate(bare.splitlines(), 1):
        if _LOADS.search(line):
            message = "the stylesheet loads another file."
            hint = "It is stored alone: write a small picture into it, as url(data:...)."
            findings.append(Finding(shown, number, message, hint))
    return [Asset(_published(thesis, path), path.read_bytes())], findings


def _picture_findings(path: Path, content: bytes, root: Path) -> list[Finding]:
    shown, ending = path.relative_to(root).as_posix(), path.suffix.lower()
    if not _NAME.fullmatch(path.name):
        hint = "Use letters, digits, hyphens, underscores and dots, without spaces."
        return [Finding(shown, 1, "the name of the picture is no good web address.", hint)]
    if ending not in KINDS:
        kinds = ", ".join(KINDS)
        return [Finding(shown, 1, "this is no picture a page can show.", f"It may be {kinds}.")]
    found = []
    if not KINDS[ending](content):
        hint = "Save it in the format that its name says, or rename it."
        found.append(Finding(shown, 1, f"the content is no {ending[1:].upper()} picture.", hint))
    elif ending == ".svg" and _SCRIPTED.search(content):
        hint = "Export it as a plain SVG: no scripts, no links, no pictures of other files."
        found.append(Finding(shown, 1, "the picture runs a script or loads another file.", hint))
    if len(content) > LARGEST:
        message = f"the picture has {len(content):,} bytes; at most {LARGEST:,} are published."
        found.append(Finding(shown, 1, message, "Scale it down, or save it as WebP."))
    return found


def _shown_pictures(thesis: Thesis, root: Path) -> list[Finding]:
    """Pictures that a template shows and the folder does not have."""
    folder = thesis.folder
    there = [path.relative_to(folder).as_posix() for path in (folder / IMAGES).rglob("*")]
    found: list[Finding] = []
    for name in thesis.pages:
        path = folder / f"{name}.md.j2"
        shown = path.relative_to(root).as_posix()
        text, _ = read_text(path, shown)  # what cannot be read is said where the page is rendered
        for number, line in enumerate(text.splitlines(), 1):
            for target in _PICTURE.findall(line):
                found += _shown(shown, number, target, there)
    return found


def _shown(path: str, line: int, target: str, there: Sequence[str]) -> Iterator[Finding]:
    if target.startswith(f"{IMAGES}/") and target not in there:
        hint = did_you_mean(target, there) or f"Put it into the folder {IMAGES}/ of the thesis."
        yield Finding(path, line, f"there is no picture '{target}'.", hint)
