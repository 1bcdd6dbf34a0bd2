"""The last answer of `ls --json`, kept beside the refs it holds for.

Where the refs are the same, so is the answer: a row depends on nothing but its commit. Where a few refs differ, their
rows are taken out and put in as it is written out. The file is replaced as a whole; deleting it loses nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import adler32, crc32

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.workspace import Workspace

ANSWER_FILE = "index.answer.v2"
ROW_END = b",\n"

_HEAD = b'{"name":"%b","commit":"%b",'  # JSON escapes quotes and line breaks, so only a row begins like this
_NAME = len('{"name":"')
_UNDATED = b"-"  # less than any digit: such rows come last
_PIECE = 1 << 15
_HEAD_BYTES = 100  # generous for the first line


class Answer(NamedTuple):
    """What was answered for which refs.

    Attributes:
        refs: the text that `git for-each-ref` gave, sorted by name.
        rows: JSON objects, newest first, each followed by a comma and a line break.
    """

    refs: bytes
    rows: bytes


def told_by(workspace: Workspace) -> tuple[str, str, str]:
    """Returns what decides, beside its commit, how a row reads."""
    # What a record writes is not its code, and a shallow clone lacks code to compare with (`closer`).
    shallow = "shallow" if workspace.repository.shallow else ""
    return workspace.record_path, workspace.settings.record.directory, shallow


def answer_key(*parts: object) -> bytes:
    """Returns the key of an answer: checksums of everything it depends on beside the refs."""
    text = repr(parts).encode(errors="surrogateescape")
    return b"%08x%08x" % (crc32(text), adler32(text))


def load_answer(path: str, key: bytes) -> Answer | None:
    """Reads the kept answer; None when it is absent, damaged, or belongs to other settings."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Read into place: a file object would copy the megabytes once more.
        size = os.fstat(descriptor).st_size
        line = os.read(descriptor, _HEAD_BYTES).partition(b"\n")[0]
        head = line.split()
        if len(head) != 4 or head[0] != key or not head[1].isdigit():  # noqa: PLR2004 - as `save_answer` writes
            return None
        rest = size - os.lseek(descriptor, len(line) + 1, os.SEEK_SET)
        refs = os.read(descriptor, min(int(head[1]), rest))
        rows = os.read(descriptor, rest - len(refs))
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)
    if head[2:] != [b"%08x" % crc32(refs), b"%08x" % crc32(rows)]:
        return None
    return Answer(refs, rows)


def save_answer(path: str, key: bytes, answer: Answer) -> None:
    """Keeps an answer; where that is not possible the next one is made anew."""
    refs, rows = answer
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.writelines((b"%b %d %08x %08x\n" % (key, len(refs), crc32(refs), crc32(rows)), refs, rows))
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)


def changed_lines(old: bytes, new: bytes) -> tuple[list[bytes], list[bytes]]:
    """Returns the lines that only `old` has and those that only `new` has; looks only where they differ."""
    start = _common_length(old, new)
    start = old.rfind(b"\n", 0, start) + 1
    left, right = old[start:], new[start:]
    tail = _common_tail(left, right)
    if tail:
        # Begin the common tail behind its first line break: it may start within a line.
        skipped = left.find(b"\n", len(left) - tail) + 1
        tail = len(left) - skipped if skipped else 0
    before = left[: len(left) - tail].split(b"\n")
    after = right[: len(right) - tail].split(b"\n")
    stays = set(before) & set(after)
    return [line for line in before if line and line not in stays], [
        line for line in after if line and line not in stays
    ]


def edit_rows(rows: bytes, gone: Iterable[tuple[str, bytes]], new: Iterable[bytes]) -> list[bytes | memoryview]:
    """Takes rows out and puts others where they belong: by time, newest first, and by name within an instant.

    Args:
        rows: as in `Answer`.
        gone: name and commit of what is to be left out, where it is there.
        new: JSON objects.

    Returns:
        The pieces of a JSON array, to be written one after the other; most of them are views of `rows`.
    """
    edits = [(*cut, b"") for name, commit in gone if (cut := _find_row(rows, name.encode(), commit))]
    ranked = sorted(((_rank(row, 0), row) for row in new), key=lambda pair: pair[0][1])
    ranked.sort(key=lambda pair: pair[0][0], reverse=True)
    places = [(_place_of(rows, rank), row) for rank, row in ranked]
    edits += [(place, place, row + ROW_END) for place, row in places]
    pieces: list[bytes | memoryview] = [b"["]
    view, done = memoryview(rows), 0
    # Only the places are sorted by: new rows that belong to one place stay in the order of `ranked`.
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [view[done:start], text]
        done = end
    pieces.append(view[done:])
    return _close([piece for piece in pieces if piece])


def run_ids(rows: bytes) -> set[str]:
    """Returns the ids of the runs in the rows."""
    found = set()
    for line in rows.split(b"\n"):
        start = line.find(b'"run":"') + 7  # `run` stands behind `started`, before any text from the repository
        found.add(line[start : line.find(b'"', start)].decode())
    return found


def _close(pieces: list[bytes | memoryview]) -> list[bytes | memoryview]:
    """Ends the array: JSON wants no comma behind the last row."""
    if len(pieces) > 1:
        pieces[-1] = pieces[-1][: -len(ROW_END)]
    return [*pieces, b"]\n"]


def _find_row(rows: bytes, name: bytes, commit: bytes) -> tuple[int, int] | None:
    head = _HEAD % (name, commit)
    start = 0 if rows.startswith(head) else rows.find(b"\n" + head) + 1
    if not start and not rows.startswith(head):
        return None
    return start, rows.find(b"\n", start) + 1


def _place_of(rows: bytes, wanted: tuple[bytes, bytes]) -> int:
    """Returns where a row belongs, by halving."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        start = max(low, rows.rfind(b"\n", low, middle) + 1)
        started, name = _rank(rows, start)
        if started > wanted[0] or (started == wanted[0] and name < wanted[1]):
            low = rows.find(b"\n", middle) + 1
        else:
            high = start
    return low


def _rank(rows: bytes, start: int) -> tuple[bytes, bytes]:
    """Returns time and name of the row that begins at `start`."""
    name_end = rows.find(b'","commit":', start)
    at = rows.find(b'"started":', name_end) + len('"started":')
    started = rows[at + 1 : rows.find(b'"', at + 1)] if rows[at : at + 1] == b'"' else _UNDATED
    return started, rows[start + _NAME : name_end]


def _common_length(left: bytes, right: bytes) -> int:
    """Returns how many bytes are the same at the start: by small pieces, then by halving."""
    low, high = 0, min(len(left), len(right))
    while low < high and left[low : low + _PIECE] == right[low : low + _PIECE]:
        low += _PIECE
    low, high = min(low, high), min(low + _PIECE, high)
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(left: bytes, right: bytes) -> int:
    def same(start: int, end: int) -> bool:
        return left[len(left) - end : len(left) - start] == right[len(right) - end : len(right) - start]

    low, high = 0, min(len(left), len(right))
    while low < high and same(low, min(low + _PIECE, high)):
        low += _PIECE
    low, high = min(low, high), min(low + _PIECE, high)
    while low < high:
        middle = (low + high + 1) // 2
        if same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
