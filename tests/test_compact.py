"""What makes the files of a chart small loses nothing: specs, paths, points, tooltips, pages."""

from __future__ import annotations

import json
import random
import re

import numpy as np
import pandas as pd
import pytest

from generator import charts
from generator.charts.compact import compact
from generator.charts.draw import chart_spec, draw_chart
from generator.charts.formats import FORMATS
from generator.charts.live import _rounded
from generator.charts.panel import Panel
from generator.charts.paths import shorter_path
from generator.charts.style import wide_style
from generator.charts.svg import tidy
from generator.charts.thinning import TOLERANCE, seen, turns
from generator.charts.ticks import Axis
from generator.markup import slim
from generator.model import Style
from tests.specs import read_specs

WORDS = {"title": "A title", "subtitle": "What, in percent", "alt": "What it shows."}
ROWS = {
    "numbers": [{"x": 18169.0, "y": 0.1}, {"x": 18170.5, "y": None}, {"x": 18172.0, "y": -1e-7}],
    "long numbers": [{"y": 1 / 3}, {"y": 1e300}, {"y": 2.0**60}],
    "one value": [{"x": i, "colour": "#1a63bd"} for i in range(50)],
    "a truth is no number": [{"x": 1}, {"x": True}, {"x": 1}],
    "words": [{"x": "a"}, {"x": None}],
    "other keys": [{"x": 1}, {"y": 1}],
    "no keys": [{}, {}],
    "none": [],
    "bounds": [{"from": i / 2, "to": (i + 1) / 2} for i in range(80)],
    "halfway": [{"x": x, "from": (x + max(x - 7, -3)) / 2} for x in range(-3, 400, 7)],
    "far apart": [{"y": (-1) ** i * 31**i} for i in range(10)] + [{"y": None}, {"y": -0.5}],
    "like": [{"a": i**3 % 101, "b": i**3 % 101} for i in range(80)],
}


def spec(**tables: object) -> dict[str, object]:
    encoding = {"x": {"field": "x", "type": "quantitative", "scale": {"domain": [0.0, 1.5]}}}
    layers = [{"data": {"name": name}, "encoding": encoding} for name in tables]
    return {"layer": layers, "datasets": dict(tables)}


@pytest.mark.parametrize("name", list(ROWS))
def test_the_rows_of_a_table_come_back_as_they_were(name: str) -> None:
    other = [{"x": 1, "y": 2}]
    wide, phone = read_specs(compact(spec(one=ROWS[name], two=other), spec(one=ROWS[name]), {}))
    for found in (wide, phone):
        rows = found["datasets"][found["layer"][0]["data"]["name"]]
        assert rows == ROWS[name]
        assert [type(row.get("x")) is bool for row in rows] == [
            type(row.get("x")) is bool for row in ROWS[name]
        ]
    assert wide["layer"][1]["encoding"] == spec(one=[])["layer"][0]["encoding"]  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"width": 259.5},
        {"config": {"axis": {"labelFontSize": 12, "domain": False}, "background": None}},
        {"config": None},
        {"title": {"text": "new here"}},
        {"layer": [{"mark": {"type": "line", "tooltip": True}}, {"mark": "rule"}]},
        {"layer": [{"mark": {"type": "line", "tooltip": 1}}]},
        {"layer": [{"mark": {"type": "line"}}, {"mark": "rule"}]},
    ],
    ids=["same", "number", "within", "nothing", "more", "a truth", "fewer", "less within"],
)
def test_the_spec_of_the_phone_comes_back_from_what_differs(change: dict[str, object]) -> None:
    wide: dict[str, object] = {
        "config": {"axis": {"labelFontSize": 13, "domain": False}, "background": None},
        "layer": [{"mark": {"type": "line", "tooltip": 1}}, {"mark": "rule"}],
        "width": 620,
    }
    packed = compact(wide, {**wide, **change}, {})
    found = read_specs(packed)
    assert repr(found) == repr((wide, {**wide, **change}))
    assert len(packed) < len(json.dumps([wide, {**wide, **change}])) + 60


def test_a_chart_comes_back_from_its_file_as_altair_made_it() -> None:
    days = pd.date_range("2019-01-31", periods=60, freq="ME")
    levels = pd.DataFrame({"a": np.linspace(1, 2, 60), "b": np.linspace(1, 3, 60)}, index=days)
    chart = charts.lines(levels, marks=[("2020-03-01", "a day")], **WORDS)
    made = chart_spec(chart, wide_style(chart))
    read, phone = read_specs(draw_chart(chart, cache=None).files[".json"])
    assert phone["width"] < read["width"]

    def plain(found: dict[str, object]) -> object:
        """The spec with the rows of each layer in place of a name."""
        tables = found["datasets"]
        layers = [
            {**layer, "data": tables[layer["data"]["name"]]}  # type: ignore[index]
            for layer in found["layer"]  # type: ignore[attr-defined]
        ]
        return {**found, "layer": layers, "datasets": 0}

    assert plain(read) == plain(made)


def test_a_line_on_the_phone_reads_the_rows_of_the_wide_one() -> None:
    def drawn(points: range, name: str, color: str) -> dict[str, object]:
        rows = [{"x": x, "y": x * x} for x in points]
        layer = {"data": {"name": name}, "mark": {"type": "line", "color": color}}
        return {"layer": [layer], "datasets": {name: rows}}

    wide = drawn(range(0, 101), "whole", "#1a63bd")
    for points, color, is_wide in (
        (range(0, 101, 10), "#1a63bd", True),
        (range(0, 101, 10), "#c4460c", False),
        (range(0, 91, 10), "#1a63bd", False),
    ):
        _, phone = read_specs(compact(wide, drawn(points, "few", color), {}))
        (rows,) = phone["datasets"].values()
        assert (len(rows) == 101) is is_wide
        assert phone["layer"][0]["mark"]["color"] == color


def corners(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each part of a path in tenths of a pixel, read as SVG defines them."""
    parts: list[list[tuple[int, int]]] = []
    x = y = 0
    for letter, rest in re.findall(r"([MLlhvzZ])([^MLlhvzZ]*)", path):
        numbers = [round(float(n) * 10) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if letter in "zZ":
            x, y = parts[-1][0]
            parts[-1].append((x, y))
        elif letter in "hv":
            x, y = (x + numbers[0], y) if letter == "h" else (x, y + numbers[0])
            parts[-1].append((x, y))
        else:
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = (x + dx, y + dy) if letter == "l" else (dx, dy)
                parts.append([(x, y)]) if letter == "M" else parts[-1].append((x, y))
    return parts


def test_the_corners_of_a_path_are_those_of_before() -> None:
    chance = random.Random(7)
    for _ in range(200):
        path = ""
        for part in range(chance.randint(1, 3)):
            step = chance.choice([0.1, 0.5, 3, 400])
            places = [
                (chance.uniform(-step, step), chance.choice([0, chance.uniform(-step, step)]))
                for _ in range(chance.randint(2, 40))
            ]
            words = [f"{x:.1f},{y:.1f}".replace(".0", "") for x, y in places]
            path += f"M{'L'.join(words)}" + ("Z" if part == 1 else "")
        short = shorter_path(path)
        assert len(short) <= len(path)

        def distinct(part: list[tuple[int, int]]) -> list[tuple[int, int]]:
            return [p for number, p in enumerate(part) if number == 0 or p != part[number - 1]]

        assert [distinct(p) for p in corners(short)] == [distinct(p) for p in corners(path)]


@pytest.mark.parametrize("path", ["M0,0h5v5h-5Z", "M0,0C1,1,2,2,3,3", "M0,0A1,1,0,1,1,2,2", ""])
def test_another_path_stays_as_it_is(path: str) -> None:
    assert shorter_path(path) == path


def test_a_point_alone_keeps_its_round_cap() -> None:
    assert shorter_path("M1.5,2L1.5,2") == "M1.5 2h0"


def test_a_picture_says_its_typeface_once_and_no_defaults() -> None:
    text = '<text font-family="F" text-anchor="start" opacity="1" font-weight="400" fill="#1b1f24">'
    drawn = tidy(
        '<svg width="9" height="9"><g fill="none"><g><g transform="translate(0,0)">'
        f'<path d="M0,0h9v9h-9Z"/>{text}a</text><g><line x2="0" y2="5" stroke="#868e99"/></g>'
        "</g></g><g></g></g></svg>"
    )
    assert re.sub("<style>.*</style>", "", drawn) == (
        '<svg font-family="F" width="9" height="9"><g fill="none"><text fill="#1b1f24">a</text>'
        '<line y2="5" stroke="#868e99"/></g></svg>'
    )


def panel() -> Panel:
    return Panel(Style(720, 360, False, "F", 13), Axis(0, 3000, (), 1), Axis(-3, 3, (), 1))


def test_a_point_left_out_lies_beside_the_line_by_less_than_can_be_seen() -> None:
    levels = np.random.default_rng(3).normal(0, 0.004, 900).cumsum()
    values = pd.Series(levels, index=np.arange(900.0) * 3)
    kept = seen(values, panel(), gaps=[1500.5])
    assert len(kept) < 0.8 * len(values)
    assert {values.index[0], values.index[-1], 1500, 1503} <= set(kept.index)
    line = np.interp(values.index, kept.index, kept)
    steep = np.abs(line - values) * 60  # pixels up or down, which is never nearer than the line
    assert steep.max() < 10 * TOLERANCE
    away = [
        min(
            np.hypot((x - values.index[i]) * 0.24, (y - values.iloc[i]) * 60)
            for x, y in zip(
                np.linspace(values.index[i] - 9, values.index[i] + 9, 721),
                np.interp(
                    np.linspace(values.index[i] - 9, values.index[i] + 9, 721), kept.index, kept
                ),
                strict=True,
            )
        )
        for i in range(0, 900, 7)
    ]
    assert max(away) < TOLERANCE + 0.02


def test_a_line_of_steps_keeps_where_it_turns_and_ends() -> None:
    values = pd.Series([1, 1, 2, 2, 2, 1, 1], index=range(7))
    assert turns(values).to_dict() == {0: 1, 2: 2, 5: 1, 6: 1}


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_rounded_value_reads_as_the_whole_one(name: str) -> None:
    wording = FORMATS[name]
    chance = random.Random(5)
    for _ in range(3000):
        value = chance.choice([chance.uniform(-3, 3), chance.uniform(-300, 300), -0.0451, 2.5])
        near = _rounded(value, wording.decimals + 1, wording)
        assert wording.text(near) == wording.text(value)
        assert abs(near - value) <= 1.5 * 10.0 ** -(wording.decimals + 1)


def test_a_page_loses_only_breaks_and_spaces_beside_breaks() -> None:
    page = (
        '<p title="a\n\n  b">one\n   <b>two</b>  three </p>\n\n\n  <!-- x\n\n y -->'
        "<pre>  a\n\n b</pre><textarea>\n\n</textarea><script>a\n\n  b</script>"
        "<style>a\n\n b</style> <i>a < b</i>\n\n"
    )
    assert slim(page) == (
        '<p title="a\n\n  b">one\n<b>two</b>  three </p>\n<!-- x\n\n y --><pre>  a\n\n b</pre>'
        "<textarea>\n\n</textarea><script>a\n\n  b</script><style>a\n\n b</style> <i>a < b</i>\n"
    )


def test_a_page_loses_the_breaks_between_blocks_but_no_space_that_is_seen() -> None:
    page = "<ul a>\n<li>\n<p>a</p>\n</li>\n</ul>\n<p>b\n<b>c</b>\n<i>d</i></p>\n<pre>\n</pre>"
    assert slim(page) == ("<ul a><li><p>a</p></li></ul><p>b\n<b>c</b>\n<i>d</i></p>\n<pre>\n</pre>")


def test_a_picture_within_a_page_needs_no_namespace_but_one_in_an_address_does() -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="9"><path d="M0 0h9"/></svg>'
    inside = f"<p>{drawn}</p><img src='data:image/svg+xml,{drawn}'>"
    assert slim(inside) == (
        f'<p><svg width="9"><path d="M0 0h9"/></svg></p><img src=\'data:image/svg+xml,{drawn}\'>'
    )


def test_code_keeps_its_words_and_colors_in_fewer_elements() -> None:
    code = (
        '<div class="highlight"><pre><code><span class="k">if</span><span class="w">  </span>'
        '<span class="n">a</span><span class="p">[</span><span class="p">(</span>'
        '<span class="s2">b</span><span class="s2">c</span></code></pre></div>'
    )
    assert slim(code) == (
        '<div class="highlight"><pre><code><span class="k">if</span>  a[('
        '<span class="s2">bc</span></code></pre></div>'
    )
    elsewhere = '<p><span class="n">a</span></p>'
    assert slim(elsewhere) == elsewhere
