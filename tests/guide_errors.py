"""The page "Errors explained" of the guide, composed from tests/mistakes."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "guide" / "errors.md"
MISTAKES = sorted((ROOT / "tests" / "mistakes").glob("*.yml"))
DAYS = {
    "title: A recession need not be a losing year": "title: My thesis",
    "2026-11-26": "2026-01-31",
}
_COMMENT = re.compile(r" +# [a-z`].*")  # of the starter, which the guide shows elsewhere
INTRODUCTION = """\
---
title: Errors explained
description: Every kind of error that mtm check gives, and the line that mends it.
order: 5
---
# Errors explained

`mtm check` gives all errors at once, each as `path:line: message` with a way out on the next line.
Search this page for the words of a message. Below each, the line with `-` caused it and the line
with `+` mends it; the paths begin at the folder of the thesis. A *warning* stops nothing.

<div class="mtm-wrap" markdown="1">
"""
# Mistakes stand a level below what the table of contents shows: sixty lines of it, and on a page
# of this theme twice, would weigh as much as the page.
PARTS = {
    "YAML and tables": {
        "thesis.yml": "In thesis.yml",
        "claims.yml": "In claims.yml",
        "cited/cited.csv": "In a cited table",
    },
    "Python": {"facts.py": "In facts.py", "charts.py": "In charts.py"},
    "Words": {"article.md.j2": "In the article", "case-against.md.j2": "In a further page"},
}


def errors_page() -> str:
    """The page as it must be, from what the tests of the check hold."""
    by_file: dict[str, list[str]] = {}
    for path in MISTAKES:
        mistake = yaml.safe_load(path.read_text(encoding="utf-8"))
        by_file.setdefault(mistake["file"], []).append(explained(mistake))
    page = [INTRODUCTION]
    for part, files in PARTS.items():
        page.append(f"## {part}\n")
        for file, title in files.items():
            page += [f"### {title}\n", *by_file.pop(file)]
    assert not by_file, f"no part of the page is for {', '.join(by_file)}"
    return "\n".join([*page, "</div>\n"])


def explained(mistake: dict[str, Any]) -> str:
    """A mistake under its heading: what the check says, and the lines before and after."""
    said = "\n".join(mistake["says"])
    return f"#### {mistake['heading']}\n\n```diff\n{said}\n\n{mended(mistake)}\n```\n"


def mended(mistake: dict[str, Any]) -> str:
    """The lines as they were written, with a minus, and as they are right, with a plus."""
    right = (ROOT / "templates" / "_starter" / mistake["file"]).read_text(encoding="utf-8")
    for theirs, ours in DAYS.items():  # as `mtm new` writes them
        right = right.replace(theirs, ours)
    assert mistake["find"] in right, f"{mistake['file']} of the starter has changed"
    wrong = right.replace(mistake["find"], mistake["write"], 1)
    right = right.replace(mistake["find"], mistake.get("mended", mistake["find"]), 1)
    lines = difflib.unified_diff(wrong.splitlines(), right.splitlines(), n=0, lineterm="")
    kept = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(_COMMENT.sub("", line).rstrip() for line in kept)


def write_page(path: Path = PAGE) -> None:
    path.write_text(errors_page(), encoding="utf-8")
