"""What an author typed, kept so that editions can be compared: words by paragraph, code by a mark.

A paragraph is a block of a template between blank lines, a row of a table or an item of a list, its
white space evened out and comments dropped. Expressions stay as they were typed: what they print is
the data's.
"""

from __future__ import annotations

import builtins
import functools
import hashlib
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from generator.documents import read_text
from generator.model import Thesis

ENDING = ".md.j2"
ABOUT = "thesis.yml"  # where the title, the sentence and the summary stand
MARK = 12  # hexadecimal digits of a mark

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_STARTS = re.compile(r"\s*(?:[-*+] |\d+[.)] |\||#+ )")  # a block of its own, without a blank line
_ENDS = re.compile(r"\s*(?:\||#+ )")
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}


def authored_text(thesis: Thesis, *, root: Path) -> dict[str, list[str]]:
    """The words of a thesis as typed, by file; those of thesis.yml before they are filled in."""
    about = [thesis.title, thesis.sentence, thesis.summary]
    text = {ABOUT: [" ".join(words.split()) for words in about]}
    for name in thesis.pages:
        path = thesis.folder / f"{name}{ENDING}"
        source, _ = read_text(path, path.relative_to(root).as_posix())
        text[path.name] = blocks(source)
    return text


def blocks(source: str) -> list[str]:
    """The paragraphs of a template."""
    found: list[list[str]] = [[]]
    for line in _COMMENT.sub("", source).splitlines():
        if not line.strip():
            found.append([])
            continue
        if _STARTS.match(line) or (found[-1] and _ENDS.match(found[-1][-1])):
            found.append([])
        found[-1].append(line)
    return [" ".join(" ".join(lines).split()) for lines in found if lines]


def code_mark(function: Callable[..., Any]) -> str:
    """A mark of the code of a thesis function and of all it uses from its own file.

    Comments, docstrings and line breaks do not count: only what may change its result.
    """
    parts = sorted(set(_code(inspect.unwrap(function), set())))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:MARK]


def _code(function: Any, seen: set[int]) -> Iterator[str]:
    if id(function) in seen:
        return
    seen.add(id(function))
    yield _source(function)
    if not isinstance(function, FunctionType):
        return
    for name in sorted(_names(function.__code__)):
        used = function.__globals__.get(name)
        own = getattr(used, "__module__", None) == function.__module__
        if isinstance(used, FunctionType | type) and own:
            yield from _code(used, seen)
        elif used is not None and not hasattr(builtins, name) and _is_plain(used):
            yield f"{name}={_plain(used)}"


@functools.lru_cache(maxsize=2048)
def _source(function: Any) -> str:
    return _tokens(textwrap.dedent(inspect.getsource(function)))


def _names(code: CodeType) -> set[str]:
    """The names a function looks up, those of the functions inside it too."""
    inner = [_names(part) for part in code.co_consts if isinstance(part, CodeType)]
    return set(code.co_names).union(*inner)


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_plain(part) for part in value)
    return isinstance(value, str | int | float)


def _plain(value: Any) -> str:
    return repr(sorted(value, key=repr) if isinstance(value, set | frozenset) else value)


def _tokens(source: str) -> str:
    """The code without comments, docstrings and the way its lines are broken."""
    kept: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _LAYOUT:
            continue
        if token.type == tokenize.NEWLINE and _is_docstring(kept):
            kept.pop()
            continue
        words = {tokenize.INDENT: "{", tokenize.DEDENT: "}", tokenize.NEWLINE: ";"}
        kept.append((token.type, words.get(token.type, token.string)))
    return " ".join(string for _, string in kept)


def _is_docstring(kept: Sequence[tuple[int, str]]) -> bool:
    """Whether the line that ends here is a string and nothing else."""
    starts = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    return len(kept) > 1 and kept[-1][0] == tokenize.STRING and kept[-2][0] in starts
