"""Bytes made worse, each time in the same way for the same source of chance (pure)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (
    "0", "-1", "1e999", "-1e999", "NaN", "nan", "Infinity", "-inf", ".inf", ".nan", "9" * 40,
    "9" * 5000, "1e-320", "0x7f", "1_000", "٣", "−5", "1.2.3", "--5", "1e", "2147483648", "00012",
)  # fmt: skip
DAYS = (
    "0000-00-00", "9999-12-31", "0001-01-01", "1600-01-01", "2300-01-01", "2026-02-30",
    "2026-13-01", "20260101", "2026-W01-1", "2026-01-01T00:00:00Z", "2026-01-01 25:00", "01/02/26",
)  # fmt: skip
PATHS = (
    "../../x", "/etc/passwd", "..", ".", "~", "~/x", "..\\x", "C:\\x", "a/../../b", "x\0y", "",
    "con", "a" * 300, "file:///etc/passwd", "//x/y", "%2e%2e%2f", ".git/config", "\u202e", "a\nb",
)  # fmt: skip
YAML = (
    "!!python/object/apply:os.system ['id']", "!!python/name:os.system", "!ENV HOME", "&a [*a]",
    "*a", "{<<: *a}", "!!binary x", "!!timestamp x", "!!int x", "!!set {a, b}", "!!omap [a: 1]",
    "? [a]", "[" * 60, "{" * 60, "- " * 60, "|", ">", "'", '"', "%YAML 9", "---", "...", "\t",
    "@", "`", "null", "~", "true", "yes", "[]", "{}", "[[]]", "{a: {b: c}}", "- x", "2026-02-30",
    '"\\ud800"', '"\\0"', "'{{ x }}'", "{{ x }}", "1:30", "0o17", "<<: [1]", "<<: {a: 1}", "=",
    "about 60", "over", "over -", "nearly 1e999", "stop", "[2, 1]", "[.nan, 1]", "[-.inf, .inf]",
    "5 sessions", "99999 days", "below", "below nan", "at or above 1e999",
)  # fmt: skip
JINJA = (
    "{{", "}}", "{%", "%}", "{#", "#}", "{{ x }}", "{{ facts.x.y }}", "{{ facts }}", "{{ claims }}",
    "{{ 1/0 }}", "{{ [] | first }}", "{{ ''.__class__ }}", "{% include '../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}", "{% include thesis.folder %}", "{% import 'x' as y %}",
    "{% extends 'article.md.j2' %}", "{% include 'article.md.j2' %}", "{% for a in thesis %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ show(1) }}", "{{ show() }}",
    "{{ 'x' | day }}", "{{ 1 | cell }}", "{{ none | sentence }}", "{{ today | reading }}",
    "{{ tables.x }}", "{{ range(10**12) | list }}", "{{ 'x' * 10**12 }}", "{{ '%d' | format }}",
    "{% if %}", "{% endif %}", "{% set x = x %}", "{{ x.y.z }}", "{{ thesis.pages.x }}", "{{ -}}",
    "{# allow #}", "{# allow x: #}", "---\na: b\n---\n", "---\n", "```", "[x](../../../x)",
    "![](x)",
    "--8<-- \"../x\"", "<script>", "[^x]", "[^x]: y", "| a |\n|---|", "# ", "####### x", "&#0;",
    "{{ loop }}", "{{ self }}", "{% call x() %}{% endcall %}", "{% raw %}", "{% do x %}",
)  # fmt: skip
TEXTS = (
    "\0", "\ufeff", "\u2028", "\x85", "\x0c", "\r", "\r\n", "\n\n", '"', "'", ",", ";", ",,,,",
    "\\",
    "<html>", "<b>", "=cmd()", "é", "\U0001f600", "\u200b", "x" * 3000, "-99.99", "-999", ".", ":",
)  # fmt: skip
BYTES = (b"\xff\xfe", b"\xc3", b"\x80", b"\xed\xa0\x80", b"\x00", b"\x1f\x8b", b"PK\x03\x04")
WORDS = {"yaml": YAML, "template": JINJA, "table": (), "plain": ()}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_VALUE = re.compile(r"(?<=: )[^\n#]+")
_KEY = re.compile(r"[A-Za-z_]+(?=:)")
_WORD = re.compile(r"\w+")


def worse(content: bytes, kind: str, chance: Random) -> bytes:
    """A text with one to four mistakes in it; `kind` is one of WORDS."""
    text = content.decode()
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        text = chance.choice(EDITS)(text, kind, chance)[:300_000]
    changed = text.encode("utf-8", "surrogatepass")
    return worse_bytes(changed, chance) if chance.random() < 0.1 else changed


def worse_bytes(content: bytes, chance: Random) -> bytes:
    """Bytes turned over, taken out, put in, cut off."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0 if place < len(data):
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                del data[place : place + chance.randint(1, 30)]
            case 2:
                data[place:place] = chance.choice(BYTES)
            case _:
                data = data[: max(place, 1)] if chance.random() < 0.3 else data
    return bytes(data)


def worse_json(content: bytes, chance: Random) -> bytes:
    """A JSON answer with some of its values replaced, or taken out, or no JSON any more."""
    if chance.random() < 0.15:
        return worse_bytes(content, chance)
    value = json.loads(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        value = _replaced(value, chance)
    text = json.dumps(value)
    if chance.random() < 0.2:
        text = _number(text, "plain", chance)
    return text.encode("utf-8", "surrogatepass")


def worse_zip(content: bytes, name: str, chance: Random) -> bytes:
    """An archive whose table is worse, or that is no archive any more, or one too large."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        what = chance.randrange(12)
        if what == 0:
            archive.writestr(name, b"0" * 70_000_000)
        elif what == 1:
            archive.writestr("../../x", content)
            archive.writestr("/etc/x", content)
        elif what != 2:
            archive.writestr(name, worse(content, "table", chance).replace(b"\n", b"\r\n"))
    return worse_bytes(made.getvalue(), chance) if chance.random() < 0.3 else made.getvalue()


def _spot(pattern: re.Pattern[str], text: str, chance: Random) -> tuple[int, int]:
    """A place of the text that looks like the pattern, or any."""
    found = [match.span() for match in pattern.finditer(text)]
    if found:
        return chance.choice(found)
    place = chance.randrange(len(text) + 1)
    return place, place


def _swap(pattern: re.Pattern[str], known: Sequence[str]) -> Callable[[str, str, Random], str]:
    def edit(text: str, kind: str, chance: Random) -> str:
        begin, end = _spot(pattern, text, chance)
        return text[:begin] + chance.choice(known or TEXTS) + text[end:]

    return edit


_number = _swap(_NUMBER, NUMBERS)


def _value(text: str, kind: str, chance: Random) -> str:
    return _swap(_VALUE, (*WORDS[kind], *PATHS, *NUMBERS, *DAYS, *TEXTS))(text, kind, chance)


def _own_word(text: str, kind: str, chance: Random) -> str:
    begin, end = _spot(_WORD, text, chance)
    return text[:begin] + chance.choice((*WORDS[kind], *TEXTS)) + text[end:]


def _insert(text: str, kind: str, chance: Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice((*WORDS[kind], *TEXTS)) + text[place:]


def _line(text: str, kind: str, chance: Random) -> str:
    """A line more, less, twice, elsewhere, or at another depth."""
    lines = text.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case 3:
            lines[at] = " " * chance.randint(1, 9) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case _:
            lines.insert(at, chance.choice((*WORDS[kind], *TEXTS)))
    return "\n".join(lines)


def _chunk(text: str, kind: str, chance: Random) -> str:
    """A part taken out, repeated or put elsewhere."""
    begin = chance.randrange(len(text) + 1)
    end = min(begin + chance.choice((1, 5, 40, 400)), len(text))
    match chance.randrange(4):
        case 0:
            return text[:begin] + text[end:]
        case 1:
            return text[:end] + text[begin:end] * chance.choice((1, 3, 100)) + text[end:]
        case 2:
            return text[begin:] + text[:begin]
        case _:
            return text[:begin] if chance.random() < 0.3 else text[end:] + text[begin:end]


def _replaced(value: Any, chance: Random, depth: int = 0) -> Any:
    """A JSON value with one part of it, at any depth, replaced."""
    if (depth > 2 and chance.random() < 0.25) or not isinstance(value, dict | list) or not value:
        return chance.choice(_JSON)(value)
    changed = dict(value) if isinstance(value, dict) else list(value)
    key = chance.choice(sorted(changed) if isinstance(changed, dict) else range(len(changed)))
    if chance.random() < 0.1:
        del changed[key]
    else:
        changed[key] = _replaced(changed[key], chance, depth + 1)
    return changed


def _nested(value: Any) -> Any:
    for _ in range(400):
        value = [value]
    return value


_JSON: tuple[Callable[[Any], Any], ...] = (
    lambda _: None,
    lambda _: [],
    lambda _: {},
    lambda _: float("nan"),
    lambda _: float("inf"),
    lambda _: -1,
    lambda _: 0,
    lambda _: 10**400,
    lambda _: 10**15,
    lambda _: "",
    lambda _: "x\0\ud800<b>",
    lambda _: "1e999",
    lambda _: True,
    lambda value: [value],
    lambda value: {"raw": value},
    lambda value: value * 3 if isinstance(value, list | str) else value,
    lambda value: value[::-1] if isinstance(value, list | str) else value,
    lambda value: value[:-1] if isinstance(value, list | str) else value,
    lambda value: value * 100 if isinstance(value, int | float) else value,
    _nested,
)

EDITS: tuple[Callable[[str, str, Random], str], ...] = (
    _number,
    _swap(_DAY, DAYS),
    _swap(_KEY, (*PATHS, *NUMBERS, "data", "pages", "was", "x")),
    _value,
    _value,
    _own_word,
    _insert,
    _line,
    _line,
    _chunk,
)
