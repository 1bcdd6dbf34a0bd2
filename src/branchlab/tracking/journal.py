"""Appends to a journal: one JSON object and one system call a line, so a kill costs at most the line it hits.

The last member of each line is a checksum of what stands before it: until a run is recorded, nothing else tells what it
logged from what a disk made of that.
"""

from __future__ import annotations

import json
import os
from zlib import crc32

from branchlab.tracking.location import JOURNAL_FILE

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from typing import Any


class JournalWriter:
    """An open journal. Threads, forked children and other processes may append at the same time.

    `O_APPEND` makes each line land whole at the end, wherever that is by then.
    """

    def __init__(self, folder: str) -> None:
        """Opens the journal of a run folder.

        Raises:
            OSError: when it cannot be written.
        """
        path = os.path.join(folder, JOURNAL_FILE)
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._torn = self._ends_torn()

    def append(self, line: str) -> None:
        """Writes one line, a JSON object that is not empty, given without its newline.

        Raises:
            OSError: when it could not be written as a whole; the next line starts afresh.
        """
        # A piece that a full disk or a kill left must not take the next line with it.
        content = line[:-1].encode()
        data = b'%b%b,"crc":"%08x"}\n' % (b"\n" if self._torn else b"", content, crc32(content))
        try:
            written = os.write(self._descriptor, data)
        except OSError:
            if self._descriptor < 0:
                raise OSError("the run has ended") from None
            raise
        self._torn = written != len(data)
        if self._torn:
            raise OSError(f"only {written} of {len(data)} bytes were written")

    def entry(self, kind: str, **fields: Any) -> None:
        """Writes one line of a kind.

        Raises:
            OSError: as `append` does.
        """
        self.append(json.dumps({"k": kind, **fields}, separators=(",", ":")))

    def close(self) -> None:
        """Closes the file; nothing was buffered."""
        # A thread that logs on must not write into whatever file gets this number next.
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)

    def _ends_torn(self) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"
