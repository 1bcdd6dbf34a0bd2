"""Opens the project a command works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.data.store import Store, find_store
from branchlab.tuples import NamedTuple
from branchlab.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from branchlab.cli.terminal import Terminal


class Project(NamedTuple):
    """A project and its DVC side; `store` is None where there is no DVC."""

    workspace: Workspace
    store: Store | None


def open_project(terminal: Terminal) -> Project:
    """Opens the project around the caller's folder; raises as `open_workspace` does."""
    workspace = open_workspace(terminal.cwd)
    repository = workspace.repository
    return Project(workspace, find_store(workspace.root, repository.top, repository.common_dir))
