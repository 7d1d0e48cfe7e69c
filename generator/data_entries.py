"""The `data:` part of thesis.yml: which tables a thesis asks for, and what they are held to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, create_model, model_validator

from generator.documents import Document
from generator.errors import Finding, did_you_mean
from generator.model import DataSpec
from generator.places import KEY, unfit_path
from generator.rules import Age, Reference, Rules, Tracks, WhenStale
from generator.sources import REGISTRY

READ = {
    "embedded": "a table of docs/data, without .csv",
    "cited": "a table of this thesis's cited/, without .csv",
}
SOURCES = (*REGISTRY, *READ)
OPTIONS = tuple(sorted({option for kind in REGISTRY.values() for option in kind.options}))
FETCHED_ONLY = ("max_age", "when_stale")
REFERENCES = ("cited_returns", "cited_closes")
PRICES_ONLY = ("max_daily_move", "calendar", "tracks", "tracks_at", *REFERENCES)
OBSERVATIONS_ONLY = ("between",)


class Written(BaseModel):
    """Base of everything a person writes in YAML: a key we do not know is a mistake."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, allow_inf_nan=False, defer_build=True
    )


def written_age(text: str) -> Age:
    """An age from words such as "5 sessions" or "40 days"."""
    found = re.fullmatch(r"(\d{1,4}) +(session|day)s?", text)
    if not found:
        raise ValueError("this is no age\nWrite it as '5 sessions' or '40 days'.")
    return Age(int(found[1]), "sessions" if found[2] == "session" else "days")


class Freshness(Written):
    """What a thesis allows of its fetched tables, unless one of them says otherwise."""

    daily_prices: str = Field("", description="how old daily prices may be, e.g. '5 sessions'")
    when_stale: WhenStale = Field(
        "stop",
        description="of any table; warn: in the log only; banner: also on the pages;"
        " stop: refresh also fails",
    )

    @model_validator(mode="after")
    def _readable(self) -> Freshness:
        if self.daily_prices:
            written_age(self.daily_prices)
        return self


class Published(Written):
    """A table of published figures that prices are compared with."""

    table: str = Field(description="a table under data:, its figures by symbol")
    symbol: str = Field("", description="the symbol in that table, if it is another one")
    since: int = Field(0, description="the first year to compare; all there are without it")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, written: Any) -> Any:
        """The bare name of a table says enough."""
        return {"table": written} if isinstance(written, str) else written


class DataEntry(Written):
    """One table: exactly one key says where it comes from."""

    label: str = Field("", description="how pages name it")
    optional: bool = Field(False, description="true: pages do without it when it is not stored")
    max_age: str = Field("", description="how old it may be, e.g. '5 sessions' or '40 days'")
    when_stale: WhenStale | None = Field(None, description="what happens when it is older")
    max_daily_move: float | None = Field(
        None,
        gt=0,
        le=10,
        description="the largest believable move of a close in a day; 0.25 is 25%",
    )
    calendar: str = Field("", description="the exchange whose sessions it keeps, or 'none'")
    tracks: str = Field("", description="the table of the index that this fund follows")
    tracks_at: float | None = Field(
        None, gt=0, description="the fund's price for one point of that index, e.g. 0.1"
    )
    cited_returns: Published | None = Field(
        None, description="published total returns by year that its prices must agree with"
    )
    cited_closes: Published | None = Field(
        None, description="published closes by date that its prices must agree with"
    )
    between: tuple[float, float] | None = Field(
        None, description="[lowest, highest] believable value"
    )

    @model_validator(mode="after")
    def _consistent(self) -> DataEntry:
        given = [name for name in SOURCES if getattr(self, name)]
        if len(given) != 1:
            *most, last = (f"'{name}: ...'" for name in SOURCES)
            raise ValueError(
                f"a table needs exactly one source\nWrite one of {', '.join(most)} and {last}."
            )
        (source,) = given
        kind = REGISTRY.get(source)
        allowed = kind.options if kind else ()
        fitting = {*allowed, *(FETCHED_ONLY if kind else ())}
        fitting |= set(PRICES_ONLY) if kind and kind.shape == "prices" else set()
        fitting |= set(OBSERVATIONS_ONLY) if kind and kind.shape == "observations" else set()
        for name in (*OPTIONS, *FETCHED_ONLY, *PRICES_ONLY, *OBSERVATIONS_ONLY):
            if getattr(self, name) not in (None, "") and name not in fitting:
                raise ValueError(
                    f"'{name}' means nothing for a table from '{source}'\nTake that line out."
                )
        for name, known in (kind.choices if kind else {}).items():
            written = _as_text(getattr(self, name))
            if written and written not in known:
                raise ValueError(f"'{written}' is no {name}\nWrite one of {', '.join(known)}.")
        if self.max_age:
            written_age(self.max_age)
        if self.between and self.between[0] >= self.between[1]:
            raise ValueError("'between' has no room\nWrite the lower value first: [0, 20].")
        if self.tracks_at and not self.tracks:
            raise ValueError("'tracks_at' stands without 'tracks'\nName the index's table too.")
        return self


if TYPE_CHECKING:
    AnyEntry = DataEntry
else:
    _fields: dict[str, Any] = {
        name: (str, Field("", description=words))
        for name, words in [*((n, kind.asks) for n, kind in REGISTRY.items()), *READ.items()]
    }
    for _kind in REGISTRY.values():
        for _name, _words in _kind.options.items():
            _written = Field("", union_mode="left_to_right", description=_words)
            _fields[_name] = (Annotated[str | StrictBool | int, _written], "")
    AnyEntry = create_model("DataEntry", __base__=DataEntry, **_fields)


def data_specs(
    entries: dict[str, DataEntry], freshness: Freshness, document: Document
) -> tuple[tuple[DataSpec, ...], list[Finding]]:
    """The tables a thesis asks for, and where one of them names another that does not fit."""
    findings = [
        finding
        for name, entry in entries.items()
        for finding in _mistakes(name, entry, entries, document)
    ]
    specs = [
        _spec(name, entry, entries, freshness, document.line(("data", name)))
        for name, entry in entries.items()
    ]
    return tuple(specs), findings


def _as_text(option: str | bool | int) -> str:
    """What a person wrote as an option, as the source is told it."""
    return str(option).lower() if isinstance(option, bool) else str(option)


def source_and_key(entry: DataEntry) -> tuple[str, str]:
    source = next(source for source in SOURCES if getattr(entry, source))
    return source, getattr(entry, source)


def _spec(
    name: str, entry: DataEntry, entries: dict[str, DataEntry], freshness: Freshness, line: int
) -> DataSpec:
    source, key = source_and_key(entry)
    options = [(option, getattr(entry, option)) for option in OPTIONS]
    age = entry.max_age
    if source in REGISTRY and REGISTRY[source].shape == "prices":
        age = age or freshness.daily_prices
    default = Rules()
    rules = Rules(
        max_age=written_age(age) if age else None,
        when_stale=entry.when_stale or freshness.when_stale,
        max_daily_move=entry.max_daily_move or default.max_daily_move,
        calendar={"none": "", "": default.calendar}.get(entry.calendar, entry.calendar),
        between=entry.between,
        tracks=Tracks(*source_and_key(entries[entry.tracks]), entry.tracks_at)
        if entry.tracks in entries
        else None,
        references=tuple(
            Reference(cited.table, cited.symbol or key, cited.since)
            for name in REFERENCES
            if (cited := getattr(entry, name))
        ),
    )
    given = tuple((option, _as_text(value)) for option, value in options if value != "")
    return DataSpec(name, source, key, entry.label or key, entry.optional, line, given, rules)


def _unfit_key(source: str, key: str) -> list[tuple[str, str, str]]:
    """What is asked for becomes a part of addresses and of the names of files."""
    if source in READ:
        return []  # one of the files that are there, or none
    if REGISTRY[source].local:
        hint = "Write it as data/mine.csv, as it lies in the repository."
        why = unfit_path(key)
        return [(source, f"'{key}' {why}.", hint)] if why else []
    if KEY.fullmatch(key):
        return []
    hint = f"Write {REGISTRY[source].asks}, without spaces and slashes."
    return [(source, f"'{key}' is nothing that {REGISTRY[source].publisher} has.", hint)]


def _mistakes(
    name: str, entry: DataEntry, entries: dict[str, DataEntry], document: Document
) -> list[Finding]:
    found: list[tuple[str, str, str]] = []
    prices = {n for n, e in entries.items() if source_and_key(e)[0] == source_and_key(entry)[0]}
    if entry.tracks and entry.tracks not in prices - {name}:
        hint = did_you_mean(entry.tracks, prices - {name})
        found.append(("tracks", f"'{entry.tracks}' is no other table of daily prices.", hint))
    tables = {n for n, e in entries.items() if source_and_key(e)[0] in READ}
    for key in REFERENCES:
        cited = getattr(entry, key)
        if cited and cited.table not in tables:
            message = f"'{cited.table}' is no embedded or cited table of this thesis."
            found.append((key, message, did_you_mean(cited.table, tables)))
    found += _unfit_key(*source_and_key(entry))
    if entry.calendar not in ("", "none"):
        from generator.sessions import known_calendars  # slow to load, and rarely asked for

        if entry.calendar not in known_calendars():
            hint = "Use the exchange's MIC, e.g. XNYS, XLON or XETR, '24/7', or 'none'."
            found.append(("calendar", f"'{entry.calendar}' is no exchange known here.", hint))
    return [
        Finding(document.path, document.line(("data", name, key)), message, hint)
        for key, message, hint in found
    ]
