"""What was rendered of a thesis becomes what the rest of a build asks of it."""

from __future__ import annotations

from functools import partial

from generator.corrections import corrections
from generator.finished import Finished
from generator.gallery import examples, lacking
from generator.head import thesis_heads
from generator.model import Chart, Rendered
from generator.outcomes import fetched_specs
from generator.pages import front, said
from generator.rendering_steps import Setting
from generator.showing import Showing


def completed(item: Rendered, showing: Showing, setting: Setting) -> Finished:
    """A thesis as the pages of all theses and the edition need it."""
    thesis, identity = item.thesis, setting.identity
    figures = home_figures(item, showing)
    example = partial(showing.bare, base=f"../theses/{thesis.slug}/")  # the gallery: a folder deep
    shown = [spec for spec in thesis.data if spec.name in item.tables]
    days = {name: table.as_of for name, table in item.tables.items()}
    return Finished(
        slug=thesis.slug,
        title=thesis.title,
        sentence=thesis.sentence,
        summary=thesis.summary,
        section=thesis.section,
        against=thesis.against,
        cadence=thesis.cadence,
        page_names=thesis.pages,
        front=front(item, figures[0], figures[1:]),
        pages=item.pages,
        assets=item.assets,
        heads=thesis_heads(item, identity, today=setting.today),
        examples=examples(item, example),
        lacking=lacking(item),
        terms=item.terms,
        corrections=corrections(thesis, item.claims, setting.earlier),
        days={name: day.isoformat() for name, day in days.items() if day},
        fetched=tuple(spec.key for spec in fetched_specs(shown)),
        warnings=item.warnings,
        said=said(item),
        record=item.record,
    )


def home_figures(item: Rendered, showing: Showing) -> list[str]:
    """A thesis's lead chart as the home page shows it, and its small ones; "" for one it lacks."""
    thesis, base = item.thesis, f"theses/{item.thesis.slug}/"

    def lead(chart: Chart | None) -> str:
        return showing.bare(chart, base) if chart else ""

    small = [item.charts[name] for name in thesis.home_charts if name in item.charts]
    return [
        lead(item.charts.get(thesis.lead_chart)),
        *(showing.small(chart, base) for chart in small),
    ]
