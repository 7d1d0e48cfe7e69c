"""Yahoo Finance: what a fund costs, how large it is, what it holds, by way of yfinance."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
from curl_cffi import requests as curl

from generator.errors import SourceError
from generator.model import ForeignText, Source
from generator.readings import SECTOR
from generator.sources import BrokenAnswer, Fetched, Request, http, plain
from generator.sources.yahoo import GRADE, PUBLISHER, address, session, summary

Value = float | ForeignText
# Where a figure may lie to be believed: percent a year, the fund's currency, multiples, percent.
RANGES = {
    "expense_ratio": (0.0, 2.0),
    "net_assets": (1e6, 1e13),
    "price_to_earnings": (5.0, 60.0),
    "price_to_book": (0.2, 30.0),
    "price_to_sales": (0.1, 20.0),
    "price_to_cash_flow": (1.0, 60.0),
    "top_holding_weight": (0.0, 100.0),
}
# summaryDetail for the size: the net assets of fundProfile are wrong.
MODULES = ("fundProfile", "topHoldings", "summaryDetail")
MULTIPLES = {
    "price_to_earnings": "priceToEarnings",
    "price_to_book": "priceToBook",
    "price_to_sales": "priceToSales",
    "price_to_cash_flow": "priceToCashflow",
}
SECTORS_SUM = (98.0, 102.0)  # percent
ABSENT = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def fetch(request: Request) -> Fetched:
    """One reading of a fund, dated today; a field that is not usable is left out with a note."""
    asked, symbol = session(request), request.key.upper()
    fields, notes = http.attempts(request, lambda: _read(_modules(symbol, asked), symbol))
    day = pd.DatetimeIndex([request.today]).as_unit("ns").rename("date")
    frame = pd.DataFrame({name: [value] for name, value in fields.items()}, index=day, dtype=object)
    for name, value in fields.items():
        if not isinstance(value, str):
            frame[name] = frame[name].astype(float)
    source = Source(
        publisher=PUBLISHER,
        title=f"{request.key}: fund profile and holdings",
        url=f"{address(request.key)}/holdings",
        grade=GRADE,
        licence="Yahoo's terms: personal use; single figures are quoted",
        may_republish=False,
        retrieved=request.today,
        as_of=request.today,
    )
    return Fetched(frame, source, tuple(notes))


def _modules(symbol: str, asked: Any) -> dict[str, Any]:
    """The modules of one answer, as far as it has them."""
    try:
        result = summary(symbol, MODULES, asked)["quoteSummary"]["result"]
        return result[0] if result else {}
    except SourceError:
        raise
    except curl.exceptions.RequestException as error:
        status = getattr(error.response, "status_code", 0)
        if status == 401:
            raise BrokenAnswer(
                f"{PUBLISHER} did not accept its own cookie for '{symbol}' (401)."
            ) from error
        if status >= 400:
            http.judge_status(status, PUBLISHER, f"'{symbol}'")
        cause = http.short(error)
        raise BrokenAnswer(f"{PUBLISHER} broke off its answer for '{symbol}': {cause}.") from error
    # Not a list of types: a page instead of JSON, or JSON of another shape, is any of them.
    except Exception as error:
        raise BrokenAnswer(
            f"{PUBLISHER} sent something unreadable for '{symbol}': {plain(error)}"
        ) from error


def _read(modules: dict[str, Any], symbol: str) -> tuple[dict[str, Value], list[str]]:
    """Every field in a guard of its own, and why those that are not there are not."""
    fields: dict[str, Value] = {}
    notes: list[str] = []

    def take(name: str, read: Callable[[], Value]) -> None:
        try:
            fields[name] = _believable(name, read())
        except _Unusable as error:
            notes.append(f"{_words(name)} left out: {error}")
        except ABSENT:
            notes.append(f"{_words(name)} left out: it is not in the answer")

    take("family", lambda: _text(modules["fundProfile"]["family"]))
    take("category", lambda: _text(modules["fundProfile"]["categoryName"]))
    take("expense_ratio", lambda: _expense_ratio(modules))
    take("net_assets", lambda: _number(modules["summaryDetail"]["totalAssets"]))
    for name, label in MULTIPLES.items():
        take(name, lambda label=label: _multiple(modules, label))  # type: ignore[misc]
    take("top_holding", lambda: _text(modules["topHoldings"]["holdings"][0]["holdingName"]))
    take(
        "top_holding_weight",
        lambda: 100 * _number(modules["topHoldings"]["holdings"][0]["holdingPercent"]),
    )
    try:
        fields |= _sectors(modules["topHoldings"]["sectorWeightings"])
    except _Unusable as error:
        notes.append(f"sectors left out: {error}")
    except ABSENT:
        notes.append("sectors left out: they are not in the answer")
    if not any(isinstance(value, float) for value in fields.values()):
        message = f"{PUBLISHER} has no usable fund data for '{symbol}'."
        raise SourceError(message, f"Check the symbol at {address(symbol)}.")
    return fields, notes


class _Unusable(Exception):
    """A field is there, but not a figure that can be right."""


def _believable(name: str, value: Value) -> Value:
    if name not in RANGES or isinstance(value, str):
        return value
    low, high = RANGES[name]
    if not low <= value <= high:
        raise _Unusable(f"{value:g} is not between {low:g} and {high:g}")
    return value


def _number(value: Any) -> float:
    result = float(value["raw"] if isinstance(value, dict) else value)
    if not math.isfinite(result):
        raise _Unusable("it is no number")
    return result


def _text(value: Any) -> ForeignText:
    words = plain(value or "")
    if not words:
        raise _Unusable("it is empty")
    return ForeignText(words)


def _expense_ratio(modules: dict[str, Any]) -> float:
    """Percent a year; a fraction of one in this module."""
    fees = modules["fundProfile"]["feesExpensesInvestment"]
    return 100 * _number(fees["annualReportExpenseRatio"])


def _multiple(modules: dict[str, Any], label: str) -> float:
    """Yahoo sends the inverse: 0.029 means 34 times earnings, 0 that it does not know."""
    inverse = _number(modules["topHoldings"]["equityHoldings"][label])
    if inverse == 0:
        raise _Unusable("0 means that Yahoo does not know it")
    return 1 / inverse


def _sectors(weights: list[dict[str, Any]]) -> dict[str, Value]:
    """Percent of the fund by sector, if they are the whole of it."""
    percent = {name: 100 * _number(weight) for one in weights for name, weight in one.items()}
    total = sum(percent.values())
    if not SECTORS_SUM[0] <= total <= SECTORS_SUM[1] or min(percent.values()) < 0:
        raise _Unusable(f"they add up to {total:.1f}%")
    return {f"{SECTOR}{plain(name)}": weight for name, weight in percent.items()}


def _words(field: str) -> str:
    return field.replace("_", " ")
