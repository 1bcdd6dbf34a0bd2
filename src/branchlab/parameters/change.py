"""Changes one value in the text of a parameter file and leaves the rest as it was, byte for byte.

Whatever a format's writer does, the new text is read again and must differ from the old one by this value only.
"""

from __future__ import annotations

import json
import re
from typing import Any

from branchlab.errors import DamagedError, UsageError
from branchlab.parameters.files import load_parameters, suffix_of
from branchlab.parameters.json_text import add_to_json, remove_from_json, set_in_json
from branchlab.text import safe_text

Path = tuple[str | int, ...]


class Absent:
    """The type of `ABSENT`, which stands for a value that is not there."""


ABSENT = Absent()


def change(filename: str, content: bytes, table: dict[str, Any], path: Path, value: Any) -> bytes:
    """Returns the content of a parameter file with the value at `path` set, added, or taken out when it is `ABSENT`.

    Args:
        filename: tells the format.
        content: the file, which has been read before.
        table: what it holds.
        path: keys from the top; all but the last one are there.
        value: plain data.

    Raises:
        UsageError: where that cannot be done without changing something else.
    """
    place = f"{safe_text(filename)}: {safe_text('.'.join(map(str, path)))}"
    text = content.decode()
    parent = get(table, path[:-1])
    try:
        if value is ABSENT:
            new, expected = _remove(filename, text, table, path)
        elif isinstance(parent, dict) and path[-1] not in parent:
            new, expected = _add(filename, text, table, path, value)
        else:
            new, expected = _replace(filename, text, table, path, value)
        written = _with_line_ends_of(text, new).encode()
        matches = same(load_parameters(filename, written), expected)
    except DamagedError:
        matches = False
    if not matches:
        raise UsageError(f"{place} cannot be set without changing more than that", "change it in the file by hand")
    return written


def get(node: Any, path: Path) -> Any:
    """Returns the data at a path."""
    for step in path:
        node = node[step]
    return node


def same(one: Any, other: Any) -> bool:
    """Compares data by type and value; NaN equals itself, 1 is not 1.0, `ABSENT` is nothing else."""
    if one is ABSENT or other is ABSENT:
        return one is other
    # As text, since 1 == 1.0 == True in Python; `repr` is for TOML's dates.
    return json.dumps(one, sort_keys=True, default=repr) == json.dumps(other, sort_keys=True, default=repr)


def with_value(node: Any, path: Path, value: Any) -> Any:
    """Returns data with one place changed, or taken out for `ABSENT`; the rest is shared with the old data."""
    if not path:
        return value
    changed = dict(node) if isinstance(node, dict) else list(node)
    step: Any = path[0]
    if value is ABSENT and len(path) == 1:
        del changed[step]
        return changed
    inner = node[step] if isinstance(node, list) or step in node else None
    changed[step] = with_value(inner, path[1:], value)
    return changed


def _replace(filename: str, text: str, table: dict[str, Any], path: Path, value: Any) -> tuple[str, Any]:
    suffix, source = suffix_of(filename), safe_text(filename)
    if suffix in (".yaml", ".yml"):
        from branchlab.yaml_edit import set_in_yaml

        # It says itself what to expect: the value of an anchor stands in several places.
        return set_in_yaml(text, path, value, source)
    expected = with_value(table, path, value)
    if suffix == ".json":
        return set_in_json(text, path, value, f"{source}: {safe_text('.'.join(map(str, path)))}"), expected
    from branchlab.parameters.toml_edit import set_in_toml

    _no_null(value, source)
    return set_in_toml(text, path, value), expected


def _add(filename: str, text: str, table: dict[str, Any], path: Path, value: Any) -> tuple[str, Any]:
    suffix, source = suffix_of(filename), safe_text(filename)
    parent, name = path[:-1], str(path[-1])
    if suffix in (".yaml", ".yml"):
        from branchlab.yaml_edit import add_to_yaml

        return add_to_yaml(text, parent, name, value, source)
    expected = with_value(table, path, value)
    if suffix == ".json":
        place = f"{source}: {safe_text('.'.join(map(str, path)))}"
        return add_to_json(text, parent, name, value, place), expected
    from branchlab.parameters.toml_edit import add_to_toml

    _no_null(value, source)
    return add_to_toml(text, parent, name, value), expected


def _remove(filename: str, text: str, table: dict[str, Any], path: Path) -> tuple[str, Any]:
    suffix, expected = suffix_of(filename), with_value(table, path, ABSENT)
    if suffix in (".yaml", ".yml"):
        from branchlab.yaml_edit import remove_from_yaml

        return remove_from_yaml(text, path, safe_text(filename)), expected
    if suffix == ".json":
        return remove_from_json(text, path), expected
    from branchlab.parameters.toml_edit import remove_from_toml

    return remove_from_toml(text, path), expected


def _no_null(value: Any, source: str) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _no_null(item, source)
    if value is None:
        raise UsageError(f"{source} cannot hold null", "TOML has no null; leave the key out")


def _with_line_ends_of(old: str, new: str) -> str:
    # Only where all lines end so: the libraries write line feeds alone, and a mixed file is left mixed.
    if "\r\n" in old and not re.search(r"(?<!\r)\n", old):
        return re.sub(r"(?<!\r)\n", "\r\n", new)
    return new
