"""Fetch the typefaces of pages and pictures and cut them to what the site needs: `make fonts`.

Both are under the SIL Open Font License and come from the Fontsource packages named below, whose
archives are checked against their published hashes. Run it to move to another version; the files
it writes are committed, so that no build and no reader asks another host for a font.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import unicodedata
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.qu2cu import quadratic_to_curves
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

REGISTRY = "https://registry.npmjs.org"
PACKAGES = {
    "inter": ("@fontsource-variable/inter", "5.3.0"),
    "serif": ("@fontsource-variable/source-serif-4", "5.3.0"),
    "figures": ("@fontsource/inter", "5.3.0"),
    "italic": ("@fontsource/source-serif-4", "5.3.0"),
}
ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "assets" / "fonts"
PICTURES = ROOT / "generator" / "charts" / "fonts"
WEIGHTS = (400, 700)  # of the two variable fonts
FILES = {400: "InterFigures-Regular.ttf", 600: "InterFigures-SemiBold.ttf"}
UNITS = 330  # of the outlines, to a font size: where stems lose least by rounding
CLOSE = 0.33  # of these units: no curve is farther from one of the typeface

# English prose and figures; everything else of the Latin subset is a file of its own, which a
# browser fetches only for a page that has such a letter (unicode-range in the style sheet).
TEXT = [*range(0x20, 0x7F), *map(ord, "\u00a0©°±²³·×÷–—‘’“”…−‹›«»€£™§¶•¹½¼¾′″\u2009\u200b")]
Point = tuple[float, float]
KEEP = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum", "lnum"]


def main() -> None:
    """Write every file anew and say how large it is."""
    faces = {
        "inter": ("inter", "files/inter-latin-wght-normal.woff2", WEIGHTS),
        "source-serif-4": ("serif", "files/source-serif-4-latin-wght-normal.woff2", WEIGHTS),
        "source-serif-4-italic": ("italic", "files/source-serif-4-latin-400-italic.woff2", None),
    }
    archives = {name: fetch(*package) for name, package in PACKAGES.items()}
    for name, (package, member, weights) in faces.items():
        content = read(archives[package], member)
        others = sorted(set(characters(content)) - set(TEXT))
        write(PAGES / f"{name}-text.woff2", cut(content, TEXT, weights))
        write(PAGES / f"{name}-latin.woff2", cut(content, others, weights))
    for weight, style in ((400, "Regular"), (600, "SemiBold")):
        content = read(archives["figures"], f"files/inter-latin-{weight}-normal.woff2")
        write(PICTURES / FILES[weight], for_pictures(content, style))
    measure()


def measure() -> None:
    """Write the widths and the outlines of the glyphs of pictures, as its files have them."""
    fonts = {weight: TTFont(PICTURES / name) for weight, name in FILES.items()}
    for name, list_of in (("widths.json", widths), ("outlines.json", outlines)):
        found = {str(weight): list_of(font) for weight, font in fonts.items()}
        words = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        write(PICTURES / name, f"{words}\n".encode())


def fetch(package: str, version: str) -> bytes:
    """The package's archive, as its registry says it must be."""
    with urllib.request.urlopen(f"{REGISTRY}/{package}/{version}") as answer:
        published = json.load(answer)["dist"]
    with urllib.request.urlopen(published["tarball"]) as answer:
        content: bytes = answer.read()
    algorithm, _, expected = published["integrity"].partition("-")
    if base64.b64encode(hashlib.new(algorithm, content).digest()).decode() != expected:
        raise SystemExit(f"{package} {version} is not what its registry says it is.")
    return content


def read(archive: bytes, member: str) -> bytes:
    """One file of a package."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        file = files.extractfile(f"package/{member}")
        assert file is not None
        return file.read()


def characters(content: bytes) -> Iterable[int]:
    """The code points a font has."""
    codes: Iterable[int] = TTFont(io.BytesIO(content)).getBestCmap()
    return codes


def cut(content: bytes, codes: Iterable[int], weights: tuple[int, int] | None) -> bytes:
    """The font as WOFF2 with these characters and weights only."""
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    if weights:
        instancer.instantiateVariableFont(font, {"wght": weights}, inplace=True)
        font = reloaded(font)
    subset(font, codes, KEEP)
    return saved(font, "woff2")


def for_pictures(content: bytes, style: str) -> bytes:
    """The font as a picture is laid out with: figures of one width, no kerning, its own name."""
    font = reloaded(TTFont(io.BytesIO(content), recalcTimestamp=False))
    widths = tabular(font)
    for table in font["cmap"].tables:
        for figure in range(ord("0"), ord("9") + 1):
            glyph = table.cmap[figure]  # tables share their entries
            table.cmap[figure] = widths.get(glyph, glyph)
    subset(font, list(font.getBestCmap()), [])
    names = {1: "Inter Figures", 2: style, 4: f"Inter Figures {style}", 6: f"InterFigures-{style}"}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)  # of Windows, in American English
    return saved(font, None)


def tabular(font: TTFont) -> dict[str, str]:
    """The glyph of one width for each figure, from the font's own feature `tnum`."""
    table = font["GSUB"].table
    chosen = [r.Feature for r in table.FeatureList.FeatureRecord if r.FeatureTag == "tnum"]
    lookups = {index for feature in chosen for index in feature.LookupListIndex}
    found: dict[str, str] = {}
    for index in sorted(lookups):
        for part in table.LookupList.Lookup[index].SubTable:
            found |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    return found


def widths(font: TTFont) -> dict[str, Any]:
    """The advance of each character, in the font's own units."""
    advances = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
    return {"units": font["head"].unitsPerEm, "advances": advances}


def outlines(font: TTFont) -> dict[str, str]:
    """The path of each character that stands by itself, y downwards and in `UNITS`."""
    glyphs, scale = font.getGlyphSet(), UNITS / font["head"].unitsPerEm
    found = {}
    for code, name in font.getBestCmap().items():
        if not unicodedata.category(chr(code)).startswith("M"):
            pen = DecomposingRecordingPen(glyphs)
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, 0, 0)))
            found[chr(code)] = "".join(path(pen.value))
    return found


def path(drawn: Iterable[tuple[str, tuple[Point, ...]]]) -> Iterator[str]:
    """The commands of an SVG for what a pen was told, each corner as its way from the last one."""
    here = start = hinge = (0, 0)  # the hinge: where a smooth curve of the same kind would bend
    kind_before = command_before = ""
    for kind, points in fewer(drawn):
        *bends, there = map(near, points)
        if kind == "z":
            there, (command, numbers) = start, ("z", ())
        elif kind == "m":
            command, numbers = ("m", way(here, there)) if command_before else ("M", there)
            start = there
        elif kind == "l":
            command, numbers = straight(way(here, there))
        else:
            smooth = hinge if kind == kind_before else here if kind == "c" else None
            if smooth and max(map(abs, way(smooth, bends[0]))) <= 1:
                bends[0] = smooth
            kept = bends[1:] if bends[0] == smooth else bends
            command = kind if kept == bends else {"q": "t", "c": "s"}[kind]
            numbers = tuple(step for point in (*kept, there) for step in way(here, point))
            hinge = 2 * there[0] - bends[-1][0], 2 * there[1] - bends[-1][1]
        yield written(command, numbers, goes_on=command == command_before)
        here, kind_before, command_before = there, kind, command or command_before


def fewer(
    drawn: Iterable[tuple[str, tuple[Point, ...]]],
) -> Iterator[tuple[str, tuple[Point, ...]]]:
    """What a pen was told as m, l, q, c and z, its quadratic curves joined to fewer ones."""
    here, bent = (0.0, 0.0), []
    for command, points in drawn:
        if command == "qCurveTo":
            bent.append((here, *points))
        else:
            for curve in quadratic_to_curves(bent, CLOSE):
                yield "qc"[len(curve) - 3], curve[1:]
            bent = []
            yield {"moveTo": "m", "lineTo": "l", "closePath": "z"}[command], points or (here,)
        here = points[-1] if points else here


def straight(steps: tuple[int, int]) -> tuple[str, tuple[int, ...]]:
    """The command for a line by so much; none for one that goes nowhere."""
    across, down = steps
    if across and down:
        return "l", steps
    return ("h", (across,)) if across else ("v", (down,)) if down else ("", ())


def way(here: tuple[int, int], there: Point) -> tuple[int, int]:
    return near(there)[0] - here[0], near(there)[1] - here[1]


def near(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def written(command: str, numbers: Iterable[int], *, goes_on: bool) -> str:
    """A command and its numbers, with no more between them than tells them apart."""
    words = " ".join(map(str, numbers)).replace(" -", "-")
    if goes_on and words:
        return words if words.startswith("-") else f" {words}"
    return command + words


def subset(font: TTFont, codes: Iterable[int], features: Sequence[str]) -> None:
    options = Options(hinting=False, layout_features=list(features), notdef_outline=True)
    options.drop_tables += ["BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(codes))
    subsetter.subset(font)


def reloaded(font: TTFont) -> TTFont:
    """The font as it reads when it was saved, uncompressed."""
    return TTFont(io.BytesIO(saved(font, None)), recalcTimestamp=False)


def saved(font: TTFont, flavor: str | None) -> bytes:
    font.flavor = flavor
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path.relative_to(ROOT)}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
