"""What any reader must be able to do: see, tab, zoom, read without scripts, in light and dark."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import needs_chromium, until
from tests.test_browser import address, browser
from tests.test_build import built

pytestmark = [pytest.mark.browser, needs_chromium()]
__all__ = ["address", "browser", "built"]  # fixtures: the whole site, served, and Chromium

ARTICLE = "latest/theses/small-caps/"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS = [
    pytest.param(size, scheme, id=f"{size['width']}-{scheme}")
    for size in (WIDE, PHONE)
    for scheme in ("light", "dark")
]
FIGURE = "figure.mtm-figure"
LIVE = ".mtm-is-live .mtm-live :is(svg, canvas)"


@pytest.fixture(scope="module")
def paths(built: Path) -> list[str]:
    """Every page of the latest edition, and the page for an address that is not there."""
    site = built / "site"
    pages = sorted((site / "latest").rglob("index.html"))
    return [*(f"{p.parent.relative_to(site).as_posix()}/" for p in pages), "404.html"]


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[Any]:
    """A context for each set of options, kept for the whole module."""
    kept: dict[str, Any] = {}

    def get(**options: Any) -> Any:
        key = repr(sorted(options.items()))
        if key not in kept:
            kept[key] = browser.new_context(**options)
        return kept[key]

    yield get
    for context in kept.values():
        context.close()


@pytest.fixture
def visit(contexts: Any, address: str) -> Iterator[Any]:
    """Open a page of the site in a tab of its own."""
    tabs: list[Any] = []

    def open_page(path: str, **options: Any) -> Any:
        tabs.append(contexts(**options).new_page())
        tabs[-1].goto(f"{address}{path}", wait_until="load")
        return tabs[-1]

    yield open_page
    for tab in tabs:
        tab.close()


def go(page: Any, address: str, path: str) -> None:
    page.goto(f"{address}{path}", wait_until="load")


def scroll_through(page: Any) -> None:
    """Past everything, so that lazy pictures load, and wait for the last of them."""
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), 600):
        page.evaluate(f"window.scrollTo({{ top: {top}, behavior: 'instant' }})")
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_no_page_has_a_serious_fault_of_access(
    size: dict[str, int], scheme: str, paths: list[str], address: str, visit: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit("latest/", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":  # all that can differ: the pages themselves are the same
        options["runOnly"] = ["color-contrast", "link-in-text-block", "image-alt", "svg-img-alt"]
    found = []
    for path in paths:
        go(page, address, path)
        answer = Axe().run(page, options=options).response
        found += [
            (path, one["id"], node["target"], node["failureSummary"])
            for one in answer["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
    assert found == []


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"viewport": {"width": 320, "height": 640}}, id="320-wide"),
        pytest.param(
            {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}, id="zoom-200"
        ),
    ],
)
def test_no_page_scrolls_sideways(
    options: dict[str, Any], paths: list[str], address: str, visit: Any
) -> None:
    page = visit("latest/", **options)
    widths = {}
    for path in paths:
        go(page, address, path)
        widths[path] = page.evaluate(
            """() => {
              const { scrollWidth, clientWidth } = document.scrollingElement;
              if (scrollWidth <= clientWidth) return "";
              const wide = [...document.body.querySelectorAll("*")]
                .filter(e => e.getBoundingClientRect().right > clientWidth + 1)
                .map(e => `${e.tagName.toLowerCase()}.${e.className}`);
              return `${scrollWidth} of ${clientWidth}: ${wide.slice(0, 5).join(", ")}`;
            }"""
        )
    assert {path: words for path, words in widths.items() if words} == {}


def test_every_page_has_its_landmarks(paths: list[str], address: str, visit: Any) -> None:
    page = visit("latest/", viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    found = {}
    for path in paths:
        go(page, address, path)
        found[path] = page.evaluate(
            """() => {
              const isNamed = e => e.ariaLabel?.trim() ||
                document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim();
              return {
                main: document.querySelectorAll("main, [role=main]").length,
                h1: document.querySelectorAll("h1").length,
                lang: document.documentElement.lang,
                title: document.title.trim() !== "",
                nameless: [...document.querySelectorAll("nav, [role=navigation]")]
                  .filter(e => !isNamed(e)).map(e => e.className),
              };
            }"""
        )
    wanted = {"main": 1, "h1": 1, "lang": "en", "title": True, "nameless": []}
    assert found == dict.fromkeys(paths, wanted)


# What is visible of a focus: an outline or a shadow, on the element, on the label beside it (the
# switch of colours is an invisible input) or on the form around it.
LOOK_OF_FOCUS = """
const look = element => {
  const around = [element, element.parentElement, element.parentElement?.parentElement];
  const label = element.matches("input") ? element.nextElementSibling : null;
  const seen = [];
  for (const e of [...around, label].filter(Boolean)) {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(e);
    const isDrawn = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    seen.push(isDrawn ? `${outlineWidth} ${outlineColor}` : "", boxShadow);
  }
  return seen.join("|");
};
"""
FOCUSABLE = "a[href], button, input, select, textarea, summary, label, [tabindex]"
NOTE_UNFOCUSED = f"""() => {{
  {LOOK_OF_FOCUS}
  window.unfocused = new Map(
    [...document.querySelectorAll("{FOCUSABLE}")].map(e => [e, look(e)]));
  window.order = [...document.querySelectorAll("*")];
}}"""
FOCUSED = f"""() => {{
  {LOOK_OF_FOCUS}
  const e = document.activeElement, {{ x, y, right, bottom }} = e.getBoundingClientRect();
  const part = [
    [".md-skip", "skip link"], [".md-search", "search"], ["article .mtm-picture", "figure"],
    ["article a", "content link"], [".md-sidebar--primary", "navigation"],
  ].find(([selector]) => e.closest(selector));
  return {{
    name: `${{e.tagName.toLowerCase()}}.${{e.className}} ${{e.textContent.trim().slice(0, 30)}}`,
    place: window.order.indexOf(e),
    part: part?.[1] ?? "",
    figure: e.closest("figure")?.id ?? "",
    isMarked: look(e) !== (window.unfocused.get(e) ?? ""),
    isInWindow: right > 0 && bottom > 0 && x < innerWidth && y < innerHeight,
    isInCard: Boolean(e.closest(".mtm-card")),
  }};
}}"""


def test_tabbing_goes_through_the_page_in_order_and_shows_where_it_is(visit: Any) -> None:
    page = visit(ARTICLE, viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    page.keyboard.press("Shift")  # the theme's script, and its list of editions, come when asked
    page.wait_for_selector(".md-version__list", state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate(NOTE_UNFOCUSED)
    steps: list[dict[str, Any]] = []
    figures: list[str] = []
    for _ in range(250):
        page.keyboard.press("Tab")
        page.wait_for_timeout(15)
        step = page.evaluate(FOCUSED)
        if not step["isInCard"]:  # a card lies elsewhere in the document than its mark
            steps.append(step)
        if step["part"] == "figure":
            figures.append(step["figure"])
        if len(figures) == 3:
            break
    parts = [step["part"] for step in steps if step["part"]]
    order = [part for i, part in enumerate(parts) if part not in parts[:i]]
    assert order == ["skip link", "search", "navigation", "content link", "figure"]
    ids = page.locator(FIGURE).evaluate_all("figures => figures.map(figure => figure.id)")
    assert figures == ids[:3]
    places = [step["place"] for step in steps]
    assert places == sorted(places)
    assert [step["name"] for step in steps if not step["isMarked"]] == []
    assert [step["name"] for step in steps if not step["isInWindow"]] == []


def test_nothing_moves_for_a_reader_who_asked_for_less_motion(
    paths: list[str], address: str, visit: Any
) -> None:
    page = visit("latest/", viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    moving = {}
    for path in paths:
        go(page, address, path)
        moving[path] = page.evaluate(
            """() => {
              const seconds = text => Math.max(...text.split(",").map(parseFloat));
              const names = new Set();
              for (const e of document.querySelectorAll("*")) {
                for (const part of [null, "::before", "::after"]) {
                  const style = getComputedStyle(e, part);
                  if (seconds(style.transitionDuration) > 0.001 ||
                      (style.animationName !== "none" && seconds(style.animationDuration) > 0.001))
                    names.add(`.${e.classList[0] ?? e.tagName}${part ?? ""}`);
                }
              }
              const running = document.getAnimations().filter(a => a.playState === "running");
              return [...names, ...running.map(a => `running: ${a.animationName ?? a.id}`)];
            }"""
        )
    assert {path: names for path, names in moving.items() if names} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_article_and_its_pictures_are_there(scheme: str, visit: Any) -> None:
    page = visit(ARTICLE, viewport=WIDE, color_scheme=scheme, java_script_enabled=False)
    page.wait_for_load_state("networkidle")
    shown = page.locator(f"{FIGURE} img:visible")
    sizes = shown.evaluate_all("images => images.map(i => [i.complete, i.naturalWidth])")
    assert len(sizes) == page.locator(FIGURE).count() >= 10
    assert all(complete and width > 300 for complete, width in sizes)
    files = shown.evaluate_all("images => images.map(i => i.src)")
    assert {file.endswith("#dark") for file in files} == {scheme == "dark"}
    assert len(page.locator("article").inner_text().split()) > 1500
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(n) for n in colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert (red + green + blue < 3 * 60) == (scheme == "dark")
    assert (red + green + blue > 3 * 220) == (scheme == "light")


# A screenshot, decoded by the browser: how many colours it has (near ones are one), and in how many
# of twelve fields there is something other than the ground.
DECODE = """async text => {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const colours = new Map(), fields = new Map();
  const at = (x, y) => [0, 1, 2].map(i => data[4 * (y * width + x) + i] >> 5).join();
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const colour = at(x, y);
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  const [ground] = [...colours].sort(([, one], [, other]) => other - one)[0];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (at(x, y) !== ground)
      fields.set(`${Math.floor(4 * x / width)} ${Math.floor(3 * y / height)}`, true);
  }
  return [[...colours.values()].filter(count => count >= 20).length, fields.size];
}"""


def ink(tab: Any, picture: Any) -> tuple[int, int]:
    """Colours of a part of a page as it is on the screen, and inked fields of its twelve."""
    shot = base64.b64encode(picture.screenshot(animations="disabled")).decode()
    colours, fields = tab.evaluate(DECODE, shot)
    return colours, fields


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["1440-light", "390-dark"]
)
def test_every_picture_is_drawn_and_only_the_one_that_is_shown_is_fetched(
    size: dict[str, int], scheme: str, address: str, browser: Any
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme)  # with nothing kept
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url.partition("#")[0]) if ".svg" in r.url else None)
    go(page, address, ARTICLE)
    scroll_through(page)
    charts = [url for url in asked if "/assets." not in url]
    # NAME.HASH.phone.svg
    endings = {url.rpartition("/")[2].split(".", 2)[2] for url in charts}
    assert endings == {"svg" if scheme == "light" else "phone.svg"}
    assert len(charts) == len(set(charts)) == page.locator(FIGURE).count()
    blank = []
    for figure in page.locator(FIGURE).all():
        colours, fields = ink(page, figure.locator("img:visible"))
        if colours < 2 or fields < 6:
            blank.append((figure.get_attribute("id"), colours, fields))
    assert blank == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_live_chart_is_drawn_where_its_picture_was(scheme: str, visit: Any) -> None:
    page = visit(ARTICLE, viewport=WIDE, color_scheme=scheme, reduced_motion="reduce")
    for figure in page.locator(FIGURE).all()[:2]:
        picture = figure.locator(".mtm-picture")
        picture.scroll_into_view_if_needed()
        until(page, "e => e.complete", arg=figure.locator("img:visible").element_handle())
        before = ink(page, picture)
        figure.locator(".mtm-explore").click()
        page.locator(f"#{figure.get_attribute('id')}{LIVE}").first.wait_for()
        page.mouse.move(2, 2)
        page.wait_for_timeout(100)
        colours, fields = ink(page, picture)
        assert colours >= 2
        assert fields >= before[1] - 1 >= 5


def test_the_page_of_a_wrong_address_has_a_way_back(visit: Any) -> None:
    page = visit("404.html", viewport=PHONE, color_scheme="light")
    links = page.locator("main a[href]").evaluate_all("links => links.map(a => a.href)")
    assert any(link.endswith("/latest/") for link in links), links


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_the_styles_of_a_first_view_draw_what_the_whole_ones_draw(
    size: dict[str, int], paths: list[str], address: str, visit: Any
) -> None:
    """Each page's look with the part of the theme's styles it comes with, and with all of them."""
    page = visit("latest/", viewport=size, reduced_motion="reduce")
    swap = """async () => {
      const whole = document.getElementById("mtm-theme").dataset.style;
      const link = document.querySelector('link[href*="/first."]');
      await new Promise((done) => { link.onload = done; link.href = whole; });
    }"""
    looks = """() => [...document.querySelectorAll("body *")].map((node) => {
      const { x, y, width, height } = node.getBoundingClientRect();
      const { color, backgroundColor, fontSize, display } = getComputedStyle(node);
      return [node.tagName, x, y, width, height, color, backgroundColor, fontSize, display].join();
    })"""
    for path in paths:
        if path == "404.html":  # not the theme's
            continue
        go(page, address, path)
        part = page.evaluate(looks)
        page.evaluate(swap)
        whole = page.evaluate(looks)
        assert len(part) > 50
        assert [pair for pair in zip(part, whole, strict=True) if pair[0] != pair[1]] == [], path


def first_typefaces(browser: Any, address: str, *, rtt: int) -> set[tuple[str, bool]]:
    """In what a new reader's first page stands, and whether the site brought it; `rtt` in ms."""
    context = browser.new_context(viewport=WIDE)  # a cache of its own, with nothing in it
    line = f"{{ value: {{ rtt: {rtt}, saveData: false }} }}"  # what others made of it counts not
    context.add_init_script(f'Object.defineProperty(navigator, "connection", {line})')
    page = context.new_page()
    page.goto(f"{address}{ARTICLE}", wait_until="load")
    tools = context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    found = set()
    for selector in ("article p", ".md-nav__link"):
        node = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        for font in tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            found.add((font["familyName"].split(" Variable")[0], font["isCustomFont"]))
    context.close()
    return found


def test_the_first_page_of_a_new_reader_stands_in_our_typefaces(browser: Any, address: str) -> None:
    """On a quick line. A font that is a tenth of a second late is not waited for, as is meant; on
    a busy machine one may be, but not five times."""
    ours = {("Source Serif 4", True), ("Inter", True)}
    tries = (first_typefaces(browser, address, rtt=25) for _ in range(5))
    assert any(found == ours for found in tries)


def test_a_slow_line_is_not_kept_waiting_for_typefaces(browser: Any, address: str) -> None:
    assert not any(own for _, own in first_typefaces(browser, address, rtt=300))
