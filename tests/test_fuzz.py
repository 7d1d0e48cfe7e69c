"""A fixed list of cases of `python -m tests.fuzz`, which runs as many as there is time for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.documents import read_document
from generator.errors import DataError, MtmError
from generator.rows import read_rows
from generator.tables import read_series
from tests.fuzz.running import Watch, case, made, run, schedule
from tests.fuzz.targets import TARGETS, Place, Target, judge, place
from tests.loopback import stand_in

SEEDS = (1, 2, 3)
SECONDS = 18  # of each seed; all together stay below a minute


@pytest.mark.parametrize("seed", SEEDS)
def test_no_input_ends_in_a_traceback_a_hang_or_a_file_elsewhere(seed: int) -> None:
    tally = run(seed=seed, cases=90, seconds=SECONDS)
    assert [str(failure) for failure in tally.failures.values()] == []
    assert sum(tally.cases.values()) > 0


def test_a_case_has_the_same_bytes_every_time_and_each_target_has_its_turn() -> None:
    assert set(schedule(list(TARGETS))) == set(TARGETS)
    for target in TARGETS:
        assert made(target, 1, 7) == made(target, 1, 7)
        assert len({made(target, 1, number) for number in range(8)}) > 4


def test_what_may_not_happen_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()

    def crash(here: Place, content: bytes) -> None:
        raise KeyError("x")

    def write(here: Place, content: bytes) -> None:
        outside.write_bytes(content)

    def stay(here: Place, content: bytes) -> None:
        (inside / "file").write_bytes(content)

    watch = Watch(inside)
    found = {}
    with stand_in() as server:
        for act in (crash, write, stay):
            monkeypatch.setitem(TARGETS, "glossary", Target(lambda _: b"", act))
            found[act] = case(Place(inside, server), "glossary", b"x", 1, 1, watch)
    watch.folder = "/"  # a hook cannot be taken off again
    assert "KeyError" in str(found[crash])
    assert "it touched open" in str(found[write])
    assert found[stay] is None


# What the fuzzer found, as short as it gets: each once ended in a traceback.
FOUND = [
    ("yaml", b"a: !!timestamp x\n"),
    ("yaml", b"a: &a [*a]\n"),
    ("yaml", b"a: !!int\n"),
    ("yaml", b"2026:\n  wording: x\n"),
    ("settings", b"extra: {identity: {null: x}}\n"),
    ("embedded", b"other,names\n1,2\n"),
    ("embedded", b"peak,trough\n\xee,2\n"),
    ("embedded", b"peak,trough\n1,2\n1,2,3\n"),
    ("cited", b"id,source,url,source_grade\n"),
    ("cited", b"id,source,url,source_grade\na\rb,c\n"),
    ("cited-check", b"id,statement,value,url,source_grade\nx,y,1e999,https://a.example,1\n"),
    ("store", b"date,value\n2026-02-02,1\n2026-02-01,1e999\n"),
    ("fred", b"d,v\n2026-01-05,1_000\n0001-01-01,1\n"),
    ("template", b"{{ " + 5000 * b"1" + b" }}\n"),
    ("template", b"{{ " + 1000 * b"{" + b"\n"),
    ("cited", made("cited", 4, 11221)),
    ("store", made("store", 3, 38039)),  # with the entry of that case in the manifest
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("found")) as found:
        yield found


@pytest.mark.parametrize(("target", "content"), FOUND)
def test_what_was_found_is_answered_in_words(target: str, content: bytes, here: Place) -> None:
    with suppress(MtmError):
        TARGETS[target].read(here, content)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
YAMLISH = st.lists(
    st.sampled_from(["a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "'",
                     '"', "<<: ", "|\n", "? ", "2026-02-30", "#", ",", "\t", "é", "\\ud800"]),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200)
@given(st.one_of(TEXT, YAMLISH))
def test_any_text_is_yaml_or_a_finding(text: str) -> None:
    document, findings = read_document(text, "a.yml")
    judge(findings)
    assert document.path == "a.yml"


@settings(max_examples=200)
@given(TEXT)
def test_any_text_is_a_table_or_a_finding(text: str) -> None:
    columns, rows, findings = read_rows(text, "a.csv")
    judge(findings)
    assert all(set(row) == set(columns) for _, row in rows)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_stored_series_or_said_to_be_none(content: bytes) -> None:
    with pytest.raises(DataError, match=r"a\.csv cannot be read"):
        read_series(content, "a.csv", columns=("value",))
