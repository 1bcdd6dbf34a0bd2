"""Asks a remote what it has, sends branches and fetches refs: by full names, and without the user's refspecs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.process import run_git
from branchlab.git.refs import BRANCHES, REMOTES, Ref
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository


def choose_remote(repository: Repository, asked: str) -> str:
    """Returns the remote to use: the one asked for, else `origin`, else the only one.

    Raises:
        EnvironmentProblemError: when there is none, or the choice is not clear.
    """
    names = run_git(["remote"], cwd=repository.top).decode(errors="surrogateescape").split()
    if asked:
        if asked not in names:
            known = ", ".join(map(safe_text, names)) or "none"
            raise EnvironmentProblemError(f"there is no git remote {safe_text(asked)}", f"known: {known}")
        return asked
    if not names:
        raise EnvironmentProblemError("this repository has no git remote", "git remote add origin ADDRESS")
    if "origin" not in names and len(names) > 1:
        raise EnvironmentProblemError("there are several git remotes", f"--remote {safe_text(names[0])}, or another")
    return "origin" if "origin" in names else names[0]


def push_branches(repository: Repository, remote: str, names: Sequence[str]) -> None:
    """Sends branches under their own names in one go; git's hooks run as always, ours leaves the data to the caller.

    Raises:
        GitError: when the remote refuses.
    """
    if not names:  # git would push what its configuration says
        return
    refspecs = [f"{BRANCHES}{name}:{BRANCHES}{name}" for name in names]
    # Without --porcelain, which puts the remote's reasons on stdout, where no error looks for them.
    run_git(["push", "--end-of-options", remote, *refspecs], cwd=repository.top, env={"BRANCHLAB_DATA": "0"})


def remote_branches(repository: Repository, remote: str) -> list[Ref]:
    """Asks a remote for its branches; raises as `remote_refs` does."""
    return _listed(repository, ["--heads", "--end-of-options", remote])


def remote_refs(repository: Repository, remote: str, *patterns: str) -> list[Ref]:
    """Asks a remote for the refs that fit the patterns of `git ls-remote`.

    Raises:
        GitError: when it cannot be reached.
    """
    return _listed(repository, ["--end-of-options", remote, *patterns])


def _listed(repository: Repository, arguments: Sequence[str]) -> list[Ref]:
    out = run_git(["ls-remote", *arguments], cwd=repository.top)
    lines = [line.split("\t", 1) for line in out.decode(errors="surrogateescape").split("\n") if line]
    return [Ref(name, oid) for oid, name in lines]


def fetch_objects(repository: Repository, remote: str, refs: Sequence[Ref]) -> None:
    """Brings the commits of a remote's branches, and git's own remote-tracking refs for them."""
    if refs:  # without any, git would fetch what its configuration says
        names = [(ref.name, ref.name.removeprefix(BRANCHES)) for ref in refs]
        fetch_refs(repository, remote, [f"+{name}:{REMOTES}{remote}/{short}" for name, short in names])


def fetch_refs(repository: Repository, remote: str, refspecs: Sequence[str], *options: str) -> None:
    """Brings refs by full refspecs, which travel by standard input: none is read as an option.

    Raises:
        GitError: when the remote cannot be reached or lacks one.
    """
    stdin = "".join(f"{spec}\n" for spec in refspecs).encode(errors="surrogateescape")
    # FETCH_HEAD is the user's: `git merge FETCH_HEAD` may be the next thing they type.
    arguments = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *options, "--stdin"]
    run_git([*arguments, "--end-of-options", remote], cwd=repository.top, stdin=stdin)


def is_ancestor(repository: Repository, old: str, new: str) -> bool:
    """Tells whether a branch can move from `old` to `new` without losing a commit."""
    out = run_git(["rev-list", "--max-count=1", old, f"^{new}"], cwd=repository.top)
    return not out.strip()
