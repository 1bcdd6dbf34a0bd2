"""Names what a command wrote where nobody looks: what git ignores goes with the worktree, a model of ten hours too."""

from __future__ import annotations

import os
import posixpath
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from branchlab.running.place import Place
    from branchlab.workspace import Workspace

# Folders that other tools fill for themselves.
_SCRATCH = frozenset(
    {"__pycache__", "catboost_info", "lightning_logs", "logs", "mlruns", "node_modules", "tmp", "wandb"}
)
_ENDINGS = (".egg-info", ".log", ".pid", ".pyc", ".tmp", "~")
_NAMED = 3


def overlooked(workspace: Workspace, place: Place, ignored: Sequence[str], data: Collection[str]) -> list[str]:
    """Returns a line on what will be gone with the worktree of a run, nothing where that is no loss.

    Args:
        workspace: the project as the user has it.
        place: where the run worked.
        ignored: what git ignores there, relative to the top.
        data: what the record knows of, relative to the project.
    """
    settings = workspace.settings
    prefix = workspace.prefix
    entries = [path.removeprefix(prefix) for path in ignored if path.startswith(prefix)]
    if not entries:
        return []
    known = {posixpath.normpath(path) for path in (*data, *settings.link)}
    if settings.collect:
        from branchlab.running.collect import collected_files

        known.update(collected_files(place.project, settings.collect))
    own = f"{settings.record.directory}/"  # where logs and full curves of the record have their pointers
    entries = [path for path in entries if not (_is_scratch(path) or path.startswith(own) or _is_known(path, known))]
    # One more than are named tells that they are too many.
    files = list(islice((path for entry in entries for path in _files(place.project, entry, known)), _NAMED + 1))
    if not files:
        return []
    shown = files if len(files) <= _NAMED else entries
    names = ", ".join(safe_text(path) for path in shown[:_NAMED])
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    where = "name models and data under project.artifacts, metric files under project.collect"
    return [f"not kept, since git ignores it: {names}{more}; {where}"]


def _is_scratch(path: str) -> bool:
    parts = path.rstrip("/").split("/")
    return any(part.startswith(".") or part in _SCRATCH for part in parts) or parts[-1].endswith(_ENDINGS)


def _is_known(path: str, known: Collection[str]) -> bool:
    """Tells whether a path or a folder above it is known."""
    return any(part in known for part in accumulate(path.rstrip("/").split("/"), "{}/{}".format))


def _files(project: str, entry: str, known: Collection[str]) -> Iterator[str]:
    """Yields the files of an entry that the record does not know of."""
    if not entry.endswith("/"):
        if not os.path.islink(os.path.join(project, entry)):
            yield entry
        return
    for parent, folders, names in os.walk(os.path.join(project, entry)):
        inside = os.path.relpath(parent, project)
        folders[:] = [name for name in sorted(folders) if f"{inside}/{name}" not in known and not _is_scratch(name)]
        for name in sorted(names):
            path = f"{inside}/{name}"
            if path not in known and not _is_scratch(path):
                yield path
