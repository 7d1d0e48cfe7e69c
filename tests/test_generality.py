"""What a thesis may do without, and what it may bring: each builds, with the real MkDocs."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generator.build import Built, build
from generator.computing import compute
from generator.own_files import own_files
from generator.rendering_steps import AFRESH, Setting
from generator.site import read_identity
from generator.store import Store
from generator.thesis import read_thesis
from generator.tree import hash_tree
from tests.conftest import MakeRepository, lay_repository

DAY = dt.date(2026, 1, 31)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = "sentence: Words.\nsummary: Words and tables.\npublished: 2026-01-02\n"
FRONT = "---\ntitle: {{ thesis.title | tojson }}\n---\n# {{ thesis.title }}\n\n"

# YAML and Markdown alone: a cited table, a page more, words, looks and a picture of its own.
WORDS = {
    "thesis.yml": f"title: Words alone\n{HEAD}pages: [article, background]\n"
    "data:\n  shares: {cited: shares, label: Shares}\n",
    "article.md.j2": FRONT + "A zorble is named here. [Background](background.md)\n\n"
    "![A single dot](images/dot.png)\n\n"
    "| Share | Percent |\n|---|---:|\n"
    '{% for row in tables.shares.frame.to_dict("records") %}\n'
    "| {{ row.name | cell }} | {{ row.value }} |\n{% endfor %}\n",
    "background.md.j2": "# Background\n\n![The same dot](images/dot.png)\n",
    "style.css": "/* url(x) in a comment loads nothing */\nh1 { font-style: italic; }\n",
    "glossary.yml": "zorble: A thing made up for this test.\n",
}
# Numbers and charts, but no claim and nothing fetched.
NO_CLAIMS = {
    "thesis.yml": f"title: No claims\n{HEAD}pages: [article, method]\nlead_chart: sizes\n"
    "data:\n  shares: {cited: shares, label: Shares}\n",
    "article.md.j2": '---\ntitle: No claims\n---\n{% include "_shared/masthead.md.j2" %}\n\n'
    "The share of the first is {{ facts.largest }}.\n\n{{ show(charts.sizes) }}\n\n"
    '{% include "_shared/falsifiers.md.j2" %}\n\n{% include "_shared/colophon.md.j2" %}\n',
    "method.md.j2": '# Method\n\n{% include "_shared/data_status.md.j2" %}\n\n'
    '{% include "_shared/formulas.md.j2" %}\n\n{% include "_shared/ledger.md.j2" %}\n\n'
    '{% include "_shared/allowances.md.j2" %}\n',
}
# Prices quoted in another currency: two tables multiplied, on the days of the exchange abroad.
ABROAD = {
    "thesis.yml": f"title: Abroad\n{HEAD}pages: [article]\nlead_chart: in_dollars\ndata:\n"
    "  fund: {yahoo: ABROAD, label: A fund in euros, calendar: XETR}\n"
    "  home: {yahoo: HOME, label: A fund in dollars}\n"
    "  dollars: {fred: DOLLARS, label: Dollars for a euro}\n",
    "article.md.j2": FRONT + "In euros {{ facts.in_euros }}, in dollars {{ facts.gain }}, total"
    " return. Past performance does not predict future results.\n\n{{ show(charts.in_dollars) }}\n",
    "facts.py": "from generator import percent, period_return, total_return\n\n\n"
    "def _in_dollars(fund, dollars):\n"
    "    level = total_return(fund)\n"
    "    return (level * dollars['value'].reindex(level.index, method='ffill')).dropna()\n\n\n"
    "def in_euros(fund):\n"
    '    """Gain in euros"""\n'
    "    return percent(100 * (total_return(fund).iloc[-1] - 1))\n\n\n"
    "def gain(fund, dollars):\n"
    '    """Gain in dollars"""\n'
    "    level = _in_dollars(fund, dollars)\n"
    "    return percent(100 * period_return(level, level.index[0], level.index[-1]))\n",
    "charts.py": "import pandas as pd\n\nfrom generator import growth_of, total_return\n\n\n"
    "def in_dollars(fund, home, dollars, gain):\n"
    '    """Both funds in dollars"""\n'
    "    level = total_return(fund)\n"
    "    level = level * dollars['value'].reindex(level.index, method='ffill')\n"
    "    both = pd.DataFrame({'abroad': level, 'home': total_return(home)})\n"
    "    return growth_of(100, both, title=f'The fund abroad gained {gain} in dollars',\n"
    "        subtitle='Total return in US dollars', alt=f'Two lines: {gain}.')\n",
}


def lay_thesis(root: Path, slug: str, files: dict[str, str]) -> Path:
    """A thesis of exactly these files, and the cited table of the tiny one."""
    folder = root / "templates" / slug
    folder.mkdir()
    shutil.copytree(root / "templates" / "tiny" / "cited", folder / "cited")
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def keep(root: Path, name: str, frame: pd.DataFrame) -> None:
    """Store a series as a refresh would."""
    source, _, key = name.partition("-")
    store = Store(root)
    said = {"source": source, "key": key, "title": key, "publisher": "A publisher", "grade": 1}
    said |= {"address": "https://example.org/", "licence": "", "may_republish": True}
    said |= {
        "as_of": str(frame.index[-1].date()),
        "retrieved": str(DAY),
        "last_success": str(DAY),
        "status": "fresh",
    }
    store.keep(name, frame, {**said, "checked": "published figures"})
    store.flush()


def prices(days: pd.DatetimeIndex, last: float) -> pd.DataFrame:
    """Daily prices that rise evenly from 100 to `last`, without dividends."""
    closes = np.linspace(100.0, last, len(days))
    return pd.DataFrame({"close": closes, "dividend": 0.0, "split": 0.0}, index=days)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny thesis and all of the above."""
    root = lay_repository(tmp_path_factory.mktemp("general") / "repository")
    folder = lay_thesis(root, "words", WORDS)
    (folder / "images").mkdir()
    (folder / "images" / "dot.png").write_bytes(PNG)
    tiny = root / "templates" / "tiny"
    code = {name: (tiny / name).read_text() for name in ("facts.py", "charts.py")}
    code["facts.py"] = code["facts.py"].partition("def gain")[0]
    lay_thesis(root, "no-claims", {**NO_CLAIMS, **code})
    lay_thesis(root, "abroad", ABROAD)
    days = pd.bdate_range("2025-12-01", "2026-01-30", name="date")
    keep(root, "yahoo-ABROAD", prices(days.drop("2026-01-20"), 110.0))
    keep(root, "yahoo-HOME", prices(days.drop("2026-01-19"), 104.0))
    rate = pd.DataFrame({"value": np.linspace(1.00, 1.20, len(days))}, index=days)
    keep(root, "fred-DOLLARS", rate.drop(pd.Timestamp("2026-01-01")))
    return root


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One edition of them."""
    stamp = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    return build(repository, today=DAY, stamp=stamp, out=tmp_path_factory.mktemp("site"))


def page(built: Built, path: str) -> str:
    return (built.folder / path / "index.html").read_text(encoding="utf-8")


def test_a_thesis_of_yaml_and_markdown_alone_prints_its_cited_table(built: Built) -> None:
    html = page(built, "theses/words")
    assert re.findall(r"<td>(first|second|third)</td>", html) == ["first", "second", "third"]
    assert 'href="background/"' in html
    assert "no claims registered" in page(built, "")


def test_a_thesis_has_its_own_stylesheet_on_its_own_pages_only(built: Built) -> None:
    pages = {
        file.parent.relative_to(built.folder).as_posix(): file.read_text(encoding="utf-8")
        for file in built.folder.rglob("index.html")
    }
    mark = re.compile(r'href="[^"]*/style\.\w+\.css"')
    styled = {path for path, html in pages.items() if mark.search(html)}
    assert styled == {"theses/words", "theses/words/background", "theses/words/changes"}


def test_a_picture_of_a_thesis_is_stored_by_its_content_and_shown_on_each_page(
    built: Built,
) -> None:
    (stored,) = [p for p in hash_tree(built.folder.parent) if "/dot." in p and "shared" in p]
    assert (built.folder.parent / stored).read_bytes() == PNG
    assert f'src="../../../{stored}"' in page(built, "theses/words")
    assert f'src="../../../../{stored}"' in page(built, "theses/words/background")
    record = json.loads((built.folder / "edition.json").read_text(encoding="utf-8"))
    assert f"../{stored}" in record["files"]


def test_terms_of_a_thesis_are_explained_there_and_in_the_glossary(built: Built) -> None:
    assert '<abbr title="A thing made up for this test.">zorble</abbr>' in page(
        built, "theses/words"
    )
    assert "A thing made up for this test." in page(built, "glossary")


def test_a_thesis_without_claims_uses_every_shared_part(built: Built) -> None:
    html = page(built, "theses/no-claims")
    assert "The share of the first is 40%." in html
    assert "no daily prices" not in html


def test_prices_in_another_currency_are_multiplied_by_the_rate_and_drawn(
    repository: Path, built: Built
) -> None:
    thesis, _ = read_thesis(repository / "templates" / "abroad", root=repository)
    assert thesis
    setting = Setting(repository, read_identity(repository), DAY, repository / ".cache")
    item = compute(thesis, setting, AFRESH)
    assert item.findings == ()
    # 100 to 110 in euros, each of which went from 1.00 to 1.20 dollars.
    assert item.facts["in_euros"].value == pytest.approx(10.0)
    assert item.facts["gain"].value == pytest.approx(100 * (1.10 * 1.20 - 1))
    assert [s.title for s in item.facts["gain"].sources] == ["ABROAD", "DOLLARS"]
    data = item.charts["in_dollars"].data
    assert list(data.columns) == ["date", "abroad", "home"]
    # Only days on which both exchanges were open; the rate of a holiday is that of the day before.
    holidays = pd.to_datetime(["2026-01-19", "2026-01-20"])
    assert not data["date"].isin(holidays).any()
    assert data["date"].eq("2026-01-01").any()
    assert data["abroad"].iloc[-1] == pytest.approx(132.0)
    assert "132" in page(built, "theses/abroad")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("dot.jpg", PNG, "the content is no JPG picture."),
        ("notes.txt", b"words", "this is no picture a page can show."),
        ("my dot.png", PNG, "the name of the picture is no good web address."),
        ("a.svg", b"<svg><script>x()</script></svg>", "the picture runs a script or loads another"),
        ("b.svg", b'<svg><image href="https://example.org/x.png"/></svg>', "the picture runs a"),
        ("big.png", PNG + bytes(1_000_000), "the picture has 1,000,070 bytes; at most 1,000,000"),
    ],
)
def test_a_picture_that_cannot_be_published_is_a_mistake_at_its_file(
    make_repository: MakeRepository, name: str, content: bytes, message: str
) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny"
    (folder / "images").mkdir()
    (folder / "images" / name).write_bytes(content)
    (found,) = findings(root)
    assert found.path == f"templates/tiny/images/{name}"
    assert found.message.startswith(message)
    assert found.hint


def test_a_drawing_with_links_inside_itself_is_published(make_repository: MakeRepository) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny" / "images"
    folder.mkdir()
    (folder / "a.svg").write_text('<?xml version="1.0"?>\n<svg><use href="#dot"/></svg>')
    assert findings(root) == []


def test_a_stylesheet_that_loads_another_file_is_a_mistake_at_its_line(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    text = "/* one\n   two */\n.a { background: url(data:image/png;base64,AA==); }\n"
    text += ".b { background: url(x.png); }\n"
    (root / "templates" / "tiny" / "style.css").write_text(text)
    (found,) = findings(root)
    assert (found.path, found.line) == ("templates/tiny/style.css", 4)
    assert "url(data:...)" in found.hint


def test_a_picture_that_is_not_there_is_a_mistake_in_its_line(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny"
    (folder / "images").mkdir()
    (folder / "images" / "dot.png").write_bytes(PNG)
    template = folder / "article.md.j2"
    text = template.read_text()
    template.write_text(f"{text}\n![A dot](images/dot.png)\n\n![A dot](images/dott.png)\n")
    line = text.count("\n") + 2
    assert [(f.line, f.message, f.hint) for f in findings(root)] == [
        (line + 2, "there is no picture 'images/dott.png'.", "Did you mean 'images/dot.png'?"),
    ]


def findings(root: Path) -> list:
    thesis, _ = read_thesis(root / "templates" / "tiny", root=root)
    assert thesis
    return own_files(thesis, root=root)[1]
