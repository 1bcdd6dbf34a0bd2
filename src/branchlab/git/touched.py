"""Tells whether anything below a folder changed, without starting git, which is quicker where there is little.

Sizes and times are compared, as git does. A file that was written a moment before the first look may change again
within the same tick of the clock, so its content is compared as well.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_ENTRIES = 500  # from there on, git is quicker
_TICK_NS = 100_000_000  # longer than any tick of a local disk
_RACY_BYTES = 1 << 16


class Look(NamedTuple):
    """What lies below a folder.

    Attributes:
        entries: mode, size, inode and times by path; `.git` at the top is left out.
        fresh: content of the files that were written a moment before.
    """

    entries: Mapping[str, tuple[int, ...]]
    fresh: Mapping[str, bytes]


def look_at(folder: str) -> Look | None:
    """Returns how a folder looks; None where that takes too long, or a fresh file is too large to keep."""
    now = time.time_ns()  # before the walk: what is written meanwhile counts as fresh
    entries: dict[str, tuple[int, ...]] = {}
    fresh: dict[str, bytes] = {}
    for path, status in _walk(folder):
        if len(entries) >= MOST_ENTRIES:
            return None
        entries[path] = _key(status)
        if max(status.st_mtime_ns, status.st_ctime_ns) > now - _TICK_NS and _is_file(status):
            if status.st_size > _RACY_BYTES:
                return None
            fresh[path] = _read(path)
    return Look(entries, fresh)


def is_untouched(folder: str, before: Look | None) -> bool:
    """Tells whether a folder surely looks as it did; one that is gone or changes right now does not."""
    try:
        return before is not None and _looks_like(folder, before)
    except OSError:
        return False


def _looks_like(folder: str, before: Look) -> bool:
    count = 0
    for path, status in _walk(folder):
        count += 1
        if before.entries.get(path) != _key(status):
            return False
    return count == len(before.entries) and all(_read(path) == content for path, content in before.fresh.items())


def _walk(folder: str, *, top: bool = True) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if top and entry.name == ".git":
                continue
            yield entry.path, entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, top=False)


def _key(status: os.stat_result) -> tuple[int, ...]:
    times = (status.st_mtime_ns, status.st_ctime_ns)  # a program can set the first back, not the second
    return (status.st_mode, status.st_size, status.st_ino, *times)


def _is_file(status: os.stat_result) -> bool:
    import stat

    return stat.S_ISREG(status.st_mode)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_RACY_BYTES + 1)
    except OSError:
        return b""
