"""The caches, the shelf and the objects of DVC."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from branchlab.catalog.index import load_index
from branchlab.catalog.rows import index_place
from branchlab.data.store import drop_damaged, entries, has, verify
from branchlab.doctor.finding import Finding
from branchlab.errors import DamagedError
from branchlab.git.refs import ARCHIVE, BRANCHES, delete_ref, list_refs
from branchlab.running.source import outputs_at
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.git.repository import Repository
    from branchlab.workspace import Workspace


def check_index(workspace: Workspace) -> list[Finding]:
    """Finds lines of the catalog's cache that do not fit their checksum; they cost time, never an answer."""
    from branchlab.catalog.index import find_entry

    index = load_index(*index_place(workspace))
    damaged = sum(1 for oid in index.lines if find_entry(index, oid) is None)
    if not damaged:
        return []
    return [
        Finding(
            f"{damaged} lines of the index are damaged", partial(os.unlink, index.path), "delete it; ls makes it anew"
        )
    ]


def check_shelf(repository: Repository) -> list[Finding]:
    """Finds experiments that an interrupted archive or restore left in both places."""
    branches = {ref.name.removeprefix(BRANCHES): ref.oid for ref in list_refs(repository, BRANCHES)}
    found = []
    for ref in list_refs(repository, ARCHIVE):
        name = ref.name.removeprefix(ARCHIVE)
        # Of two different commits neither may go: that is for the user to look at.
        if branches.get(name) == ref.oid:
            mend = partial(delete_ref, repository, ref.name, ref.oid, reason="branchlab: doctor")
            found.append(Finding(f"{safe_text(name)} is a branch and archived as well", mend, "keep the branch"))
    return found


def check_objects(workspace: Workspace, store: Store | None) -> list[Finding]:
    """Reads every object that the tips of branches name in the DVC cache: as slow as reading all data once."""
    if store is None:
        return []
    outputs = {item for ref in list_refs(workspace.repository, BRANCHES) for item in outputs_at(workspace, ref.oid)}
    found: list[Finding] = []
    seen: set[tuple[str, bool]] = set()  # DVC 1 and 2 kept an object of the same digest in another place
    # Sorted by path, so that two calls name the same output of an object that several have.
    for output in sorted(outputs, key=lambda output: (output.path, output.md5)):
        for md5 in _objects(store, output):
            if (md5, output.legacy) in seen or not has(store, md5, legacy=output.legacy):
                continue
            seen.add((md5, output.legacy))
            if not verify(store, md5, legacy=output.legacy):
                drop = partial(drop_damaged, store, md5, legacy=output.legacy)
                what = f"object {md5} of {safe_text(output.path)} in the DVC cache is damaged"
                found.append(Finding(what, drop, "set it aside; branchlab pull brings it again"))
    return found


def _objects(store: Store, output: Output) -> list[str]:
    """Returns the digests of an output and, where its listing can be read and believed, of its files."""
    try:
        files = {entry.md5 for entry in entries(store, output)}
    except (FileNotFoundError, DamagedError):
        files = set()
    return sorted({output.md5, *files})
