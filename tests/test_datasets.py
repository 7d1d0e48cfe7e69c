"""Tables reach the spec of a chart as altair writes them; a known spec is not made again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import altair
import numpy as np
import pandas as pd
import pytest
from altair.utils.schemapi import SchemaValidationError

from generator import charts
from generator.charts import draw as module
from generator.charts.datasets import plain_rows
from generator.charts.draw import chart_spec, draw_chart
from generator.charts.style import phone_style, wide_style
from generator.model import Chart, Style

WORDS = {"title": "A title", "subtitle": "What, in percent", "alt": "What it shows."}
FRAMES = {
    "floats": pd.DataFrame({"x": [1.0, np.nan, np.inf, -np.inf, 0.1]}),
    "whole": pd.DataFrame({"x": [1, 2], "y": [True, False]}),
    "text": pd.DataFrame({"x": ["a", None, "–"], "y": [1, 2, 3]}),
    "a row twice": pd.DataFrame({"x": [1.5, 1.5]}, index=[7, 7]),
    "no rows": pd.DataFrame({"x": pd.Series(dtype=float)}),
}


def own_chart(frame: pd.DataFrame) -> Chart:
    def draw(style: Style) -> altair.LayerChart:
        base = altair.Chart(frame, width=style.width, height=200)
        line = base.mark_line().encode(x="x:Q", y="y:Q")
        return line + altair.Chart(frame.head(2)).mark_point().encode(x="x", y="y")

    return Chart(data=frame, draw=draw, id="own", **WORDS)


def made() -> dict[str, Chart]:
    years = pd.Series([2.0, -1.0, 3.0], index=[2001, 2002, 2003], name="gap")
    days = pd.date_range("2019-01-31", periods=60, freq="ME")
    levels = pd.DataFrame({"a": np.linspace(1, 2, 60), "b": np.linspace(1, 3, 60)}, index=days)
    names = pd.Series({"one": 1.0, "two": -2.0})
    return {
        "lines": charts.lines(levels, marks=[("2020-03-01", "a day")], mean=1.5, **WORDS),
        "columns": charts.columns(years, provisional=True, **WORDS),
        "bars": charts.bars(names, highlight=["one"], **WORDS),
        "dots": charts.dots(pd.DataFrame({"then": names, "now": names + 1}), **WORDS),
        "ends": charts.end_date_sensitivity(levels["a"], levels["b"], "2019-01-31", **WORDS),
    }


@pytest.mark.parametrize("name", list(FRAMES))
def test_rows_are_what_altair_makes_of_a_table(name: str) -> None:
    frame = FRAMES[name]
    rows = plain_rows(frame)
    assert json.dumps(rows) == json.dumps(altair.to_values(frame)["values"])


@pytest.mark.parametrize(
    "column", [pd.to_datetime(["2020-01-01"]), [dt.date(2020, 1, 1)], pd.Categorical(["a"])]
)
def test_other_columns_are_left_to_altair(column: list[object]) -> None:
    assert plain_rows(pd.DataFrame({"x": column})) is None


@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], pd.date_range("2020-01-01", periods=3)])
def test_a_chart_of_a_thesis_has_the_spec_altair_gives_it(x: list[object]) -> None:
    chart = own_chart(pd.DataFrame({"x": x, "y": [1, 2, 3]}))
    style = wide_style(chart)
    spec, expected = chart_spec(chart, style), chart.draw(style).to_dict()
    assert {**spec, "config": {}} == {**expected, "config": {}}


def test_a_mistake_in_a_chart_of_a_thesis_is_said_as_altair_says_it() -> None:
    def draw(_: Style) -> altair.Chart:
        return altair.Chart(FRAMES["whole"]).mark_line(strokeCap="no")

    chart = Chart(data=FRAMES["whole"], draw=draw, id="own", **WORDS)
    with pytest.raises(SchemaValidationError, match="'no' is an invalid value for `strokeCap`"):
        chart_spec(chart, wide_style(chart))


@pytest.mark.parametrize("name", list(made()))
def test_ready_made_charts_hold_what_altair_would_check(name: str) -> None:
    chart = made()[name]
    for style in (wide_style(chart), phone_style(chart)):
        assert chart.draw(style).to_dict(validate=True)["layer"]


def test_a_known_spec_of_a_ready_made_chart_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {name: draw_chart(chart, cache=tmp_path).files for name, chart in made().items()}
    monkeypatch.setattr(module, "chart_spec", lambda *_: pytest.fail("it was made again"))
    assert {n: draw_chart(chart, cache=tmp_path).files for n, chart in made().items()} == first


def test_another_option_of_a_ready_made_chart_is_another_spec(tmp_path: Path) -> None:
    values = pd.Series({"one": 1.0, "two": -2.0})
    for highlight in (["one"], ["two"]):
        chart = charts.bars(values, highlight=highlight, **WORDS)
        fresh = draw_chart(chart, cache=None).files
        assert draw_chart(chart, cache=tmp_path).files == fresh


def test_another_day_of_publication_is_another_spec(tmp_path: Path) -> None:
    chart = made()["lines"]
    dated = dataclasses.replace(chart, published=dt.date(2021, 6, 30))
    for one in (chart, dated):
        assert draw_chart(one, cache=tmp_path).files == draw_chart(one, cache=None).files


def test_the_spec_of_a_chart_of_a_thesis_is_made_each_time(tmp_path: Path) -> None:
    for y in (1.0, 2.0):
        chart = own_chart(pd.DataFrame({"x": [1.0, 2.0], "y": [1.0, y]}))
        assert draw_chart(chart, cache=tmp_path).files == draw_chart(chart, cache=None).files
    assert not list(tmp_path.glob("spec-*"))
