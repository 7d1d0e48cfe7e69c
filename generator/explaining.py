"""What Python and Jinja say of a mistake, in the words of who made it, with a way out (pure)."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import generator
from generator.errors import did_you_mean

_OPENS = ("if", "for", "macro", "call", "filter", "block", "set", "raw", "with")
_TAG = re.compile(r"\{%[-+]?\s*(\w+)(.*?)[-+]?%\}", re.DOTALL)


def of_python(error: BaseException) -> tuple[str, str]:
    """An error of thesis code, and what to do; "" where only the line can tell."""
    said = str(error)
    if isinstance(error, NameError) and error.name:
        if error.name in generator.__all__:
            return f"'{error.name}' is not imported.", f"Add: from generator import {error.name}"
        hint = "Define it, import it, or check its letters."
        near = did_you_mean(error.name, generator.__all__)
        return f"there is no '{error.name}'.", near if near.startswith("Did") else hint
    if _is_of_its_own_folder(error):
        hint = (
            "Ask for a fact or a table by its name, as a parameter; a helper that both files need"
            " stands in both."
        )
        return "facts.py and charts.py do not import one another.", hint
    if isinstance(error, ModuleNotFoundError):
        hint = "Check its letters, or install it where this command runs."
        return f"there is no module '{error.name}'.", hint
    found = re.search(r"cannot import name '(\w+)' from 'generator'", said)
    if isinstance(error, ImportError) and found:
        return f"'generator' has no '{found[1]}'.", did_you_mean(found[1], generator.__all__)
    if found := re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", said):
        known = getattr(generator, found[1], None) if found[1] in generator.__all__ else None
        if known is not None:
            hint = did_you_mean(found[2], inspect.signature(known).parameters)
            return f"{found[1]}() takes no '{found[2]}'.", hint
    if isinstance(error, ValueError) and (
        found := re.search(r"^(.*?\.) ((?:Did you|Write) .*)$", said)
    ):
        return found[1], found[2]
    return f"{type(error).__name__}: {said}", ""


def _is_of_its_own_folder(error: BaseException) -> bool:
    """Whether a file of a thesis wants to import another: each is read by itself."""
    if isinstance(error, ModuleNotFoundError):
        return error.name in ("facts", "charts")
    return isinstance(error, ImportError) and "attempted relative import" in str(error)


def of_template(said: str, source: str, line: int, filters: Iterable[str]) -> tuple[int, str, str]:
    """A complaint about a template's syntax: its line, the words, and what to do."""
    plain = said.rstrip(".")
    if plain.startswith("Unexpected end of template") and (opened := _left_open(source)):
        first, word = opened
        message = f"'{{% {word} ... %}}' is not closed."
        return first, message, f"Write {{% end{word} %}} where it ends."
    if found := re.match(r"No filter named '(\w+)'", plain):
        return line, f"there is no filter '{found[1]}'.", did_you_mean(found[1], filters)
    hint = "Check the braces and the {% ... %} around this line."
    return line, f"not a valid template: {plain}.", hint


def of_value(said: str) -> tuple[str, str] | None:
    """What a value of ours was asked for and does not have; None of any other complaint."""
    found = re.match(r"'(generator[\w.]*)\.(\w+) object' has no attribute '(\w+)'", said)
    if not found or found[1] not in sys.modules:
        return None
    kind = getattr(sys.modules[found[1]], found[2], None)
    parts = [name for name in getattr(kind, "__dataclass_fields__", ()) if name != "history"]
    return f"a {found[2].lower()} has no '{found[3]}'.", did_you_mean(found[3], parts)


def line_in(error: BaseException, path: Path) -> int:
    """The deepest line of `path` in the error's traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path and frame.lineno]
    return lines[-1] if lines else 1


def _left_open(source: str) -> tuple[int, str] | None:
    """The line and the word of the innermost block that nothing closes."""
    opened: list[tuple[int, str]] = []
    for tag in _TAG.finditer(source):
        word = tag.group(1)
        if word in _OPENS and not (word == "set" and "=" in tag.group(2)):
            opened.append((source.count("\n", 0, tag.start()) + 1, word))
        elif word.startswith("end") and opened:
            opened.pop()
    return opened[-1] if opened else None
