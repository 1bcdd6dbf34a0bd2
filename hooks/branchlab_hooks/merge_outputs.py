"""Merges what a run made: its curves, plots and DVC pointers follow the record, whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.git.mergefile import MergedText
from branchlab.git.objects import read_object
from branchlab.git.repository import find_repository
from branchlab.record.format import parse_record
from branchlab.workspace import workspace_of

if TYPE_CHECKING:
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace
    from branchlab_hooks.versions import Side, Versions

_POINTER = ".dvc"
_LOCK = "dvc.lock"


def merge_outputs(versions: Versions, side: Side) -> bytes:
    """Returns the version of `side` when both changed the file."""
    whole = versions.unchanged()
    if whole is not None:
        return whole
    return versions.ours if side == "ours" else versions.theirs


def merge_pointers(versions: Versions, side: Side, repository: Repository) -> MergedText:
    """Merges a DVC pointer: that of an output follows the record, that of an input conflicts as any file would.

    Of a `dvc.lock` the lines are merged; where both changed the same, those of `side` stand, and `dvc repro` sees it.

    Raises:
        GitError: when it is no text.
    """
    whole = versions.unchanged()
    if whole is not None:
        return MergedText(whole, clean=True)
    # Markers would make the file unreadable to DVC, and with it every stage.
    if os.path.basename(versions.path) == _LOCK:
        return MergedText(versions.as_text(side).text, clean=True)
    if _is_output(versions.path, repository):
        return MergedText(merge_outputs(versions, side), clean=True)
    return versions.as_text()


def _is_output(pointer: str, repository: Repository) -> bool:
    """Says whether the settings or the record of the branch name what a pointer points to as made by runs."""
    try:
        workspace = _project_of(pointer, repository)
    except BranchlabError:
        # Taken for an input: a conflict is seen, a pointer that was silently replaced is not.
        return False
    path = pointer.removeprefix(workspace.prefix).removesuffix(_POINTER)
    return path in workspace.settings.artifacts or path in _outputs(workspace)


def _project_of(pointer: str, repository: Repository) -> Workspace:
    folder = os.path.join(repository.top, os.path.dirname(pointer))
    # git merges before it writes files: the folder may be one that only the other side has.
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return workspace_of(find_repository(folder))


def _outputs(workspace: Workspace) -> set[str]:
    """Returns the outputs that the record names which the other one is merged into."""
    found = read_object(workspace.repository, f"HEAD:{workspace.record_path}")
    try:
        data = parse_record(found.body).data if found and found.kind == "blob" else {}
    except BranchlabError:
        return set()
    return {path for path, file in data.items() if file.output}
