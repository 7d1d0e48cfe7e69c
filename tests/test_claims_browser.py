"""Marks, their cards, the notes and the ledger's filter, as a reader meets them in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from generator.claims import MARKS
from tests.conftest import needs_chromium
from tests.test_browser import Watched, address, browser
from tests.test_build import built

pytestmark = [pytest.mark.browser, needs_chromium()]
__all__ = ["address", "browser", "built"]  # fixtures: the whole site, served, and Chromium

ARTICLE, LEDGER, METHOD = (
    f"latest/theses/small-caps/{page}" for page in ("", "ledger/", "method/")
)
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
CARD = ".mtm-card"
SETTLED = 400  # milliseconds after which a key press counts as a second one


@pytest.fixture
def opened(address: str, browser: Any) -> Iterator[Any]:
    """Open a page of the site; at the end, nothing may have gone wrong on any."""
    watched: list[Watched] = []

    def visit(path: str, **options: Any) -> Any:
        watched.append(Watched(browser, address, **options))
        page = watched[-1].page
        page.goto(f"{address}{path}", wait_until="load")
        return page

    yield visit
    for one in watched:
        assert one.troubles == []
        one.context.close()


EVERY_CARD = """() => [...document.querySelectorAll("a.mtm-mark")].map(mark => {
  mark.scrollIntoView({ block: "nearest" });
  const { scrollHeight, clientWidth, clientHeight } = document.documentElement;
  const at = mark.getBoundingClientRect();
  mark.click();
  const card = document.querySelector(".mtm-card");
  const box = card.getBoundingClientRect(), now = mark.getBoundingClientRect();
  const stays = now.x === at.x && now.y === at.y &&
    document.documentElement.scrollHeight === scrollHeight &&
    document.documentElement.scrollWidth <= clientWidth;
  const isInWindow = box.x >= 0 && box.y >= 0 &&
    box.right <= clientWidth && box.bottom <= clientHeight;
  const isApart = box.bottom <= at.top || box.top >= at.bottom;
  return [mark.hash, box.height > 60, card.scrollHeight <= card.clientHeight + 1,
    isInWindow, isApart, stays];
})"""


def in_view(page: Any, box: dict[str, float]) -> bool:
    size = page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    return one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def states(page: Any) -> list[str]:
    return page.locator("a.mtm-mark").evaluate_all("m => m.map(a => a.ariaExpanded)")


def test_the_mouse_opens_a_card_with_the_note_and_may_move_into_it(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    mark = page.locator("a.mtm-mark[aria-label$=': holds']").first
    name = mark.get_attribute("id").removeprefix("mark-")
    mark.hover()
    card = page.locator(CARD)
    card.wait_for()
    note = page.locator(f"#note-{name}")
    for part in note.locator("p").all_inner_texts():
        assert part.removeprefix(note.locator(".mtm-back").inner_text()).strip() in " ".join(
            card.inner_text().split()
        )
    for words in ("Holds.", "Then:", "Now:", "Source:"):
        assert words in card.inner_text()
    assert card.locator(f'a[href$="ledger/#{name}"]').is_visible()
    assert card.locator("[id]").count() == 0
    box = card.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 20, steps=4)
    page.wait_for_timeout(SETTLED)
    assert card.is_visible()
    page.mouse.move(5, 400)
    card.wait_for(state="detached")
    assert set(states(page)) == {"false"}


def test_a_mouse_that_only_passes_opens_nothing(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.keyboard.press("Shift")  # the theme's script first: it keeps the page busy as it starts
    page.wait_for_selector(".md-version__link", state="attached")
    mark = page.locator("a.mtm-mark").first
    mark.scroll_into_view_if_needed()
    mark.hover()
    page.mouse.move(5, 400)
    page.wait_for_timeout(SETTLED)
    assert page.locator(CARD).count() == 0


def test_a_click_keeps_the_card_and_a_second_one_closes_it(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    mark = page.locator("a.mtm-mark").first
    mark.hover()
    page.locator(CARD).wait_for()
    mark.click()
    page.mouse.move(5, 400)
    page.wait_for_timeout(SETTLED)
    assert page.locator(CARD).is_visible()
    mark.click()
    assert page.locator(CARD).count() == 0
    mark.click()
    page.mouse.click(5, 400)
    assert page.locator(CARD).count() == 0
    assert "#" not in page.url


def tab_to(page: Any, mark: Any) -> None:
    """Go on with the Tab key until the mark has the focus; terms and links come before it."""
    for _ in range(8):
        page.keyboard.press("Tab")
        if mark.evaluate("mark => mark === document.activeElement"):
            return
    raise AssertionError("the mark is not reached by the Tab key")


def test_the_keyboard_goes_from_mark_into_card_and_out_again(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.evaluate("window.scrollTo(0, 0)")
    first = page.locator("a.mtm-mark").first
    page.locator(".mtm-score a").focus()
    tab_to(page, first)
    card = page.locator(CARD)
    card.wait_for()
    assert first.evaluate("mark => mark === document.activeElement")
    assert first.get_attribute("aria-expanded") == "true"
    assert first.get_attribute("aria-controls") == card.get_attribute("id")
    assert card.get_attribute("aria-label") == first.get_attribute("aria-label")
    assert card.get_attribute("aria-modal") is None
    links = card.locator("a")
    for i in range(links.count()):
        page.keyboard.press("Tab")
        assert links.nth(i).evaluate("link => link === document.activeElement")
    second = page.locator("a.mtm-mark").nth(1)
    tab_to(page, second)
    assert page.locator(CARD).count() == 1
    assert states(page).count("true") == 1
    assert card.get_attribute("aria-label") == second.get_attribute("aria-label")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_closes_the_card_and_opens_it_again(key: str, opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.locator(".mtm-score a").focus()
    tab_to(page, page.locator("a.mtm-mark").first)
    page.locator(CARD).wait_for()
    page.wait_for_timeout(SETTLED)
    top = page.evaluate("window.scrollY")
    page.keyboard.press(key)
    assert page.locator(CARD).count() == 0
    page.keyboard.press(key)
    assert page.locator(CARD).is_visible()
    assert page.evaluate("window.scrollY") == top


def test_escape_closes_the_card_and_gives_the_focus_back(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.locator(".mtm-score a").focus()
    tab_to(page, page.locator("a.mtm-mark").first)
    page.keyboard.press("Tab")
    inside = "document.querySelector('.mtm-card').contains(document.activeElement)"
    assert page.evaluate(inside)
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED)
    assert page.locator(CARD).count() == 0
    mark = page.locator("a.mtm-mark").first
    assert mark.evaluate("mark => mark === document.activeElement")


def test_escape_dismisses_a_hovered_card_and_leaves_the_focus_where_it_is(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.locator("a.mtm-mark").first.hover()
    page.locator(CARD).wait_for()
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED)
    assert page.locator(CARD).count() == 0
    assert page.evaluate("document.activeElement === document.body")


def test_a_tap_opens_a_second_one_or_one_outside_closes(opened: Any) -> None:
    page = opened(ARTICLE, **PHONE)
    mark, card = page.locator("a.mtm-mark").first, page.locator(CARD)
    for close in (mark.tap, page.locator(".mtm-lead").tap):
        mark.scroll_into_view_if_needed()
        mark.tap()
        assert card.is_visible()
        close()
        assert card.count() == 0
    mark.tap()
    other = page.locator("a.mtm-mark").nth(3)
    other.tap()
    assert states(page).count("true") == 1
    assert card.get_attribute("aria-label") == other.get_attribute("aria-label")
    assert "#" not in page.url


@pytest.mark.parametrize("options", [WIDE, PHONE], ids=["1440", "390"])
def test_every_card_lies_in_the_window_beside_its_mark_and_moves_nothing(
    options: dict[str, Any], opened: Any
) -> None:
    page = opened(ARTICLE, **options, reduced_motion="reduce")
    found = page.evaluate(EVERY_CARD)
    assert len(found) > 30
    assert [one for one in found if not all(one[1:])] == []


def test_the_card_shrinks_to_a_low_window_and_stays_by_its_mark_in_scrolling(opened: Any) -> None:
    page = opened(ARTICLE, viewport={"width": 640, "height": 320}, has_touch=True)
    mark, card = page.locator("a.mtm-mark").nth(4), page.locator(CARD)
    mark.evaluate("mark => mark.scrollIntoView({ block: 'center' })")
    mark.evaluate("mark => mark.click()")
    assert in_view(page, card.bounding_box())
    assert apart(card.bounding_box(), mark.bounding_box())
    gap = card.bounding_box()["y"] - mark.bounding_box()["y"]
    page.evaluate("window.scrollBy(0, 60)")
    page.wait_for_timeout(100)
    assert card.bounding_box()["y"] - mark.bounding_box()["y"] == pytest.approx(gap, abs=1)


@pytest.mark.parametrize("options", [WIDE, PHONE], ids=["1440", "390"])
def test_a_mark_is_large_enough_for_a_finger_and_takes_no_room(
    options: dict[str, Any], opened: Any
) -> None:
    page = opened(ARTICLE, **options)
    for box in page.locator("a.mtm-mark").evaluate_all(
        "m => m.map(a => a.getBoundingClientRect()).map(r => [r.width, r.height])"
    ):
        assert min(box) >= 24
    room = "m => m.offsetWidth + 2 * parseFloat(getComputedStyle(m).marginLeft)"
    assert page.locator("a.mtm-mark").first.evaluate(room) <= 18


@pytest.mark.parametrize("options", [WIDE, PHONE], ids=["1440", "390"])
def test_each_verdict_has_a_sign_of_its_own_and_of_the_same_size(
    options: dict[str, Any], opened: Any
) -> None:
    page = opened(ARTICLE, **options)
    drawn = page.evaluate(
        """verdicts => verdicts.map(([verdict, sign]) => {
             const mark = document.querySelector("a.mtm-mark").cloneNode(true);
             mark.className = `mtm-mark mtm-${verdict.replaceAll(" ", "-")}`;
             mark.firstChild.textContent = sign;
             document.querySelector("article p").append(mark);
             const style = getComputedStyle(mark.firstChild, "::before");
             const shape = [style.clipPath, style.borderRadius, style.display].join();
             return [shape, parseFloat(style.width), parseFloat(style.height)];
           })""",
        list(MARKS.items()),
    )
    assert len({shape for shape, _, _ in drawn}) == len(MARKS)
    sizes = {size for shape, *both in drawn if "none,50%" not in shape for size in both if size}
    assert max(sizes) - min(sizes) < 0.1
    assert min(sizes) >= 10


def test_without_scripts_the_number_shows_and_leads_to_the_note(opened: Any) -> None:
    page = opened(ARTICLE, **PHONE, java_script_enabled=False)
    mark = page.locator("a.mtm-mark").first
    assert mark.locator(".mtm-number").is_visible()
    assert mark.inner_text().endswith("1")
    mark.click()
    note = page.locator(".mtm-note:target")
    assert note.bounding_box()["y"] < 844
    assert note.locator(".mtm-back").inner_text() == "1"
    note.locator(".mtm-back").click()
    assert page.locator("a.mtm-mark:target").count() == 1


def test_with_scripts_the_number_is_hidden_from_the_start(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    assert page.locator("a.mtm-mark .mtm-number:visible").count() == 0
    assert page.locator("a.mtm-mark .mtm-sign:visible").count() > 30


def test_on_paper_numbers_notes_and_addresses_are_shown(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE, color_scheme="dark")
    page.locator("a.mtm-mark").first.click()
    page.emulate_media(media="print")
    assert page.locator(CARD).is_hidden()
    numbers = page.locator("a.mtm-mark .mtm-number")
    assert page.locator("a.mtm-mark .mtm-number:visible").count() == numbers.count() > 30
    assert page.locator("div.mtm-note:visible").count() > 30
    link = page.locator('div.mtm-note a[rel~="external"]').first
    shown = link.evaluate("a => getComputedStyle(a, '::after').content")
    assert link.get_attribute("href") in shown
    style = "e => [getComputedStyle(e).columnCount, getComputedStyle(e).display]"
    assert page.locator(".mtm-notes").evaluate(style) == ["2", "block"]
    # Not the whole note, or the columns of the last page would not be evened out.
    words = page.locator("div.mtm-note p").first
    assert words.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert words.evaluate("e => getComputedStyle(e).breakAfter") == "avoid"
    assert page.locator(".md-header").is_hidden()
    paper = "getComputedStyle(document.querySelector('.mtm-score')).backgroundColor"
    assert page.evaluate(paper) == "rgb(244, 244, 244)"
    page.goto(page.url + "ledger/?verdict=broken")
    assert page.locator(".mtm-filter").is_hidden()
    assert page.locator(".mtm-row:visible").count() == page.locator(".mtm-row").count()


def shown(page: Any) -> tuple[int, str]:
    return page.locator(".mtm-row:visible").count(), page.get_by_role("status").inner_text()


def test_the_filter_shows_one_verdict_and_one_section(opened: Any) -> None:
    page = opened(LEDGER, **PHONE)
    total = int(page.locator(".mtm-filter").get_attribute("data-claims"))
    assert shown(page) == (total, f"{total} of {total} claims")
    verdict, section = (
        page.get_by_role("combobox", name="Verdict"),
        page.get_by_role("combobox", name="Section"),
    )
    assert verdict.evaluate("s => s.tagName") == "SELECT"
    withdrawn = page.locator('.mtm-row[data-verdict="withdrawn"]').count()
    verdict.select_option(label=f"Withdrawn ({withdrawn})")
    assert shown(page) == (withdrawn, f"{withdrawn} of {total} claims")
    assert page.url.endswith("?verdict=withdrawn")
    assert page.locator(".mtm-ledger-section:visible").count() < section.locator("option").count()
    for part in page.locator(".mtm-ledger-section:visible").all():
        assert part.locator(".mtm-row:visible").count() > 0
    both = page.locator('[data-section="Valuation"] [data-verdict="withdrawn"]').count()
    section.select_option(label=f"Valuation ({both})")
    assert shown(page) == (both, f"{both} of {total} claims")
    assert page.url.endswith("?verdict=withdrawn&section=valuation")
    page.reload(wait_until="load")
    assert shown(page) == (both, f"{both} of {total} claims")
    verdict.select_option(index=0)
    section.select_option(index=0)
    assert shown(page)[0] == total
    assert page.url.endswith("/ledger/")


@pytest.mark.parametrize("words", ["not-checkable", "not%20checkable", "Not+checkable"])
def test_a_link_asks_for_a_verdict(words: str, opened: Any) -> None:
    page = opened(f"{LEDGER}?verdict={words}", **WIDE)
    wanted = page.locator('.mtm-row[data-verdict="not checkable"]').count()
    assert shown(page)[0] == wanted > 0


def test_a_verdict_that_no_claim_has_hides_nothing(opened: Any) -> None:
    page = opened(f"{LEDGER}?verdict=splendid", **WIDE)
    assert shown(page)[0] == page.locator(".mtm-row").count()


def test_a_claim_in_the_address_is_shown_whatever_the_filter_says(opened: Any) -> None:
    page = opened(f"{LEDGER}?verdict=withdrawn#forward_pe", **WIDE)
    page.keyboard.press("Shift")  # the theme's script, which has its own ways with addresses
    page.wait_for_selector(".md-version__link", state="attached")
    row = page.locator(".mtm-row:has(#forward_pe)")
    assert in_view(page, page.locator("#forward_pe").bounding_box())
    assert page.url.endswith("/ledger/#forward_pe")
    plain = page.locator(".mtm-row").last.evaluate("e => getComputedStyle(e).backgroundColor")
    assert row.evaluate("e => getComputedStyle(e).backgroundColor") != plain
    page.get_by_label("Verdict").select_option(value="withdrawn")
    assert row.is_hidden()
    assert page.url.endswith("?verdict=withdrawn")
    page.evaluate("window.location.hash = '#forward_pe'")
    row.wait_for()
    assert in_view(page, page.locator("#forward_pe").bounding_box())


def test_a_claim_in_the_address_that_fits_the_filter_leaves_it(opened: Any) -> None:
    page = opened(f"{LEDGER}?verdict=withdrawn#retail_share", **WIDE)
    assert page.url.endswith("?verdict=withdrawn#retail_share")
    assert shown(page)[0] == page.locator('.mtm-row[data-verdict="withdrawn"]').count()


def test_without_scripts_the_ledger_is_whole_and_shows_no_filter(opened: Any) -> None:
    page = opened(f"{LEDGER}?verdict=withdrawn", **PHONE, java_script_enabled=False)
    assert page.locator(".mtm-filter").is_hidden()
    assert page.locator(".mtm-row:visible").count() == page.locator(".mtm-row").count() > 40


def test_marks_and_filter_work_under_a_strict_policy(address: str, browser: Any) -> None:
    policy = "script-src 'self'; style-src 'self'; img-src 'self' data:"
    context = browser.new_context(**WIDE)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.location["url"]) if m.type == "error" else None)

    def strict(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "content-security-policy": policy}
        )

    page.route("**/small-caps/**", strict)
    page.goto(f"{address}{ARTICLE}", wait_until="load")
    page.locator("a.mtm-mark").first.click()
    assert in_view(page, page.locator(CARD).bounding_box())
    page.goto(f"{address}{LEDGER}?verdict=withdrawn", wait_until="load")
    assert shown(page)[0] == page.locator('.mtm-row[data-verdict="withdrawn"]').count()
    assert not [url for url in refused if "claims" in url]
    context.close()


def test_a_page_that_is_swapped_without_loading_has_its_cards(opened: Any) -> None:
    page = opened(ARTICLE, **WIDE)
    page.keyboard.press("Shift")  # brings the theme's script
    page.wait_for_selector(".md-version__link", state="attached")
    page.locator("a.mtm-mark").first.evaluate("mark => mark.click()")
    page.evaluate(
        """const old = document.querySelector("article");
           const text = old.outerHTML.replaceAll(/ (role="button"|aria-[ehc][a-z]+="[^"]*")/g, "");
           old.replaceWith(document.createRange().createContextualFragment(text));
           document.querySelector(".mtm-card").remove();
           window.document$.next(document)"""
    )
    mark = page.locator("a.mtm-mark").nth(2)
    assert set(states(page)) == {"false"}
    mark.evaluate("mark => mark.click()")
    assert page.locator(CARD).get_attribute("aria-label") == mark.get_attribute("aria-label")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "options"),
    [(ARTICLE, WIDE), (ARTICLE, PHONE), (LEDGER, PHONE), (METHOD, PHONE)],
    ids=["article-1440", "article-390", "ledger-390", "method-390"],
)
def test_axe_finds_nothing_serious(
    path: str, options: dict[str, Any], scheme: str, opened: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(path, **options, color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")  # tables have their boxes
    found = serious(Axe(), page)
    if path == ARTICLE:
        page.locator("a.mtm-mark").first.click()
        assert page.locator(CARD).is_visible()
        found += serious(Axe(), page, CARD)
        found += serious(Axe(), page, "article p:has(> .mtm-card), article li:has(> .mtm-card)")
    assert found == []


def serious(axe: Any, page: Any, part: str | None = None) -> list[str]:
    return [
        f"{broken['id']}: {node['html']}"
        for broken in axe.run(page, part).response["violations"]
        if broken["impact"] in ("serious", "critical")
        for node in broken["nodes"]
    ]
