"""Editors find the schema of each YAML file, and it is that of what we read."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from generator.schemas import FOLDER, SCHEMAS
from tests.conftest import ROOT

WRITTEN = sorted((ROOT / "templates").glob("*/*.yml"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_copy_is_fresh(name: str) -> None:
    kept = json.loads((ROOT / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert kept == SCHEMAS[name](), f"run: mtm schema {name} > {FOLDER}/{name}.json"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_file_names_its_schema_and_satisfies_it(path: Path) -> None:
    first, text = path.read_text(encoding="utf-8").split("\n", 1)
    mark, _, place = first.partition("=")
    assert mark == "# yaml-language-server: $schema"
    assert (path.parent / place).resolve() == ROOT / FOLDER / f"{path.stem}.json"
    schema = json.loads((path.parent / place).read_text(encoding="utf-8"))
    # A day is a text to an editor, and a date to our reader of YAML.
    values = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.validate(values, schema)


def test_the_schema_refuses_what_the_check_refuses() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"a": {"finding": "added", "wordng": "x"}}, SCHEMAS["claims"]())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"titel": "x"}, SCHEMAS["thesis"]())
