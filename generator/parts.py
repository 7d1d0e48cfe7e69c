"""Parts of a page that are known only when all of it is written (pure).

A template prints the marks below; they are filled in once the pages of the thesis are there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

READING_TIME = "\x02reading time\x03"
RELATED = "\x02related pages\x03"
WHAT_CHANGED = "\x02what changed\x03"
WORDS_A_MINUTE = 238  # silent reading of English non-fiction (Brysbaert 2019, J. Mem. Lang. 109)

_NOT_READ = re.compile(r"\A---\n.*?\n---\n|<figure.*?</figure>|<[^>]*>|\{[^}]*\}", re.DOTALL)


@dataclass(frozen=True)
class Leaf:
    """A page as another one refers to it: its file, its title, what it is about."""

    file: str
    title: str
    description: str


def reading_time(text: str) -> str:
    """How long a page takes to read, figures and notes aside, in whole minutes."""
    words = len(_NOT_READ.sub(" ", text).split())
    minutes = max(1, math.ceil(words / WORDS_A_MINUTE))
    return f"{minutes} minute{'s' if minutes > 1 else ''} to read"


def related(pages: Sequence[Leaf]) -> str:
    """The other pages of the thesis as a list in Markdown."""
    return "\n".join(
        f"- [{page.title}]({page.file})" + (f": {page.description}" if page.description else "")
        for page in pages
    )


def completed(text: str, body: str, others: Sequence[Leaf]) -> str:
    """The page with its marks filled in; `body` is what counts as its words."""
    if READING_TIME in text:
        text = text.replace(READING_TIME, reading_time(body))
    return text.replace(RELATED, related(others))
