"""The page that says what changed since the edition before, the same as JSON, and a line on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from generator.articles import render
from generator.changes_words import by_data, by_editors, counts, day, field, page_name, since
from generator.claims import MARKS
from generator.environment import make_environment
from generator.errors import ThesisError
from generator.model import Asset, Page, Rendered
from generator.pages import with_notice
from generator.parts import WHAT_CHANGED
from generator.prose import Part, shortened

PAGE = "changes"
TITLE = "What changed"
FIRST_NUMBERS = 15  # shown at once, the rest folded

Found = Mapping[str, Any]


def with_changes(item: Rendered, found: Found, *, root: Path) -> Rendered:
    """The thesis with the page and the file of what changed, and a line on it in its record.

    The article has that line too: where its template prints it, else below its heading.
    """
    slug = item.thesis.slug
    page = changes_page(item, found, root=root)
    content = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    told_by_author = any(WHAT_CHANGED in page.text for page in item.pages)
    line = "" if told_by_author else f'<p class="mtm-byline" markdown="1">{link(found)}</p>'
    pages = [
        replace(page, text=page.text.replace(WHAT_CHANGED, link(found))) for page in item.pages
    ]
    pages[0] = replace(pages[0], text=with_notice(pages[0].text, line))
    told = {"since": found["since"], "summary": found["summary"]}
    return replace(
        item,
        pages=(*pages, page),
        assets=(*item.assets, Asset(f"theses/{slug}/{PAGE}.json", f"{content}\n".encode())),
        record={**item.record, "changed": told},
    )


def title(found: Found) -> str:
    return f"{TITLE} since {since(found)}" if found["since"] else TITLE


def link(found: Found) -> str:
    """The line in an article that leads to its page of changes; Markdown."""
    return f"[{title(found)}]({PAGE}.md): {found['summary']}"


def changes_page(item: Rendered, found: Found, *, root: Path) -> Page:
    """The page of a thesis that says what changed."""
    shared = root / "templates" / "_shared"
    slug = item.thesis.slug
    context = {
        "changes": found,
        "title": title(found),
        "thesis": item.thesis,
        "since": since(found),
        "edition": day(found["edition"]),
        "earlier": f"../../../../{found['since']}/theses/{slug}/" if found["since"] else "",
        "counts": counts(found),
        "by_data": by_data(found),
        "by_editors": by_editors(found),
        "groups": number_groups(found["numbers"]["moved"]),
        "first_numbers": FIRST_NUMBERS,
        "claims": set(item.claims),
        "marks": MARKS,
        "diff": diff_html,
        "field": field,
        "page_name": page_name,
    }
    environment = make_environment([root / "templates"])
    text, findings = render(environment, shared / "changes.md.j2", context, root=root)
    if findings:
        raise ThesisError(findings)
    return Page(f"theses/{slug}/{PAGE}.md", text, TITLE)


def number_groups(moved: Sequence[Found]) -> list[tuple[str, list[Found]]]:
    """The numbers that print otherwise, by who or what moved them, in the order they are told."""
    order = {
        "author": "Computed otherwise by the editors",
        "revised data": "Moved because earlier values were revised",
        "new and revised data": "Moved with new data, earlier values revised too",
        "new data": "Moved with new data",
        "": "Moved for another reason",
    }
    groups: dict[str, list[Found]] = {key: [] for key in order}
    for number in moved:
        key = "author" if number["by"] == "author" else number["kind"]
        if number["shown"]:
            groups[key if key in order else ""].append(number)
    return [(words, groups[key]) for key, words in order.items() if groups[key]]


_NAMES = {"del": "deleted: ", "ins": "inserted: "}
_GAP = '<span class="mtm-gap" role="img" aria-label="unchanged words left out">[…]</span>'


def diff_html(parts: Sequence[Part]) -> str:
    """A compared text as HTML on one line; long runs that stayed are shortened.

    What went and what came is told by the elements, by a word for screen readers and, in print and
    on the screen, by a line through and a line below; never by color alone.
    """
    out: list[str] = []
    for op, run in groupby(shortened(parts), key=lambda part: part["op"]):
        inner = "".join(_part(part) for part in run)
        if op in _NAMES:
            space = " " if inner.startswith(" ") else ""
            unseen = f'<span class="mtm-unseen">{_NAMES[op]}</span>'
            inner = f"{space}<{op}>{unseen}{inner.strip()}</{op}>"
        out.append(inner)
    return "".join(out).strip()


def _part(part: Part) -> str:
    text = escape(part["text"].strip(), quote=False)
    space = " " if part["text"].startswith(" ") else ""
    if part["kind"] == "gap":
        return f"{space}{_GAP}"
    if part["kind"] == "words":
        return f"{space}{text}"
    return f'{space}<span class="mtm-typed mtm-typed-{part["kind"]}">{text}</span>'
