"""Finds the bytes of inputs and outputs on this machine: in DVC's cache, or as they stand in the working tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.digest import FOLDER_SUFFIX, digest
from branchlab.data.pointer import Output, check_place, parse_pointer
from branchlab.data.store import entries, find_store, has, object_path
from branchlab.errors import BranchlabError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.data.store import Store
    from branchlab.record.model import DataFile
    from branchlab.workspace import Workspace


def find_bytes(workspace: Workspace, data: Mapping[str, DataFile], path: str) -> str | None:
    """Returns where a file of a record lies; None when it is not here, and for a folder.

    Args:
        workspace: the project.
        data: inputs and outputs by path.
        path: of a file among these, or in one of the folders among these.
    """
    place = next((place for place in data if path == place or path.startswith(f"{place}/")), None)
    # A record may name anything, also a path that leads out of the project.
    if place is None or check_place(path):
        return None
    store, md5 = _store(workspace), data[place].md5
    if store and md5.endswith(FOLDER_SUFFIX):
        md5 = _in_folder(store, Output(place, md5, 0), path[len(place) + 1 :])
    if store and _is_file(md5) and has(store, md5):
        return object_path(store, md5)
    # Of a file in a folder the record has no digest by which the one in the working tree could be known.
    return _in_tree(workspace, path, data[place]) if path == place else None


def find_pointed(workspace: Workspace, path: str, pointer: bytes) -> str | None:
    """Returns where the content lies that a `.dvc` file stands for; None when it is not here."""
    store = _store(workspace)
    try:
        outputs = parse_pointer(f"{path}.dvc", pointer)
    except BranchlabError:
        return None
    found = next((output for output in outputs if output.path == path and _is_file(output.md5)), None)
    return object_path(store, found.md5) if store and found and has(store, found.md5) else None


def _store(workspace: Workspace) -> Store | None:
    repository = workspace.repository
    return find_store(workspace.root, repository.top, repository.common_dir)


def _is_file(md5: str) -> bool:
    return bool(md5) and not md5.endswith(FOLDER_SUFFIX)


def _in_folder(store: Store, folder: Output, inner: str) -> str:
    try:
        return next((entry.md5 for entry in entries(store, folder) if entry.path == inner), "")
    except (BranchlabError, OSError):
        return ""


def _in_tree(workspace: Workspace, path: str, wanted: DataFile) -> str | None:
    place = os.path.join(workspace.root, path)
    try:
        # The working tree may hold what another experiment made; its size is asked first, as a digest reads it all.
        same = os.path.isfile(place) and os.path.getsize(place) == wanted.bytes and digest(place).md5 == wanted.md5
    except (BranchlabError, OSError):
        return None
    return place if same else None
