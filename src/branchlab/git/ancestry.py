"""How commits descend from each other, and where a shallow clone cut that off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.process import GitError, run_git
from branchlab.git.refs import BRANCHES, REMOTES
from branchlab.plainfile import read_plain
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository


class Change(NamedTuple):
    """A commit that changed something; `seconds` is when its author made it, since the epoch."""

    commit: str
    seconds: int


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """Returns where two commits parted; None when they have no common history, or a shallow clone lacks it."""
    try:
        out = run_git(["merge-base", one, other], cwd=repository.top)
    except GitError as error:
        if error.returncode == 1:
            return None
        raise
    return out.decode().split()[0]


def parents_of(repository: Repository, commit: str) -> tuple[str, ...]:
    """Returns the parents that this clone has; a commit at which it was cut has none."""
    out = run_git(["rev-list", "--parents", "--max-count=1", commit], cwd=repository.top)
    return tuple(out.decode().split()[1:])


def first_parent_changes(repository: Repository, tip: str, path: str) -> list[str]:
    """Returns the commits that changed `path` along the first parents of `tip`, newest first."""
    arguments = ["rev-list", "--first-parent", tip, "--", f":(top,literal){path}"]
    return run_git(arguments, cwd=repository.top).decode().split()


def changes(repository: Repository, tip: str, paths: Sequence[str]) -> list[Change]:
    """Returns the commits in the history of `tip` that changed any of the paths, newest first."""
    places = [f":(top,literal){path}" for path in paths]
    # log.showSignature would put lines of gpg between these.
    arguments = ["log", "--no-show-signature", "--format=%H %at", tip, "--", *places]
    lines = run_git(arguments, cwd=repository.top).decode().splitlines()
    return [Change(commit, int(seconds)) for commit, _, seconds in (line.partition(" ") for line in lines)]


def oldest_first_parent(repository: Repository, tip: str) -> str:
    """Returns the commit at which the first parents of `tip` end: the root, or where the clone was cut."""
    # All of them are read: git counts `--max-count=1` before it turns the order round.
    return run_git(["rev-list", "--first-parent", "--reverse", tip], cwd=repository.top).decode().split("\n", 1)[0]


def cut_commits(repository: Repository) -> frozenset[str]:
    """Returns the commits whose parents a shallow clone left behind; empty in a full one."""
    content = read_plain(os.path.join(repository.common_dir, "shallow")) if repository.shallow else None
    return frozenset((content or b"").decode(errors="replace").split())


def names_at(repository: Repository, commit: str) -> list[str]:
    """Returns the full names of the local and remote branches that point at a commit."""
    arguments = ["for-each-ref", f"--points-at={commit}", "--format=%(refname)", BRANCHES, REMOTES]
    return run_git(arguments, cwd=repository.top).decode(errors="surrogateescape").split("\n")[:-1]
