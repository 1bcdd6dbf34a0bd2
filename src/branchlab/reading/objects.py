"""Finds the commits that names stand for, through one git.

Kept apart from what reads records, so that git is at work before those modules load.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.git.refs import ARCHIVE, BRANCHES, REMOTES, SHORT_ID, current_branch, find_ref
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.object_reader import ObjectReader
    from branchlab.workspace import Workspace

_COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")


class Commit(NamedTuple):
    """A commit that was found: how to call it, its full id, and its raw text."""

    name: str
    oid: str
    text: bytes


def find_commit(reader: ObjectReader, workspace: Workspace, name: str) -> Commit | None:
    """Returns the commit of a branch, ref or commit id, or of the one branch whose name ends in `/name`.

    Raises:
        UsageError: when several branches end so.
    """
    # To git alone, a tag of this name would come before the branch: gitrevisions(7).
    for spec in (f"{BRANCHES}{name}^{{commit}}", f"{name}^{{commit}}"):
        found = reader.read(spec)
        if found:
            shown = found.oid[:SHORT_ID] if _COMMIT_ID.fullmatch(name) and found.oid.startswith(name) else name
            return Commit(shown, found.oid, found.body)
    # What is here counts before what another has, and that before what was put away.
    ref = find_ref(workspace.repository, name, BRANCHES, REMOTES, ARCHIVE)
    found = reader.read(f"{ref.name}^{{commit}}") if ref else None
    return Commit(_shown(ref.name), found.oid, found.body) if ref and found else None


def name_of_head(workspace: Workspace) -> str:
    """Returns the branch that is checked out; HEAD where none is."""
    return (current_branch(workspace.repository) or "HEAD").removeprefix(BRANCHES)


def _shown(ref: str) -> str:
    """Returns a ref as the catalog names it: `origin/exp/x`, `archive/exp/x`."""
    return ref.removeprefix(BRANCHES).removeprefix(REMOTES).removeprefix("refs/")
