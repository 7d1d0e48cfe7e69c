"""Social cards: their size, their bytes, and that their words are drawn with the vendored font."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from generator.charts import bars, lines
from generator.charts import draw as module
from generator.charts.card import HEIGHT, WIDTH, Words, card_style, card_svg
from generator.charts.draw import draw_card
from generator.charts.typeface import text_width

WORDS = Words(
    finding="Ten-year gap: small companies 5.2 points a year behind",
    above="A thesis of some length",
    below="Notes · Edition of May 1, 2026",
)


def make_lines(*, title="Small stocks trailed"):
    days = pd.date_range("2020-01-31", periods=48, freq="ME")
    values = pd.DataFrame({"one": range(48), "two": range(48, 0, -1)}, index=days)
    return lines(values, title=title, subtitle="Index", alt="Two lines.", value="index")


def make_bars(count):
    shares = pd.Series({f"Company number {n}": n + 1 for n in range(count)})
    return bars(shares, title="The last is largest", subtitle="Share", alt="Bars.")


def pixels(png):
    """Height x width x 3 of a PNG."""
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"))


def ink(png, *, top, foot, left=0, right=WIDTH):
    """Which columns of a part of the card hold something darker than its paper."""
    part = pixels(png)[top:foot, left:right, :3].min(axis=2) < 128
    return np.flatnonzero(part.any(axis=0)) + left


@pytest.fixture(scope="module")
def card():
    return draw_card(WORDS, make_lines(), cache=None)


def test_a_card_has_the_size_that_networks_show_and_is_light(card):
    assert struct.unpack_from(">II", card, 16) == (WIDTH, HEIGHT) == (1200, 630)
    assert len(card) < 120_000


def test_the_same_words_and_chart_give_the_same_bytes(card):
    assert draw_card(WORDS, make_lines(), cache=None) == card


def test_the_words_are_drawn_in_the_vendored_typeface(card):
    # Ink as wide as the vendored advances say, less the room beside its first and last letter.
    for words, bold, top, foot in ((WORDS.above, True, 65, 105), (WORDS.below, False, 550, 590)):
        columns = ink(card, top=top, foot=foot)
        expected = text_width(words, 30, bold=bold)
        assert columns.max() - columns.min() == pytest.approx(expected, abs=9)


def test_the_finding_is_large_enough_to_read_at_a_quarter_of_the_size():
    words = ET.fromstring(card_svg(WORDS, "")).iter("{http://www.w3.org/2000/svg}text")
    sizes = {text.text: float(text.get("font-size", 0)) for text in words}
    assert sizes.pop(WORDS.above) == sizes.pop(WORDS.below) == 30
    assert " ".join(sizes) == WORDS.finding
    assert min(sizes.values()) / 4 >= 14


def test_the_chart_fills_the_right_half_and_does_not_run_into_the_words(card):
    plain = draw_card(WORDS, None, cache=None)
    drawn = (pixels(card)[128:530] != 255).any(axis=2)
    assert drawn[:, 600:].any(axis=0).mean() > 0.5
    assert not drawn[:, 562:600].any()
    assert not (pixels(plain)[540:, 700:] != 255).any()


@pytest.mark.parametrize("count", [3, 14])
def test_a_chart_in_rows_keeps_every_row(count):
    style = card_style(make_bars(count))
    assert style.height == make_bars(count).phone_height
    assert card_style(make_lines()).height < make_lines().phone_height


def test_special_characters_are_printed_as_they_are():
    words = Words("Up & down <b>", 'A "thesis"', "Notes")
    said = ET.fromstring(card_svg(words)).iter("{http://www.w3.org/2000/svg}text")
    assert [text.text for text in said] == ['A "thesis"', "Up & down <b>", "Notes"]


def test_a_card_is_drawn_once_and_again_when_its_copy_is_damaged(tmp_path, monkeypatch, card):
    assert draw_card(WORDS, make_lines(), cache=tmp_path) == card
    (kept,) = tmp_path.glob("card-*")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_render", lambda spec: pytest.fail("it was drawn again"))
        assert draw_card(WORDS, make_lines(), cache=tmp_path) == card
    kept.write_bytes(kept.read_bytes()[:-9])
    assert draw_card(WORDS, make_lines(), cache=tmp_path) == card
    assert len(kept.read_bytes()) > len(card)
    draw_card(Words("Another", "A", "B"), make_lines(), cache=tmp_path)
    assert len(list(tmp_path.glob("card-*"))) == 2
