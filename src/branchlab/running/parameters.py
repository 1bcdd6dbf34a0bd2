"""The parameters of a run: read from the project's files, and set with `-S`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.errors import UsageError
from branchlab.git.objects import read_objects
from branchlab.parameters.files import load_parameters
from branchlab.text import safe_text
from branchlab.tracking.reading import merge_params

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab.parameters.overrides import Assignment
    from branchlab.workspace import Workspace


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


def parameters_at(workspace: Workspace, commit: str) -> dict[str, Any]:
    """Returns the parameters as the files of a commit say; raises as `read_parameters` does."""
    names = workspace.settings.params
    found = read_objects(workspace.repository, [f"{commit}:{workspace.prefix}{name}" for name in names])
    bodies = {name: blob.body for name, blob in zip(names, found, strict=True) if blob and blob.kind == "blob"}
    return read_parameters(names, bodies.get)


def set_parameters(
    names: Sequence[str], read: Callable[[str], bytes | None], assignments: Sequence[Assignment]
) -> dict[str, bytes]:
    """Returns the new content of each parameter file that assignments change.

    Raises:
        UsageError: for an unknown key or file, or a value of another type.
        DamagedError: when a file cannot be understood.
    """
    if not assignments:
        return {}
    from branchlab.parameters import edit

    named = [item.file for item in assignments if item.file and item.file not in names]
    contents = {name: content for name in (*named, *names) if (content := read(name)) is not None}
    for name in named:
        if name not in contents:
            raise UsageError(f"there is no parameter file {safe_text(name)}", "check -S FILE:KEY=VALUE")
    edited = edit.set_parameters(contents, assignments)
    return {name: content for name, content in edited.items() if content != contents[name]}
