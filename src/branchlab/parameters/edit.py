"""Sets the values that a user typed in parameter files; `change` leaves the rest of the text as it was."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from branchlab.errors import NotFoundError, UsageError
from branchlab.parameters.change import change, get
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import LONGEST, split_key
from branchlab.parameters.values import convert, guess
from branchlab.text import flatten, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.parameters.change import Path
    from branchlab.parameters.overrides import Assignment

NO_FILE_HINT = (
    "-S changes a file such as params.toml, which the script reads or the command passes on (--lr {lr}); "
    "without one, arguments go behind the command: branchlab run -- python train.py --lr 0.1"
)


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
        raise UsageError("there is no parameter file to set values in", NO_FILE_HINT)
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
    if len(assignment.value) > LONGEST:
        place = f"{source}: {safe_text(assignment.key)}"
        raise UsageError(f"{place} would be longer than {LONGEST:,} characters", "change it in the file by hand")
    # Lone surrogates are how Python shows bytes of the command line that are no UTF-8.
    if any("\ud800" <= character <= "\udfff" for character in assignment.value):
        raise UsageError(f"{source}: the value of {safe_text(assignment.key)} is not UTF-8", "write it in UTF-8")
    if assignment.add:
        return change(filename, content, table, *_new(source, table, steps, assignment.value))
    path = find(table, steps)
    if path is None:
        raise _unknown(source, table, assignment.key)
    value = convert(assignment.value, get(table, path), f"{source}: {safe_text(assignment.key)}")
    return change(filename, content, table, path, value)


def _new(source: str, table: dict[str, Any], steps: Sequence[str], typed: str) -> tuple[Path, Any]:
    """Returns where a new key goes, below the tables that are there, and its value."""
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
    return (*path, steps[len(path)]), value


def find(node: Any, steps: Sequence[str]) -> Path | None:
    """Returns the exact path to a key, also where a name itself holds dots; None when there is none."""
    if not steps:
        return ()
    if isinstance(node, dict):
        # The shortest name first: `model.lr` is the table `model` before it is a key with a dot in it.
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
    # difflib compares with every name, so a file of many gets the first thousand only.
    near = [name for name in names if name.endswith("." + key)] or get_close_matches(key, names[:1000], n=1)
    hint = f"did you mean {safe_text(near[0])}?" if near else f"write +{safe_text(key)}=… to add it"
    return NotFoundError(f"{source} has no parameter {safe_text(key)!r:.100}", hint)
