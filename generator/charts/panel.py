"""The plot inside a picture: its margins and axes, and the layers every kind is made of.

Everything is laid out here in pixels, so that labels can be kept apart before anything is drawn.
Only the width is left open: the live chart may stretch it, so nothing that must not overlap
depends on it but through the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair
import pandas as pd

from generator.charts.style import BAND, GRID, INK, ZERO
from generator.charts.ticks import Axis
from generator.model import Style

Row = Mapping[str, Any]
LIVE = "live"  # layers so named are for the live chart; pictures are drawn without them


def layer_of(rows: pd.DataFrame) -> altair.Chart:
    """A layer that draws these rows."""
    from generator.charts.layer import Layer  # loads altair

    return Layer(rows)


@dataclass(frozen=True)
class Panel:
    """A picture's plot: margins in pixels, and an axis each way.

    `x_labels` and `y_labels` are Vega expressions of an axis label, "" for an axis without labels.
    """

    style: Style
    x: Axis
    y: Axis
    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0
    x_labels: str = ""
    y_labels: str = ""
    x_title: str = ""

    @property
    def width(self) -> float:
        return self.style.width - self.left - self.right

    @property
    def height(self) -> float:
        return self.style.height - self.top - self.bottom

    def x_pixel(self, value: float) -> float:
        """How far right of the plot's left edge a value stands."""
        return self.x.share(value) * self.width

    def y_pixel(self, value: float) -> float:
        """How far below the plot's top edge a value stands."""
        return (1 - self.y.share(value)) * self.height

    def y_value(self, pixel: float) -> float:
        """The value that stands that far below the plot's top edge."""
        return self.y.value(1 - pixel / self.height)

    def across(self, field: str = "x") -> altair.X:
        """The horizontal channel of a field; the same in every layer."""
        axis: Any = None
        if self.x_labels:
            axis = altair.Axis(
                values=list(self.x.ticks),
                labelExpr=self.x_labels,
                ticks=True,
                tickSize=5,
                labelPadding=4,
                title=self.x_title or None,
                titlePadding=6,
                labelFlush=False,
            )
        scale = altair.Scale(domain=[self.x.low, self.x.high], nice=False, zero=False)
        return altair.X(
            f"{field}:Q", scale=scale, axis=axis, title=None if axis is None else altair.Undefined
        )

    def up(self, field: str = "y") -> altair.Y:
        """The vertical channel of a field; the same in every layer."""
        axis: Any = None
        if self.y_labels:
            axis = altair.Axis(values=list(self.y.ticks), labelExpr=self.y_labels, title=None)
        kind: Any = "log" if self.y.log else "linear"
        domain = [self.y.low, self.y.high]
        scale = (
            altair.Scale(domain=domain, nice=False, type=kind)
            if self.y.log
            else altair.Scale(domain=domain, nice=False, zero=False)
        )
        return altair.Y(f"{field}:Q", scale=scale, axis=axis, title=None)

    def finish(self, layers: Iterable[altair.Chart | None]) -> altair.LayerChart:
        """The layers as one chart that measures exactly what the style says."""
        padding = {"left": self.left, "right": self.right, "top": self.top, "bottom": self.bottom}
        return altair.LayerChart(
            layer=[layer for layer in layers if layer is not None],
            width=self.width,
            height=self.height,
            padding=padding,
            autosize=altair.AutoSizeParams(type="none"),
        )


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as the data of a layer, floats to seven figures.

    A DataFrame rather than inline data, which altair validates and copies row by row.
    """
    return pd.DataFrame([{key: _short(row[key]) for key in row} for row in rows])


def _short(value: Any) -> Any:
    return float(f"{value:.7g}") if isinstance(value, float) else value


def grid(panel: Panel) -> list[altair.Chart]:
    """Horizontal rules at the ticks, and a darker one at zero."""
    ticks = [{"y": tick} for tick in panel.y.ticks if tick != 0]
    layers = [layer_of(table(ticks)).mark_rule(color=GRID).encode(y=panel.up())] if ticks else []
    if not panel.y.log and panel.y.low <= 0 <= panel.y.high:
        zero = layer_of(table([{"y": 0}])).mark_rule(color=ZERO)
        layers.append(zero.encode(y=panel.up()))
    return layers


def shaded_spans(panel: Panel, spans: Iterable[tuple[float, float]]) -> altair.Chart | None:
    """Grey bands over the spans, as far as they lie in the plot."""
    low, high = panel.x.low, panel.x.high
    rows = [{"x": max(a, low), "x2": min(b, high)} for a, b in spans if a < high and b > low]
    if not rows:
        return None
    band = layer_of(table(rows)).mark_rect(color=BAND, opacity=1, tooltip=None)
    layer: altair.Chart = band.encode(x=panel.across(), x2=altair.X2("x2:Q"))
    return layer


@dataclass(frozen=True)
class Words:
    """One line of text at a value across and a pixel down the plot."""

    text: str
    x: float
    pixel: float
    colour: str = INK


def write(
    panel: Panel,
    words: Sequence[Words],
    *,
    dx: float = 0,
    align: str = "left",
    bold: bool = False,
    size: float | None = None,
) -> altair.Chart | None:
    """A layer with these lines of text; None when there are none."""
    if not words:
        return None
    rows = [
        {"x": w.x, "y": panel.y_value(w.pixel), "text": w.text, "colour": w.colour} for w in words
    ]
    mark: dict[str, Any] = {
        "align": align,
        "baseline": "middle",
        "dx": dx,
        "fontSize": size or panel.style.font_size,
        "fontWeight": 600 if bold else 400,
        "tooltip": None,
    }
    colour = altair.Color("colour:N", scale=None)
    layer: altair.Chart = (
        layer_of(table(rows))
        .mark_text(**mark)
        .encode(x=panel.across(), y=panel.up(), text=altair.Text("text:N"), color=colour)
    )
    return layer
