"""`mtm serve` as a process of its own: what it serves, what it says, how it begins and ends."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.preview.fingerprint import Unknown, fingerprint
from generator.preview.watch import is_watched
from generator.thesis_code import load_functions
from tests.conftest import ROOT, MakeRepository
from tests.previewing import DAY, Preview, command, environment, previewing
from tests.test_build import run

ARTICLE = "theses/tiny/"


def fetched(preview: Preview, path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{preview.address}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def told(preview: Preview, page: str) -> dict[str, object]:
    """The first news that a browser with that page open is sent."""
    with urllib.request.urlopen(f"{preview.address}_preview/events?page={page}") as answer:
        found: dict[str, object] = json.loads(answer.readline().removeprefix(b"data: "))
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_pages_are_those_of_a_build_after_changes_too(make_repository: MakeRepository) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny"
    with previewing(root) as preview:
        edit(folder / "article.md.j2", "The fact says", "A fact says")
        preview.wait_for("article.md.j2:")
        edit(folder / "cited" / "shares.csv", ",40,", ",41,")
        preview.wait_for("shares.csv:")
        edit(folder / "charts.py", "Share, percent", "Shares in percent")
        preview.wait_for("charts.py:")
        edit(folder / "facts.py", "The largest share.", "The largest of the shares.")
        preview.wait_for("facts.py:")
        status, shown = fetched(preview, ARTICLE)
        assert status == 200
        assert not (root / "site").exists()
        assert not (root / "docs" / "theses").exists()
        assert not (root / "docs" / "index.md").exists()
    assert run("build", "--today", DAY, root=root).returncode == 0
    built = (root / ".build" / "dated" / ARTICLE / "index.html").read_text(encoding="utf-8")
    assert article(shown) == article(built)
    assert "A fact says 41%" in shown
    assert "Shares in percent" in shown


def article(html: str) -> str:
    return html.partition("<article")[2].partition("</article>")[0]


def test_a_change_renders_its_own_thesis_alone(make_repository: MakeRepository) -> None:
    root = make_repository()
    tiny = root / "templates" / "tiny"
    other = tiny.with_name("other")
    shutil.copytree(tiny, other)
    with other.joinpath("facts.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom pathlib import Path\n")
        file.write("with Path(__file__).parents[2].joinpath('read.txt').open('a') as log:\n")
        file.write("    log.write('x')\n")
    with previewing(root) as preview:
        before = (root / "read.txt").read_text()
        edit(tiny / "article.md.j2", "The fact says", "A fact says")
        preview.wait_for("article.md.j2:")
        assert "A fact says" in fetched(preview, ARTICLE)[1]
        assert (root / "read.txt").read_text() == before
        edit(other / "article.md.j2", "The fact says", "A fact says")
        preview.wait_for("other/article.md.j2:")
        assert (root / "read.txt").read_text() != before


MISTAKES: dict[str, tuple[str, str, str, str]] = {
    "template": ("article.md.j2", "facts.largest", "facts.larges", "article.md.j2:6: there is no"),
    "YAML": ("thesis.yml", "title: A", "title: [A", "thesis.yml:"),
    "Python": ("charts.py", "return bars(", "return bars((", "charts.py:"),
    "data": (
        "cited/shares.csv",
        ",https://example.org/shares,",
        ",,",
        "cited/shares.csv:2: the row",
    ),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_said_and_the_last_good_page_stays(
    make_repository: MakeRepository, kind: str
) -> None:
    root = make_repository()
    name, old, new, said = MISTAKES[kind]
    path = root / "templates" / "tiny" / name
    with previewing(root) as preview:
        good = told(preview, ARTICLE)
        edit(path, old, new)
        preview.wait_for(f"templates/tiny/{said}")
        status, html = fetched(preview, ARTICLE)
        bad = told(preview, ARTICLE)
        assert status == 200
        assert "The fact says 40%" in html
        assert bad["token"] == good["token"]
        assert good["problems"] == []
        assert bad["problems"]
        edit(path, new, old)
        preview.wait_for("Mended.")
        assert told(preview, ARTICLE) == good


def test_a_broken_theme_names_its_line_and_recovers(make_repository: MakeRepository) -> None:
    root = make_repository()
    main = root / "templates" / "_theme" / "main.html"
    whole = main.read_text(encoding="utf-8")
    with previewing(root) as preview:
        assert "The fact says" in fetched(preview, ARTICLE)[1]
        main.write_text(f"{whole}\n{{% block %}}\n", encoding="utf-8")
        preview.wait_for("main.html:")
        assert "The fact says" in fetched(preview, ARTICLE)[1]
        line = whole.count("\n") + 2
        preview.wait_for(f"templates/_theme/main.html:{line}: ")
        main.write_text(whole, encoding="utf-8")
        preview.wait_for("main.html:", times=3)
        assert fetched(preview, ARTICLE)[0] == 200
        assert told(preview, ARTICLE)["problems"] == []


def test_a_dead_link_is_named_where_it_is_written(make_repository: MakeRepository) -> None:
    root = make_repository()
    path = root / "templates" / "tiny" / "article.md.j2"
    edit(path, "The fact says", "[Nowhere](nowhere.md). The fact says")
    with previewing(root) as preview:
        said = preview.wait_for("nowhere.md")
        assert "templates/tiny/article.md.j2:6: " in said
        edit(path, "[Nowhere](nowhere.md). ", "")
        preview.wait_for("article.md.j2:", times=2)
        assert fetched(preview, ARTICLE)[0] == 200


def test_a_preview_that_begins_with_a_mistake_recovers(make_repository: MakeRepository) -> None:
    root = make_repository()
    path = root / "templates" / "tiny" / "facts.py"
    edit(path, "return percent(float(", "return percent(float((")
    with previewing(root) as preview:
        preview.wait_for("templates/tiny/facts.py:")
        status, html = fetched(preview, ARTICLE)
        assert (status, "follows" in html or "appears" in html) == (404, True)
        edit(path, "float((", "float(")
        preview.wait_for("Mended.")
        assert "The fact says 40%" in fetched(preview, ARTICLE)[1]


def test_its_address_is_said_once_the_page_can_be_opened(make_repository: MakeRepository) -> None:
    with previewing(make_repository(), "--thesis", "tiny", ready="Open") as preview:
        said = preview.said()
        assert fetched(preview, ARTICLE)[0] == 200
        assert said.index("Rendered tiny") < said.index(f"Open {preview.address}{ARTICLE}")


def test_each_save_says_how_many_mistakes_are_left(make_repository: MakeRepository) -> None:
    root = make_repository()
    folder = root / "templates" / "tiny"
    with previewing(root) as preview:
        edit(folder / "facts.py", "return percent(float(", "return percent(float((")
        preview.wait_for("facts.py:")
        edit(folder / "article.md.j2", "The fact says", "A fact says")
        preview.wait_for(" s; 1 mistake from before")


def test_a_broken_mkdocs_yml_at_the_start_is_said_and_recovers(
    make_repository: MakeRepository,
) -> None:
    root = make_repository()
    path = root / "mkdocs.yml"
    edit(path, "site_name: Marked", "site_name: [Marked")
    with previewing(root) as preview:
        preview.wait_for("mkdocs.yml:")
        assert fetched(preview, "")[0] == 404
        edit(path, "site_name: [Marked", "site_name: Marked")
        preview.wait_for("Mended.")
        assert fetched(preview, "")[0] == 200


def test_a_port_in_use_is_said_with_a_free_one(make_repository: MakeRepository) -> None:
    root = make_repository()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            command(root, "--port", str(port)), env=environment(), capture_output=True, text=True
        )
    assert done.returncode == 2
    assert f"port {port} is in use" in done.stderr
    assert "mtm serve --port " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_thesis_ends_it_with_the_nearest_name(make_repository: MakeRepository) -> None:
    done = subprocess.run(
        command(make_repository(), "--port", "0", "--thesis", "tinyy"),
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Did you mean 'tiny'?" in done.stderr


def test_an_interrupt_ends_it_quietly(make_repository: MakeRepository) -> None:
    with previewing(make_repository()) as preview:
        assert preview.interrupt() == 0
        assert "Traceback" not in preview.said()


def test_only_this_machine_and_by_its_name(make_repository: MakeRepository) -> None:
    with previewing(make_repository()) as preview:
        assert fetched(preview, "", Host="elsewhere.example")[0] == 403
        assert fetched(preview, "")[0] == 200
        up = "../../../../etc/passwd"
        for path in (up, up.replace(".", "%2e"), up.replace("/", "%2f"), "/etc/passwd", "a%00b"):
            assert fetched(preview, path)[0] == 404
        assert fetched(preview, f"{DAY}/{ARTICLE}")[0] == 200  # of an edition: the page itself
        assert "no editions" in fetched(preview, "editions/")[1]
        port = int(preview.address.rstrip("/").rpartition(":")[2])
        listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        hosts = {row[1].split(":")[0] for row in listening if row[1].endswith(f":{port:04X}")}
        assert hosts == {"0100007F"}


def test_what_editors_and_builds_leave_is_not_watched() -> None:
    watched = ("templates/a/article.md.j2", "docs/about.md", "docs/data/x.csv", ".store/x.csv")
    others = ("docs/theses/a/index.md", "docs/index.md", "templates/a/.x.swp", "templates/a/x.py~")
    others += (
        ".store/held-by.txt",
        "site/latest/index.html",
        ".build/x",
        "templates/a/__pycache__/facts.pyc",
    )
    assert [name for name in watched if not is_watched(ROOT / name, ROOT)] == []
    assert [name for name in others if is_watched(ROOT / name, ROOT)] == []
    assert is_watched(ROOT / "mkdocs.yml", ROOT)


BASE = """
import functools
import pandas as pd
LIMIT = 3
TABLE = {"a": 1}

def twice(function):
    @functools.wraps(function)
    def inner(*values):
        return 2 * function(*values)
    return inner

def _half(x):
    return x / 2

@functools.cache
def one(x):
    "What it says."
    return _half(x) + LIMIT

@twice
def two(x, y=1):
    return [v for v in x if v > TABLE["a"]]
"""


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("x / 2", "x / 3", {"one"}),
        ("LIMIT = 3", "LIMIT = 3.0", {"one"}),
        ('"a": 1', '"a": 2', {"two"}),
        ("2 * function", "3 * function", {"two"}),
        ("y=1", "y=2", {"two"}),
        ("v > TABLE", "v >= TABLE", {"two"}),
        ("LIMIT = 3\n", "# a comment\n\nLIMIT = 3\n", set()),
        ("def _half", "def _other():\n    return 0\n\ndef _half", set()),
    ],
)
def test_a_function_is_called_again_only_when_it_or_what_it_uses_changed(
    tmp_path: Path, old: str, new: str, differ: set[str]
) -> None:
    def marks(text: str) -> dict[str, str]:
        path = tmp_path / "facts.py"
        path.write_text(text, encoding="utf-8")
        functions, findings = load_functions(path, root=tmp_path)
        assert findings == []
        return {name: fingerprint(functions[name]) for name in ("one", "two")}

    before, after = marks(BASE), marks(BASE.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == differ


def test_a_function_of_unknown_parts_is_always_called(tmp_path: Path) -> None:
    path = tmp_path / "facts.py"
    path.write_text("class A:\n    x = 1\n\ndef one():\n    return A.x\n", encoding="utf-8")
    functions: dict[str, Callable[..., object]]
    functions, _ = load_functions(path, root=tmp_path)
    with pytest.raises(Unknown):
        fingerprint(functions["one"])
