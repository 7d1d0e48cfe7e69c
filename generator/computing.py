"""What the data and the code of a thesis come to, before a word of it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from generator.binding import Given, place
from generator.charts.card import Words
from generator.claims import held_back, judge_claims, with_history
from generator.contradictions import findings as contradictions
from generator.contradictions import of_the_source
from generator.corrections import misdated
from generator.errors import Finding, ThesisError
from generator.facts import compute_facts
from generator.falsifiers import judge_falsifiers
from generator.figures import claims_table, compute_charts, falsifiers_table
from generator.head import card_words
from generator.metadata import credit
from generator.model import FAILED, Chart, Fact, Missing, Picture, Table, Thesis
from generator.origins import table_origins
from generator.pages import inert_table
from generator.references import published_figures
from generator.rendering_steps import Setting, Steps, attempted, thesis_file
from generator.track_record import TrackRecord, track_record, track_table
from generator.verdicts import JudgedClaim, JudgedFalsifier

CANNOT_DRAW = "Look at the values it plots and at the options it gives the chart."


@dataclass(frozen=True)
class Computed:
    """Everything of a thesis that its pages are written from, and what is wrong with it.

    `tables` are as templates may print them; `card` is its social card, if one is drawn.
    """

    tables: Mapping[str, Table]
    facts: Mapping[str, Fact]
    falsifiers: Mapping[str, JudgedFalsifier]
    charts: Mapping[str, Chart]
    pictures: Mapping[str, Picture]
    missing: Mapping[str, Missing]
    no_facts: Mapping[str, Missing]
    track: TrackRecord
    origins: Callable[[], Mapping[str, Any]]
    findings: tuple[Finding, ...] = ()
    card: bytes = b""


def compute(thesis: Thesis, setting: Setting, steps: Steps) -> Computed:
    """A thesis from its data to its figures; mistakes in it are among the findings."""
    root, today = setting.root, setting.today
    tables, absent, mistakes = loaded(thesis, setting, steps)
    if not mistakes:
        _, mistakes = published_figures([(thesis.folder, thesis.data)], root=root)
    given = Given(tables, absent, today, published=thesis.published)
    facts, no_facts, findings = compute_facts(
        thesis.fact_functions, given, root=root, call=steps.call
    )
    findings += mistakes
    claims = judge_claims(thesis.claims, facts, no_facts, today=today)
    falsifiers = judge_falsifiers(thesis.falsifiers, facts, no_facts, today=today)
    file = thesis_file(thesis, root)
    track, mistakes = track_record(thesis, tables, absent, setting.earlier, path=file)
    findings += mistakes
    absent = {**absent, **({"track_record": track.lack} if track.lack else {})}
    origins = partial(table_origins, thesis, tables, setting.earlier)
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
    if setting.cards and setting.cache and not findings:
        steps.plan_card(*_on_card(thesis, charts, setting), cache=setting.cache)
    pictures, mistakes = draw_all(thesis, charts, setting, steps, draw=not findings)
    findings += mistakes
    wanted = setting.cards and not findings
    card, mistakes = _card(thesis, charts, setting, steps) if wanted else (b"", [])
    findings += mistakes
    return Computed(
        tables={name: inert_table(table) for name, table in tables.items()},
        facts=facts,
        falsifiers=falsifiers,
        charts=charts,
        pictures=pictures,
        missing={**absent, **no_facts, **no_charts},
        no_facts=no_facts,
        track=track,
        origins=cache(origins),
        findings=tuple(findings),
        card=card,
    )


def _on_card(
    thesis: Thesis, charts: Mapping[str, Chart], setting: Setting
) -> tuple[Words, Chart | None]:
    """What stands on the social card: its words, and the lead chart."""
    chart = charts.get(thesis.lead_chart)
    return card_words(thesis, chart, setting.identity, setting.today), chart


def _card(
    thesis: Thesis, charts: Mapping[str, Chart], setting: Setting, steps: Steps
) -> tuple[bytes, list[Finding]]:
    """The social card; where the lead chart cannot be drawn so small, without it."""
    words, chart = _on_card(thesis, charts, setting)
    made = attempted(partial(steps.card, words, chart, cache=setting.cache))
    if isinstance(made, bytes):
        return made, []
    if chart is None:  # no fault of a thesis
        raise made
    path, line = place(thesis.chart_functions[thesis.lead_chart], setting.root)
    said = f"{type(made).__name__}: {made}".partition("\n")[0].rstrip(".")
    message = f"{thesis.lead_chart}() cannot be drawn on the social card: {said}."
    finding = Finding(path, line, message, CANNOT_DRAW, warning=True)
    return steps.card(words, None, cache=setting.cache), [finding]


def judged(
    thesis: Thesis, computed: Computed, setting: Setting
) -> tuple[dict[str, JudgedClaim], list[Finding]]:
    """The claims with their past and what they contradict, and what a person should know."""
    claims = judge_claims(thesis.claims, computed.facts, computed.no_facts, today=setting.today)
    path = (thesis.folder / "claims.yml").relative_to(setting.root).as_posix()
    known = with_history(claims, setting.earlier, thesis.slug)
    against = of_the_source(thesis.claims)
    known = {
        name: replace(claim, contradictions=against.get(name, ())) for name, claim in known.items()
    }
    findings = held_back(known.values(), hold_flipped=thesis.hold_flipped, path=path)
    findings += misdated(thesis, today=setting.today, path=path)
    return known, [*findings, *contradictions(thesis.claims, path)]


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
