"""Where a run left its files."""

from __future__ import annotations

import os

from branchlab.tuples import NamedTuple

OUTPUT_FILE = "output.log"  # in the run folder: what the command wrote to its terminal


class Place(NamedTuple):
    """The working tree of a run.

    Attributes:
        top: absolute top folder of the worktree it ran in.
        project: absolute folder of the project in it.
        own: whether the worktree is the run's own, so that new files in it were written by the run.
    """

    top: str
    project: str
    own: bool

    @classmethod
    def of(cls, top: str, prefix: str, *, own: bool) -> Place:
        """Returns the place of a run whose project lies at `prefix` of a worktree."""
        return cls(top, os.path.join(top, prefix).rstrip("/"), own)
