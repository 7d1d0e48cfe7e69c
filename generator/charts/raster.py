"""A picture as PNG, for slides and for those who cannot use an SVG."""

from __future__ import annotations

import functools
import io
import re
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from generator.charts import typeface
from generator.charts.cache import drawn_once, versions
from generator.charts.pixels import on_pixels
from generator.kept import digest, digest_of

SCALE = 1.5  # pixels to a CSS pixel: a wide picture is 1152 across
INDEXED = 3  # the type of a PNG with a palette
EFFORT = 10  # of 12; each step further takes twice as long for two hundredths, then one, less
SHADES = 3  # of each color, from the paper's to its own: the edges of what is drawn
LARGE = 0.001  # of all pixels; a color with so many stays exactly itself
APART = 24  # of 255, by any of red, green and blue; a shade nearer to another color is that one
_CODE = re.compile(r'"#([0-9a-f]{6})"')
Color = tuple[int, int, int]


def png(
    svg: str, *, scale: float = SCALE, cache: Path | None = None, settled: bool = False
) -> bytes:
    """The SVG as a PNG with a palette, a fifth of the renderer's own in size.

    `settled` puts its words on whole pixels; not for a picture that is enlarged within another.
    """
    name = f"{digest(svg, str(scale), str(settled), digest_of(__file__), *versions())}.png"
    return drawn_once(cache, name, lambda: _png(on_pixels(svg, scale) if settled else svg, scale))


def _png(svg: str, scale: float) -> bytes:
    import vl_convert
    from PIL import Image

    register_fonts()
    with Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=scale))) as whole:
        picture = whole.convert("RGB")
    counted: list[tuple[int, Color]] = picture.getcolors(picture.width * picture.height)  # type: ignore[assignment]
    paper: Color = picture.getpixel((0, picture.height - 1))  # type: ignore[assignment]
    large = LARGE * picture.width * picture.height
    solid = [color for count, color in sorted(counted, reverse=True) if count > large]
    palette = _palette(paper, [_color(code) for code in _CODE.findall(svg)], solid)
    entries = np.zeros(1 << 24, dtype=np.uint8)
    every = np.array([color for _, color in counted], dtype=np.int32)
    away = ((every[:, None, :] - np.array(palette, dtype=np.int32)[None, :, :]) ** 2).sum(axis=2)
    entries[_packed(every)] = away.argmin(axis=1)
    return _written(entries[_packed(np.asarray(picture, dtype=np.int32))], palette)


def _written(pixels: np.ndarray, palette: Sequence[Color]) -> bytes:
    """The PNG of indexes into the palette, 4 bits a pixel where 16 colors are enough.

    Not by Pillow, whose packing is the renderer's: libdeflate's is a sixth smaller. By the
    specification of PNG (https://www.w3.org/TR/png-3/), sections 5 and 11.
    """
    import deflate

    used = np.unique(pixels)
    pixels = np.searchsorted(used, pixels).astype(np.uint8)
    height, width = pixels.shape
    depth = 4 if len(used) <= 16 else 8
    if depth == 4:
        pixels = np.pad(pixels, ((0, 0), (0, width % 2)))
        pixels = (pixels[:, ::2] << 4) | pixels[:, 1::2]
    lines = np.pad(pixels, ((0, 0), (1, 0)))  # each after the number of its filter: none
    colors = bytes(part for index in used for part in palette[index])
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, INDEXED, 0, 0, 0)),
            _chunk(b"PLTE", colors),
            _chunk(b"IDAT", bytes(deflate.zlib_compress(lines.tobytes(), EFFORT))),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def _palette(paper: Color, named: Sequence[Color], solid: Sequence[Color]) -> list[Color]:
    """The paper, the colors that the picture names or has much of, and their shades."""
    found = list(dict.fromkeys([paper, *named]))
    found += [color for color in solid if _is_new(color, found, APART // 2)]
    for color in found[1:]:
        for part in range(1, SHADES):
            shade = tuple(
                round(far + (near - far) * part / SHADES)
                for far, near in zip(paper, color, strict=True)
            )
            if _is_new(shade, found, APART):  # type: ignore[arg-type]
                found.append(shade)  # type: ignore[arg-type]
    return found[:256]


def _is_new(color: Color, known: Sequence[Color], apart: int) -> bool:
    return all(
        max(abs(a - b) for a, b in zip(color, other, strict=True)) >= apart for other in known
    )


def _color(code: str) -> Color:
    red, green, blue = bytes.fromhex(code)
    return red, green, blue


def _packed(colors: np.ndarray) -> np.ndarray:
    whole: np.ndarray = (colors[..., 0] << 16) | (colors[..., 1] << 8) | colors[..., 2]
    return whole


@functools.cache
def register_fonts() -> None:
    """Let the renderer find the vendored typeface."""
    import vl_convert

    vl_convert.register_font_directory(str(typeface.FOLDER))
