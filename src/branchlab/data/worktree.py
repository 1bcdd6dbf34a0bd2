"""Makes DVC work in a linked working tree: git brings neither the cache nor what is private to the main tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.config import dump_config, merge_config
from branchlab.data.store import DVC_FOLDER
from branchlab.errors import EnvironmentProblemError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.data.store import Store


def prepare_worktree(store: Store, main_top: str, worktree: str) -> str | None:
    """Writes the `.dvc/config.local` of a linked working tree: the shared cache and the main tree's private settings.

    Remotes whose committed address is relative (`../storage`) get an absolute one.

    Args:
        store: the store as seen from `main_top`.
        main_top: absolute folder of the working tree the store was found in.
        worktree: absolute folder of the linked working tree.

    Returns:
        Path of the file; None when the linked tree's commit has no `.dvc`.

    Raises:
        EnvironmentProblemError: when it cannot be written.
    """
    folder = os.path.join(worktree, os.path.relpath(store.root, main_top), DVC_FOLDER)
    if not os.path.isdir(folder) or os.path.islink(folder):
        return None
    path = os.path.normpath(os.path.join(folder, "config.local"))
    text = dump_config(merge_config(store.private, {"cache": {"dir": store.cache}}))
    try:
        # The file can hold credentials, and a link of this name in the commit must not lead us elsewhere.
        descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(f"{path}.new", path)
    except OSError as error:
        raise EnvironmentProblemError(
            f"{safe_text(path)} cannot be written: {error.strerror}", "check room and permissions on the disk"
        ) from None
    return path
