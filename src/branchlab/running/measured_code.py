"""Whether a commit holds the code that its record was measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.commit_text import first_parent, is_rewritten
from branchlab.record.message import recorded_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchlab.git.objects import GitObject
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace

    Read = Callable[[str], GitObject | None]


def is_stale(workspace: Workspace, read: Read, commit: str, text: bytes, record: Record) -> bool:
    """Says whether the code of a commit is another one than the code that was measured.

    A trailer tells that a commit was made by recording. Where there is none, as after a squash or in a merge, and where
    the commit was written again since, the files are compared, those that a record writes left out.

    Args:
        workspace: the project of the record.
        read: returns the object a spec such as `oid:path` stands for, None when there is none.
        commit: full id.
        text: the raw commit.
        record: the one that the commit holds.
    """
    run = record.run
    if run.merged:
        return True
    claimed = _names(text, run.id)
    # A record with `tree` came with `git commit`, whose hooks keep a trailer also where --amend adds other code.
    if claimed and not run.tree and not is_rewritten(text):
        return False
    code = _code_reader(workspace, read, record)
    here = code(commit)
    if run.tree:
        return here != run.tree
    ran = read(f"{run.code}^{{commit}}") if run.code else None
    if ran is None:
        return not claimed
    return here != code(ran.oid) and not (claimed and _is_noted(read, code, text, here, run.id))


def _code_reader(workspace: Workspace, read: Read, record: Record) -> Callable[[str], str]:
    from branchlab.git.codetree import code_tree_by
    from branchlab.record.paths import written_paths

    written = written_paths(record, workspace.settings.record, workspace.prefix)
    return lambda commit: code_tree_by(read, workspace.repository.object_format, commit, written)


def _is_noted(read: Read, code: Callable[[str], str], text: bytes, here: str, run: str) -> bool:
    """Says whether only notes came after the commit of a run whose command wrote files of the code itself."""
    while parent := first_parent(text):
        found = read(parent)
        if found is None or not _names(found.body, run) or code(found.oid) != here:
            return False
        if not is_rewritten(found.body):
            return True
        text = found.body
    return False


def _names(text: bytes, run: str) -> bool:
    return recorded_run(text.decode(errors="replace")) == run
