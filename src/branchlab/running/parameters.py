"""The parameters of a run: read from the project's files, and set with `-S`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.parameters.edit import set_values
from branchlab.parameters.files import load_parameters
from branchlab.text import flatten, safe_text
from branchlab.tracking.reading import merge_params

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchlab.parameters.overrides import Assignment


def read_parameters(names: Sequence[str], read: Callable[[str], bytes | None]) -> dict[str, Any]:
    """Returns the parameters of all files, nested; later files win, missing ones count as empty.

    Raises:
        DamagedError: when a file cannot be understood.
    """
    merged: dict[str, Any] = {}
    for name in names:
        content = read(name)
        if content is not None:
            merge_params(merged, load_parameters(name, content))
    return merged


def set_parameters(
    names: Sequence[str], read: Callable[[str], bytes | None], assignments: Sequence[Assignment]
) -> Mapping[str, bytes]:
    """Returns the new content of each parameter file that assignments change.

    An assignment without a file goes to the last file that has its key, which is the one that wins.

    Raises:
        UsageError: for an unknown key or file, or a value of another type.
        DamagedError: when a file cannot be understood.
    """
    contents: dict[str, bytes] = {name: content for name in names if (content := read(name)) is not None}
    by_file: dict[str, list[Assignment]] = {}
    for assignment in assignments:
        if assignment.file and assignment.file not in contents:
            content = read(assignment.file)
            if content is None:
                raise UsageError(f"there is no parameter file {safe_text(assignment.file)}", "check -S FILE:KEY=VALUE")
            contents[assignment.file] = content
        by_file.setdefault(assignment.file or _file_of(assignment, contents), []).append(assignment)
    edited = {name: set_values(name, contents[name], chosen) for name, chosen in by_file.items()}
    return {name: content for name, content in edited.items() if content != contents[name]}


def _file_of(assignment: Assignment, contents: dict[str, bytes]) -> str:
    if not contents:
        raise UsageError("there is no parameter file to set a value in", "name them in branchlab.toml: project.params")
    known: set[str] = set()
    for name in reversed(contents):
        table = load_parameters(name, contents[name])
        if assignment.key in (keys := _keys(table)):
            return name
        known |= keys
    if assignment.add or len(contents) == 1:
        return next(reversed(contents))
    near = get_close_matches(assignment.key, known, n=1)
    hint = f"did you mean {safe_text(near[0])}?" if near else f"+{safe_text(assignment.key)}=… adds a new key"
    raise UsageError(f"no parameter file has {safe_text(assignment.key)}", hint)


def _keys(table: Mapping[str, Any]) -> set[str]:
    """Returns every dotted key, of tables too."""
    keys = set(flatten(table))
    return keys | {key.rsplit(".", cut)[0] for key in keys for cut in range(1, key.count(".") + 1)}
