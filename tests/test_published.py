"""What a published site is made of: no request elsewhere, no secret, nothing without a licence."""

from __future__ import annotations

import getpass
import json
import re
import shutil
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import vl_convert

from generator.bill import BILL, ListingFile, bill, of_publisher, read_listing, write_bill
from generator.errors import ThesisError
from tests.conftest import ROOT, MakeRepository
from tests.test_build import built as built
from tests.test_build import record, run, tree

ALLOWED = {"0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "OFL-1.1", "W3C-20150513"}
# What makes a browser ask for something by itself; a link that a reader follows does not.
ASKING = {
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "iframe": ("src",),
    "video": ("src", "poster"), "audio": ("src",), "track": ("src",), "embed": ("src",),
    "object": ("data",), "input": ("src",), "image": ("href", "xlink:href"), "use": ("href",),
    "form": ("action",), "template": ("data-src", "data-style"), "body": ("background",),
}  # fmt: skip
# Links of a head that are only said, never fetched.
SAID = {"canonical", "license", "author", "next", "prev", "alternate", "me"}
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
IN_CSS = re.compile(r"url\(\s*[\"']?((?:https?:)?//[^)]*)|@import\s+[\"']?((?:https?:)?//\S*)")
# Addresses in scripts of others that no page of ours can reach, by what leads there: Material's
# loader of diagrams and its fallback for browsers without ResizeObserver; the policy bars both.
NEVER_ASKED = {
    "https://unpkg.com/mermaid@11/dist/mermaid.min.js",
    "https://unpkg.com/resize-observer-polyfill",
}
LOADS = re.compile(r"https?://[^\s\"'`<>\\)]+?\.m?js\b|https?://(?:unpkg|cdn)[^\s\"'`<>\\)]*")


class Asked(HTMLParser):
    """The addresses a page makes a browser ask for, of other hosts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        names = ASKING.get(tag, ())
        if tag == "link" and not set((given.get("rel") or "").split()) <= SAID:
            names = ("href", "imagesrcset")
        values = [given.get(name) or "" for name in names]
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            values.append((given.get("content") or "").partition("url=")[2])
        for value in values:
            parts = [part.split()[0] for part in value.split(",") if part.split()]
            self.found += [part for part in parts if ELSEWHERE.match(part)]
        self.found += [found[0] or found[1] for found in IN_CSS.findall(given.get("style") or "")]


def asked_elsewhere(site: Path) -> dict[str, list[str]]:
    """What the files of a site ask of other hosts, by file."""
    found: dict[str, list[str]] = {}
    for name, content in tree(site).items():
        text = content.decode("utf-8", "replace")
        hits: list[str] = []
        if name.endswith(".html"):
            hits += Asked(text).found
        if name.endswith((".css", ".html", ".svg")):
            hits += [one or other for one, other in IN_CSS.findall(text)]
        if name.endswith(".svg"):
            hits += re.findall(r"<(?:image|use|script)[^>]+href=\"((?:https?:)?//[^\"]*)", text)
        if name.endswith(".js"):
            hits += [hit for hit in LOADS.findall(text) if hit not in NEVER_ASKED]
        if hits:
            found[name] = hits
    return found


def test_nothing_in_a_site_asks_another_host(built: Path) -> None:
    assert asked_elsewhere(built / "site") == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", '<link rel="preconnect" href="https://fonts.example">'),
        ("a.html", '<link rel="dns-prefetch stylesheet" href="//x.example/a.css">'),
        ("a.html", '<img srcset="a.png 1x, https://x.example/b.png 2x" src="a.png">'),
        ("a.html", "<p style=\"background: url('//x.example/a.png')\">"),
        ("a.html", '<meta http-equiv="refresh" content="0; url=https://x.example/">'),
        ("a.css", "p { background: URL(https://x.example/a.png) }".replace("URL", "url")),
        ("a.css", '@import "https://x.example/a.css";'),
        ("a.svg", '<svg><image href="https://x.example/a.png"/></svg>'),
        ("a.js", 'import("https://x.example/a.mjs")'),
        ("a.js", 'load("https://cdn.example/lib")'),
    ],
)
def test_each_way_to_ask_another_host_is_seen(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert list(asked_elsewhere(tmp_path)) == [name]


# --- secrets ------------------------------------------------------------------------------------

SECRETS = {
    "GH_TOKEN": "ghp_plantedTokenOfTheWorkflow01",
    "PUBLISH_TOKEN": "glpat-plantedTokenOfTheForge02",
    "AWS_SECRET_ACCESS_KEY": "plantedSecretKeyOfACloud03",
    "HTTPS_PROXY": "http://planted-user:planted-word@proxy.invalid:3128",
    "MTM_ANYTHING": "plantedValueOfOurOwn04",
    "USER": "planted-user-05",
    "HOSTNAME": "planted-host-06",
    "SSH_AUTH_SOCK": "/planted/agent-07",
}


def test_no_secret_path_or_name_of_the_machine_is_published(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    root = make_repository(name="planted-folder-of-somebody")
    home = tmp_path / "planted-home-of-somebody"
    home.mkdir()
    done = run("build", "--today", "2026-10-31", root=root, HOME=str(home), **SECRETS)
    assert done.returncode == 0, done.stderr
    words = [*SECRETS.values(), "planted", str(tmp_path), str(ROOT), str(Path.home())]
    # A name such as "root" or "runner" is a word too: only a long one says something.
    words += [word for word in (getpass.getuser(), socket.gethostname()) if len(word) > 6]
    assert leaks(root / "site", words) == []
    (root / "site" / "seen.html").write_text(f"made by {SECRETS['USER']}")
    assert leaks(root / "site", words) == [
        ("seen.html", "planted-user-05"),
        ("seen.html", "planted"),
    ]


def leaks(site: Path, words: list[str]) -> list[tuple[str, str]]:
    files = tree(site)
    assert len(files) > 20
    return [
        (name, word)
        for name, content in files.items()
        for word in words
        if word.encode() in content or word in name
    ]


# --- licences -----------------------------------------------------------------------------------


def components(content: bytes) -> Iterator[dict]:  # type: ignore[type-arg]
    """Every component of a bill, with those within."""
    left = list(json.loads(content)["components"])
    while left:
        one = left.pop()
        yield one
        left += one.get("components", ())


def laid_bill(root: Path) -> bytes:
    (path,) = (root / "site" / "shared").rglob(Path(BILL).name)
    return path.read_bytes()


def unlicensed(content: bytes) -> list[str]:
    """What is on no allowed terms; a file within a component is on those of the component."""
    found = []
    for one in components(content):
        known = {item["license"].get("id") for item in one.get("licenses", ())}
        inside = one["type"] == "file" and "licenses" not in one
        if not inside and (not known or not known <= ALLOWED):
            found.append(one["name"])
    return found


def test_every_file_of_others_is_in_the_bill_with_an_allowed_licence(built: Path) -> None:
    content = laid_bill(built)
    assert unlicensed(content) == []
    files = {one["name"] for one in components(content) if one["type"] == "file"}
    endings = (".js", ".css", ".woff2", ".woff", ".ttf", ".otf", ".wasm", ".ico")
    laid = {path.rpartition("/")[2] for path in files}
    own = {"claims.js", "figures.js", "page.js", "site.css"}
    for path in (built / "site").rglob("*"):
        if path.name.endswith(endings) and path.name not in own:
            name = re.sub(r"\.[0-9a-f]{16}(?=\.)", "", path.name)
            assert name in laid or name.startswith("first."), f"{path} is in no bill"


def test_the_bill_is_linked_shared_and_the_same_on_another_day(built: Path, tmp_path: Path) -> None:
    page = (built / "site" / "latest" / "about" / "index.html").read_text(encoding="utf-8")
    (named,) = re.findall(r'href="([^"]*sbom\.cdx\.json)"', page)
    target = (built / "site" / "latest" / "about" / named).resolve()
    assert target.is_file()
    assert any(name.endswith("/sbom.cdx.json") for name in record(built)["files"])
    content = target.read_bytes()
    assert not re.search(rb"\d{4}-\d\d-\d\d|timestamp|serialNumber", content)


@pytest.mark.parametrize("name", ["assets/tracker.js", "assets/fonts/own.woff2", "logo.svg"])
def test_a_file_that_stands_nowhere_is_not_stated(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("foreign")
    write_bill(tmp_path, root=ROOT)
    assert unlicensed((tmp_path / BILL).read_bytes()) == [name]


def test_a_component_without_a_file_is_left_out_and_a_derived_file_is_not_listed() -> None:
    listing = read_listing(ROOT)
    content = bill({"assets/stylesheets/first.12345678.css": "0" * 64}, listing)
    assert [one["name"] for one in json.loads(content)["components"]] == ["material-design-icons"]
    assert of_publisher(["theses/assets/vega.js", "theses/x/a.png"], listing) == {"theses/x/a.png"}
    assert json.loads(bill({}, ListingFile()))["components"] == []


def test_a_mistake_in_the_list_is_said_at_its_line(make_repository: MakeRepository) -> None:
    root = make_repository()
    path = root / "templates" / "_shared" / "licences.yml"
    text = "components:\n  x:\n    licence: MIT\n    package: no-such-package\n"
    path.write_text(f"{text}    file: a\n")
    with pytest.raises(ThesisError, match=r"licences\.yml:5: unknown key 'file'"):
        read_listing(root)
    path.write_text(text)
    with pytest.raises(ThesisError, match=r"licences\.yml:4: .* is not installed"):
        read_listing(root)


def test_what_the_scripts_of_the_theme_are_made_of_is_what_is_listed() -> None:
    import material

    assets = Path(material.__path__[0]) / "templates" / "assets"
    found = {
        name
        for path in assets.rglob("*.map")
        for source in json.loads(path.read_bytes())["sources"]
        for name in re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)", source)
    }
    assert set(read_listing(ROOT).components["mkdocs-material"].contains) == found


def test_the_parts_of_the_renderer_have_the_versions_that_were_looked_at() -> None:
    # Their licences were read at these; look again when they move.
    assert vl_convert.get_vega_version().partition(".")[0] == "6"
    assert vl_convert.get_vega_embed_version().partition(".")[0] == "7"
    assert vl_convert.get_vegalite_versions()[-1].partition(".")[0] == "6"


def test_every_icon_of_a_page_is_one_of_the_listed_set(built: Path) -> None:
    import material

    icons = Path(material.__path__[0]) / "templates" / ".icons" / "material"
    shapes = {
        shape
        for page in (built / "site" / "latest").rglob("*.html")
        for svg in re.findall(
            r'<svg[^>]*viewBox="0 0 24 24"[^>]*>.*?</svg>', page.read_text("utf-8")
        )
        for shape in re.findall(r'<path d="([^"]+)"', svg)
    }
    known = "".join(path.read_text(encoding="utf-8") for path in icons.glob("*.svg"))
    assert shapes
    assert [shape for shape in sorted(shapes) if shape not in known] == []


def test_the_bill_costs_little(built: Path, tmp_path: Path) -> None:
    import time

    site = tmp_path / "site"
    shutil.copytree(built / "site" / "latest", site)
    write_bill(site, root=ROOT)
    costs = []
    for _ in range(5):
        begun = time.process_time()
        write_bill(site, root=ROOT)
        costs.append(time.process_time() - begun)
    assert min(costs) < 0.1  # measured: 0.015
