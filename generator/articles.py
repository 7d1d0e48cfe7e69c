"""Fill in the templates of a thesis: its words, with this build's numbers, claims and charts."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, nodes
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.meta import find_undeclared_variables

from generator.claims import MARKS
from generator.documents import read_document, read_text
from generator.environment import make_environment
from generator.errors import Finding, did_you_mean
from generator.explaining import of_template, of_value
from generator.glossary import explained
from generator.layout import GLOSSARY
from generator.marks import Notes, marked
from generator.model import FAILED, Chart, Fact, Missing, Page, Thesis
from generator.parts import Leaf, completed
from generator.verdicts import JudgedClaim

ENDING = ".md.j2"
LEDGER_PAGE = "ledger"  # where the marks lead, if the thesis has one
ARTICLE_PAGE = "index"  # the article is the thesis's own address

# A figure's HTML for a page: the chart, the page below the thesis's address, its number there.
Show = Callable[[Chart, str, int], str]
# The text of a page, its notes, the claims that it prints, its mistakes; and who may know them.
Written = tuple[str, str, tuple[str, ...], list[Finding]]
Once = Callable[[str, Callable[[], Written]], Written]


class Unavailable:
    """Stands for a fact or chart this build cannot have: false in a test, an error when printed.

    Where its function failed, that is the mistake to report, and printing it is none.
    """

    def __init__(self, kind: str, missing: Missing) -> None:
        self.kind = kind
        self.missing = missing

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        if self.missing.reason == FAILED:
            return ""
        raise PrintedUnavailable(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.missing.reason == FAILED:
            return self
        raise PrintedUnavailable(self)


class PrintedUnavailable(Exception):
    """A template prints what this build does not have."""

    def __init__(self, thing: Unavailable) -> None:
        super().__init__(thing.missing.reason)
        self.thing = thing


class Names:
    """`facts.x` in a template: one of our named values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[Any]:
        return iter(value for value in self._values.values() if value)

    def __len__(self) -> int:
        return len(list(iter(self)))


@dataclass
class Writing:
    """What a page may use, and what it turned out not to show."""

    facts: Mapping[str, Fact]
    charts: Mapping[str, Chart]
    claims: Mapping[str, JudgedClaim]
    missing: Mapping[str, Missing]
    show: Show
    extras: Mapping[str, Any] = field(default_factory=dict)
    glossary: Mapping[str, str] = field(default_factory=dict)  # term -> what it means
    # Of "facts" and "charts", the names that `missing` may have; what else it has are tables.
    functions: Mapping[str, Container[str]] = field(default_factory=dict)

    def names(self, kind: str) -> dict[str, Any]:
        known: dict[str, Any] = dict(getattr(self, kind))
        if kind in ("facts", "charts"):
            own = self.functions.get(kind, self.missing)
            for name, lack in ((n, lack) for n, lack in self.missing.items() if n in own):
                known.setdefault(name, Unavailable(kind[:-1], lack))
        return known


def render_pages(
    thesis: Thesis, writing: Writing, *, root: Path, once: Once = lambda _, make: make()
) -> tuple[list[Page], dict[str, tuple[str, ...]], list[Finding]]:
    """Every page of a thesis under theses/<slug>/, or all mistakes in its templates.

    Beside them, by the name of each page, the claims that it prints. `once` may know the page.
    """
    printed: dict[str, tuple[str, ...]] = {}
    environment = make_environment([thesis.folder, root / "templates"])
    written: list[tuple[Leaf, str, str]] = []
    findings: list[Finding] = []
    for number, name in enumerate(thesis.pages):
        file = thesis.folder / f"{name}{ENDING}"
        at_top = number == 0
        page = "" if at_top else f"{name}/"
        text, notes_text, printed[name], found = once(
            name, partial(_written, environment, file, thesis, writing, page, root=root)
        )
        words, mistakes = front_matter(text, file.relative_to(root).as_posix())
        findings += found or mistakes
        title = words.get("title") or name.replace("-", " ").capitalize()
        leaf = Leaf(f"{ARTICLE_PAGE if at_top else name}.md", title, words.get("description", ""))
        written.append((leaf, text, notes_text))
    pages = []
    for leaf, text, notes_text in written:
        others = [other for other, _, _ in written if other is not leaf]
        up = "../../" if leaf.file == f"{ARTICLE_PAGE}.md" else "../../../"
        marked_text = explained(text, writing.glossary, f"{up}{GLOSSARY.removesuffix('.md')}/")
        whole = completed(marked_text + notes_text, text, others)
        pages.append(Page(f"theses/{thesis.slug}/{leaf.file}", whole, leaf.title))
    return pages, printed, findings


def _written(
    environment: Environment, file: Path, thesis: Thesis, writing: Writing, page: str, *, root: Path
) -> Written:
    notes = Notes(f"{LEDGER_PAGE}.md" if LEDGER_PAGE in thesis.pages else "")
    context = _context(thesis, writing, notes, page=page)
    text, findings = render_page(environment, file, context, writing, root=root)
    return text, notes.text(), tuple(notes.claims), findings


def filled(thesis: Thesis, writing: Writing, *, root: Path) -> tuple[Thesis, list[Finding]]:
    """The thesis with the expressions in its own sentence and summary filled in."""
    environment = make_environment([root / "templates"])
    context = {"facts": Names(writing.names("facts")), **writing.extras}
    path = thesis.folder / "thesis.yml"
    findings: list[Finding] = []
    words: dict[str, str] = {}
    for key in ("sentence", "summary"):
        source = getattr(thesis, key)
        if "{" not in source:
            continue
        line = thesis.lines.get(key, 1)
        found = check_template(environment, path, source, context, writing, root=root)
        if not found:
            try:
                words[key] = environment.from_string(source).render(context)
            except Exception as error:  # as for a page: its author's to mend
                said = error.thing.missing.reason if isinstance(error, PrintedUnavailable) else ""
                message = f"'{key}' cannot be filled in: {said or error}."
                hint = "Use only facts that every build has, e.g. of embedded or cited tables."
                found = [Finding(path.relative_to(root).as_posix(), line, message, hint)]
        findings += [replace(finding, line=line) for finding in found]
    sentence, summary = (words.get(key, getattr(thesis, key)) for key in ("sentence", "summary"))
    return replace(thesis, sentence=sentence, summary=summary), findings


def _context(thesis: Thesis, writing: Writing, notes: Notes, *, page: str) -> dict[str, Any]:
    return {
        "thesis": thesis,
        "facts": Names(writing.names("facts")),
        "charts": Names(writing.names("charts")),
        "claims": Names(marked(writing.claims, notes)),
        "show": _Figures(writing.show, page).show,
        "marks": MARKS,
        **writing.extras,
    }


class _Figures:
    """The figures of one page, numbered as they come."""

    def __init__(self, show: Show, page: str) -> None:
        self._show = show
        self._page = page
        self._shown: list[str] = []

    def show(self, chart: Any) -> str:
        """A chart's figure; nothing for one this edition cannot have."""
        if isinstance(chart, Unavailable) and chart.kind == "chart":
            return ""
        if not isinstance(chart, Chart):
            raise TypeError("show() takes a chart: {{ show(charts.name) }}")
        if chart.id in self._shown:
            raise ValueError(
                f"charts.{chart.id} is on this page already; link to #figure-{chart.id}"
            )
        self._shown.append(chart.id)
        return self._show(chart, self._page, len(self._shown))


def render_page(
    environment: Environment,
    file: Path,
    context: Mapping[str, Any],
    writing: Writing,
    *,
    root: Path,
) -> tuple[str, list[Finding]]:
    """A page's text, or everything that is wrong with its template."""
    source, findings = read_text(file, file.relative_to(root).as_posix())
    findings = findings or check_template(environment, file, source, context, writing, root=root)
    return ("", findings) if findings else render(environment, file, context, root=root)


def check_template(
    environment: Environment,
    file: Path,
    source: str,
    context: Mapping[str, Any],
    writing: Writing,
    *,
    root: Path,
) -> list[Finding]:
    """Every name in a template that nothing answers to, with its line, without rendering it."""
    shown = file.relative_to(root).as_posix()
    try:
        tree = environment.parse(source)
        undeclared = find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        said = of_template(error.message or "", source, error.lineno, environment.filters)
        return [Finding(shown, *said)]
    except (ValueError, RecursionError):  # what the parser itself cannot take
        hint = "Shorten the number or the nesting between its braces."
        return [Finding(shown, 1, "not a valid template: it is more than can be read.", hint)]
    known = {*context, *environment.globals}
    findings = []
    for name in sorted(undeclared - known):
        for node in tree.find_all(nodes.Name):
            if node.name == name:
                message = f"there is no '{name}'."
                findings.append(Finding(shown, node.lineno, message, did_you_mean(name, known)))
    for kind in ("facts", "charts", "claims"):
        names = writing.names(kind)
        for part in tree.find_all(nodes.Getattr):
            of_kind = isinstance(part.node, nodes.Name) and part.node.name == kind
            if of_kind and part.attr not in names:
                message = f"there is no {kind[:-1]} '{part.attr}'."
                hint = did_you_mean(part.attr, names)
                findings.append(Finding(shown, part.lineno, message, hint))
    return findings


def render(
    environment: Environment, file: Path, context: Mapping[str, Any], *, root: Path
) -> tuple[str, list[Finding]]:
    """The template's text; a mistake that shows only while rendering is a finding at its line."""
    shown = file.relative_to(root).as_posix()
    try:
        return environment.get_template(_name(environment, file)).render(context), []
    except PrintedUnavailable as error:
        path, line = _where(error, shown, file, root)
        lack = error.thing.missing
        message = (
            f"{error.thing.kind} '{lack.name}' is printed, but this build has none: {lack.reason}."
        )
        guard = f"{{% if {error.thing.kind}s.{lack.name} %}}"
        hint = f"Put the sentence between {guard} and {{% endif %}}."
        return "", [Finding(path, line, message, hint)]
    except TemplateNotFound as error:
        path, line = _where(error, shown, file, root)
        hint = did_you_mean(str(error.name), environment.list_templates(extensions=["j2"]))
        return "", [Finding(path, line, f"there is no template '{error.name}' to include.", hint)]
    except TemplateSyntaxError as error:
        return "", [Finding(shown, error.lineno, f"not a valid template: {_plain(error)}.")]
    except UndefinedError as error:
        path, line = _where(error, shown, file, root)
        hint = "Check the name before the dot, and what it offers."
        return "", [
            Finding(path, line, *(of_value(error.message or "") or (f"{error.message}.", hint)))
        ]
    except Exception as error:  # a template is thesis code: whatever it raises is its author's
        path, line = _where(error, shown, file, root)
        hint = "What stands between the braces of this line failed with these values."
        known = str(error).startswith("a chart is shown with")
        said = f"{error}" if known else f"{type(error).__name__}: {error}"
        return "", [Finding(path, line, f"{said}.", hint)]


def _plain(error: TemplateSyntaxError) -> str:
    return (error.message or "").rstrip(".")


def _where(error: BaseException, shown: str, file: Path, root: Path) -> tuple[str, int]:
    """The innermost template line of an error: Jinja rewrites tracebacks to template lines."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(ENDING):
            return Path(frame.filename).relative_to(root).as_posix(), frame.lineno or 1
    return shown, 1


def front_matter(text: str, shown: str) -> tuple[dict[str, str], list[Finding]]:
    """The texts in the YAML block a page may begin with; a block that is no YAML is a finding."""
    if not text.startswith("---\n"):
        return {}, []
    block, _, _ = text[4:].partition("\n---\n")
    document, findings = read_document(block, shown)
    if findings:
        hint = "Write title: {{ thesis.title | tojson }}, or quote what has a colon in it."
        return {}, [Finding(f.path, f.line + 1, f.message, hint) for f in findings]
    values = document.values if isinstance(document.values, dict) else {}
    return {str(key): str(value) for key, value in values.items() if value}, []


def _name(environment: Environment, file: Path) -> str:
    """The name under which the environment's own folders know `file`."""
    loader = environment.loader
    folders = loader.searchpath if isinstance(loader, FileSystemLoader) else []
    for folder in folders:
        if file.is_relative_to(folder):
            return file.relative_to(folder).as_posix()
    return file.name
