"""The files at the root of all editions: what finds, lists and announces them (pure)."""

from __future__ import annotations

import datetime as dt
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from generator.dates import in_words
from generator.editions import LATEST
from generator.model import Edition, Withdrawal
from generator.policy import with_policy
from generator.score import recorded_words

_INDEX = "index.html"

_STYLE = """
:root{color-scheme:light dark;background:#fdfcfa;color:#1d2228}
body{font:1.1rem/1.6 Georgia,serif;max-width:42rem;margin:4rem auto;padding:0 1.5rem}
a{color:#0b4f80}
.note{border-left:.25rem solid #b3541e;padding-left:.75rem}
li{margin:0 0 1rem}
small{display:block;font-size:.9rem;opacity:.85}
@media (prefers-color-scheme:dark){:root{background:#14181d;color:#e4e6e9}a{color:#8cbdea}}
@media print{body{margin:0;max-width:none}}
"""


def root_files(
    editions: Sequence[Edition],
    *,
    site_name: str,
    site_url: str,
    latest: Iterable[str],
    withdrawn: Sequence[Withdrawal] = (),
) -> dict[str, bytes]:
    """Every file at the root but the feed, by its path; `editions` come oldest first.

    `latest` are the files of latest/; pages of before a renaming are among them and lead on.
    """
    gone = {one.edition: one for one in withdrawn}
    return {
        "versions.json": versions_json(edition.name for edition in editions),
        "editions.json": editions_json(editions, latest, gone),
        _INDEX: index_html(site_name=site_name),
        "404.html": not_found_html(site_name=site_name, base_path=urlsplit(site_url).path or "/"),
        f"editions/{_INDEX}": editions_html(editions, gone, site_name=site_name),
        "sitemap.xml": sitemap_xml(editions, site_url=site_url),
        "robots.txt": robots_txt(site_url=site_url),
        ".nojekyll": b"",
    }


def versions_json(names: Iterable[str]) -> bytes:
    """versions.json as mike writes it, newest first; Material's selector reads it."""
    newest_first = sorted(set(names), reverse=True)
    entries = [
        {
            "version": name,
            "title": in_words(dt.date.fromisoformat(name)),
            "aliases": [LATEST] if index == 0 else [],
        }
        for index, name in enumerate(newest_first)
    ]
    return f"{json.dumps(entries, indent=1)}\n".encode()


def page_address(path: str) -> str:
    """The address of a page below its folder: method/ for method/index.html."""
    return path.removesuffix(_INDEX)


def editions_json(
    editions: Sequence[Edition],
    latest: Iterable[str],
    withdrawn: Mapping[str, Withdrawal],
) -> bytes:
    """What a page of an older edition asks to say how it stands; and a list for machines."""
    rows = []
    for edition in reversed(editions):
        row: dict[str, Any] = {
            "edition": edition.name,
            "title": in_words(edition.date),
            "sha256": edition.sha256,
        }
        if one := withdrawn.get(edition.name):
            day = {"date": one.date.isoformat(), "day": in_words(one.date)}
            row["withdrawn"] = {**day, "reason": one.reason}
        rows.append(row)
    pages = sorted({page_address(path) for path in latest if path.endswith(".html")})
    content = {
        "schema": 1,
        "latest": {"edition": editions[-1].name, "pages": pages},
        "editions": rows,
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()


def sitemap_xml(editions: Sequence[Edition], *, site_url: str) -> bytes:
    """The sitemaps of latest/ and of each edition, newest first; addresses there are whole ones,
    so without a `site_url` it is empty."""
    names = [LATEST, *(edition.name for edition in reversed(editions))] if site_url else []
    entries = "".join(
        f"<sitemap><loc>{html.escape(site_url)}{name}/sitemap.xml</loc></sitemap>\n"
        for name in names
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'
    ).encode()


def robots_txt(*, site_url: str) -> bytes:
    """Everything may be read; where the address is known, the sitemap is named."""
    named = f"Sitemap: {site_url}sitemap.xml\n" if site_url else ""
    return f"User-agent: *\nAllow: /\n{named}".encode()


def index_html(*, site_name: str) -> bytes:
    """The root page: sends the reader on to the newest edition, at any sub-path."""
    title = html.escape(site_name)
    head = (
        f'<meta http-equiv="refresh" content="0; url={LATEST}/">\n'
        f'<link rel="canonical" href="{LATEST}/">\n'
        f'<link rel="alternate" type="application/atom+xml" title="{title}" href="feed.xml">'
    )
    return _page(title, f'<p><a href="{LATEST}/">{title}: the latest edition</a></p>', head=head)


def editions_html(
    editions: Sequence[Edition], withdrawn: Mapping[str, Withdrawal], *, site_name: str
) -> bytes:
    """The page of all editions, newest first: what each is, and whether it was withdrawn."""
    title = html.escape(site_name)
    newest = in_words(editions[-1].date)
    rows = "\n".join(_row(edition, withdrawn) for edition in reversed(editions))
    count = f"{len(editions)} edition{'s' if len(editions) > 1 else ''}"
    body = f"""<main>
<h1>All editions</h1>
<p>{count} of <a href="../{LATEST}/">{title}</a>. The newest is that of {newest}; every other one is
outdated, and stands here as it was published.</p>
<ul>
{rows}
</ul>
</main>"""
    return _page(f"All editions - {title}", body)


def _row(edition: Edition, withdrawn: Mapping[str, Withdrawal]) -> str:
    theses = edition.record.get("theses", {})
    parts = [f'<a href="../{edition.name}/">{in_words(edition.date)}</a>']
    for slug, thesis in sorted(theses.items()):
        address = f"../{edition.name}/theses/{html.escape(slug)}/"
        title = html.escape(str(thesis.get("title", slug)))
        said = f'<a href="{address}">{title}</a>: {recorded_words(thesis.get("claims", ()))}'
        if f"theses/{slug}/changes/{_INDEX}" in edition.record.get("files", {}):
            said += f'. <a href="{address}changes/">What changed</a>'
        parts.append(f"<small>{said}</small>")
    if one := withdrawn.get(edition.name):
        reason = html.escape(one.reason.rstrip("."))
        parts.append(f'<small class="note">Withdrawn on {in_words(one.date)}: {reason}.</small>')
    return f'<li id="{edition.name}">{"".join(parts)}</li>'


_FIND_ROOT = """(function () {
  var found = location.pathname.match(/^(.*?\\/)(\\d{4}-\\d\\d-\\d\\d|latest)(?:\\/(.*))?$/);
  function lead(root) {
    document.getElementById("home").href = root + "latest/";
  }
  function climb(path) {
    fetch(path + "versions.json", { method: "HEAD" }).then(function (answer) {
      if (answer.ok) lead(path);
      else if (path !== "/") climb(path.replace(/[^/]*\\/$/, ""));
    });
  }
  var file = location.pathname.match(/^(.*?\\/)(shared\\/[0-9a-f]{2}\\/[^/]+)$/);
  if (file) {
    lead(file[1]);
    fetch(file[1] + "thinned.json").then(function (answer) {
      return answer.ok ? answer.json() : { files: {} };
    }).then(function (thinned) {
      if (!Object.hasOwn(thinned.files, decodeURIComponent(file[2]))) return;
      document.getElementById("list").href = file[1] + "thinned.json";
      document.getElementById("title").textContent = "This download is no longer kept";
      document.getElementById("gone").hidden = false;
      document.getElementById("unknown").hidden = true;
    });
    return;
  }
  if (!found) return climb(location.pathname.replace(/[^/]*$/, ""));
  lead(found[1]);
  if (found[2] === "latest" || !found[3]) return;
  var same = found[1] + "latest/" + found[3];
  fetch(same, { method: "HEAD" }).then(function (answer) {
    if (!answer.ok) return;
    document.getElementById("same").href = same;
    document.getElementById("offer").hidden = false;
  });
})();"""


def not_found_html(*, site_name: str, base_path: str = "/") -> bytes:
    """The root 404 page; the host shows it at any address below the site, so it finds its way.

    `base_path` is the path of the published address; it serves readers without JavaScript.
    """
    title = html.escape(site_name)
    home = html.escape(f"{base_path.rstrip('/')}/{LATEST}/", quote=True)
    body = f"""<main>
<h1 id="title">There is no such page</h1>
<p id="unknown">The address may be misspelt, or the page may not exist in this edition.</p>
<p id="gone" hidden>The publisher of this site let downloads of earlier editions go and
<a id="list" href="{home}">wrote down each of them with its hash</a>. The pages, pictures and tables
of the edition stay as they were.</p>
<p id="offer" hidden><a id="same" href="{home}">The same page in the latest edition</a></p>
<p><a id="home" href="{home}">{title}: the latest edition</a></p>
</main>
<script>
{_FIND_ROOT}
</script>"""
    return _page(f"Page not found - {title}", body, head='<meta name="robots" content="noindex">')


def _page(title: str, body: str, *, head: str = "") -> bytes:
    """A page that needs nothing but itself; `title` and the rest come as HTML."""
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{head}
<style>{_STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"""
    return with_policy(page).encode()
