"""What git is about to commit, as a hook sees it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.index import write_tree
from branchlab.git.objects import read_objects
from branchlab.git.repository import Repository, find_repository
from branchlab.plainfile import read_plain
from branchlab.tracking import location
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.git.objects import GitObject

# `is_busy` in sh/pre-commit.sh has the same names.
IN_PROGRESS = (
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "rebase-merge",
    "rebase-apply",
    "sequencer",
)
_AMEND = "--am"  # and every longer spelling
_ALLOW_EMPTY = "--allow-empty"  # no shorter one: git takes that for --allow-empty-message as well, and refuses it
_MOST_ANCESTORS = 8  # a shell, a framework and a manager of hooks may stand between git and us


class Staged(NamedTuple):
    """The commit that is being made.

    Attributes:
        env: names the index it is made from; pass it on to git.
        tree: tree id of that index.
        head: id of the commit below; empty on an unborn branch.
        head_tree: tree id of that commit.
    """

    env: Mapping[str, str]
    tree: str
    head: str = ""
    head_tree: str = ""


def repository_here() -> Repository:
    """Returns the repository of a hook that git started at the top of a working tree.

    Its files tell what git would; where anything is unusual, git is asked.

    Raises:
        EnvironmentProblemError: when there is no usable repository.
    """
    top = os.path.realpath(os.getcwd())
    found = location.find_git(top)
    named = os.environ.get("GIT_DIR")
    if not found or found[0] != top or (named and os.path.realpath(named) != os.path.realpath(found[1])):
        return find_repository(top)
    common_dir = location.common_dir_of(found[1])
    config = (read_plain(os.path.join(common_dir, "config")) or b"").lower()
    object_format = "sha256" if b"objectformat" in config and b"sha256" in config else "sha1"
    return Repository(top, found[1], common_dir, "", object_format, os.path.exists(os.path.join(common_dir, "shallow")))


def hook_index() -> dict[str, str]:
    """Returns `GIT_INDEX_FILE` as git set it for this hook, as an absolute path; nothing where it did not."""
    path = os.environ.get("GIT_INDEX_FILE")
    return {"GIT_INDEX_FILE": os.path.abspath(path)} if path else {}


def read_staged(repository: Repository, paths: Sequence[str]) -> tuple[Staged, list[GitObject | None]]:
    """Reads what is being committed, and at each path what HEAD and the new commit hold, one after the other.

    Raises:
        GitError: when the index cannot be read.
    """
    env = hook_index()
    tree = write_tree(repository, env)
    specs = [f"{side}:{path}" for path in paths for side in ("HEAD", tree)]
    head, *found = read_objects(repository, ["HEAD^{commit}", *specs])
    if head is None:
        return Staged(env, tree), found
    head_tree = head.body.partition(b"\n")[0].removeprefix(b"tree ").decode()
    return Staged(env, tree, head.oid, head_tree), found


def branch_of(repository: Repository) -> str:
    """Returns the branch that is checked out, empty when detached; git is asked where its files do not tell."""
    # A ref that is kept in tables (reftable) has a stand-in in the file HEAD.
    found = location.current_branch(repository.git_dir)
    if found:
        return found
    from branchlab.git.refs import BRANCHES, current_branch

    return (current_branch(repository) or "").removeprefix(BRANCHES)


def is_in_progress(repository: Repository) -> bool:
    """Tells whether a merge, rebase, cherry-pick, revert or bisection is going on in this working tree."""
    return any(os.path.exists(os.path.join(repository.git_dir, name)) for name in IN_PROGRESS)


def may_be_empty() -> bool:
    """Tells whether this commit is made though nothing is staged: git decides so before it looks at our work.

    git tells no hook how it was called; the command lines of the processes above us do.
    """
    return any(word == _ALLOW_EMPTY or word.startswith(_AMEND) for word in _options_of_git())


def is_amended() -> bool:
    """Tells whether this commit takes the place of the one below."""
    return any(word.startswith(_AMEND) for word in _options_of_git())


def _options_of_git() -> Iterator[str]:
    """Yields the words behind every git above us."""
    for command in _commands_above():
        if command and os.path.basename(command[0]).startswith("git"):
            yield from command[1:]


def _commands_above() -> Iterator[list[str]]:
    """Yields the command lines of our ancestors, the nearest first; nothing where the system does not tell."""
    process = os.getppid()
    for _ in range(_MOST_ANCESTORS):
        try:
            above, command = _process(process)
        except (OSError, ValueError, IndexError):
            return
        yield command
        process = above


def _process(process: int) -> tuple[int, list[str]]:
    """Returns the parent and the command line of a process."""
    if os.path.isdir("/proc/self"):
        with open(f"/proc/{process}/stat", "rb") as file:
            # The name of the program stands in brackets before and may hold blanks and brackets itself: proc(5).
            parent = int(file.read().rpartition(b")")[2].split()[1])
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return parent, os.fsdecode(file.read()).split("\0")
    import subprocess

    found = subprocess.run(["ps", "-o", "ppid=,args=", "-p", str(process)], capture_output=True, check=False)
    above, *command = os.fsdecode(found.stdout).split()
    return int(above), command
