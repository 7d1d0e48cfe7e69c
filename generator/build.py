"""The whole build on one page: from thesis folders and stored data to a dated edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from generator import __version__
from generator.bill import write_bill
from generator.changes import changes
from generator.charts.draw import draw_card, vega_bundle
from generator.claims import HEADLINE
from generator.dates import in_words
from generator.drawing import AtOnce
from generator.due import CADENCES, why_due
from generator.editions import check_new_edition
from generator.feed import FEED, feed_xml
from generator.files import write_atomically
from generator.head import HOME_CARD, card_path, card_words, home_words
from generator.laying import Site, lay_edition
from generator.layout import CHARTS, SCRATCH
from generator.lock import alone
from generator.mkdocs_run import Ready, mkdocs_ready
from generator.model import Asset, Edition, Rendered
from generator.of_latest import PAGES as OF_LATEST
from generator.outcomes import fetched_specs
from generator.pages import menu
from generator.record import edition_theses, series_dates
from generator.redirects import redirects
from generator.renames import in_todays_names, renames_of
from generator.rendering import Report, Setting, common_pages, heads, render_all
from generator.retention import read_withdrawals
from generator.revision import git_revision
from generator.root_files import root_files
from generator.showing import VEGA
from generator.site import hand_written, navigation, read_identity, write_pages
from generator.store import mirrored_series
from generator.thesis import read_theses
from generator.tree import check_unaltered, earlier_editions
from generator.wording import headlines_report

HEADLINES = "headlines.md"  # in the scratch folder, after a build in which one flipped
PATIENCE = 60  # seconds to wait for another build of the same repository


@dataclass(frozen=True)
class Built:
    """What a build came to."""

    edition: str
    folder: Path | None  # None where no edition was due
    theses: tuple[Rendered, ...]
    since: tuple[Mapping[str, Any], ...]  # what changed since the newest edition, by thesis
    reasons: tuple[str, ...]  # why it was due


def build(
    root: Path,
    *,
    today: dt.date,
    stamp: dt.datetime,
    out: Path,
    earlier: str | None = None,
    only: str | None = None,
    site_url: str = "",
    if_due: bool = False,
    report: Report = lambda _: None,
    ready: Ready | None = None,
) -> Built:
    """Render every thesis as of `today` and lay the edition of that day into `out`.

    With `if_due` nothing is laid unless `generator.due.why_due` has a reason. `ready` is a MkDocs
    that was started before, of the same `stamp` and `site_url`.

    Raises ThesisError with all mistakes at once, SiteError when MkDocs finds a dead link, and
    EditionChanged when a newer edition exists; in each case `out` is untouched.
    """
    theses, findings = read_theses(root, only=only)
    editions = earlier_editions(root, out, earlier)
    cache = root / CHARTS
    name, epoch = today.isoformat(), int(stamp.timestamp())
    # An edition that is rebuilt on its own day is no past of itself.
    past = [edition for edition in editions if edition.name < name]
    past = in_todays_names(past, [renames_of(thesis) for thesis in theses])
    withdrawn = read_withdrawals(root)
    setting = Setting(root, read_identity(root), today, cache, site_url, past, withdrawn)
    check_new_edition(name, [edition.name for edition in editions])
    check_unaltered(out, editions, name)

    with AtOnce() as steps:
        rendered, drawn = render_all(theses, findings, setting, report, steps)
    made_by = {
        "version": __version__,
        "revision": git_revision(root),
        "pages": hand_written(root),
    }
    since, reasons = _since(editions, rendered, made_by, today)
    if if_due and not reasons:
        return Built(name, None, tuple(rendered), since, ())
    common = common_pages(rendered, drawn, setting)
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
        edition = {
            "name": name,
            "title": in_words(today),
            "data_as_of": series_dates(rendered),
            "of_latest": [folder.rstrip("/") for folder in OF_LATEST],
        }
        for_head = partial(heads, rendered, setting)
        with nullcontext(ready) if ready else mkdocs_ready(root, epoch, site_url) as mkdocs:
            html = mkdocs.build(nav=nav, edition=edition, heads=for_head)
        for site in dict.fromkeys(html):
            write_bill(site, root=root)
        folder = lay_edition(
            dated=Site(html[0], f"{site_url}{name}/" if site_url else ""),
            latest=Site(html[1], f"{site_url}latest/" if site_url else ""),
            out=out,
            name=name,
            built=stamp.isoformat(),
            data_as_of=series_dates(rendered),
            generator=made_by,
            theses=edition_theses(rendered),
            epoch=epoch,
            root_files=partial(files_of_root, out / name, setting),
            mirrored=mirrored(rendered, root),
            earlier=editions,
            latest_extra=redirects(html[1], editions, theses),
        )
        flipped = [f for item in rendered for f in item.warnings if f.rule == HEADLINE]
        report_headlines(root / SCRATCH / HEADLINES, headlines_report(flipped, name))
    return Built(name, folder, tuple(rendered), since, reasons)


def _since(
    editions: Sequence[Edition],
    rendered: Sequence[Rendered],
    made_by: Mapping[str, str],
    today: dt.date,
) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """What changed since the newest edition, also one of this day, and why another is due."""
    renames = [renames_of(item.thesis) for item in rendered]
    known = in_todays_names(editions[-1:], renames)
    newest = known[0].record if known else None
    this = {"edition": today.isoformat(), "generator": made_by, "theses": edition_theses(rendered)}
    since = tuple(changes(newest, this, item.thesis.slug) for item in rendered)
    cadences = {item.thesis.slug: CADENCES[item.thesis.cadence] for item in rendered}
    reasons = why_due(newest, since, cadences=cadences, today=today)
    if newest and newest["generator"].get("pages", made_by["pages"]) != made_by["pages"]:
        reasons.append("pages of the site changed")
    return since, tuple(reasons)


def report_headlines(path: Path, text: str) -> None:
    """Leave what a workflow opens an issue with; nothing is left where no headline flipped."""
    if text:
        write_atomically(path, text.encode())
    else:
        path.unlink(missing_ok=True)


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


def mirrored(rendered: Iterable[Rendered], root: Path) -> list[str]:
    """The series these theses show of which some days came through a mirror."""
    shown = [spec for item in rendered for spec in item.thesis.data if spec.name in item.tables]
    return sorted({spec.key for spec in fetched_specs(shown)} & set(mirrored_series(root)))
