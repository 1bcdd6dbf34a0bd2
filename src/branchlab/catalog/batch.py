"""Reads objects through `git cat-file --batch`, thousands in a row."""

from __future__ import annotations

import os
import time
from threading import Thread
from typing import IO, TYPE_CHECKING

from branchlab.catalog.tips import PIPE_BYTES, widen_pipe
from branchlab.git.process import start_git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    # Kind and body of an object; the body is None when it is too large to be looked at.
    Found = tuple[bytes, bytes | None]

OBJECT_BYTES = 1 << 20  # nothing larger is a record; it is skipped without being held in memory
_MANY = 1000
_PAUSE = 0.002  # seconds; git writes about 100 KB in it, a tenth of what the pipe holds
_HEADER_WORDS = 3  # `<oid> <kind> <size>`; what is missing has two


def read_objects(folder: str, specs: Sequence[bytes]) -> Iterator[Found | None]:
    """Starts git and returns the object of each spec, None for what is missing; ends early where git does."""
    if not specs:
        return iter(())
    # A partial clone would fetch each missing object by itself; reading never goes to the network.
    process = start_git(["cat-file", "--batch", "--buffer"], cwd=folder, env={"GIT_NO_LAZY_FETCH": "1"})
    assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - start_git makes all three pipes
    widen_pipe(process.stdout)
    helpers = [
        Thread(target=_feed, args=(process.stdin, b"\n".join([*specs, b""]))),
        Thread(target=process.stderr.read),
    ]
    for helper in helpers:
        helper.start()
    return _answers(process, process.stdout.fileno(), helpers, len(specs))


def _answers(
    process: subprocess.Popen[bytes], descriptor: int, helpers: list[Thread], count: int
) -> Iterator[Found | None]:
    pause = _PAUSE if count > _MANY else 0
    text, start = b"", 0
    try:
        for _ in range(count):
            while (end := text.find(b"\n", start) + 1) == 0:
                text, start = text[start:] + _read_some(descriptor, pause), 0
            words = text[start:end].split()
            start = end
            if len(words) != _HEADER_WORDS or not words[2].isdigit():
                yield None
                continue
            end += int(words[2])
            if end - start > OBJECT_BYTES:
                text, start = _skip(descriptor, text, end + 1), 0
                yield words[1], None
                continue
            if len(text) <= end:
                text, start, end = _read_on(descriptor, pause, text[start:], end - start), 0, end - start
            yield words[1], text[start:end]
            start = end + 1
    except EOFError:
        return
    finally:
        _end(process, helpers)


def _feed(stdin: IO[bytes], request: bytes) -> None:
    try:
        stdin.write(request)
        stdin.close()
    except OSError:
        return  # git has died; the reading side notices


def _end(process: subprocess.Popen[bytes], helpers: list[Thread]) -> None:
    process.kill()
    for helper in helpers:
        helper.join()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()
    process.wait()


def _read_some(descriptor: int, pause: float) -> bytes:
    """Returns what git wrote meanwhile; to be woken for each of its objects would keep both of them from work."""
    if pause:
        time.sleep(pause)
    piece = os.read(descriptor, PIPE_BYTES)
    if not piece:
        raise EOFError
    return piece


def _read_on(descriptor: int, pause: float, text: bytes, size: int) -> bytes:
    """Returns `text` and what comes behind it, more than `size` bytes together."""
    pieces = [text]
    size -= len(text)
    while size >= 0:
        pieces.append(_read_some(descriptor, pause))
        size -= len(pieces[-1])
    return b"".join(pieces)


def _skip(descriptor: int, text: bytes, size: int) -> bytes:
    """Reads past `size` bytes of which `text` holds the first, and returns what is read of those behind them."""
    while len(text) < size:
        size -= len(text)
        text = _read_some(descriptor, 0)
    return text[size:]
