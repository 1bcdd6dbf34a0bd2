"""The parameters of an experiment as its files hold them, and whether a new value fits. Free of Textual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from branchlab.errors import BranchlabError
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import expand_grid, parse_override, split_key
from branchlab.reading.origin import find_origin, origin_file
from branchlab.running.parameters import set_parameters
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.workspace import Workspace

# A step that `-S` takes without quotes; `parse_override` has the last word, see `_key`.
_PLAIN = re.compile(r"[^.\[\]\"'=+:\s][^.\[\]\"']*")


class Parameter(NamedTuple):
    """One parameter: its key as `-S` takes it, and its value as text."""

    key: str
    value: str


class ParameterFiles(NamedTuple):
    """The parameter files of an experiment: content by name, and the parameters in them, the later file winning."""

    files: Mapping[str, bytes]
    parameters: tuple[Parameter, ...]


def read_parameter_files(workspace: Workspace, name: str) -> ParameterFiles:
    """Reads the files from the commit that holds the code; blocks.

    Raises:
        BranchlabError: when there is none, or one cannot be understood.
    """
    read = origin_file(workspace, find_origin(workspace, name))
    files = {path: content for path in workspace.settings.params if (content := read(path)) is not None}
    found: dict[str, str] = {}
    for path, content in files.items():
        found |= dict(_leaves(load_parameters(path, content), ()))
    return ParameterFiles(files, tuple(Parameter(key, value) for key, value in found.items()))


def problem_of(files: Mapping[str, bytes], key: str, value: str) -> str:
    """Returns why a key cannot get a value, or values as a comma list; empty when it can."""
    try:
        for assignments in expand_grid([parse_override(f"{key}={value}")]):
            set_parameters(tuple(files), files.get, assignments)
    except BranchlabError as error:
        return error.message
    return ""


def count_of(changes: Mapping[str, str]) -> int:
    """Returns how many runs the changes make; comma lists make a grid."""
    try:
        return len(expand_grid([parse_override(f"{key}={value}") for key, value in changes.items()]))
    except BranchlabError:
        return 1


def _leaves(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yields what is no table, by its key; a key that `-S` cannot write is left out."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        elif key := _key((*path, name)):
            yield key, _text(value)


def _key(path: tuple[str, ...]) -> str:
    """Returns a path as `-S` takes it, its steps quoted where they hold dots and the like; empty where none does."""
    key = ".".join(step if _PLAIN.fullmatch(step) else f'"{step}"' for step in path)
    try:
        override = parse_override(f"{key}=0")
        found = split_key(override.key)
    except BranchlabError:
        return ""
    return key if found == path and override.file is None and not override.add else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):  # before all else: `str` would write True, which -S takes as a text
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        import json

        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
