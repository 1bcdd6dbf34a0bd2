"""`pre-merge-commit`: only the name of the branch. Metrics of a merge are stale until they are measured again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.workspace import workspace_of
from branchlab_hooks.names import require_good
from branchlab_hooks.staged import branch_of, repository_here

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(_arguments: Sequence[str], _stdin: bytes) -> int:
    """Checks the name.

    Raises:
        CheckError: when the branch may not have it.
    """
    workspace = workspace_of(repository_here())
    require_good(workspace, branch_of(workspace.repository))
    return 0
