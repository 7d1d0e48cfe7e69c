"""The edge that draws: a chart becomes SVG at two sizes, PNG, a live spec and a CSV.

Each SVG holds the colours of both themes, so the renderer runs twice a chart, and
not at all when the cache knows the same chart; altair, too, runs only for charts that changed, and
for those that a thesis draws itself. Nothing here depends on the machine: the typeface is
vendored, ids are renumbered, coordinates rounded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import altair
import pandas as pd

from generator.charts import card, raster, svg
from generator.charts.cache import drawing_code, drawn_once, versions
from generator.charts.compact import compact
from generator.charts.datasets import SHARED, Datasets, dataset_names, shared_rows
from generator.charts.frame import framed
from generator.charts.kind import recipe
from generator.charts.panel import LIVE
from generator.charts.raster import png, register_fonts
from generator.charts.style import PALETTE, config, in_both_themes, phone_style, wide_style
from generator.kept import digest, digest_of
from generator.model import Chart, Picture, Style
from generator.sourcing import plotted

FIGURES = 5  # significant, of the numbers in a CSV: more than any picture can show
LONG = 1000  # rows; of more, a column that passes zero has one figure less: -33.72 of -33.719
# What makes pictures and live charts of specs, beside what `versions` tells of.
_MAKERS = (
    __file__,
    *(
        Path(__file__).with_name(f"{name}.py")
        for name in ("compact", "packing", "datasets", "panel", "style")
    ),
)
# Exposes one function to figures.js. The interpreter is in the bundle: charts draw under a content
# security policy without unsafe-eval.
_SNIPPET = """
window.mtmEmbed = (element, spec, options) => vegaEmbed(element, spec, {
  actions: false, ast: true, renderer: "svg", defaultStyle: false, ...options });
"""


def draw_chart(chart: Chart, *, cache: Path | None, credit: Sequence[str] = ()) -> Picture:
    """The chart's files, named by its id, and the pixel sizes of its pictures.

    `cache` is a folder of drawn pictures, made when missing; None draws afresh. `credit` are the
    lines under the picture that can stand alone.
    """
    return picture_of(chart, specs_of(chart, cache=cache), cache=cache, credit=credit)


def specs_of(chart: Chart, *, cache: Path | None) -> list[bytes]:
    """The chart as Vega-Lite in JSON, for a wide screen and for a phone."""
    return [_kept_spec(chart, style(chart), cache) for style in (wide_style, phone_style)]


def is_drawn(specs: Sequence[bytes], *, cache: Path) -> bool:
    """Whether the cache has an entry for the pictures of these specs."""
    return (cache / _name_of(specs)).is_file()


def draw_into(
    cache: Path, specs: Sequence[bytes], title: str, subtitle: str, credit: Sequence[str]
) -> None:
    """Put into the cache what `picture_of` asks it for; of plain values, for other processes."""
    wide_svg, _, _ = _drawn(specs, cache)
    alone = framed(wide_svg, title=title, subtitle=subtitle, credit=credit)
    png(alone, cache=cache, settled=True)


def picture_of(
    chart: Chart, specs: Sequence[bytes], *, cache: Path | None, credit: Sequence[str] = ()
) -> Picture:
    """As `draw_chart`, from the chart's own specs."""
    wide_svg, phone_svg, live = _drawn(specs, cache)
    alone = framed(wide_svg, title=chart.title, subtitle=chart.subtitle, credit=credit)
    files = {
        f"{chart.id}.svg": in_both_themes(wide_svg),
        f"{chart.id}.phone.svg": in_both_themes(phone_svg),
        f"{chart.id}.json": live,
        f"{chart.id}.csv": _csv(chart),
    }
    contents = {name: text.encode() for name, text in files.items()}
    return Picture(
        chart=chart,
        plotted=plotted(chart),
        files={**contents, f"{chart.id}.png": png(alone, cache=cache, settled=True)},
        size=svg.size_of(wide_svg),
        phone_size=svg.size_of(phone_svg),
    )


def draw_card(words: card.Words, chart: Chart | None, *, cache: Path | None) -> bytes:
    """The social card with these words, and the chart beside them if there is one, as PNG."""
    return draw_card_of(words, card_spec(chart, cache=cache) if chart else b"", cache=cache)


def card_spec(chart: Chart, *, cache: Path | None) -> bytes:
    """The chart as Vega-Lite in JSON, for a social card."""
    return _kept_spec(chart, card.card_style(chart), cache)


def draw_card_of(words: card.Words, spec: bytes, *, cache: Path | None) -> bytes:
    """As `draw_card`, of plain values, for other processes; no chart without a spec."""
    code = digest_of(__file__, card.__file__, raster.__file__)
    name = f"card-{digest(spec.decode(), json.dumps(asdict(words)), code, *versions())}.png"

    def drawn() -> bytes:
        picture = _render(json.dumps(_still(json.loads(spec)))) if spec else ""
        return png(card.card_svg(words, picture), scale=1)

    return drawn_once(cache, name, drawn)


def vega_bundle(cache: Path | None) -> bytes:
    """The script that draws live charts, published once per edition and loaded on request."""

    def bundled() -> bytes:
        import vl_convert

        return str(vl_convert.javascript_bundle(_SNIPPET)).encode()

    return drawn_once(cache, _bundle_name(), bundled)


def has_bundle(cache: Path) -> bool:
    """Whether the cache has an entry for that script."""
    return (cache / _bundle_name()).is_file()


def _bundle_name() -> str:
    return f"vega-{digest(_SNIPPET, *versions())}.js"


def chart_spec(chart: Chart, style: Style) -> dict[str, Any]:
    """The chart as Vega-Lite at that size, in the house style."""
    from altair.utils.schemapi import debug_mode  # loads altair

    datasets = Datasets()
    altair.data_transformers.register(SHARED, shared_rows)
    with altair.data_transformers.enable(SHARED, datasets=datasets):
        drawn = chart.draw(style)
        # Not validated: it takes seconds for long data, and the renderer checks the spec anyway.
        with debug_mode(False):
            spec: dict[str, Any] = drawn.to_dict(validate=False)
    if datasets.rows:
        spec["datasets"] = {**spec.get("datasets", {}), **datasets.rows}
    altairs_own = {"view": {"continuousWidth": 300, "continuousHeight": 300}}
    own = {key: v for key, v in spec.get("config", {}).items() if v != altairs_own.get(key)}
    return {**spec, "config": {**config(style), **own}}


def lay_out(chart: Chart, *, cache: Path | None) -> None:
    """Lay the chart out at both sizes as if it were drawn; raises whatever is wrong with it.

    One that the cache knows was laid out before.
    """
    for style in (wide_style(chart), phone_style(chart)):
        _kept_spec(chart, style, cache)


def _kept_spec(chart: Chart, style: Style, cache: Path | None) -> bytes:
    """The spec as JSON, from the cache when it has that of the same ready-made chart."""
    made_from = recipe(chart.draw)

    def drawn() -> bytes:
        return json.dumps(chart_spec(chart, style)).encode()

    if made_from is None:
        return drawn()
    name = f"spec-{digest(made_from, repr(style), *drawing_code())}.json"
    return drawn_once(cache, name, drawn)


def _still(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The spec without what only a live chart needs, and without the data of that."""
    layers = [layer for layer in spec.get("layer", []) if not _is_live(layer)]
    names = {name for layer in layers for name in dataset_names(layer)} | dataset_names(spec)
    still = {**spec}
    if "layer" in spec:
        still["layer"] = layers
    if "datasets" in spec:
        still["datasets"] = {name: spec["datasets"][name] for name in sorted(names)}
    still["params"] = [p for p in spec.get("params", []) if not _is_of_live(p)]
    return still


def _is_live(layer: Mapping[str, Any]) -> bool:
    return str(layer.get("name", "")).startswith(LIVE)


def _is_of_live(parameter: Mapping[str, Any]) -> bool:
    views = parameter.get("views", [])
    return bool(views) and all(str(view).startswith(LIVE) for view in views)


def _drawn(specs: Sequence[bytes], cache: Path | None) -> tuple[str, str, str]:
    """Both pictures and the file of the live chart, from the cache when it has them.

    The cache is asked by the specs as they are written: where it knows them, they are not read.
    """

    def drawn() -> bytes:
        wide, phone = (json.loads(spec) for spec in specs)
        still = [json.dumps(_still(spec), sort_keys=True) for spec in (wide, phone)]
        return json.dumps([*map(_render, still), compact(wide, phone, PALETTE)]).encode()

    wide_svg, phone_svg, live = json.loads(drawn_once(cache, _name_of(specs), drawn))
    return wide_svg, phone_svg, live


def _name_of(specs: Sequence[bytes]) -> str:
    written = (spec.decode() for spec in specs)
    return f"{digest(*written, json.dumps(PALETTE), digest_of(*_MAKERS), *versions())}.json"


def _render(spec: str) -> str:
    import vl_convert

    register_fonts()
    return svg.tidy(vl_convert.vegalite_to_svg(spec))


def figures_across_zero(rows: int) -> int:
    """Significant figures of the largest number in a column that passes zero, in a CSV.

    The others have as many decimals: next to zero a number has more than anybody knows.
    """
    return FIGURES if rows <= LONG else FIGURES - 1


def _csv(chart: Chart) -> str:
    data = chart.data.assign(**{str(name): _figures(chart.data[name]) for name in chart.data})
    return str(data.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n"))


def _figures(column: pd.Series) -> pd.Series:
    """The column with its numbers as they are offered: to `FIGURES`, but to the unit where they are
    larger, and in a column that passes zero to `figures_across_zero`."""
    numbers = [value for value in column if isinstance(value, float) and math.isfinite(value)]
    if not numbers:
        return column
    low, high = min(numbers), max(numbers)
    largest = max(abs(low), abs(high))
    passes = low <= 0 <= high and largest > 0
    figures = figures_across_zero(len(column))
    places = max(0, figures - 1 - math.floor(math.log10(largest))) if passes else None

    def written(value: object) -> object:
        if not isinstance(value, float) or not math.isfinite(value):
            return value
        return _figure(value if places is None else round(value, places) + 0.0)  # no minus zero

    return column.map(written)


def _figure(value: float) -> str:
    return f"{value:.{FIGURES}g}" if abs(value) < 10**FIGURES else f"{value:.0f}"
