"""Writes the files of a record into the user's working tree, each in one rename."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import UnsavedWorkError
from branchlab.plainfile import not_plain, write_plain
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.running.harvest import Harvest
    from branchlab.workspace import Workspace


def check_places(workspace: Workspace, paths: Iterable[str]) -> None:
    """Makes sure that files can be put at these paths (relative to the top), and that they stay in the working tree.

    Raises:
        UnsavedWorkError: when a folder, or a file in the place of a folder, is in the way.
        EnvironmentProblemError: when a pipe or a device is, or a symbolic link leads out of the working tree.
    """
    for path in paths:
        _check_folder(workspace, path)
        target = os.path.join(workspace.repository.top, path)
        if os.path.isdir(target) and not os.path.islink(target):
            raise UnsavedWorkError(f"{safe_text(path)} is a folder, and a file is to be written there", "move it away")
        if os.path.lexists(target) and not os.path.islink(target) and not os.path.isfile(target):
            raise not_plain(target)


def _check_folder(workspace: Workspace, path: str) -> None:
    top = os.path.realpath(workspace.repository.top)
    folder = os.path.dirname(os.path.join(top, path))
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    # A committed link may lead anywhere: files must land below the top in fact, not by their names.
    real = os.path.realpath(folder)
    if os.path.commonpath((top, real)) != top or not os.path.isdir(real):
        raise UnsavedWorkError(
            f"{safe_text(os.path.relpath(folder, top))} is in the way of {safe_text(path)}",
            "it must be a folder of this working tree: move it away",
        )


def write_files(workspace: Workspace, found: Harvest) -> None:
    """Writes files and removes what they replace; the caller made sure that nothing unsaved is in the way.

    Raises:
        UnsavedWorkError: before anything is written, as `check_places` does.
    """
    check_places(workspace, found.files)
    for path in found.removed:
        _check_folder(workspace, path)
    top = workspace.repository.top
    # Removed before anything is written: what is removed may be a folder that a file is to replace, or the reverse.
    for path in found.removed:
        target = os.path.join(top, path)
        if os.path.isdir(target) and not os.path.islink(target):
            import shutil

            shutil.rmtree(target)
        elif os.path.lexists(target):
            os.unlink(target)
    for path, content in found.files.items():
        target = os.path.join(top, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        write_plain(target, content)
