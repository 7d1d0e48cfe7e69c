"""Every figure of the small-cap site against criteria 1 to 7 of the editorial practice.

Reads the HTML that was built, the specs that were drawn and the files that are offered.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from generator import charts
from generator.charts import style
from generator.charts.checks import position
from generator.charts.draw import chart_spec
from generator.charts.labels import PUBLISHED
from generator.charts.style import phone_style, wide_style
from generator.model import Chart, Picture
from generator.rendering import Setting, render_all
from generator.site import read_identity
from generator.thesis import read_theses
from tests.specs import read_specs
from tests.test_build import DAY, built
from tests.test_charts import WORDS, daily, texts

__all__ = ["built"]  # the whole site, built once from embedded data

TODAY = dt.date.fromisoformat(DAY)
PAGES = ("", "case-against/", "risk/", "ledger/", "method/")
OF_THE_EDITION = {"scoreboard", "falsifier_bullets"}  # they count this edition's own records
DATED = (
    set(charts.__all__)
    - OF_THE_EDITION
    - {
        *(
            "bars",
            "dots",
            "event_study",
            "cycle_table",
            "risk_table",
            "table_chart",
            "return_since",
        ),
    }
)
GREYER = {style.FAINT: style.NEUTRAL, style.ZERO: style.MUTED}
FIVE_YEARS = 5 * 365.25
NUMBER = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?")


@dataclasses.dataclass
class Figure:
    """A figure as a reader has it."""

    id: str
    heading: str  # the nearest one above it
    page: str
    parts: dict[str, str] = dataclasses.field(default_factory=dict)  # words by their class
    alt: str = ""
    links: list[str] = dataclasses.field(default_factory=list)


class Reader(HTMLParser):
    """The figures of a page, each with the words in it and the heading above it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.figures = page, list[Figure]()
        self.heading, self.open, self.stack = "", False, list[tuple[str, str]]()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in ("img", "source", "br", "input", "meta", "link", "hr"):
            if tag == "img" and self.open:
                self.figures[-1].alt = given["alt"]
            return
        if tag == "figure" and given.get("id", "").startswith("figure-"):
            self.figures.append(Figure(given["id"][7:], self.heading, self.page))
            self.open = True
        if tag in ("h1", "h2", "h3"):
            self.heading = ""
        if tag == "a" and self.open:
            self.figures[-1].links.append(given.get("href", ""))
        self.stack.append((tag, given.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag == "figure":
            self.open = False

    def handle_data(self, text: str) -> None:
        tags = [tag for tag, _ in self.stack]
        if {"h1", "h2", "h3"} & set(tags) and "headerlink" not in [c for _, c in self.stack]:
            self.heading += text
        names = [name for _, name in self.stack if name]
        for name in names if self.open and "mtm-figure-number" not in names else ():
            parts = self.figures[-1].parts
            parts[name] = (parts.get(name, "") + text).lstrip()


@pytest.fixture(scope="module")
def figures(built: Path) -> dict[str, Figure]:
    """Every figure of the thesis's pages by its chart's name."""
    found: dict[str, Figure] = {}
    for page in PAGES:
        path = built / "site" / "latest" / "theses" / "small-caps" / page / "index.html"
        reader = Reader(page)
        reader.feed(path.read_text("utf-8"))
        for figure in reader.figures:
            assert figure.id not in found, f"{figure.id} is shown twice"
            found[figure.id] = figure
    return found


@pytest.fixture(scope="module")
def pictures(built: Path) -> Mapping[str, Picture]:
    """The same edition's charts with the files they are offered as."""
    theses, findings = read_theses(built, only="small-caps")
    setting = Setting(built, read_identity(built), TODAY, built / ".cache" / "charts")
    _, drawn = render_all(theses, findings, setting, lambda _: None)
    return drawn["small-caps"].pictures


@pytest.fixture(scope="module")
def specs(pictures: Mapping[str, Picture]) -> dict[str, dict[str, Any]]:
    """Each chart's wide spec."""
    return {name: chart_spec(p.chart, wide_style(p.chart)) for name, p in pictures.items()}


def layers(spec: Mapping[str, Any], kind: str) -> Iterator[tuple[Mapping[str, Any], list[Any]]]:
    """The layers of one kind of mark with their rows; those for the live chart are left out."""
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == kind and not str(layer.get("name", "")).startswith("live"):
            rows = spec["datasets"][layer["data"]["name"]] if "data" in layer else []
            yield layer, rows


def words_in(spec: Mapping[str, Any]) -> list[str]:
    return [row["text"] for _, rows in layers(spec, "text") for row in rows]


def reach_in_days(chart: Chart) -> float:
    """How long a time a chart of dates or years covers; 0 for one of neither."""
    if "date" in chart.data and chart.kind in DATED:
        days = pd.to_datetime(chart.data["date"], format="ISO8601")
        return float((days.max() - days.min()).days)
    if "year" in chart.data and chart.kind in DATED:
        return float(365.25 * (chart.data["year"].max() - chart.data["year"].min()))
    return 0.0


def test_every_chart_of_the_edition_is_shown_once(
    figures: dict[str, Figure], pictures: Mapping[str, Picture]
) -> None:
    assert figures.keys() == pictures.keys()
    assert len([f for f in figures.values() if f.page == ""]) <= 30


def test_1_a_title_is_short_and_is_not_the_heading(figures: dict[str, Figure]) -> None:
    def plain(text: str) -> str:
        return re.sub(r"\W+", " ", text).strip().lower()

    for name, figure in figures.items():
        title = figure.parts["mtm-figure-title"]
        assert 3 <= len(title.split()) <= 10, (name, title)
        assert figure.heading, name
        assert plain(title) != plain(figure.heading), name


def test_2_a_subtitle_names_measure_unit_basis_and_period(
    figures: dict[str, Figure], pictures: Mapping[str, Picture]
) -> None:
    units = r"percent|points|\$|ratio|P/E|count|its own unit|Beta|over that of|\b1 in\b"
    returns = r"[Rr]eturn|Growth|SMB|[Vv]olatility|Beta|Fall from|lead"
    for name, figure in figures.items():
        subtitle = figure.parts["mtm-figure-subtitle"]
        assert re.search(units, subtitle), (name, subtitle)
        if pictures[name].chart.kind not in OF_THE_EDITION:
            assert re.search(r"\b(18|19|20)\d\d\b", subtitle), (name, subtitle)
        if "P/E" in subtitle and "from the forward P/E" not in subtitle:
            assert "loss makers" in subtitle, (name, subtitle)
        if re.search(returns, subtitle):
            assert re.search(r"[Tt]otal return|[Pp]rice", subtitle), (name, subtitle)


def test_3_series_are_named_directly_and_never_in_a_legend(
    specs: dict[str, dict[str, Any]],
) -> None:
    for name, spec in specs.items():
        assert spec["config"]["legend"] == {"disable": True}, name
        assert '"legend": {' not in json.dumps(spec["layer"]), name
        # A line is named in its own color, one that is only context or a mean in a greyer one.
        worded = {row["colour"] for _, rows in layers(spec, "text") for row in rows}
        for layer, _ in layers(spec, "line"):
            color = layer["mark"]["color"]
            assert GREYER.get(color, color) in worded, (name, color)


@pytest.mark.parametrize("ending", [".svg", ".phone.svg"])
def test_3_no_two_labels_overlap(pictures: Mapping[str, Picture], ending: str) -> None:
    for name, picture in pictures.items():
        written = texts(picture.files[f"{name}{ending}"].decode())
        assert len(written) > 2, name
        for one, other in itertools.combinations(written, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert across <= 1 or down <= 1, (name, one.words, other.words)


def test_3_bars_start_at_zero_and_no_axis_is_second(specs: dict[str, dict[str, Any]]) -> None:
    for name, spec in specs.items():
        assert "resolve" not in spec, name
        domains = {
            channel: {
                json.dumps(layer["encoding"][channel]["scale"], sort_keys=True)
                for layer in spec["layer"]
                if channel in layer["encoding"]
                and not str(layer.get("name", "")).startswith("live")
            }
            for channel in ("x", "y")
        }
        assert all(len(found) == 1 for found in domains.values()), (name, domains)
    standing = {"columns", "calendar_gaps", "return_since"}
    for name, spec, base in (
        *((n, s, "x") for n, s in specs.items() if _kind(s) == "bars"),
        *((n, s, "y") for n, s in specs.items() if _kind(s) in standing),
    ):
        (low, high) = spec["layer"][0]["encoding"][base]["scale"]["domain"]
        assert low <= 0 <= high, name
        drawn = [r for la, rows in layers(spec, "rect") for r in rows if _is_bar(la)]
        assert drawn, name
        assert {row[base] for row in drawn} == {0.0}, name


def _is_bar(layer: Mapping[str, Any]) -> bool:
    return layer["mark"].get("color") != style.BAND


KINDS: dict[int, str] = {}


def _kind(spec: Mapping[str, Any]) -> str:
    return KINDS[id(spec)]


@pytest.fixture(autouse=True)
def _kinds(specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]) -> None:
    KINDS.update({id(spec): pictures[name].chart.kind for name, spec in specs.items()})


def test_3_long_growth_has_a_log_scale(
    specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]
) -> None:
    long = [
        name
        for name, picture in pictures.items()
        if picture.chart.kind in ("growth_of", "relative_strength")
        and reach_in_days(picture.chart) > 20 * 365
    ]
    assert {"size_and_value", "academic_strength"} <= set(long)
    for name in [*long, "size_century"]:
        kinds = {la["encoding"]["y"]["scale"].get("type") for la, _ in layers(specs[name], "line")}
        assert kinds == {"log"}, name


def test_4_a_source_line_says_from_when_and_when_retrieved(
    figures: dict[str, Figure], pictures: Mapping[str, Picture]
) -> None:
    for name, figure in figures.items():
        source, chart = figure.parts["mtm-source"], pictures[name].chart
        assert source.startswith("Source: "), name
        if chart.kind in OF_THE_EDITION:
            continue
        assert re.search(r"(to|figure:) \d{4}-\d\d-\d\d", source), (name, source)
        if any(found.retrieved for found in chart.sources) and "source_grade" not in chart.data:
            assert re.search(r"retrieved \d{4}-\d\d-\d\d", source), (name, source)


def test_4_recession_bands_are_the_nbers(
    built: Path, figures: dict[str, Figure], specs: dict[str, dict[str, Any]]
) -> None:
    rows = pd.read_csv(built / "docs" / "data" / "nber_recessions.csv")
    spans = {
        tuple(
            position(pd.Period(row[side], "M").end_time, dated=True) for side in ("peak", "trough")
        )
        for row in rows.dropna(subset=["peak", "trough"]).to_dict("records")
    }
    banded = 0
    for name, spec in specs.items():
        drawn = [
            (row["x"], row["x2"])
            for layer, found in layers(spec, "rect")
            if layer["mark"].get("color") == style.BAND
            for row in found
        ]
        if not drawn:
            continue
        banded += 1
        low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
        within = {(max(a, low), min(b, high)) for a, b in spans if a < high and b > low}
        assert set(drawn) == within, name
        assert "ecession" in figures[name].parts["mtm-note"], name
    assert banded >= 3


def test_4_a_long_series_has_a_dated_annotation(
    specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]
) -> None:
    long = {n: s for n, s in specs.items() if reach_in_days(pictures[n].chart) > FIVE_YEARS}
    assert len(long) >= 10
    for name, spec in long.items():
        flags = [r for la, r in layers(spec, "rule") if la["mark"].get("strokeWidth") == 0.8]
        years = [word for word in words_in(spec) if re.match(r"(19|20)\d\d: ", word)]
        assert flags or years, name


def test_4_the_day_of_publication_is_marked_where_a_series_reaches_it(
    specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]
) -> None:
    marked = {name for name, spec in specs.items() if PUBLISHED in words_in(spec)}
    reaching = {
        name
        for name, picture in pictures.items()
        if "date" in picture.chart.data and picture.chart.kind in DATED
        and str(picture.chart.published) <= str(picture.chart.data["date"].max())[:10]
    }  # fmt: skip
    assert marked == reaching != set()
    for name, picture in pictures.items():
        chart = picture.chart
        if "date" not in chart.data or chart.kind not in DATED:
            continue
        days = pd.to_datetime(chart.data["date"], format="ISO8601")
        middle = (days.min() + (days.max() - days.min()) / 2).date()
        for look in (wide_style, phone_style):
            early = dataclasses.replace(chart, published=middle)
            late = dataclasses.replace(chart, published=dt.date(2100, 1, 1))
            assert PUBLISHED in words_in(chart_spec(early, look(early))), name
            assert PUBLISHED not in words_in(chart_spec(late, look(late))), name


def csv_of(picture: Picture) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(picture.files[f"{picture.chart.id}.csv"]))


def _numbers(frame: pd.DataFrame) -> np.ndarray:
    found = [pd.to_numeric(frame[name], errors="coerce").to_numpy(float) for name in frame]
    values = np.concatenate(found)
    return values[np.isfinite(values)]


PLOTTED = {"bars": ("rect", "x2"), "columns": ("rect", "y2"), "calendar_gaps": ("rect", "y2"),
           "dots": ("point", "x")}  # fmt: skip


def test_5_the_csv_holds_what_is_plotted(
    specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]
) -> None:
    for name, spec in specs.items():
        chart, frame = pictures[name].chart, csv_of(pictures[name])
        known = [_numbers(frame[[column]]) for column in frame]
        mark, field = PLOTTED.get(chart.kind, ("line", "y"))
        if chart.kind == "rolling_gaps" and not any(layers(spec, mark)):
            mark, field = PLOTTED["columns"]
        values = [
            (row[field], _unseen(layer, field, spec))
            for layer, rows in layers(spec, mark)
            if mark != "rect" or _is_bar(layer)
            for row in rows
            if row.get(field) is not None and (mark != "line" or "mean" not in row)
            if mark != "point" or row["y"] > 0  # the key stands above the plot
        ]
        for value, unseen in values:
            assert any(_holds(column, value, unseen) for column in known), (name, value)
        if chart.kind == "return_since":
            counted = sum(row["y2"] for _, rows in layers(spec, "rect") for row in rows)
            assert counted == frame["windows"].sum(), name
        elif chart.kind not in {"scoreboard", "falsifier_bullets", "risk_table", "cycle_table",
                                "table_chart"}:  # fmt: skip
            assert values, name


def _holds(column: np.ndarray, value: float, unseen: float) -> bool:
    """Whether the column has the value, to five figures; of its largest where it passes zero."""
    if not len(column):
        return False
    size = abs(value) if (column > 0).all() else np.abs(column).max()
    return bool(np.abs(column - value).min() <= 5e-5 * max(1.0, size) + unseen)


def _unseen(layer: Mapping[str, Any], field: str, spec: Mapping[str, Any]) -> float:
    """A fortieth of a pixel of a line's value axis: lines are written no more exactly."""
    if layer["mark"]["type"] != "line" or field != "y":
        return 0.0
    low, high = layer["encoding"]["y"]["scale"]["domain"]
    return float(abs(high - low) / spec["height"] / 40)


def test_5_a_table_prints_the_values_of_its_csv(
    specs: dict[str, dict[str, Any]], pictures: Mapping[str, Picture]
) -> None:
    for name in ("academic_risk", "first_cut_table", "size_value_table"):
        written = " ".join(words_in(specs[name])).replace("−", "-")
        printed = {float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", written)}
        for value in _numbers(csv_of(pictures[name]).iloc[:, 1:]):
            near = min(abs(value - found) for found in printed)
            assert near <= 0.51, (name, value)


def test_5_the_downloads_are_the_chart(
    figures: dict[str, Figure], pictures: Mapping[str, Picture]
) -> None:
    for name, picture in pictures.items():
        files = picture.files
        wanted = {f"{name}{end}" for end in (".csv", ".svg", ".phone.svg", ".json")}
        assert wanted <= files.keys(), name
        assert read_specs(files[f"{name}.json"])[0]["layer"], name
        assert files[f"{name}.svg"].startswith(b"<svg"), name
        # Without the hash by which a shared file is stored.
        links = {re.sub(r"\.[0-9a-f]{16}\.", ".", link) for link in figures[name].links}
        offered = {link.rpartition("/")[2] for link in links}
        assert {f"{name}.csv", f"{name}.svg", f"{name}.meta.json"} <= offered, name


def test_5_the_alternative_text_has_the_findings_number(figures: dict[str, Figure]) -> None:
    for name, figure in figures.items():
        title, alt = figure.parts["mtm-figure-title"], figure.alt
        assert len(alt.split()) >= 8, (name, alt)
        said = [float(found.replace(",", "")) for found in NUMBER.findall(alt)]
        assert said, (name, alt)
        for found in NUMBER.findall(re.sub(r"(19|20)\d\d|S&P \d+|Russell \d+", "", title)):
            half = 0.5001 * 10.0 ** -len(found.partition(".")[2])
            near = min(abs(float(found.replace(",", "")) - value) for value in said)
            assert near <= half, (name, title, alt)


def test_6_a_valuation_stands_against_its_own_history(
    figures: dict[str, Figure],
    specs: dict[str, dict[str, Any]],
    pictures: Mapping[str, Picture],
) -> None:
    relative = [n for n, p in pictures.items() if p.chart.kind == "relative_strength"]
    assert relative
    for name in relative:
        ((_, band),) = layers(specs[name], "area")
        assert all(row["y"] < row["mean"] < row["y2"] for row in band), name
        assert any(word.startswith("mean so far") for word in words_in(specs[name])), name
        assert "The sample begins in" in figures[name].parts["mtm-note"], name
        last = csv_of(pictures[name]).iloc[-1]
        assert any(f"{last.iloc[1]:.2f}" in word for word in words_in(specs[name])), name
    quoted = specs["relative_pe"]
    assert any(layer["mark"].get("strokeDash") for layer, _ in layers(quoted, "line"))
    said = " ".join(words_in(quoted))
    assert "since 1985, as quoted" in said.replace("\u00a0", " ")


def test_6_a_z_score_uses_only_the_past() -> None:
    levels = daily(1100, 2)
    whole, early = (
        charts.relative_strength(
            part["Small companies"], part["Large companies"], minimum=24, **WORDS
        ).data
        for part in (levels, levels.iloc[:900])
    )
    known = early.iloc[:-1]  # a month may still be running at the end of the shorter one
    pd.testing.assert_frame_equal(whole.iloc[: len(known)], known)
    assert whole["z_score"].iloc[:23].isna().all()
    assert whole["z_score"].iloc[23:].notna().all()


HITS = re.compile(r"\b\d+ of (the last )?\d+\b|\d% of|first-cut years|[Aa]ll months|[Aa]ll days")
LEADS = re.compile(r"points a year|% a year|points more|points less|to 1$")


def test_7_a_hit_rate_has_its_interval_and_a_lead_its_error(
    figures: dict[str, Figure], pictures: Mapping[str, Picture]
) -> None:
    hits, leads = [], []
    for name, figure in figures.items():
        title = figure.parts["mtm-figure-title"]
        note = figure.parts.get("mtm-note", "")
        kind = pictures[name].chart.kind
        if HITS.search(title) and kind not in OF_THE_EDITION | {"bars"}:  # bars are shares
            hits.append(name)
            assert re.search(r"\d+ of \d+: Wilson 95% interval \d+% to \d+%", note), (name, note)
        if LEADS.search(title) and kind != "bars":
            leads.append(name)
            assert re.search(r"[Ss]tandard error", note), (name, note)
    assert len(hits) >= 6
    assert len(leads) >= 5
