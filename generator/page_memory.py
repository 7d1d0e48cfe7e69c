"""What MkDocs made of a page is made once: its HTML from its Markdown, its words for the search.

Both are kept in one file for each page, under the hash of all they depend on: the Markdown itself,
the names of all files (links are checked against them), mkdocs.yml, the versions of what converts.
Where a page says or shows what this hash cannot know (a file of the repository shown by a snippet,
an extension we have not looked into), it is made afresh. Nothing here names an edition.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, TemplateNotFound, meta
from jinja2.bccache import Bucket
from material.plugins.search.plugin import SearchIndex
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.theme import Theme

from generator.kept import digest, digest_of, keep, read_kept
from generator.layout import PAGES

# Their pages depend on the Markdown alone; what snippets show is asked for by their mark.
KNOWN = {
    *("abbr", "admonition", "attr_list", "footnotes", "md_in_html", "meta", "tables", "toc"),
    *("fenced_code", "pymdownx.details", "pymdownx.superfences", "pymdownx.snippets"),
}
_MARK = "-8<-"
_SNIPPET = re.compile(r'^[ \t]*-+8<-+[ \t]+"([^"\n;]+)"[ \t]*$', re.MULTILINE)
_LIBRARIES = ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Pygments")
Memory = dict[str, Any]


def remember_pages(root: Path) -> None:
    """From here on, in this process, pages that are known are not converted again."""
    settings = (root / "mkdocs.yml").read_bytes()
    folder = root / PAGES
    Page.render = _rendered(Page.render, folder, settings)  # type: ignore[assignment, method-assign]
    SearchIndex.add_entry_from_context = _indexed(SearchIndex.add_entry_from_context, folder)


def share_templates(theme: Theme, names: Iterable[str]) -> None:
    """Compile these templates and what they include; every environment of the process gets them."""
    compiled = _Compiled()
    make = Theme.get_env

    def get_env(self: Theme) -> Environment:
        environment = make(self)
        environment.bytecode_cache = compiled
        loader = environment.loader
        if loader:
            listed = functools.partial(_listed, tuple(self.dirs), loader.list_templates)
            loader.list_templates = listed  # type: ignore[method-assign]
        return environment

    Theme.get_env = get_env  # type: ignore[method-assign]
    environment = theme.get_env()
    environment.list_templates()
    asked, seen = set(names), set[str]()
    while asked:
        name = asked.pop()
        seen.add(name)
        try:
            environment.get_template(name)
            source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
        except TemplateNotFound:
            continue
        named = meta.find_referenced_templates(environment.parse(source))
        asked |= {one for one in named if one} - seen


def _listed(folders: tuple[str, ...], list_all: Callable[[], list[str]]) -> list[str]:
    """The files of a theme, listed once, without those that begin with a dot.

    MkDocs copies none of those, and of ten thousand icons it would ask each.
    """
    if folders not in _LISTED:
        _LISTED[folders] = [name for name in list_all() if not name.startswith(".")]
    return _LISTED[folders]


_LISTED: dict[tuple[str, ...], list[str]] = {}


class _Compiled(BytecodeCache):
    """Templates compiled in this process; nothing of it reaches a disk."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.checksum, bucket.code


def _rendered(
    render: Callable[[Page, MkDocsConfig, Files], None], folder: Path, settings: bytes
) -> Callable[[Page, MkDocsConfig, Files], None]:
    names = functools.cache(_names)  # of one build

    def rendered(page: Page, config: MkDocsConfig, files: Files) -> None:
        text = page.markdown or ""
        shown = _snippets(text, config)
        if shown is None or not set(config.markdown_extensions) <= KNOWN:
            return render(page, config, files)
        key = digest(page.file.src_uri, text, *shown, settings.hex(), names(files), *versions())
        known = recall(folder, page, "page", key)
        if known is None:
            with _Said() as said:
                render(page, config, files)
            if not said.records:  # what is said of a page is said at every build
                remember(folder, page, "page", key, _made(page))
            return None
        page.content = known["content"]
        page.toc = get_toc(known["toc"])
        page._title_from_render = known["title"]
        page.present_anchor_ids = set(known["anchors"])
        page.links_to_anchors = {
            file: links
            for name, links in known["links"].items()
            if (file := files.get_file_from_path(name))
        }
        return None

    return rendered


def _snippets(text: str, config: MkDocsConfig) -> list[str] | None:
    """What the files that a page shows say; None where it is not plain which they are."""
    if text.count(_MARK) != len(named := _SNIPPET.findall(text)):
        return None
    places = config.mdx_configs.get("pymdownx.snippets", {}).get("base_path", ["."])
    shown = []
    for name in named:
        found = [
            path for place in places if (path := Path(place, name.partition(":")[0])).is_file()
        ]
        said = found[0].read_text(encoding="utf-8") if len(found) == 1 else _MARK
        if _MARK in said:  # it shows others in turn, or is not there
            return None
        shown.append(said)
    return shown


def _made(page: Page) -> Memory:
    def token(item: Any) -> Memory:
        children = [token(child) for child in item.children]
        return {"name": item.title, "id": item.id, "level": item.level, "children": children}

    links = {file.src_uri: dict(asked) for file, asked in (page.links_to_anchors or {}).items()}
    return {
        "content": page.content,
        "toc": [token(item) for item in page.toc],
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": links,
    }


def _indexed(
    add: Callable[[SearchIndex, Page], None], folder: Path
) -> Callable[[SearchIndex, Page], None]:
    def indexed(index: SearchIndex, page: Page) -> None:
        said = json.dumps(dict(page.meta), default=str, sort_keys=True)
        key = digest(page.content or "", page.url, str(page.title), said, *versions())
        known = recall(folder, page, "search", key)
        if known is None:
            before = len(index.entries)
            add(index, page)
            remember(folder, page, "search", key, index.entries[before:])
        else:
            index.entries += known

    return indexed


def _place(folder: Path, page: Page, kind: str) -> Path:
    return folder / f"{digest(page.file.src_uri)[:32]}.{kind}.json"


def recall(folder: Path, page: Page, kind: str, key: str) -> Any:
    content = read_kept(_place(folder, page, kind))
    if content is None:
        return None
    known = json.loads(content)
    return known["made"] if known["key"] == key else None


def remember(folder: Path, page: Page, kind: str, key: str, made: Any) -> None:
    keep(_place(folder, page, kind), json.dumps({"key": key, "made": made}).encode())


@functools.cache
def versions() -> tuple[str, ...]:
    libraries = (importlib.metadata.version(name) for name in _LIBRARIES)
    return (sys.version, digest_of(__file__), *libraries)


def _names(files: Files) -> str:
    """One hash of the names of all files, and of whether each belongs to the site."""
    names = {file.src_uri: file.inclusion.name for file in files}
    return digest(json.dumps(names, sort_keys=True))


class _Said(logging.Handler):
    """Hears what MkDocs says while a page is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> _Said:
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)
