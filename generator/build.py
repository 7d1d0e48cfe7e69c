"""The whole build on one page: from thesis folders and stored data to a dated edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from generator import __version__
from generator.articles import Writing, filled, render_pages
from generator.authored import authored_text
from generator.binding import Given, place
from generator.changes import changes
from generator.changes_page import with_changes
from generator.charts.draw import chart_spec, draw_card, draw_chart, vega_bundle
from generator.charts.style import phone_style, wide_style
from generator.claims import HEADLINE, held_back, judge_claims, with_history
from generator.contradictions import findings as contradictions
from generator.contradictions import of_the_source
from generator.corrections import corrections_page, misdated
from generator.dates import in_words
from generator.editions import check_new_edition
from generator.errors import Finding, ThesisError
from generator.facts import compute_facts
from generator.falsifiers import judge_falsifiers
from generator.feed import FEED, feed_xml
from generator.figures import claims_table, compute_charts, falsifiers_table
from generator.files import write_atomically
from generator.gallery import gallery_page
from generator.glossary import read_glossary
from generator.head import HOME_CARD, card_path, card_words, home_words, page_heads
from generator.laying import Site, lay_edition
from generator.lint import RULES
from generator.lock import alone
from generator.metadata import credit
from generator.model import Asset, Chart, Edition, Identity, Picture, Rendered, Thesis, Withdrawal
from generator.outcomes import fetched_specs, rule_conflicts
from generator.own_files import own_files
from generator.pages import home_page, menu, outdated, page_values, with_notice
from generator.record import edition_theses, series_dates, thesis_record
from generator.redirects import redirects
from generator.references import published_figures
from generator.renames import in_todays_names, renames_of
from generator.retention import read_withdrawals
from generator.review import review_balance, review_printed, review_prose
from generator.revision import git_revision
from generator.root_files import root_files
from generator.showing import VEGA, Showing
from generator.site import SCRATCH, navigation, read_identity, run_mkdocs_twice, write_pages
from generator.store import load_tables, mirrored_series
from generator.terms import glossary_page
from generator.thesis import read_theses
from generator.track_record import as_record, track_record, track_table
from generator.track_words import track_words
from generator.tree import check_unaltered, earlier_editions
from generator.verdict_history import verdict_history
from generator.verdicts import JudgedClaim
from generator.wording import headlines_report

HEADLINES = "headlines.md"  # in the scratch folder, after a build in which one flipped
PATIENCE = 60  # seconds to wait for another build of the same repository
CANNOT_DRAW = "Look at the values it plots and at the options it gives the chart."

Report = Callable[[str], None]


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
    earlier: str | None = None,
    only: str | None = None,
    site_url: str = "",
    report: Report = lambda _: None,
) -> Built:
    """Render every thesis as of `today` and lay the edition of that day into `out`.

    Raises ThesisError with all mistakes at once, SiteError when MkDocs finds a dead link, and
    EditionChanged when a newer edition exists; in each case `out` is untouched.
    """
    theses, findings = read_theses(root, only=only)
    editions = earlier_editions(root, out, earlier)
    cache = root / ".cache" / "charts"
    name, epoch = today.isoformat(), int(stamp.timestamp())
    # An edition that is rebuilt on its own day is no past of itself.
    past = [edition for edition in editions if edition.name < name]
    past = in_todays_names(past, [renames_of(thesis) for thesis in theses])
    withdrawn = read_withdrawals(root)
    setting = Setting(root, read_identity(root), today, cache, site_url, past, withdrawn)
    check_new_edition(name, [edition.name for edition in editions])
    check_unaltered(out, editions, name)

    rendered, drawn = render_all(theses, findings, setting, report)
    home = home_page(
        rendered, setting.identity, partial(home_figures, drawn), today=today, root=root
    )
    gallery = gallery_page(rendered, setting.identity, partial(example, drawn), root=root)
    corrections = corrections_page(rendered, past, withdrawn, setting.identity, root=root)
    common = [home, gallery, corrections, *glossary_page(rendered, root=root)]
    pages = [*common, *(page for item in rendered for page in item.pages)]
    vega = Asset(VEGA, vega_bundle(cache))
    assets = [vega, *(asset for item in rendered for asset in item.assets)]
    assets += draw_cards(rendered, setting, report)
    # docs/ and the scratch folder are shared: two builds at once would mix their days.
    with alone(root / SCRATCH, who=f"edition {name}", patience=PATIENCE, report=report):
        report("pages are written")
        write_pages(pages, assets, root / "docs")
        report("MkDocs builds the site")
        nav = navigation(menu(rendered), root / "docs")
        edition = {"name": name, "title": in_words(today), "data_as_of": series_dates(rendered)}
        heads = partial(_heads, rendered, setting)
        html = run_mkdocs_twice(
            root, site_url=site_url, nav=nav, edition=edition, epoch=epoch, heads=heads
        )
        folder = lay_edition(
            dated=Site(html[0], f"{site_url}{name}/" if site_url else ""),
            latest=Site(html[1], f"{site_url}latest/" if site_url else ""),
            out=out,
            name=name,
            built=stamp.isoformat(),
            data_as_of=series_dates(rendered),
            generator={"version": __version__, "revision": git_revision(root)},
            theses=edition_theses(rendered),
            epoch=epoch,
            root_files=partial(files_of_root, out / name, setting),
            mirrored=mirrored(rendered, root),
            earlier=editions,
            latest_extra=redirects(html[1], editions, theses),
        )
        flipped = [f for item in rendered for f in item.warnings if f.rule == HEADLINE]
        report_headlines(root / SCRATCH / HEADLINES, headlines_report(flipped, name))
    return Built(name, folder, tuple(rendered))


def report_headlines(path: Path, text: str) -> None:
    """Leave what a workflow opens an issue with; nothing is left where no headline flipped."""
    if text:
        write_atomically(path, text.encode())
    else:
        path.unlink(missing_ok=True)


def check_theses(
    root: Path, *, today: dt.date, only: str | None = None
) -> tuple[list[str], list[Finding]]:
    """The names of the theses, and warnings; raises ThesisError where one has mistakes."""
    setting = Setting(root, read_identity(root), today, withdrawn=read_withdrawals(root))
    theses, findings = read_theses(root, only=only)
    rendered, _ = render_all(theses, findings, setting, lambda _: None)
    warnings = sorted(finding for item in rendered for finding in item.warnings)
    return [thesis.slug for thesis in theses], warnings


def render_all(
    theses: Sequence[Thesis], findings: Sequence[Finding], setting: Setting, report: Report
) -> tuple[list[Rendered], dict[str, Showing]]:
    """Every thesis, and its figures by its slug; raises ThesisError with the mistakes of all."""
    rendered: list[Rendered] = []
    drawn: dict[str, Showing] = {}
    asked = [
        (_thesis_file(thesis, setting.root), spec) for thesis in theses for spec in thesis.data
    ]
    mistakes = [*findings, *rule_conflicts(asked)]
    for thesis in theses:
        report(f"{thesis.slug}: facts, claims, charts, words")
        try:
            item, drawn[thesis.slug] = render_thesis(thesis, setting)
            rendered.append(item)
        except ThesisError as error:
            mistakes += error.findings
    if mistakes:
        raise ThesisError(mistakes)
    return rendered, drawn


def _thesis_file(thesis: Thesis, root: Path) -> str:
    return (thesis.folder / "thesis.yml").relative_to(root).as_posix()


def render_thesis(thesis: Thesis, setting: Setting) -> tuple[Rendered, Showing]:
    """One thesis from its data to its pages and figures."""
    root, today, identity, address = setting.root, setting.today, setting.identity, setting.site_url
    tables, absent = load_tables(thesis.data, root=root, thesis_folder=thesis.folder, today=today)
    _, mistakes = published_figures([(thesis.folder, thesis.data)], root=root)
    given = Given(tables, absent, today, published=thesis.published)
    facts, no_facts, findings = compute_facts(thesis.fact_functions, given, root=root)
    findings += mistakes
    claims = judge_claims(thesis.claims, facts, no_facts, today=today)
    claims, mistakes = remembered(thesis, claims, setting)
    findings += mistakes
    falsifiers = judge_falsifiers(thesis.falsifiers, facts, no_facts, today=today)
    file = _thesis_file(thesis, root)
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
    charts, no_charts, mistakes = compute_charts(thesis.chart_functions, given, root=root)
    findings += mistakes
    pictures, mistakes = draw_all(thesis, charts, setting, draw=not findings)
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
    writing = Writing(facts, charts, claims, missing, showing.figure, values, terms)
    typed = authored_text(thesis, root=root)
    thesis, mistakes = filled(thesis, writing, root=root)
    findings += mistakes
    pages, printed, mistakes = render_pages(thesis, writing, root=root)
    findings += mistakes
    if not mistakes:
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
    return set_against_the_last(rendered, typed, setting), showing


def set_against_the_last(
    item: Rendered, typed: Mapping[str, Sequence[str]], setting: Setting
) -> Rendered:
    """The thesis with its record, and with what changed since the edition before this one."""
    day, past = setting.today.isoformat(), setting.earlier
    slug, record = item.thesis.slug, thesis_record(item, typed, past)
    this = {"edition": day, "generator": {"version": __version__}, "theses": {slug: record}}
    found = changes(past[-1].record if past else None, this, slug)
    return with_changes(replace(item, record=record), found, root=setting.root)


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
    thesis: Thesis, charts: Mapping[str, Chart], setting: Setting, *, draw: bool
) -> tuple[dict[str, Picture], list[Finding]]:
    """Every chart drawn, or only laid out; and the mistakes that this shows."""
    cache = setting.cache if draw else None
    pictures: dict[str, Picture] = {}
    findings: list[Finding] = []
    for name, chart in charts.items():
        try:
            if cache:
                words = credit(chart, thesis, setting.identity)
                pictures[name] = draw_chart(chart, cache=cache, credit=words)
            else:
                for style in (wide_style(chart), phone_style(chart)):
                    chart_spec(chart, style)
        except OSError:  # of the cache's disk, not of the chart
            raise
        except Exception as error:  # whatever a chart raises is its author's to mend
            path, line = place(thesis.chart_functions[name], setting.root)
            said = f"{type(error).__name__}: {error}".partition("\n")[0].rstrip(".")
            findings.append(Finding(path, line, f"{name}() cannot be drawn: {said}.", CANNOT_DRAW))
    return pictures, findings


def home_figures(drawn: Mapping[str, Showing], item: Rendered) -> list[str]:
    """A thesis's lead chart as the home page shows it, and its small ones; "" for one it lacks."""
    slug, showing = item.thesis.slug, drawn[item.thesis.slug]
    lead = item.charts.get(item.thesis.lead_chart)
    small = [item.charts[name] for name in item.thesis.home_charts if name in item.charts]
    return [
        showing.bare(lead, f"theses/{slug}/") if lead else "",
        *(showing.small(chart, f"theses/{slug}/") for chart in small),
    ]


def draw_cards(rendered: Sequence[Rendered], setting: Setting, report: Report) -> list[Asset]:
    """The social cards: one for the site, and one for each thesis from its lead chart."""
    identity, today, cache = setting.identity, setting.today, setting.cache
    cards = [Asset(HOME_CARD, draw_card(home_words(identity, today), None, cache=cache))]
    for item in rendered:
        chart, words = item.charts.get(item.thesis.lead_chart), card_words(item, identity, today)
        try:
            content = draw_card(words, chart, cache=cache)
        except OSError:  # of the cache's disk, not of the chart
            raise
        except Exception as error:  # drawn on the page, but perhaps not made for so little room
            report(f"{item.thesis.slug}: no chart on its card, {type(error).__name__}: {error}")
            content = draw_card(words, None, cache=cache)
        cards.append(Asset(card_path(item.thesis.slug), content))
    return cards


def _heads(rendered: Sequence[Rendered], setting: Setting, address: str) -> Mapping[str, object]:
    return page_heads(rendered, setting.identity, today=setting.today, address=address)


def files_of_root(
    folder: Path, setting: Setting, editions: Sequence[Edition], latest: Sequence[str]
) -> dict[str, bytes]:
    """What stands at the root of all editions, the newest of which is laid in `folder`.

    The feed has the full text of its articles; `latest` are the files of latest/.
    """
    pages = {
        slug: (folder / "theses" / slug / "index.html").read_text(encoding="utf-8")
        for slug in editions[-1].record["theses"]
    }
    identity, address = setting.identity, setting.site_url
    return {
        **root_files(
            editions,
            site_name=identity.site_name,
            site_url=address,
            latest=latest,
            withdrawn=setting.withdrawn,
        ),
        FEED: feed_xml(editions, pages, identity, site_url=address),
    }


def example(drawn: Mapping[str, Showing], slug: str, chart: Chart) -> str:
    """A chart of a thesis as the gallery, a folder deep, shows it."""
    return drawn[slug].bare(chart, f"../theses/{slug}/")


def mirrored(rendered: Iterable[Rendered], root: Path) -> list[str]:
    """The series these theses show of which some days came through a mirror."""
    shown = [spec for item in rendered for spec in item.thesis.data if spec.name in item.tables]
    return sorted({spec.key for spec in fetched_specs(shown)} & set(mirrored_series(root)))
