"""Makes the rows of commits that the index does not know, from what `git cat-file` says about them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from branchlab.catalog.batch import read_objects
from branchlab.catalog.closer import CloserLook, plainly_records
from branchlab.catalog.index import NO_RECORD, Entry
from branchlab.git.commit_text import author_line, author_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from branchlab.catalog.batch import Found
    from branchlab.catalog.shapes import Shapes
    from branchlab.record.model import Record
    from branchlab.record.summary import Summary
    from branchlab.workspace import Workspace

FEW_COMMITS = 200
_SLOWLY = 50  # records


def scan_commits(workspace: Workspace, oids: Sequence[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """Yields the entry of each commit, given by full ids; a commit that is not there is left out."""
    closer = CloserLook(workspace)
    try:
        yield from _scan(workspace, oids, closer)
    finally:
        closer.close()


def _scan(workspace: Workspace, oids: Sequence[bytes], closer: CloserLook) -> Iterator[tuple[bytes, Entry]]:
    folder, record_path = workspace.repository.top, workspace.record_path
    path = record_path.encode(errors="surrogateescape")
    absent: list[bytes] = []
    left = list(oids)
    while left:
        done = 0
        objects = read_objects(folder, [spec for oid in left for spec in (oid, b"%b:%b" % (oid, path))])
        reader = _Reader(closer, many=len(oids) > FEW_COMMITS)  # loads the record's modules while git works
        for oid, commit, record in zip(left, objects, objects, strict=False):
            done += 1
            if commit is None or commit[0] != b"commit":
                continue
            if record is None:
                absent.append(oid)
            else:
                yield oid, _entry(oid, commit[1] or b"", record, record_path, reader)
        if done < len(left):  # git dies at an object that it cannot read; the ones behind it are fine
            yield left[done], _unreadable(record_path)
        left = left[done + 1 :]
    yield from _absences(folder, path, absent)


def _absences(folder: str, path: bytes, oids: list[bytes]) -> Iterator[tuple[bytes, Entry]]:
    """Tells commits without a record from those whose record git lost or did not fetch: their tree names it."""
    parent, _, name = path.rpartition(b"/")
    trees = read_objects(folder, [b"%b:%b" % (oid, parent) for oid in oids])
    for oid, tree in zip(oids, trees, strict=False):
        named = tree is not None and (tree[1] is None or b" %b\0" % name in tree[1])
        yield oid, _unreadable(os.fsdecode(path)) if named else Entry(b"-", NO_RECORD)


class _Reader:
    """How to read a record and write a row; many commits repay getting ready for it, a few would not."""

    def __init__(self, closer: CloserLook, *, many: bool) -> None:
        from branchlab.record.format import parse_record
        from branchlab.record.summary import summarise

        self.closer = closer
        self.shapes: Shapes | None = None
        self.summarise: Callable[[Record], Summary] = summarise
        self._left = _SLOWLY
        self._slow: Callable[[bytes, str], Record] = parse_record
        if many:
            from branchlab.catalog.shapes import Shapes

            self.shapes = Shapes()

    def read(self, text: bytes, source: str) -> Record:
        """Reads a record of no known shape; rtoml takes as long to import as it saves on some fifty of them."""
        self._left -= 1
        if self._left > 0:
            return self._slow(text, source)
        from branchlab.record.summary import read_record

        return read_record(text, source)


def _entry(oid: bytes, commit: bytes, record: Found, source: str, reader: _Reader) -> Entry:
    kind, body = record
    if kind != b"blob":
        return _damaged(commit, source, f"{source} is no file")
    if body is None:
        return _damaged(commit, source, f"{source} is larger than 1 MiB")
    found = reader.shapes.find(body) if reader.shapes else None
    if found:
        shape, values = found
        if plainly_records(commit, values[1][1:-1]):
            return Entry(values[0], shape.row(values, author_name(commit)))
    return _read_entry(oid, commit, body, source, reader)


def _read_entry(oid: bytes, commit: bytes, body: bytes, source: str, reader: _Reader) -> Entry:
    from branchlab.catalog.row import encode_row, experiment_of
    from branchlab.errors import DamagedError

    try:
        record = reader.read(body, source)
    except DamagedError as error:
        return _damaged(commit, source, error.message)
    plain = plainly_records(commit, record.run.id.encode()) and not record.run.merged
    if plain and reader.shapes:  # of no known shape, else it would not be read here
        reader.shapes.learn(body)
    stale = not plain and reader.closer.is_stale(oid, commit, record)
    summary = reader.summarise(record)
    row = encode_row(experiment_of(summary, author_name(commit).decode(errors="replace"), stale=stale))
    return Entry(summary.started.encode(), row)


def _unreadable(source: str) -> Entry:
    """Makes the row of a commit or record that git cannot give; it is not cached, for git may be mended."""
    return _damaged(b"", source, f"git cannot read {source} or its commit")._replace(started=b"")


def _damaged(commit: bytes, source: str, problem: str) -> Entry:
    """Makes the row of a record that cannot be read; it sorts by the time of its commit."""
    from branchlab.catalog.row import encode_row
    from branchlab.experiment import Experiment

    author, started = author_name(commit).decode(errors="replace"), _moment(commit)
    shown = problem.encode(errors="replace").decode()
    row = encode_row(Experiment("", None, "damaged", started or None, author=author, problem=shown or source))
    return Entry(started.encode() or b"-", row)


def _moment(commit: bytes) -> str:
    """Returns when a commit was written as ISO 8601, empty when it does not say."""
    moment = author_line(commit).rpartition(b"> ")[2].partition(b" ")[0]
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(moment)))
    except (OverflowError, ValueError, OSError):
        return ""
