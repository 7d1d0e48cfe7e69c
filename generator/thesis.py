"""Read and check a thesis folder: what it asks for, what it claims, what it computes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import keyword
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from generator.data_entries import AnyEntry, Freshness, Written, data_specs
from generator.documents import Document, read_document, read_text, validate
from generator.errors import Finding, ThesisError, did_you_mean
from generator.model import DataSpec, Thesis
from generator.places import SLUG, stray_links
from generator.records import read_claims
from generator.renames import misnamed_charts, misnamed_theses
from generator.thesis_code import load_functions
from generator.thresholds import FalsifierEntry, read_falsifiers
from generator.verdicts import Claim
from generator.yardstick import YardstickEntry, read_yardstick

RESERVED = (
    "today",
    "published",
    "claims",
    "falsifiers",
    "track_record",
)  # what a function may ask for beside the tables

CHANGES = "changes"  # the page that every build makes beside the author's
Sentence = Annotated[str, Field(min_length=1)]


class ThesisFile(Written):
    """thesis.yml"""

    title: Sentence = Field(description="the title of the article")
    sentence: Sentence = Field(description="the thesis in one sentence")
    summary: Sentence = Field(description="one or two sentences for lists and search results")
    published: dt.date = Field(description="the day of first publication, YYYY-MM-DD")
    section: str = Field(
        "", description="the part of the menu it stands in, e.g. Worked examples; none: by itself"
    )
    lead_chart: str = Field("", description="the chart shown on the home page")
    home_charts: list[str] = Field(
        default_factory=list, description="further charts, small, on the home page"
    )
    pages: list[str] = Field(min_length=1, description="templates in menu order, article first")
    cadence: Literal["daily", "weekly", "monthly"] = Field(
        "weekly", description="how often an edition is due where nothing but numbers moved"
    )
    freshness: Freshness = Field(
        default_factory=lambda: Freshness.model_validate({}),
        description="how old its daily prices may be",
    )
    data: dict[str, AnyEntry] = Field(default_factory=dict, description="the tables it uses")

    flipped_headline: Literal["publish", "hold"] = Field(
        "publish", description="a headline that flipped: printed with its 'otherwise', or held"
    )
    against: str = Field("", description="the page, named under pages, with the case against")
    allow: dict[str, Sentence] = Field(
        default_factory=dict, description="rules of the prose lint that do not hold here, and why"
    )
    falsifiers: dict[str, FalsifierEntry] = Field(
        default_factory=dict, description="what would count against the thesis"
    )
    yardstick: YardstickEntry | None = Field(
        None, description="what the thesis is measured by after each edition"
    )
    was: list[str] = Field(
        default_factory=list, description="names its folder had in earlier editions"
    )
    renamed_charts: dict[str, Sentence] = Field(
        default_factory=dict, description="charts that earlier editions call otherwise, old: new"
    )

    @field_validator("pages")
    @classmethod
    def _once(cls, pages: list[str]) -> list[str]:
        twice = sorted({page for page in pages if pages.count(page) > 1})
        if twice:
            raise ValueError(f"'{twice[0]}' stands here twice\nRemove one of the two lines.")
        if joined := [page for page in pages if " - " in page]:
            raise ValueError(f"'{joined[0]}' is two items\nBegin each '- ' in the same column.")
        if CHANGES in pages:
            raise ValueError(f"every build makes a page '{CHANGES}' itself\nRename the template.")
        return pages

    @field_validator("was")
    @classmethod
    def _folders(cls, was: list[str]) -> list[str]:
        for name in was:
            if not SLUG.fullmatch(name):
                hint = "Write it as it was: small letters, digits and single hyphens."
                raise ValueError(f"'{name}' was never the name of a thesis\n{hint}")
        return was

    @field_validator("data")
    @classmethod
    def _names(cls, data: dict[str, AnyEntry]) -> dict[str, AnyEntry]:
        for name in data:
            if not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED:
                raise ValueError(
                    f"'{name}' cannot be the name of a table\n"
                    "Use letters, digits and underscores, no word of Python, and neither 'today'"
                    " nor 'claims', which every function may ask for."
                )
        return data


def read_theses(
    root: Path, *, only: str | None = None, known: Collection[str] = ()
) -> tuple[list[Thesis], list[Finding]]:
    """Every thesis under templates/ but those that are `known`, and every mistake in them.

    Those without a section come first, then section by section; within each in order of their
    folders' names.
    Raises ThesisError when there is no thesis named `only`.
    """
    folders = thesis_folders(root)
    if only is not None and only not in [folder.name for folder in folders]:
        hint = did_you_mean(only, [folder.name for folder in folders])
        raise ThesisError([Finding("templates", 1, f"there is no thesis '{only}'.", hint)])
    theses: list[Thesis] = []
    findings: list[Finding] = []
    for folder in folders:
        if only in (None, folder.name) and folder.name not in known:
            thesis, found = read_thesis(folder, root=root)
            findings += found
            theses += [thesis] if thesis else []
    theses.sort(key=lambda thesis: (thesis.section, thesis.slug))  # "" before every section
    return theses, findings + misnamed_theses(theses, [folder.name for folder in folders], root)


def thesis_folders(root: Path) -> list[Path]:
    """The folders under templates/ that hold a thesis, in order of their names."""
    return [
        folder
        for folder in sorted((root / "templates").iterdir())
        if folder.is_dir() and not folder.name.startswith(("_", "."))
    ]


def read_data_specs(root: Path) -> list[tuple[Path, tuple[DataSpec, ...]]]:
    """What each thesis folder asks for, from its thesis.yml alone.

    A mistake in its words, claims or code is none for its data. Raises ThesisError with every
    mistake in any thesis.yml.
    """
    found: list[tuple[Path, tuple[DataSpec, ...]]] = []
    findings: list[Finding] = []
    for folder in thesis_folders(root):
        path = folder / "thesis.yml"
        shown = path.relative_to(root).as_posix()
        if not path.exists():
            continue  # `check` and `build` say so
        text, unreadable = read_text(path, shown)
        document, mistakes = read_document(text, shown)
        findings += unreadable + mistakes
        if unreadable or mistakes:
            continue
        written, mistakes = validate(ThesisFile, document)
        specs, misfits = _specs(written, document)
        findings += mistakes + misfits
        found.append((folder, specs))
    if findings:
        raise ThesisError(findings)
    return found


def read_thesis(folder: Path, *, root: Path) -> tuple[Thesis | None, list[Finding]]:
    """One thesis folder and everything that is wrong with it; no thesis without a thesis.yml."""
    path = folder / "thesis.yml"
    shown = path.relative_to(root).as_posix()
    if not path.exists():
        hint = "Add a thesis.yml, or rename the folder to begin with '_' if it is no thesis."
        return None, [Finding(shown, 1, "the file is missing.", hint)]
    if strays := stray_links(folder, root=root):
        return None, strays
    text, findings = read_text(path, shown)
    findings += _unfit_name(folder, shown)
    document, mistakes = read_document(text, shown)
    findings += mistakes
    written, mistakes = (None, []) if findings else validate(ThesisFile, document)
    findings += mistakes
    specs, mistakes = _specs(written, document)
    findings += mistakes
    claims, mistakes = read_claims(folder, root=root)
    findings += mistakes
    facts, broken_facts = load_functions(folder / "facts.py", root=root)
    findings += broken_facts
    charts, broken_charts = load_functions(folder / "charts.py", root=root)
    findings += broken_charts
    if written is None or claims is None or broken_facts or broken_charts:
        return None, findings  # what else would be found only follows from these
    findings += _missing_templates(folder, written, document)
    findings += _unknown_lead(written, charts, document)
    findings += _unknown_page(written, document)
    findings += _names_taken(written, facts, charts, document)
    findings += _unknown_facts(claims, facts, shown.replace("thesis.yml", "claims.yml"))
    falsifiers, mistakes = read_falsifiers(written.falsifiers, facts, document)
    findings += mistakes
    yardstick, mistakes = read_yardstick(written.yardstick, specs, document)
    findings += mistakes
    thesis = _thesis(folder, written, specs, claims, facts, charts)
    findings += misnamed_charts(thesis, document)
    lines = {str(place[0]): line for place, line in document.lines.items() if len(place) == 1}
    thesis = dataclasses.replace(thesis, falsifiers=falsifiers, yardstick=yardstick, lines=lines)
    return thesis, findings


def _thesis(
    folder: Path,
    written: ThesisFile,
    specs: tuple[DataSpec, ...],
    claims: Sequence[Claim],
    facts: Mapping[str, Callable[..., Any]],
    charts: Mapping[str, Callable[..., Any]],
) -> Thesis:
    return Thesis(
        slug=folder.name,
        folder=folder,
        title=written.title,
        sentence=written.sentence,
        summary=written.summary,
        published=written.published,
        section=written.section,
        pages=tuple(page for page in written.pages if page in _templates(folder)),
        lead_chart=written.lead_chart,
        home_charts=tuple(written.home_charts),
        data=specs,
        claims=tuple(claims),
        cadence=written.cadence,
        hold_flipped=written.flipped_headline == "hold",
        against=written.against,
        allowed=written.allow,
        was=tuple(written.was),
        renamed_charts=written.renamed_charts,
        fact_functions=facts,
        chart_functions=charts,
    )


def _specs(
    written: ThesisFile | None, document: Document
) -> tuple[tuple[DataSpec, ...], list[Finding]]:
    return data_specs(written.data, written.freshness, document) if written else ((), [])


def _unknown_page(written: ThesisFile, document: Document) -> list[Finding]:
    if not written.against or written.against in written.pages[1:]:
        return []
    message = f"'{written.against}' is no further page of this thesis."
    hint = did_you_mean(written.against, written.pages[1:])
    return [Finding(document.path, document.line(("against",)), message, hint)]


def _unfit_name(folder: Path, shown: str) -> list[Finding]:
    """A folder's name is a part of the address of its pages."""
    if SLUG.fullmatch(folder.name):
        return []
    message = f"the folder's name, '{folder.name}', is no good web address."
    return [Finding(shown, 1, message, "Use small letters, digits and single hyphens: my-thesis.")]


def _templates(folder: Path) -> set[str]:
    return {path.name.removesuffix(".md.j2") for path in folder.glob("*.md.j2")}


def _missing_templates(folder: Path, written: ThesisFile, document: Document) -> list[Finding]:
    present = _templates(folder)
    return [
        Finding(
            document.path,
            document.line(("pages", index)),
            f"there is no template '{page}.md.j2' in this folder.",
            did_you_mean(page, present),
        )
        for index, page in enumerate(written.pages)
        if page not in present
    ]


def _names_taken(
    written: ThesisFile, facts: Mapping[str, Any], charts: Mapping[str, Any], document: Document
) -> list[Finding]:
    """Tables, facts and charts are known by name alone, so no two may share one."""
    return [
        Finding(
            document.path,
            document.line(("data", name)),
            f"'{name}' is the name of a table and of a function in {file}.",
            "Give one of the two another name.",
        )
        for name in written.data
        for file, functions in (("facts.py", facts), ("charts.py", charts))
        if name in functions
    ]


def _unknown_lead(
    written: ThesisFile, charts: Mapping[str, Any], document: Document
) -> list[Finding]:
    named: list[tuple[tuple[str | int, ...], str]] = []
    if written.lead_chart:
        named.append((("lead_chart",), written.lead_chart))
    named += [(("home_charts", i), name) for i, name in enumerate(written.home_charts)]
    return [
        Finding(
            document.path,
            document.line(place),
            f"{place[0]} names '{name}', which is no chart of charts.py.",
            did_you_mean(name, charts),
        )
        for place, name in named
        if name not in charts
    ]


def _unknown_facts(claims: Sequence[Claim], facts: Mapping[str, Any], path: str) -> list[Finding]:
    return [
        Finding(
            path,
            claim.line_of(place),
            f"the claim '{claim.id}' rests on '{name}', which is no fact of facts.py.",
            did_you_mean(name, facts),
        )
        for claim in claims
        for place, name in (
            (("fact",), claim.fact),
            *((("also", name), name) for name, _, _ in claim.also),
        )
        if name is not None and name not in facts
    ]
