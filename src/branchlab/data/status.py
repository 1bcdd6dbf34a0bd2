"""Which outputs of a working tree are no longer what their pointers say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.digest import walk
from branchlab.data.remembered import Digests
from branchlab.data.store import object_path
from branchlab.errors import EnvironmentProblemError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store


def changed_outputs(store: Store, project_root: str, outputs: Iterable[Output], *, memory: str = "") -> list[Output]:
    """Returns the outputs that are there and differ from their pointers; what is not there did not change.

    Args:
        store: the cache, to know links into it.
        project_root: absolute folder that the outputs are relative to.
        outputs: what the pointers say.
        memory: path of a cache file of digests (`Digests`); empty for none.

    Raises:
        EnvironmentProblemError: when something cannot be read.
        UsageError: when a folder holds a broken link, a socket or a pipe.
    """
    digests = Digests(memory)
    try:
        return [output for output in outputs if _changed(store, project_root, output, digests)]
    except OSError as error:
        place = safe_text(str(error.filename))
        raise EnvironmentProblemError(
            f"{place} cannot be read: {error.strerror}", "check room and permissions on the disk"
        ) from None
    finally:
        digests.save()


def is_object(path: str, cached: str) -> bool:
    """Tells whether a path is a hard or symbolic link to an object of the cache."""
    try:
        return os.path.samefile(path, cached)
    except OSError:
        return False


def _changed(store: Store, root: str, output: Output, digests: Digests) -> bool:
    path = os.path.join(root, output.path)
    # Data that nobody brought here is no edit: a clone without `branchlab pull` is clean.
    if not os.path.lexists(path):
        return False
    if output.files is None:
        if not os.path.isfile(path):
            return True
        # Not read: what was written through a link is damage of the cache, and no edit of the user's.
        if is_object(path, object_path(store, output.md5, legacy=output.legacy)):
            return False
        return os.stat(path).st_size != output.bytes or digests.of(path) != output.md5
    if not os.path.isdir(path):
        return True
    sizes = [file.bytes for file in walk(path)]
    return (len(sizes), sum(sizes)) != (output.files, output.bytes) or digests.of(path) != output.md5
