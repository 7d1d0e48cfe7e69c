"""The vendored typeface: how wide words are, and the few glyphs a picture must carry with it.

Pictures are laid out here rather than by the machine's fonts, so that they are the same everywhere.
The files have no kerning and tabular figures by default: a width is a sum of advances.
"""

from __future__ import annotations

import functools
import itertools
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
FILES = {400: "InterFigures-Regular.ttf", 600: "InterFigures-SemiBold.ttf"}
_COMPOSITE_MORE, _COMPOSITE_WORDS = 0x0020, 0x0001
_COMPOSITE_SCALES = {0x0008: 2, 0x0040: 4, 0x0080: 8}  # flag: bytes of scale that follow


@dataclass(frozen=True)
class Typeface:
    """One weight of the typeface: its tables, the glyph of each character, each glyph's advance."""

    tables: Mapping[str, bytes]
    glyphs: Mapping[int, int]
    advances: tuple[int, ...]
    units: int


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in pixels; an unknown character counts as an x."""
    face = _typeface(600 if bold else 400)
    unknown = face.glyphs[ord("x")]
    total = sum(face.advances[face.glyphs.get(ord(letter), unknown)] for letter in text)
    return total * size / face.units


def wrap(text: str, limit: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than the limit, as far as its words allow."""
    lines: list[str] = []
    for word in text.split(" "):  # not at a no-break space
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def subset_woff(weight: int, characters: Iterable[str]) -> bytes:
    """The weight as WOFF with only the glyphs of these characters; glyph numbers stay."""
    face = _typeface(weight)
    mapping = {ord(c): face.glyphs[ord(c)] for c in set(characters) if ord(c) in face.glyphs}
    outlines, places = _keep_outlines(face, {0, *mapping.values()})
    tables = dict(face.tables)
    tables["glyf"] = outlines
    tables["loca"] = struct.pack(f">{len(places)}I", *places)
    tables["head"] = tables["head"][:50] + struct.pack(">h", 1) + tables["head"][52:]  # long loca
    tables["hmtx"] = _keep_advances(face, {0, *mapping.values()})
    tables["cmap"] = _character_map(mapping)
    return _woff(tables)


@functools.cache
def _typeface(weight: int) -> Typeface:
    content = (FOLDER / FILES[weight]).read_bytes()
    (count,) = struct.unpack_from(">H", content, 4)
    tables = {}
    for row in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", content, 12 + 16 * row)
        tables[tag.decode()] = content[start : start + length]
    (long_advances,) = struct.unpack_from(">H", tables["hhea"], 34)
    advances = [struct.unpack_from(">H", tables["hmtx"], 4 * i)[0] for i in range(long_advances)]
    (units,) = struct.unpack_from(">H", tables["head"], 18)
    return Typeface(tables, _read_character_map(tables["cmap"]), tuple(advances), units)


def _read_character_map(table: bytes) -> dict[int, int]:
    """Character code to glyph; the vendored files have one map in format 4 without offsets."""
    (start,) = struct.unpack_from(">I", table, 8)
    (doubled,) = struct.unpack_from(">H", table, start + 6)
    ends = struct.unpack_from(f">{doubled // 2}H", table, start + 14)
    starts = struct.unpack_from(f">{doubled // 2}H", table, start + 16 + doubled)
    deltas = struct.unpack_from(f">{doubled // 2}H", table, start + 16 + 2 * doubled)
    return {
        code: (code + delta) & 0xFFFF
        for first, last, delta in zip(starts, ends, deltas, strict=True)
        for code in range(first, last + 1)
        if code != 0xFFFF
    }


def _keep_outlines(face: Typeface, wanted: set[int]) -> tuple[bytes, list[int]]:
    """The outlines of the wanted glyphs and of their parts, and where each glyph begins."""
    count = len(face.tables["loca"]) // 2
    halves = struct.unpack(f">{count}H", face.tables["loca"])
    outlines = [face.tables["glyf"][2 * a : 2 * b] for a, b in itertools.pairwise(halves)]
    queue = list(wanted)
    kept: set[int] = set()
    while queue:
        glyph = queue.pop()
        if glyph not in kept:
            kept.add(glyph)
            queue.extend(_parts(outlines[glyph]))
    places = [0]
    content = b""
    for glyph, outline in enumerate(outlines):
        content += outline + b"\0" * (-len(outline) % 4) if glyph in kept else b""
        places.append(len(content))
    return content, places


def _parts(outline: bytes) -> list[int]:
    """The glyphs that a composite glyph is made of; none for a plain one."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, place, more = [], 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        parts.append(glyph)
        place += 4 + (4 if flags & _COMPOSITE_WORDS else 2)
        place += sum(size for flag, size in _COMPOSITE_SCALES.items() if flags & flag)
        more = bool(flags & _COMPOSITE_MORE)
    return parts


def _keep_advances(face: Typeface, wanted: set[int]) -> bytes:
    """The table of advances with zeros, which compress to nothing, where no glyph is left."""
    whole = face.tables["hmtx"]
    rows = (whole[4 * i : 4 * i + 4] if i in wanted else b"\0" * 4 for i in range(len(whole) // 4))
    return b"".join(rows)


def _character_map(mapping: Mapping[int, int]) -> bytes:
    groups = b"".join(struct.pack(">III", code, code, mapping[code]) for code in sorted(mapping))
    head = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(mapping))
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + head + groups


def _woff(tables: Mapping[str, bytes]) -> bytes:
    """Tables packed as WOFF 1.0 (https://www.w3.org/TR/WOFF/)."""
    directory, body = b"", b""
    start = 44 + 20 * len(tables)
    for tag in sorted(tables):
        table = tables[tag]
        packed = min(zlib.compress(table, 9), table, key=len)
        place, checksum = start + len(body), _checksum(table)
        directory += struct.pack(">4sIIII", tag.encode(), place, len(packed), len(table), checksum)
        body += packed + b"\0" * (-len(packed) % 4)
    unpacked = 12 + 16 * len(tables) + sum(len(t) + -len(t) % 4 for t in tables.values())
    head = struct.pack(
        ">4sIIHHIHHIIIII",
        *(b"wOFF", 0x00010000, start + len(body), len(tables), 0, unpacked),
        *(1, 0, 0, 0, 0, 0, 0),
    )
    return head + directory + body


def _checksum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF
