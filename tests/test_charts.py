"""The kinds of chart, their pictures, and the figure in a real browser."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import itertools
import json
import re
import shutil
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generator import charts
from generator.charts import frame, raster, style, svg
from generator.charts.draw import draw_chart, vega_bundle
from generator.charts.figure import Place, figure_html
from generator.charts.formats import FORMATS, fitting_format
from generator.charts.labels import Flag, place_flags, spread
from generator.charts.table import ROWS, table_html
from generator.charts.thinning import thin_out
from generator.charts.ticks import date_axis, value_axis
from generator.charts.typeface import FILES, UNITS, advance, outline, text_width, wrap
from generator.errors import NotStored
from generator.model import Chart, Style
from tests.conftest import CHROMIUM, ROOT, needs_chromium, until
from tests.specs import read_specs

WORDS = {"title": "Small beat large", "subtitle": "Return, percent", "alt": "A chart, 3.2 %."}
LIGHT_PAGE, DARK_PAGE = "#fdfcfa", "#14181d"


# ---- Builders ----


def daily(count: int = 1200, columns: int = 3) -> pd.DataFrame:
    """Levels on weekdays that wander and end close together, so that labels have to give way."""
    random = np.random.default_rng(7)
    days = pd.bdate_range("2019-01-02", periods=count)
    names = ["Small companies", "Large companies", "Value", "Growth", "Middle"][:columns]
    steps = random.normal(0.0003, 0.01, (count, columns))
    return pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index=days, columns=names)


def recessions() -> pd.DataFrame:
    return pd.DataFrame({"peak": ["2020-02"], "trough": ["2020-04"]})


def quotes(**more: object) -> pd.DataFrame:
    dates = ["2022-01", "2022-02-28", "2023-06-30", "2024-01-31", "2025-09-30"]
    values = [0.75, 0.755, 0.70, 0.73, 0.72]
    frame = pd.DataFrame({"date": dates, "value": values, "series": "relative P/E"})
    norm = pd.DataFrame(
        {"date": dates[::2], "value": [1.02, 1.0, 0.99], "series": "its average", "norm": True}
    )
    return pd.concat([frame.assign(norm=False), norm]).assign(source="A note", url="x", **more)


def cycles() -> pd.DataFrame:
    random = np.random.default_rng(5)
    paths = {
        str(year): pd.Series(random.normal(0, 2, 31).cumsum(), index=range(-6, 25))
        for year in (1989, 1995, 1998, 2001, 2007, 2019)
    }
    frame = pd.DataFrame(paths) - pd.DataFrame(paths).loc[0]
    frame.loc[20:, "2019"] = np.nan
    return frame


def claims() -> pd.DataFrame:
    verdicts = ["holds"] * 30 + ["drifted", "broken", "pending", "not checked this build"] * 2
    sections = ["Valuation", "The Federal Reserve and what followed", "Funds"]
    return pd.DataFrame(
        {"section": [sections[i % 3] for i in range(len(verdicts))], "verdict": verdicts}
    )


def rates() -> pd.Series:
    days = pd.to_datetime(["2019-08-01", "2020-03-16", "2022-03-17", "2023-07-27", "2024-09-19"])
    return pd.Series([2.25, 0.25, 0.5, 5.5, 5.0], index=days)


def compared() -> dict[str, Chart]:
    """The kinds that set one level against another, on days and on years."""
    ours, theirs = daily()["Small companies"], daily()["Large companies"]
    years = range(1990, 2020)
    random = np.random.default_rng(3)
    yearly = pd.DataFrame(random.normal(8, 15, (30, 2)), index=years, columns=["Small", "Large"])
    level = (1 + yearly / 100).cumprod()
    return {
        "strength": charts.relative_strength(ours, theirs, name="Small / Large", **WORDS),
        "calendar": charts.calendar_gaps(yearly["Small"], yearly["Large"], **WORDS),
        "rolling": charts.rolling_gaps(ours, theirs, 2, form="cumulative", **WORDS),
        "decades": charts.rolling_gaps(level["Small"], level["Large"], 10, **WORDS),
        "decade ratio": charts.rolling_gaps(
            level["Small"], level["Large"], 10, form="ratio", **WORDS
        ),
        "ends": charts.end_date_sensitivity(ours, theirs, "2019-06-28", name="Small", **WORDS),
        "since": charts.return_since(ours, "2023-01-31", benchmark=theirs, **WORDS),
        "since by year": charts.return_since(level["Small"], 2014, **WORDS),
        "volatility": charts.rolling_risk(daily(columns=2), 60, **WORDS),
        "beta": charts.rolling_risk(
            daily(columns=2), 60, measure="beta", benchmark="Large companies", **WORDS
        ),
    }


def falsifiers() -> pd.DataFrame:
    """Four on different scales: open, tripped, without a past, and without any data."""
    names = ["statement", "state", "value", "unit", "threshold", "below", "low", "high", "k", "n"]
    rows = [
        (
            "The multiple rises above 0.90",
            "not tripped",
            0.72,
            "ratio",
            0.9,
            False,
            0.66,
            0.8,
            0,
            9,
        ),
        (
            "One fund trails another by more than ten points over two years, total return",
            *("tripped", -13.4, "percentage points", -10.0, True, -35.2, 60.1, 51, 230),
        ),
        ("Fewer than three cuts", "open", 0, "count", 3, True, None, None, None, None),
        ("No data", "not checked this build", None, "", -7, True, None, None, None, None),
    ]
    return pd.DataFrame(rows, columns=names)


def tabled() -> dict[str, Chart]:
    """The kinds that are tables, and the bullets."""
    after = pd.DataFrame(
        {"Recession": ["yes", "no", "no"], "Small": [4.0, -2.5, np.nan], "Large": [1.0, 3.0, 2.0]},
        index=["1989-06", "1995-07", "2024-09"],
    )
    return {
        "risk": charts.risk_table(
            daily(columns=5), benchmark="Large companies", spans=(1, 5), **WORDS
        ),
        "cycles": charts.cycle_table(after, ours="Small", theirs="Large", **WORDS),
        "bullets": charts.falsifier_bullets(falsifiers(), **WORDS),
        "table": charts.table_chart(after[["Small", "Large"]], signed=["Small"], **WORDS),
    }


def kinds() -> dict[str, Chart]:
    """One chart of every kind, with everything switched on."""
    years = pd.Series([4.2, -31.1, 18.6, 2.0, -5.1], index=[1997, 1998, 1999, 2000, 2001])
    marks = [("2020-03-23", "the low of the pandemic"), ("2020-11-09", "vaccine news")]
    ghost = pd.Series([5.5, 4.75], index=pd.to_datetime(["2024-01-01", "2024-09-19"]))
    table = pd.DataFrame(
        {"Small": [24.3, -8.2, np.nan], "Large": [25.0, 18.5, 3.0]},
        index=["Return, one year", "Return from the start of the episode to its low", "Yield"],
    )
    shares = pd.Series({"Small": 78.0, "Information technology and services of large": 44.0})
    made = {
        "lines": charts.lines(
            daily(),
            value="index",
            bands=recessions(),
            marks=marks,
            rules=[(100, "start 100")],
            mean=100.0,
            low=90.0,
            high=110.0,
            short={"Small companies": "Small"},
            **WORDS,
        ),
        "growth": charts.growth_of(10_000, daily(columns=5), log=True, **WORDS),
        "drawdowns": charts.drawdowns(daily(columns=2), **WORDS),
        "steps": charts.steps(rates(), label="target", ghost=ghost, **WORDS),
        "columns": charts.columns(years, value="points", provisional=True, **WORDS),
        "bars": charts.bars(shares, highlight=["Small"], decimals=0, **WORDS),
        "losses": charts.bars(shares - 60, order="given", **WORDS),
        "dots": charts.dots(table, **WORDS),
        "quotes": charts.dated_quotes(quotes(), **WORDS),
        "study": charts.event_study(
            cycles(), highlight=["2001", "2007"], highlight_label="with recession", **WORDS
        ),
        "scoreboard": charts.scoreboard(claims(), **WORDS),
        **compared(),
        **tabled(),
    }
    day = dt.date(2023, 6, 30)
    return {
        name: dataclasses.replace(chart, id=name, published=day if name == "lines" else None)
        for name, chart in made.items()
    }


@pytest.fixture(scope="module")
def pictures() -> dict[str, dict[str, str]]:
    """The files of every kind, drawn once."""
    return {name: as_text(draw_chart(chart, cache=None).files) for name, chart in kinds().items()}


def as_text(files: Mapping[str, bytes]) -> dict[str, str]:
    """Each file as text, a PNG as the text of its bytes."""
    return {
        name: content.decode("latin-1" if name.endswith(".png") else "utf-8")
        for name, content in files.items()
    }


@dataclasses.dataclass(frozen=True)
class Text:
    words: str
    left: float
    right: float
    top: float
    bottom: float


def texts(svg: str) -> list[Text]:
    """Every line of words in a picture with its box in pixels, read from its outlines."""
    picture = ET.fromstring(svg)
    glyphs = {e.get("id"): e.get("d", "") for e in picture.iterfind("{*}defs/{*}path[@id]")}

    def walk(element: ET.Element, x: float, y: float) -> Iterator[Text]:
        transform = element.get("transform", "")
        if found := re.search(r"translate\(([-\d.]+),([-\d.]+)\)", transform):
            x, y = x + float(found[1]), y + float(found[2])
        if scaled := re.search(r"scale\(([\d.]+)\)", transform):
            yield line(element, float(scaled[1]), x, y)
        for child in element:
            yield from walk(child, x, y)

    def parts(row: ET.Element) -> Iterator[tuple[float, str]]:
        """The outlines of a row, each with how far it is to the right."""
        for element in [row] if row.get("d") else row:
            for outline_of in re.findall(r"M[^M]+", element.get("d", "")):
                yield 0, outline_of
            if element.get("href"):
                yield float(element.get("x", 0)), glyphs[element.get("href", "")[1:]]

    def line(row: ET.Element, scale: float, x: float, y: float) -> Text:
        found = []
        for right, path in parts(row):
            first, rest = STARTS.fullmatch(path).groups()
            letter, weight, start = LETTERS[rest]
            at = right + int(first) - start
            found.append((at, at + advance(letter, weight), letter, weight))
        words, end = "", 0.0
        for at, after, letter, weight in sorted(found):
            words += " " if words and at > end + advance(" ", weight) / 2 else ""
            words, end = words + letter, after
        left, size = x + scale * min(found)[0], scale * UNITS
        return Text(words, left, x + scale * end, y - 0.72 * size, y + 0.05 * size)

    assert not list(picture.iterfind(".//{*}text"))
    return list(walk(picture, 0, 0))


STARTS = re.compile(r"M(-?\d+)(.+)")  # of an outline: only its first number is a place across
LETTERS = {
    found[2]: (letter, weight, int(found[1]))
    for weight in FILES
    for letter in map(chr, range(0x2300, 0x1F, -1))  # the plain one of two that look the same
    if (found := STARTS.fullmatch(outline(letter, weight) or ""))
}


# ---- Colours ----


def test_every_colour_has_its_own_dark_partner() -> None:
    codes = [*style.PALETTE, *style.PALETTE.values()]
    assert len(set(codes)) == len(codes)


def _linear(code: str) -> np.ndarray:
    parts = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    low, high = sorted(float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [LIGHT_PAGE, "#ffffff", DARK_PAGE, "#1e2129"])
def test_text_in_pictures_has_aa_contrast_on_the_page(page: str) -> None:
    written = {style.INK, style.MUTED, style.NEUTRAL, *style.ACCENTS}
    dark = page in (DARK_PAGE, "#1e2129")
    codes = {style.PALETTE[code] if dark else code for code in written}
    assert {code: c for code in codes if (c := _contrast(code, page)) < 4.5} == {}


@pytest.mark.parametrize(
    "matrix",
    [
        [[0.3673, 0.8606, -0.228], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.052]],
        [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
    ],
    ids=["deuteranopia", "protanopia", "tritanopia"],
)  # fmt: skip
def test_the_five_accents_stay_apart_for_colour_blind_readers(matrix: list[list[float]]) -> None:
    """Simulated after Machado, Oliveira and Fernandes (2009); distance in CIELAB."""

    def seen(code: str) -> np.ndarray:
        rgb = np.clip(np.array(matrix) @ _linear(code), 0, 1)
        to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        xyz = np.array(to_xyz) @ rgb / [0.9505, 1, 1.089]
        f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    for codes in (style.ACCENTS, [style.PALETTE[code] for code in style.ACCENTS]):
        for one, other in itertools.combinations(codes, 2):
            assert np.linalg.norm(seen(one) - seen(other)) > 10, (one, other)


# ---- Words, axes and places ----


def test_figures_are_tabular() -> None:
    assert {text_width(figure, 100) for figure in "0123456789"} == {text_width("0", 100)}


def test_wrapped_lines_fit_and_lose_no_word() -> None:
    text = "Avantis US Small Cap Value and what it held"
    lines = wrap(text, 90, 13)
    assert " ".join(lines) == text
    assert max(text_width(line, 13) for line in lines) <= 90


def test_a_value_is_never_parted_from_its_unit() -> None:
    assert wrap(f"Gap {FORMATS['points'].text(-4.32)}", 30, 13) == ["Gap", "−4.3\u00a0pts"]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("percent", -3.21, "−3.2%"),
        ("points", 3.2, "+3.2\u00a0pts"),
        ("points", -0.04, "0.0\u00a0pts"),
        ("times", 16.2, "16.2×"),
        ("dollars", 34210.4, "$34,210"),
        ("dollars", -5, "−$5"),
        ("ratio", 0.7249, "0.72"),
    ],
)
def test_values_are_worded_with_sign_and_unit(name: str, value: float, text: str) -> None:
    assert FORMATS[name].text(value) == text


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 350), st.floats(10, 40)), min_size=1, max_size=7))
def test_labels_pushed_apart_never_overlap(labels: list[tuple[float, float]]) -> None:
    centres, sizes = [c for c, _ in labels], [s for _, s in labels]
    placed = spread(centres, sizes, low=0, high=300)
    boxes = sorted((c - s / 2, c + s / 2) for c, s in zip(placed, sizes, strict=True))
    assert boxes[0][0] >= -1e-6
    assert boxes[-1][1] <= 300 + 1e-6
    assert all(b[0] >= a[1] - 1e-6 for a, b in itertools.pairwise(boxes))


def test_labels_that_do_not_meet_stay_where_they_are() -> None:
    assert spread([20, 100, 200], [16, 16, 16], low=0, high=300) == [20, 100, 200]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=3, unique=True),  # four may not fit
    st.sampled_from(["first cut", "the tariffs are announced"]),
)
def test_no_flags_words_meet_other_words_or_another_rule(pixels: list[int], text: str) -> None:
    flags = [Flag(pixel, text) for pixel in pixels]
    look = Style(width=720, height=360, phone=False, font="", font_size=13)
    for one, other in itertools.permutations(place_flags(flags, look, pixels, room=600), 2):
        shared = set(one.rows) & set(other.rows)
        assert not shared or one.right_edge <= other.left_edge or other.right_edge <= one.left_edge
        if one.rows.start > other.rows.start:
            assert not other.left_edge + 2 < one.pixel < other.right_edge - 2


def test_a_value_axis_holds_all_values_with_round_ticks() -> None:
    axis = value_axis(-3.7, 11.2, 5)
    assert axis.low <= -3.7 < 11.2 <= axis.high
    assert axis.ticks == (-5, 0, 5, 10) or axis.ticks == (0, 5, 10)


def test_dates_on_an_axis_never_run_into_each_other() -> None:
    for days, width in itertools.product((100, 700, 4000, 36000), (150, 600)):
        axis, pattern = date_axis(0, days, width=width, size=12)
        sample = {"%Y": "2000", "%b %Y": "Sep 2000", "%-d %b": "30 Sep"}[pattern]
        assert 1 <= len(axis.ticks) * text_width(sample, 12) <= width, (days, width)


# ---- What a kind may be given ----


@pytest.mark.parametrize(
    "make",
    [
        lambda data: charts.lines(data, **WORDS),
        lambda data: charts.growth_of(1, data, **WORDS),
        lambda data: charts.drawdowns(data, **WORDS),
        lambda data: charts.dots(data, **WORDS),
        lambda data: charts.event_study(data, **WORDS),
        lambda data: charts.steps(data["a"], **WORDS),
        lambda data: charts.columns(data["a"], **WORDS),
        lambda data: charts.bars(data["a"], **WORDS),
    ],
)
def test_every_kind_refuses_data_it_cannot_draw(make: Callable[[pd.DataFrame], Chart]) -> None:
    with pytest.raises(ValueError, match="no data"):
        make(pd.DataFrame({"a": []}, dtype=float))
    with pytest.raises(ValueError, match="no value at all for 'a'"):
        make(pd.DataFrame({"a": [np.nan, np.nan]}, index=[2001, 2002]))
    with pytest.raises(ValueError, match="an infinite value in 'a'"):
        make(pd.DataFrame({"a": [1.0, np.inf]}, index=[2001, 2002]))


def test_a_missing_column_is_named_with_what_there_is() -> None:
    with pytest.raises(KeyError, match=r"'value', which is not there. Did you mean 'valeu'"):
        charts.dated_quotes(quotes().rename(columns={"value": "valeu"}), **WORDS)
    with pytest.raises(KeyError, match="'Smal'"):
        charts.lines(daily(), emphasise="Smal", **WORDS)
    with pytest.raises(KeyError, match="'peak'"):
        charts.lines(daily(), bands=pd.DataFrame({"trough": []}), **WORDS)
    with pytest.raises(KeyError, match="'1929'"):
        charts.event_study(cycles(), highlight=["1929"], **WORDS)
    with pytest.raises(KeyError, match="'verdict'"):
        charts.scoreboard(pd.DataFrame({"section": ["a"]}), **WORDS)


def test_values_on_two_bases_never_share_an_axis() -> None:
    mixed = quotes(basis="with loss makers")
    mixed.iloc[0, mixed.columns.get_loc("basis")] = "without loss makers"
    with pytest.raises(ValueError, match=r"2 bases.*with loss makers; without loss makers"):
        charts.dated_quotes(mixed, **WORDS)


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="6 series; at most 5"):
        charts.lines(daily(columns=5).assign(Sixth=1.0), **WORDS)


def test_an_unknown_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'hold'\. Did you mean 'holds'"):
        charts.scoreboard(pd.DataFrame({"section": ["a"], "verdict": ["hold"]}), **WORDS)


# ---- What is drawn ----


def test_growth_begins_with_the_amount_on_the_first_common_day() -> None:
    levels = daily(columns=2)
    levels.iloc[:10, 1] = np.nan
    data = charts.growth_of(10_000, levels, **WORDS).data
    assert list(data.iloc[0, 1:]) == [10_000, 10_000]
    assert data["date"].iloc[0] == levels.index[10]


def test_a_drawdown_is_the_distance_from_the_highest_so_far() -> None:
    data = charts.drawdowns(pd.Series([100, 80, 120, 90], index=[1, 2, 3, 4]), **WORDS).data
    assert list(data.iloc[:, 1]) == pytest.approx([0, -20, 0, -25])


def test_thinning_keeps_every_extreme_and_the_download_keeps_every_day() -> None:
    chart = charts.lines(daily(5000, 1), value="index", **WORDS)
    values = pd.Series(chart.data.iloc[:, 1].to_numpy(), index=np.arange(5000.0))
    seen = thin_out(values, 0, 4999, 300)
    assert len(chart.data) == 5000
    assert len(seen) <= 2 * 301 + 2
    assert (seen.min(), seen.max()) == (values.min(), values.max())
    assert (seen.iloc[0], seen.iloc[-1]) == (values.iloc[0], values.iloc[-1])


def test_a_line_is_broken_where_years_are_missing() -> None:
    years = pd.Series([1.0, 2, 3, 4], index=[2001, 2002, 2008, 2009], name="a")
    svg = draw_chart(charts.lines(years, **WORDS), cache=None).files[".svg"].decode()
    line = re.search(rf'd="(M[^"]*)" stroke="{style.ACCENT_A}"', svg)
    assert line is not None
    assert line[1].count("M") == 2


def test_recessions_are_shaded_from_the_month_after_the_peak_and_the_note_says_so() -> None:
    chart = charts.lines(daily(), bands=recessions(), value="index", **WORDS)
    spec, _ = read_specs(draw_chart(chart, cache=None).files[".json"])
    band = next(part for part in spec["layer"] if part["mark"].get("color") == style.BAND)
    (row,) = spec["datasets"][band["data"]["name"]]
    days = [(pd.Timestamp("1970-01-01") + pd.Timedelta(days=row[x])).date() for x in ("x", "x2")]
    assert [str(day) for day in days] == ["2020-02-29", "2020-04-30"]
    assert "from the month after the peak to the trough" in chart.note


def test_bars_begin_at_zero(pictures: dict[str, dict[str, str]]) -> None:
    spec, _ = read_specs(pictures["bars"]["bars.json"])
    domain = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert domain == [0, 78]


def test_the_event_study_prints_how_many_cycles_there_are(
    pictures: dict[str, dict[str, str]],
) -> None:
    words = " ".join(text.words for text in texts(pictures["study"]["study.svg"]))
    assert "Median (n = 6)" in words
    assert "of which 5 reach month 24" in kinds()["study"].note


def test_verdicts_differ_in_shape_and_not_by_colour_alone(
    pictures: dict[str, dict[str, str]],
) -> None:
    from generator.charts.verdicts import SYMBOLS
    from generator.verdicts import VERDICTS

    shown = [(SYMBOLS[verdict].shape, SYMBOLS[verdict].filled) for verdict in VERDICTS]
    assert len(set(shown)) == len(VERDICTS)
    assert "holds 30" in [text.words for text in texts(pictures["scoreboard"]["scoreboard.svg"])]


@pytest.mark.parametrize("ending", ["svg", "phone.svg"])
@pytest.mark.parametrize("name", list(kinds()))
def test_no_label_is_cut_off_and_no_two_overlap(
    pictures: dict[str, dict[str, str]], name: str, ending: str
) -> None:
    chart = kinds()[name]
    phone = ending.startswith("phone")
    width, height = (342, chart.phone_height) if phone else (720, chart.height)
    found = texts(pictures[name][f"{name}.{ending}"])
    assert found
    for text in found:
        assert text.left >= -0.5, text
        assert text.right <= width + 0.5, text
        assert text.top >= 0, text
        assert text.bottom <= height, text
    for one, other in itertools.combinations(found, 2):
        across = one.left < other.right - 0.5 and other.left < one.right - 0.5
        down = one.top < other.bottom - 0.5 and other.top < one.bottom - 0.5
        assert not (across and down), (one, other)


# ---- Files ----


@pytest.mark.parametrize("name", list(kinds()))
def test_a_chart_becomes_two_sizes_with_two_themes_a_live_spec_and_a_csv(
    pictures: dict[str, dict[str, str]], name: str
) -> None:
    endings = ("svg", "phone.svg", "png", "json", "csv")
    assert set(pictures[name]) == {f"{name}.{ending}" for ending in endings}
    text = pictures[name][f"{name}.json"]
    palette = json.loads(text)["palette"]
    assert palette == {code: style.PALETTE[code] for code in palette}
    assert palette.keys() == set(re.findall(r"#[0-9a-f]{6}\b", text)) - set(palette.values())
    for ending in ("svg", "phone.svg"):
        sheet, _, drawn = pictures[name][f"{name}.{ending}"].partition("</style>")
        colored = set(re.findall(r' ([a-z-]+)="(#[0-9a-f]{6})"', drawn))
        assert colored
        codes = {code for _, code in colored}
        assert codes <= set(style.PALETTE), "a colour that has no dark partner"
        assert codes == set(re.findall(r"#[0-9a-f]{6}\b", drawn)), "a colour out of reach"
        ruled = re.findall(
            r':target \[([a-z-]+)="(#[0-9a-f]{6})"\]\{([a-z-]+):(#[0-9a-f]{6})\}', sheet
        )
        assert {(name, code, name, style.PALETTE[code]) for name, code in colored} == set(ruled)


@pytest.mark.parametrize("name", list(kinds()))
def test_pictures_measure_what_their_chart_says(
    pictures: dict[str, dict[str, str]], name: str
) -> None:
    chart = kinds()[name]
    wide, phone = (svg.size_of(pictures[name][f"{name}{end}"]) for end in (".svg", ".phone.svg"))
    assert wide == (style.WIDE, chart.height)
    assert phone == (style.PHONE, chart.phone_height)


def test_two_renders_give_the_same_bytes(pictures: dict[str, dict[str, str]]) -> None:
    again = draw_chart(kinds()["lines"], cache=None).files
    assert as_text(again) == pictures["lines"]


def test_the_download_holds_the_plotted_values(pictures: dict[str, dict[str, str]]) -> None:
    chart = kinds()["lines"]
    read = pd.read_csv(io.StringIO(pictures["lines"]["lines.csv"]), parse_dates=["date"])
    pd.testing.assert_frame_equal(read, chart.data, check_dtype=False, rtol=5e-5)  # five figures


@pytest.mark.parametrize(("rows", "written"), [(3, "-33.719"), (1001, "-33.72")])
def test_a_column_of_a_csv_that_passes_zero_has_the_decimals_of_its_largest(
    rows: int, written: str
) -> None:
    days = pd.date_range("2020-01-01", periods=rows, freq="D")
    fall = pd.Series([-33.7194, -0.0000012, *[0.0] * (rows - 2)], index=days)
    high = pd.Series([101.23456, 0.00012345, *[3.0] * (rows - 2)], index=days)
    chart = charts.lines(pd.DataFrame({"fall": fall, "high": high}), value="index", **WORDS)
    csv = draw_chart(chart, cache=None).files[".csv"].decode().splitlines()
    assert csv[:4] == [
        "date,fall,high",
        f"2020-01-01,{written},101.23",
        "2020-01-02,0,0.00012345",  # and not minus nought
        "2020-01-03,0,3",
    ]


@pytest.mark.parametrize(
    ("values", "written"),
    [((12345.6, -4.2), ("12346", "-4")), ((123456.7, -45.0), ("123457", "-45"))],
)
def test_a_csv_is_never_rounder_than_to_the_unit(
    values: tuple[float, float], written: tuple[str, str]
) -> None:
    chart = charts.bars(pd.Series(dict(zip("ab", values, strict=True))), value="dollars", **WORDS)
    csv = draw_chart(chart, cache=None).files[".csv"].decode().splitlines()
    assert tuple(line.partition(",")[2] for line in csv[1:]) == written


def test_a_long_daily_line_makes_a_small_picture() -> None:
    chart = charts.lines(daily(7500, 2), value="index", **WORDS)
    files = draw_chart(chart, cache=None).files
    assert len(files[".svg"]) < 60_000


def test_a_thesis_may_draw_its_own_chart_with_more_rows_than_altair_allows() -> None:
    import altair

    def draw(look: Style) -> altair.Chart:
        frame = pd.DataFrame({"x": range(6000), "y": range(6000)})
        return altair.Chart(frame, width=look.width - 80).mark_line().encode(x="x:Q", y="y:Q")

    chart = Chart(data=pd.DataFrame({"x": [1]}), draw=draw, id="own", **WORDS)
    picture = draw_chart(chart, cache=None)
    assert picture.size[0] > 600
    assert '<use href="#' in picture.files["own.svg"].decode()
    assert "<text" not in picture.files["own.svg"].decode()


def test_a_known_picture_comes_from_the_cache_and_a_damaged_one_is_drawn_again(
    tmp_path: Path,
) -> None:
    chart = kinds()["bars"]
    drawn = draw_chart(chart, cache=tmp_path)
    (entry,) = tmp_path.glob("[0-9a-f]*.json")
    whole = entry.read_bytes()
    wide, *others = json.loads(whole.partition(b"\n")[2])
    marked = json.dumps([wide.replace("</svg>", "<desc>kept</desc></svg>"), *others]).encode()
    entry.write_bytes(hashlib.sha256(marked).hexdigest().encode() + b"\n" + marked)
    assert b"<desc>kept</desc>" in draw_chart(chart, cache=tmp_path).files["bars.svg"]
    entry.write_bytes(marked)  # without its seal
    assert draw_chart(chart, cache=tmp_path).files == drawn.files
    assert entry.read_bytes() == whole


def test_another_value_is_another_entry_of_the_cache(tmp_path: Path) -> None:
    for value in (1.0, 2.0):
        draw_chart(charts.bars(pd.Series({"a": value}), **WORDS), cache=tmp_path)
    assert len(list(tmp_path.glob("[0-9a-f]*.json"))) == 2


# ---- The figure ----


def figure(chart: Chart, *, number: int = 1, citation: str = "") -> str:
    place = Place("charts/", "assets/vega.js", 'Source: <a href="x">A</a>.', number, citation)
    return figure_html(draw_chart(chart, cache=None), place)


def test_a_figure_is_one_block_that_escapes_its_words() -> None:
    chart = dataclasses.replace(
        kinds()["bars"], title="A < B & C", alt='The "best"\n\nof all', note="a\n\nb"
    )
    html = figure(chart)
    assert "\n\n" not in html
    assert '<a href="#figure-bars" title="Link to this figure">Figure 1</a></span>' in html
    assert "</span> A &lt; B &amp; C</p>" in html
    assert 'alt="The &quot;best&quot; of all"' in html
    assert 'data-chart="charts/bars.json" data-vega="assets/vega.js"' in html
    assert (
        '<source media="(max-width: 599px)" srcset="charts/bars.phone.svg#dark" '
        f'width="342" height="{chart.phone_height}">'
    ) in html
    assert 'href="charts/bars.csv"' in html
    assert ET.fromstring(as_xml(html)) is not None


def as_xml(html: str) -> str:
    """The same with every element closed and every attribute with a value."""
    return re.sub(
        r"<(img|source)([^>]*)>",
        r"<\1/>",
        html.replace(" download ", " ").replace(" data-search-exclude>", ">"),
    )


def test_a_figure_offers_its_files_its_data_and_how_to_cite_it() -> None:
    html = figure(kinds()["bars"], number=3, citation="A & B, figure 3")
    for ending in ("csv", "png", "svg", "meta.json"):
        assert f'href="charts/bars.{ending}" download' in html
    assert '<button type="button" class="mtm-vega-lite"' in html
    assert "<table" in html
    assert "A &amp; B, figure 3" in html


def test_without_a_number_a_figure_has_neither_links_nor_data_of_its_own() -> None:
    html = figure(kinds()["bars"], number=0)
    assert "bars.csv" not in html
    assert "<table" not in html
    assert "Figure" not in html


def test_a_long_table_is_thinned_from_its_first_row_to_its_last() -> None:
    data = pd.DataFrame({"year": range(1900, 2000), "value": [n / 3 for n in range(100)]})
    html = table_html(data, caption="Some <values>")
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th><td>([^<]*)</td></tr>', html)
    assert len(rows) == ROWS
    assert rows[0] == ("1900", "0")
    assert rows[-1] == ("1999", "33")
    assert "Some &lt;values&gt; (16 of 100 rows)" in html


def test_a_cell_reads_as_its_kind_of_value() -> None:
    row = {"date": pd.Timestamp("2026-05-01"), "gap": -5.2345, "level": 12345.6, "n": 3}
    html = table_html(pd.DataFrame([{**row, "share": float("nan"), "who": "A & B"}]), caption="c")
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html)[len(row) + 2 :]
    assert cells == ["2026-05-01", "−5.23", "12,346", "3", "–", "A &amp; B"]
    assert '<table class="mtm-values" data-words="6">' in html


def test_a_word_that_all_rows_share_is_in_the_caption() -> None:
    data = pd.DataFrame({"fund": ["A", "A"], "unit": ["%", "%"], "basis": ["a", "b"], "n": [1, 1]})
    html = table_html(data, caption="Some")
    assert "<caption>Some; unit: %</caption>" in html
    assert re.findall(r'<th scope="col">([^<]*)', html) == ["fund", "basis", "n"]
    assert "unit: %" not in table_html(data.head(1), caption="Some")


def test_what_is_long_in_every_row_is_left_to_the_csv() -> None:
    data = pd.DataFrame({"value": [1.0], "source": ["A paper"], "url": ["https://x"]})
    assert "A paper" not in table_html(data, caption="c")


def test_the_png_stands_alone_with_its_words_and_few_colours() -> None:
    chart = kinds()["lines"]
    plain = draw_chart(chart, cache=None).files["lines.png"]
    again = draw_chart(chart, cache=None).files["lines.png"]
    credited = draw_chart(chart, cache=None, credit=("Source: somebody.",)).files["lines.png"]
    assert plain == again
    assert len(plain) < 90_000
    with Image.open(io.BytesIO(plain)) as one, Image.open(io.BytesIO(credited)) as other:
        assert one.mode == other.mode == "P"
        assert one.width == round(raster.SCALE * (style.WIDE + 2 * frame.MARGIN))
        assert other.height > one.height  # room for the line of its source
        head = one.convert("L").crop((0, 0, one.width, 2 * (frame.MARGIN + 20)))
        assert head.getextrema()[0] < 80  # the title's ink


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A browser that closes a connection early is no mistake."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with three figures under a policy that allows nothing but its own files."""
    root = tmp_path_factory.mktemp("site")
    (root / "charts").mkdir()
    (root / "assets").mkdir()
    body = ""
    for name in ("lines", "bars", "dots"):
        picture = draw_chart(kinds()[name], cache=None)
        for file, content in picture.files.items():
            (root / "charts" / file).write_bytes(content)
        body += figure_html(picture, Place("charts", "assets/vega.js", "Source.", number=1))
    (root / "charts" / "dots.json").unlink()
    (root / "assets" / "vega.js").write_bytes(vega_bundle(None))
    for file in ("site.css", "figures.js"):
        content = (ROOT / "templates" / "_theme" / "assets" / file).read_bytes()
        (root / "assets" / file).write_bytes(content)
    fonts = ROOT / "templates" / "_theme" / "assets" / "fonts"
    shutil.copytree(fonts, root / "assets" / "fonts")
    (root / "index.html").write_text(
        '<!doctype html><html lang="en" data-md-color-scheme="default"><head>'
        '<meta charset="utf-8"><title>t</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="assets/site.css">'
        '<script src="assets/figures.js" defer></script></head>'
        f'<body class="md-typeset">{body}</body></html>',
        encoding="utf-8",
    )
    server = _Server(("127.0.0.1", 0), partial(_Handler, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = started.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, site):
    """The page on a desk, with what it asked for and what its console said."""
    opened = browser.new_page(viewport={"width": 900, "height": 900})
    opened.said, opened.asked = [], []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url.rpartition("/")[2]))
    opened.goto(site)
    yield opened
    opened.close()


@pytest.mark.browser
@needs_chromium()
def test_hover_swaps_in_the_live_chart_under_a_strict_policy_without_a_word(page) -> None:
    assert "vega.js" not in page.asked
    frame = page.locator("#figure-lines")
    before = frame.bounding_box()
    page.locator("#figure-lines .mtm-picture").hover()
    page.wait_for_selector("#figure-lines.mtm-is-live")
    box = page.locator("#figure-lines .mtm-picture").bounding_box()
    for share in (0.3, 0.4):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_selector(".mtm-tip", state="visible")
    tip = page.locator(".mtm-tip").inner_text()
    assert re.search(r"date\s+\d+ \w{3} 20\d\d\s+Small companies\s+\d+", tip)
    assert frame.bounding_box() == before, "the page must not shift"
    assert page.said == []


@pytest.mark.browser
@needs_chromium()
def test_the_vega_lite_button_saves_the_whole_spec(page, site: str) -> None:
    with page.expect_download() as saved:
        page.locator("#figure-lines .mtm-vega-lite").click()
    assert saved.value.suggested_filename == "lines.vl.json"
    spec = json.loads(Path(saved.value.path()).read_text("utf-8"))
    more = spec.pop("usermeta")
    wide, phone = read_specs(
        page.request.get(site.replace("index.html", "charts/lines.json")).text()
    )
    assert (spec, more["phone"]) == (wide, phone)
    assert more["palette"].items() <= style.PALETTE.items()
    assert not page.locator(".mtm-live").count()


@pytest.mark.browser
@needs_chromium()
def test_a_live_chart_follows_the_palette(page) -> None:
    page.locator("#figure-bars .mtm-picture").focus()
    page.wait_for_selector("#figure-bars.mtm-is-live")
    assert style.ACCENT_A in page.locator("#figure-bars .mtm-live").inner_html()
    page.evaluate("document.documentElement.setAttribute('data-md-color-scheme', 'slate')")
    until(
        page,
        "code => document.querySelector('#figure-bars .mtm-live').innerHTML.includes(code)",
        arg=style.PALETTE[style.ACCENT_A],
    )
    assert page.locator("#figure-bars .mtm-live").count() == 1
    assert page.locator("#figure-lines .mtm-dark").is_visible()
    assert not page.locator("#figure-lines .mtm-light").is_visible()
    assert page.said == []


@pytest.mark.browser
@needs_chromium()
def test_a_picture_stays_when_its_live_chart_cannot_be_had(page) -> None:
    page.locator("#figure-dots .mtm-picture").hover()
    page.wait_for_timeout(1500)
    assert page.locator("#figure-dots.mtm-is-live").count() == 0
    assert page.locator("#figure-dots .mtm-light img").is_visible()
    assert not [said for said in page.said if "404" not in said]


@pytest.mark.browser
@needs_chromium()
def test_only_the_picture_in_sight_is_fetched(page) -> None:
    page.wait_for_load_state("networkidle")
    assert "lines.svg" in page.asked
    assert not [name for name in page.asked if "phone" in name]
    page.evaluate("document.documentElement.setAttribute('data-md-color-scheme', 'slate')")
    until(
        page, "[...document.querySelectorAll('#figure-lines .mtm-dark img')].every(i => i.complete)"
    )
    page.wait_for_load_state("networkidle")
    assert page.asked.count("lines.svg") == 1, "the dark picture is the same file"
    shots = {}
    for scheme in ("slate", "default"):
        page.evaluate(f"document.documentElement.setAttribute('data-md-color-scheme', '{scheme}')")
        theme = "dark" if scheme == "slate" else "light"
        shot = page.locator(f"#figure-lines .mtm-{theme} img").screenshot()
        with Image.open(io.BytesIO(shot)) as picture:
            shots[theme] = {color for _, color in picture.convert("RGB").getcolors(1 << 24)}
    line, partner = (
        tuple(bytes.fromhex(code[1:])) for code in (style.ACCENT_A, style.PALETTE[style.ACCENT_A])
    )
    assert line in shots["light"] - shots["dark"]
    assert partner in shots["dark"] - shots["light"]


@pytest.mark.browser
@needs_chromium()
def test_paper_shows_the_light_picture(page) -> None:
    page.evaluate("document.documentElement.setAttribute('data-md-color-scheme', 'slate')")
    page.emulate_media(media="print")
    assert page.locator("#figure-lines .mtm-light").is_visible()
    assert not page.locator("#figure-lines .mtm-dark").is_visible()
    assert not page.locator("#figure-lines .mtm-explore").is_visible()


@pytest.mark.browser
@needs_chromium()
def test_a_tap_on_a_phone_brings_the_phones_live_chart(browser, site: str) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    phone.goto(site, wait_until="networkidle")  # the lazy picture too
    shown = phone.locator("#figure-lines .mtm-light img").evaluate("image => image.currentSrc")
    assert shown.endswith("lines.phone.svg")
    phone.locator("#figure-lines .mtm-explore").tap()
    phone.wait_for_selector("#figure-lines.mtm-is-live")
    box = phone.locator("#figure-lines .mtm-picture").bounding_box()
    drawn = phone.locator("#figure-lines .mtm-live svg").bounding_box()
    assert drawn["width"] == pytest.approx(box["width"], abs=1)
    assert drawn["height"] == pytest.approx(box["height"], abs=1)
    phone.touchscreen.tap(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    phone.wait_for_selector(".mtm-tip", state="visible")
    phone.close()


@pytest.mark.browser
@needs_chromium()
def test_without_scripts_the_systems_dark_wish_is_followed(browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    quiet = context.new_page()
    quiet.goto(site)
    assert quiet.locator("#figure-lines .mtm-dark").is_visible()
    assert not quiet.locator("#figure-lines .mtm-light").is_visible()
    assert not quiet.locator("#figure-lines .mtm-explore").is_visible()
    context.close()


# ---- What the comparing kinds compute ----


def test_the_risk_table_agrees_with_the_formulas_over_the_window_all_share() -> None:
    levels = daily(columns=2)
    levels.iloc[:300, 1] = np.nan
    table = charts.risk_table(levels, benchmark="Large companies", **WORDS)
    shared = levels.dropna()
    returns = shared.pct_change().dropna()
    own, other = returns["Small companies"], returns["Large companies"]
    found = table.data.set_index("measure")["Small companies"]
    span = (shared.index[-1] - shared.index[0]).days / 365.25
    growth = shared["Small companies"].iloc[-1] / shared["Small companies"].iloc[0]
    expected = {
        "Return a year": 100 * (growth ** (1 / span) - 1),
        "Volatility": 100 * own.std(ddof=1) * 252**0.5,
        "Sharpe ratio, rate 0": own.mean() / own.std(ddof=1) * 252**0.5,
        "Beta": np.cov(own, other)[0, 1] / np.var(other, ddof=1),
        "Tracking error": 100 * (own - other).std(ddof=1) * 252**0.5,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value), name
    assert f"{shared.index[0]:%Y-%m-%d}" in table.note
    assert table.data.set_index("measure").loc["Beta", "Large companies"] != 0


def test_the_three_forms_of_a_gap_are_of_the_same_windows() -> None:
    years = range(2000, 2013)
    ours = pd.Series(1.1 ** np.arange(13), index=years)
    theirs = pd.Series(1.2 ** np.arange(13), index=years)
    gaps = {
        form: charts.rolling_gaps(ours, theirs, 10, form=form, **WORDS).data["gap"].iloc[-1]  # type: ignore[arg-type]
        for form in ("annualised", "cumulative", "ratio")
    }
    assert gaps["annualised"] == pytest.approx(-10)
    assert gaps["cumulative"] == pytest.approx(100 * (1.1**10 - 1.2**10))
    assert gaps["ratio"] == pytest.approx((1.1 / 1.2) ** 10)


def test_the_lead_since_a_day_has_the_range_that_chance_explains() -> None:
    levels = daily(columns=2)
    chart = charts.end_date_sensitivity(
        levels["Small companies"], levels["Large companies"], "2019-06-28", **WORDS
    )
    row = chart.data.iloc[-1]
    since = levels.loc["2019-06-28" : row["date"]]
    apart = since.pct_change().dropna().diff(axis=1).iloc[:, 1]
    half = 1.96 * 100 * apart.std() * 252**0.5 / (len(apart) / 252) ** 0.5
    assert row["high"] == pytest.approx(half)
    assert row["low"] == pytest.approx(-half)


def test_rolling_risk_of_daily_levels_keeps_the_last_window_of_each_week_and_the_highest() -> None:
    levels = daily(600, 1)
    every = 100 * levels.pct_change().rolling(252).std().dropna() * 252**0.5
    kept = charts.rolling_risk(levels, 252, **WORDS).data.set_index("date")
    assert kept.index[-1] == every.index[-1]
    assert every.iloc[:, 0].idxmax() in kept.index
    assert len(every) / 6 < len(kept) < len(every) / 4
    pd.testing.assert_frame_equal(kept, every.loc[kept.index], check_freq=False, check_names=False)


def test_a_return_since_a_day_is_ranked_among_all_windows_of_that_length() -> None:
    level = pd.Series([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 6], index=range(2000, 2013))
    chart = charts.return_since(level, 2011, **WORDS)
    assert chart.data["windows"].sum() == 12
    (present,) = chart.data[chart.data["present window"]].to_dict("records")
    assert present["from"] <= -50 < present["to below"]
    assert "ranks at or above 8% of them" in chart.note


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda a, b: charts.rolling_gaps(a, b, 2, form="sum", **WORDS), ValueError, "form"),
        (lambda a, b: charts.rolling_gaps(a, b, 0, **WORDS), ValueError, "windows of 0 years"),
        (lambda a, b: charts.rolling_gaps(a, b, 40, **WORDS), NotStored, "no whole window of 40"),
        (lambda a, b: charts.rolling_gaps(-a, b, 1, **WORDS), ValueError, "above zero"),
        (lambda a, b: charts.relative_strength(a, b, minimum=99, **WORDS), ValueError, "needs 99"),
        (lambda a, b: charts.end_date_sensitivity(a, b, "2010-01-01", **WORDS), NotStored, "share"),
        (lambda a, b: charts.return_since(a, "2030-01-01", **WORDS), NotStored, "does not reach"),
        (lambda a, b: charts.rolling_risk(a.to_frame(), 9, measure="x", **WORDS), ValueError, "x"),
        (lambda a, b: charts.risk_table(a.to_frame("a"), benchmark="b", **WORDS), KeyError, "'b'"),
        (lambda a, b: charts.table_chart(pd.DataFrame(), **WORDS), ValueError, "no data"),
        (lambda a, b: charts.calendar_gaps(a[:0], b[:0], **WORDS), ValueError, "share no year"),
    ],
)  # fmt: skip
def test_what_a_comparing_kind_cannot_draw_is_refused_in_words(
    make: Callable[[pd.Series, pd.Series], Chart], error: type[Exception], words: str
) -> None:
    levels = daily(columns=2)
    with pytest.raises(error, match=words):
        make(levels["Small companies"], levels["Large companies"])


def test_a_falsifier_without_data_keeps_its_row(pictures: dict[str, dict[str, str]]) -> None:
    words = [text.words for text in texts(pictures["bullets"]["bullets.svg"])]
    assert "not checked this build" in words
    assert "now −13.4 pts, tripped" in words
    assert any("before: 51 of 230 windows" in text for text in words)


def test_a_chart_knows_its_kind_and_the_outermost_one_counts() -> None:
    made = kinds()
    assert made["growth"].kind == "growth_of"
    assert made["risk"].kind == "risk_table"
    assert made["decades"].kind == "rolling_gaps"
    assert {chart.kind for chart in made.values()} == set(charts.__all__)


def test_days_as_text_are_days_and_months_stand_on_their_last() -> None:
    words = {"title": "A finding", "subtitle": "Percent", "alt": "A line."}
    rate = pd.Series([5.25, 5.5], index=["2023-05-03", "2023-07-26"], name="upper_after")
    assert list(charts.steps(rate, **words).data["date"]) == list(pd.DatetimeIndex(rate.index))
    monthly = pd.Series([1.0, 2.0], index=["2024-01", "2024-02"])
    drawn = charts.lines(monthly, low=monthly - 1, high=monthly + 1, **words)
    assert list(drawn.data["date"].dt.strftime("%d")) == ["31", "29"]
    assert list(
        charts.lines(pd.Series([1.0, 2.0], index=["2023", "2024"]), **words).data["year"]
    ) == [
        2023,
        2024,
    ]
    with pytest.raises(ValueError, match="steps\\(\\) was given 'spring' for a date"):
        charts.steps(pd.Series([1.0, 2.0], index=["2023-05-03", "spring"]), **words)


def test_quarter_points_keep_their_decimals_and_a_column_of_a_file_is_no_name() -> None:
    assert fitting_format("points", None, [5.25, -1.75]).text(5.25) == "+5.25\u00a0pts"
    assert fitting_format("points", None, [5.25, 1.3]).decimals == 1
    assert fitting_format("points", None, [2.5, 1.0]).decimals == 1
    assert fitting_format("points", 1, [5.25]).decimals == 1
    words = {"title": "A finding", "subtitle": "Percent", "alt": "A line."}
    rate = pd.Series([5.25, 5.5], index=["2023-05-03", "2023-07-26"], name="upper_after")
    look = Style(width=720, height=360, phone=False, font="", font_size=13)
    drawn = json.dumps(charts.steps(rate, **words).draw(look).to_dict())
    assert "5.50%" in drawn
    assert "upper_after 5.50%" not in drawn
