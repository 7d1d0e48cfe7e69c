"""What was typed stands in the record of the first edition that has it, and is found from there."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.changes import changes
from generator.editions import record_bytes
from generator.model import Edition
from generator.told_once import TYPED_IN, told_once, told_whole
from tests.conftest import lay_repository
from tests.test_build import run as build_command
from tests.test_changes import make_record

DAYS = ("2026-04-01", "2026-04-08", "2026-04-15", "2026-04-22")


def record(day: str) -> dict[str, Any]:
    return {**make_record(day), "files": {}}


def chain(*records: dict[str, Any]) -> list[Edition]:
    """The records as editions, each without what the one before it has."""
    laid: list[Edition] = []
    for one in records:
        lean = {**one, "theses": told_once(one["theses"], laid)}
        laid.append(Edition(one["edition"], json.loads(record_bytes(lean)), one["edition"]))
    return laid


def test_what_nobody_changed_is_kept_once_and_comes_back_whole() -> None:
    whole = [record(day) for day in DAYS]
    laid = chain(*whole)
    holders = [edition.record["theses"]["tiny"].get(TYPED_IN) for edition in laid]
    assert holders == [None, DAYS[0], DAYS[0], DAYS[0]]
    assert "gained" not in record_bytes(laid[3].record).decode()
    for edition, one in zip(told_whole(laid, laid), whole, strict=True):
        thesis = {k: v for k, v in edition.record["theses"]["tiny"].items() if k != TYPED_IN}
        assert thesis == one["theses"]["tiny"]
        assert edition.sha256 == edition.name


@pytest.mark.parametrize(
    ("what", "holders"),
    [
        ("a word", [None, None, DAYS[1]]),
        ("a claim", [None, DAYS[0], DAYS[0]]),
        ("a formula", [None, DAYS[0], DAYS[0]]),
        ("another claim", [None, DAYS[0], DAYS[0]]),
        ("another id", [None, DAYS[0], DAYS[0]]),
        ("no claim", [None, DAYS[0], DAYS[0]]),
        ("no formula", [None, None, DAYS[1]]),
    ],
)
def test_what_somebody_changed_stands_in_the_record_of_that_edition(
    what: str, holders: list[str | None]
) -> None:
    second = record(DAYS[1])
    thesis = second["theses"]["tiny"]
    if what == "a word":
        thesis["text"]["article.md.j2"][2] = "The end."
    elif what == "a claim":
        thesis["claims"][0]["written"]["low"] = 38.0
    elif what == "a formula":
        thesis["facts"]["gain"]["made_by"] = "f2"
    elif what == "another claim":
        thesis["claims"].append({**copy.deepcopy(thesis["claims"][0]), "id": "more"})
    elif what == "no formula":  # a fact that no function makes any more
        for key in ("statement", "from", "made_by"):
            del thesis["facts"]["gain"][key]
    elif what == "no claim":
        thesis["claims"] = []
    else:
        thesis["claims"][0]["id"] = "part"
    third = {**copy.deepcopy(second), "edition": DAYS[2]}
    laid = chain(record(DAYS[0]), second, third)
    assert [edition.record["theses"]["tiny"].get(TYPED_IN) for edition in laid] == holders
    one, two, three = (edition.record for edition in told_whole(laid, laid))
    for found in (two, three):
        assert {**found["theses"]["tiny"], TYPED_IN: ""} == {**thesis, TYPED_IN: ""}
    assert changes(one, two, "tiny") == changes(record(DAYS[0]), second, "tiny")
    assert changes(two, three, "tiny")["words"] == []


def test_where_the_record_that_holds_them_is_not_at_hand_words_are_not_compared() -> None:
    laid = chain(record(DAYS[0]), record(DAYS[1]))
    (alone,) = told_whole(laid[1:], laid[1:])
    found = changes(alone.record, record(DAYS[2]), "tiny")
    assert (found["not_recorded"], found["words"]) == (["words", "claims", "formulas"], [])
    later = told_once(record(DAYS[2])["theses"], laid[1:])  # and are kept again
    assert later == record(DAYS[2])["theses"]


def test_a_record_that_never_kept_words_leaves_them_to_the_next() -> None:
    old = record(DAYS[0])
    del old["theses"]["tiny"]["text"], old["theses"]["tiny"]["claims"][0]["written"]
    laid = chain(old, record(DAYS[1]), record(DAYS[2]))
    holders = [edition.record["theses"]["tiny"].get(TYPED_IN) for edition in laid]
    assert holders == [None, None, DAYS[1]]


def test_a_build_compares_with_words_of_two_editions_ago(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = lay_repository(tmp_path / "repository")
    article = root / "templates" / "tiny" / "article.md.j2"
    for day in DAYS[:3]:
        if day == DAYS[2]:
            article.write_text(article.read_text().replace("The fact says", "What we counted is"))
        assert build_command("build", "--today", day, root=root).returncode == 0
    folders = [root / "site" / day for day in DAYS[:3]]
    records = [json.loads((folder / "edition.json").read_bytes()) for folder in folders]
    assert [one["theses"]["tiny"].get(TYPED_IN) for one in records] == [None, DAYS[0], None]
    told = [
        json.loads((folder / "theses" / "tiny" / "changes.json").read_bytes())
        for folder in folders[1:]
    ]
    assert (told[0]["words"], told[0]["not_recorded"]) == ([], [])
    assert told[1]["not_recorded"] == []
    assert "What we counted is" in json.dumps(told[1]["words"])
    before = (folders[1] / "edition.json").read_bytes()
    with pytest.raises(SystemExit):
        cli.main(["--root", str(root), "editions", "diff", DAYS[1], DAYS[2]])
    assert "[-The fact says-] {+What we counted is+}" in capsys.readouterr().out
    again = build_command("build", "--today", DAYS[2], root=root)  # on its own day: the same
    assert again.returncode == 0
    assert json.loads((folders[2] / "edition.json").read_bytes()) == records[2]
    assert (folders[1] / "edition.json").read_bytes() == before
