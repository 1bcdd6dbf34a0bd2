"""What git hands to a merge driver, and which side's record counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from branchlab.git.mergefile import MergedText, merge_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.git.mergefile import Style
    from branchlab.git.repository import Repository

Side = Literal["ours", "theirs"]


class Versions(NamedTuple):
    """The three versions of a file that git wants merged.

    Attributes:
        path: the file, relative to the top of the repository.
        base: what both come from, empty when each side added the file.
        ours: our version.
        theirs: their version.
        marker_size: length of conflict markers.
        cwd: a folder of the repository.
    """

    path: str
    base: bytes
    ours: bytes
    theirs: bytes
    marker_size: int = 7
    cwd: str = "."

    def unchanged(self) -> bytes | None:
        """Returns the side that counts because the other one changed nothing, or the same; None when both changed."""
        if self.theirs in (self.base, self.ours):
            return self.ours
        return self.theirs if self.base == self.ours else None

    def as_text(self, style: Style = "markers") -> MergedText:
        """Merges line by line; raises `GitError` when a version is no text."""
        return merge_text(self.ours, self.base, self.theirs, cwd=self.cwd, style=style, marker_size=self.marker_size)


def own_side(repository: Repository) -> Side:
    """Returns the side of the branch that the user is on, whose record stays as a whole.

    A rebase puts that branch on top of another one, so what git calls theirs is the user's own. In a `git merge`,
    also one within a rebase, git names the other branch in the environment, and ours is the user's.
    """
    if any(name.startswith("GITHEAD_") for name in os.environ):
        return "ours"
    # `git am` has rebase-apply, too, but with `applying` in it; there ours is the user's.
    states = (os.path.join(repository.git_dir, *parts) for parts in (["rebase-merge"], ["rebase-apply", "rebasing"]))
    return "theirs" if any(map(os.path.exists, states)) else "ours"
