"""Pictures are the same whatever typefaces the machine has, in bytes and on the screen."""

from __future__ import annotations

import base64
import io
import itertools
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.pens.statisticsPen import StatisticsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont
from PIL import Image

from generator.charts import typeface
from generator.charts.glyphs import outlined
from generator.charts.pixels import on_pixels
from generator.charts.raster import png
from generator.charts.style import FAMILY, FONT
from generator.charts.svg import tidy
from tests.conftest import CHROMIUM, ROOT, needs_chromium
from tests.test_browser import ARGUMENTS

DRAW = """
import pathlib, sys
from generator.charts.draw import draw_card, draw_chart
from generator.charts.raster import png
from tests.test_card import WORDS
from tests.test_charts import kinds

folder = pathlib.Path(sys.argv[1])
chart = kinds()["lines"]
picture = draw_chart(chart, cache=None, credit=["Source: nobody. Drawn twice."])
files = {**picture.files, "card.png": draw_card(WORDS, chart, cache=None)}
for name, content in files.items():
    (folder / name).write_bytes(content)
(folder / "machine.png").write_bytes(png(sys.argv[2]))
"""
# Words in a typeface that is not ours: they show whether the machine's own are there.
CONTROL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><rect width="120" height="30" '
    'fill="#fff"/><text x="5" y="20" font-family="DejaVu Serif, serif">Control</text></svg>'
)


def test_the_listed_widths_are_those_of_the_fonts() -> None:
    for weight, name in typeface.FILES.items():
        font = TTFont(typeface.FOLDER / name, lazy=True)
        units, advances, glyphs = font["head"].unitsPerEm, font["hmtx"], font.getBestCmap()
        assert typeface._widths(weight) == {
            chr(code): advances[glyph][0] / units for code, glyph in glyphs.items()
        }


def test_the_listed_outlines_are_those_of_the_fonts() -> None:
    for weight, name in typeface.FILES.items():
        font = TTFont(typeface.FOLDER / name)
        glyphs, scale = font.getGlyphSet(), typeface.UNITS / font["head"].unitsPerEm
        for code, glyph in font.getBestCmap().items():
            if (listed := typeface.outline(chr(code), weight)) is None:
                assert unicodedata.category(chr(code))[0] == "M", chr(code)
                continue
            ours, theirs = StatisticsPen(), StatisticsPen(glyphs)
            parse_path(listed, TransformPen(ours, (1, 0, 0, -1, 0, 0)))
            glyphs[glyph].draw(TransformPen(theirs, (scale, 0, 0, scale, 0, 0)))
            assert ours.area == pytest.approx(theirs.area, rel=0.03, abs=20), chr(code)
            for measure in ("meanX", "meanY", "stddevX", "stddevY"):
                assert getattr(ours, measure) == pytest.approx(getattr(theirs, measure), abs=1.5)


@pytest.mark.browser
@needs_chromium()
def test_words_stand_where_a_browser_with_our_typeface_sets_them() -> None:
    """Outlined words and the same words set by the browser, laid over each other."""
    from playwright.sync_api import sync_playwright

    kinds = itertools.product((13, 24), (400, 600), ("start", "middle", "end"))
    text = "".join(
        f'<text font-family="{FONT}" font-size="{size}px" font-weight="{weight}" fill="#1b1f24" '
        f'text-anchor="{anchor}" transform="translate(200,{30 * row})">Small −12.3% é&lt;</text>'
        for row, (size, weight, anchor) in enumerate(kinds, start=1)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="380">{text}</svg>'
    faces = "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url(data:font/ttf;base64,"
        f"{base64.b64encode((typeface.FOLDER / name).read_bytes()).decode()})}}"
        for weight, name in typeface.FILES.items()
    )
    assert "<text" not in outlined(svg)
    shots = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 400, "height": 400}, device_scale_factor=3)
        for drawn in (svg, outlined(svg)):
            page.set_content(f"<style>{faces} body {{ margin: 0 }}</style>{drawn}")
            page.evaluate("document.fonts.ready")
            with Image.open(io.BytesIO(page.screenshot())) as shot:
                shots.append(np.asarray(shot.convert("L"), dtype=int))
        browser.close()
    inked = (255 - shots[0]).sum()
    assert abs(shots[0] - shots[1]).sum() < 0.1 * inked


def test_a_text_that_is_not_all_ours_stays_a_text() -> None:
    ours = f'<text font-family="{FONT}" font-size="13px" fill="#1b1f24">a b a</text>'
    whole = '<svg width="9" height="9">{}</svg>'
    drawn = outlined(whole.format(ours))
    assert "<text" not in drawn
    assert (drawn.count("<use "), drawn.count("<path ")) == (2, 2)  # the b where it stands
    for other in (
        ours.replace("a b a", "a → 日本"),
        ours.replace("a b a", "e\u0301"),  # an accent that only a text sets on its letter
        ours.replace(FONT, "Georgia, serif"),
        ours.replace(" fill", ' letter-spacing="2" fill'),
        ours.replace("13px", "1em"),
    ):
        assert outlined(whole.format(other)) == whole.format(other)


def test_the_words_of_a_png_are_on_whole_pixels_and_not_a_pixel_away() -> None:
    text = (
        f'<text font-family="{FONT}" font-size="13px" fill="#1b1f24" '
        'transform="translate(7.3,{y})">Little by little, 11.1%</text>'
    )
    turned = text.format(y=5).replace("translate(7.3,5)", "translate(9,9)rotate(-90)")
    inner = f'<svg x="3.1" y="2.2"><g transform="translate(1.5,4)">{text.format(y=20)}</g></svg>'
    whole = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60">'
        f"{inner}{text.format(y=50)}{turned}</svg>"
    )
    scale = 5 / 3
    before, after = outlined(whole), on_pixels(whole, scale)
    rows = re.findall(
        r'<path transform="translate\((.+?),(.+?)\)scale\((.+?)\)"[^>]* d="(.+?)"', after
    )
    assert len(rows) == 2
    for (x, y, size, path), (left, top, was) in zip(
        rows, ((4.6, 6.2, 20), (0, 0, 50)), strict=True
    ):
        starts = [float(first) for first in re.findall(r"M(-?[\d.]+)", path)]
        assert len(starts) == len("Littlebylittle,11.1%")
        for start in starts:
            pixel = (left + float(x) + float(size) * start) * scale
            assert pixel == pytest.approx(round(pixel), abs=0.01)
        assert (top + float(y)) * scale == pytest.approx(round((top + was) * scale), abs=0.01)
    assert ("rotate(-90)" in before) == ("rotate(-90)" in after) is True
    ink = []
    for svg in (before, after):
        with Image.open(io.BytesIO(png(svg, scale=scale))) as drawn:
            ink.append(255 - np.asarray(drawn.convert("L"), dtype=int))
    assert ink[0].sum() == pytest.approx(ink[1].sum(), rel=0.03)
    assert abs(ink[0] - ink[1]).max() > 0


def test_turned_words_of_a_png_are_the_same_words() -> None:
    """Within a picture that has words of its own, whose glyphs have the same names."""
    text = (
        f'<text font-family="{FONT}" font-size="13px" fill="#1b1f24" transform="{{}}">{{}}</text>'
    )
    words = text.format("translate(40,150)rotate(-90)", "Gains of a banana, eleven eels")
    whole = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="160" viewBox="0 0 200 160">{}'
        "</svg>"
    )
    inner = tidy(whole.format(words))
    assert "<use" in inner
    titled = whole.format(text.format("translate(60,20)", "Zebras, Zulus, Zoos") + inner)
    settled = on_pixels(titled, 1.5)
    assert "<use" not in settled
    ink = []
    for svg in (inner, settled):
        with Image.open(io.BytesIO(png(svg, scale=1.5))) as drawn:
            ink.append(np.asarray(drawn.convert("L").crop((0, 0, 80, 240)), dtype=int))
    assert (ink[0] < 128).sum() > 200
    assert abs(ink[0] - ink[1]).max() == 0


# How glyphs are fitted to pixels is the machine's choice, not the typeface's: the same for both.
FITTED = "<match target='pattern'><edit name='hintstyle'><const>hintslight</const></edit></match>"


def with_fonts(folder: Path, config: str) -> dict[str, str]:
    """An environment with this configuration of typefaces."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fonts.conf"
    cache = f"<cachedir>{folder / 'cache'}</cachedir>"
    file.write_text(f"<?xml version='1.0'?><fontconfig>{config}{cache}{FITTED}</fontconfig>")
    return {"FONTCONFIG_FILE": str(file)}


def bare(folder: Path) -> dict[str, str]:
    """An environment in which no typeface is installed and nobody has a home."""
    fonts, home = folder / "fonts", folder / "home"
    for made in (fonts, home):
        made.mkdir(parents=True)
    # Without a folder, the renderer would look in those it knows.
    config = with_fonts(folder, f"<dir>{fonts}</dir>")
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    return {**config, "HOME": str(home), **dict.fromkeys(homes, str(home))}


def other_typeface() -> bytes:
    """A typeface of one letter under another name: without any, Chromium shows no text at all."""
    font = TTFont(typeface.FOLDER / typeface.FILES[400])
    subsetter = Subsetter(Options(name_IDs=["*"]))
    subsetter.populate(unicodes=[ord("z")])
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "Other"
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


def drawn(folder: Path, environment: Mapping[str, str]) -> dict[str, bytes]:
    """A chart and a card drawn afresh, by a process of their own."""
    folder.mkdir()
    subprocess.run(
        (sys.executable, "-c", DRAW, str(folder), CONTROL),
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    )
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What this machine draws, and what it draws without its typefaces."""
    folder = tmp_path_factory.mktemp("drawn")
    return drawn(folder / "here", {}), drawn(folder / "bare", bare(folder / "none"))


def test_pictures_and_cards_are_the_same_bytes_without_the_machines_typefaces(
    pictures: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    here, there = ({**files} for files in pictures)
    if here.pop("machine.png") == there.pop("machine.png"):
        pytest.skip("this machine has no typefaces to take away")
    assert {Path(name).suffix for name in here} >= {".svg", ".png", ".json", ".csv"}
    assert "card.png" in here
    assert [name for name in here if here[name] != there[name]] == []
    assert here.keys() == there.keys()


@pytest.mark.browser
@needs_chromium()
def test_a_browser_without_our_typeface_shows_the_same_pixels(
    pictures: tuple[dict[str, bytes], dict[str, bytes]], tmp_path: Path
) -> None:
    (name,) = (n for n in pictures[0] if n.endswith(".svg") and n.count(".") == 1)
    (tmp_path / "picture.svg").write_bytes(pictures[0][name])
    (tmp_path / "control.svg").write_text(CONTROL)
    system = "<include ignore_missing='yes'>/etc/fonts/fonts.conf</include>"
    here, there = with_fonts(tmp_path / "system", system), bare(tmp_path / "none")
    (tmp_path / "none" / "fonts" / "other.ttf").write_bytes(other_typeface())
    shown = [screenshots(tmp_path, given) for given in (here, there)]
    if shown[0]["control"] == shown[1]["control"]:
        pytest.skip("this machine has no typefaces to take away")
    assert shown[0]["picture"] == shown[1]["picture"]


def screenshots(folder: Path, environment: Mapping[str, str]) -> dict[str, bytes]:
    """What Chromium shows of each SVG as a picture of a page."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        whole: Any = {**os.environ, **environment}
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=ARGUMENTS, env=whole
        )
        page = browser.new_page(viewport={"width": 900, "height": 500})
        for name in ("picture", "control"):
            (folder / f"{name}.html").write_text(f'<img src="{name}.svg" alt="">')
            page.goto((folder / f"{name}.html").as_uri(), wait_until="networkidle")
            found[name] = page.screenshot()
        browser.close()
    return found
