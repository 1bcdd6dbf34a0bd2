"""Merges three versions of a text line by line, as git does, with its conflict markers."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from branchlab.git.process import GitError, run_git
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Style = Literal["markers", "union", "ours", "theirs"]

_MOST_CONFLICTS = 127  # git counts no further; above are errors, such as a file that is no text


class MergedText(NamedTuple):
    """The result of a merge; `clean` is False where it holds conflict markers."""

    text: bytes
    clean: bool


def merge_text(
    ours: bytes,
    base: bytes,
    theirs: bytes,
    *,
    cwd: str,
    style: Style = "markers",
    labels: Sequence[str] = ("ours", "base", "theirs"),
    marker_size: int = 7,
) -> MergedText:
    """Merges texts with `git merge-file`, which follows the user's `merge.conflictStyle`.

    Args:
        ours: our version.
        base: what both come from, empty when each was added on its own.
        theirs: their version.
        cwd: a folder of the repository, for its configuration.
        style: what stands where both changed the same lines: markers, the lines of both, or those of one side.
        labels: names behind the markers.
        marker_size: length of the markers.

    Raises:
        GitError: when one of them is no text.
    """
    # `git merge-file` takes files only, and writes what comes out into the first.
    with TemporaryDirectory(prefix="branchlab-merge-") as folder:
        names = [os.path.join(folder, name) for name in ("ours", "base", "theirs")]
        for name, content in zip(names, (ours, base, theirs), strict=True):
            with open(name, "wb") as file:
                file.write(content)
        named = [word for label in labels for word in ("-L", label)]
        chosen = [] if style == "markers" else [f"--{style}"]
        clean = _run(["merge-file", "-q", *chosen, f"--marker-size={marker_size}", *named, *names], cwd)
        with open(names[0], "rb") as file:
            return MergedText(file.read(), clean)


def _run(command: list[str], cwd: str) -> bool:
    try:
        run_git(command, cwd=cwd)
    except GitError as error:
        if 0 < error.returncode <= _MOST_CONFLICTS:
            return False
        raise
    return True
