"""What is done to a site that MkDocs has built, before it is laid: less to send, sooner to see."""

from __future__ import annotations

import functools
import json
import re
import shutil
from pathlib import Path

from generator import markup, policy
from generator.kept import digest, digest_of, made_once, sha256
from generator.markup import slim
from generator.policy import with_policy
from generator.styles import MARKDOWN, names_in, used_rules

_STYLES = "assets/stylesheets"
_OUT = re.compile(r'<a(?![^>]*\srel=)(?=[^>]*\shref="https?://)')
# Sets the colors of `theme.palette`, which is not used (templates/_theme/main.html says why).
_THEME_PALETTE = re.compile(r'<script>var palette=__md_get\("__palette"\);[^<]*</script>')
_THEME_SCRIPT = re.compile(r'<script src="([^"]*/bundle\.[^"]*)"></script>')
_THEME_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*/)(main\.[^"/]*\.css)">')
_CODE_TEXT = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_BLOCKS = re.compile(r"</?(?:p|ul|ol|li)>")  # of which a result of a search shows none
_MAP_COMMENT = re.compile(
    rb"\n?(?://[#@]\s*sourceMappingURL=[^\n]*|/\*[#@]\s*sourceMappingURL=.*?\*/)\n?"
)


def finish(site: Path, *, cache: Path | None = None) -> None:
    """Finish the site in this folder: its files stripped, its pages as `finished_page` has them.

    Beside the theme's stylesheet it gets a smaller one, with the rules that its pages can use.
    """
    _strip(site)
    pages = {path: path.read_bytes().decode() for path in sorted(site.rglob("*.html"))}
    first = _first_style(site, list(pages.values()), cache)
    code = digest_of(__file__, markup.__file__, policy.__file__)
    for path, html in pages.items():
        name = digest(f"{site.name}/{path.relative_to(site).as_posix()}")[:32]
        kept = cache / f"{name}.finished" if cache else None
        make = functools.partial(_finished, html, first)
        path.write_bytes(made_once(kept, [html, first, code], make))


def _finished(html: str, first_style: str) -> bytes:
    return with_policy(finished_page(html, first_style=first_style)).encode()


def finished_page(html: str, *, first_style: str = "") -> str:
    """The page as it is laid, apart from its policy: slim, and its scripts in time.

    Links that lead elsewhere are marked, so that print shows their addresses. The theme's script
    and the whole of its stylesheet are left for assets/page.js to load when the reader first does
    something; `first_style`, a file beside that stylesheet, stands in for it ("" where none does).
    """
    html = _OUT.sub('<a rel="external"', slim(_THEME_PALETTE.sub("", html)))
    style = _THEME_STYLE.search(html) if first_style else None
    later = f' data-style="{style[1]}{style[2]}"' if style else ""
    if style:
        html = _THEME_STYLE.sub(rf'<link rel="stylesheet" href="\g<1>{first_style}">', html)
    return _THEME_SCRIPT.sub(rf'<template id="mtm-theme" data-src="\1"{later}></template>', html)


def _first_style(site: Path, pages: list[str], cache: Path | None) -> str:
    """The name of the smaller stylesheet, written beside the theme's; "" where that is not one.

    Which rules pages with such names can use is remembered in the folder `cache`.
    """
    whole = sorted((site / _STYLES).glob("main.*.css"))
    if len(whole) != 1:
        return ""
    scripts = [path.read_text(encoding="utf-8") for path in (site / "assets").glob("*.js")]
    text, names = whole[0].read_text(encoding="utf-8"), names_in(pages, scripts) | MARKDOWN
    code = Path(__file__).with_name("styles.py").read_text("utf-8")
    kept = cache / "first.css" if cache else None
    css = made_once(kept, [code, text, *sorted(names)], lambda: used_rules(text, names).encode())
    name = f"first.{sha256(css)[:8]}.css"
    (whole[0].parent / name).write_bytes(css)
    return name


def _strip(site: Path) -> None:
    """Remove what no reader is ever served, and the comments that point at it."""
    assets = site / "assets"
    for path in assets.rglob("*.map"):
        path.unlink()
    for path in [*assets.rglob("*.js"), *assets.rglob("*.css")]:
        content = path.read_bytes()
        stripped = _MAP_COMMENT.sub(b"\n", content)
        if stripped != content:
            path.write_bytes(stripped)
    # Only the one at the root of all editions is ever shown; this one's links assume a root.
    (site / "404.html").unlink(missing_ok=True)
    index = site / "search" / "search_index.json"
    if not index.is_file():
        return
    found = json.loads(index.read_bytes())
    if found["config"]["lang"] == ["en"]:
        shutil.rmtree(assets / "javascripts" / "lunr", ignore_errors=True)
    for entry in found["docs"]:  # the code of a number or chart is found by the words before it
        entry["text"] = " ".join(_BLOCKS.sub(" ", _CODE_TEXT.sub("", entry["text"])).split())
    index.write_text(json.dumps(found, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
