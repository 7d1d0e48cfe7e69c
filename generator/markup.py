"""Pages without what their markup can do without; nothing that is seen or said changes (pure)."""

from __future__ import annotations

import re

# What must stay as it is, and the tags between which the rest is text.
_KEPT = "|".join(
    ("<!--.*?-->", *(rf"<{n}\b.*?</{n}\s*>" for n in ("pre", "textarea", "script", "style")))
)
_TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
# All up to the next line break of the text, and that line break with the spaces around it.
_STAYS = rf"(?:{_KEPT}|{_TAG}|[^<\s]+|[^\S\n]+(?![^\S\n]*\n))++"
_PIECE = re.compile(rf"{_STAYS}|([ \t\r]*\n\s*)", re.DOTALL)
_CODE = re.compile(r'<div class="highlight">.*?</div>', re.DOTALL)
# Names and spaces of code have the color of code itself; so have, here, its operators and brackets,
# which are half of all elements of a page that shows code.
_PLAIN = re.compile(r'<span class="(?:n|o|ow|p|sa|w)">([^<]*)</span>')
_PAIR = re.compile(r'(<span class="(\w+)">[^<]*)</span><span class="\2">')


def slim(html: str) -> str:
    """The page with one line break where text had several or spaces around them, and plain code."""
    broken = _PIECE.sub(lambda piece: "\n" if piece[1] else piece[0], html)
    return _CODE.sub(lambda code: _slim_code(code[0]), broken)


def _slim_code(code: str) -> str:
    """Highlighted code in fewer elements, each as it looked."""
    code, before = _PLAIN.sub(r"\1", code), ""
    while code != before:
        code, before = _PAIR.sub(r"\1", code), code
    return code
