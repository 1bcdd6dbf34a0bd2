"""Refs on a remote, moved only from where they were seen last, so that nobody's work is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.process import GitError, run_git
from branchlab.git.remote import remote_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

_OWN = {"BRANCHLAB_SKIP": "1", "BRANCHLAB_DATA": "0"}  # our own hooks have nothing to say here
_AT_A_TIME = 500  # refs in one command line


def push_ref(repository: Repository, remote: str, name: str, new: str, old: str = "") -> str:
    """Moves a remote's ref from `old` to `new`, and only from `old`; returns where it stands then.

    That is something else than `new` when somebody else was first. A push whose answer was lost on the way counts.

    Args:
        repository: holds `new`.
        remote: its name.
        name: full name of the ref.
        new: full id.
        old: full id; empty for a ref that must not exist yet.

    Raises:
        GitError: when the remote cannot be reached or refuses for another reason.
    """
    arguments = ["push", f"--force-with-lease={name}:{old}", "--end-of-options", remote, f"{new}:{name}"]
    try:
        run_git(arguments, cwd=repository.top, env=_OWN)
    except GitError:
        found = [ref.oid for ref in remote_refs(repository, remote, name) if ref.name == name]
        stands = found[0] if found else ""
        if stands in (old, ""):
            raise
        return stands
    return new


def drop_refs(repository: Repository, remote: str, names: Sequence[str]) -> None:
    """Deletes refs of a remote that nobody else uses; those that are gone already are fine.

    Raises:
        GitError: when the remote cannot be reached or refuses.
    """
    for start in range(0, len(names), _AT_A_TIME):
        refspecs = [f":{name}" for name in names[start : start + _AT_A_TIME]]
        run_git(["push", "--quiet", "--end-of-options", remote, *refspecs], cwd=repository.top, env=_OWN)
