"""Theses become pages and figures: what `build`, `check` and the preview have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from generator.articles import Writing, Written, filled, render_pages
from generator.authored import authored_text
from generator.changes_page import with_changes
from generator.computing import Computed, compute, judged
from generator.corrections import corrections_page
from generator.errors import Finding, ThesisError
from generator.finished import Finished
from generator.functions_page import functions_page
from generator.gallery import gallery_page
from generator.glossary import read_glossary
from generator.head import card_path
from generator.kept_values import NotKept
from generator.links import dead_links
from generator.lint import RULES
from generator.model import (
    FAILED,
    Asset,
    Page,
    Rendered,
    Thesis,
)
from generator.outcomes import rule_conflicts
from generator.outline import review_outline, unlisted_pages, unshown_claims, unused_tables
from generator.own_files import own_files
from generator.pages import home_page, outdated, page_values, with_notice
from generator.rendering_steps import AFRESH, Report, Setting, Steps, thesis_file
from generator.review import review_balance, review_printed, review_prose
from generator.showing import Showing
from generator.terms import glossary_page
from generator.track_record import as_record
from generator.track_words import track_words
from generator.verdict_history import verdict_history


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


def render_thesis(
    thesis: Thesis, setting: Setting, steps: Steps = AFRESH
) -> tuple[Rendered, Showing]:
    """One thesis from its data to its pages and figures."""
    known = steps.known(thesis, setting)
    if known is not None:
        try:
            return written(thesis, known, setting, steps)
        except NotKept:  # its words ask for more than was kept
            pass
    computed = compute(thesis, setting, steps)
    steps.learn(thesis, setting, computed)
    return written(thesis, computed, setting, steps)


def written(
    thesis: Thesis, computed: Computed, setting: Setting, steps: Steps
) -> tuple[Rendered, Showing]:
    """A thesis with its pages, from what was computed; raises ThesisError with all mistakes."""
    root, today, identity, address = setting.root, setting.today, setting.identity, setting.site_url
    tables, facts, charts, missing = (
        computed.tables,
        computed.facts,
        computed.charts,
        computed.missing,
    )
    claims, mistakes = judged(thesis, computed, setting)
    findings = [*computed.findings, *mistakes]
    past = verdict_history(claims, setting.earlier, thesis.slug, today=today)
    values = page_values(
        thesis, identity, tables, missing, claims, facts, today=today, site_url=address
    )
    reviewed = review_prose(thesis, facts, claims, identity, root=root, today=today)
    findings += reviewed.findings
    values |= {"falsifiers": computed.falsifiers, "allowances": reviewed.allowances, "rules": RULES}
    values |= {"track": computed.track, "track_words": track_words(computed.track)}
    values |= {"past": past, "withdrawn": setting.withdrawn}
    showing = Showing(thesis, identity, computed.pictures, today, address)
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
    card = [Asset(card_path(thesis.slug), computed.card)] if computed.card else []
    assets = (*showing.files(), *own, *card)
    rendered = Rendered(
        thesis,
        tables,
        facts,
        charts,
        computed.pictures,
        claims,
        computed.falsifiers,
        missing,
        tuple(pages),
        assets,
        warnings,
        as_record(computed.track),
        terms,
        computed.origins,
    )
    if setting.laid_out:  # a check: nobody reads what the build says beside the author
        return rendered, showing
    record, found = steps.compare(rendered, typed, setting)
    return with_changes(replace(rendered, record=record), found, root=root), showing


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
