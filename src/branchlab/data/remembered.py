"""Digests of what lies in a working tree, remembered by size, time and inode: 50 GB are not read at each run."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.data.digest import digest, is_folder, new_md5, walk
from branchlab.plainfile import write_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

# A file that changed this recently may change again within one tick of the file system's clock.
_SETTLED_NS = 2_000_000_000
_MOST = 10_000  # two megabytes of JSON, read at each run that has data


class Digests:
    """A cache file of digests by absolute path; any number of processes may use it, and it may be deleted at any time.

    One line of it stands for a whole folder, by a fingerprint over all its files.
    """

    def __init__(self, path: str = "") -> None:
        """Opens the cache at `path`; without a path nothing is kept."""
        self._path = path
        self._known = _load(path) if path else {}
        self._changed = False

    def of(self, path: str) -> str:
        """Returns the digest of a file or folder, as `digest` does, and raises what it raises."""
        place = os.path.abspath(path)
        seen, newest = _fingerprint(place)
        known = self._known.get(place)
        if known and known[0] == seen:
            return known[1]
        # Before the reading: what changes during it must count as not settled.
        started = time.time_ns()
        md5 = digest(place).md5
        if newest < started - _SETTLED_NS:
            self._known[place] = (seen, md5)
            self._changed = True
        return md5

    def save(self) -> None:
        """Writes what was learnt; a cache that cannot be written is no error."""
        if not self._path or not self._changed:
            return
        # Read again, since another process may have learnt something meanwhile; the last to write still wins.
        kept = dict(list((_load(self._path) | self._known).items())[-_MOST:])
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            write_plain(self._path, json.dumps(kept).encode())
        self._changed = False


def _fingerprint(path: str) -> tuple[str, int]:
    """Returns a digest over sizes, times and inodes, and the time of the newest change in nanoseconds."""
    hasher, newest = new_md5(), 0
    for name, place in _files(path):
        seen = os.stat(place)
        hasher.update(f"{name}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ino}\0".encode(errors="surrogateescape"))
        newest = max(newest, seen.st_mtime_ns)
    return hasher.hexdigest(), newest


def _files(path: str) -> Iterator[tuple[str, str]]:
    if not is_folder(path):
        yield "", path
        return
    for file in walk(path):
        yield file.path, file.absolute


def _load(path: str) -> dict[str, tuple[str, str]]:
    try:
        with open(path, encoding="utf-8") as file:
            table = json.load(file)
        return {place: (seen, md5) for place, (seen, md5) in table.items()}
    # A damaged cache is an empty one: it costs time, never an answer.
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
