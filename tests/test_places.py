"""Whatever a person writes as a name or a path stays where it belongs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.checking import check_theses
from generator.composing import DEEPEST
from generator.documents import read_document
from generator.errors import Finding, SiteError, SourceError, ThesisError, UsageError
from generator.model import Asset, DataSpec
from generator.places import leads_out, unfit_path
from generator.site import read_identity, write_pages
from generator.sources import Network, Request, fetcher
from generator.starting import check_slug, start_thesis
from generator.store import series_name
from tests.conftest import MakeRepository

DAY = dt.date(2026, 10, 31)
OUTSIDE = ["../x.csv", "/etc/passwd", "~/x.csv", "a/../../x.csv", "a\\..\\x.csv", "C:/x.csv",
           "a//b", "x\0", ".git/config", "a/.env", "a" * 300, "..", ".", "a\nb", "x/"]  # fmt: skip


def said(root: Path) -> list[Finding]:
    try:
        check_theses(root, today=DAY)
    except ThesisError as error:
        return error.findings
    return []


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / "templates" / "tiny" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_data(root: Path, entry: str) -> None:
    path = root / "templates" / "tiny" / "thesis.yml"
    path.write_text(path.read_text().replace("data:\n", f"data:\n  own: {entry}\n", 1))


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leaves_the_repository_is_unfit(path: str) -> None:
    assert unfit_path(path)


@pytest.mark.parametrize("path", ["x.csv", "data/mine.csv", "docs/data/a b.csv", "a..b.csv"])
def test_a_path_within_it_is_fit(path: str) -> None:
    assert unfit_path(path) == ""


@pytest.mark.parametrize("path", ["../x.csv", "/etc/passwd", "~/x.csv", ".git/config"])
def test_a_csv_file_elsewhere_is_refused_at_its_line_and_never_read(
    path: str, make_repository: MakeRepository
) -> None:
    root = make_repository()
    (root.parent / "x.csv").write_text("date,value\n2026-01-05,1\n")
    add_data(root, f"{{csv: '{path}', optional: true}}")
    (found,) = [f for f in said(root) if "csv" in f.hint]
    assert found.path == "templates/tiny/thesis.yml"
    assert path in found.message
    with pytest.raises(SourceError, match="is no file of the repository"):
        fetch_csv(root, path)


def fetch_csv(root: Path, path: str) -> None:
    now = dt.datetime.combine(DAY, dt.time(12))
    fetcher("csv").fetch(Request(path, DAY, now, Network(), root, root / ".cache"))


def test_a_csv_file_behind_a_link_or_that_is_no_file_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("date,value\n2026-01-05,1\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "folder.csv").mkdir()
    (root / "round.csv").symlink_to(root / "round.csv")
    for name in ("link.csv", "folder.csv", "round.csv"):
        with pytest.raises(SourceError, match="no file"):
            fetch_csv(root, name)
    (root / "link.csv").unlink()
    (root / "real.csv").write_text("date,value\n2026-01-05,1\n")
    (root / "link.csv").symlink_to("real.csv")
    fetch_csv(root, "link.csv")


@pytest.mark.parametrize("source", ["yahoo", "yahoo_fund", "fred", "french"])
@pytest.mark.parametrize("key", ["../../x", "a/b", "..", "A B", "x?y=1", "x#y", "a\\b", "a" * 70])
def test_a_key_that_could_be_a_path_or_an_address_is_no_key(
    source: str, key: str, make_repository: MakeRepository
) -> None:
    root = make_repository()
    add_data(root, f"{{{source}: '{key}', optional: true}}")
    assert [f.message for f in said(root) if f"'{key}' is nothing that" in f.message]


@pytest.mark.parametrize("key", ["^GSPC", "BRK-B", "EURUSD=X", "M&M.NS", "000001.SS", "DGS10"])
def test_a_usual_symbol_is_one(key: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    add_data(root, f"{{yahoo: '{key}', optional: true}}")
    assert said(root) == []


@pytest.mark.parametrize("key", ["../../x", "/etc/x", "a" * 400, "C:\\x", "con", "x\0"])
def test_a_stored_series_lies_in_the_store_whatever_it_is_called(key: str, tmp_path: Path) -> None:
    name = series_name(DataSpec("x", "french", key, "X", options=(("table", "../" * 200),)))
    path = tmp_path / f"{name}.csv"
    path.write_bytes(b"date,value\n")
    assert path.resolve().parent == tmp_path.resolve()
    other = series_name(DataSpec("x", "french", key, "X", options=(("table", "../" * 201),)))
    assert other != name


@pytest.mark.parametrize("name", ["cited/cited.csv", "article.md.j2", "claims.yml", "style.css",
                                  "images/a.png", "glossary.yml", "images"])  # fmt: skip
def test_a_link_out_of_the_thesis_is_a_finding(name: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    secret = root.parent / "secret"
    secret.mkdir()
    (secret / "file").write_text("secret")
    path = root / "templates" / "tiny" / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(secret if name == "images" else secret / "file")
    (found,) = said(root)
    assert (found.path, found.line) == (f"templates/tiny/{name}", 1)
    assert found.message == "the link leads elsewhere."
    assert "not published" in found.hint


def test_a_thesis_folder_or_data_file_that_is_a_link_out_is_none(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    (root / "templates" / "tiny").rename(root.parent / "tiny")
    (root / "templates" / "tiny").symlink_to(root.parent / "tiny")
    assert "templates/tiny:1: the link leads elsewhere" in str(said(root)[0])


def test_embedded_data_behind_a_link_is_not_there(make_repository: MakeRepository) -> None:
    root = make_repository()
    (root.parent / "x.csv").write_text("a\n1\n")
    (root / "docs" / "data" / "x.csv").symlink_to(root.parent / "x.csv")
    add_data(root, "{embedded: x}")
    assert "there is no docs/data/x.csv." in [found.message for found in said(root)]


@pytest.mark.parametrize("page", ["../other/article", "/etc/hosts", "..", "x y", "~/article"])
def test_a_page_is_a_template_of_the_folder(page: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    (root / "templates" / "other").mkdir()
    (root / "templates" / "other" / "article.md.j2").write_text("# Other\n")
    edit(root, "thesis.yml", "- article", f"- article\n  - {page}")
    words = f"there is no template '{page}.md.j2' in this folder."
    assert words in [found.message for found in said(root)]


@pytest.mark.parametrize(
    "include", ["../../../x", "/etc/passwd", "../tiny/x", "..\\\\x", "other/../../x"]
)
def test_a_template_includes_only_templates(include: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    (root.parent / "x").write_text("secret")
    edit(root, "article.md.j2", "# ", f"{{% include '{include}' %}}\n\n# ")
    assert any("there is no template" in found.message for found in said(root))


@pytest.mark.parametrize("name", ["../x", "A", "x/y", "", "a--b", ".."])
def test_a_former_name_is_a_name(name: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    path = root / "templates" / "tiny" / "thesis.yml"
    path.write_text(f'{path.read_text()}\nwas: ["{name}"]\n')
    assert [f for f in said(root) if "was never the name of a thesis" in f.message]


@pytest.mark.parametrize("name", ["../x", "a b", "<b>", "2026", "a-b", "'#'"])
def test_a_claim_has_a_name_that_templates_can_ask_for(
    name: str, make_repository: MakeRepository
) -> None:
    root = make_repository()
    path = root / "templates" / "tiny" / "claims.yml"
    path.write_text(f"{path.read_text()}\n{name}:\n  wording: it rains\n")
    assert [f for f in said(root) if "is no good name of a claim" in f.message]


@pytest.mark.parametrize(
    "slug", ["../x", "/x", "a/b", "..", "A", "a\\b", "a\0", "~", "con", "x" * 99]
)
def test_a_new_thesis_is_a_folder_of_templates(slug: str, make_repository: MakeRepository) -> None:
    root = make_repository()
    before = sorted(root.parent.rglob("*"))
    with pytest.raises(UsageError, match=r"web address|signs|used for something"):
        check_slug(slug, root / "templates")
    with pytest.raises(UsageError, match="no thesis"):
        start_thesis(root, "new-one", source="../../x", today=DAY)
    assert sorted(root.parent.rglob("*")) == before


def test_pages_are_never_written_through_a_link(tmp_path: Path) -> None:
    docs, elsewhere = tmp_path / "docs", tmp_path / "elsewhere"
    docs.mkdir()
    elsewhere.mkdir()
    (elsewhere / "mine.md").write_text("mine")
    (docs / "theses").symlink_to(elsewhere)
    with pytest.raises(SiteError, match=r"docs/theses.* leads out of docs/"):
        write_pages([], [Asset("theses/x/a.md", b"x"), Asset("theses/b.md", b"x")], docs)
    assert [path.name for path in elsewhere.iterdir()] == ["mine.md"]
    assert leads_out(docs / "theses", docs)


# --- YAML ---------------------------------------------------------------------------------------

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x: 1\ny: !!python/object/apply:os.system [id]\n", 2, "!!python/object/apply:os.system"),
        ("x: !!python/name:os.system\n", 1, "the tag !!python/name:os.system is not known"),
        ("x: !ENV HOME\n", 1, "the tag !ENV is not known"),
        (LAUGHS, 4, "its aliases make"),
        ("x: 1\na: &a [*a]\n", 2, "refers to itself"),
        ("a: &a\n  <<: *a\n", 1, "refers to itself"),
        (f"x: 1\ny: {'[' * 5000}", 2, f"more than {DEEPEST} levels"),
        ("- " * 3000, 1, f"more than {DEEPEST} levels"),
        ("a: 1\nb: !!int x\n", 2, "'x' cannot be read as a value"),
        ("a: 1\nb: !!timestamp x\n", 2, "not a date"),
        ("a: 1\nb: 2026-11-31\n", 2, "not a date"),
        (f"a: 1\nb: {'9' * 6000}\n", 2, "cannot be read as a value"),
        ('a: 1\nb: "\\ud800"\n', 2, "invalid Unicode"),
        ('a: 1\nb: "x\\0y"\n', 2, "none that prints"),
        (f"a: {'x' * 3_000_000}\n", 1, "at most 2,000,000 are read"),
    ],
)
def test_yaml_that_would_do_harm_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    _, (found, *_) = read_document(text, "claims.yml")
    assert (found.path, found.line) == ("claims.yml", line)
    assert words in found.message
    assert found.hint


def test_aliases_that_save_writing_are_welcome() -> None:
    text = "a: &a [1, 2, 3]\nb: {<<: {x: 1}, y: *a}\nc: [*a, *a]\n"
    document, findings = read_document(text, "x.yml")
    assert findings == []
    assert document.values["b"] == {"x": 1, "y": [1, 2, 3]}


def test_the_same_holds_for_the_settings_of_the_site(make_repository: MakeRepository) -> None:
    root = make_repository()
    path = root / "mkdocs.yml"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\nx: &x [*x]\n", encoding="utf-8")
    with pytest.raises(ThesisError, match=r"mkdocs\.yml:\d+: .* refers to itself"):
        read_identity(root)
    path.write_text(f"{before}\nx: 2026-02-31\n", encoding="utf-8")
    with pytest.raises(ThesisError, match=r"mkdocs\.yml:\d+: not a date"):
        read_identity(root)


def test_a_finding_moves_no_cursor_and_fills_no_screen() -> None:
    found = Finding("a.yml", 1, f"\x1b[2J\x07 {'x' * 5000}", "do\x1b]0;title\x07 this")
    assert found.message.isprintable()
    assert len(str(found)) < 1200
    assert "\x1b" not in str(found)
