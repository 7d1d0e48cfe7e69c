"""Begin a thesis: a new folder from the starter, or from another thesis, that builds at once."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from generator.composing import compose
from generator.documents import read_text
from generator.errors import ThesisError, UsageError, did_you_mean

STARTER = "_starter"
TEMPLATES = "templates"
LONGEST = 60  # signs of a slug: it is part of every address and of file names
RESERVED = ("assets", "changes", "latest", "shared", "theme", "new")
DEVICES = ("con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)))
# What belongs to the past of the thesis that is copied, by the file it stands in.
PAST = {"thesis.yml": ("was", "renamed_charts"), "claims.yml": ("was", "corrections")}
TEXT = (".yml", ".py", ".j2", ".md", ".css", ".csv", ".js", ".svg")


@dataclass(frozen=True)
class Started:
    """A thesis that was begun: its folder, and what its author should look at next."""

    folder: Path
    title: str
    next: tuple[str, ...]


def start_thesis(root: Path, slug: str, *, source: str | None, today: dt.date) -> Started:
    """Lay templates/`slug` as a copy of the starter, or of the thesis named `source`.

    The folder appears whole or not at all. Raises UsageError for a name that cannot be taken and
    for a source that is not there, ThesisError where a file of the source cannot be read.
    """
    theses = root / TEMPLATES
    check_slug(slug, theses)
    original = _original(theses, source)
    title = slug.replace("-", " ").capitalize()
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=theses))
    try:
        copy = scratch / slug
        shutil.copytree(original, copy, symlinks=True, ignore=_left_out)
        for path in _texts(copy):
            shown = f"{TEMPLATES}/{original.name}/{path.relative_to(copy).as_posix()}"
            text, findings = read_text(path, shown)
            if findings:
                raise ThesisError(findings)
            text = _begun(path.relative_to(copy).as_posix(), text, title, today)
            path.write_text(readdressed(text, original.name, slug), encoding="utf-8", newline="\n")
        named = tuple(_mentions(copy, original.name)) if source else ()
        _take_place(copy, theses / slug)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Started(theses / slug, title, (*_next(slug, bool(source)), *named))


def check_slug(slug: str, theses: Path) -> None:
    """Raises UsageError, with a way out, unless `slug` can be the name of a new thesis."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        near = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:LONGEST].strip("-")
        hint = "Use small letters, digits and single hyphens"
        hint += f": {near}." if near and near != slug else ", as in gold-and-real-rates."
        raise UsageError(f"'{slug}' is no good web address for a thesis.", hint)
    if len(slug) > LONGEST:
        hint = "The title may be longer; the name is part of every address."
        raise UsageError(f"the name has {len(slug)} signs; at most {LONGEST} are good.", hint)
    if slug in RESERVED or slug in DEVICES:
        hint = f"Add a word to it, e.g. {slug}-thesis."
        raise UsageError(f"'{slug}' is a name that is used for something else.", hint)
    taken = next((path for path in theses.iterdir() if path.name.lower() == slug), None)
    if taken is not None:
        hint = "Choose another name, or move that folder away first; nothing was changed."
        raise UsageError(f"{TEMPLATES}/{taken.name} is there already.", hint)


def _original(theses: Path, source: str | None) -> Path:
    known = [p.name for p in theses.iterdir() if p.is_dir() and not p.name.startswith(("_", "."))]
    name = STARTER if source is None else source
    if source is not None and source not in known:
        hint = did_you_mean(source, known) or "Leave --from out: the starter needs no thesis."
        raise UsageError(f"there is no thesis '{source}' to begin from.", hint)
    if not (theses / name / "thesis.yml").is_file():
        hint = "Restore it from git, or begin --from a thesis that is there."
        raise UsageError(f"there is no {TEMPLATES}/{name}/thesis.yml to begin from.", hint)
    return theses / name


def _left_out(_: str, names: Sequence[str]) -> set[str]:
    """What a tool left in the folder; its author wrote none of it."""
    return {name for name in names if name.startswith(".") or name == "__pycache__"}


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in TEXT and path.is_file() and not path.is_symlink():
            yield path


def _take_place(copy: Path, place: Path) -> None:
    try:
        copy.rename(place)
    except OSError as error:  # somebody was faster, or the disk is full
        raise UsageError(f"{place} could not be made: {error}.", "Nothing was changed.") from error


def _begun(file: str, text: str, title: str, today: dt.date) -> str:
    """A file of the copy: without the original's past, and with a title and a day of its own."""
    if file in PAST:
        text = without_keys(text, PAST[file], depth=1 if file == "thesis.yml" else 2)
    if file == "thesis.yml":
        text = with_value(text, "title", json.dumps(title) if ":" in title else title)
        text = with_value(text, "published", today.isoformat())
    return text


def readdressed(text: str, old: str, new: str) -> str:
    """The text with paths that lead into the folder `old` leading into `new`.

    Only paths within the site or the repository: prose and other people's addresses stay.
    """
    before = r"(?<![\w:/.-])((?:\.\./)*(?:theses/|templates/)|(?:\.\./)+)"
    return re.sub(rf"{before}{re.escape(old)}(?![\w-])", rf"\g<1>{new}", text)


def with_value(text: str, key: str, value: str) -> str:
    """YAML with another plain value for a key of its top level; a comment beside it stays."""
    for name, node in _pairs(text, depth=1):
        if name.value == key:
            begin, end = node.start_mark.index, _end(text, node)
            return f"{text[:begin]}{value}{text[end:]}"
    return text


def without_keys(text: str, keys: Sequence[str], *, depth: int) -> str:
    """YAML without these keys, and what stands below them, at that depth; comments stay."""
    pairs = list(_pairs(text, depth))
    for name, node in reversed([pair for pair in pairs if pair[0].value in keys]):
        begin, end = name.start_mark.index, _end(text, node)
        own_line = not text[text.rfind("\n", 0, begin) + 1 : begin].strip()
        if own_line:
            begin = text.rfind("\n", 0, begin) + 1
            end = (text.find("\n", end) + 1) or len(text)
        else:  # within braces: the comma beside it goes too
            after = re.compile(r"\s*,\s*").match(text, end)
            before = re.search(r",\s*$", text[:begin])
            end = after.end() if after else end
            begin = before.start() if before and not after else begin
        text = text[:begin] + text[end:]
    return text


def _pairs(text: str, depth: int) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The keys of a YAML file at a depth, with their values; none of one that is no YAML."""
    tree, _ = compose(text, "")
    level = [tree] if tree is not None else []
    for left in range(depth, 0, -1):
        pairs = [p for node in level if isinstance(node, yaml.MappingNode) for p in node.value]
        if left == 1:
            yield from pairs
        level = [value for _, value in pairs]


def _end(text: str, node: yaml.Node) -> int:
    """Where the text of a value ends: PyYAML has that of a block only after the lines below it."""
    inner: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        inner = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        inner = list(node.value)
    if inner and not getattr(node, "flow_style", False):
        return _end(text, inner[-1])
    begin, end = int(node.start_mark.index), int(node.end_mark.index)
    return begin + len(text[begin:end].rstrip())


def _mentions(folder: Path, old: str) -> Iterator[str]:
    """The lines of the copy that still say the name of the original."""
    for path in _texts(folder):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", line):
                place = f"{TEMPLATES}/{folder.name}/{path.relative_to(folder).as_posix()}"
                yield f"{place}:{number}: still says '{old}'."


def _next(slug: str, copied: bool) -> Iterator[str]:
    folder = f"{TEMPLATES}/{slug}"
    yield f"{folder}/thesis.yml: its title, sentence and summary."
    if copied:
        yield f"{folder}/thesis.yml: falsifiers are registered anew, as of its day of publication."
        yield f"{folder}/claims.yml: the claims of the original, without its corrections."
    else:
        yield f"{folder}/thesis.yml: under data, the tables it rests on."
    yield f"{folder}: every *.md.j2; the words are still those it was copied from."
