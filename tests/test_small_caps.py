"""The first thesis: every number moves with its data, and no claim holds for want of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from generator.binding import Given
from generator.claims import judge_claims
from generator.facts import compute_facts
from generator.falsifiers import judge_falsifiers
from generator.figures import claims_table, compute_charts, falsifiers_table
from generator.model import Edition, Fact, ForeignText, Missing, Table, Thesis
from generator.shapes import shape_name
from generator.sources import REGISTRY
from generator.store import load_tables
from generator.thesis import read_thesis
from generator.track_record import track_record, track_table
from generator.verdicts import JudgedClaim
from tests.conftest import ROOT
from tests.test_build import copy_repository, run

FOLDER = ROOT / "templates" / "small-caps"
TODAY = dt.date(2026, 8, 31)
# A count or a rank can stay the same while the data below it move; each is named here.
STEADY = {
    "cuts_in_2026": "a count of cuts",
    "recession_cuts": "a count of marked rows",
    "first_cut_interval": "the interval of a count",
    "size_after_cuts": "a count of cycles",
    "last_decade_won": "a year",
    "years_to_record": "the time between two dates",
}
# A fact that asks for a table only to end on a day that all have: it moves with the days alone.
DAYS_ONLY = {
    "iwm_to_now": {"avuv", "spy"},
    "spy_to_now": {"avuv", "iwm"},
    "avuv_to_now": {"iwm", "spy"},
    "avuv_lead": {"spy"},
    "small_this_year": {"spy"},
    "large_this_year": {"iwm"},
}
FIGURE = re.compile(r"(?<![\d.])\d+\.\d+|\d+(?=% without)|^\d+$")


@functools.cache
def thesis() -> Thesis:
    found, mistakes = read_thesis(FOLDER, root=ROOT)
    assert mistakes == []
    assert found is not None
    return found


def prices(seed: int, scale: float) -> pd.DataFrame:
    days = pd.bdate_range("1987-09-01", TODAY, name="date").as_unit("ns")
    moves = np.random.default_rng(seed).normal(0.0003, 0.01, len(days))
    closes = pd.Series(scale * np.exp(np.cumsum(moves)), index=days)
    paid = closes.where((np.arange(len(days)) % 63) == 7, 0.0) * 0.003
    return pd.DataFrame({"close": closes, "dividend": paid, "split": 0.0})


def fetched(spec_source: str, seed: int) -> pd.DataFrame:
    """Made-up data in the shape of a source; only for tests, and named as nothing else."""
    if shape_name(spec_source) == "prices":
        return prices(seed, 100.0)
    if spec_source == "fred":
        days = pd.date_range("2015-01-01", TODAY, name="date").as_unit("ns")
        return pd.DataFrame({"value": np.repeat([5.5, 4.5, 3.75], -(-len(days) // 3))[: len(days)]},
                            index=days)  # fmt: skip
    if spec_source == "french":
        days = pd.date_range("1926-07-31", TODAY, freq="ME", name="date").as_unit("ns")
        names = ["SMALL LoBM", "ME1 BM2", "SMALL HiBM", "BIG LoBM", "ME2 BM2", "BIG HiBM"]
        moves = np.random.default_rng(seed).normal(0.8, 4, (len(days), len(names)))
        return pd.DataFrame(moves, index=days, columns=names)
    days = pd.DatetimeIndex([TODAY], name="date").as_unit("ns")
    fields: dict[str, Any] = {"expense_ratio": 0.2, "net_assets": 7e10, "top_holding_weight": 0.6}
    fields |= {"category": ForeignText("Small"), "top_holding": ForeignText("Some company")}
    return pd.DataFrame(fields, index=days)


@functools.cache
def tables() -> dict[str, Table]:
    """Everything the thesis asks for: what is committed, and made-up data for what is fetched."""
    specs = thesis().data
    real = [spec for spec in specs if spec.source not in REGISTRY]
    found, _ = load_tables(real, root=ROOT, thesis_folder=FOLDER, today=TODAY)
    for seed, spec in enumerate(spec for spec in specs if spec.source in REGISTRY):
        found[spec.name] = Table(spec.name, spec.label, fetched(spec.source, seed), (), TODAY)
    return found


def facts(given: dict[str, Table]) -> tuple[dict[str, Fact], dict[str, Missing]]:
    missing = {
        spec.name: Missing(spec.name, "not stored", "refresh")
        for spec in thesis().data
        if spec.name not in given
    }
    found, lacking, findings = compute_facts(
        thesis().fact_functions, Given(given, missing, TODAY), root=ROOT
    )
    assert findings == []
    return found, lacking


def judged(given: dict[str, Table], today: dt.date = TODAY) -> dict[str, JudgedClaim]:
    found, lacking = facts(given)
    return judge_claims(thesis().claims, found, lacking, today=today)


@functools.cache
def inputs(name: str) -> frozenset[str]:
    """The tables that a fact is computed from, directly or by way of other facts."""
    wanted: set[str] = set()
    functions: dict[str, Callable[..., Any]] = dict(thesis().fact_functions)
    for parameter in inspect.signature(functions[name]).parameters:
        wanted |= inputs(parameter) if parameter in functions else {parameter}
    return frozenset(wanted - {"today"})


def shifted(table: Table) -> Table:
    """The same table with other numbers in it, each by another factor; its dates stay."""
    frame = table.frame.copy()
    factors = 1.35 + 0.3 * np.sin(np.arange(len(frame)))
    for name in frame.columns:
        if name in ("year", "source_grade", "split"):
            continue
        if pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name] * factors
        elif name in ("value", "note", "problem", "target_before", "target_after"):
            frame[name] = [_other_figures(v, f) for v, f in zip(frame[name], factors, strict=True)]
    return dataclasses.replace(table, frame=frame)


def _other_figures(text: object, factor: float) -> object:
    if not isinstance(text, str):
        return text
    digits = 0 if text.isdigit() else 3
    return FIGURE.sub(lambda found: f"{float(found[0]) * factor:.{digits}f}", text)


def test_every_fact_rests_on_a_table() -> None:
    known = {spec.name for spec in thesis().data}
    for name in thesis().fact_functions:
        assert inputs(name), name
        assert inputs(name) <= known, name


@pytest.mark.parametrize("table", sorted(spec.name for spec in thesis().data))
def test_a_fact_moves_when_a_table_that_it_names_does(table: str) -> None:
    before, _ = facts(tables())
    after, _ = facts({**tables(), table: shifted(tables()[table])})
    still = {
        name
        for name, fact in before.items()
        if table in inputs(name) and name in after and after[name].value == fact.value
        if table not in DAYS_ONLY.get(name, ())
    }
    assert still - STEADY.keys() - shared_with_a_newer(table) == set()


def shared_with_a_newer(table: str) -> set[str]:
    """Facts that take the newer of two tables, so that the older one moves nothing."""
    names = thesis().fact_functions
    takes_newer = {"target_now", "cut_so_far", "cuts_in_2026"}
    return (
        {n for n in names if n in takes_newer} if table in ("fomc_target", "fed_upper") else set()
    )


@pytest.mark.parametrize(
    "table", sorted(s.name for s in thesis().data if s.source in REGISTRY and s.source == "yahoo")
)
def test_without_a_series_its_claims_are_not_checked_and_never_hold(table: str) -> None:
    without = {name: found for name, found in tables().items() if name != table}
    verdicts = judged(without)
    concerned = [
        claim
        for claim in thesis().claims
        if claim.finding != "not found" and claim.kind not in ("opinion", "quotation")
        if any(table in inputs(f) for f in (claim.fact, *(f for f, _, _ in claim.also)) if f)
    ]
    for claim in concerned:
        first = inputs(claim.fact) if claim.fact else frozenset()
        if table in first:
            assert verdicts[claim.id].verdict == "not checked this build", claim.id
        assert verdicts[claim.id].verdict not in ("holds", "resolved true"), claim.id
    if table in ("iwm", "spy", "avuv"):
        assert concerned


def test_with_nothing_fetched_nothing_that_needs_it_holds() -> None:
    committed = {s.name for s in thesis().data if s.source not in REGISTRY}
    verdicts = judged({name: found for name, found in tables().items() if name in committed})
    for claim in thesis().claims:
        if claim.fact and not inputs(claim.fact) <= committed and claim.fact != "cuts_in_2026":
            assert verdicts[claim.id].verdict in ("not checked this build", "withdrawn"), claim.id


def target(changes: dict[str, float], until: str) -> Table:
    """The upper bound of the federal funds target as FRED has it, with cuts on some days."""
    days = pd.date_range("2008-12-16", until, name="date").as_unit("ns")
    values = pd.Series(3.75, index=days)
    for day, size in changes.items():
        values[day:] -= size
    spec = next(spec for spec in thesis().data if spec.name == "fed_upper")
    frame = pd.DataFrame({"value": values})
    return Table("fed_upper", spec.label, frame, (), days[-1].date())


@pytest.mark.parametrize(
    ("cuts", "until", "today", "verdict"),
    [
        ({}, "2026-10-30", "2026-11-02", "pending"),
        ({"2026-03-19": 0.25}, "2026-12-30", "2026-12-31", "pending"),
        ({}, "2026-11-30", "2027-01-05", "overdue"),  # the data do not reach the day
        ({}, "2027-01-04", "2027-01-05", "resolved false"),
        ({"2026-03-19": 0.25, "2026-10-29": 0.25}, "2027-01-04", "2027-01-05", "resolved true"),
        (
            {"2026-03-19": 0.25, "2026-10-29": 0.25, "2026-12-10": 0.25},
            "2027-01-04",
            "2027-01-05",
            "resolved false",
        ),
    ],
)
def test_the_forecast_of_cuts_resolves_by_itself_on_its_day(
    cuts: dict[str, float], until: str, today: str, verdict: str
) -> None:
    given = {**tables(), "fed_upper": target(cuts, until)}
    day = dt.date.fromisoformat(today)
    missing: dict[str, Missing] = {}
    found, lacking, findings = compute_facts(
        thesis().fact_functions, Given(given, missing, day), root=ROOT
    )
    assert findings == []
    claims = judge_claims(thesis().claims, found, lacking, today=day)
    assert claims["cuts_2026"].verdict == verdict
    if verdict == "pending":
        assert "So far:" in claims["cuts_2026"].reason


def test_the_article_has_no_unbound_number_and_one_typed_by_hand_is_caught(tmp_path: Path) -> None:
    root = copy_repository(tmp_path / "repository")
    article = root / "templates" / "small-caps" / "article.md.j2"
    text = article.read_text("utf-8")
    bound = "{{ facts.discount }} below its own average"
    assert text.count(bound) == 1
    article.write_text(text.replace(bound, "27% below its own average"), encoding="utf-8")
    line = text[: text.index(bound)].count("\n") + 1
    done = run("check", root=root)
    found = [row for row in done.stdout.splitlines() if not row.startswith(" ")]
    assert (done.returncode, len(found)) == (1, 1)
    assert found[0].startswith(f"templates/small-caps/article.md.j2:{line}: '27%' stands")
    assert found[0].endswith("[unbound-number]")


# ---- A title cannot outlive its data ----

PAIRS = [("iwm", "spy"), ("russell_2000", "sp_500"), ("avuv", "ijr"), ("rsp", "vbr")]
# What a title says beside its figures follows its sign; for these it is only a figure or a count.
FIGURES_ALONE = {
    *("loss_makers", "calendar_gap", "first_cut_outcomes", "first_cut_study", "first_cut_prices"),
    *("fees", "end_date", "fund_years", "size_decades", "academic_drawdowns", "drawdowns_daily"),
    *("small_years", "scoreboard_chart", "members_beating", "since_publication"),
    *("equal_weight_drawdown", "falsifier_chart"),
}


APART = {"academic_beta", "beta_daily", "record_high"}  # mirrored in a test of their own


def mirrored() -> dict[str, Table]:
    """Every table with its two sides exchanged: small is large, a rise is a fall."""
    found = dict(tables())

    def put(name: str, frame: pd.DataFrame) -> None:
        found[name] = dataclasses.replace(found[name], frame=frame)

    for one, other in PAIRS:
        put(one, tables()[other].frame)
        put(other, tables()[one].frame)
    years = found["index_returns"].frame
    sides = {"R2000TR": "SP500TR", "SP500TR": "R2000TR", "IWM": "SP500TR"}
    own = years.set_index(["year", "symbol"])["total_return_pct"]
    other = [
        own.get((year, sides.get(symbol, "")), value)
        for year, symbol, value in zip(
            years["year"], years["symbol"], years["total_return_pct"], strict=True
        )
    ]
    put("index_returns", years.assign(total_return_pct=other))
    factors = found["factors"].frame
    put("factors", factors.assign(SMB=-factors["SMB"]))
    frame = found["portfolios"].frame
    swapped = {"S1V1": "S5V5", "S1V3": "S5V3", "S1V5": "S5V1"}
    swapped |= {b: a for a, b in swapped.items()}
    put("portfolios", frame.rename(columns={**swapped, "S3V1": "S3V5", "S3V5": "S3V1"}))
    target = found["fomc_target"].frame
    put("fomc_target", target.assign(upper_after=12 - target["upper_after"].astype(float)))
    cuts = found["first_cuts"].frame
    exchanged = cuts["note"].str.replace(
        r"smallest 30% ([-\d.]+), largest 30% ([-\d.]+)",
        r"smallest 30% \2, largest 30% \1",
        regex=True,
    )
    put("first_cuts", cuts.assign(note=exchanged))
    put("quotes", _mirrored_quotes(found["quotes"].frame))
    put("cited_claims", _mirrored_claims(found["cited_claims"].frame))
    evidence = found["counter_evidence"].frame
    shares = evidence["fact"].str.contains("loss-making")
    put("counter_evidence", evidence.assign(value=evidence["value"].mask(shares, "61")))
    fees = found["fund_facts"].frame
    rows = fees["field"] == "expense_ratio"
    put("fund_facts", fees.assign(value=fees["value"].mask(rows, "0.5")))
    return found


def _mirrored_quotes(frame: pd.DataFrame) -> pd.DataFrame:
    """Each value is moved to the other side of the oldest of its measure and index."""
    value = frame["value"].astype(float)
    first = frame.assign(value=value).sort_values("date")
    first = first.groupby(["measure", "index", "basis"])["value"].transform("first")
    other = 2 * first - value
    relative = frame["measure"] == "relative forward P/E"
    return frame.assign(value=other.mask(relative, 2 - value))  # about one, the average


def _mirrored_claims(frame: pd.DataFrame) -> pd.DataFrame:
    """The cited pairs exchanged: the seven and the index, cuts and none, home and abroad."""
    changed = frame.set_index("id")
    values = changed["value"].astype(object).copy()
    values["C04"], values["C05"] = changed["value"]["C05"], changed["value"]["C04"]
    values["C14"] = str(100 - float(values["C14"]))
    values["C26"], values["C32"] = "49", "41.8"
    return changed.assign(value=values).reset_index()[frame.columns]


def titles(given: dict[str, Table], *, sign: int = 1) -> dict[str, str]:
    """The title of every chart this thesis can draw from those tables."""
    found, lacking = facts(given)
    claims = judge_claims(thesis().claims, found, lacking, today=TODAY)
    states = judge_falsifiers(thesis().falsifiers, found, lacking, today=TODAY)
    rows = falsifiers_table(states.values(), found)
    if sign < 0:
        rows = dataclasses.replace(rows, frame=rows.frame.assign(state="tripped"))
    every = {**given, "claims": claims_table(claims.values()), "falsifiers": rows}
    day = dt.date(2026, 3, 2)  # so that the prices made up here reach beyond publication
    past = [Edition(day.isoformat(), {"theses": {thesis().slug: {}}}, "")]
    every["track_record"] = track_table(track_record(thesis(), given, {}, past, path="")[0])
    made, missing, findings = compute_charts(
        thesis().chart_functions, Given(every, lacking, TODAY, found, day), root=ROOT
    )
    assert findings == []
    assert missing == {}
    return {name: chart.title for name, chart in made.items()}


def test_a_title_whose_data_are_mirrored_says_something_else() -> None:
    before, after = titles(tables()), titles(mirrored(), sign=-1)
    assert before.keys() == after.keys() == thesis().chart_functions.keys()
    still = {name: title for name, title in before.items() if after[name] == title}
    assert still.keys() <= APART, still
    without_figures = {name: re.sub(r"[\d.,]+", "", title) for name, title in before.items()}
    same = {n for n, title in without_figures.items() if title == re.sub(r"[\d.,]+", "", after[n])}
    assert same <= FIGURES_ALONE | APART, {name: (before[name], after[name]) for name in same}


def test_the_titles_that_no_exchange_of_sides_turns_have_their_own_mirror() -> None:
    given = {name: table.frame for name, table in tables().items()}
    made = thesis().chart_functions
    exchanged = given["portfolios"].rename(columns={"S1V1": "S1V5", "S1V5": "S1V1"})
    betas = [
        made["academic_beta"](frame, given["recessions"]).title
        for frame in (given["portfolios"], exchanged)
    ]
    assert [" more " in betas[0], " less " in betas[1]] == [True, True]
    inverse = given["spy"].assign(close=1e4 / given["spy"]["close"], dividend=0.0)
    assert made["beta_daily"](inverse, given["spy"]).title.endswith(", inversely")
    assert not made["beta_daily"](given["spy"], given["spy"]).title.endswith(", inversely")
    fallen = given["iwm"].copy()
    fallen.loc["2021-11-09":, "close"] = 0.5 * fallen.loc["2021-11-08", "close"]
    assert "has not regained" in made["record_high"](fallen).title
