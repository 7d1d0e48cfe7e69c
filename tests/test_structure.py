"""The directions between our modules hold, and no thesis is named in the generator."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import generator
from generator import charts, statistics
from tests.conftest import ROOT

GENERATOR = ROOT / "generator"
KERNEL = {
    "model",
    "rules",
    "verdicts",
    "errors",
    "risk_measures",
}  # import nothing of ours; everyone may import them
SHARED = {
    "binding",
    "composing",
    "dates",
    "documents",
    "explaining",
    "files",
    "hedges",
    "lock",
    "layout",
    "places",
    "renames",
    "rows",
    "series",
    "statistics",
}  # of many stages
STAGES = {
    "thesis", "starting", "records", "facts", "claims", "figures", "articles", "pages", "record",
    "falsifiers", "contradictions", "balance", "marks", "ledger", "store", "tables", "sources",
    "charts", "gallery", "site", "mkdocs_run", "editions", "publish", "revision", "head", "feed",
    "functions_page", "tree", "laying", "own_files", "sharing", "thinning", "root_files",
    "finishing", "styles", "policy",
    "corrections", "terms", "redirects", "track_record", "verdict_history",
    "changes", "changes_page", "due", "bill",
}  # fmt: skip
# A stage may use another one only where it is made of it, and here is why.
ALLOWED = {
    ("thesis", "records"): "claims.yml is a part of the thesis folder",
    ("articles", "claims"): "templates may print a sign of their own",
    ("articles", "marks"): "a claim is printed with its mark",
    ("marks", "claims"): "a mark is how a verdict is printed",
    ("marks", "facts"): "numbers are worded in one place",
    ("articles", "ledger"): "templates print a claim's past through filters",
    ("pages", "ledger"): "the formulas are part of what a page may print",
    ("pages", "marks"): "the ledger prints a claim as a note does",
    ("articles", "facts"): "numbers are worded in one place",
    ("pages", "articles"): "a page shared by theses is a template like any other",
    ("corrections", "articles"): "a page shared by theses is a template like any other",
    ("gallery", "charts"): "it shows every kind of chart there is",
    ("gallery", "articles"): "a page shared by theses is a template like any other",
    ("functions_page", "charts"): "it lists every kind of chart there is",
    ("functions_page", "articles"): "a page shared by theses is a template like any other",
    ("functions_page", "gallery"): "signatures are set in one way",
    ("terms", "articles"): "a page shared by theses is a template like any other",
    ("pages", "sources"): "what was never fetched is called by what its source gives",
    ("pages", "claims"): "the scoreboard is part of every page's head",
    ("changes_page", "articles"): "a page shared by theses is a template like any other",
    ("changes_page", "pages"): "a line below a page's heading is set in one place",
    ("changes_page", "claims"): "a verdict is printed with its sign",
    ("store", "tables"): "the store reads its tables through one module",
    ("store", "sources"): "sources are reached only from the store",
    ("head", "charts"): "a page's head tells the size of its card",
    ("head", "own_files"): "a page's head names the stylesheet of its thesis",
    ("feed", "pages"): "how the claims stand is worded in one place",
    ("publish", "editions"): "publish is the edge of the pure editions",
    ("publish", "tree"): "what is laid is read in one module",
    ("publish", "laying"): "it first mends what a killed laying left",
    ("publish", "sharing"): "it merges what editions share",
    ("laying", "editions"): "laying is the edge of the pure editions",
    ("thinning", "editions"): "it chooses among the editions",
    ("thinning", "sharing"): "only what is shared is let go",
    ("laying", "thinning"): "it lets go of files",
    ("publish", "thinning"): "it lets go of files",
    ("tree", "thinning"): "what was let go is part of what is verified",
    ("root_files", "score"): "how the claims stand is worded in one place",
    ("laying", "tree"): "what is laid is read in one module",
    ("laying", "sharing"): "it stores once what editions share",
    ("tree", "editions"): "tree is the edge of the pure editions",
    ("tree", "revision"): "git is asked in one module",
    ("tree", "sharing"): "an edition's files lie in its folder and among the shared",
    ("editions", "sharing"): "an edition's files lie in its folder and among the shared",
    ("root_files", "editions"): "it lists the editions",
    ("redirects", "policy"): "its pages have a policy too",
    ("root_files", "policy"): "its pages have a policy too",
    ("mkdocs_run", "finishing"): "what MkDocs built is finished before anyone reads it",
    ("finishing", "styles"): "finishing is the edge of the pure styles",
    ("finishing", "policy"): "each page carries its policy",
    ("publish", "revision"): "git is asked in one module",
}


def modules() -> dict[str, set[str]]:
    """What each module of the generator imports of ours, by top-level name."""
    found: dict[str, set[str]] = {}
    for path in GENERATOR.rglob("*.py"):
        name = path.relative_to(GENERATOR).parts[0].removesuffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = found.setdefault(name, set())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generator"):
                parts = (node.module or "").split(".")
                names |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
            elif isinstance(node, ast.Import):
                dotted = [alias.name.split(".") for alias in node.names]
                names |= {parts[1] for parts in dotted if parts[0] == "generator" and parts[1:]}
    return found


def lines_with(pattern: str, *, outside: tuple[str, ...]) -> list[str]:
    expression = re.compile(pattern)
    return [
        f"{path.relative_to(GENERATOR)}: {line.strip()}"
        for path in sorted(GENERATOR.rglob("*.py"))
        if path.relative_to(GENERATOR).as_posix() not in outside
        for line in path.read_text(encoding="utf-8").splitlines()
        if expression.search(line)
    ]


def test_the_kernel_imports_nothing_else_of_ours() -> None:
    assert {name: modules()[name] - KERNEL for name in KERNEL} == {name: set() for name in KERNEL}


def test_stages_do_not_import_one_another() -> None:
    crossings = {
        (name, other)
        for name, imports in modules().items()
        if name in STAGES
        for other in imports & STAGES - {name}
    }
    assert crossings - ALLOWED.keys() == set()


def test_the_parts_shared_by_stages_import_only_the_kernel() -> None:
    assert {name: modules()[name] - KERNEL - SHARED for name in SHARED} == {
        name: set() for name in SHARED
    }


def test_sources_are_asked_in_one_module() -> None:
    assert lines_with(r"\bfetcher\(|\.fetch\(", outside=("asking.py", "sources/__init__.py")) == []
    modules_of_sources = r"generator\.sources\.\w+ import|from generator\.sources import http"
    hits = lines_with(modules_of_sources, outside=())
    assert [hit for hit in hits if not hit.startswith("sources/")] == []


def test_only_the_command_prints() -> None:
    printing = (
        *("cli.py", "cli_build.py", "cli_editions.py", "cli_new.py", "cli_serve.py"),
        "terminal.py",
    )
    assert lines_with(r"\bprint\(|click\.echo", outside=printing) == []


def test_the_clock_is_read_only_by_the_command() -> None:
    pattern = r"\.(now|today|utcnow)\(|time\.time\("
    assert lines_with(pattern, outside=("cli_days.py",)) == []


def test_subprocesses_start_only_at_the_edges() -> None:
    edges = ("mkdocs_run.py", "publish.py", "revision.py")
    assert lines_with(r"\bsubprocess\b", outside=edges) == []


def test_the_network_is_used_only_in_sources() -> None:
    pattern = r"^\s*(import|from) (requests|urllib\.request|curl_cffi|yfinance|http\.client|socket)"
    hits = lines_with(pattern, outside=())
    assert [hit for hit in hits if not hit.startswith("sources/")] == []


def test_of_our_packages_a_thesis_imports_only_generator() -> None:
    for path in (ROOT / "templates").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("generator."), path


def test_no_ticker_index_or_thesis_is_named_in_the_generator() -> None:
    names = r"\b(IWM|SPY|AVUV|IJR|VBR|IJS|DFSVX|RSP)\b|\^RUT|\^GSPC|Russell|S&P|small.caps?\b"
    assert lines_with(names, outside=()) == []


def test_modules_have_not_outgrown_one_idea() -> None:
    long = {
        path.relative_to(GENERATOR).as_posix(): count
        for path in GENERATOR.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 360
    }
    assert long == {}


def test_no_module_takes_a_name_that_a_thesis_imports() -> None:
    """`from generator import steps` would find the module once it is loaded."""
    ours = {path.stem for path in GENERATOR.iterdir()} - {"__init__", "__pycache__"}
    assert ours & set(generator.__all__) == set()


def test_what_a_thesis_may_import_is_all_that_charts_and_statistics_offer() -> None:
    for home in (charts, statistics):
        name = home.__name__.rpartition(".")[2]
        assert set(generator.HOMES[name].split()) == set(home.__all__)
    for name in generator.__all__:
        assert getattr(generator, name) is not None


def test_a_refresh_loads_no_library_before_it_needs_one() -> None:
    code = "import sys, generator.refresh, generator.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "altair.vegalite",
        "vl_convert",
        "fontTools",
        "yfinance",
        "exchange_calendars",
        "jinja2",
    }
    heavy |= {
        "exchange_calendars",
        "numpy._core",
        "pandas._libs",
    }  # of these two only the name
    assert heavy & set(done.stdout.split()) == set()
