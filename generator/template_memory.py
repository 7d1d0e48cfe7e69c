"""What the theme makes of a page is made once: a whole page from all that its templates read.

MkDocs fills the templates of every page at every build, half of the time of a site of a hundred
theses. Here a page comes from the file of the last build when everything is as it was: its own
words and places, its neighbours' names, the menu, the settings, the templates, the edition and what
the build puts into its head. A template of a fork that reads more than that (`UNSEEN`) is filled
each time, and so is any to which a plugin or a hook may hand more.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.theme import Theme

from generator.kept import digest, digest_of
from generator.page_memory import recall, remember, versions

# Of what MkDocs hands to a template, the names that no key here has, or has a part of only.
UNSEEN = re.compile(r"\b(?:build_date_utc|pages|nav|previous_page|next_page|parent|ancestors)\b")
PLUGINS = {"material/search", "search"}  # which hand a template nothing
_ASKED = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
# Of the settings, what says where files lie, and what is read page by page.
_ELSEWHERE = {"docs_dir", "site_dir", "config_file_path", "nav", "dev_addr"}


def remember_templates(root: Path, folder: Path) -> None:
    """From here on, in this process, a page that is known is not made of its template again.

    `root` is the repository, whose own templates are read; `folder` holds what is kept.
    """

    templates: list[str] = []  # those of the repository

    class Remembered(jinja2.Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            make = functools.partial(super().render, *args, **kwargs)
            context = args[0] if args and isinstance(args[0], Mapping) else kwargs
            page, config = context.get("page"), context.get("config")
            if not isinstance(page, Page) or not isinstance(config, MkDocsConfig):
                return make()
            if not set(config.plugins) <= PLUGINS or config.hooks:
                return make()
            key = digest(str(self.name), *templates, _key(context))
            kind = f"html-{Path(config.site_dir).name}"
            known = recall(folder, page, kind, key)
            if known is None:
                known = make()
                remember(folder, page, kind, key, known)
            return str(known)

    get_env = Theme.get_env

    def with_memory(self: Theme) -> jinja2.Environment:
        environment = get_env(self)
        templates[:] = _own_templates(self, root)
        if _is_seen_through(templates):
            environment.template_class = Remembered
        return environment

    Theme.get_env = with_memory  # type: ignore[method-assign]


def _key(context: Mapping[str, Any]) -> str:
    """One hash of everything that Material's templates and ours read for this page."""
    config, page = context["config"], context["page"]
    edition = config.extra.get("edition") or {}
    heads = edition.get("heads") or {}
    return digest(
        _of_settings(config),
        _of_menu(context["nav"]),
        _text([context["base_url"], list(context["extra_css"]), heads.get("")]),
        _text([heads.get(page.file.src_uri), *_of_page(page)]),
    )


def _of_page(page: Page) -> Iterator[Any]:
    yield from (page.file.src_uri, page.url, page.title, page.content, dict(page.meta))
    yield from (page.canonical_url, page.edit_url, page.is_homepage)
    yield [_contents(item) for item in page.toc]
    for other in (page.previous_page, page.next_page, *page.ancestors):
        yield [other.title, getattr(other, "url", None)] if other else None


def _contents(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_contents(child) for child in item.children]]


def _of_menu(nav: Navigation) -> str:
    if id(nav) not in _KNOWN:
        items = [_entry(item) for item in nav.items]
        home = nav.homepage.url if nav.homepage else None
        _KNOWN[id(nav)] = digest(_text([items, home]))
    return _KNOWN[id(nav)]


def _entry(item: Any) -> list[Any]:
    inner = [_entry(child) for child in getattr(item, "children", None) or ()]
    meta = dict(getattr(item, "meta", None) or {})
    return [type(item).__name__, item.title, getattr(item, "url", None), meta, inner]


def _of_settings(config: MkDocsConfig) -> str:
    if id(config) not in _KNOWN:
        settings = {key: value for key, value in config.items() if key not in _ELSEWHERE}
        edition = {**(config.extra.get("edition") or {}), "heads": None}
        settings["extra"] = {**config.extra, "edition": edition}
        _KNOWN[id(config)] = digest(_text(settings), *versions(), digest_of(__file__))
    return _KNOWN[id(config)]


_KNOWN: dict[int, str] = {}  # of one build, whose settings and menu live as long as the process


def _own_templates(theme: Theme, root: Path) -> list[str]:
    """The templates of the theme that do not come with an installed package."""
    own = [Path(folder) for folder in theme.dirs if _is_below(Path(folder), root)]
    return [
        path.read_text(encoding="utf-8")
        for folder in own
        for path in sorted(folder.rglob("*.html"))
    ]


def _is_below(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve()) and "site-packages" not in folder.parts


def _is_seen_through(templates: Iterable[str]) -> bool:
    """Whether these templates read nothing but what `_key` has."""
    asked = (_STRING.sub("", said) for text in templates for said in _ASKED.findall(text))
    return not any(map(UNSEEN.search, asked))


def _text(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    """The value as JSON has it; of an object that is only its kind, the kind."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (Path, dt.date)):
        return str(value)
    return [type(value).__qualname__, _plain(value.config) if isinstance(value, BasePlugin) else 0]
