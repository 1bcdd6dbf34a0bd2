"""Lends `git cat-file` processes to the threads that read; they stay open, because each start costs milliseconds."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from branchlab.git.object_reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_IDLE = 2


class Readers:
    """Object readers of one repository; safe to use from several threads."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._idle: list[ObjectReader] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[ObjectReader]:
        """Lends a reader for the block.

        Raises:
            EnvironmentProblemError: when git cannot be started.
        """
        with self._lock:
            reader = self._idle.pop() if self._idle else None
        # git may have been killed while it was idle.
        if reader is not None and reader.has_ended():
            reader.close()
            reader = None
        reader = reader or ObjectReader(self._folder)
        sound = False
        try:
            yield reader
            sound = True
        finally:
            self._take_back(reader, sound=sound)

    def close(self) -> None:
        """Ends all that are idle; the lent ones end when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()

    def _take_back(self, reader: ObjectReader, *, sound: bool) -> None:
        """Keeps a reader, unless an error may have left half an answer in its pipe."""
        with self._lock:
            # Asked under the lock: the program may be closing just now, and nobody would end this one.
            keep = sound and not self._closed and len(self._idle) < _MOST_IDLE
            if keep:
                self._idle.append(reader)
        if not keep:
            reader.close()
