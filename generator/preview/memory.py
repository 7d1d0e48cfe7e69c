"""What the costly steps of one thesis came to, so that a change repeats only those it touches."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from generator.articles import ENDING, Written
from generator.binding import PUBLISHED, TODAY, Called, Given, call
from generator.changes_page import Found
from generator.errors import Finding, ThesisError
from generator.model import Chart, DataSpec, Missing, Picture, Rendered, Table, Thesis
from generator.preview.fingerprint import Unknown, digest, fingerprint
from generator.rendering_steps import Setting, Steps
from generator.showing import Showing
from generator.sources import REGISTRY
from generator.store import STORE, load_tables, series_name
from generator.tables import EMBEDDED

_FIGURE = re.compile(r'id="figure-(\w+)"')

Stamp = tuple[tuple[str, int, int], ...]  # of files: their names, times and sizes


class Memory(Steps):
    """The steps of a rendering, each done only where what it depends on has changed.

    A function is called again when its code, the values it names or the tables and facts it asks
    for differ. One that reads files by itself is not seen through: `forget` is for that.
    """

    def __init__(self) -> None:
        self.quick = False  # whether the comparison with the last edition may be that of before
        self.forget()

    def forget(self) -> None:
        """Do every step afresh the next time."""
        self._tables: dict[DataSpec, tuple[Any, Table | Missing]] = {}
        self._called: dict[tuple[str, str], tuple[Any, Called]] = {}
        self._pictures: dict[str, tuple[Any, Picture]] = {}
        self._digests: dict[int, tuple[Any, str]] = {}  # by identity, with what it is of
        self._figures: dict[tuple[str, str, int], tuple[Any, str]] = {}
        self._pages: dict[str, tuple[Any, Written]] = {}
        self._compared: tuple[Mapping[str, Any], Found] | None = None
        self._done = 0  # steps that were done, and not remembered

    def load(
        self, thesis: Thesis, *, root: Path, today: dt.date
    ) -> tuple[dict[str, Table], dict[str, Missing]]:
        """As Steps has it; a table is read again when one of its files differs."""
        found: dict[str, Table] = {}
        missing: dict[str, Missing] = {}
        findings: list[Finding] = []
        kept = {}
        for spec in thesis.data:
            stamp = (today, stamp_of(files_of(spec, root=root, thesis_folder=thesis.folder)))
            known = self._tables.get(spec)
            if known is None or known[0] != stamp:
                try:
                    one, lack = load_tables(
                        (spec,), root=root, thesis_folder=thesis.folder, today=today
                    )
                except ThesisError as error:
                    findings += error.findings
                    continue
                self._done += 1
                known = stamp, one.get(spec.name) or lack[spec.name]
            kept[spec] = known
            table = known[1]
            if isinstance(table, Missing):
                missing[spec.name] = table
            else:
                found[spec.name] = table
        self._tables = kept
        if findings:
            raise ThesisError(findings)
        return found, missing

    def call(self, name: str, function: Callable[..., Any], given: Given, *, root: Path) -> Called:
        """As Steps has it; a mistake is never remembered, for its line may have moved."""
        place = (inspect.unwrap(function).__module__, name)
        try:
            key = (fingerprint(function), *self._asked(function, given))
        except Unknown:
            self._done += 1
            return call(name, function, given, root=root)
        known = self._called.get(place)
        if known is None or known[0] != key:
            self._done += 1
            called = call(name, function, given, root=root)
            if called.finding:
                return called
            known = self._called[place] = key, called
        return known[1]

    def _asked(self, function: Callable[..., Any], given: Given) -> Iterator[object]:
        """What `call` gives the function, in the same order of precedence."""
        for wanted in inspect.signature(function).parameters:
            if wanted in (TODAY, PUBLISHED):
                yield given.today, given.published
            elif wanted in given.tables:
                yield self._digest(given.tables[wanted])
            elif wanted in given.facts:
                yield self._digest(given.facts[wanted])
            else:
                yield given.missing.get(wanted)

    def _digest(self, value: Any) -> str:
        known = self._digests.get(id(value))
        if known is None or known[0] is not value:
            known = self._digests[id(value)] = value, digest(value)
        return known[1]

    def draw(self, chart: Chart, *, cache: Path, credit: Sequence[str]) -> Picture:
        """As Steps has it, for charts of which something differs."""
        known = self._pictures.get(chart.id)
        if known is None or not _same((chart, credit), known[0]):
            picture = super().draw(chart, cache=cache, credit=credit)
            known = self._pictures[chart.id] = (chart, credit), picture
        return dataclasses.replace(known[1], chart=chart)

    def lay_out(self, chart: Chart, *, cache: Path | None) -> None:
        """As Steps has it; a chart that was drawn needs no second look."""
        known = self._pictures.get(chart.id)
        if known is None or not _same(chart, known[0][0]):
            super().lay_out(chart, cache=cache)

    def figure(self, showing: Showing, chart: Chart, page: str, number: int) -> str:
        """As Steps has it; it is the same while the chart, its picture and its thesis are."""
        picture = showing.pictures.get(chart.id)
        files = None if picture is None else id(picture.files)
        key = chart, files, showing.identity, showing.today, _described(showing.thesis)
        known = self._figures.get((chart.id, page, number))
        if known is None or not _same(key, known[0]):
            known = key, super().figure(showing, chart, page, number)
            self._figures[chart.id, page, number] = known
        showing.pages.setdefault(chart.id, page)
        return known[1]

    def page(
        self, name: str, make: Callable[[], Written], showing: Showing, depends: object
    ) -> Written:
        """As Steps has it; it is the same while no step was done, and no other file has changed."""
        thesis = showing.thesis
        others = {f"{page}{ENDING}" for page in thesis.pages} - {f"{name}{ENDING}"}
        shared = thesis.folder.parent / "_shared"
        files = [p for p in sorted(thesis.folder.iterdir()) if p.name not in others]
        key = self._done, stamp_of([*files, *sorted(shared.iterdir())]), depends, showing.identity
        known = self._pages.get(name)
        if known is None or known[0] != key:
            known = self._pages[name] = key, make()
        text = known[1][0]
        for chart in _FIGURE.findall(text):  # where it is shown is remembered in this order
            showing.pages.setdefault(chart, "" if name == thesis.pages[0] else f"{name}/")
        return known[1]

    def compare(
        self, item: Rendered, typed: Mapping[str, Sequence[str]], setting: Setting
    ) -> tuple[Mapping[str, Any], Found]:
        """As Steps has it; under `quick` as it was, where it has been done before."""
        if self._compared is None or not self.quick:
            self._compared = super().compare(item, typed, setting)
        return self._compared

    def tidy(self) -> None:
        """Let go of what belongs to tables and facts that are no more."""
        self._digests.clear()


def _described(thesis: Thesis) -> tuple[object, ...]:
    """What figures say of their thesis."""
    return thesis.slug, thesis.title, thesis.published, tuple(thesis.renamed_charts.items())


def _same(one: Any, other: Any) -> bool:
    """Whether two charts, or what they are made of, are the same; a frame only when it is one."""
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, (pd.DataFrame, pd.Series)):
        return False
    if isinstance(one, tuple) and not hasattr(one, "_fields"):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Chart):
        names = [field.name for field in dataclasses.fields(one)]
        return all(_same(getattr(one, name), getattr(other, name)) for name in names)
    try:
        return bool(one == other)
    except ValueError:  # of something with many truths
        return False


def files_of(spec: DataSpec, *, root: Path, thesis_folder: Path) -> list[Path]:
    """The files on which a table rests; the folder of one that may be misnamed."""
    if spec.source in REGISTRY:
        folder = root / STORE
        return [folder / f"{series_name(spec)}.csv", folder / "manifest.json"]
    if spec.source == "cited":
        return [thesis_folder / "cited" / f"{spec.key}.csv", thesis_folder / "cited"]
    folder = root / EMBEDDED
    return [folder / f"{spec.key}.csv", folder / "manifest.json", folder]


def stamp_of(files: Sequence[Path]) -> Stamp:
    """What tells whether these files have changed; of one that is not there, that."""
    stamps = []
    for file in files:
        try:
            found = file.stat()
            stamps.append((file.name, found.st_mtime_ns, found.st_size))
        except OSError:
            stamps.append((file.name, 0, -1))
    return tuple(stamps)
