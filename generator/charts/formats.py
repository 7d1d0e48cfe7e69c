"""How values are worded in a picture: the same words in Python and in the live chart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from generator.errors import did_you_mean


@dataclass(frozen=True)
class Format:
    """Wording of values: what stands around the figure, its sign, and its decimals."""

    prefix: str = ""
    suffix: str = ""
    tick_suffix: str = ""  # an axis says the unit once, in the subtitle, or in a sign
    decimals: int = 0
    signed: bool = False

    def text(self, value: float) -> str:
        """The value as a label says it."""
        return self._worded(value, self.decimals, self.suffix)

    def tick(self, value: float, step: float) -> str:
        """The value as an axis says it, with the decimals that its steps need."""
        return self._worded(value, decimals_of(step) if value else 0, self.tick_suffix)

    def expression(self, value: str) -> str:
        """The wording of a label as a Vega expression of the given one, such as `datum.y`."""
        nought = f"abs({value})<{0.5 * 10**-self.decimals:.{self.decimals + 1}f}"
        gain = "'+'" if self.signed else "''"
        sign = f"({nought}?'':{value}<0?'−':{gain})"
        return _figure(sign, value, self.decimals, self.prefix, self.suffix)

    def tick_expression(self, step: float) -> str:
        """The wording of an axis as a Vega expression; of its values only nought is written so."""
        value, decimals = "datum.value", decimals_of(step)
        gain = "'+'" if self.signed else "''"
        other = _figure(f"({value}<0?'−':{gain})", value, decimals, self.prefix, self.tick_suffix)
        if not self.signed and decimals == 0:
            return other
        return f"{value}==0?'{self._worded(0, 0, self.tick_suffix)}':{other}"

    def with_sign(self) -> Format:
        """The same wording with a plus before gains."""
        return replace(self, signed=True)

    def _worded(self, value: float, decimals: int, suffix: str) -> str:
        figure = f"{abs(value):,.{decimals}f}"
        nought = not any(digit in "123456789" for digit in figure)
        sign = "" if nought else "−" if value < 0 else "+" if self.signed else ""
        return f"{sign}{self.prefix}{figure}{suffix}"


def _figure(sign: str, value: str, decimals: int, prefix: str, suffix: str) -> str:
    """A figure without its sign, and what stands around it, as a Vega expression."""
    figure = f"format(abs({value}),',.{decimals}f')"
    around = (sign, f"'{prefix}'" if prefix else "", figure, f"'{suffix}'" if suffix else "")
    return "+".join(part for part in around if part)


FORMATS: dict[str, Format] = {
    "percent": Format(suffix="%", tick_suffix="%", decimals=1),
    "points": Format(suffix="\u00a0pts", decimals=1, signed=True),
    "times": Format(suffix="×", tick_suffix="×", decimals=1),
    "dollars": Format(prefix="$", decimals=0),
    "index": Format(decimals=0),
    "ratio": Format(decimals=2),
    "number": Format(decimals=0),
}


def value_format(name: str, decimals: int | None = None) -> Format:
    """The wording of that name. Raises ValueError for an unknown one."""
    if name not in FORMATS:
        raise ValueError(f"there is no value format '{name}'. {did_you_mean(name, FORMATS)}")
    found = FORMATS[name]
    return found if decimals is None else replace(found, decimals=decimals)


def fitting_format(name: str, decimals: int | None, values: Iterable[float]) -> Format:
    """The wording of that name for these values: quarter points keep both of their decimals.

    Policy rates move by them, and 5.25 beside a title that says so is not 5.2.
    """
    found = value_format(name, decimals)
    quarters = [4 * value for value in values if math.isfinite(value)]
    exact = all(math.isclose(q, round(q), abs_tol=1e-9) for q in quarters)
    if decimals is None and found.decimals == 1 and exact and any(round(q) % 2 for q in quarters):
        return replace(found, decimals=2)
    return found


def decimals_of(step: float) -> int:
    """How many decimals ticks need that are a step apart."""
    for decimals in range(6):
        if math.isclose(step, round(step, decimals), rel_tol=1e-9):
            return decimals
    return 6
