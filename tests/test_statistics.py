"""Return and risk formulas, against an independent library, known figures and properties."""

from __future__ import annotations

import datetime as dt
import math

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import facts, statistics
from generator.errors import NotStored
from generator.statistics import (
    Lead,
    annualised,
    beta,
    by_month,
    calendar_year_return,
    calendar_year_returns,
    capture,
    compound,
    drawdown,
    event_windows,
    expanding_z,
    lead,
    max_drawdown,
    month_end,
    period_return,
    periodic_returns,
    relative,
    rolling_annualised,
    rolling_beta,
    rolling_gap,
    rolling_volatility,
    share_of_windows,
    sharpe,
    total_return,
    tracking_error,
    volatility,
    wilson_interval,
    window,
)
from tests.conftest import ROOT

Series = pd.Series


def level(values: list[float], first: str = "2024-01-01", freq: str = "D") -> Series[float]:
    return pd.Series(values, index=pd.date_range(first, periods=len(values), freq=freq))


def noise(count: int, seed: int, freq: str = "B", first: str = "2015-01-01") -> Series[float]:
    values = np.random.default_rng(seed).normal(0.0004, 0.01, count)
    return pd.Series(values, index=pd.date_range(first, periods=count, freq=freq))


FUND, BENCHMARK = noise(1500, 1), noise(1500, 2) + 0.6 * noise(1500, 1)
RISK_FREE = pd.Series(0.0001, index=FUND.index)
MONTHLY_FUND, MONTHLY_BENCHMARK = noise(60, 3, "ME"), noise(60, 4, "ME")

closes = st.lists(st.floats(0.5, 1000), min_size=2, max_size=30)


def prices(close: list[float], dividend: list[float] | None = None) -> pd.DataFrame:
    index = pd.date_range("2024-01-01", periods=len(close), freq="D")
    return pd.DataFrame({"close": close, "dividend": dividend or 0.0, "split": 0.0}, index=index)


@given(closes)
def test_without_dividends_the_total_return_is_proportional_to_the_close(
    close: list[float],
) -> None:
    frame = prices(close)
    assert total_return(frame).to_numpy() == pytest.approx(np.array(close) / close[0])


def test_a_dividend_is_reinvested_at_the_close_of_its_day() -> None:
    assert list(total_return(prices([100, 99, 198], [5, 1, 0]))) == pytest.approx([1, 1, 2])


def test_the_base_of_a_window_is_the_last_close_before_its_first_day() -> None:
    series = level([1, 2, 3, 4], "2024-01-03")
    assert list(window(series, "2024-01-04", "2024-01-05")) == [1, 2, 3]
    with pytest.raises(ValueError, match="begins on 2024-01-03"):
        window(series, "2024-01-03", "2024-01-05")


def test_a_period_runs_between_the_last_closes_on_or_before_its_ends() -> None:
    series = pd.Series(
        [10.0, 12.0, 15.0], index=pd.to_datetime(["2023-12-29", "2024-06-28", "2025-01-02"])
    )
    assert period_return(series, "2023-12-31", dt.date(2024, 6, 30)) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="begins on 2023-12-29, after 2023-12-28"):
        period_return(series, "2023-12-28", "2024-06-30")


def test_calendar_years_run_from_the_last_close_of_the_year_before_and_are_complete() -> None:
    days = pd.bdate_range("2022-06-01", "2025-06-30")
    series = pd.Series(np.linspace(100, 200, len(days)), index=days)
    returns = calendar_year_returns(series)
    assert list(returns.index) == [2023, 2024]
    expected = series["2024-12-31"] / series["2023-12-29"] - 1
    assert calendar_year_return(series, 2024) == pytest.approx(expected)
    for year in (2022, 2025):
        with pytest.raises(ValueError, match=f"does not span the whole of {year}"):
            calendar_year_return(series, year)


@pytest.mark.parametrize(
    ("last", "ends_with"),
    [
        ("2026-05-29", "2026-05-31"),  # a Friday, the last weekday of a month that ends on a Sunday
        ("2026-05-28", "2026-04-30"),
        ("2026-05-31", "2026-05-31"),
        ("2026-06-01", "2026-05-31"),
    ],
)
def test_a_month_that_is_not_over_has_no_month_end(last: str, ends_with: str) -> None:
    days = pd.date_range("2026-03-10", last)
    months = month_end(pd.Series(range(len(days)), index=days, dtype=float))
    assert months.index[-1] == pd.Timestamp(ends_with)
    assert months.iloc[0] == 21
    assert month_end(months).equals(months)


def test_the_annual_growth_rate_agrees_with_empyrical() -> None:
    series = compound(FUND)
    years = (series.index[-1] - series.index[0]).days / 365.25
    expected = empyrical.cagr(FUND, annualization=len(FUND) / years)
    assert annualised(series) == pytest.approx(expected)


def test_the_growth_rate_of_the_last_years_begins_at_the_close_that_long_ago() -> None:
    series = level([100.0, 110.0, 121.0, 133.1], "2021-12-31", "YE")
    assert annualised(series, years=2) == pytest.approx(0.1, abs=1e-4)
    assert annualised(series, start="2022-12-31", end="2023-12-31") == pytest.approx(0.1, abs=1e-3)


def test_less_than_a_year_is_never_annualised() -> None:
    series = compound(FUND)
    with pytest.raises(ValueError, match="not annualised under one year"):
        annualised(series, start="2016-01-04", end="2017-01-02")
    assert annualised(level([1.0, 1.1], "2023-12-31", "YE")) == pytest.approx(0.0998, abs=1e-3)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (volatility(FUND), empyrical.annual_volatility(FUND)),
        (volatility(MONTHLY_FUND, 12), empyrical.annual_volatility(MONTHLY_FUND, period="monthly")),
        (max_drawdown(compound(FUND)), empyrical.max_drawdown(FUND)),
        (sharpe(FUND, 0.0001), empyrical.sharpe_ratio(FUND, risk_free=0.0001)),
        (sharpe(FUND, RISK_FREE), empyrical.sharpe_ratio(FUND, risk_free=RISK_FREE)),
        (beta(FUND, BENCHMARK), empyrical.beta(FUND, BENCHMARK)),
        (beta(FUND, BENCHMARK, 0.0001), empyrical.beta(FUND, BENCHMARK, risk_free=0.0001)),
        (
            sharpe(FUND - BENCHMARK) / math.sqrt(252),
            empyrical.excess_sharpe(FUND, BENCHMARK),
        ),
        (
            tracking_error(FUND, BENCHMARK),
            (FUND - BENCHMARK).mean() / empyrical.excess_sharpe(FUND, BENCHMARK) * math.sqrt(252),
        ),
        (
            rolling_volatility(FUND, 60).iloc[-1],
            empyrical.roll_annual_volatility(FUND, window=60).iloc[-1],
        ),
        (
            rolling_beta(FUND, BENCHMARK, 60).iloc[-1],
            empyrical.roll_beta(FUND, BENCHMARK, window=60).iloc[-1],
        ),
        (compound(FUND).iloc[-1] - 1, empyrical.cum_returns_final(FUND)),
    ],
)
def test_risk_figures_agree_with_empyrical(ours: float, theirs: float) -> None:
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_capture_is_the_ratio_of_geometric_means_over_up_and_down_months() -> None:
    def expected(chosen: Series[bool]) -> float:
        # One period a year makes empyrical's annual return a geometric mean per month.
        fund = empyrical.annual_return(MONTHLY_FUND[chosen], annualization=1)
        return float(fund / empyrical.annual_return(MONTHLY_BENCHMARK[chosen], annualization=1))

    ours = capture(MONTHLY_FUND, MONTHLY_BENCHMARK)
    assert ours.up == pytest.approx(expected(MONTHLY_BENCHMARK > 0))
    assert ours.down == pytest.approx(expected(MONTHLY_BENCHMARK < 0))


def test_capture_of_daily_returns_counts_months_not_days() -> None:
    months = [(1 + r).resample("ME").prod() - 1 for r in (FUND, BENCHMARK)]
    assert capture(FUND, BENCHMARK) == pytest.approx(capture(*months))
    assert capture(BENCHMARK, BENCHMARK) == pytest.approx((1, 1))


@given(closes)
def test_a_drawdown_is_never_above_zero_and_counts_from_the_first_value(
    values: list[float],
) -> None:
    falls = drawdown(level(values))
    assert falls.max() == 0
    assert falls.iloc[-1] == pytest.approx(values[-1] / max(values) - 1)
    assert max_drawdown(level(values)) == falls.min()


def test_a_fall_on_the_first_day_is_a_drawdown() -> None:
    assert max_drawdown(level([100, 80, 90])) == pytest.approx(-0.2)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_contains_the_share_and_stays_within_0_and_1(
    hit: tuple[int, int],
) -> None:
    successes, trials = hit
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_three_of_five_leaves_23_to_88_percent_open() -> None:
    assert wilson_interval(3, 5) == pytest.approx((0.231, 0.882), abs=0.001)
    with pytest.raises(ValueError, match="6 of 5"):
        wilson_interval(6, 5)


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=30), st.floats(-100, 100))
def test_a_z_score_does_not_know_what_comes_later(values: list[float], later: float) -> None:
    known = level(values)
    longer = level([*values, later])
    assert expanding_z(longer, 5).reindex(known.index).dropna().to_numpy() == pytest.approx(
        expanding_z(known, 5).to_numpy()
    )


def test_a_z_score_counts_deviations_from_the_mean_so_far() -> None:
    scores = expanding_z(level([1.0, 2.0, 3.0, 10.0]), 3)
    assert list(scores) == pytest.approx([1.0, (10 - 4) / np.std([1, 2, 3, 10], ddof=1)])


def test_the_relative_level_starts_at_one_on_the_first_common_day() -> None:
    a, b = level([2, 4, 6], "2024-01-01"), level([8, 4, 2], "2024-01-02")
    assert relative(a, b).to_dict() == {
        pd.Timestamp("2024-01-02"): 1.0,
        pd.Timestamp("2024-01-03"): pytest.approx(3.0),
    }


def test_compounding_begins_with_one_before_the_first_return() -> None:
    months = pd.Series([0.1, -0.5], index=pd.PeriodIndex(["2024-01", "2024-02"], freq="M"))
    assert compound(months).to_dict() == pytest.approx(
        {pd.Period("2023-12"): 1.0, pd.Period("2024-01"): 1.1, pd.Period("2024-02"): 0.55}
    )
    ends = level([0.1, -0.5], "2024-02-29", "ME")
    assert list(compound(ends).index.strftime("%Y-%m-%d")) == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
    ]
    assert periodic_returns(compound(ends)).to_numpy() == pytest.approx([0.1, -0.5])


def test_a_rolling_return_needs_its_whole_window_of_months() -> None:
    growing = compound(pd.Series(0.01, index=pd.period_range("2020-01", periods=36, freq="M")))
    rolling = rolling_annualised(growing, 2)
    assert list(rolling.index.strftime("%Y-%m")[[0, -1]]) == ["2021-12", "2022-12"]
    assert rolling.to_numpy() == pytest.approx(1.01**12 - 1)


def test_a_rolling_gap_is_in_annual_percentage_points_and_counted_by_windows() -> None:
    fast = compound(pd.Series(0.02, index=pd.period_range("2020-01", periods=24, freq="M")))
    slow = compound(pd.Series(0.01, index=pd.period_range("2020-01", periods=24, freq="M")))
    gap = rolling_gap(fast, slow, 1)
    assert gap.to_numpy() == pytest.approx(100 * (1.02**12 - 1.01**12))
    assert share_of_windows(fast, slow, 1) == (13, 13)
    assert share_of_windows(slow, fast, 1) == (0, 13)


def test_daily_levels_and_their_month_ends_give_the_same_windows() -> None:
    fund, benchmark = compound(FUND), compound(BENCHMARK)
    assert share_of_windows(fund, benchmark, 2) == share_of_windows(
        month_end(fund), month_end(benchmark), 2
    )


def test_events_are_aligned_at_100_at_the_end_of_their_month() -> None:
    months = pd.Series(
        [50.0, 100.0, 110.0, 121.0], index=pd.period_range("2024-01", periods=4, freq="M")
    )
    for series in (months, month_end(months)):
        windows = event_windows(series, [dt.date(2024, 2, 7), dt.date(1999, 1, 1)], 2, 2)
        assert list(windows.index) == [-2, -1, 0, 1, 2]
        assert windows["2024-02"].to_list()[1:] == pytest.approx([50, 100, 110, 121])
        assert math.isnan(windows["2024-02"].iloc[0])
        assert windows["1999-01"].isna().all()


def test_a_table_of_months_becomes_a_series_on_month_ends() -> None:
    table = pd.DataFrame({"month": ["2024-01", "2024-02"], "RF": [0.4, 0.5]})
    assert by_month(table, "RF").to_dict() == {
        pd.Timestamp("2024-01-31"): 0.4,
        pd.Timestamp("2024-02-29"): 0.5,
    }


def test_known_years_of_the_embedded_market_factor_come_out() -> None:
    table = pd.read_csv(ROOT / "docs/data/french_factors.csv")
    market = compound((by_month(table, "Mkt-RF") + by_month(table, "RF")) / 100)
    assert calendar_year_return(market, 1933) == pytest.approx(0.57, abs=0.02)
    assert calendar_year_return(market, 2008) == pytest.approx(-0.367, abs=0.005)


def test_every_public_formula_is_exported() -> None:
    public = {
        name
        for name, value in vars(statistics).items()
        if callable(value) and getattr(value, "__module__", "") == statistics.__name__
    }
    assert {name for name in public if not name.startswith("_")} <= set(statistics.__all__)


def test_a_window_the_data_do_not_reach_is_not_stored_rather_than_cut_short() -> None:
    series = level([1.0] * 300, "2023-12-29", "B")
    last = series.index[-1]
    with pytest.raises(NotStored, match="the series ends on"):
        period_return(series, "2024-01-02", last + pd.Timedelta(days=8))
    with pytest.raises(NotStored, match="the series begins on"):
        period_return(series, "2023-12-01", last)
    assert period_return(series, "2024-01-02", last + pd.Timedelta(days=3)) == 0


def test_half_a_year_of_data_is_not_annualised_whatever_window_is_named() -> None:
    series = level([1.0 + i / 1000 for i in range(130)], "2023-12-29", "B")
    with pytest.raises(NotStored):
        annualised(series, start="2023-12-31", end="2025-12-31")


# --- a lead and its error -------------------------------------------------------------------------


def levels(yearly: float, wobbling: float, years: int = 10) -> Series[float]:
    """A level that grows by that much a year, with a wobble of that size each month."""
    months = pd.date_range("2010-01-31", periods=12 * years + 1, freq="ME")
    wobble = [1 + wobbling * (i % 2) for i in range(len(months))]
    growth = [(1 + yearly) ** ((day - months[0]).days / 365.25) for day in months]
    return pd.Series([g * w for g, w in zip(growth, wobble, strict=True)], index=months)


def test_a_lead_is_the_difference_of_two_annualised_returns() -> None:
    found = lead(levels(0.10, 0.0), levels(0.07, 0.0), 12)
    assert found.rate == pytest.approx(0.03)
    assert found.years == pytest.approx(10, abs=0.01)
    assert not found.within_noise


def test_the_standard_error_of_a_lead_is_tracking_error_over_the_root_of_years() -> None:
    fund, benchmark = levels(0.10, 0.02), levels(0.09, 0.0)
    found = lead(fund, benchmark, 12)
    error = tracking_error(fund.pct_change().dropna(), benchmark.pct_change().dropna(), 12)
    assert found.tracking_error == pytest.approx(error)
    assert found.standard_error == pytest.approx(error / math.sqrt(found.years))
    assert found.within_noise == (abs(found.rate) < 1.96 * found.standard_error)
    assert found.within_noise


def test_ten_percent_of_tracking_error_over_ten_years_leaves_six_points_to_chance() -> None:
    found = Lead(0.06, 0.10 / math.sqrt(10), 0.10, 10)
    assert 100 * found.half_width == pytest.approx(6.2, abs=0.01)
    assert found.within_noise
    said = facts.noise(found)
    assert said.value == pytest.approx(3.16, abs=0.01)
    assert said.text == (
        "a lead of 6.0 points a year over 10.0 years with a standard error of 3.2, within the 6.2 "
        "points that chance alone explains at the 95% level"
    )
    behind = facts.noise(found._replace(rate=-0.07)).text
    assert behind.startswith("a lag of 7.0 points a year")
    assert "beyond the 6.2 points" in behind


def test_no_lead_is_annualised_over_less_than_a_year() -> None:
    with pytest.raises(ValueError, match="year"):
        lead(levels(0.1, 0.0).iloc[:9], levels(0.1, 0.0).iloc[:9], 12)
