"""A cheap look whether branches moved: a few stats instead of asking git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.catalog.following import is_settled, stamp_of
from branchlab.git.refs import BRANCHES, current_branch
from branchlab.project import SETTINGS_FILE

if TYPE_CHECKING:
    from branchlab.catalog.following import Stamp
    from branchlab.git.repository import Repository

_HEAD_BYTES = 4096


class RefWatch:
    """Sees that local branches or HEAD changed: packed-refs, the folders below refs/heads, reftable, HEAD.

    git replaces the file of a ref by a rename, so the folder it lies in changes with it.
    """

    def __init__(self, repository: Repository) -> None:
        common = repository.common_dir
        self._files = [
            os.path.join(common, "packed-refs"),
            os.path.join(common, "reftable", "tables.list"),
            os.path.join(repository.git_dir, "HEAD"),
        ]
        self._heads = os.path.join(common, "refs", "heads")
        self._below: dict[str, tuple[Stamp, list[str]]] = {}
        self._seen: dict[str, Stamp] = {}

    def changed(self) -> bool:
        """Says whether anything may have changed since the last look; always at the first."""
        seen = {path: stamp_of(path) for path in self._files}
        self._walk(self._heads, seen)
        same = seen == self._seen
        # What was written just now may be written again in the same tick of the clock and look the same.
        self._seen = {path: stamp for path, stamp in seen.items() if is_settled(stamp)}
        return not same

    def _walk(self, folder: str, seen: dict[str, Stamp]) -> None:
        stamp = stamp_of(folder)
        seen[folder] = stamp
        known = self._below.get(folder)
        if known is None or known[0] != stamp or not is_settled(stamp):
            known = stamp, _folders(folder)
            self._below[folder] = known
        for below in known[1]:
            self._walk(below, seen)


class SettingsWatch:
    """Sees that branchlab.toml was written, replaced, made or deleted, in the project's folder or above it."""

    def __init__(self, repository: Repository) -> None:
        parts = repository.prefix.split("/")[:-1]
        folders = ["/".join(parts[:count]) for count in range(len(parts) + 1)]
        self._paths = [os.path.join(repository.top, folder, SETTINGS_FILE) for folder in folders]
        self._seen: list[Stamp] = []

    def forget(self) -> None:
        """Makes the next look the first one."""
        self._seen = []

    def changed(self) -> bool:
        """Says whether the settings may have changed since the last look; always at the first."""
        seen = [stamp_of(path) for path in self._paths]
        same = seen == self._seen
        self._seen = seen if all(map(is_settled, seen)) else []
        return not same


def read_head(repository: Repository) -> str:
    """Returns the branch that is checked out, without asking git where its files tell; empty when none is."""
    try:
        with open(os.path.join(repository.git_dir, "HEAD"), "rb") as file:
            text = file.read(_HEAD_BYTES).decode(errors="surrogateescape").strip()
    except OSError:
        return ""
    if text == f"ref: {BRANCHES}.invalid":  # what git writes there when it keeps refs in tables
        text = f"ref: {current_branch(repository)}"
    return text.removeprefix(f"ref: {BRANCHES}") if text.startswith(f"ref: {BRANCHES}") else ""


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            # Folders alone: a new file in one changes its stamp, whatever the file is called.
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
