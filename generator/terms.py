"""The page of every term that a page explains, with its explanation (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.articles import render
from generator.environment import make_environment
from generator.errors import ThesisError
from generator.finished import Finished
from generator.glossary import anchor
from generator.layout import GLOSSARY, GLOSSARY_TITLE
from generator.model import Page


@dataclass(frozen=True)
class Meaning:
    """What a term means, and the pages that say so."""

    words: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Term:
    """A term as the glossary prints it: two theses may mean different things by it."""

    name: str
    anchor: str
    meanings: tuple[Meaning, ...]


def glossary_page(theses: Sequence[Finished], *, root: Path) -> list[Page]:
    """The page of the terms that stand on some page; none where no term does."""
    terms = glossary_terms(theses)
    if not terms:
        return []
    shared = root / "templates" / "_shared"
    environment = make_environment([root / "templates"])
    context = {"title": GLOSSARY_TITLE, "terms": terms}
    text, findings = render(environment, shared / "glossary.md.j2", context, root=root)
    if findings:
        raise ThesisError(findings)
    return [Page(GLOSSARY, text, GLOSSARY_TITLE)]


def glossary_terms(theses: Iterable[Finished]) -> list[Term]:
    """The terms marked on the pages, by the alphabet, each with every explanation it is given."""
    names: dict[str, str] = {}
    found: dict[str, dict[str, list[Page]]] = {}  # anchor -> explanation -> pages
    for name, words, page in _uses(theses):
        names.setdefault(anchor(name), name)
        found.setdefault(anchor(name), {}).setdefault(words, []).append(page)
    terms = [
        Term(names[at], at, tuple(Meaning(words, tuple(pages)) for words, pages in by.items()))
        for at, by in found.items()
    ]
    return sorted(terms, key=lambda term: (term.name.casefold(), term.name))


def _uses(theses: Iterable[Finished]) -> Iterator[tuple[str, str, Page]]:
    """Each term, what it means there, and a page that marks it."""
    for item in theses:
        for page in item.pages:
            for name, words in item.terms.items():
                if f'#{anchor(name)}"><abbr ' in page.text:
                    yield name, words, page
