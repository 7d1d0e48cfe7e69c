"""JSON Schemas of what a person writes in YAML, for editors that complete and check it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import RootModel

from generator.bill import ListingFile
from generator.claim_entry import ClaimEntry
from generator.data_entries import REFERENCES
from generator.thesis import ThesisFile

FOLDER = "templates/_schema"  # the committed copies, which the files of a thesis name


class ClaimsFile(RootModel[dict[str, ClaimEntry]]):
    """claims.yml: a record for each claim, under an id of its own."""


class GlossaryFile(RootModel[dict[str, str]]):
    """glossary.yml: terms, each with what it means in a sentence."""


def _thesis() -> dict[str, Any]:
    """That of thesis.yml, where the bare name of a table of published figures says enough."""
    schema = ThesisFile.model_json_schema()
    entry = schema["$defs"]["DataEntry"]["properties"]
    for key in REFERENCES:
        entry[key]["anyOf"].append({"type": "string"})
    return schema


def _claims() -> dict[str, Any]:
    """That of claims.yml, where an interval may also be a hedge in words."""
    schema = ClaimsFile.model_json_schema()
    claim = schema["$defs"]["ClaimEntry"]["properties"]
    words = [{"type": "string"}, {"type": "number"}]
    claim["holds"]["anyOf"] += words
    interval = claim["also"]["additionalProperties"]
    claim["also"]["additionalProperties"] = {"anyOf": [interval, *words]}
    return schema


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "thesis": _thesis,
    "claims": _claims,
    "glossary": GlossaryFile.model_json_schema,
    "licences": ListingFile.model_json_schema,
}
