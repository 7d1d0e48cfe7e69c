"""The whole build on one page: from thesis folders and stored data to a dated edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from generator import __version__, feed
from generator.bill import write_bill
from generator.changes import changes
from generator.charts.draw import draw_card, vega_bundle
from generator.claims import HEADLINE
from generator.completing import completed
from generator.dates import in_words
from generator.drawing import AtOnce
from generator.due import CADENCES, why_due
from generator.editions import check_new_edition
from generator.errors import Finding
from generator.feed import FEED, article_path, feed_xml, readable
from generator.files import write_atomically
from generator.finished import Finished
from generator.head import HOME_CARD, home_words, page_heads
from generator.kept import made_once
from generator.kept_computed import Keeping
from generator.kept_theses import digests, keep_theses, recall_theses
from generator.laying import Site, lay_edition
from generator.layout import CHARTS, PAGES, SCRATCH
from generator.lock import alone
from generator.mkdocs_run import Ready, mkdocs_ready
from generator.model import Asset, Edition, Thesis
from generator.of_latest import PAGES as OF_LATEST
from generator.pages import menu
from generator.record import edition_theses, series_dates
from generator.redirects import redirects
from generator.renames import Renames, in_todays_names, renames_in, renames_of
from generator.rendering import common_pages, render_all
from generator.rendering_steps import Report, Setting
from generator.retention import read_withdrawals
from generator.revision import git_revision
from generator.root_files import root_files
from generator.showing import VEGA
from generator.site import hand_written, navigation, read_identity, write_pages
from generator.store import mirrored_series
from generator.thesis import read_theses, thesis_folders
from generator.told_once import told_whole
from generator.tree import check_unaltered, earlier_editions
from generator.wording import headlines_report

HEADLINES = "headlines.md"  # in the scratch folder, after a build in which one flipped
PATIENCE = 60  # seconds to wait for another build of the same repository


@dataclass(frozen=True)
class Built:
    """What a build came to."""

    edition: str
    folder: Path | None  # None where no edition was due
    theses: tuple[Finished, ...]
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
    editions = earlier_editions(root, out, earlier)
    name, epoch = today.isoformat(), int(stamp.timestamp())
    # An edition that is rebuilt on its own day is no past of itself.
    past = [edition for edition in editions if edition.name < name]
    past[-1:] = told_whole(past[-1:], past)  # the one that this edition is compared with
    setting = Setting(
        root,
        read_identity(root),
        today,
        root / CHARTS,
        site_url,
        past,
        read_withdrawals(root),
        cards=True,
    )
    folders = [folder for folder in thesis_folders(root) if only in (None, folder.name)]
    made_from = digests(root, out, folders, past, {"today": name, "site_url": site_url})
    known = recall_theses(root, made_from)
    theses, findings = read_theses(root, only=only, known=known)
    check_new_edition(name, [edition.name for edition in editions])
    check_unaltered(out, editions, name)

    data = {slug: digest.data for slug, digest in made_from.items()}
    fresh = _rendered(theses, findings, setting, known.values(), data, report)
    finished = sorted([*known.values(), *fresh], key=lambda item: (item.section, item.slug))
    made_by = {
        "version": __version__,
        "revision": git_revision(root),
        "pages": hand_written(root),
    }
    since, reasons = _since(editions, finished, made_by, today)
    if if_due and not reasons:
        return Built(name, None, tuple(finished), since, ())
    pages = [*common_pages(finished, setting), *(page for item in finished for page in item.pages)]
    assets = [*common_files(setting), *(asset for item in finished for asset in item.assets)]
    # docs/ and the scratch folder are shared: two builds at once would mix their days.
    with alone(root / SCRATCH, who=f"edition {name}", patience=PATIENCE, report=report):
        report("pages are written")
        write_pages(pages, assets, root / "docs")
        keep_theses(root, fresh, made_from)
        report("MkDocs builds the site")
        nav = navigation(menu(finished), root / "docs")
        edition = {
            "name": name,
            "title": in_words(today),
            "data_as_of": series_dates(finished),
            "of_latest": [folder.rstrip("/") for folder in OF_LATEST],
        }
        for_head = partial(_heads, finished, setting)
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
            data_as_of=series_dates(finished),
            generator=made_by,
            theses=edition_theses(finished),
            epoch=epoch,
            root_files=partial(files_of_root, out / name, setting),
            mirrored=mirrored(finished, root),
            earlier=editions,
            latest_extra=redirects(html[1], editions, finished),
            memory=root / PAGES,
        )
        flipped = [f for item in finished for f in item.warnings if f.rule == HEADLINE]
        report_headlines(root / SCRATCH / HEADLINES, headlines_report(flipped, name))
    return Built(name, folder, tuple(finished), since, reasons)


def _rendered(
    theses: Sequence[Thesis],
    findings: Sequence[Finding],
    setting: Setting,
    known: Iterable[Finished],
    data: Mapping[str, str],
    report: Report,
) -> list[Finished]:
    """These theses rendered; `known` are those that need not be, `data` digests of what the others
    are computed from."""
    renames = [*map(renames_of, theses), *_renames(known)]
    setting = replace(setting, earlier=in_todays_names(setting.earlier, renames))
    with _Steps(data) as steps:
        if theses and setting.cache:
            steps.begin(setting.cache)
        rendered, drawn = render_all(theses, findings, setting, report, steps)
    return [completed(item, drawn[item.thesis.slug], setting) for item in rendered]


class _Steps(Keeping, AtOnce):
    """With what is kept, and several processes to draw what is not."""


def _renames(theses: Iterable[Finished]) -> list[Renames]:
    return renames_in({"theses": {item.slug: item.record for item in theses}})


def _since(
    editions: Sequence[Edition],
    finished: Sequence[Finished],
    made_by: Mapping[str, str],
    today: dt.date,
) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """What changed since the newest edition, also one of this day, and why another is due."""
    known = in_todays_names(told_whole(editions[-1:], editions), _renames(finished))
    newest = known[0].record if known else None
    this = {"edition": today.isoformat(), "generator": made_by, "theses": edition_theses(finished)}
    since = tuple(changes(newest, this, item.slug) for item in finished)
    cadences = {item.slug: CADENCES[item.cadence] for item in finished}
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


def common_files(setting: Setting) -> list[Asset]:
    """The files of all theses: the script of live charts, the social card of the site."""
    identity, today, cache = setting.identity, setting.today, setting.cache
    card = draw_card(home_words(identity, today), None, cache=cache)
    return [Asset(VEGA, vega_bundle(cache)), Asset(HOME_CARD, card)]


def _heads(theses: Sequence[Finished], setting: Setting, address: str) -> Mapping[str, object]:
    return page_heads(theses, setting.identity, address=address)


def files_of_root(
    folder: Path, setting: Setting, editions: Sequence[Edition], latest: Sequence[str]
) -> dict[str, bytes]:
    """What stands at the root of all editions, the newest of which is laid in `folder`.

    The feed has the full text of its articles; `latest` are the files of latest/.
    """
    identity, address, newest = setting.identity, setting.site_url, editions[-1]
    articles = {
        slug: _article(folder, newest.name, slug, setting) for slug in newest.record["theses"]
    }
    return {
        **root_files(
            editions,
            site_name=identity.site_name,
            site_url=address,
            latest=latest,
            withdrawn=setting.withdrawn,
        ),
        FEED: feed_xml(editions, articles, identity, site_url=address),
    }


def _article(folder: Path, edition: str, slug: str, setting: Setting) -> str:
    """An article as feed readers get it, made again where its page differs."""
    page = (folder / "theses" / slug / "index.html").read_text(encoding="utf-8")
    base = f"{setting.site_url}{article_path(edition, slug)}"
    code = Path(str(feed.__file__)).read_text(encoding="utf-8")
    kept = setting.root / PAGES / f"feed-{slug}.html"
    article = made_once(kept, [code, base, page], lambda: readable(page, base).encode())
    return article.decode()


def mirrored(theses: Iterable[Finished], root: Path) -> list[str]:
    """The series these theses show of which some days came through a mirror."""
    return sorted({key for item in theses for key in item.fetched} & set(mirrored_series(root)))
