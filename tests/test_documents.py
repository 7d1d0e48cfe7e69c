"""What a person writes in YAML is answered with the line it stands on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from generator.documents import read_document, validate


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    symbol: str
    optional: bool = False


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    data: dict[str, Inner] = {}


TEXT = """\
title: A title
data:
  fund: {symbol: ABC}
  other:
    symbol: DEF
    optional: perhaps
    symbl: GHI
"""


def test_each_key_and_item_has_its_line() -> None:
    document, findings = read_document(TEXT, "thesis.yml")
    assert findings == []
    assert document.line(("data", "other", "symbol")) == 5
    assert document.line(("data", "other", "absent")) == 4
    assert document.line(("nowhere",)) == 1


def test_all_mistakes_are_found_at_once_each_at_its_line() -> None:
    document, _ = read_document(TEXT, "thesis.yml")
    value, findings = validate(Outer, document)
    assert value is None
    assert sorted(str(finding) for finding in findings) == [
        "thesis.yml:6: 'optional': true or false is wanted (here: 'perhaps').\n"
        "  Write true or false.",
        "thesis.yml:7: unknown key 'symbl'.\n  Did you mean 'symbol'?",
    ]


def test_a_missing_key_is_named_with_what_it_is_missing_from() -> None:
    document, _ = read_document("title: T\ndata:\n  fund: {}\n", "thesis.yml")
    _, findings = validate(Outer, document)
    assert [(f.line, f.message) for f in findings] == [
        (3, "the key 'symbol' is missing under 'fund'.")
    ]


def test_text_that_is_no_yaml_and_an_empty_file_raise_nothing() -> None:
    _, findings = read_document("a: [1\nb: 2\n", "thesis.yml")
    assert [finding.path for finding in findings] == ["thesis.yml"]
    document, findings = read_document("", "thesis.yml")
    assert (document.values, findings) == ({}, [])
    assert validate(Outer, document)[1][0].message == "the key 'title' is missing."
