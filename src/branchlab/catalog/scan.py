"""Reads the records of commits that the index does not know, through `git cat-file --batch`."""

from __future__ import annotations

import os
import time
from threading import Thread
from typing import IO, TYPE_CHECKING, NamedTuple

from branchlab.catalog.index import NO_RECORD, Entry
from branchlab.catalog.row import encode_row, encode_row_fast, experiment_of
from branchlab.errors import DamagedError
from branchlab.experiment import Experiment
from branchlab.git.process import start_git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from branchlab.record.summary import Summary

OBJECT_BYTES = 1 << 20  # nothing larger is a record; it is skipped without being held in memory
FEW = 200
_CHUNK = 1 << 16
_HEADER_WORDS = 3  # `<oid> <kind> <size>`; what is missing has two


class Found(NamedTuple):
    """An object from git; `body` is None when it is too large to be looked at."""

    kind: bytes
    body: bytes | None


def scan_commits(folder: str, record_path: str, oids: Sequence[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """Yields the entry of each commit; a commit that is not there is left out.

    Args:
        folder: any folder of the repository.
        record_path: the record's path relative to the top of the repository.
        oids: full commit ids.
    """
    path = record_path.encode(errors="surrogateescape")
    absent: list[bytes] = []
    left = list(oids)
    while left:
        done = 0
        objects = _read_objects(folder, [spec for oid in left for spec in (oid, b"%b:%b" % (oid, path))])
        reader = _reader(many=len(oids) > FEW)  # loads the record's modules while git works
        for oid, commit, record in zip(left, objects, objects, strict=False):
            done += 1
            if commit is None or commit.kind != b"commit":
                continue
            if record is None:
                absent.append(oid)
            else:
                yield oid, _entry(commit.body or b"", record, record_path, reader)
        if done < len(left):  # git dies at an object that it cannot read; the ones behind it are fine
            yield left[done], _unreadable(record_path)
        left = left[done + 1 :]
    yield from _absences(folder, path, absent)


def _absences(folder: str, path: bytes, oids: list[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """Tells commits without a record from those whose record git lost or did not fetch: their tree names it."""
    parent, _, name = path.rpartition(b"/")
    trees = _read_objects(folder, [b"%b:%b" % (oid, parent) for oid in oids])
    for oid, tree in zip(oids, trees, strict=False):
        named = tree is not None and (tree.body is None or b" %b\0" % name in tree.body)
        yield oid, _unreadable(os.fsdecode(path)) if named else Entry(b"-", NO_RECORD)


def _read_objects(folder: str, specs: Sequence[bytes]) -> Iterator[Found | None]:
    """Starts git and returns the object of each spec, None for what is missing; ends early where git does."""
    if not specs:
        return iter(())
    # A partial clone would fetch each missing object by itself; reading never goes to the network.
    process = start_git(["cat-file", "--batch", "--buffer"], cwd=folder, env={"GIT_NO_LAZY_FETCH": "1"})
    assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - start_git makes all three pipes
    helpers = [
        Thread(target=_feed, args=(process.stdin, b"\n".join([*specs, b""]))),
        Thread(target=process.stderr.read),
    ]
    for helper in helpers:
        helper.start()
    return _answers(process, process.stdout, helpers, len(specs))


def _answers(
    process: subprocess.Popen[bytes], stdout: IO[bytes], helpers: list[Thread], count: int
) -> Iterator[Found | None]:
    try:
        for _ in range(count):
            yield _read_object(stdout)
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


def _read_object(stdout: IO[bytes]) -> Found | None:
    header = stdout.readline()
    if not header.endswith(b"\n"):
        raise EOFError
    words = header.split()
    if len(words) != _HEADER_WORDS or not words[2].isdigit():
        return None
    size = int(words[2])
    if size > OBJECT_BYTES:
        _skip(stdout, size + 1)
        return Found(words[1], None)
    body = stdout.read(size + 1)
    if len(body) <= size:
        raise EOFError
    return Found(words[1], body[:-1])


def _skip(stdout: IO[bytes], size: int) -> None:
    while size:
        piece = stdout.read(min(size, _CHUNK))
        if not piece:
            raise EOFError
        size -= len(piece)


def _entry(commit: bytes, record: Found, source: str, reader: _Reader) -> Entry:
    if record.kind != b"blob":
        return _damaged(commit, source, f"{source} is no file")
    if record.body is None:
        return _damaged(commit, source, f"{source} is larger than 1 MiB")
    try:
        summary = reader.read(record.body, source)
    except DamagedError as error:
        return _damaged(commit, source, error.message)
    stale = b"\nBranchlab-Run: %b\n" % summary.run.encode() not in commit + b"\n"
    row = reader.encode(experiment_of(summary, _author(commit), stale=stale))
    return Entry(summary.started.encode(), row)


def _unreadable(source: str) -> Entry:
    """Makes the row of a commit or record that git cannot give; it is not cached, for git may be mended."""
    return _damaged(b"", source, f"git cannot read {source} or its commit")._replace(started=b"")


class _Reader(NamedTuple):
    """How to read a record and write a row."""

    read: Callable[[bytes, str], Summary]
    encode: Callable[[Experiment], bytes]


def _reader(*, many: bool) -> _Reader:
    """Returns the fast way for many commits; for a few, importing rtoml and orjson would take longer than it saves."""
    from branchlab.record.format import parse_record
    from branchlab.record.summary import read_summary, summarise

    if many:
        return _Reader(read_summary, encode_row_fast)
    return _Reader(lambda text, source: summarise(parse_record(text, source)), encode_row)


def _damaged(commit: bytes, source: str, problem: str) -> Entry:
    """Makes the row of a record that cannot be read; it sorts by the time of its commit."""
    author, started = _author(commit), _moment(commit)
    shown = problem.encode(errors="replace").decode()
    row = encode_row(Experiment("", None, "damaged", started or None, author=author, problem=shown or source))
    return Entry(started.encode() or b"-", row)


def _author(commit: bytes) -> str:
    return _author_line(commit).partition(b"<")[0].strip().decode(errors="replace")


def _moment(commit: bytes) -> str:
    """Returns when a commit was written as ISO 8601, empty when it does not say."""
    moment = _author_line(commit).rpartition(b"> ")[2].partition(b" ")[0]
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(moment)))
    except (OverflowError, ValueError, OSError):
        return ""


def _author_line(commit: bytes) -> bytes:
    start = commit.find(b"\nauthor ")
    if start < 0 or start > commit.find(b"\n\n"):
        return b""
    return commit[start + len(b"\nauthor ") : commit.find(b"\n", start + 1)]
