"""A picture as PNG, for slides and for those who cannot use an SVG."""

from __future__ import annotations

import functools
import io
from pathlib import Path

from generator.charts import typeface
from generator.charts.cache import digest, drawn_once, versions

SCALE = 2  # pixels to a CSS pixel
COLOURS = 64  # of the palette: the few of the house style, and the shades of their edges


def png(svg: str, *, scale: float = SCALE, cache: Path | None = None) -> bytes:
    """The SVG as a PNG with a palette, a quarter of the renderer's own in size."""
    name = f"{digest(svg, str(scale), str(COLOURS), *versions())}.png"
    return drawn_once(cache, name, lambda: _png(svg, scale))


def _png(svg: str, scale: float) -> bytes:
    import vl_convert
    from PIL import Image

    register_fonts()
    with Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=scale))) as whole:
        picture = whole.convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # An entry of the palette is the mean of what it stands for; the paper is to be the paper.
    corner = (0, picture.height - 1)
    palette, entry = list(few.getpalette() or []), 3 * int(few.getpixel(corner))  # type: ignore[arg-type]
    palette[entry : entry + 3] = picture.getpixel(corner)  # type: ignore[assignment]
    few.putpalette(palette)
    content = io.BytesIO()
    few.save(content, "PNG")
    return content.getvalue()


@functools.cache
def register_fonts() -> None:
    """Let the renderer find the vendored typeface."""
    import vl_convert

    vl_convert.register_font_directory(str(typeface.FOLDER))
