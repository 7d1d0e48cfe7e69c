"""An SVG as the renderer wrote it, made small, reproducible, and independent of the page (pure)."""

from __future__ import annotations

import re
from collections import Counter

from generator.charts.glyphs import outlined
from generator.charts.paths import shorter_path

_NUMBERS = re.compile(r' (d|transform|points|x|y|x1|x2|y1|y2|width|height)="([^"]*)"')
_LONG = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-\d+")
_ID = re.compile(r'id="([^"]+)"')
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"')
_PATH = re.compile(r' d="([^"]+)"')
_TYPEFACE = re.compile(r' font-family="[^"]*"')
_GROUP = re.compile(r"(<g(?: [^>]*)?(?<!/)>|</g>)")
# What an element has without its saying so; the renderer's groups set none of these anew.
_DEFAULTS = re.compile(
    r' (?:(?:opacity|stroke-opacity|fill-opacity|stroke-width)="1"|text-anchor="start"'
    r'|font-weight="(?:400|normal)"|transform="translate\(0,0\)"|version="1.1")'
)
_LINE = re.compile(r"<line [^>]*>")
_UNSEEN = re.compile(r'<path d="[^"]*"/>')  # the renderer's outermost group fills nothing
_ROLES = re.compile(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"')


def tidy(svg: str) -> str:
    """The picture with rounded coordinates, outlined words, and ids that do not count renders."""
    svg = _ROLES.sub("", svg).replace('<path d="" display="none"/>', "")
    if "<clipPath" not in svg:
        svg = _UNSEEN.sub("", svg)
    svg = _NUMBERS.sub(lambda found: f' {found[1]}="{_LONG.sub(_round, found[2])}"', svg)
    svg = _PATH.sub(lambda found: f' d="{shorter_path(found[1])}"', _renumber(svg))
    return _without_defaults(outlined(svg))


def _without_defaults(svg: str) -> str:
    """The picture without what it would be without, and its typeface named once."""
    svg = _LINE.sub(lambda line: re.sub(r' [xy][12]="0"', "", line[0]), _DEFAULTS.sub("", svg))
    if "xlink:href" not in svg:
        svg = re.sub(r' xmlns:xlink="[^"]*"', "", svg, count=1)
    family = Counter(_TYPEFACE.findall(svg)).most_common(1)
    if family:
        svg = svg.replace(family[0][0], "").replace("<svg", f"<svg{family[0][0]}", 1)
    return _ungrouped(svg)


def _ungrouped(svg: str) -> str:
    """The picture without groups that say nothing of what they hold, and without empty ones."""
    pieces: list[str] = []
    kept: list[bool] = []
    for piece in _GROUP.split(svg):
        if piece.startswith("<g"):
            kept.append(piece != "<g>")
            pieces += [piece] if kept[-1] else []
        elif piece != "</g>":
            pieces += [piece] if piece else []
        elif kept.pop():
            if pieces[-1].startswith("<g"):
                pieces.pop()
            else:
                pieces.append(piece)
    return "".join(pieces)


def size_of(svg: str) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    found = _SIZE.search(svg)
    if not found:
        raise ValueError("the renderer wrote a picture without a size.")
    return round(float(found[1])), round(float(found[2]))


def _round(found: re.Match[str]) -> str:
    figure = f"{float(found[0]):.1f}".removesuffix(".0")
    return "0" if figure == "-0" else figure


def _renumber(svg: str) -> str:
    """Ids in their order: the renderer counts them on from one picture to the next."""
    for number, name in enumerate(dict.fromkeys(_ID.findall(svg))):
        svg = svg.replace(f'id="{name}"', f'id="n{number}"').replace(f"#{name})", f"#n{number})")
    return svg
