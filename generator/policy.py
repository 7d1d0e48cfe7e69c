"""The content security policy of a page: its own files, and the inline scripts it came with (pure).

Free hosts send no headers, so the policy stands in the page; the same text can be sent as a header.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

NAME = "Content-Security-Policy"

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
_SOURCE = re.compile(r"\ssrc\s*=")
_TYPE = re.compile(r"\stype\s*=\s*[\"']?([^\"'\s>]+)")
_EXECUTED = ("text/javascript", "application/javascript", "module")
_START = re.compile(r"<head>\s*(?:<meta charset=[^>]*>)?", re.IGNORECASE)


def policy(html: str) -> str:
    """What a browser may load and run for this page: nothing of another host, nothing evaluated.

    Its inline scripts are allowed by their hashes. Styles may stand in the page, because the
    theme and the renderer of live charts set them on elements.
    """
    hashes = "".join(f" 'sha256-{value}'" for value in dict.fromkeys(map(_hash, _inline(html))))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self'{hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def with_policy(html: str) -> str:
    """The page with its policy before everything that could load something.

    Raises ValueError for a page without a head.
    """
    start = _START.search(html)
    if not start:
        raise ValueError("the page has no <head> to put its policy in.")
    tag = f'<meta http-equiv="{NAME}" content="{escape(policy(html), quote=False)}">'
    return f"{html[: start.end()]}{tag}{html[start.end() :]}"


def _inline(html: str) -> list[str]:
    """The scripts that stand in the page and run; data such as JSON is none."""
    found = []
    for script in _SCRIPT.finditer(html):
        kind = _TYPE.search(script["attributes"])
        runs = not kind or kind[1].lower() in _EXECUTED
        if runs and not _SOURCE.search(script["attributes"]):
            found.append(script["text"])
    return found


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
