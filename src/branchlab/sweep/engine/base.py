"""The commit that all trials of a sweep stand on: what is in the working tree, or what the sweep began with."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from branchlab.errors import DamagedError, UsageError
from branchlab.git.commit import NewCommit
from branchlab.git.objects import read_object, read_objects
from branchlab.git.refs import put_ref, read_ref
from branchlab.git.trees import parse_tree
from branchlab.record.format import parse_record
from branchlab.sweep.file import SWEEP_FILE, TABLES
from branchlab.sweep.inputs import code_digest
from branchlab.sweep.trial import BASE
from branchlab.table_reader import parse_table
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.session import GitSession
    from branchlab.running.source import Source
    from branchlab.sweep.trial import Trial
    from branchlab.workspace import Workspace

SWEEPS = "refs/branchlab/sweeps/"  # keeps the commit while no trial stands on it yet
# the table that tells a sweep file, whatever its name: to edit one makes no other code
_HEADER = re.compile(rb"^\s*\[\s*space\s*[\].]", re.MULTILINE)
_MAY_BE_SPACE = re.compile(rb"^\s*\[?\s*[\"']?space\b", re.MULTILINE)


def base_of_source(
    workspace: Workspace, session: GitSession, sweep: str, source: Source, trials: Sequence[Trial]
) -> str:
    """Returns the commit for a source, written when it is not HEAD as it stands; no ref holds it then.

    Where the sweep has trials already they go on from the same commit, if it has the same code.

    Raises:
        UsageError: when they ran other code.
    """
    base = source.parent
    if source.tree is not None or source.files:
        commit = NewCommit(source.parent, f"code of sweep {safe_text(sweep)}\n", source.tree, source.files)
        base = session.write_commit(commit)
    known = known_base(workspace, sweep, trials) if trials else ""
    if known and known != base:
        if not _same(workspace, known, base):
            name = safe_text(sweep)
            raise UsageError(
                f"the {len(trials)} trials of {name} ran other code or other parameters",
                f"branchlab sweep resume {name} goes on with theirs; for the new code, give the sweep a new name",
            )
        base = known
    return base


def known_base(workspace: Workspace, sweep: str, trials: Sequence[Trial]) -> str:
    """Returns the commit that trials stand on, as their records say, else as the sweep was begun here; or ""."""
    path = workspace.record_path
    commits = [trial.commit for trial in reversed(trials) if trial.commit]
    # of the newest alone: `base_of_source` lets no trial with other code into a sweep
    for found in read_objects(workspace.repository, [f"{commit}:{path}" for commit in commits[:1]]):
        if found is not None:
            try:
                base = parse_record(found.body, path).sweep.get(BASE)
            except DamagedError:
                continue
            if isinstance(base, str) and read_object(workspace.repository, f"{base}^{{commit}}"):
                return base
    return read_ref(workspace.repository, SWEEPS + sweep) or ""


def keep_base(workspace: Workspace, sweep: str, base: str) -> None:
    """Holds a commit, so that no garbage collection takes it before the first trial is recorded."""
    put_ref(workspace.repository, SWEEPS + sweep, base, reason=f"branchlab: sweep {safe_text(sweep)}")


def _same(workspace: Workspace, base: str, tree: str) -> bool:
    """Tells whether two commits or trees have the same code and the same parameter files."""
    prefix, names = workspace.prefix, workspace.settings.params
    pairs = [[f"{treeish}:{prefix}{name}" for name in names] for treeish in (base, tree)]
    # `code_of` leaves parameter files out, so they are compared here
    ours, theirs = ([found and found.oid for found in read_objects(workspace.repository, specs)] for specs in pairs)
    return ours == theirs and code_of(workspace, base) == code_of(workspace, tree)


def code_of(workspace: Workspace, treeish: str) -> str:
    """Returns the digest of the code of a commit or tree, in which no sweep file counts, whatever its name."""
    return code_digest(workspace, treeish, (SWEEP_FILE, *_sweep_files(workspace, treeish)))


def _sweep_files(workspace: Workspace, treeish: str) -> list[str]:
    """Returns the files beside branchlab.toml that say what a sweep searches."""
    folder = f"{treeish}:{workspace.prefix.rstrip('/')}" if workspace.prefix else f"{treeish}^{{tree}}"
    tree = read_object(workspace.repository, folder)
    if tree is None or tree.kind != "tree":
        return []
    entries = parse_tree(tree.body, workspace.repository.object_format)
    names = {name: entry.oid for name, entry in entries.items() if name.endswith(b".toml")}
    bodies = read_objects(workspace.repository, names.values())
    return [
        os.fsdecode(name)
        for name, found in zip(names, bodies, strict=True)
        if found and found.kind == "blob" and _is_sweep(found.body)
    ]


def _is_sweep(text: bytes) -> bool:
    # a header is enough: a sweep file that somebody is editing may be no TOML for a while
    if _HEADER.search(text):
        return True
    if not _MAY_BE_SPACE.search(text):
        return False
    try:
        table = parse_table(text, "", "")
    except DamagedError:
        return False
    # `space.lr = …` and `space = {…}` may stand in files of other tools, beside tables that are not ours
    return isinstance(table.get("space"), dict) and table.keys() <= set(TABLES)
