"""Where the code of a recorded run is: in a commit of its own, or in the commit that holds the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.codetree import code_tree
from branchlab.git.objects import read_object
from branchlab.git.process import run_git
from branchlab.record.message import RUN_TRAILER
from branchlab.record.paths import written_paths
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace


class HeldCode(NamedTuple):
    """A commit with the code of a run, and whether that is exactly what ran."""

    commit: str
    exact: bool


def held_code(workspace: Workspace, tip: str, record: Record) -> HeldCode | None:
    """Returns where the code of a record is, which the commit `tip` holds; None when this repository lacks it.

    A record without a commit of code names the id of its code, so that it is not taken from a wrong commit.
    """
    run, repository = record.run, workspace.repository
    if run.code:
        found = read_object(repository, f"{run.code}^{{commit}}")
        return HeldCode(found.oid, run.exact) if found else None
    commit = holding_commit(workspace, tip, run.id) if run.tree else ""
    if not commit:
        return None
    tree = code_tree(repository, commit, written_paths(record, workspace.settings.record, workspace.prefix))
    return HeldCode(commit, run.exact and tree == run.tree)


def holding_commit(workspace: Workspace, tip: str, run: str) -> str:
    """Returns the commit at or before `tip` that brought the record of a run.

    It says so in its message; where a squash or an edit lost that, it is the last one that changed the record.
    """
    said = [f"--grep={RUN_TRAILER}: {run}", "--fixed-strings"]
    # Literal: a project's path may hold the signs of a pattern.
    path = ["--", f":(top,literal){workspace.record_path}"]
    repository = workspace.repository
    return _newest(repository, [*said, "--end-of-options", tip]) or _newest(
        repository, ["--end-of-options", tip, *path]
    )


def _newest(repository: Repository, arguments: list[str]) -> str:
    return run_git(["log", "-n", "1", "--format=%H", *arguments], cwd=repository.top).decode().strip()
