"""Looks closer at commits that are not plainly the ones that recorded their run.

A commit that `run` made says so in its last line, and its code is what was measured. After an amend, a squash or a
commit on top that line is missing or no proof, so the code itself is compared, as `diff` and `ci` do for each commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.commit_text import is_rewritten

if TYPE_CHECKING:
    from branchlab.git.object_reader import ObjectReader
    from branchlab.git.objects import GitObject
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace


def plainly_records(commit: bytes, run: bytes) -> bool:
    """Says whether a raw commit is the one that recorded a run, as it was made; False where one has to look closer."""
    return commit.endswith(b"\nBranchlab-Run: %b\n" % run) and not is_rewritten(commit)


class CloserLook:
    """Compares the code of single commits with what was measured, through a git that starts with the first of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._reader: ObjectReader | None = None

    def is_stale(self, oid: bytes, commit: bytes, record: Record) -> bool:
        """Says whether a commit holds other code than its record was measured on.

        Args:
            oid: full id of the commit.
            commit: the raw commit.
            record: what it holds.
        """
        from branchlab.running.measured_code import is_stale

        return is_stale(self._workspace, self._read, oid.decode(), commit, record)

    def close(self) -> None:
        """Ends git."""
        if self._reader:
            self._reader.close()

    def _read(self, spec: str) -> GitObject | None:
        from branchlab.git.object_reader import ObjectReader

        if self._reader is None or self._reader.has_ended():  # it dies at an object that it cannot read
            self.close()
            # Reading never goes to the network: a partial clone would fetch each missing object by itself.
            self._reader = ObjectReader(self._workspace.repository.top, {"GIT_NO_LAZY_FETCH": "1"})
        return self._reader.read(spec)
