"""Lock files that a killed git left, which make the user's next commit fail."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from branchlab.doctor.finding import Finding
from branchlab.text import format_age, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.git.repository import Repository

_PLAIN = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock")
_YOUNG_SECONDS = 5.0


def check_locks(repository: Repository) -> list[Finding]:
    """Finds git's lock files; one is stale when no git program runs beside us and it is older than 5 seconds."""
    found = []
    at_work = _git_runs()
    for path in _lock_files(repository):
        try:
            age = time.time() - os.stat(path).st_mtime
        except FileNotFoundError:
            continue
        shown = f"{safe_text(path)} is there since {format_age(age)}"
        if at_work or age < _YOUNG_SECONDS:
            found.append(Finding(f"{shown}, and a git program is at work", None, "wait for it, then ask again"))
        else:
            found.append(Finding(f"{shown}, left by a git that was killed", partial(_unlink, path), "remove it"))
    return found


def _lock_files(repository: Repository) -> Iterator[str]:
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        for name in _PLAIN:
            path = os.path.join(folder, name)
            if os.path.exists(path):
                yield path
    for folder, _, names in os.walk(os.path.join(repository.common_dir, "refs")):
        for name in names:
            if name.endswith(".lock"):
                yield os.path.join(folder, name)


def _git_runs() -> bool:
    import psutil

    return any(process.info["name"] == "git" for process in psutil.process_iter(["name"]))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
