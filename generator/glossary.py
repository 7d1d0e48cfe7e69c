"""Terms of the field, explained where each first stands on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from generator.documents import read_document, read_text
from generator.errors import Finding

FILE = "glossary.yml"
MARK = "mtm-explained"

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FENCE = re.compile(r"\s*(?:```|~~~)")
# No prose: headings, tables, blocks of HTML, definitions of notes and links.
_SKIPPED = re.compile(r"\s*(?:#|\||<|\[[^\]]+\]:)")
# What no term is looked for in: code, links, tags and their text, attributes.
_PROTECTED = re.compile(r"(`[^`]*`|!?\[[^\]]*\]\([^)]*\)|<a\b.*?</a>|<[^>]*>|\{[^}]*\})")


def read_glossary(*folders: Path, root: Path) -> tuple[dict[str, str], list[Finding]]:
    """The terms of each folder's glossary.yml, where there is one; a later one goes before."""
    terms: dict[str, str] = {}
    findings: list[Finding] = []
    for path in (folder / FILE for folder in folders):
        if not path.is_file():
            continue
        shown = path.relative_to(root).as_posix()
        text, found = read_text(path, shown)
        document, mistakes = read_document(text, shown)
        findings += found or mistakes
        values = document.values if isinstance(document.values, dict) else {}
        for term, words in values.items():
            if isinstance(term, str) and isinstance(words, str) and words.strip():
                terms[term] = " ".join(words.split())
            else:
                hint = "Write each term as: term: what it means, in a sentence."
                line = document.line((term,))
                findings.append(Finding(shown, line, f"'{term}' has no explanation.", hint))
    return terms, findings


def anchor(term: str) -> str:
    """The id of a term on the page of all terms."""
    return "term-" + re.sub(r"\W+", "-", term.lower()).strip("-")


def explained(text: str, terms: Mapping[str, str], page: str) -> str:
    """The page's Markdown with the first place of each term marked up with its explanation.

    The mark is a link to the term on `page`, the address of the page of all terms from here: a
    finger reaches the explanation there where no script runs.
    """
    if not terms:
        return text
    front = _FRONT.match(text)
    start = front.end() if front else 0
    left, pattern = dict(terms), _pattern(terms)
    lines, fenced = [], False
    for line in text[start:].splitlines(keepends=True):
        fence = bool(_FENCE.match(line))
        fenced ^= fence
        prose = not (fenced or fence or _SKIPPED.match(line))
        lines.append(_marked(line, pattern, left, page) if prose and left else line)
    return text[:start] + "".join(lines)


def _marked(line: str, pattern: re.Pattern[str], left: dict[str, str], page: str) -> str:
    """The line with terms marked; each that was found is taken from those left."""

    def mark(found: re.Match[str]) -> str:
        term = next((term for term in left if term.lower() == found[1].lower()), None)
        if term is None:
            return found[0]
        words = escape(left.pop(term), quote=True)
        marked = f'<abbr title="{words}">{found[0]}</abbr>'
        return f'<a class="{MARK}" href="{page}#{anchor(term)}">{marked}</a>'

    parts = _PROTECTED.split(line)
    parts[::2] = [pattern.sub(mark, part) for part in parts[::2]]  # the others are protected
    return "".join(parts)


def _pattern(terms: Mapping[str, str]) -> re.Pattern[str]:
    """The longest term first; its plural counts, and so do capitals."""
    options = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({options})s?(?![\w-])", re.IGNORECASE)
