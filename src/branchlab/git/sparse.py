"""Tells which files a sparse checkout leaves out: git has them, the working tree does not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.git.process import run_git

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.git.repository import Repository

_LEFT_OUT = "S "  # how `git ls-files -t` marks an entry with the skip-worktree bit


def left_out(repository: Repository, paths: Sequence[str]) -> str:
    """Returns the first of some paths, relative to the top, that a sparse checkout leaves out; "" for none."""
    rules = os.path.join(repository.git_dir, "info", "sparse-checkout")
    if not os.path.exists(rules):  # git is not started for what nearly nobody has
        return ""
    out = run_git(["ls-files", "-t", "-z", "--", *(f":(top,literal){path}" for path in paths)], cwd=repository.top)
    found = {entry[2:] for entry in out.decode(errors="surrogateescape").split("\0") if entry.startswith(_LEFT_OUT)}
    return next((path for path in paths if path in found), "")


def folders_above(prefix: str) -> list[str]:
    """Returns a folder of the repository ("" or with a trailing slash) and those above it, the deepest first."""
    found = [prefix]
    while prefix:
        prefix = prefix.rstrip("/").rpartition("/")[0]
        prefix = f"{prefix}/" if prefix else ""
        found.append(prefix)
    return found
