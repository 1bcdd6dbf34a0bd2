"""Finds data that was changed since it was added to DVC, without reading what can be known by a look."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.data.digest import digest, is_folder, walk
from branchlab.data.store import object_path
from branchlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store

READ_BYTES = 64 << 20  # an output beyond this is not read again before each run; its size still tells


def changed_data(store: Store, root: str, outputs: Iterable[Output]) -> list[str]:
    """Returns the paths whose content in the working tree is not what their pointer says.

    What is not there is not changed: the run gets it from the cache. A file that is a link into the cache, or older
    than its pointer, is known at a look; of the others, those up to 64 MiB are read.
    """
    return [output.path for output in outputs if _is_changed(store, root, output)]


def _is_changed(store: Store, root: str, output: Output) -> bool:
    path = os.path.join(root, output.path)
    try:
        folder = is_folder(path)
    except UsageError:
        return False
    if folder != (output.files is not None):
        return True
    return _folder_changed(root, path, output) if folder else _file_changed(store, root, path, output)


def _file_changed(store: Store, root: str, path: str, output: Output) -> bool:
    own = os.stat(path)
    if own.st_size != output.bytes:
        return True
    kept = object_path(store, output.md5, legacy=output.legacy)
    if os.path.exists(kept) and os.path.samefile(kept, path):
        return False
    return _newer_than_pointer(root, output, own.st_mtime_ns) and _content_differs(path, output)


def _folder_changed(root: str, path: str, output: Output) -> bool:
    count, size, newest = 0, 0, os.stat(path).st_mtime_ns
    for file in walk(path):
        count += 1
        size += file.bytes
        newest = max(newest, os.stat(os.path.join(path, file.path)).st_mtime_ns)
    if (count, size) != (output.files, output.bytes):
        return True
    return _newer_than_pointer(root, output, newest) and _content_differs(path, output)


def _newer_than_pointer(root: str, output: Output, mtime_ns: int) -> bool:
    try:
        return mtime_ns > os.stat(os.path.join(root, output.pointer)).st_mtime_ns
    except OSError:
        return True


def _content_differs(path: str, output: Output) -> bool:
    return not output.legacy and output.bytes <= READ_BYTES and digest(path).md5 != output.md5
