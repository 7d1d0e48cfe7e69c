"""Reading a CSV file of the owner's: what is taken from it, and how its mistakes are named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.asking import Limits
from generator.errors import SourceError
from generator.model import DataSpec, Source, Table
from generator.outcomes import Outcome
from generator.refresh import refresh
from generator.sources import Fetched, Network, Request, fetcher
from generator.store import load_tables
from generator.tables import read_manifest
from tests.loopback import NEW_YORK

FILE = "own/levels.csv"
TODAY = dt.date(2026, 3, 6)
TABLE = "date,value\n2026-03-03,4.25\n2026-03-04,\n2026-03-05,4.5\n"


def write(root: Path, content: str | bytes = TABLE) -> None:
    (root / "own").mkdir(exist_ok=True)
    (root / FILE).write_bytes(content if isinstance(content, bytes) else content.encode())


def fetch(root: Path, today: dt.date = TODAY, **options: str) -> Fetched:
    now = dt.datetime.combine(today, dt.time(23), NEW_YORK)
    network = Network(offline=True)
    return fetcher("csv").fetch(
        Request(FILE, today, now, network, root=root, cache=root, options=options)
    )


def read(root: Path, content: str | bytes, **options: str) -> list[tuple[str, float]]:
    write(root, content)
    values = fetch(root, **options).frame["value"]
    return [(f"{day:%Y-%m-%d}", value) for day, value in values.items()]


def mistake(root: Path, content: str | bytes, **options: str) -> str:
    write(root, content)
    with pytest.raises(SourceError) as caught:
        fetch(root, **options)
    return str(caught.value)


# --- reading ------------------------------------------------------------------------------------


def test_dates_and_values_are_read_and_a_row_without_a_value_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, TABLE) == [("2026-03-03", 4.25), ("2026-03-05", 4.5)]


def test_the_rows_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    content = "date,value\n2026-03-05,4.5\n2026-03-03,4.25\n"
    assert read(tmp_path, content) == [("2026-03-03", 4.25), ("2026-03-05", 4.5)]


def test_two_options_name_the_columns_and_the_others_do_not_matter(tmp_path: Path) -> None:
    content = "Note,Level,Day\n,4.25,2026-03-03\n"
    assert read(tmp_path, content, date="Day", value="Level") == [("2026-03-03", 4.25)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("2026-03-03,4.25", '"2026-03-03", "4.25" ').replace('", "', '","'),
        TABLE + "\n\n",
    ],
    ids=["a byte order mark", "carriage returns", "quotes and spaces", "empty lines"],
)
def test_how_a_spreadsheet_saves_it_does_not_matter(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == [("2026-03-03", 4.25), ("2026-03-05", 4.5)]


def test_days_after_today_are_left_out(tmp_path: Path) -> None:
    write(tmp_path)
    assert fetch(tmp_path, today=dt.date(2026, 3, 4)).source.as_of == dt.date(2026, 3, 3)


def test_the_options_say_whose_figures_they_are_and_on_what_terms(tmp_path: Path) -> None:
    write(tmp_path)
    source = fetch(
        tmp_path,
        publisher="Example Index House",
        url="https://index.example",
        licence="CC BY 4.0",
        may_republish="true",
        grade="2",
    ).source
    assert source == Source(
        publisher="Example Index House",
        title=FILE,
        url="https://index.example",
        grade=2,
        licence="CC BY 4.0",
        may_republish=True,
        retrieved=TODAY,
        as_of=dt.date(2026, 3, 5),
    )


@pytest.mark.parametrize("options", [{}, {"may_republish": "false"}, {"licence": "CC0"}])
def test_nothing_is_republished_unless_it_says_so(tmp_path: Path, options: dict[str, str]) -> None:
    write(tmp_path)
    source = fetch(tmp_path, **options).source
    assert not source.may_republish
    assert source.publisher == "own file"


# --- mistakes -----------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(tmp_path)
    assert str(caught.value) == (
        "there is no file own/levels.csv.\n"
        "  The path is read from the repository's folder; correct it in thesis.yml."
    )


def test_a_folder_in_its_place_is_named_without_saying_where_this_machine_keeps_it(
    tmp_path: Path,
) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(SourceError, match=FILE) as caught:
        fetch(tmp_path)
    assert str(tmp_path) not in str(caught.value)


def test_a_column_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    content = "date,valeu\n2026-03-03,4.25\n"
    assert mistake(tmp_path, content) == (
        "own/levels.csv:1: there is no column 'value'.\n  Did you mean 'valeu'?"
    )


def test_a_file_with_semicolons_shows_what_its_only_column_is(tmp_path: Path) -> None:
    content = "Tag;Wert\n2026-03-03;4,25\n"
    assert mistake(tmp_path, content) == (
        "own/levels.csv:1: there is no column 'date'.\n  There is: Tag;Wert."
    )


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    assert mistake(tmp_path, "") == (
        "own/levels.csv:1: there is no column 'date'.\n  The file is empty."
    )


def test_a_file_without_a_row_up_to_today_is_said_to_have_none(tmp_path: Path) -> None:
    assert mistake(tmp_path, "date,value\n2026-03-07,1\n") == (
        "own/levels.csv has no row up to 2026-03-06."
    )


@pytest.mark.parametrize(
    "content", [b"date,value\n2026-03-03,4\xa325\n", "date\n".encode("utf-16")]
)
def test_a_file_in_another_encoding_is_named(tmp_path: Path, content: bytes) -> None:
    assert mistake(tmp_path, content).endswith("\n  Save it as a CSV file in UTF-8.")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("03.03.2026,4.25", "own/levels.csv:2: '03.03.2026' is no date."),
        ("2026-02-30,4.25", "own/levels.csv:2: '2026-02-30' is no date."),
        (",4.25", "own/levels.csv:2: '' is no date."),
        ("2026-03-03,4.25%", "own/levels.csv:2: '4.25%' is no number."),
        ("2026-03-03,nan", "own/levels.csv:2: 'nan' is no number."),
        ("2026-03-03,1_000", "own/levels.csv:2: '1_000' is no number."),
        ("2026-03-03,n/a", "own/levels.csv:2: 'n/a' is no number."),
        ('2026-03-03,"1,234.5"', "own/levels.csv:2: '1,234.5' is no number."),
    ],
)
def test_a_bad_date_or_number_is_named_by_its_line(tmp_path: Path, row: str, words: str) -> None:
    hint = "Write dates as YYYY-MM-DD and values as plain numbers."
    assert mistake(tmp_path, f"date,value\n{row}\n") == f"{words}\n  {hint}"


def test_a_comma_within_a_number_is_not_taken_for_its_end(tmp_path: Path) -> None:
    assert "own/levels.csv:2:" in mistake(tmp_path, "date,value\n2026-03-03,1,234.5\n")


def test_a_quote_that_is_never_closed_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    content = 'date,value\n2026-03-03,"4.25\n' + "2026-03-04,4.5\n" * 20_000
    assert "own/levels.csv" in mistake(tmp_path, content)


def test_several_mistakes_are_named_at_once_and_the_rest_counted(tmp_path: Path) -> None:
    content = "date,value\nx,1\n2026-03-03,1\n2026-03-04,y\nz,1\n\n2026-03-05,w\nv,1\n"
    assert mistake(tmp_path, content).splitlines()[0] == (
        "own/levels.csv:2: 'x' is no date. own/levels.csv:4: 'y' is no number. "
        "own/levels.csv:5: 'z' is no date. And 2 more."
    )


# --- refresh ------------------------------------------------------------------------------------

SPEC = DataSpec("levels", "csv", FILE, "Levels")


def refresh_offline(root: Path) -> Outcome:
    (outcome,) = refresh(
        [SPEC],
        root=root,
        today=TODAY,
        now=dt.datetime.combine(TODAY, dt.time(23), NEW_YORK),
        limits=Limits(Network(offline=True)),
    )
    return outcome


def load(root: Path) -> Table:
    tables, missing = load_tables(
        [SPEC], root=root, thesis_folder=root / "templates" / "t", today=TODAY
    )
    assert missing == {}
    return tables["levels"]


def test_a_file_is_read_although_the_network_is_switched_off(tmp_path: Path) -> None:
    write(tmp_path)
    outcome = refresh_offline(tmp_path)
    assert (outcome.status, outcome.rows_added) == ("fresh", 2)
    assert list(load(tmp_path).frame["value"]) == [4.25, 4.5]
    (entry,) = read_manifest(tmp_path / ".store").values()
    assert (entry["mirror"], entry["may_republish"]) == (False, False)


def test_a_row_that_was_added_is_there_after_the_next_refresh_of_that_day(tmp_path: Path) -> None:
    write(tmp_path)
    refresh_offline(tmp_path)
    write(tmp_path, f"{TABLE}2026-03-06,4.75\n")
    outcome = refresh_offline(tmp_path)
    assert (outcome.status, outcome.rows_added) == ("fresh", 1)
    assert load(tmp_path).as_of == TODAY


def test_a_mistake_in_the_file_leaves_what_is_stored(tmp_path: Path) -> None:
    write(tmp_path)
    refresh_offline(tmp_path)
    write(tmp_path, f"{TABLE}2026-03-06,four\n")
    outcome = refresh_offline(tmp_path)
    assert (outcome.status, outcome.as_of) == ("kept", dt.date(2026, 3, 5))
    assert outcome.reason == "own/levels.csv:5: 'four' is no number."
    assert list(load(tmp_path).frame["value"]) == [4.25, 4.5]
