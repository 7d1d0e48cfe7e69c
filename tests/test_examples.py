"""What the smaller theses compute, computed again from the raw files by numpy and pandas."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from generator.binding import Given
from generator.facts import compute_facts
from generator.model import Fact, Missing, Table
from generator.sources import REGISTRY
from generator.store import load_tables
from generator.thesis import read_thesis
from tests.conftest import ROOT

DATA = ROOT / "docs" / "data"
MARKET = Path(os.environ.get("MTM_MARKET", "/nowhere")) / "prices"
TODAY = dt.date(2026, 8, 31)
EXAMPLES = {"equal-weight": ("RSP", "SPY"), "value-growth": ("VBR", "VBK")}


def prices(symbol: str) -> pd.DataFrame:
    """Close and dividend by day, as the supplied file has them."""
    path = MARKET / f"{symbol}.csv"
    if not path.exists():
        pytest.skip("MTM_MARKET names no folder with real prices")
    return pd.read_csv(path, index_col="date", parse_dates=True)


def facts_of(name: str, daily: Mapping[str, pd.DataFrame] | None = None) -> Mapping[str, Fact]:
    """The facts of one thesis: from what is committed, and from daily prices where given."""
    folder = ROOT / "templates" / name
    if not folder.is_dir():
        pytest.skip(f"this fork has no templates/{name}")
    thesis, mistakes = read_thesis(folder, root=ROOT)
    assert thesis is not None
    assert mistakes == []
    committed = [spec for spec in thesis.data if spec.source not in REGISTRY]
    tables, _ = load_tables(committed, root=ROOT, thesis_folder=folder, today=TODAY)
    for table, frame in (daily or {}).items():
        shaped = frame[["close", "dividend"]].assign(split=0.0)
        tables[table] = Table(table, table, shaped, (), shaped.index[-1].date())
    missing = {
        spec.name: Missing(spec.name, "not stored", "refresh")
        for spec in thesis.data
        if spec.name not in tables
    }
    facts, _, findings = compute_facts(
        thesis.fact_functions, Given(tables, missing, TODAY), root=ROOT
    )
    assert findings == []
    return facts


def growth_a_year(returns: pd.Series) -> float:
    return 100 * (np.exp(np.log1p(returns).mean() * 12) - 1)


def total_return(daily: pd.DataFrame) -> pd.Series:
    """One dollar with every dividend put back at the close of its day."""
    shares = (1 + daily["dividend"] / daily["close"]).cumprod()
    return shares * daily["close"]


def test_the_published_years_of_equal_weight_are_two_won_and_the_sum_lost() -> None:
    facts = facts_of("equal-weight")
    with (DATA / "calendar_year_returns.csv").open(encoding="utf-8") as file:
        rows = {(r["symbol"], int(r["year"])): r["total_return_pct"] for r in csv.DictReader(file)}
    equal, index = (
        np.array([float(rows[symbol, year]) for year in (2021, 2022, 2023)])
        for symbol in ("RSP", "SP500TR")
    )
    behind = 100 * (np.prod(1 + index / 100) - np.prod(1 + equal / 100))
    assert facts["years_led"].text == f"{(equal > index).sum()} of 3"
    assert facts["behind_2021_2023"].value == pytest.approx(behind)
    assert facts["lead_2022"].value == pytest.approx(equal[1] - index[1])


def test_value_leads_growth_by_less_the_larger_the_companies() -> None:
    facts = facts_of("value-growth")
    raw = pd.read_csv(DATA / "french_portfolios.csv", index_col="month")
    leads = [
        growth_a_year(raw[f"{s}V5"]) - growth_a_year(raw[f"{s}V1"]) for s in ("S1", "S3", "S5")
    ]
    told = [facts[name].value for name in ("smallest_lead", "middle_lead", "largest_lead")]
    # The site counts years by days / 365.25, this by months / 12.
    assert told == pytest.approx(leads, abs=0.01)
    assert leads == sorted(leads, reverse=True)
    late = raw.loc["2007-01":]
    assert facts["middle_lead_late"].value == pytest.approx(
        growth_a_year(late["S3V5"]) - growth_a_year(late["S3V1"]), abs=0.01
    )


def test_ten_year_windows_of_value_and_growth_are_counted_as_numpy_counts_them() -> None:
    facts = facts_of("value-growth")
    raw = pd.read_csv(DATA / "french_portfolios.csv", index_col="month")
    for size, name in (("S1", "smallest_decades_won"), ("S3", "middle_decades_won")):
        logs = np.log1p(raw[f"{size}V5"]) - np.log1p(raw[f"{size}V1"])
        sums = np.convolve(logs, np.ones(120), mode="valid")
        assert facts[name].text == f"{(sums > 0).sum()} of {len(sums)}"


def test_the_deepest_fall_of_value_against_growth_is_that_of_the_raw_returns() -> None:
    facts = facts_of("value-growth")
    raw = pd.read_csv(DATA / "french_portfolios.csv", index_col="month")
    ratio = np.r_[1.0, ((1 + raw["S1V5"]) / (1 + raw["S1V1"])).cumprod()]
    falls = 100 * (1 - ratio / np.maximum.accumulate(ratio))
    assert facts["worst_fall"].value == pytest.approx(falls.max())
    assert raw.index[falls.argmax() - 1] == f"{facts['worst_fall'].as_of:%Y-%m}"


@pytest.mark.parametrize(
    ("name", "year", "fact"),
    [("equal-weight", 2024, "lead_2024"), ("value-growth", 2020, "lead_2020")],
)
def test_a_year_of_two_funds_is_what_their_raw_prices_give(name: str, year: int, fact: str) -> None:
    ours, theirs = EXAMPLES[name]
    daily = {symbol.lower(): prices(symbol) for symbol in (ours, theirs)}
    ends = {s: total_return(p).groupby(p.index.year).last() for s, p in daily.items()}
    gains = {s: 100 * (e[year] / e[year - 1] - 1) for s, e in ends.items()}
    expected = gains[ours.lower()] - gains[theirs.lower()]
    assert facts_of(name, daily)[fact].value == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("name", "won", "gap"),
    [
        ("equal-weight", "decades_won", "decade_gap"),
        ("value-growth", "fund_decades_won", "fund_decade_gap"),
    ],
)
def test_ten_year_windows_of_two_funds_are_what_their_raw_prices_give(
    name: str, won: str, gap: str
) -> None:
    daily = {symbol.lower(): prices(symbol) for symbol in EXAMPLES[name]}
    months = pd.DataFrame(
        {s: total_return(p).groupby(p.index.to_period("M")).last() for s, p in daily.items()}
    ).loc["2005-01":"2026-04"]
    a, b = (months[symbol.lower()].to_numpy() for symbol in EXAMPLES[name])
    leads = 100 * ((a[120:] / a[:-120]) ** 0.1 - (b[120:] / b[:-120]) ** 0.1)
    facts = facts_of(name, daily)
    assert facts[won].text == f"{(leads > 0).sum()} of {len(leads)}"
    assert facts[gap].value == pytest.approx(leads[-1], abs=0.02)


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_prices_no_figure_of_a_fund_is_invented(name: str) -> None:
    facts = facts_of(name)
    assert not {"decade_gap", "fund_decade_gap", "lead_2024", "lead_2020"} & set(facts)
