"""Before a push: the names of the branches that go out, and the data of the commits that go out.

Both come from what git says that it pushes, not from what is checked out.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from branchlab.errors import CheckError
from branchlab.project import SETTINGS_FILE
from branchlab.text import safe_text
from branchlab.workspace import open_workspace, projects_of
from branchlab_hooks.names import check_branch
from branchlab_hooks.pushed_data import bring_data_there
from branchlab_hooks.pushed_refs import parse_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.workspace import Workspace
    from branchlab_hooks.names import Refusal
    from branchlab_hooks.pushed_refs import PushedRef


def run(arguments: Sequence[str], stdin: bytes) -> int:
    """Checks names, then brings data to the DVC remote; the arguments are the git remote's name and address.

    Raises:
        CheckError: for a branch that breaks the rule, and where data is missing that settings forbid to push.
        BranchlabError: when the data cannot be brought there.
    """
    refs = parse_refs(stdin)
    workspace = open_workspace(os.getcwd())
    remote = next(iter(arguments), "")
    # Names first: gigabytes are not sent for a push that is refused.
    _check_names(workspace, remote, refs)
    if os.environ.get("BRANCHLAB_DATA") != "0":
        for project in projects_of(workspace):
            # git gives the address twice when no remote is named (githooks(5), pre-push).
            bring_data_there(project, "" if remote in arguments[1:] else remote, refs)
    return 0


def _check_names(workspace: Workspace, remote: str, refs: Sequence[PushedRef]) -> None:
    for ref in refs:
        refusal = check_branch(workspace, ref.branch, remember=False) if ref.branch else None
        if refusal:
            raise _error(refusal, remote, ref)


def _error(refusal: Refusal, remote: str, ref: PushedRef) -> CheckError:
    # Renaming helps only where the bad name is the one here; HEAD or an id is pushed under another.
    if ref.source == ref.target:
        return refusal.error
    command = f"git push {shlex.quote(remote)} {shlex.quote(ref.source)}:refs/heads/{refusal.nearest}"
    exempt = f"or let naming.exempt in {SETTINGS_FILE} name it"
    return CheckError(refusal.message, f"{safe_text(command)} gives it that name, {exempt}")
