"""Captures the working tree as a tree object, without touching the user's index, files, HEAD or stash."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from branchlab.errors import EnvironmentProblemError, UnsavedWorkError, UsageError
from branchlab.git.process import run_git
from branchlab.text import format_bytes, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository


class WorkingTree(NamedTuple):
    """What `git status` says.

    Attributes:
        head: commit id of HEAD; None before the first commit.
        branch: short name of the current branch; None when HEAD is detached.
        changed: tracked paths that differ from HEAD, staged or not, deleted ones too.
        new: paths that are staged as new or untracked and not ignored.
        unmerged: paths in conflict.
        dirty_submodules: submodules that hold uncommitted work of their own.
        nested: untracked folders that are git repositories themselves; a snapshot leaves them out.
    """

    head: str | None
    branch: str | None
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    dirty_submodules: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()


def read_working_tree(repository: Repository) -> WorkingTree:
    """Asks git for the state of the working tree in one process and without taking a lock."""
    arguments = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"]
    out = run_git([*arguments, "--ignore-submodules=none"], cwd=repository.top)
    return parse_status(out.decode(errors="surrogateescape"))


def parse_status(out: str) -> WorkingTree:
    """Reads `git status --porcelain=v2 --branch -z --no-renames`."""
    head: str | None = None
    branch: str | None = None
    found: dict[str, list[str]] = {"changed": [], "new": [], "unmerged": [], "dirty_submodules": [], "nested": []}
    for entry in out.split("\0"):
        kind, _, rest = entry.partition(" ")
        if entry.startswith("# branch.oid "):
            head = None if rest.endswith("(initial)") else rest.removeprefix("branch.oid ")
        elif entry.startswith("# branch.head "):
            branch = None if rest.endswith("(detached)") else rest.removeprefix("branch.head ")
        elif kind == "?":
            found["nested" if rest.endswith("/") else "new"].append(rest)
        elif kind == "u":
            found["unmerged"].append(rest.split(" ", 9)[9])
        elif kind == "1":
            _tracked(rest, found)
    return WorkingTree(head, branch, **{key: tuple(paths) for key, paths in found.items()})


def _tracked(rest: str, found: dict[str, list[str]]) -> None:
    state, submodule, *_ = rest.split(" ", 2)
    path = rest.split(" ", 7)[7]
    if submodule[0] == "S" and ("M" in submodule[2:] or "U" in submodule[2:]):
        found["dirty_submodules"].append(path)
    found["new" if "A" in state else "changed"].append(path)


def check_snapshot(repository: Repository, tree: WorkingTree, max_file_bytes: int) -> str:
    """Returns the commit a snapshot builds on, when one can be taken.

    Raises:
        EnvironmentProblemError: before the first commit.
        UnsavedWorkError: in the middle of a conflict, or with uncommitted work in a submodule.
        UsageError: when a new file is larger than `max_file_bytes`.
    """
    if tree.head is None:
        raise EnvironmentProblemError(
            "this repository has no commit yet", "git commit first, so that runs can branch off"
        )
    if tree.unmerged:
        raise UnsavedWorkError(f"{safe_text(tree.unmerged[0])} is in conflict", "finish or abort the merge first")
    if tree.dirty_submodules:
        path = safe_text(tree.dirty_submodules[0])
        raise UnsavedWorkError(f"submodule {path} holds uncommitted work", "commit it inside the submodule first")
    for path in tree.new:
        size = _size(os.path.join(repository.top, path))
        if size > max_file_bytes:
            shown = f"{safe_text(path)} is new and has {format_bytes(size)}"
            raise UsageError(
                shown, f"track it with dvc add, or name it in .gitignore (the limit is {format_bytes(max_file_bytes)})"
            )
    return tree.head


def write_snapshot(repository: Repository, tree: WorkingTree) -> str | None:
    """Writes the working tree as a tree object and returns its id; None when it equals HEAD.

    A copy of the user's index serves as the private one: it carries the stat cache, so that only the paths which
    status named are read again.
    """
    paths = (*tree.changed, *tree.new)
    if not paths:
        return None
    os.makedirs(repository.state_dir, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="snapshot-", dir=repository.state_dir) as folder:
        index = os.path.join(folder, "index")
        _copy_index(repository, index)
        env = {"GIT_INDEX_FILE": index}
        stdin = "\0".join(paths).encode(errors="surrogateescape")
        update = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"]
        run_git(update, cwd=repository.top, stdin=stdin, env=env)
        return run_git(["write-tree"], cwd=repository.top, env=env).decode().strip()


def differing_paths(repository: Repository, old: str, new: str) -> list[str]:
    """Lists the paths that differ between two trees or commits."""
    arguments = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--end-of-options", old, new]
    out = run_git(arguments, cwd=repository.top).decode(errors="surrogateescape")
    return [path for path in out.split("\0") if path]


def ignored_paths(repository: Repository, paths: Sequence[str]) -> set[str]:
    """Returns those of the paths (relative to the top) that git ignores."""
    arguments = ["check-ignore", "-z", "--stdin", "--no-index"]
    try:
        out = run_git(arguments, cwd=repository.top, stdin="\0".join(paths).encode(errors="surrogateescape"))
    except EnvironmentProblemError:  # exit code 1: none is ignored
        return set()
    return {path for path in out.decode(errors="surrogateescape").split("\0") if path}


def _copy_index(repository: Repository, target: str) -> None:
    try:
        shutil.copyfile(os.path.join(repository.git_dir, "index"), target)
    except FileNotFoundError:
        return


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
