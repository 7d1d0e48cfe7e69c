"""Theses become pages and figures: what `build`, `check` and the preview have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from generator import __version__, binding
from generator.articles import Writing, Written, filled, render_pages
from generator.authored import authored_text
from generator.binding import Called, Given, place
from generator.changes import changes
from generator.changes_page import Found, with_changes
from generator.charts.draw import draw_chart, lay_out
from generator.claims import held_back, judge_claims, with_history
from generator.contradictions import findings as contradictions
from generator.contradictions import of_the_source
from generator.corrections import corrections_page, misdated
from generator.errors import Finding, ThesisError
from generator.facts import compute_facts
from generator.falsifiers import judge_falsifiers
from generator.figures import claims_table, compute_charts, falsifiers_table
from generator.finished import Finished
from generator.functions_page import functions_page
from generator.gallery import gallery_page
from generator.glossary import read_glossary
from generator.links import dead_links
from generator.lint import RULES
from generator.metadata import credit
from generator.model import (
    FAILED,
    Chart,
    Edition,
    Identity,
    Missing,
    Page,
    Picture,
    Rendered,
    Table,
    Thesis,
    Withdrawal,
)
from generator.outcomes import rule_conflicts
from generator.outline import review_outline, unlisted_pages, unshown_claims, unused_tables
from generator.own_files import own_files
from generator.pages import home_page, outdated, page_values, with_notice
from generator.record import thesis_record
from generator.references import published_figures
from generator.review import review_balance, review_printed, review_prose
from generator.showing import Showing
from generator.store import load_tables
from generator.terms import glossary_page
from generator.track_record import as_record, track_record, track_table
from generator.track_words import track_words
from generator.verdict_history import verdict_history
from generator.verdicts import JudgedClaim

CANNOT_DRAW = "Look at the values it plots and at the options it gives the chart."

Report = Callable[[str], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Setting:
    """What is the same for every thesis of a build; without a `cache` no picture is drawn."""

    root: Path
    identity: Identity
    today: dt.date
    cache: Path | None = None
    site_url: str = ""
    earlier: Sequence[Edition] = ()  # those before `today`, in the names of today
    withdrawn: Sequence[Withdrawal] = ()
    laid_out: Path | None = None  # of a check, instead of `cache`: what was laid out before


def attempted(make: Callable[[], Result]) -> Result | Exception:
    """What `make` gives, or what a chart raised in it, which is its author's to mend."""
    try:
        return make()
    except OSError:  # of the cache's disk, not of the chart
        raise
    except Exception as error:
        return error


class Steps:
    """The costly steps of a rendering, done afresh; the preview remembers what they came to."""

    def load(
        self, thesis: Thesis, *, root: Path, today: dt.date
    ) -> tuple[dict[str, Table], dict[str, Missing]]:
        """The tables of a thesis, and those that are missing."""
        return load_tables(thesis.data, root=root, thesis_folder=thesis.folder, today=today)

    def call(self, name: str, function: Callable[..., Any], given: Given, *, root: Path) -> Called:
        """A function of a thesis, called."""
        return binding.call(name, function, given, root=root)

    def draw(self, chart: Chart, *, cache: Path, credit: Sequence[str]) -> Picture:
        """A chart's files."""
        return draw_chart(chart, cache=cache, credit=credit)

    def draw_all(
        self, charts: Sequence[tuple[Chart, Sequence[str]]], *, cache: Path
    ) -> Iterator[Picture | Exception]:
        """The files of charts with their credits, in order; what a chart raises in its place."""
        for chart, lines in charts:
            yield attempted(partial(self.draw, chart, cache=cache, credit=lines))

    def lay_out(self, chart: Chart, *, cache: Path | None) -> None:
        """A chart as it would be drawn, which shows the mistakes in it."""
        lay_out(chart, cache=cache)

    def figure(self, showing: Showing, chart: Chart, page: str, number: int) -> str:
        """A chart's figure for a page."""
        return showing.figure(chart, page, number)

    def page(
        self, name: str, make: Callable[[], Written], showing: Showing, depends: object
    ) -> Written:
        """A page of the thesis, by its name; `depends` is what else it uses of this rendering."""
        return make()

    def compare(
        self, item: Rendered, typed: Mapping[str, Sequence[str]], setting: Setting
    ) -> tuple[Mapping[str, Any], Found]:
        """The thesis's record, and what changed since the edition before this one."""
        day, past = setting.today.isoformat(), setting.earlier
        slug, record = item.thesis.slug, thesis_record(item, typed, past)
        this = {"edition": day, "generator": {"version": __version__}, "theses": {slug: record}}
        return record, changes(past[-1].record if past else None, this, slug)


AFRESH = Steps()


def render_all(
    theses: Sequence[Thesis],
    findings: Sequence[Finding],
    setting: Setting,
    report: Report,
    steps: Steps = AFRESH,
) -> tuple[list[Rendered], dict[str, Showing]]:
    """Every thesis, and its figures by its slug; raises ThesisError with the mistakes of all."""
    rendered: list[Rendered] = []
    drawn: dict[str, Showing] = {}
    asked = [(thesis_file(thesis, setting.root), spec) for thesis in theses for spec in thesis.data]
    mistakes = [*findings, *rule_conflicts(asked)]
    for thesis in theses:
        report(f"{thesis.slug}: facts, claims, charts, words")
        try:
            item, drawn[thesis.slug] = render_thesis(thesis, setting, steps)
            rendered.append(item)
        except ThesisError as error:
            mistakes += error.findings
    if mistakes:
        raise ThesisError(mistakes)
    return rendered, drawn


def thesis_file(thesis: Thesis, root: Path) -> str:
    return (thesis.folder / "thesis.yml").relative_to(root).as_posix()


def render_thesis(
    thesis: Thesis, setting: Setting, steps: Steps = AFRESH
) -> tuple[Rendered, Showing]:
    """One thesis from its data to its pages and figures."""
    root, today, identity, address = setting.root, setting.today, setting.identity, setting.site_url
    tables, absent, mistakes = loaded(thesis, setting, steps)
    if not mistakes:
        _, mistakes = published_figures([(thesis.folder, thesis.data)], root=root)
    given = Given(tables, absent, today, published=thesis.published)
    facts, no_facts, findings = compute_facts(
        thesis.fact_functions, given, root=root, call=steps.call
    )
    findings += mistakes
    claims = judge_claims(thesis.claims, facts, no_facts, today=today)
    claims, mistakes = remembered(thesis, claims, setting)
    findings += mistakes
    falsifiers = judge_falsifiers(thesis.falsifiers, facts, no_facts, today=today)
    file = thesis_file(thesis, root)
    track, mistakes = track_record(thesis, tables, absent, setting.earlier, path=file)
    findings += mistakes
    absent = {**absent, **({"track_record": track.lack} if track.lack else {})}
    tables = {
        **tables,
        **({} if track.lack else {"track_record": track_table(track)}),
        "claims": claims_table(claims.values()),
        "falsifiers": falsifiers_table(falsifiers.values(), facts),
    }
    given = Given(tables, {**absent, **no_facts}, today, facts, thesis.published)
    charts, no_charts, mistakes = compute_charts(
        thesis.chart_functions, given, root=root, call=steps.call
    )
    findings += mistakes
    pictures, mistakes = draw_all(thesis, charts, setting, steps, draw=not findings)
    findings += mistakes
    missing = {**absent, **no_facts, **no_charts}
    past = verdict_history(claims, setting.earlier, thesis.slug, today=today)
    values = page_values(
        thesis, identity, tables, missing, claims, facts, today=today, site_url=address
    )
    reviewed = review_prose(thesis, facts, claims, identity, root=root, today=today)
    findings += reviewed.findings
    values |= {"falsifiers": falsifiers, "allowances": reviewed.allowances, "rules": RULES}
    values |= {"track": track, "track_words": track_words(track)}
    values |= {"past": past, "withdrawn": setting.withdrawn}
    showing = Showing(thesis, identity, pictures, today, address)
    shared = root / "templates" / "_shared"
    terms, mistakes = read_glossary(shared, thesis.folder, root=root)
    findings += mistakes
    show = partial(steps.figure, showing)
    functions = {"facts": thesis.fact_functions, "charts": thesis.chart_functions}
    writing = Writing(facts, charts, claims, missing, show, values, terms, functions)
    typed = authored_text(thesis, root=root)
    thesis, mistakes = filled(thesis, writing, root=root)
    findings += mistakes
    depends = thesis.sentence, thesis.summary, reviewed.allowances

    def once(name: str, make: Callable[[], Written]) -> Written:
        return steps.page(name, make, showing, depends)

    pages, printed, mistakes = render_pages(thesis, writing, root=root, once=once)
    findings += mistakes + review_outline(thesis, root=root) + unlisted_pages(thesis, root=root)
    findings += dead_links(
        thesis,
        pages,
        root=root,
        broken=[name for name, lack in missing.items() if lack.reason == FAILED],
        unwritten={found.path for found in mistakes},
    )
    if not mistakes:
        findings += unshown_claims(thesis, printed, root=root)
        findings += unused_tables(thesis, root=root)
        findings += review_balance(thesis, printed, root=root)
        findings += review_printed(thesis, printed, root=root)
    own, mistakes = own_files(thesis, root=root)
    findings += mistakes
    warnings = tuple(finding for finding in findings if finding.warning)
    if len(warnings) < len(findings):
        raise ThesisError(findings)
    notice = outdated(tables.values())
    pages = [replace(page, text=with_notice(page.text, notice)) for page in pages]
    assets = (*showing.files(), *own)
    rendered = Rendered(
        thesis,
        tables,
        facts,
        charts,
        claims,
        falsifiers,
        missing,
        tuple(pages),
        assets,
        warnings,
        as_record(track),
        terms,
    )
    if setting.laid_out:  # a check: nobody reads what the build says beside the author
        return rendered, showing
    record, found = steps.compare(rendered, typed, setting)
    return with_changes(replace(rendered, record=record), found, root=root), showing


def loaded(
    thesis: Thesis, setting: Setting, steps: Steps
) -> tuple[dict[str, Table], dict[str, Missing], list[Finding]]:
    """The tables of a thesis, those that are missing, and the mistakes in those it brings itself.

    A table with mistakes counts as missing, so that what does not rest on it is looked at as well.
    """
    root, today = setting.root, setting.today
    try:
        return *steps.load(thesis, root=root, today=today), []
    except ThesisError as error:
        tables: dict[str, Table] = {}
        absent: dict[str, Missing] = {}
        for spec in thesis.data:
            try:
                one = steps.load(replace(thesis, data=(spec,)), root=root, today=today)
            except ThesisError:
                one = {}, {spec.name: Missing(spec.name, FAILED, "mend the table")}
            tables |= one[0]
            absent |= one[1]
        return tables, absent, error.findings


def remembered(
    thesis: Thesis, claims: Mapping[str, JudgedClaim], setting: Setting
) -> tuple[dict[str, JudgedClaim], list[Finding]]:
    """The claims with their past and what they contradict, and what a person should know."""
    path = (thesis.folder / "claims.yml").relative_to(setting.root).as_posix()
    known = with_history(claims, setting.earlier, thesis.slug)
    against = of_the_source(thesis.claims)
    known = {
        name: replace(claim, contradictions=against.get(name, ())) for name, claim in known.items()
    }
    findings = held_back(known.values(), hold_flipped=thesis.hold_flipped, path=path)
    findings += misdated(thesis, today=setting.today, path=path)
    return known, [*findings, *contradictions(thesis.claims, path)]


def draw_all(
    thesis: Thesis, charts: Mapping[str, Chart], setting: Setting, steps: Steps, *, draw: bool
) -> tuple[dict[str, Picture], list[Finding]]:
    """Every chart drawn, or only laid out; and the mistakes that this shows."""
    cache = setting.cache if draw else None
    pictures: dict[str, Picture] = {}
    findings: list[Finding] = []
    if cache:
        asked = [(chart, credit(chart, thesis, setting.identity)) for chart in charts.values()]
        made: Iterator[Picture | Exception | None] = steps.draw_all(asked, cache=cache)
    else:
        made = (
            attempted(partial(steps.lay_out, chart, cache=setting.laid_out))
            for chart in charts.values()
        )
    for name, one in zip(charts, made, strict=True):
        if isinstance(one, Exception):
            path, line = place(thesis.chart_functions[name], setting.root)
            said = f"{type(one).__name__}: {one}".partition("\n")[0].rstrip(".")
            findings.append(Finding(path, line, f"{name}() cannot be drawn: {said}.", CANNOT_DRAW))
        elif one:
            pictures[name] = one
    return pictures, findings


def common_pages(theses: Sequence[Finished], setting: Setting) -> list[Page]:
    """The pages of all theses: home, gallery, functions, corrections, glossary."""
    root, identity = setting.root, setting.identity
    return [
        home_page(theses, identity, today=setting.today, root=root),
        gallery_page(theses, identity, root=root),
        functions_page(root=root),
        corrections_page(theses, setting.withdrawn, identity, root=root),
        *glossary_page(theses, root=root),
    ]
