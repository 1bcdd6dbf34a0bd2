"""Looks closer at commits that are not plainly the ones that recorded their run.

A commit that `run` made says so in its last line, and its code is what was measured. After an amend, a squash or a
commit on top that line is missing or no proof, so the code itself is compared, as `diff` and `ci` do for each commit.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.git.commit_text import is_rewritten

if TYPE_CHECKING:
    import subprocess

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
        self._git: subprocess.Popen[bytes] | None = None

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
        if self._git:
            self._git.kill()
            self._git.communicate()
            self._git = None

    def _read(self, spec: str) -> GitObject | None:
        from branchlab.errors import EnvironmentProblemError
        from branchlab.git.objects import ask_object
        from branchlab.git.process import start_git

        if self._git is None:
            # Reading never goes to the network: a partial clone would fetch each missing object by itself.
            env = {"GIT_NO_LAZY_FETCH": "1"}
            self._git = start_git(["cat-file", "--batch"], cwd=self._workspace.repository.top, env=env)
        with suppress(OSError, EnvironmentProblemError):  # git died at an object that it cannot read
            return ask_object(self._git, spec)
        self.close()
        return None
