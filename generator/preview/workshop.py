"""The theses as they were last good, and what is wrong with them now."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.articles import ENDING
from generator.completing import completed
from generator.dates import in_words
from generator.errors import Finding, MtmError, ThesisError, did_you_mean
from generator.finished import Finished
from generator.head import page_heads
from generator.layout import CHARTS, CONFIG
from generator.model import Asset, Edition, Identity, Page, Section, Thesis, Withdrawal
from generator.outcomes import rule_conflicts
from generator.pages import menu
from generator.preview.memory import Memory, Stamp, files_of, stamp_of
from generator.record import series_dates
from generator.renames import in_todays_names, misnamed_theses, renames_of
from generator.rendering import common_pages, render_thesis
from generator.rendering_steps import Setting, thesis_file
from generator.retention import read_withdrawals
from generator.site import read_identity
from generator.thesis import read_thesis, thesis_folders
from generator.told_once import told_whole
from generator.tree import earlier_editions

OURS = "This is a fault of mtm itself, not of your thesis; the terminal has the whole of it."
_READ = ("thesis.yml", "claims.yml", "facts.py", "charts.py", "glossary.yml")  # by our own stages


@dataclass(frozen=True)
class Shelf:
    """All that a site is made of, as it was last good."""

    pages: tuple[Page, ...] = ()
    assets: tuple[Asset, ...] = ()
    menu: tuple[Section, ...] = ()
    edition: dict[str, object] = field(default_factory=dict)  # what the theme is told


@dataclass
class Bench:
    """One thesis: how it last came out well, and what it remembers of its steps."""

    memory: Memory = field(default_factory=Memory)
    thesis: Thesis | None = None  # as it was last read, with mistakes or none
    good: Finished | None = None
    data: tuple[Stamp, ...] = ()
    foreign: Stamp = ()


class Workshop:
    """Renders what a change touches; `problems` has all mistakes there are now, by their place."""

    def __init__(
        self, root: Path, *, today: dt.date, only: str | None, fault: Callable[[str], None]
    ) -> None:
        self.root, self.today, self.only, self.fault = root, today, only, fault
        self.problems: dict[str, list[Finding]] = {}
        self.benches: dict[str, Bench] = {}
        self.shelf = Shelf()
        self._identity: Identity | None = None
        self._past: Sequence[Edition] | None = None
        self._withdrawn: Sequence[Withdrawal] = ()
        known = [folder.name for folder in thesis_folders(root)]
        if only is not None and only not in known:
            message = f"there is no thesis '{only}'."
            raise ThesisError([Finding("templates", 1, message, did_you_mean(only, known))])

    def refresh(self, changed: frozenset[Path] | None = None, *, quick: bool = False) -> list[str]:
        """Render again what these files touch, or everything; the theses that were rendered.

        Under `quick` the comparison of a thesis with its last edition may be that of before.
        """
        whole = changed is None or self.root / CONFIG in changed
        if whole and not self._site():
            return []
        folders = {folder.name: folder for folder in self._folders()}
        gone = self.benches.keys() - folders.keys()
        for slug in gone:
            del self.benches[slug]
            self.problems.pop(slug, None)
        again = [f for f in folders.values() if whole or self._touched(f, changed or frozenset())]
        for folder in again:
            bench = self.benches.setdefault(folder.name, Bench())
            bench.memory.quick = quick
            bench.foreign = _foreign(folder)
            with self._place(folder.name):
                self._thesis(folder, bench)
        if again or gone:
            with self._place("templates"):
                self._common()
        return [folder.name for folder in again]

    def _folders(self) -> list[Path]:
        found = thesis_folders(self.root)
        return [folder for folder in found if self.only in (None, folder.name)]

    def _place(self, place: str) -> Catching:
        return Catching(self.problems, place, self.fault)

    def _site(self) -> bool:
        """Read who publishes the site; whether there is a site at all."""
        with self._place(CONFIG):
            self._identity = read_identity(self.root)
            self._withdrawn = read_withdrawals(self.root)
            for bench in self.benches.values():
                bench.memory.forget()
        return self._identity is not None

    def _earlier(self) -> Sequence[Edition]:
        """The editions laid before; read once, for the preview lays none."""
        if self._past is None:
            self._past = ()
            with self._place("site"):
                found = earlier_editions(self.root, self.root / "site", None)
                past = [one for one in found if one.name < self.today.isoformat()]
                self._past = [*past[:-1], *told_whole(past[-1:], past)]
        return self._past

    def _setting(self) -> Setting:
        assert self._identity is not None
        read = [bench.thesis for bench in self.benches.values() if bench.thesis]
        past = in_todays_names(self._earlier(), [renames_of(thesis) for thesis in read])
        cache = self.root / CHARTS
        return Setting(self.root, self._identity, self.today, cache, "", past, self._withdrawn)

    def _touched(self, folder: Path, changed: frozenset[Path]) -> bool:
        bench = self.benches.get(folder.name)
        if bench is None or any(path.is_relative_to(folder.parent / "_shared") for path in changed):
            return True
        own = [path for path in changed if path.is_relative_to(folder)]
        foreign = _foreign(folder)
        if foreign != bench.foreign:
            bench.memory.forget()  # a function may read such a file by itself
        bench.foreign = foreign
        return bool(own) or bench.data != self._data(bench.thesis)

    def _data(self, thesis: Thesis | None) -> tuple[Stamp, ...]:
        if thesis is None:
            return ()
        of = (files_of(s, root=self.root, thesis_folder=thesis.folder) for s in thesis.data)
        return tuple(map(stamp_of, of))

    def _thesis(self, folder: Path, bench: Bench) -> None:
        bench.memory.tidy()
        thesis, findings = read_thesis(folder, root=self.root)
        bench.thesis = thesis or bench.thesis
        bench.data = self._data(bench.thesis)
        if thesis is None:
            raise ThesisError(findings)
        try:
            setting = self._setting()
            good = completed(*render_thesis(thesis, setting, bench.memory), setting)
        except ThesisError as error:
            raise ThesisError([*findings, *error.findings]) from error
        if findings:
            raise ThesisError(findings)
        bench.good = good

    def _common(self) -> None:
        """The pages of all theses, and with them the site as it is now."""
        good = [bench.good for _, bench in sorted(self.benches.items()) if bench.good]
        setting = self._setting()
        common = common_pages(good, setting)
        days = series_dates(good)
        told = {"name": self.today.isoformat(), "title": in_words(self.today), "data_as_of": days}
        self.shelf = Shelf(
            pages=(*common, *(page for item in good for page in item.pages)),
            assets=tuple(asset for item in good for asset in item.assets),
            menu=tuple(menu(good)),
            edition={**told, "heads": page_heads(good, setting.identity, address="")},
        )
        theses = [bench.thesis for bench in self.benches.values() if bench.thesis]
        names = [folder.name for folder in thesis_folders(self.root)]
        asked = [(thesis_file(t, self.root), spec) for t in theses for spec in t.data]
        findings = [*misnamed_theses(theses, names, self.root), *rule_conflicts(asked)]
        if findings:
            raise ThesisError(findings)

    def warnings(self) -> Iterator[Finding]:
        """What a person should look at, and stops nothing."""
        for bench in self.benches.values():
            if bench.good:
                yield from bench.good.warnings


@dataclass
class Catching:
    """Puts what goes wrong in a block among the problems of a place, or clears them."""

    problems: dict[str, list[Finding]]
    place: str
    fault: Callable[[str], None]

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is None:
            self.problems.pop(self.place, None)
        elif isinstance(error, ThesisError):
            self.problems[self.place] = list(error.findings)
        elif isinstance(error, MtmError):
            self.problems[self.place] = [Finding("", 0, error.message, error.hint)]
        elif isinstance(error, SystemExit):
            message = f"the code of the thesis ended the program: {error!r}."
            self.problems[self.place] = [Finding(self.place, 1, message, "Raise NotStored.")]
        elif isinstance(error, Exception):
            self.fault("".join(traceback.format_exception(error)))
            said = f"{type(error).__name__}: {error}"
            self.problems[self.place] = [Finding(self.place, 0, said, OURS)]
        else:
            return False
        return True


def _foreign(folder: Path) -> Stamp:
    """The files of a thesis that no stage of ours reads: what rests on them is not known.

    Not those that an editor has for a moment while it saves another.
    """
    return stamp_of(
        [p for p in sorted(folder.rglob("*")) if p.is_file() and not _is_read(p, folder)]
    )


def _is_read(path: Path, folder: Path) -> bool:
    inner = path.relative_to(folder)
    ours = inner.name.endswith(ENDING) or str(inner) in _READ or inner.parts[0] == "cited"
    return ours or path.suffix == ".pyc"
