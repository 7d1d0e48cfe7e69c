"""Yahoo Finance: what a fund costs, how large it is, what it holds, by way of yfinance."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import yfinance
from curl_cffi import requests as curl

from generator.errors import RateLimited, SourceError, SourceUnreachable
from generator.model import ForeignText, Source
from generator.readings import SECTOR
from generator.sources import BrokenAnswer, Fetched, Request, http, plain
from generator.sources.yahoo import PUBLISHER, address, session, ticker

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
MULTIPLES = {
    "price_to_earnings": "Price/Earnings",
    "price_to_book": "Price/Book",
    "price_to_sales": "Price/Sales",
    "price_to_cash_flow": "Price/Cashflow",
}
SECTORS_SUM = (98.0, 102.0)  # percent
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, UnboundLocalError)


def fetch(request: Request) -> Fetched:
    """One reading of a fund, dated today; a field that is not usable is left out with a note."""
    asked = session(request)

    def read() -> tuple[dict[str, Value], list[str]]:
        return _read(ticker(request.key, asked), request.key)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # yfinance uses what the next pandas takes away
        fields, notes = http.attempts(request, read)
    day = pd.DatetimeIndex([request.today]).as_unit("ns").rename("date")
    frame = pd.DataFrame({name: [value] for name, value in fields.items()}, index=day, dtype=object)
    for name, value in fields.items():
        if not isinstance(value, str):
            frame[name] = frame[name].astype(float)
    source = Source(
        publisher=PUBLISHER,
        title=f"{request.key}: fund profile and holdings",
        url=f"{address(request.key)}/holdings",
        licence="Yahoo's terms: personal use; single figures are quoted",
        may_republish=False,
        retrieved=request.today,
        as_of=request.today,
    )
    return Fetched(frame, source, tuple(notes))


def _read(fund: yfinance.Ticker, symbol: str) -> tuple[dict[str, Value], list[str]]:
    """Every field in a guard of its own, and why those that are not there are not."""
    fields: dict[str, Value] = {}
    notes: list[str] = []
    troubles: list[SourceError] = []

    def take(name: str, read: Callable[[], Value]) -> None:
        try:
            fields[name] = _believable(name, read())
        except (RateLimited, SourceUnreachable):
            raise
        except SourceError as error:
            troubles.append(error)
            notes.append(f"{_words(name)}: {error.message}")
        except _Unusable as error:
            notes.append(f"{_words(name)} left out: {error}")
        # Not a list of types: each failure of yfinance has another one, some of them Python's own.
        except Exception as error:
            troubles.append(_trouble(error, symbol))
            notes.append(f"{_words(name)} left out: it is not in the answer")

    take("family", lambda: _text(fund.funds_data.fund_overview["family"]))
    take("category", lambda: _text(fund.funds_data.fund_overview["categoryName"]))
    take("expense_ratio", lambda: _expense_ratio(fund, symbol))
    take("net_assets", lambda: _number(fund.info["totalAssets"]))  # fund_operations has them wrong
    for name, label in MULTIPLES.items():
        take(name, lambda label=label: _multiple(fund, symbol, label))  # type: ignore[misc]
    take("top_holding", lambda: _text(fund.funds_data.top_holdings["Name"].iloc[0]))
    take(
        "top_holding_weight",
        lambda: 100 * _number(fund.funds_data.top_holdings["Holding Percent"].iloc[0]),
    )
    try:
        fields |= _sectors(fund.funds_data.sector_weightings)
    except _Unusable as error:
        notes.append(f"sectors left out: {error}")
    except SourceError as error:
        troubles.append(error)
    except Exception as error:
        troubles.append(_trouble(error, symbol))
        notes.append("sectors left out: they are not in the answer")
    if not any(isinstance(value, float) for value in fields.values()):
        raise next((t for t in troubles if isinstance(t, BrokenAnswer)), _nothing(symbol, troubles))
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
    result = float(value)
    if not math.isfinite(result):
        raise _Unusable("it is no number")
    return result


def _text(value: Any) -> ForeignText:
    words = plain(value or "")
    if not words:
        raise _Unusable("it is empty")
    return ForeignText(words)


def _expense_ratio(fund: yfinance.Ticker, symbol: str) -> float:
    """Percent a year; a fraction of one in this table, unlike in info["netExpenseRatio"]."""
    table = fund.funds_data.fund_operations
    return 100 * _number(table.loc["Annual Report Expense Ratio", symbol])


def _multiple(fund: yfinance.Ticker, symbol: str, label: str) -> float:
    """Yahoo sends the inverse: 0.029 means 34 times earnings, 0 that it does not know."""
    inverse = _number(fund.funds_data.equity_holdings.loc[label, symbol])
    if inverse == 0:
        raise _Unusable("0 means that Yahoo does not know it")
    return 1 / inverse


def _sectors(weights: dict[str, Any]) -> dict[str, Value]:
    """Percent of the fund by sector, if they are the whole of it."""
    percent = {name: 100 * _number(weight) for name, weight in weights.items()}
    total = sum(percent.values())
    if not SECTORS_SUM[0] <= total <= SECTORS_SUM[1] or min(percent.values()) < 0:
        raise _Unusable(f"they add up to {total:.1f}%")
    return {f"{SECTOR}{plain(name)}": weight for name, weight in percent.items()}


def _trouble(error: Exception, symbol: str) -> SourceError:
    """What a foreign error means for the whole answer."""
    if isinstance(error, curl.exceptions.HTTPError):
        status = error.response.status_code if error.response is not None else 0
        if status == 404:
            return _nothing(symbol, [])
        return BrokenAnswer(f"{PUBLISHER} failed on its side for '{symbol}' (status {status}).")
    if isinstance(error, curl.exceptions.RequestException):
        cause = http.short(error)
        return BrokenAnswer(f"{PUBLISHER} broke off its answer for '{symbol}': {cause}.")
    if isinstance(error, UNREADABLE):
        return SourceError(f"{PUBLISHER} sent no fund data for '{symbol}'.")
    return BrokenAnswer(f"{PUBLISHER} sent something unreadable for '{symbol}': {plain(error)}")


def _nothing(symbol: str, troubles: list[SourceError]) -> SourceError:
    if troubles:
        return troubles[0]
    message = f"{PUBLISHER} has no usable fund data for '{symbol}'."
    return SourceError(message, f"Check the symbol at {address(symbol)}.")


def _words(field: str) -> str:
    return field.replace("_", " ")
