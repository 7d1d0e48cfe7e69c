"""The whole build on one page: from thesis folders and stored data to a dated edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import __version__
from generator.articles import Writing, render_pages
from generator.binding import Given
from generator.charts.draw import draw_chart, vega_bundle
from generator.charts.figure import figure_html
from generator.claims import judge_claims
from generator.editions import check_new_edition, merge_editions
from generator.errors import Finding, ThesisError
from generator.facts import compute_facts
from generator.figures import claims_table, compute_charts, source_line
from generator.model import Asset, Chart, Identity, Picture, Rendered, Thesis
from generator.pages import home_page, menu, page_values
from generator.publish import lay_edition, read_editions
from generator.record import edition_theses, series_dates
from generator.revision import git_revision
from generator.site import navigation, read_identity, run_mkdocs, write_pages
from generator.store import load_tables
from generator.thesis import read_theses

Report = Callable[[str], None]
Figure = Callable[[Chart, str], str]  # a chart, and the way from the page to its thesis's address


@dataclass(frozen=True)
class Built:
    """What a build came to."""

    edition: str
    folder: Path
    theses: tuple[Rendered, ...]


def build(
    root: Path,
    *,
    today: dt.date,
    stamp: dt.datetime,
    out: Path,
    earlier: Path | None = None,
    only: str | None = None,
    site_url: str = "",
    report: Report = lambda _: None,
) -> Built:
    """Render every thesis as of `today` and lay the edition of that day into `out`.

    Raises ThesisError with all mistakes at once, SiteError when MkDocs finds a dead link, and
    EditionChanged when a newer edition exists; in each case `out` is untouched.
    """
    identity = read_identity(root)
    theses, findings = read_theses(root, only=only)
    editions = merge_editions(read_editions(earlier) if earlier else [], read_editions(out))
    check_new_edition(today.isoformat(), [edition.name for edition in editions])

    cache = root / ".cache" / "charts"
    rendered = render_all(theses, findings, identity, root, today, cache, site_url, report)
    home = home_page(rendered, identity, lead_figure(cache), today=today, root=root)
    assets = [asset for item in rendered for asset in item.assets]
    assets.append(Asset("theses/assets/vega.js", vega_bundle(cache)))
    report("pages are written")
    write_pages([home, *(page for item in rendered for page in item.pages)], assets, root / "docs")

    report("MkDocs builds the site")
    edition = {"name": today.isoformat(), "data_as_of": series_dates(rendered)}
    html = run_mkdocs_twice(root, rendered, edition, int(stamp.timestamp()), site_url)
    folder = lay_edition(
        html=html[0],
        latest_html=html[1],
        out=out,
        name=today.isoformat(),
        built=stamp.isoformat(),
        data_as_of=series_dates(rendered),
        generator={"version": __version__, "revision": git_revision(root)},
        theses=edition_theses(rendered),
        epoch=int(stamp.timestamp()),
        site_name=identity.site_name,
        site_url=site_url,
        earlier=editions,
    )
    return Built(today.isoformat(), folder, tuple(rendered))


def render_all(
    theses: Sequence[Thesis],
    findings: Sequence[Finding],
    identity: Identity,
    root: Path,
    today: dt.date,
    cache: Path | None,
    site_url: str,
    report: Report,
) -> list[Rendered]:
    """Every thesis rendered; raises ThesisError with `findings` and the mistakes of all of them."""
    rendered: list[Rendered] = []
    mistakes = list(findings)
    for thesis in theses:
        report(f"{thesis.slug}: facts, claims, charts, words")
        try:
            rendered.append(render_thesis(thesis, identity, root, today, cache, site_url))
        except ThesisError as error:
            mistakes += error.findings
    if mistakes:
        raise ThesisError(mistakes)
    return rendered


def render_thesis(
    thesis: Thesis,
    identity: Identity,
    root: Path,
    today: dt.date,
    cache: Path | None,
    site_url: str,
) -> Rendered:
    """One thesis from its data to its pages; without a `cache` no picture is drawn."""
    tables, absent = load_tables(thesis.data, root=root, thesis_folder=thesis.folder, today=today)
    given = Given(tables, absent, today)
    facts, no_facts, findings = compute_facts(thesis.fact_functions, given, root=root)
    claims = judge_claims(thesis.claims, facts, no_facts, today=today)
    tables = {**tables, "claims": claims_table(claims.values())}
    given = Given(tables, {**absent, **no_facts}, today, facts)
    charts, no_charts, mistakes = compute_charts(thesis.chart_functions, given, root=root)
    findings += mistakes
    pictures = {} if cache is None or findings else draw_all(charts, cache)
    missing = {**absent, **no_facts, **no_charts}
    values = page_values(thesis, identity, tables, missing, claims, today=today, site_url=site_url)
    writing = Writing(facts, charts, claims, missing, show_figures(pictures), values)
    pages, mistakes = render_pages(thesis, writing, root=root)
    findings += mistakes
    if findings:
        raise ThesisError(findings)
    assets = picture_files(thesis, pictures.values())
    return Rendered(thesis, tables, facts, charts, claims, missing, tuple(pages), assets)


def check_theses(root: Path, *, today: dt.date, only: str | None = None) -> list[str]:
    """The names of the theses, all found without mistakes; raises ThesisError otherwise."""
    identity = read_identity(root)
    theses, findings = read_theses(root, only=only)
    render_all(theses, findings, identity, root, today, None, "", lambda _: None)
    return [thesis.slug for thesis in theses]


def draw_all(charts: Mapping[str, Chart], cache: Path) -> dict[str, Picture]:
    """Every chart drawn, or fetched from the cache when nothing in it has changed."""
    return {name: draw_chart(chart, cache=cache) for name, chart in charts.items()}


def show_figures(pictures: Mapping[str, Picture]) -> Figure:
    """How a page shows a chart: `up` leads from the page's address to that of its thesis."""

    def show(chart: Chart, up: str) -> str:
        if chart.id not in pictures:
            return ""
        return figure_html(
            pictures[chart.id],
            base=f"{up}charts/",
            vega=f"{up}../assets/vega.js",
            source_line=source_line(chart),
            downloads=True,
        )

    return show


def lead_figure(cache: Path) -> Callable[[Rendered], str]:
    """How the home page shows a thesis's lead chart; nothing when the edition lacks it."""

    def show(item: Rendered) -> str:
        chart = item.charts.get(item.thesis.lead_chart)
        if chart is None:
            return ""
        return figure_html(
            draw_chart(chart, cache=cache),
            base=f"theses/{item.thesis.slug}/charts/",
            vega="theses/assets/vega.js",
            source_line=source_line(chart),
            downloads=False,
        )

    return show


def picture_files(thesis: Thesis, pictures: Iterable[Picture]) -> tuple[Asset, ...]:
    """What is published beside the pages: pictures, live specs and the plotted values."""
    return tuple(
        Asset(f"theses/{thesis.slug}/charts/{name}", content)
        for picture in pictures
        for name, content in picture.files.items()
    )


def run_mkdocs_twice(
    root: Path,
    rendered: Sequence[Rendered],
    edition: Mapping[str, object],
    epoch: int,
    site_url: str,
) -> tuple[Path, Path]:
    """The site built for its dated address and for latest/.

    Their canonical addresses and sitemaps differ; without a site address they are the same.
    """
    folders = (root / ".build" / "dated", root / ".build" / "latest")
    nav = navigation(menu(rendered), root / "docs")
    addresses = (f"{site_url}{edition['name']}/", f"{site_url}latest/") if site_url else ("",)
    for folder, address in zip(folders, addresses, strict=False):
        run_mkdocs(root, site_dir=folder, site_url=address, nav=nav, edition=edition, epoch=epoch)
    return folders if site_url else (folders[0], folders[0])
