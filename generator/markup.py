"""Pages without what their markup can do without; nothing that is seen or said changes (pure)."""

from __future__ import annotations

import re

# What must stay as it is, and the tags between which the rest is text.
_KEPT = r"<!--.*?-->|<(?P<name>pre|textarea|script|style)\b.*?</(?P=name)\s*>"
_TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
_PIECE = re.compile(rf"(?P<kept>{_KEPT})|(?P<tag>{_TAG})|(?P<text>[^<]+|<)", re.DOTALL)
_BREAK = re.compile(r"[ \t\r]*\n\s*")
_CODE = re.compile(r'<div class="highlight">.*?</div>', re.DOTALL)
# Names and spaces of code have the color of code itself; so have, here, its operators and brackets,
# which are half of all elements of a page that shows code.
_PLAIN = re.compile(r'<span class="(?:n|o|ow|p|sa|w)">([^<]*)</span>')
_PAIR = re.compile(r'(<span class="(\w+)">[^<]*)</span><span class="\2">')


def slim(html: str) -> str:
    """The page with one line break where text had several or spaces around them, and plain code."""
    broken = "".join(_slim_piece(piece) for piece in _PIECE.finditer(html))
    return _CODE.sub(lambda code: _slim_code(code[0]), broken)


def _slim_piece(piece: re.Match[str]) -> str:
    text = piece["text"]
    return piece[0] if text is None else _BREAK.sub("\n", text)


def _slim_code(code: str) -> str:
    """Highlighted code in fewer elements, each as it looked."""
    code, before = _PLAIN.sub(r"\1", code), ""
    while code != before:
        code, before = _PAIR.sub(r"\1", code), code
    return code
