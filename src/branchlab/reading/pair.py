"""Two things to compare: both records, what differs in code, and the baseline where an experiment left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.git.process import GitError, finish_git, start_git
from branchlab.git.refs import BRANCHES, REMOTES
from branchlab.reading.codediff import finish_files, start_files
from branchlab.reading.objects import Commit, find_commit
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import subprocess

    from branchlab.compare.difference import CodeFile, Side
    from branchlab.git.object_reader import ObjectReader
    from branchlab.workspace import Workspace


class StartedPair(NamedTuple):
    """What A and B are, with git at work on their merge-base (when B is the baseline) and on what differs in code."""

    a: Commit | Side
    b: Commit | Side
    base: subprocess.Popen[bytes] | None
    files: subprocess.Popen[bytes] | None


class Pair(NamedTuple):
    """Both sides, what differs in code, and the commits of B and A that hold the code."""

    a: Side
    b: Side
    code: tuple[CodeFile, ...]
    trees: tuple[str, str] | None


def start_pair(reader: ObjectReader, workspace: Workspace, name_a: str, name_b: str | None) -> StartedPair:
    """Finds A and B, the baseline where no B is named, and puts git to work on what lies between them.

    Raises:
        NotFoundError: when one of them does not exist.
        UsageError: when a name stands for several things.
    """
    a = _locate(reader, workspace, name_a)
    b = _locate(reader, workspace, name_b) if name_b is not None else find_baseline(reader, workspace)
    return start_between(workspace, a, b, at_merge_base=name_b is None)


def start_between(
    workspace: Workspace, a: Commit | Side, b: Commit | Side, *, at_merge_base: bool = False
) -> StartedPair:
    """Puts git to work on what lies between two things that were found, or from where A left B to A."""
    trees = (_code_id(b), _code_id(a))
    base = start_git(["merge-base", *trees], cwd=workspace.repository.top) if at_merge_base else None
    # diff-tree finds the merge-base by itself, so that both gits are at work at once.
    files = start_files(workspace, *trees, merge_base=at_merge_base) if all(trees) else None
    return StartedPair(a, b, base, files)


def finish_pair(reader: ObjectReader, workspace: Workspace, started: StartedPair) -> Pair:
    """Returns both sides with the baseline at the merge-base, and the code that really ran on each.

    Raises:
        NotFoundError: when A has no record.
        DamagedError: when a record cannot be read.
        EnvironmentProblemError: when there is no common history, or git refuses.
    """
    from branchlab.reading.sides import no_record, read_side, without_record

    a, b = started.a, started.b
    side_a = read_side(reader, workspace, a) if isinstance(a, Commit) else a
    if side_a is None:
        raise no_record(workspace, a.name)
    if started.base and isinstance(b, Commit):
        b = _finish_merge_base(reader, started.base, workspace, a.name, b)
    side_b = read_side(reader, workspace, b) or without_record(reader, workspace, b) if isinstance(b, Commit) else b
    trees = (_code_id(b), _code_id(a))
    exact = (
        trees[0] if started.base else _exact_code(workspace, side_b, trees[0]),
        _exact_code(workspace, side_a, trees[1]),
    )
    code = finish_files(started.files) if started.files else ()
    if exact != trees and all(exact):
        code = finish_files(start_files(workspace, *exact))
    return Pair(side_a, side_b, code, exact if all(exact) else None)


def _locate(reader: ObjectReader, workspace: Workspace, name: str) -> Commit | Side:
    commit = find_commit(reader, workspace, name)
    if commit:
        return commit
    from branchlab.reading.sides import live_side

    return live_side(workspace, name)


def _code_id(found: Commit | Side) -> str:
    return found.oid if isinstance(found, Commit) else found.record.run.code


def _exact_code(workspace: Workspace, side: Side, tree: str) -> str:
    """Returns the commit that holds the code which ran, where commits came after it on the branch."""
    if not side.stale:
        return tree
    from branchlab.running.held_code import held_code

    held = held_code(workspace, tree, side.record)
    return held.commit if held else tree


def find_baseline(reader: ObjectReader, workspace: Workspace) -> Commit:
    """Returns the baseline here, else where it was fetched from.

    Raises:
        NotFoundError: when it does not exist.
    """
    name = workspace.settings.baseline
    for place in (f"{BRANCHES}{name}", f"{REMOTES}origin/{name}", name):
        found = reader.read(f"{place}^{{commit}}")  # never a branch that only ends in this name
        if found:
            return Commit(place.removeprefix(BRANCHES).removeprefix(REMOTES), found.oid, found.body)
    raise NotFoundError(
        f"the baseline {safe_text(name)} does not exist",
        "name B, or set project.baseline in branchlab.toml",
    )


def _finish_merge_base(
    reader: ObjectReader, base: subprocess.Popen[bytes], workspace: Workspace, name: str, tip: Commit
) -> Commit:
    try:
        oid = finish_git(base, ["merge-base"]).decode().split()[0]
    except GitError:
        shallow = workspace.repository.shallow
        raise EnvironmentProblemError(
            f"{safe_text(name)} and {safe_text(tip.name)} have no common history",
            "this clone is shallow: git fetch --unshallow" if shallow else "name B",
        ) from None
    if oid == tip.oid:
        return tip
    found = reader.read(oid)  # its message tells whether the record there is its own
    return Commit(tip.name, oid, found.body if found else b"")
