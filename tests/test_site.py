"""The edge to MkDocs: identity, generated pages, menu, and real builds."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.errors import SiteError, ThesisError
from generator.laying import Site, lay_edition
from generator.mkdocs_run import run_mkdocs
from generator.model import Asset, Page
from generator.site import Section, navigation, read_identity, write_pages
from generator.thinning import thinned_json
from generator.tree import hash_tree
from tests.test_publish import root_files_for

REPOSITORY = Path(__file__).parent.parent
EPOCH = 1_790_000_000
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
HOME = Page("index.md", "# Home\n\n[Caps](theses/caps/index.md)\n")
ARTICLE = Page("theses/caps/index.md", "# Caps\n\nWords. [Claims](claims.md)\n")
CLAIMS = Page("theses/caps/claims.md", "# Claims\n\nWords.\n")
SECTION = Section("Caps", (("Caps", ARTICLE.path), ("Claims", CLAIMS.path)))


@pytest.fixture
def root(tmp_path):
    """A repository with the real mkdocs.yml, theme and about page."""
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    shutil.copytree(REPOSITORY / "templates" / "_theme", tmp_path / "templates" / "_theme")
    for name in ("figures.css", "figures.js"):
        (tmp_path / "templates" / "_theme" / "assets" / name).touch()
    (tmp_path / "docs" / "data").mkdir(parents=True)
    (tmp_path / "docs" / "data" / "README.md").write_text("# Not a page\n")
    shutil.copy(REPOSITORY / "docs" / "about.md", tmp_path / "docs")
    return tmp_path


def change_config(root, before, after):
    path = root / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def build_site(root, name="dated", *, pages=(HOME, ARTICLE, CLAIMS), site_url="", edition=None):
    write_pages(pages, [], root / "docs")
    run_mkdocs(
        root,
        site_dir=root / ".build" / name,
        site_url=site_url,
        nav=navigation([SECTION], root / "docs"),
        edition=edition or {"name": "2026-09-22", "data_as_of": {"a": "2026-06-30"}},
        epoch=EPOCH,
    )
    return root / ".build" / name


ORIGINAL = "site_name: Marked to Market\n" in (REPOSITORY / "mkdocs.yml").read_text("utf-8")
of_the_original = pytest.mark.skipif(not ORIGINAL, reason="this fork has an identity of its own")


@of_the_original
def test_the_identity_of_the_original_is_read(root):
    identity = read_identity(root)
    assert identity.site_name == "Marked to Market"
    assert identity.author == "The Marked to Market editors"
    assert identity.text_licence == "CC BY 4.0"
    assert identity.repository == ""
    assert identity.holdings.startswith("Holdings: not stated")
    assert len(identity.disclosures) == 4


def test_settings_in_another_encoding_are_named_with_their_line(root):
    text = (root / "mkdocs.yml").read_text(encoding="utf-8")
    line = text.partition("site_author")[0].count("\n") + 1
    changed = text.replace("site_author: The", "site_author: Zoë")
    (root / "mkdocs.yml").write_bytes(changed.encode("latin-1", "replace"))
    with pytest.raises(ThesisError) as error:
        read_identity(root)
    assert [(f.path, f.line) for f in error.value.findings] == [("mkdocs.yml", line)]
    assert "not UTF-8" in str(error.value)


@of_the_original
def test_every_mistake_in_the_identity_is_found_at_once_with_its_line(root):
    change_config(root, "site_author: The Marked to Market editors\n", "")
    change_config(root, "code_licence: MIT", "code_licence: [MIT]")
    change_config(root, "    holdings:", "    holding:")
    with pytest.raises(ThesisError) as error:
        read_identity(root)
    lines = (root / "mkdocs.yml").read_text(encoding="utf-8").splitlines()
    found = {
        f.message: (lines[f.line - 1].strip().split(":")[0], f.hint) for f in error.value.findings
    }
    assert found.keys() == {
        "'site_author' is missing.",
        "'extra.identity.code_licence' is not a text.",
        "'extra.identity.holdings' is missing.",
        "unknown key 'extra.identity.holding'.",
    }
    assert found["'extra.identity.code_licence' is not a text."][0] == "code_licence"
    assert found["unknown key 'extra.identity.holding'."] == ("holding", "Did you mean 'holdings'?")
    assert {f.path for f in error.value.findings} == {"mkdocs.yml"}


def test_a_syntax_error_in_mkdocs_yml_is_a_finding_at_its_line(root):
    (root / "mkdocs.yml").write_text("site_name: x\nextra: [\n")
    with pytest.raises(ThesisError, match=r"mkdocs.yml:3: not valid YAML"):
        read_identity(root)


def test_a_page_is_written_only_when_its_text_changed(tmp_path):
    write_pages([HOME, ARTICLE], [], tmp_path)
    os.utime(tmp_path / "index.md", (1, 1))
    changed = write_pages([HOME, Page(ARTICLE.path, "# New\n")], [], tmp_path)
    assert changed == [tmp_path / ARTICLE.path]
    assert (tmp_path / "index.md").stat().st_mtime == 1
    assert (tmp_path / ARTICLE.path).read_text() == "# New\n"


def test_generated_files_that_are_gone_are_removed_and_hand_written_ones_stay(tmp_path):
    (tmp_path / "about.md").write_text("# About\n")
    write_pages([HOME, ARTICLE], [Asset("theses/old/chart.svg", b"<svg/>")], tmp_path)
    write_pages([ARTICLE], [], tmp_path)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == [
        "about.md",
        "theses",
        "theses/caps",
        "theses/caps/index.md",
    ]


def test_a_file_may_become_a_folder(tmp_path):
    write_pages([], [Asset("theses/caps", b"")], tmp_path)
    write_pages([ARTICLE], [], tmp_path)
    assert (tmp_path / ARTICLE.path).is_file()


@pytest.mark.parametrize(
    "path",
    ["about.md", "/etc/passwd", "theses/../about.md", "theses", "theses\\x.md", "data/x.csv"],
)
def test_a_page_outside_the_generated_folders_is_refused_before_anything_is_written(tmp_path, path):
    with pytest.raises(SiteError, match="which is not generated"):
        write_pages([HOME, Page(path, "x")], [], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_pages_at_one_path_are_refused(tmp_path):
    with pytest.raises(SiteError, match=r"two pages or files want to be docs/index\.md"):
        write_pages([HOME, HOME], [], tmp_path)


def test_the_menu_has_home_first_and_about_last(root):
    (root / "docs" / "zebra.md").write_text("# Zebra\n")
    write_pages([HOME, ARTICLE, CLAIMS], [], root / "docs")
    assert navigation([SECTION], root / "docs") == [
        {"Home": "index.md"},
        {"Caps": [{"Caps": "theses/caps/index.md"}, {"Claims": "theses/caps/claims.md"}]},
        "zebra.md",
        "about.md",
    ]


def test_a_build_serves_no_source_maps_and_no_foreign_search_languages(root):
    site = build_site(root)
    files = hash_tree(site)
    assert "theses/caps/claims/index.html" in files
    assert [path for path in files if path.endswith(".map") or "lunr" in path] == []
    assert "404.html" not in files
    scripts = [*site.rglob("*.js"), *site.rglob("*.css")]
    assert len(scripts) > 4
    assert [p for p in scripts if b"sourceMappingURL" in p.read_bytes()] == []


def test_a_site_in_another_language_keeps_its_search_language(root):
    change_config(root, "  - search\n", "  - search:\n      lang: [en, de]\n")
    assert (build_site(root) / "assets" / "javascripts" / "lunr").is_dir()


def test_pages_of_a_build_ask_nothing_of_other_hosts(root):
    site = build_site(root)
    html = (site / "theses" / "caps" / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]+)"', html)
    assert loaded
    assert [address for address in loaded if "//" in address] == []


def test_the_foot_of_a_page_states_holdings_the_edition_and_the_data_dates(root):
    dates = {"prices": "2026-09-21", "book": "2026-06-30"}
    site = build_site(root, edition={"name": "2026-09-22", "data_as_of": dates})
    html = " ".join((site / "theses" / "caps" / "index.html").read_text(encoding="utf-8").split())
    assert 'href="../../../2026-09-22/theses/caps/">2026-09-22</a>' in html
    assert "data as of 2026-09-21, the oldest series 2026-06-30." in html
    assert "Holdings: not stated by the editors" in html
    assert "It is not investment advice" in html
    assert "Made with" not in html
    assert 'href="../../../latest/theses/caps/"' in html


def test_a_build_knows_the_address_of_its_own_folder(root):
    site = build_site(root, site_url="https://example.org/notes/latest/")
    html = (site / "about" / "index.html").read_text(encoding="utf-8")
    assert 'rel="canonical" href="https://example.org/notes/latest/about/"' in html
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://example.org/notes/latest/theses/caps/</loc>" in sitemap


def test_two_builds_from_the_same_inputs_have_the_same_bytes(root):
    address = "https://example.org/latest/"
    one = build_site(root, "one", site_url=address)
    two = build_site(root, "two", site_url=address)
    assert hash_tree(one) == hash_tree(two)
    assert address.encode() in gzip.decompress((one / "sitemap.xml.gz").read_bytes())


def test_a_dead_link_fails_the_build_and_names_its_page(root):
    broken = Page(CLAIMS.path, "# Claims\n\n[Gone](gone.md) [No such part](index.md#nowhere)\n")
    with pytest.raises(SiteError) as error:
        build_site(root, pages=(HOME, ARTICLE, broken))
    said = error.value.message.splitlines()
    assert said[0].startswith("docs/theses/caps/claims.md: contains a link 'gone.md'")
    assert "docs/theses/caps/claims.md: contains a link 'index.md#nowhere'" in error.value.message
    assert "Traceback" not in str(error.value)


def test_a_page_left_out_of_the_menu_fails_the_build_and_is_named(root):
    write_pages([HOME, ARTICLE, CLAIMS, Page("theses/caps/lost.md", "# L\n")], [], root / "docs")
    with pytest.raises(SiteError, match=r"theses/caps/lost\.md"):
        run_mkdocs(
            root,
            site_dir=root / ".build" / "dated",
            site_url="",
            nav=navigation([SECTION], root / "docs"),
            edition={},
            epoch=EPOCH,
        )


def test_a_setting_that_mkdocs_refuses_is_said_without_a_stack_trace(root):
    change_config(root, "  name: material", "  name: materiel")
    with pytest.raises(
        SiteError, match=r"mkdocs.yml: Config value 'theme': Unrecognised theme"
    ) as error:
        build_site(root)
    assert "Traceback" not in str(error.value)


def test_a_build_by_hand_works_on_the_rendered_tree_and_writes_only_scratch(root):
    write_pages([HOME, ARTICLE, CLAIMS], [], root / "docs")
    before = set(hash_tree(root))
    subprocess.run(
        (sys.executable, "-m", "mkdocs", "build", "--quiet"),
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    new = set(hash_tree(root)) - before
    assert "theses/caps/index.html" in {p.removeprefix(".build/html/") for p in new}
    assert [path for path in new if not path.startswith(".build/html/")] == []


def lay_two_editions(root, out, site_url=""):
    for name in ("2026-09-22", "2026-10-01"):
        edition = {"name": name, "data_as_of": {"a": name}}
        folders = [
            build_site(root, kind, site_url=site_url and f"{site_url}{folder}/", edition=edition)
            for kind, folder in (("dated", name), ("latest", "latest"))
        ]
        lay_edition(
            dated=Site(folders[0], site_url and f"{site_url}{name}/"),
            latest=Site(folders[1], site_url and f"{site_url}latest/"),
            out=out,
            name=name,
            built=f"{name}T00:00:00Z",
            data_as_of={"a": name},
            generator={"version": "0", "revision": "x"},
            theses={},
            epoch=EPOCH,
            root_files=root_files_for("Site", site_url),
        )


@pytest.fixture
def server(tmp_path_factory):
    """A server on the loopback: its folder, and its address."""
    folder = tmp_path_factory.mktemp("served")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send_error(self, code, *_):
            page = folder / "notes" / "404.html"
            body = page.read_bytes() if page.exists() else b""
            self.send_response(code)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed; set it up to run the browser tests")
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


def open_page(browser, address, **options):
    """A page, and the list that gathers its complaints and its requests to other hosts."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    return page, wrong


@pytest.mark.browser
@pytest.mark.parametrize("published", [False, True], ids=["without SITE_URL", "with SITE_URL"])
def test_the_selector_lists_the_editions_and_switches_between_them(
    root, server, browser, published
):
    folder, address = server
    lay_two_editions(root, folder / "notes", f"{address}notes/" if published else "")
    page, wrong = open_page(browser, address)

    page.goto(f"{address}notes/")
    page.wait_for_url("**/notes/latest/")
    page.keyboard.press("Shift")  # the theme's script comes when a reader does something
    page.wait_for_selector(".md-version__link", state="attached")
    assert page.locator(".md-version__link").all_inner_texts() == [
        "October 1, 2026",
        "September 22, 2026",
    ]
    assert page.locator(".md-banner--warning").is_hidden()

    page.locator("button.md-version__current").focus()
    page.locator(".md-version__link", has_text="September 22").click()
    page.wait_for_url("**/notes/2026-09-22/")
    page.wait_for_selector(".md-banner--warning", state="visible")
    page.locator('[data-kind="outdated"] a').click()
    page.wait_for_url("**/notes/latest/")
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("published", [False, True], ids=["without SITE_URL", "with SITE_URL"])
def test_the_selector_stays_on_the_same_page(root, server, browser, published):
    folder, address = server
    lay_two_editions(root, folder / "notes", f"{address}notes/" if published else "")
    page, wrong = open_page(browser, address)
    page.goto(f"{address}notes/2026-10-01/theses/caps/claims/")
    page.keyboard.press("Shift")
    page.wait_for_selector(".md-version__link", state="attached")
    page.locator("button.md-version__current").focus()
    page.locator(".md-version__link", has_text="September 22").click()
    page.wait_for_url("**/notes/2026-09-22/theses/caps/claims/")
    assert wrong == []

    shutil.rmtree(folder / "notes" / "2026-10-01" / "theses" / "caps" / "claims")
    page.keyboard.press("Shift")
    page.wait_for_selector(".md-version__link", state="attached")
    page.locator("button.md-version__current").focus()
    page.locator(".md-version__link", has_text="October 1").click()
    page.wait_for_url("**/notes/2026-10-01/")  # which has no such page: its home


@pytest.mark.browser
def test_the_404_page_finds_the_latest_edition_from_any_depth(root, server, browser):
    folder, address = server
    lay_two_editions(root, folder / "notes")
    page, _ = open_page(browser, address)
    for path, offered in (
        ("notes/2026-09-22/theses/gone/", False),
        ("notes/2026-08-01/theses/caps/", True),
        ("notes/some/where", False),
    ):
        page.goto(f"{address}{path}")
        page.wait_for_selector("#home[href$='/notes/latest/']")
        page.wait_for_load_state("networkidle")
        assert page.locator("#offer").is_visible() is offered


@pytest.mark.browser
def test_the_404_page_says_that_a_download_was_let_go(root, server, browser):
    folder, address = server
    lay_two_editions(root, folder / "notes")
    gone = "shared/0a/growth.0a1b2c3d4e5f6071.csv"
    (folder / "notes" / "thinned.json").write_bytes(thinned_json({gone: "0a1b"}))
    page, _ = open_page(browser, address)
    for path, said in ((gone, True), ("shared/0a/other.0a1b2c3d4e5f6071.csv", False)):
        page.goto(f"{address}notes/{path}")
        page.wait_for_selector("#home[href$='/notes/latest/']")
        page.wait_for_load_state("networkidle")
        assert page.locator("#gone").is_visible() is said
        assert page.locator("#unknown").is_visible() is not said
        assert ("no longer kept" in page.locator("h1").inner_text()) is said
        if said:
            assert page.locator("#list").evaluate("link => link.href").endswith("/thinned.json")


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(root, server, browser):
    folder, address = server
    row = "| " + " | ".join(["A long heading"] * 12) + " |\n"
    table = row + "|---" * 12 + "|\n" + row
    site = build_site(root, pages=(HOME, ARTICLE, Page(CLAIMS.path, f"# Claims\n\n{table}")))
    shutil.copytree(site, folder / "notes")
    page, wrong = open_page(browser, address, viewport={"width": 390, "height": 800})
    page.goto(f"{address}notes/theses/caps/claims/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('article table').scrollWidth") > 390
    assert [line for line in wrong if "404" not in line] == []


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_follow_the_system_and_are_readable(root, server, browser, scheme, scripts):
    folder, address = server
    about = "# About\n\nWords and [a link](index.md).\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
    (root / "docs" / "about.md").write_text(about)
    shutil.copytree(build_site(root), folder / "notes")
    page, _ = open_page(browser, address, color_scheme=scheme, java_script_enabled=scripts)
    page.goto(f"{address}notes/about/")
    page.wait_for_load_state("networkidle")
    style = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    paper = luminance(page.locator("body").evaluate(style)[1])
    assert (paper < 0.1) is (scheme == "dark")
    for part in ("article p", "article p a", "article th", ".md-nav__link >> nth=-1"):
        ink = luminance(page.locator(part).first.evaluate(style)[0])
        ratio = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
        assert ratio >= 4.5, part
    foot = page.locator(".colophon p").first
    grey = luminance(page.locator(".colophon").evaluate(style)[1])
    ink = luminance(foot.evaluate(style)[0])
    assert (max(ink, grey) + 0.05) / (min(ink, grey) + 0.05) >= 4.5


def test_the_fonts_are_small_and_come_with_their_licences():
    fonts = REPOSITORY / "templates" / "_theme" / "assets" / "fonts"
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) < 160_000
    assert {"Inter-OFL.txt", "Source-Serif-4-OFL.txt"} <= {path.name for path in fonts.iterdir()}
    named = re.findall(r'url\("fonts/([^"]+)"\)', (fonts.parent / "site.css").read_text())
    assert sorted(named) == sorted(path.name for path in fonts.glob("*.woff2"))


def test_versions_file_is_where_the_selector_looks(root, tmp_path):
    lay_two_editions(root, tmp_path / "out")
    versions = json.loads((tmp_path / "out" / "versions.json").read_bytes())
    assert [entry["version"] for entry in versions] == ["2026-10-01", "2026-09-22"]
