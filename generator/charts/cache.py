"""A folder of drawn things, each under the hash of all it depends on, and sealed by its own."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Callable
from pathlib import Path

from generator.charts import frame, glyphs, paths, pixels, svg, typeface
from generator.kept import keep, read_kept

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


def digest(*parts: str) -> str:
    """One name for all of these, of 32 hexadecimal figures."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@functools.cache
def versions() -> tuple[str, ...]:
    """Everything beside the spec that a picture depends on."""
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    code = [Path(str(module.__file__)) for module in (svg, glyphs, paths, pixels, typeface, frame)]
    files = [*sorted(typeface.FOLDER.iterdir()), *code]
    return (*libraries, *(hashlib.sha256(file.read_bytes()).hexdigest() for file in files))


@functools.cache
def drawing_code() -> tuple[str, ...]:
    """Everything beside its plan and its style that the spec of a ready-made chart depends on."""
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in ("pandas", "numpy")]
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    hashes = (hashlib.sha256(file.read_bytes()).hexdigest() for file in code)
    return (*versions(), *libraries, *hashes)
