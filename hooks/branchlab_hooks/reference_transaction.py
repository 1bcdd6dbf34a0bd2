"""Strict naming: refuses a branch with a bad name at the moment it is made.

The shell part looks first, and comes here only with new branches whose names it has not seen accepted.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import CheckError
from branchlab.git.refs import BRANCHES, list_refs
from branchlab.plainfile import write_plain
from branchlab.project import SETTINGS_FILE
from branchlab.text import safe_text
from branchlab.workspace import open_workspace, projects_of
from branchlab_hooks.names import check_branch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository
    from branchlab_hooks.names import Refusal

_BRINGS_BRANCHES = ("fetch", "pull", "clone")
# Options of git itself, before the command, whose value is the next word: git(1).
_TAKE_A_VALUE = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--super-prefix")


def run(arguments: Sequence[str], stdin: bytes) -> int:
    """Refuses the transaction when it makes a branch that breaks the rule; the argument is the id of git's process.

    Raises:
        CheckError: when it does.
    """
    names = _made(stdin)
    workspace = open_workspace(os.getcwd())
    if not any(project.settings.naming.strict for project in projects_of(workspace)):
        return 0
    # The old value is all zeros for a new branch, and also where git does not check it (githooks(5)).
    there = {ref.name for ref in list_refs(workspace.repository, *(BRANCHES + name for name in names))}
    refused = [refusal for name in names if BRANCHES + name not in there and (refusal := check_branch(workspace, name))]
    if _brings_branches(arguments):
        _note(workspace.repository, arguments[0])
    elif refused:
        raise _error(refused[0])
    return 0


def _note(repository: Repository, process: str) -> None:
    """Lets the shell part know a git that fetches, so that it steps aside before the next branch."""
    # Without it each branch of the fetch asks Python: slow, and as right.
    with suppress(OSError):
        os.makedirs(os.path.join(repository.state_dir, "hooks"), exist_ok=True)
        write_plain(os.path.join(repository.state_dir, "hooks", "fetching"), f"{process}\n".encode())


def _made(stdin: bytes) -> list[str]:
    """Returns the branches whose old value is not known: they are new, or are moved by force."""
    found = []
    for line in stdin.decode(errors="surrogateescape").split("\n"):
        old, _, rest = line.partition(" ")
        new, _, ref = rest.partition(" ")
        if not old.strip("0") and new.strip("0") and ref.startswith(BRANCHES):
            found.append(ref.removeprefix(BRANCHES))
    return found


def _error(refusal: Refusal) -> CheckError:
    branch = safe_text(refusal.branch)
    hint = f"call it {refusal.nearest}{refusal.note}, or let naming.exempt in {SETTINGS_FILE} name {branch}"
    return CheckError(f"{branch} is no name for an experiment: {refusal.reason}", hint)


def _brings_branches(arguments: Sequence[str]) -> bool:
    """Tells whether the git that waits for us brings branches from elsewhere, as a mirror does."""
    import psutil

    try:
        started_us = psutil.Process(int(arguments[0]))
        lines = [process.cmdline() for process in (started_us, *started_us.parents())]
    except (psutil.Error, IndexError, ValueError):
        return False
    command = next((line for line in lines if line and os.path.basename(line[0]) == "git"), [""])
    words = iter(command[1:])
    for word in words:
        if word in _TAKE_A_VALUE:
            next(words, "")
        elif not word.startswith("-"):
            return word in _BRINGS_BRANCHES
    return False
