"""Sets values in parameter files and leaves the rest of the text as it was, byte for byte.

Whatever a format's writer does, the new text is read again and must differ from the old one by this value only.
"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from branchlab.errors import DamagedError, NotFoundError, UsageError
from branchlab.parameters.files import load_parameters, suffix_of
from branchlab.parameters.json_text import add_to_json, set_in_json
from branchlab.parameters.overrides import split_key
from branchlab.parameters.values import convert, guess
from branchlab.text import flatten, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.parameters.overrides import Assignment

_Path = tuple[str | int, ...]


def set_parameters(files: Mapping[str, bytes], assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """Returns the new content of the files that the assignments change.

    An assignment that names no file goes to the last one that has its key, because later files win; a new key goes
    to the first one.

    Args:
        files: content by name, in the order of `project.params`.
        assignments: one experiment's, as `expand_grid` returns them.

    Raises:
        UsageError, DamagedError: as `set_values`, and for a file that is not among `files`.
    """
    if assignments and not files:
        raise UsageError("there is no parameter file to set values in", "name it in branchlab.toml: params = […]")
    chosen: dict[str, list[Assignment]] = {}
    for assignment in assignments:
        chosen.setdefault(_file_for(files, assignment), []).append(assignment)
    return {name: set_values(name, files[name], mine) for name, mine in chosen.items()}


def _file_for(files: Mapping[str, bytes], assignment: Assignment) -> str:
    if assignment.file is not None:
        if assignment.file not in files:
            known = ", ".join(map(safe_text, files))
            raise NotFoundError(f"{safe_text(assignment.file)} is no parameter file of this project", f"known: {known}")
        return assignment.file
    if assignment.add:
        return next(iter(files))
    tables = {name: load_parameters(name, content) for name, content in files.items()}
    steps = split_key(assignment.key)
    for name in reversed(tables):
        if find(tables[name], steps) is not None:
            return name
    everything = {name: value for table in tables.values() for name, value in table.items()}
    raise _unknown(", ".join(map(safe_text, files)), everything, assignment.key)


def set_values(filename: str, content: bytes, assignments: Sequence[Assignment]) -> bytes:
    """Returns the content of a parameter file with values set; comments, order, quotes and line ends are kept.

    Raises:
        UsageError: for an unknown key (with the nearest one), a value of another type than the one that was there,
            and a key to add that is there already.
        DamagedError: for a file that cannot be read, see `load_parameters`.
    """
    text = content
    for assignment in assignments:
        text = _set_one(filename, text, assignment)
    return text


def _set_one(filename: str, content: bytes, assignment: Assignment) -> bytes:
    source = safe_text(filename)
    table = load_parameters(filename, content)
    steps = split_key(assignment.key)
    place = f"{source}: {safe_text(assignment.key)}"
    try:
        if assignment.add:
            new, expected = _add(filename, content.decode(), table, steps, assignment.value)
        else:
            path = find(table, steps)
            if path is None:
                raise _unknown(source, table, assignment.key)
            value = convert(assignment.value, _get(table, path), place)
            new, expected = _replace(filename, content.decode(), table, path, value)
        written = _with_line_ends_of(content.decode(), new).encode()
        matches = _same(load_parameters(filename, written), expected)
    except DamagedError:
        raise _beyond_us(place) from None
    if not matches:
        raise _beyond_us(place)
    return written


def _beyond_us(place: str) -> UsageError:
    return UsageError(f"{place} cannot be set without changing more than that", "change it in the file by hand")


def _replace(filename: str, text: str, table: dict[str, Any], path: _Path, value: Any) -> tuple[str, Any]:
    suffix, source = suffix_of(filename), safe_text(filename)
    if suffix in (".yaml", ".yml"):
        from branchlab.parameters.yaml_edit import set_in_yaml

        return set_in_yaml(text, path, value, source)
    expected = _with(table, path, value)
    if suffix == ".json":
        return set_in_json(text, path, value, f"{source}: {safe_text('.'.join(map(str, path)))}"), expected
    from branchlab.parameters.toml_text import set_in_toml

    _no_null(value, source)
    return set_in_toml(text, path, value), expected


def _add(filename: str, text: str, table: dict[str, Any], steps: Sequence[str], typed: str) -> tuple[str, Any]:
    suffix, source = suffix_of(filename), safe_text(filename)
    key = safe_text(".".join(steps))
    path: tuple[Any, ...] = ()
    place: Any = table
    while len(path) < len(steps) and (step := find(place, steps[len(path) : len(path) + 1])):
        place = place[step[0]]
        path += step
    if len(path) == len(steps):
        raise UsageError(f"{source} has {key} already", "leave out the + to change it")
    if not isinstance(place, dict):
        parent = safe_text(".".join(map(str, path)))
        raise UsageError(f"{source}: {parent} is not a table, so {key} cannot be added", f"set {parent} as a whole")
    value = guess(typed, f"{source}: {key}")
    for inner in reversed(steps[len(path) + 1 :]):
        value = {inner: value}
    name = steps[len(path)]
    if suffix in (".yaml", ".yml"):
        from branchlab.parameters.yaml_edit import add_to_yaml

        return add_to_yaml(text, path, name, value, source)
    expected = _with(table, (*path, name), value)
    if suffix == ".json":
        return add_to_json(text, path, name, value, f"{source}: {key}"), expected
    from branchlab.parameters.toml_text import add_to_toml

    _no_null(value, source)
    return add_to_toml(text, path, name, value), expected


def _no_null(value: Any, source: str) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _no_null(item, source)
    if value is None:
        raise UsageError(f"{source} cannot hold null", "TOML has no null; leave the key out")


def find(node: Any, steps: Sequence[str]) -> _Path | None:
    """Returns the exact path to a key, also where a name itself holds dots; None when there is none."""
    if not steps:
        return ()
    if isinstance(node, dict):
        for count in range(1, len(steps) + 1):
            key = ".".join(steps[:count])
            rest = find(node[key], steps[count:]) if key in node else None
            if rest is not None:
                return (key, *rest)
    if isinstance(node, list) and re.fullmatch("[0-9]{1,6}", steps[0]) and int(steps[0]) < len(node):
        rest = find(node[int(steps[0])], steps[1:])
        return None if rest is None else (int(steps[0]), *rest)
    return None


def _unknown(source: str, table: Mapping[str, Any], key: str) -> NotFoundError:
    names = list(flatten(table))
    near = [name for name in names if name.endswith("." + key)] or get_close_matches(key, names[:1000], n=1)
    hint = f"did you mean {safe_text(near[0])}?" if near else f"write +{safe_text(key)}=… to add it"
    return NotFoundError(f"{source} has no parameter {safe_text(key)!r:.100}", hint)


def _get(node: Any, path: _Path) -> Any:
    for step in path:
        node = node[step]
    return node


def _with(node: Any, path: _Path, value: Any) -> Any:
    """Returns data with one place changed; the rest is shared with the old data."""
    if not path:
        return value
    changed = dict(node) if isinstance(node, dict) else list(node)
    step: Any = path[0]
    inner = node[step] if isinstance(node, list) or step in node else None
    changed[step] = _with(inner, path[1:], value)
    return changed


def _same(one: Any, other: Any) -> bool:
    """Compares data by type and value; NaN equals itself, 1 is not 1.0."""
    return json.dumps(one, sort_keys=True, default=repr) == json.dumps(other, sort_keys=True, default=repr)


def _with_line_ends_of(old: str, new: str) -> str:
    if "\r\n" in old and not re.search(r"(?<!\r)\n", old):
        return re.sub(r"(?<!\r)\n", "\r\n", new)
    return new
