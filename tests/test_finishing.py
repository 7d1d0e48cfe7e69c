"""What is done to a built site before it is laid: the smaller stylesheet and the marks in pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.finishing import finish, finished_page
from generator.policy import NAME
from generator.styles import names_in, used_rules

PAGE = (
    '<html><head><meta charset="utf-8"><link rel="stylesheet" href="../a/main.12ab.min.css"></head>'
    '<body class="here" id="top"><a href="https://example.org/">out</a>'
    '<a href="own/">in</a><script src="../a/bundle.34cd.min.js"></script></body></html>'
)


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("body{color:red}", True),
        (".here{color:red}", True),
        ("#top .here:hover::before{color:red}", True),
        (".made{color:red}", True),  # a script makes it
        ("a[href]{color:red}", True),
        (".here:not(.gone){color:red}", True),
        (".gone{color:red}", False),
        (".here .gone{color:red}", False),
        ("#elsewhere{color:red}", False),
        ("table{color:red}", False),
        ("a[download]{color:red}", False),
    ],
)
def test_a_rule_goes_when_it_asks_for_what_no_page_has(rule: str, kept: bool) -> None:
    names = names_in([PAGE], ['node.className = "made";'])
    assert used_rules(rule, names) == (rule if kept else "")
    for media in ("@media print", "@media screen and (min-width: 20em)", "@supports (gap: 1px)"):
        inside = f"{media}{{{rule}}}"
        assert used_rules(inside, names) == (inside if kept else "")


def test_of_several_selectors_those_that_can_match_are_left_and_order_is_kept() -> None:
    css = ".here,.gone,body{a:b}@font-face{c:d}.gone{e:f}#top{g:h}@keyframes x{to{i:j}}"
    assert used_rules(css, {"here", "body", "top"}) == (
        ".here,body{a:b}@font-face{c:d}#top{g:h}@keyframes x{to{i:j}}"
    )


def test_a_custom_property_goes_when_nothing_left_reads_it() -> None:
    css = ":root{--one:1;--two:var(--three);--three:3;--four:4;color:var(--one)}.gone{x:var(--two)}"
    assert used_rules(css, set()) == ":root{--one:1;color:var(--one)}"
    assert "--four:4" in used_rules(css, {"--four"})


def test_the_page_comes_with_the_small_stylesheet_and_names_the_whole_for_later() -> None:
    page = finished_page(PAGE, first_style="first.56ef.css")
    assert '<link rel="stylesheet" href="../a/first.56ef.css">' in page
    assert (
        '<template id="mtm-theme" data-src="../a/bundle.34cd.min.js"'
        ' data-style="../a/main.12ab.min.css"></template>'
    ) in page
    assert '<a rel="external" href="https://example.org/">' in page
    assert '<a href="own/">' in page


def test_without_a_smaller_stylesheet_the_page_keeps_the_whole() -> None:
    page = finished_page(PAGE)
    assert 'href="../a/main.12ab.min.css"' in page
    assert "data-style" not in page


def test_a_site_is_finished_in_place_and_its_styles_named_by_their_content(tmp_path: Path) -> None:
    styles = tmp_path / "assets" / "stylesheets"
    styles.mkdir(parents=True)
    whole = ".here{a:b}.gone{c:d}"
    (styles / "main.12ab.min.css").write_text(f"{whole}\n/*# sourceMappingURL=main.map */")
    (styles / "main.12ab.min.css.map").write_text("{}")
    (tmp_path / "404.html").write_text(PAGE)
    (tmp_path / "index.html").write_text(PAGE)
    finish(tmp_path)
    (first,) = styles.glob("first.*.css")
    assert first.read_text() == ".here{a:b}"
    assert (styles / "main.12ab.min.css").read_text().strip() == whole
    assert first.name in (tmp_path / "index.html").read_text()
    assert NAME in (tmp_path / "index.html").read_text()
    assert not (tmp_path / "404.html").exists()
    assert not list(styles.glob("*.map"))
