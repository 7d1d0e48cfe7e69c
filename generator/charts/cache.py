"""A folder of drawn things, each under the hash of all it depends on, and sealed by its own."""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Callable
from pathlib import Path

from generator.charts import frame, glyphs, paths, pixels, svg, typeface
from generator.kept import digest_of, keep, read_kept

LIBRARIES = ("altair", "vl-convert-python", "deflate", "pillow")


def drawn_once(cache: Path | None, name: str, make: Callable[[], bytes]) -> bytes:
    """The entry of that name, or what `make` gives, which is kept; None keeps nothing.

    An entry that is not as it was written counts as missing.
    """
    path = cache / name if cache else None
    known = read_kept(path) if path else None
    if known is not None:
        return known
    content = make()
    if path:
        keep(path, content)
    return content


@functools.cache
def versions() -> tuple[str, ...]:
    """Everything beside the spec that a picture depends on."""
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    code = [module.__file__ for module in (svg, glyphs, paths, pixels, typeface, frame)]
    return (*libraries, digest_of(*sorted(typeface.FOLDER.iterdir()), *code))


@functools.cache
def drawing_code() -> tuple[str, ...]:
    """Everything beside its plan and its style that the spec of a ready-made chart depends on."""
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in ("pandas", "numpy")]
    return (*versions(), *libraries, digest_of(*sorted(Path(__file__).parents[1].rglob("*.py"))))
