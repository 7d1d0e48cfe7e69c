"""HTML of a page when somebody looks at it, by MkDocs' own parts, which are kept warm."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation

from generator.errors import Finding
from generator.finishing import finished_page
from generator.layout import CONFIG, GENERATED, SCRATCH, THEME, is_generated
from generator.mkdocs_run import placed
from generator.model import Asset
from generator.policy import with_policy
from generator.preview.workshop import Shelf
from generator.site import navigation

# What the search index is told; its plugin, which a preview does without, takes it off.
_FOR_SEARCH = re.compile(r'\s?data-search-\w+="[^"]+"')
CLIENT = "_preview/client.js"
_END = re.compile(r"</body>", re.IGNORECASE)
_LINK = re.compile(r"(?:link|target|path) '([^']+)'")
_PLACED = re.compile(r"docs/(\S+): (.*)", re.DOTALL)


class Complaints(logging.Handler):
    """What MkDocs has to say while it makes a page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


class Pages:
    """The site as a folder that is nowhere: each file by its address, made when it is asked for.

    `problems` has the mistakes of pages by their source, and of the whole under its own name.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: dict[str, list[Finding]] = {}
        self._complaints = Complaints()
        log = logging.getLogger("mkdocs")
        log.addHandler(self._complaints)
        log.propagate = False
        self._config: Any = None
        self._env: Any = None
        self._shelf = Shelf()
        self._by_address: dict[str, File] = {}
        self._html: dict[str, tuple[str, str]] = {}  # address -> what it was made of, the page
        self._hashes: dict[str, tuple[bytes, str]] = {}
        self._round = 0  # of the theme and the menu: with it all pages differ

    def configure(self) -> bool:
        """Read mkdocs.yml anew; whether there is a site."""
        try:
            config = load_config(
                str(self.root / CONFIG),
                docs_dir=str(self.root / "docs"),
                site_dir=str(self.root / SCRATCH / "preview"),
                site_url="",
            )
        except MkDocsException as error:
            said = self._take() or [str(error)]
            self.problems[CONFIG] = [Finding(CONFIG, 1, text) for text in said]
            return self._config is not None
        self.problems.pop(CONFIG, None)
        config.extra.pop("version", None)  # the menu of editions, of which there are none
        config.plugins.on_startup(command="serve", dirty=False)
        for methods in config.plugins.events.values():
            # The index of words would grow with each page that is made again.
            methods[:] = [m for m in methods if "search" not in m.__module__]
        self._config = config.plugins.on_config(config)
        self.renew_theme()
        return True

    def renew_theme(self) -> None:
        """Forget the templates of the theme, which may have changed."""
        self._env = None
        self._round += 1

    def lay(self, shelf: Shelf) -> None:
        """Take these pages and files for the site, beside those written by hand in docs/."""
        config = self._config
        docs = [f for f in get_files(config) if not is_generated(f.src_uri)]
        made = [File.generated(config, page.path, content=page.text) for page in shelf.pages]
        made += [
            File.generated(config, asset.path, content=asset.content) for asset in shelf.assets
        ]
        files = Files([*docs, *made])
        if self._env is None:
            self._env = config.theme.get_env()
        files.add_files_from_theme(self._env, config)
        files = config.plugins.on_files(files, config=config)
        set_exclusions(files, config)
        there = {page.path for page in shelf.pages}
        config.nav = navigation(shelf.menu, self.root / "docs", there)
        config.extra["edition"] = shelf.edition
        nav = get_navigation(files, config)
        self._nav = config.plugins.on_nav(nav, config=config, files=files)
        self._env = config.plugins.on_env(self._env, config=config, files=files)
        self._files, self._shelf = files, shelf
        self._by_address = {
            _address(file): file for file in files if not file.inclusion.is_excluded()
        }
        for file in docs:  # the menu has their titles, which stand in themselves
            if file.page is not None:
                file.page.read_source(config)
        titles = [(page.title, page.url) for page in self._nav.pages]
        self._common = _hash(json.dumps([titles, str(shelf.edition), self._round], default=str))
        self.problems = {k: v for k, v in self.problems.items() if k == CONFIG or k in there}
        self._take()

    def addresses(self) -> Iterator[tuple[str, str]]:
        """The address and the title of each page, in the order of the menu."""
        for page in getattr(self, "_nav", None) or ():
            yield from _leaves(page)

    def file(self, address: str) -> bytes | None:
        """A file that is no page; None where there is none of that address."""
        if address == "search/search_index.json":
            return json.dumps(_index(dict(self.addresses()))).encode()
        found = self._by_address.get(address)
        return None if found is None else bytes(found.content_bytes)

    def is_page(self, address: str) -> bool:
        """Whether there is a page of that address."""
        found = self._by_address.get(address)
        return found is not None and found.is_documentation_page()

    def page(self, address: str) -> str | None:
        """The page as it was last good, finished; None for one that never was."""
        file = self._by_address.get(address)
        if file is None or not file.is_documentation_page():
            return None
        made_of = f"{self._common} {_hash(file.content_string)}"
        known = self._html.get(address)
        if known is None or known[0] != made_of:
            html = self._made(file)
            if html is None:
                return known[1] if known else None
            self._html[address] = known = made_of, html
        return known[1]

    def token(self, address: str) -> str:
        """What differs when the page, or a file of its thesis, looks different; "" for no page."""
        html = self.page(address)
        if html is None:
            return ""
        below = "/".join(address.split("/")[:2]) + "/"
        near = below if address.startswith(f"{GENERATED}/") else f"{GENERATED}/"
        of = (self._hash_of(a) for a in self._shelf.assets if a.path.startswith(near))
        return _hash(html + "".join(of) + self._scripts())

    def _hash_of(self, asset: Asset) -> str:
        """The hash of a file; pictures that were not drawn again are not read again."""
        known = self._hashes.get(asset.path)
        if known is None or known[0] is not asset.content:
            known = self._hashes[asset.path] = asset.content, _hash(asset.content)
        return known[1]

    def style(self) -> str:
        """What differs when a stylesheet of the theme does."""
        return _hash("".join(_hash(p.read_bytes()) for p in _files(self.root, ".css")))

    def _scripts(self) -> str:
        return "".join(_hash(p.read_bytes()) for p in _files(self.root, ".js"))

    def _made(self, file: File) -> str | None:
        """The page, or None and what is wrong with it among the problems."""
        self._take()
        key = file.src_uri
        try:
            html = self._themed(file)
        except Exception as error:  # of a template of the theme, or of the page's own Markdown
            path, line = self._where(error)
            said = f"{type(error).__name__}: {error}".rstrip(".")
            hint = "Pages stay as they were last good until it is mended."
            self.problems[key] = [Finding(path or f"docs/{key}", line, f"{said}.", hint)]
            return None
        findings = [self._complaint(text) for text in dict.fromkeys(self._take())]
        if findings:
            self.problems[key] = findings
        else:
            self.problems.pop(key, None)
        return html

    def _themed(self, file: File) -> str:
        config, files, plugins = self._config, self._files, self._config.plugins
        config._current_page = file.page
        page = plugins.on_pre_page(file.page, config=config, files=files)
        try:
            page.read_source(config)
            page.markdown = plugins.on_page_markdown(
                page.markdown, page=page, config=config, files=files
            )
            page.render(config, files)
            page.content = plugins.on_page_content(
                page.content, page=page, config=config, files=files
            )
            page.content = _FOR_SEARCH.sub("", page.content)
            page.active = True
            context: Any = get_context(self._nav, files.documentation_pages(), config, page)
            context = plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            html = self._env.get_template(page.meta.get("template", "main.html")).render(context)
            html = finished_page(plugins.on_post_page(html, page=page, config=config))
        finally:
            page.active = False
            config._current_page = None
        return str(html)

    def _take(self) -> list[str]:
        said, self._complaints.said = self._complaints.said, []
        return said

    def _complaint(self, text: str) -> Finding:
        """A complaint of MkDocs, at the line of the template that has the link if one has."""
        message = placed(text, self.root)
        found, link = _PLACED.match(message), _LINK.search(message)
        if not found:
            return Finding(CONFIG, 1, message)
        path, rest = found.groups()
        hint = "A build stops here. Write the link as the path of a page, such as method.md."
        sources = _sources(self.root, path)
        for source in sources:
            lines = source.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, start=1):
                if link and link[1] in line:
                    return Finding(source.relative_to(self.root).as_posix(), number, rest, hint)
        shown = sources[0].relative_to(self.root).as_posix() if sources else f"docs/{path}"
        return Finding(shown, 1, rest, hint)

    def _where(self, error: BaseException) -> tuple[str, int]:
        """The line of our part of the theme where it happened."""
        theme = self.root / THEME
        if isinstance(error, TemplateSyntaxError) and error.filename:
            path = Path(error.filename)
            if path.is_relative_to(self.root):
                return path.relative_to(self.root).as_posix(), error.lineno
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if Path(frame.filename).is_relative_to(theme):
                return Path(frame.filename).relative_to(self.root).as_posix(), frame.lineno or 1
        return "", 1


def dressed(html: str, *, up: str, page: str, token: str, style: str) -> str:
    """The page with the script of the preview, and with a policy that allows it."""
    data = {"page": page, "token": token, "style": style}
    said = "".join(f' data-{name}="{value}"' for name, value in data.items())
    script = f'<script src="{up}{CLIENT}"{said}></script></body>'
    return with_policy(_END.sub(lambda _: script, html, count=1))


def _address(file: File) -> str:
    return file.url.removeprefix("./") if file.is_documentation_page() else str(file.dest_uri)


def _leaves(item: Any) -> Iterator[tuple[str, str]]:
    if item.is_page:
        yield item.url.removeprefix("./"), item.title or item.file.src_uri
    for child in item.children or ():
        yield from _leaves(child)


def _index(titles: Mapping[str, str]) -> dict[str, Any]:
    """The titles of pages in the form of the theme's search: words are found only in editions."""
    fields = {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 1000000.0}}
    settings = {"lang": ["en"], "separator": r"[\s\-]+", "pipeline": [], "fields": fields}
    docs = [{"location": url, "title": title, "text": ""} for url, title in titles.items()]
    return {"config": settings, "docs": docs}


def _files(root: Path, ending: str) -> list[Path]:
    return sorted((root / THEME).rglob(f"*{ending}"))


def _sources(root: Path, path: str) -> list[Path]:
    """The templates from which a generated page may have its links."""
    parts = path.split("/")
    if parts[0] != GENERATED:
        shared = root / "templates" / "_shared" / f"{path}.j2"
        own = root / "docs" / path
        return [p for p in (shared, root / "templates/_shared/home.md.j2", own) if p.is_file()]
    return sorted((root / "templates" / parts[1]).glob("*.md.j2"))


def _hash(value: str | bytes) -> str:
    content = value.encode() if isinstance(value, str) else value
    return hashlib.sha256(content).hexdigest()[:16]
