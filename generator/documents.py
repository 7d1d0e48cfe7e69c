"""Read the YAML a person writes: values, and the line each of them stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from generator.composing import compose, values_of
from generator.errors import Finding, did_you_mean

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

LIST = "Write it as [first, second]."
_FOREIGN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
BOUNDS = {
    "greater_than": "above",
    "greater_than_equal": "of at least",
    "less_than": "below",
    "less_than_equal": "of at most",
}


@dataclass(frozen=True)
class Document:
    """A YAML file: its values, and the line of every key and item by its place in the tree."""

    path: str
    values: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_text(path: Path, shown: str) -> tuple[str, list[Finding]]:
    """The text of a file a person wrote; bytes that are not UTF-8 are a finding at their line."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "Save it as UTF-8; spreadsheets call it 'CSV UTF-8'."
        return "", [Finding(shown, line, "the file is not UTF-8 text.", hint)]


def read_document(text: str, path: str) -> tuple[Document, list[Finding]]:
    """Parse YAML; whatever is wrong with it, a repeated key too, is a finding, never an exception.

    Of a mistake in a single value, the document has neither values nor lines.
    """
    tree, found = compose(text, path)
    if tree is None:
        return Document(path, {}, {}), found
    lines: dict[Place, int] = {}
    findings = list(_walk(tree, (), lines, path))  # before merge keys are laid out
    values, unreadable = values_of(tree, path)
    if unreadable:
        return Document(path, {}, {}), unreadable
    return Document(path, values if values is not None else {}, lines), findings


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], path: str) -> Iterator[Finding]:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode) and _FOREIGN.search(node.value):
        hint = "Take the escape with a backslash out; single quotes take a backslash as it is."
        yield Finding(path, node.start_mark.line + 1, "a sign here is none that prints.", hint)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                yield Finding(
                    path,
                    key.start_mark.line + 1,
                    f"the key '{key.value}' stands here twice.",
                    f"Remove one; the first is on line {lines[inner]}.",
                )
                continue  # what is below it would only be said again
            lines[inner] = key.start_mark.line + 1
            yield from _walk(value, inner, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*place, index), lines, path)


def validate(
    model: type[Model], document: Document, *, place: Place = ()
) -> tuple[Model | None, list[Finding]]:
    """The document's values as `model`, or every mistake with its line and a way out."""
    values = document.values
    for step in place:
        values = values[step]
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        found = [_finding(model, document, place, item) for item in error.errors()]
        return None, found


def _finding(
    model: type[BaseModel], document: Document, place: Place, item: Mapping[str, Any]
) -> Finding:
    inner = (*place, *(str(p) if isinstance(p, str) else p for p in item["loc"]))
    name = str(item["loc"][-1]) if item["loc"] else str(place[-1]) if place else ""
    if item["loc"] and isinstance(item["loc"][-1], int):
        before = [str(step) for step in item["loc"][:-1] if isinstance(step, str)]
        name = f"{(before or [''])[-1]}', item '{item['loc'][-1] + 1}"
    if item["type"] == "extra_forbidden":
        known = _known_keys(model, item["loc"][:-1])
        return Finding(
            document.path,
            document.line(inner),
            f"unknown key '{name}'.",
            did_you_mean(name, known),
        )
    if item["type"] == "missing" and isinstance(item["loc"][-1], int):
        message = f"'{item['loc'][-2]}': the list is too short."
        return Finding(document.path, document.line(inner), message, LIST)
    if item["type"] == "missing":
        where = f" under '{inner[-2]}'" if len(inner) > 1 else ""
        field = model.model_fields.get(name)
        hint = f"Add it: {field.description}." if field and field.description else "Add it."
        line = document.line(inner[:-1]) if len(inner) > 1 else 1
        return Finding(document.path, line, f"the key '{name}' is missing{where}.", hint)
    given = item.get("input")
    message, hint = _worded(item, given)
    shown = f" (here: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return Finding(
        document.path,
        document.line(inner),
        f"'{name}': {message[:1].lower()}{message[1:]}{shown}.",
        hint,
    )


def _worded(item: Mapping[str, Any], given: object) -> tuple[str, str]:
    """A pydantic complaint in the reader's words, and a way out."""
    if item["type"].startswith("date"):
        return "this is no date", "Write it as YYYY-MM-DD."
    if item["type"] == "literal_error":
        known = [w for w in re.findall(r"'([^']*)'", item["ctx"]["expected"]) if w]
        return "this is none of the words allowed here", did_you_mean(str(given), known)
    if item["type"] in ("string_type", "string_too_short"):
        return "a text is wanted", "Write one, in quotes if it looks like a number or has a colon."
    if item["type"] in ("list_type", "tuple_type", "too_short", "too_long"):
        return "a list is wanted", LIST
    if item["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return "keys with values are wanted", "Write them below it, indented, as key: value."
    if item["type"] in ("float_type", "float_parsing", "int_type", "int_parsing", "finite_number"):
        return "a number is wanted", "Write a plain one, such as 0.25, without a unit."
    if item["type"] in BOUNDS:
        (bound,) = item["ctx"].values()
        return "the number is out of range", f"Write one {BOUNDS[item['type']]} {bound:g}."
    if item["type"] in ("bool_parsing", "bool_type"):
        return "true or false is wanted", "Write true or false."
    message, _, hint = str(item["msg"]).removeprefix("Value error, ").partition("\n")
    return message, hint


def _known_keys(model: type[BaseModel], inner: tuple[Any, ...]) -> list[str]:
    """The keys allowed at `inner`, found by walking the model's own fields."""
    for step in inner:
        field = model.model_fields.get(str(step)) if isinstance(model, type) else None
        if field is None:
            continue  # a name the person chose, as in data: or claims:
        for candidate in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    return [field.alias or name for name, field in model.model_fields.items()]
