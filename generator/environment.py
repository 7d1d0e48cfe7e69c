"""Jinja as the templates of theses, and of the pages that they share, have it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
import pandas as pd
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from generator import __version__
from generator.dates import in_words
from generator.errors import NotStored
from generator.ledger import history_picture, history_words
from generator.marks import change, correction_words, inert, signed
from generator.model import ForeignText
from generator.readings import Reading, latest


def make_environment(folders: Sequence[Path]) -> Environment:
    """Jinja as templates here get it: a name that does not exist is an error, never a blank.

    It is one for the same folders, so that a template is translated once and again when it changes.
    """
    return _environment(*map(str, folders))


@cache
def _environment(*folders: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        bytecode_cache=_translated(Path(folders[-1]).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown goes out; what a source wrote is made inert by `finalize`
        finalize=lambda value: inert(value) if isinstance(value, ForeignText) else value,
    )
    environment.filters["day"] = in_words
    environment.filters["cell"] = inert
    environment.filters["signed"] = signed
    environment.filters["reading"] = newest_reading
    environment.filters["sentence"] = as_sentence
    environment.filters["history"] = lambda claim: history_words(claim.judged)
    environment.filters["change"] = change
    environment.filters["correction"] = correction_words
    environment.filters["picture"] = lambda claim: history_picture(claim.judged)
    return environment


def _translated(root: Path) -> FileSystemBytecodeCache | None:
    """Where templates are kept as Python, which takes longer to make than to run."""
    folder = root / ".cache" / f"templates-{__version__}-{jinja2.__version__}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a folder that may only be read
        return None
    return FileSystemBytecodeCache(str(folder))


def newest_reading(fund: pd.DataFrame, field: str) -> Reading | None:
    """The newest usable value of a field of a fund, with its day; None where there is none."""
    try:
        return latest(fund, field)
    except NotStored:
        return None


def as_sentence(text: object) -> str:
    """The text with a capital first letter, to begin a sentence with."""
    plain = str(text)
    return plain[:1].upper() + plain[1:]
