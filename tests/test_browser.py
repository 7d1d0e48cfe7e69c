"""What a reader sees, in a real browser: no error, nothing asked of another host, both themes."""

from __future__ import annotations

import contextlib
import html
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from generator.policy import NAME
from generator.verdicts import VERDICTS
from tests.conftest import CHROMIUM, needs_chromium, until
from tests.test_build import DAY, built, copy_repository, run

pytestmark = [pytest.mark.browser, needs_chromium()]
__all__ = ["built"]  # a fixture of the whole site, built once

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = ("", "theses/small-caps/", "theses/small-caps/ledger/")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serve(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serve(built / "site") as base:
        yield base


@pytest.fixture(scope="module")
def browser():  # type: ignore[no-untyped-def]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watched:
    """A page with everything that went wrong on it."""

    def __init__(self, browser, base: str, **options: object) -> None:  # type: ignore[no-untyped-def]
        self.troubles: list[str] = []
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda r: self._request(r.url, base))
        self.page.on("response", lambda r: self._response(r.status, r.url))

    def _console(self, message) -> None:  # type: ignore[no-untyped-def]
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def _request(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:", "blob:")):
            self.troubles.append(f"asked {url}")

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self.troubles.append(f"{status} {url}")

    def scroll(self) -> None:
        height = self.page.evaluate("document.documentElement.scrollHeight")
        for top in range(0, height, 800):
            self.page.evaluate(f"window.scrollTo(0, {top})")
            self.page.wait_for_timeout(20)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_without_error_or_foreign_request(
    path: str, width: int, scheme: str, address: str, browser
) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(
        browser, address, viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    watched.page.goto(f"{address}latest/{path}", wait_until="networkidle")
    watched.scroll()
    watched.page.wait_for_load_state("networkidle")
    page = watched.page
    assert watched.troubles == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator(f".mtm-{scheme} img:visible")
    hidden = page.locator(f".mtm-{'dark' if scheme == 'light' else 'light'} img:visible")
    assert shown.count() >= 1
    assert hidden.count() == 0
    for picture in page.locator(f".mtm-{scheme} img").element_handles():
        # A lazy picture is asked for when it comes into view, also of a busy machine.
        page.evaluate("image => image.scrollIntoView()", picture)
        drawn = "i => !i.checkVisibility() || (i.complete && i.naturalWidth > 300)"
        until(page, drawn, arg=picture)
    file = shown.first.evaluate("image => image.currentSrc")
    assert (".phone." in file) == (width == 390)
    named = shown.first.evaluate("image => image.src")  # the browser itself says no fragment
    assert named.endswith("#dark") == (scheme == "dark")
    watched.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_javascript_every_figure_shows_its_picture(
    scheme: str, address: str, browser
) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address, java_script_enabled=False, color_scheme=scheme)
    watched.page.goto(f"{address}{DAY}/theses/small-caps/", wait_until="load")
    figures = watched.page.locator("figure.mtm-figure")
    assert figures.count() >= 10
    pictures = watched.page.locator(f"figure.mtm-figure .mtm-{scheme} img")
    assert pictures.count() == figures.count()
    assert all(pictures.nth(i).is_visible() for i in range(pictures.count()))
    watched.context.close()


def test_a_live_chart_replaces_the_picture_at_the_same_height(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address, viewport={"width": 1440, "height": 900})
    page = watched.page
    page.goto(f"{address}latest/theses/small-caps/", wait_until="networkidle")
    figure = page.locator("figure.mtm-figure").first
    figure.scroll_into_view_if_needed()
    before = figure.bounding_box()
    figure.locator(".mtm-explore").click()
    page.wait_for_selector(".mtm-is-live .mtm-live svg, .mtm-is-live .mtm-live canvas")
    after = figure.bounding_box()
    assert watched.troubles == []
    assert before is not None
    assert after is not None
    assert abs(before["height"] - after["height"]) <= 2
    watched.context.close()


def test_the_mark_after_a_sentence_leads_to_its_row_in_the_ledger(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address)
    page = watched.page
    page.goto(f"{address}latest/theses/small-caps/", wait_until="networkidle")
    mark = page.locator("a.mtm-mark").first
    verdict = mark.get_attribute("aria-label").partition(": ")[2]
    assert verdict in VERDICTS
    mark.click()
    page.get_by_role("dialog").get_by_text("In the ledger").click()
    page.wait_for_load_state("networkidle")
    assert "/ledger/#" in page.url
    assert page.locator("h4:target").count() == 1
    assert watched.troubles == []
    watched.context.close()


def test_the_selector_leads_to_the_earlier_edition(built: Path, browser, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = copy_repository(tmp_path / "two")
    shutil.copytree(built / "site", root / "site")
    done = run("build", "--today", "2026-11-30", root=root)
    assert done.returncode == 0, done.stderr
    with serve(root / "site") as base:
        watched = Watched(browser, base, viewport={"width": 1440, "height": 900})
        watched.page.goto(f"{base}latest/", wait_until="networkidle")
        watched.page.locator(".md-version__current").hover()  # brings the theme's script
        items = watched.page.locator(".md-version__link")
        items.first.wait_for()
        assert items.all_inner_texts() == ["November 30, 2026", "November 23, 2026"]
        items.last.click()
        watched.page.wait_for_url(f"**/{DAY}/**")
        watched.page.wait_for_load_state("networkidle")
        assert watched.page.locator('[data-kind="outdated"]').is_visible()
        assert watched.troubles == []
        watched.context.close()


class WithPolicy(Quiet):
    """Sends the policy that stands in a page as a header too."""

    def end_headers(self) -> None:
        file = Path(self.translate_path(self.path))
        page = file / "index.html" if file.is_dir() else file
        if page.suffix == ".html" and page.is_file():
            found = re.search(rf'http-equiv="{NAME}" content="([^"]*)"', page.read_text("utf-8"))
            assert found
            self.send_header(NAME, html.unescape(found[1]))
        super().end_headers()


@pytest.fixture(scope="module")
def guarded(built: Path) -> Iterator[str]:
    with serve(built / "site", WithPolicy) as base:
        yield base


def test_every_kind_of_page_keeps_its_own_policy(built: Path, guarded: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, guarded)
    pages = sorted((built / "site" / "latest").rglob("*.html"))
    for page in [*pages, built / "site" / "404.html"]:
        path = page.relative_to(built / "site").as_posix().removesuffix("index.html")
        watched.page.goto(guarded + path, wait_until="load")
        watched.page.keyboard.press("Shift")  # brings the theme's script
        watched.page.wait_for_load_state("networkidle")
    assert len(pages) >= 9
    assert watched.troubles == []
    watched.context.close()


def test_a_live_chart_and_the_search_keep_the_policy(guarded: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, guarded, viewport={"width": 1440, "height": 900})
    page = watched.page
    page.goto(f"{guarded}latest/theses/small-caps/", wait_until="load")
    page.locator("figure.mtm-figure .mtm-picture").first.hover()
    page.wait_for_selector(".mtm-is-live .mtm-live svg")
    page.locator(".md-search__input").press_sequentially("tariff", delay=60)
    page.wait_for_selector(".md-search-result__item")
    assert watched.troubles == []
    watched.context.close()


def test_the_themes_script_and_the_search_index_wait_for_the_reader(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address)
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.page.goto(f"{address}latest/theses/small-caps/", wait_until="networkidle")
    late = ("/bundle.", "/search_index.json", "/vega.js", ".meta.json", ".csv", ".png")
    assert [url for url in asked if any(part in url for part in late)] == []
    watched.page.mouse.wheel(0, 300)
    watched.page.wait_for_selector(".md-version__list", state="attached")
    assert any("/bundle." in url for url in asked)
    watched.context.close()


def test_a_key_that_opens_the_search_is_not_lost_on_the_way(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address)
    watched.page.goto(f"{address}latest/", wait_until="networkidle")
    watched.page.keyboard.press("/")
    until(watched.page, "document.activeElement?.matches('.md-search__input')")
    watched.context.close()


def test_the_colors_are_the_systems_until_the_reader_chooses(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address, color_scheme="dark")
    page = watched.page
    scheme = "document.documentElement.getAttribute('data-md-color-scheme')"
    page.goto(f"{address}latest/", wait_until="networkidle")
    seen = [page.evaluate(scheme)]
    button = page.locator(".mtm-scheme")
    words = [button.get_attribute("aria-label")]
    for _ in range(3):
        button.click()
        seen.append(page.evaluate(scheme))
        words.append(button.get_attribute("aria-label"))
    assert seen == ["slate", "default", "slate", "slate"]
    assert words[0] == words[3]
    assert len(set(words)) == 3
    button.click()  # light
    page.goto(f"{address}latest/theses/small-caps/", wait_until="load")
    assert page.evaluate(scheme) == "default"
    watched.context.close()


def test_a_citation_is_copied_and_a_term_is_explained_by_keyboard(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address, permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    page.goto(f"{address}latest/theses/small-caps/", wait_until="networkidle")
    figure = page.locator("figure.mtm-figure").first
    figure.locator("summary").click()
    assert figure.locator("table.mtm-values tbody tr").count() >= 3
    figure.locator(".mtm-citation button").click()
    until(page, "document.querySelector('.mtm-citation button').textContent === 'Copied'")
    title = figure.locator(".mtm-figure-title").inner_text().partition(" ")[2]
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == figure.locator(".mtm-citation span").inner_text()
    assert title.split(maxsplit=1)[1] in copied
    term = page.locator("article a.mtm-explained").first
    term.focus()
    assert page.locator(".mtm-term").inner_text() == term.locator("abbr").get_attribute("title")
    page.keyboard.press("Escape")
    assert page.locator(".mtm-term").count() == 0
    watched.context.close()


def test_a_tap_explains_a_term_and_a_second_one_leads_to_the_glossary(
    address: str, browser
) -> None:  # type: ignore[no-untyped-def]
    phone = {"width": 390, "height": 844}
    watched = Watched(browser, address, viewport=phone, has_touch=True, is_mobile=True)
    page = watched.page
    article = f"{address}latest/theses/small-caps/"
    page.goto(article, wait_until="networkidle")
    term = page.locator("article a.mtm-explained").first
    term.tap()
    assert page.locator(".mtm-term").inner_text() == term.locator("abbr").get_attribute("title")
    page.locator("article h1").tap()
    assert page.locator(".mtm-term").count() == 0
    assert page.url == article
    term.tap()
    term.tap()
    page.wait_for_url("**/latest/glossary/#term-*")
    assert page.locator("h2:target").is_visible()
    watched.context.close()


@pytest.mark.parametrize("touch", [True, False], ids=["finger", "mouse"])
def test_without_javascript_a_term_leads_to_the_glossary(
    touch: bool, address: str, browser
) -> None:  # type: ignore[no-untyped-def]
    watched = Watched(browser, address, java_script_enabled=False, has_touch=touch)
    page = watched.page
    page.goto(f"{address}latest/theses/small-caps/ledger/", wait_until="load")
    term = page.locator("article a.mtm-explained").first
    (term.tap if touch else term.click)()
    page.wait_for_url("**/latest/glossary/#term-*")
    watched.context.close()


@pytest.mark.parametrize(("width", "height"), [(174, 262), (179.9, 244.4)], ids=["A4", "Letter"])
def test_on_paper_every_figure_is_whole_and_every_address_is_shown(
    width: float, height: float, address: str, browser
) -> None:  # type: ignore[no-untyped-def]
    millimetre = 96 / 25.4
    view = {"width": round(width * millimetre), "height": round(height * millimetre)}
    watched = Watched(browser, address, viewport=view, color_scheme="dark")
    page = watched.page
    page.goto(f"{address}latest/theses/small-caps/", wait_until="networkidle")
    page.emulate_media(media="print")
    watched.scroll()
    figures = page.locator("figure.mtm-figure")
    heights = figures.evaluate_all("all => all.map(f => f.getBoundingClientRect().height)")
    assert max(heights) < view["height"]
    breaks = figures.evaluate_all("all => all.map(f => getComputedStyle(f).breakInside)")
    assert set(breaks) == {"avoid"}
    assert page.locator(".mtm-light img:visible").count() == figures.count()
    assert page.locator(".mtm-dark img:visible").count() == 0
    after = (
        "links => links.map(a => [a.getAttribute('href'), getComputedStyle(a, '::after').content])"
    )
    outside = page.locator('article a[rel~="external"]').evaluate_all(after)
    assert outside
    assert all(href in content for href, content in outside)
    inside = page.locator("article a.mtm-mark").evaluate_all(after)
    assert {content for _, content in inside} == {"none"}
    lines = page.locator(".md-typeset a:visible").evaluate_all(
        "links => links.map(a => getComputedStyle(a).textDecorationLine)"
    )
    assert set(lines) == {"none"}
    assert page.locator(".mtm-notes .mtm-note").count() >= 30
    assert not page.locator(".md-header").is_visible()
    watched.context.close()
