"""Pages without what their markup can do without; nothing that is seen or said changes (pure)."""

from __future__ import annotations

import functools
import json
import re

from jinja2.utils import htmlsafe_json_dumps

# What must stay as it is, and the tags between which the rest is text.
_KEPT = "|".join(
    ("<!--.*?-->", *(rf"<{n}\b.*?</{n}\s*>" for n in ("pre", "textarea", "script", "style")))
)
_TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
# All up to the next line break of the text, and that line break with the spaces around it.
_STAYS = rf"(?:{_KEPT}|{_TAG}|[^<\s]+|[^\S\n]+(?![^\S\n]*\n))++"
_PIECE = re.compile(rf"{_STAYS}|([ \t\r]*\n\s*)", re.DOTALL)
# Space beside these is not seen: they stand below each other, in a row of a table, or nowhere.
_BLOCK = (
    "p|div|section|article|main|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|meta"
)
_BETWEEN_BLOCKS = re.compile(rf"(</?(?:{_BLOCK})(?:\s[^<>]*)?>)\n(?=</?(?:{_BLOCK})[\s>])")
_NAMESPACE = re.compile(r'(?<=[^,]<svg) xmlns="http://www\.w3\.org/2000/svg"')  # not in data:
_LINKED = re.compile(r'(<script type="application/ld\+json">)(.*?)(?=</script>)', re.DOTALL)
_CODE = re.compile(r'<div class="highlight">.*?</div>', re.DOTALL)
# Names and spaces of code have the color of code itself; so have, here, functions, numbers, signs
# and brackets, which are more than half of all elements of a page that shows code.
_PLAIN = re.compile(r'<span(?: class="(?:n|nb|nf|mi|mf|o|ow|p|sa|w)")?>([^<]*)</span>')
_PAIR = re.compile(r'(<span class="(\w+)">[^<]*)</span><span class="\2">')


def slim(html: str) -> str:
    """The page with one line break where text had several or spaces around them, none between
    blocks, and plain code."""
    html = _NAMESPACE.sub("", _LINKED.sub(_slim_data, html))
    broken = _PIECE.sub(lambda piece: "\n" if piece[1] else piece[0], html)
    return _CODE.sub(lambda code: _slim_code(code[0]), _BETWEEN_BLOCKS.sub(r"\1", broken))


def _slim_data(data: re.Match[str]) -> str:
    """Linked data without spaces between its parts, and no text that could end the element."""
    packed = functools.partial(json.dumps, separators=(",", ":"), ensure_ascii=False)
    return data[1] + str(htmlsafe_json_dumps(json.loads(data[2]), dumps=packed))


def _slim_code(code: str) -> str:
    """Highlighted code in fewer elements, each as it looked."""
    code, before = _PLAIN.sub(r"\1", code), ""
    while code != before:
        code, before = _PAIR.sub(r"\1", code), code
    return code
