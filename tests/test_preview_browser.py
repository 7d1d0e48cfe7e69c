"""The preview in a browser: it follows what is saved, and shows what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeRepository, needs_chromium, until
from tests.previewing import previewing
from tests.test_browser import browser
from tests.test_preview import ARTICLE, edit

pytestmark = [pytest.mark.browser, needs_chromium()]
__all__ = ["browser"]


def test_a_page_follows_what_is_saved_and_shows_mistakes(
    make_repository: MakeRepository, browser: Any
) -> None:
    root = make_repository()
    template = root / "templates" / "tiny" / "article.md.j2"
    style = root / "templates" / "_theme" / "assets" / "site.css"
    with previewing(root) as preview:
        page = browser.new_page()
        troubles: list[str] = []
        page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{preview.address}{ARTICLE}", wait_until="load")
        edit(template, "The fact says", "A fact says")
        page.get_by_text("A fact says 40%").wait_for()

        page.evaluate("window.stays = true")
        style.write_text(f"{style.read_text()}\nbody {{ --saved: yes }}\n")
        saved = "() => getComputedStyle(document.body).getPropertyValue('--saved').trim() === 'yes'"
        until(page, saved)
        assert page.evaluate("window.stays")  # a stylesheet is swapped without a reload

        edit(template, "facts.largest", "facts.larges")
        panel = page.locator("#mtm-preview section")
        panel.wait_for()
        words = panel.inner_text()
        assert "templates/tiny/article.md.j2:6" in words
        assert "there is no fact 'larges'" in words
        assert "Did you mean 'largest'?" in words
        assert page.get_by_text("A fact says 40%").is_visible()
        page.keyboard.press("Escape")
        page.locator("#mtm-preview .pill").click()
        panel.wait_for()
        edit(template, "facts.larges", "facts.largest")
        panel.wait_for(state="hidden")
        assert troubles == []
        page.close()


def test_a_page_that_never_was_good_appears_once_it_is(
    make_repository: MakeRepository, browser: Any
) -> None:
    root = make_repository()
    path = root / "templates" / "tiny" / "thesis.yml"
    edit(path, "title: A", "title: [A")
    with previewing(root) as preview:
        page = browser.new_page()
        page.goto(f"{preview.address}{ARTICLE}", wait_until="load")
        page.locator("#mtm-preview section").wait_for()
        edit(path, "title: [A", "title: A")
        page.get_by_text("The fact says 40%").wait_for()
        page.close()
