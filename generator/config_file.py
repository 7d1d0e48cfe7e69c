"""mkdocs.yml as MkDocs reads it, without loading MkDocs, and the lines of its parts (an edge)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
import yaml_env_tag

from generator.composing import compose, values_of
from generator.documents import Place, read_text
from generator.errors import Finding, ThesisError


def read_config(path: Path) -> tuple[Any, dict[Place, int]]:
    """The values of a YAML file, and the line of each key and item by its place."""
    if not path.is_file():
        hint = "Run from the repository, or name it with --root."
        raise ThesisError([Finding(path.name, 1, "the file is not there.", hint)])
    text, findings = read_text(path, path.name)
    if findings:
        raise ThesisError(findings)
    tree, findings = compose(text, path.name)
    lines = dict(_key_lines(tree, ()))
    values, unreadable = values_of(tree, path.name, _Settings) if tree is not None else ({}, [])
    if findings or unreadable:
        raise ThesisError([*findings, *unreadable])
    return values, lines


class _Settings(yaml.SafeLoader):
    """The values as MkDocs reads them, for which all of it would have to be loaded.

    !ENV takes from the environment; what the settings of an extension name by a tag is None here.
    """


_Settings.add_constructor("!ENV", yaml_env_tag.construct_env_tag)
_Settings.add_multi_constructor("!relative", lambda *_: None)
_Settings.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _key_lines(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _key_lines(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*place, index), item.start_mark.line + 1
            yield from _key_lines(item, (*place, index))
