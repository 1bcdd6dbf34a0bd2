"""Asks git for objects and commits one at a time, through one `git cat-file --batch`.

Kept apart from what reads records, so that git is at work before those modules load.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.git.objects import ask_object
from branchlab.git.process import start_git
from branchlab.git.refs import ARCHIVE, BRANCHES, REMOTES, SHORT_ID, current_branch, find_ref
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.objects import GitObject
    from branchlab.workspace import Workspace

_COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")
_LARGEST = 1 << 26  # what is larger is no record and is not kept in memory


class ObjectReader:
    """A `git cat-file --batch` that is asked one object at a time."""

    def __init__(self, folder: str) -> None:
        self._process = start_git(["cat-file", "--batch"], cwd=folder)

    def close(self) -> None:
        """Ends git."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # a question that git did not live to read
                if stream:
                    stream.close()
        self._process.wait()

    def has_ended(self) -> bool:
        """Says whether git is gone, so that nothing is found any more."""
        return self._process.poll() is not None

    def read(self, spec: str) -> GitObject | None:
        """Returns the object a spec (`refs/heads/x^{commit}`, `oid:path`) stands for, None when there is none."""
        try:
            return ask_object(self._process, spec, _LARGEST)
        except (OSError, EnvironmentProblemError):  # git is gone; whoever opens the repository says why
            return None


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
