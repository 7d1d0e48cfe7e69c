"""The content security policy of each page: what it allows, and what it does not."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from generator.policy import NAME, policy, with_policy

PAGE = """<!doctype html><html><head>
<meta charset="utf-8"><title>t</title>
<script>var a = "ä";</script>
<script src="own.js"></script>
<script type="application/json">{"not": "run"}</script>
</head><body><script type="module">run()</script><script>var a = "ä";</script></body></html>"""


def hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def rules(html: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy(html).split(";"))}


def test_each_inline_script_that_runs_is_allowed_by_its_hash_once() -> None:
    assert rules(PAGE)["script-src"] == ["'self'", hash_of('var a = "ä";'), hash_of("run()")]


def test_nothing_is_evaluated_and_nothing_comes_from_another_host() -> None:
    found = rules(PAGE)
    assert found["default-src"] == ["'self'"]
    assert found["style-src"] == ["'self'", "'unsafe-inline'"]
    assert found["img-src"] == ["'self'", "data:"]
    assert "unsafe-eval" not in policy(PAGE)
    assert "unsafe-inline" not in " ".join(found["script-src"])


def test_the_policy_stands_before_everything_that_loads() -> None:
    html = with_policy(PAGE)
    assert f'<meta charset="utf-8"><meta http-equiv="{NAME}" content="' in html
    assert re.search(r'content="([^"]*)"', html)[1] == policy(PAGE)  # type: ignore[index]
    assert html.replace(re.search(r"<meta http-equiv[^>]*>", html)[0], "") == PAGE  # type: ignore[index]


def test_a_page_without_a_head_is_refused() -> None:
    with pytest.raises(ValueError, match="no <head>"):
        with_policy("<p>words</p>")
