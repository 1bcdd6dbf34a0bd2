"""The last answer of `ls --json`, kept beside the refs it holds for.

Where the refs are the same, so is the answer: a row depends on nothing but its commit. Where a few refs differ, only
their rows are taken out and put in. The file is written under another name and renamed; deleting it loses nothing.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from zlib import adler32, crc32

ANSWER_FILE = "index.answer.v1"

OPENING, SEPARATOR, CLOSING = b"[", b",\n", b"]\n"

# How each row starts; no string inside it can look the same behind a line break, for JSON escapes both.
_HEAD = re.compile(
    rb'\{"name":"((?:[^"\\]|\\.)*)","commit":(?:"[0-9a-f]+"|null),"started":(?:"([^"]*)"|null),"run":"((?:[^"\\]|\\.)*)"',
)
_UNDATED = b"-"


class Answer(NamedTuple):
    """What was answered for which refs.

    Attributes:
        refs: the text that `git for-each-ref` gave, sorted by name.
        document: a JSON array with one object on each line, newest first.
    """

    refs: bytes
    document: bytes


def answer_key(*parts: object) -> bytes:
    """Returns the key of an answer: checksums of everything it depends on beside the refs."""
    text = repr(parts).encode(errors="surrogateescape")
    return b"%08x%08x" % (crc32(text), adler32(text))


def load_answer(path: str, key: bytes) -> Answer | None:
    """Reads the kept answer; None when it is absent, damaged, or belongs to other settings."""
    try:
        with open(path, "rb") as file:
            head = file.readline(100).split()
            if len(head) != 4 or head[0] != key or not head[1].isdigit():  # noqa: PLR2004 - as `save_answer` writes
                return None
            refs = file.read(int(head[1]))
            document = file.read()
    except (OSError, OverflowError):
        return None
    if head[2:] != [b"%08x" % crc32(refs), b"%08x" % crc32(document)]:
        return None
    return Answer(refs, document)


def save_answer(path: str, key: bytes, answer: Answer) -> None:
    """Keeps an answer; where that is not possible the next one is made anew."""
    refs, document = answer
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.writelines((b"%b %d %08x %08x\n" % (key, len(refs), crc32(refs), crc32(document)), refs, document))
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


def insert_row(document: bytes, row: bytes) -> bytes:
    """Puts a row where it belongs by time, newest first, and by name within the same instant."""
    wanted = _rank(row, 0)
    low, high = len(OPENING), len(document) - len(CLOSING)
    if low == high:
        return b"%b%b%b" % (OPENING, row, CLOSING)
    while low < high:
        middle = (low + high) // 2
        start = max(low, document.rfind(b"\n", low, middle) + 1)
        end = document.find(b"\n", middle, high)
        started, name = _rank(document, start)
        if started > wanted[0] or (started == wanted[0] and name < wanted[1]):
            low = high if end < 0 else end + 1
        else:
            high = start
    if document.startswith(CLOSING, low):
        return b"%b,\n%b%b" % (document[:low], row, CLOSING)
    return b"%b%b,\n%b" % (document[:low], row, document[low:])


def remove_row(document: bytes, name: bytes, commit: bytes) -> bytes:
    """Takes a row out, if it is there."""
    head = b'{"name":"%b","commit":"%b",' % (name, commit)
    first = document.startswith(head, len(OPENING))
    start = len(OPENING) if first else document.find(b"\n" + head) + 1
    if not start:
        return document
    end = document.find(b"\n", start, len(document) - len(CLOSING))
    if end >= 0:
        return document[:start] + document[end + 1 :]
    return OPENING + CLOSING if first else document[: start - len(SEPARATOR)] + CLOSING


def run_ids(document: bytes) -> set[str]:
    """Returns the ids of the runs in the document."""
    heads = (_HEAD.match(line) for line in document[len(OPENING) :].split(b"\n"))
    return {head[3].decode() for head in heads if head}


def _rank(document: bytes, start: int) -> tuple[bytes, bytes]:
    found = _HEAD.match(document, start)
    return (found[2] or _UNDATED, found[1]) if found else (_UNDATED, b"")


def _common_length(left: bytes, right: bytes) -> int:
    """Returns how many bytes are the same at the start, by halving: each byte is compared about twice."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(left: bytes, right: bytes) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[len(left) - middle : len(left) - low] == right[len(right) - middle : len(right) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
