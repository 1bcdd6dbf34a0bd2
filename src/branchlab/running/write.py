"""Writes the files of a record into the user's working tree, each in one rename."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchlab.running.harvest import Harvest
    from branchlab.workspace import Workspace


def write_files(workspace: Workspace, found: Harvest) -> None:
    """Writes files and removes what they replace; the caller made sure that nothing unsaved is in the way."""
    top = workspace.repository.top
    for path in found.removed:
        target = os.path.join(top, path)
        if os.path.isdir(target) and not os.path.islink(target):
            shutil.rmtree(target)
        elif os.path.lexists(target):
            os.unlink(target)
    for path, content in found.files.items():
        target = os.path.join(top, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(f"{target}.branchlab-new", "wb") as file:
            file.write(content)
        if os.path.exists(target):
            shutil.copymode(target, f"{target}.branchlab-new")
        os.replace(f"{target}.branchlab-new", target)
