"""After a switch of branches: brings the data of the new branch, where the settings ask for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.store import find_store
from branchlab.git.objects import read_object
from branchlab.git.refs import BRANCHES, current_branch
from branchlab.running.bring import bring_data
from branchlab.running.source import outputs_at
from branchlab.text import safe_text
from branchlab.workspace import open_workspace, projects_of
from branchlab_hooks.dispatch import words

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str], stdin: bytes) -> int:
    """Places what the cache has; the arguments are the commit before, the commit now, and git's flag.

    Raises:
        UnsavedWorkError: when data in the way was changed; nothing is touched.
        EnvironmentProblemError: when the cache lacks data; all other data is there.
    """
    del stdin
    old = arguments[0]
    workspace = open_workspace(os.getcwd())
    repository = workspace.repository
    branch = (current_branch(repository) or "").removeprefix(BRANCHES)
    for project in projects_of(workspace):
        store = find_store(project.root, repository.top, repository.common_dir)
        if store is None or not project.settings.hooks.checkout_data:
            continue
        # OLD is all zeros after a clone and in a new working tree (githooks(5), post-checkout).
        before = outputs_at(project, old) if old.strip("0") and read_object(repository, old) else []
        changed = bring_data(project, store, branch, before)
        if changed:
            words([f"branchlab: brought the data of {safe_text(branch)}: {len(changed)} changed"])
    return 0
