"""Captures the working tree as a tree object, without touching the user's index, files, HEAD or stash."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, UnsavedWorkError, UsageError
from branchlab.git.collection import despite_collection
from branchlab.git.process import GitError, run_git
from branchlab.text import format_bytes, safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

_SYNCED = ("-c", "core.fsync=all", "-c", "core.fsyncMethod=batch")  # one wait for the disk, however many files
_WHOLE = ("-c", "core.splitIndex=false")  # the other half would be written beside the user's


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
        gone: paths that the index or the working tree no longer has.
        ignored: what the ignore rules name, where it was asked for; a folder, which ends in `/`, stands for all in it.
    """

    head: str | None
    branch: str | None
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    dirty_submodules: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def read_working_tree(repository: Repository, *, ignored: bool = False) -> WorkingTree:
    """Asks git for the state of the working tree in one process and without taking a lock."""
    # Each option is also a setting of the user's: status.renames would add a kind of line that is not read here, and
    # `ignore = all` of a submodule would keep its uncommitted work back.
    arguments = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"]
    more = ["--ignored=matching"] if ignored else []
    out = run_git([*arguments, "--ignore-submodules=none", *more], cwd=repository.top)
    return parse_status(out.decode(errors="surrogateescape"))


def parse_status(out: str) -> WorkingTree:
    """Reads `git status --porcelain=v2 --branch -z --no-renames`."""
    head: str | None = None
    branch: str | None = None
    found: dict[str, list[str]] = {field: [] for field in WorkingTree._fields[2:]}
    # Paths hold blanks, so the fields before them are counted: https://git-scm.com/docs/git-status#_porcelain_format_version_2
    for entry in out.split("\0"):
        kind, _, rest = entry.partition(" ")
        if entry.startswith("# branch.oid "):
            head = rest.removeprefix("branch.oid ")
        elif entry.startswith("# branch.head "):
            branch = rest.removeprefix("branch.head ")
        elif kind == "?":
            found["nested" if rest.endswith("/") else "new"].append(rest)
        elif kind == "!":
            found["ignored"].append(rest)
        elif kind == "u":
            found["unmerged"].append(rest.split(" ", 9)[9])
        elif kind == "1":
            _tracked(rest, found)
    head, branch = None if head == "(initial)" else head, None if branch == "(detached)" else branch
    return WorkingTree(head, branch, **{key: tuple(paths) for key, paths in found.items()})


def _tracked(rest: str, found: dict[str, list[str]]) -> None:
    state, submodule, *_ = rest.split(" ", 2)
    path = rest.split(" ", 7)[7]
    if submodule[0] == "S" and ("M" in submodule[2:] or "U" in submodule[2:]):
        found["dirty_submodules"].append(path)
    gone = state == "D." or state.endswith("D")  # "DA" is there: forgotten, then planned with `git add -N`
    if gone:
        found["gone"].append(path)
    if "A" not in state or state == "DA":
        found["changed"].append(path)
    elif not gone:  # staged as new and deleted since: nothing is left of it
        found["new"].append(path)


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

    Raises:
        GitError: when git cannot read a file or write an object.
    """
    gone = frozenset(tree.gone)
    present = (*(path for path in tree.changed if path not in gone), *tree.new)
    if not gone and not present:
        return None
    written = despite_collection(lambda: _write(repository, tree.gone, present))
    # Status also names a file whose change was staged and then taken back.
    return None if tree.head and written == _tree_of(repository, tree.head) else written


def _write(repository: Repository, gone: Sequence[str], present: Sequence[str]) -> str:
    import tempfile

    os.makedirs(repository.state_dir, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="snapshot-", dir=repository.state_dir) as folder:
        index = os.path.join(folder, "index")
        _copy_index(repository, index)
        env = {"GIT_INDEX_FILE": index}
        # Two calls: a deleted path may lie behind a symbolic link by now, or be ignored, and must not be looked at.
        for option, paths in (("--force-remove", gone), ("--remove", present)):
            if paths:
                stdin = "\0".join(paths).encode(errors="surrogateescape")
                update = [*_WHOLE, *_SYNCED, "update-index", "--add", "--replace", option, "-z", "--stdin"]
                run_git(update, cwd=repository.top, stdin=stdin, env=env)
        return run_git([*_SYNCED, "write-tree"], cwd=repository.top, env=env).decode().strip()


def _tree_of(repository: Repository, commit: str) -> str:
    return run_git(["rev-parse", f"{commit}^{{tree}}"], cwd=repository.top).decode().strip()


def ignored_paths(repository: Repository, paths: Sequence[str]) -> set[str]:
    """Returns those of the paths (relative to the top) that git ignores."""
    arguments = ["check-ignore", "-z", "--stdin", "--no-index"]
    asked = "".join(f"./{path}\0" for path in paths)  # the dot keeps `:x` from being magic, which is `x` to git
    try:
        out = run_git(arguments, cwd=repository.top, stdin=asked.encode(errors="surrogateescape"))
    except GitError:  # 1: none is ignored; 128: one lies behind a symbolic link or in a submodule, where git ends
        return set()
    return {path[2:] for path in out.decode(errors="surrogateescape").split("\0") if path}


def _copy_index(repository: Repository, target: str) -> None:
    """Copies the index with its time: git takes a file that is not older than its index for possibly changed."""
    import shutil

    try:
        shutil.copy2(os.path.join(repository.git_dir, "index"), target)
    except FileNotFoundError:
        return


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
