"""Reads the records of commits that the index does not know, through `git cat-file --batch`."""

from __future__ import annotations

import time
from threading import Thread
from typing import IO, TYPE_CHECKING, NamedTuple

from branchlab.catalog.index import NO_RECORD, Entry
from branchlab.catalog.row import encode_row, entry_of
from branchlab.errors import DamagedError
from branchlab.experiment import Experiment
from branchlab.git.process import start_git
from branchlab.record.format import parse_record
from branchlab.record.summary import read_summary, summarise

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from branchlab.record.summary import Summary

OBJECT_BYTES = 1 << 20  # nothing larger is a record; it is skipped without being held in memory
FEW = 80
_CHUNK = 1 << 16
_HEADER_WORDS = 3  # `<oid> <kind> <size>`; what is missing has two


class Found(NamedTuple):
    """An object from git; `body` is None when it is too large to be looked at."""

    kind: bytes
    body: bytes | None


def scan_commits(folder: str, record_path: str, oids: Sequence[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """Yields the entry of each commit, in order; a commit that is not there is left out.

    Args:
        folder: any folder of the repository.
        record_path: the record's path relative to the top of the repository.
        oids: full commit ids.
    """
    read = read_summary if len(oids) > FEW else _read_slowly
    left = list(oids)
    while left:
        done = 0
        for oid, commit, record in _read_pairs(folder, record_path, left):
            done += 1
            if commit and commit.kind == b"commit":
                yield oid, _entry(commit.body or b"", record, record_path, read)
        if done < len(left):  # git dies at an object that it cannot read; the ones behind it are fine
            broken = _damaged(b"", record_path, "git cannot read this commit or its record")
            yield left[done], broken._replace(started=b"")  # not cached: git may be mended
        left = left[done + 1 :]


def _read_pairs(
    folder: str, record_path: str, oids: Sequence[bytes]
) -> Iterator[tuple[bytes, Found | None, Found | None]]:
    """Asks one git for commit and record of each id; ends early where git does."""
    path = record_path.encode(errors="surrogateescape")
    # A partial clone would fetch each missing object by itself; reading never goes to the network.
    process = start_git(["cat-file", "--batch", "--buffer"], cwd=folder, env={"GIT_NO_LAZY_FETCH": "1"})
    assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - start_git makes all three pipes
    request = b"".join([b"%b\n%b:%b\n" % (oid, oid, path) for oid in oids])
    helpers = [Thread(target=_feed, args=(process.stdin, request)), Thread(target=process.stderr.read)]
    for helper in helpers:
        helper.start()
    try:
        for oid in oids:
            commit = _read_object(process.stdout)
            yield oid, commit, _read_object(process.stdout)
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


def _entry(commit: bytes, record: Found | None, source: str, read: Callable[[bytes, str], Summary]) -> Entry:
    if record is None:
        return Entry(b"-", NO_RECORD)
    if record.kind != b"blob":
        return _damaged(commit, source, f"{source} is no file")
    if record.body is None:
        return _damaged(commit, source, f"{source} is larger than 1 MiB")
    try:
        summary = read(record.body, source)
    except DamagedError as error:
        return _damaged(commit, source, error.message)
    stale = b"\nBranchlab-Run: %b\n" % summary.run.encode() not in commit + b"\n"
    return entry_of(summary, _author(commit)[0], stale=stale)


def _read_slowly(text: bytes, source: str) -> Summary:
    """Reads a record without rtoml, whose import takes as long as eighty records."""
    return summarise(parse_record(text, source))


def _damaged(commit: bytes, source: str, problem: str) -> Entry:
    """Makes the row of a record that cannot be read; it sorts by the time of its commit."""
    author, started = _author(commit)
    shown = problem.encode(errors="replace").decode()
    row = encode_row(Experiment("", None, "damaged", started or None, author=author, problem=shown or source))
    return Entry(started.encode() or b"-", row)


def _author(commit: bytes) -> tuple[str, str]:
    """Returns the author's name and the time of a commit as ISO 8601."""
    header = commit.partition(b"\n\n")[0]
    line = header.partition(b"\nauthor ")[2].partition(b"\n")[0]
    name, _, rest = line.partition(b"<")
    moment = rest.rpartition(b"> ")[2].partition(b" ")[0]
    try:
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(moment)))
    except (OverflowError, ValueError, OSError):
        started = ""
    return name.strip().decode(errors="replace"), started
