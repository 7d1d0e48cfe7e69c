"""What is fed with worse input, and what must hold whatever the input is."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from generator.asking import Limits
from generator.checking import check_theses
from generator.documents import read_document, read_text
from generator.errors import Finding, MtmError, ThesisError
from generator.glossary import read_glossary
from generator.model import DataSpec
from generator.refresh import refresh
from generator.retention import read_withdrawals
from generator.site import read_address, read_identity
from generator.sources import Network
from generator.starting import start_thesis
from generator.store import load_tables
from generator.tables import read_manifest
from generator.thesis import read_thesis
from tests.conftest import ROOT, lay_repository
from tests.fuzz.mutations import worse, worse_bytes, worse_json, worse_zip
from tests.loopback import NEW_YORK, StandIn, _chart, _stamp, gentle, make_bars, stand_in
from tests.test_french import ADDRESS as FRENCH
from tests.test_french import NAME, library, zipped
from tests.test_yahoo_fund import FUND

DAY = dt.date(2026, 10, 31)
SLUG = "my-thesis"
BARS = make_bars("2026-01-05", gentle(40))
TODAY = BARS.days[-1]
FRED = "fred.stlouisfed.org/graph/fredgraph.csv"
PRICES = "query2.finance.yahoo.com/v8/finance/chart/FUND"
SUMMARY = "query2.finance.yahoo.com/v10/finance/quoteSummary/FUND"
OBSERVED = [f"{day},{3 + i % 9 / 100:.2f}" for i, day in enumerate(BARS.days)]
YIELDS = "\n".join(["observation_date,DGS10", *OBSERVED[:20], "2026-02-03,.", *OBSERVED[21:], ""])


@dataclass(frozen=True)
class Place:
    """Where the cases of one process happen: a repository of its own, and a server."""

    root: Path
    server: StandIn

    @property
    def thesis(self) -> Path:
        return self.root / "templates" / SLUG


@dataclass(frozen=True)
class Target:
    """A kind of input: what a case of it is, and what reads it.

    `make` gives the input of a case, `read` feeds it in; it may raise MtmError and nothing else.
    `often` is how many of its cases come for one of the slowest.
    """

    make: Callable[[Random], bytes]
    read: Callable[[Place, bytes], None]
    often: int = 1


class Wrong(Exception):
    """What came out is not what a person may be shown, or what may be stored."""


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A repository with a new thesis in an empty folder, and a stand-in for the sources."""
    root = lay_repository(folder / "repository")
    shutil.copytree(ROOT / "docs" / "data", root / "docs" / "data", dirs_exist_ok=True)
    start_thesis(root, SLUG, source=None, today=dt.date(2026, 1, 31))
    with stand_in() as server:
        yield Place(root, server)


@functools.cache
def original(*parts: str) -> bytes:
    """A file of the starter, of a worked example or of docs/data."""
    return ROOT.joinpath(*parts).read_bytes()


def judge(findings: Sequence[Finding]) -> None:
    """Each finding has a place, a line, words of one line and no traceback, and can be printed."""
    for found in findings:
        said = str(found)
        said.encode()
        if not re.match(r"[\w./ -]+:[1-9]\d*: \S", said) or "Traceback" in said:
            raise Wrong(f"no finding for a person: {said[:300]!r}")
        if "\n" in found.message or len(found.message) > 1500 or "\0" in said:
            raise Wrong(f"not a line: {found.message[:300]!r}")


# --- what an author writes ----------------------------------------------------------------------


def _text(kind: str, *files: Sequence[str]) -> Callable[[Random], bytes]:
    return lambda chance: worse(original(*chance.choice(files)), kind, chance)


def _check(file: str, slug: str = SLUG) -> Callable[[Place, bytes], None]:
    """The whole check of a thesis of which one file is this."""

    def read(here: Place, content: bytes) -> None:
        path = here.root / "templates" / slug / file
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(content)
        try:
            judge(check_theses(here.root, today=DAY, only=slug)[1])
        except ThesisError as error:
            judge(error.findings)
        finally:
            path.unlink() if before is None else path.write_bytes(before)

    return read


def _yaml(here: Place, content: bytes) -> None:
    """The reader of everything in YAML, and the two files with a model, without the rest."""
    path = here.root / "any.yml"
    path.write_bytes(content)
    text, findings = read_text(path, "any.yml")
    judge([*findings, *read_document(text, "any.yml")[1]])
    folder = here.root / "templates" / "other"
    folder.mkdir(exist_ok=True)
    name = "claims.yml" if b"thesis.json" not in content[:90] else "thesis.yml"
    shutil.copy(here.thesis / "thesis.yml", folder)
    (folder / name).write_bytes(content)
    try:
        judge(read_thesis(folder, root=here.root)[1])
    finally:
        shutil.rmtree(folder)


def _glossary(here: Place, content: bytes) -> None:
    folder = here.root / "terms"
    folder.mkdir(exist_ok=True)
    (folder / "glossary.yml").write_bytes(content)
    judge(read_glossary(folder, root=here.root)[1])


def _settings(here: Place, content: bytes) -> None:
    """mkdocs.yml, as far as it is ours."""
    path = here.root / "mkdocs.yml"
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        for read in (read_identity, read_address, read_withdrawals):
            try:
                read(here.root)
            except ThesisError as error:
                judge(error.findings)
    finally:
        path.write_bytes(before)


def _embedded(here: Place, content: bytes) -> None:
    """A table of docs/data, with a manifest that vouches for it."""
    folder = here.root / "docs" / "data"
    manifest = (folder / "manifest.json").read_bytes()
    entry = {**json.loads(manifest)["nber_recessions"], "sha256": _sha(content)}
    (folder / "fuzzed.csv").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps({"fuzzed": entry}))
    try:
        _load(here, DataSpec("fuzzed", "embedded", "fuzzed", "Fuzzed", line=3))
    finally:
        (folder / "manifest.json").write_bytes(manifest)
        (folder / "fuzzed.csv").unlink()


def _cited(here: Place, content: bytes) -> None:
    path = here.thesis / "cited" / "fuzzed.csv"
    path.write_bytes(content)
    try:
        _load(here, DataSpec("fuzzed", "cited", "fuzzed", "Fuzzed", line=3))
    finally:
        path.unlink()


def _load(here: Place, spec: DataSpec) -> None:
    try:
        load_tables([spec], root=here.root, thesis_folder=here.thesis, today=DAY)
    except ThesisError as error:
        judge(error.findings)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- what a source sends, and what is stored -----------------------------------------------------


def _refreshed(spec: DataSpec, address: str, good: bytes) -> Callable[[Place, bytes], None]:
    """A refresh that gets this answer: with nothing stored, and after a good one."""

    def read(here: Place, content: bytes) -> None:
        shutil.rmtree(here.root / ".store", ignore_errors=True)
        for answers in ((content,), (good, content)):
            for number, answer in enumerate(answers):
                here.server.files[address] = answer
                _refresh(here, spec, TODAY - dt.timedelta(days=14 * (len(answers) - 1 - number)))
            _stored(here, spec)

    return read


def _refresh(here: Place, spec: DataSpec, today: dt.date) -> None:
    outcomes = refresh(
        [spec],
        root=here.root,
        today=today,
        now=dt.datetime.combine(today, dt.time(23), NEW_YORK),
        limits=Limits(Network(mirror=here.server.mirror)),
    )
    for outcome in outcomes:
        if any("\n" in words or len(words) > 1000 for words in (outcome.reason, *outcome.notes)):
            raise Wrong(f"not a line: {outcome}")


def _stored(here: Place, spec: DataSpec) -> None:
    """What was stored is what a build can read, without a value that is none."""
    read_manifest(here.root / ".store")
    tables, _ = load_tables([spec], root=here.root, thesis_folder=here.thesis, today=TODAY)
    for table in tables.values():
        for name in table.frame.columns:
            if any(isinstance(v, float) and math.isinf(v) for v in table.frame[name]):
                raise Wrong(f"an endless value is stored in '{name}'")
        if not table.frame.index.is_monotonic_increasing or not table.frame.index.is_unique:
            raise Wrong("the stored days are not in order")


def _csv(here: Place, content: bytes) -> None:
    shutil.rmtree(here.root / ".store", ignore_errors=True)
    (here.root / "docs" / "data" / "own.csv").write_bytes(content)
    _refresh(here, OWN, TODAY)
    _stored(here, OWN)
    (here.root / "docs" / "data" / "own.csv").unlink()


def _store(here: Place, content: bytes) -> None:
    """A series that was altered with its manifest, then the manifest itself."""
    folder = here.root / ".store"
    shutil.rmtree(folder, ignore_errors=True)
    here.server.files[FRED] = YIELDS.encode()
    _refresh(here, YIELD, TODAY)
    for path in (folder / "fred-DGS10.csv", folder / "manifest.json"):
        before = path.read_bytes()
        if path.suffix == ".csv":
            manifest = json.loads((folder / "manifest.json").read_bytes())
            manifest["fred-DGS10"]["sha256"] = _sha(content)
            (folder / "manifest.json").write_text(json.dumps(manifest))
            path.write_bytes(content)
        else:
            chance = Random(content)
            path.write_bytes(worse_json(before, chance))
        for act in (functools.partial(_stored, here, YIELD), _again(here)):
            with suppress(MtmError):
                act()
        if path.suffix == ".csv":
            _refresh(here, YIELD, TODAY)


def _again(here: Place) -> Callable[[], None]:
    return lambda: _refresh(here, YIELD, TODAY + dt.timedelta(days=3))


YIELD = DataSpec("yields", "fred", "DGS10", "Ten years", optional=True)
OWN = DataSpec("own", "csv", "docs/data/own.csv", "Own", options=(("date", "d"), ("value", "v")))
FACTORS = DataSpec("factors", "french", NAME, "Factors")
ARCHIVE = library()
_QUERY = {"period1": ["0"], "period2": [str(_stamp(dt.date(2100, 1, 1)))]}
CHART = _chart("FUND", BARS, _QUERY, "")
FUND_ANSWER = json.dumps({"quoteSummary": {"result": [FUND], "error": None}}).encode()
_STARTER = ("templates", "_starter")
_TINY = ("tests", "cases", "_base", "templates", "tiny")

TARGETS = {
    "yaml": Target(
        _text(
            "yaml",
            (*_STARTER, "thesis.yml"),
            (*_STARTER, "claims.yml"),
            ("templates", "small-caps", "thesis.yml"),
            ("templates", "value-growth", "claims.yml"),
        ),
        _yaml,
        often=6,
    ),
    "thesis": Target(_text("yaml", (*_STARTER, "thesis.yml")), _check("thesis.yml")),
    "claims": Target(_text("yaml", (*_STARTER, "claims.yml")), _check("claims.yml")),
    "template": Target(
        _text("template", (*_STARTER, "case-against.md.j2"), (*_TINY, "article.md.j2")),
        _check("article.md.j2", "tiny"),
        often=3,
    ),
    "cited-check": Target(
        _text("table", (*_STARTER, "cited", "cited.csv")), _check("cited/cited.csv")
    ),
    "glossary": Target(_text("yaml", ("templates", "_shared", "glossary.yml")), _glossary, often=3),
    "style": Target(
        lambda chance: worse(original("templates", "_theme", "assets", "site.css"), "plain", chance)
        if chance.random() < 0.5
        else worse_bytes(b"p { background: url(data:,x) } /* @import 'x' */\n" * 3, chance),
        _check("style.css", "tiny"),
    ),
    "settings": Target(_text("yaml", ("mkdocs.yml",)), _settings, often=4),
    "embedded": Target(
        _text("table", ("docs", "data", "nber_recessions.csv")), _embedded, often=6
    ),
    "cited": Target(_text("table", (*_STARTER, "cited", "cited.csv")), _cited, often=6),
    "csv": Target(
        lambda chance: worse(("d,v\n" + "\n".join(OBSERVED)).encode(), "table", chance),
        _csv,
        often=6,
    ),
    "fred": Target(
        lambda chance: worse(YIELDS.encode(), "table", chance),
        _refreshed(YIELD, FRED, YIELDS.encode()),
        often=4,
    ),
    "french": Target(
        lambda chance: worse_zip(ARCHIVE.encode(), "x.csv", chance),
        _refreshed(FACTORS, FRENCH, zipped(ARCHIVE)),
        often=2,
    ),
    "yahoo": Target(
        lambda chance: worse_json(CHART, chance),
        _refreshed(DataSpec("fund", "yahoo", "FUND", "Fund"), PRICES, CHART),
        often=3,
    ),
    "yahoo-fund": Target(
        lambda chance: worse_json(FUND_ANSWER, chance),
        _refreshed(DataSpec("fund", "yahoo_fund", "FUND", "Fund"), SUMMARY, FUND_ANSWER),
        often=3,
    ),
    "store": Target(
        lambda chance: worse(
            b"date,value\n" + "\n".join(OBSERVED).encode() + b"\n", "table", chance
        ),
        _store,
        often=2,
    ),
}  # fmt: skip
