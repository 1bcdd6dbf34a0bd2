"""The cache of the catalog: one append-only file of rows keyed by project and commit.

Each line is `<crc32> <project> <commit> <started> <row>`. A line that does not fit its checksum is as good as absent:
the row is read from git again. Deleting the file loses nothing, and no reader waits for another: new lines go in by
one write, and tidying replaces the whole file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import adler32, crc32

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INDEX_FILE = "index.v2"
NO_RECORD = b"-"

_CRC = 8
_KEY_END = _CRC + 1 + 16
_OID = _KEY_END + 1
_TAIL_BYTES = 2048  # generous for one line
_SLACK = 1000  # lines; below this a file is never worth tidying
_SIZE_KEY = b"*" * 16  # marks the line that says how many lines were worth keeping when the file was last tidied


class Entry(NamedTuple):
    """What the index holds about one commit.

    Attributes:
        started: sort key of the row, ISO 8601; `-` when there is none, empty for what must not be cached.
        row: JSON members behind name and commit up to the closing brace; `NO_RECORD` when the commit has no record.
    """

    started: bytes
    row: bytes


class Index(NamedTuple):
    """The index file as it was when it was read; lines are checked when they are asked for.

    Attributes:
        path: the file.
        key: of the project.
        lines: the project's lines by commit id.
        size: bytes of the file, 0 when it was not there.
        total: lines of all projects, also double and outdated ones.
        kept: lines that were worth keeping when it was last tidied.
    """

    path: str
    key: bytes
    lines: Mapping[bytes, bytes]
    size: int
    total: int
    kept: int

    @property
    def untidy(self) -> bool:
        """Whether more than half of the lines may be outdated."""
        return self.total > 2 * self.kept + _SLACK


def project_key(*told_by: str) -> bytes:
    """Returns the key of a project: two checksums of what its rows are told by, which tells projects apart."""
    # A digest would be surer, and load OpenSSL: 4 ms (docs/design/0003-start-up.md).
    text = "\0".join(told_by).encode(errors="surrogateescape")
    return b"%08x%08x" % (crc32(text), adler32(text))


def load_index(path: str, key: bytes, oid_length: int) -> Index:
    """Reads the index; an empty one when the file is absent, damaged or not readable."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        text = b""
    lines = text.split(b"\n")
    total = len(lines) - lines.count(b"")
    return Index(path, key, _by_commit(lines, key, oid_length), len(text), total, _kept(lines))


def load_tail(path: str, key: bytes, oid_length: int, count: int) -> Index:
    """Reads only the end of the index, where the newest `count` lines or more lie."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES * (count + 1)))
            lines = file.read().split(b"\n")
    except OSError:
        return Index(path, key, {}, 0, 0, 0)
    return Index(path, key, _by_commit(lines, key, oid_length), size, 0, 0)


def find_entry(index: Index, oid: bytes) -> Entry | None:
    """Returns the entry of a commit, or None when there is none that fits its checksum."""
    line = index.lines.get(oid)
    if line is None or b"%08x " % crc32(line[_CRC + 1 :]) != line[: _CRC + 1]:
        return None
    _, _, _, started, row = line.split(b" ", 4)
    return Entry(started, row)


def append_entries(index: Index, entries: Mapping[bytes, Entry]) -> None:
    """Adds entries behind what is there. A file that cannot be written, or that others changed meanwhile, is left."""
    new = [_line(index.key, oid, entry) for oid, entry in entries.items() if entry.started]
    if not new:
        return
    # The first newline ends a line that a full disk or a kill may have left half written.
    lines = [b"", *new, b""] if index.size else [_size_line(len(new)), *new, b""]
    try:
        # Another process was faster, mostly with the same commits: lines that stand twice only make the file grow.
        if _size(index.path) == index.size:
            os.makedirs(os.path.dirname(index.path), exist_ok=True)
            _append(index.path, b"\n".join(lines))
    except OSError:
        return  # a cache: the next reader asks git again


def tidy_index(path: str, live: Iterable[bytes]) -> None:
    """Replaces the index by one that holds only sound lines of commits in `live`, one for each project.

    Lines that another process appends meanwhile are lost to the cache, not to anyone.
    """
    wanted = set(live)
    temporary = f"{path}.{os.getpid()}.tmp"  # two that tidy at once must not write into one file
    try:
        with open(path, "rb") as file:
            kept = {line[_CRC + 1 : line.index(b" ", _OID)]: line for line in file if _is_sound(line, wanted)}
        with open(temporary, "wb") as out:
            out.write(_size_line(len(kept)) + b"\n" + b"".join(kept.values()))
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)


def _is_sound(line: bytes, wanted: set[bytes]) -> bool:
    parts = line.split(b" ", 3)
    return len(parts) == 4 and parts[2] in wanted and b"%08x" % crc32(line[_CRC + 1 : -1]) == parts[0]  # noqa: PLR2004 - as `_line` writes


def _by_commit(lines: list[bytes], key: bytes, oid_length: int) -> dict[bytes, bytes]:
    end = _OID + oid_length
    return {line[_OID:end]: line for line in lines if line[_CRC + 1 : _KEY_END] == key}


def _line(key: bytes, oid: bytes, entry: Entry) -> bytes:
    content = b"%b %b %b %b" % (key, oid, entry.started, entry.row)
    return b"%08x %b" % (crc32(content), content)


def _size_line(count: int) -> bytes:
    content = b"%b %d" % (_SIZE_KEY, count)
    return b"%08x %b" % (crc32(content), content)


def _kept(lines: list[bytes]) -> int:
    for line in lines[:2]:
        content = line[_CRC + 1 :]
        if content.startswith(_SIZE_KEY) and b"%08x" % crc32(content) == line[:_CRC]:
            return int(content[len(_SIZE_KEY) :])
    return 0


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _append(path: str, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.write(descriptor, text)
    finally:
        os.close(descriptor)
