"""The path of an SVG in fewer characters: the same corners, each as its way from the one before.

Corners are whole tenths of a pixel here, so that no sum of steps drifts from the place it names.
"""

from __future__ import annotations

import re

_STRAIGHT = re.compile(r"(?:[ML]-?[\d.]+,-?[\d.]+|Z)+")
_STEP = re.compile(r"([ML])(-?[\d.]+),(-?[\d.]+)|Z")


def shorter_path(path: str) -> str:
    """The path with steps for places; as it is where that is shorter or it has curves."""
    if not _STRAIGHT.fullmatch(path) or not path.startswith("M"):
        return path
    written: list[str] = []
    here = start = (0, 0)
    command = ""
    for step in _STEP.finditer(path):
        if step[0] == "Z":
            written.append("z")
            here, command = start, "z"
            continue
        there = round(float(step[2]) * 10), round(float(step[3]) * 10)
        if step[1] == "M":
            written.append(f"M{_pair(*there)}")
            here = start = there
            command = "M"
            continue
        across, down = there[0] - here[0], there[1] - here[1]
        if across and down:
            words = _pair(across, down)
            separate = "l" if command != "l" else "" if words[0] in "-." else " "
            # A point that follows a figure without one would go on with that figure.
            if separate == "" and words[0] == "." and "." not in _last_figure(written[-1]):
                separate = " "
            written.append(separate + words)
            command = "l"
        elif across or down or command == "M":  # a lone corner still has its round cap
            written.append(f"h{_tenths(across)}" if not down else f"v{_tenths(down)}")
            command = "h"
        here = there
    return min("".join(written), path, key=len)


def _last_figure(text: str) -> str:
    return re.split(r"[ a-zA-Z-]", text)[-1]


def _pair(across: int, down: int) -> str:
    first, second = _tenths(across), _tenths(down)
    apart = "" if second[0] == "-" or (second[0] == "." and "." in first) else " "
    return f"{first}{apart}{second}"


def _tenths(number: int) -> str:
    """A number of tenths as a decimal number without what it can do without."""
    sign, whole, rest = "-" if number < 0 else "", abs(number) // 10, abs(number) % 10
    figure = f"{whole or ''}.{rest}" if rest else str(whole)
    return sign + figure
