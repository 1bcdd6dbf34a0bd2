"""Reads many objects through one `git cat-file --batch`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.git.process import finish_git, run_git, start_git
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator

    from branchlab.git.repository import Repository


_HEADER = 3  # `<oid> <kind> <size>`, else `<spec> missing`
_PIECE = 1 << 26  # of what is read past


class GitObject(NamedTuple):
    """An object as git holds it: its id, its kind (`commit`, `tree`, `blob`, `tag`) and its bytes."""

    oid: str
    kind: str
    body: bytes


def read_objects(repository: Repository, specs: Iterable[str]) -> Iterator[GitObject | None]:
    """Yields the object of each spec (`oid`, `refs/heads/x`, `oid:path`) in order, None for what does not exist.

    A path that holds a line feed or ends in a carriage return cannot be asked for; go by the blob's id.
    """
    if repository.top in _open:
        yield from (ask_object(_open[repository.top], spec) for spec in specs)
        return
    lines = [_line(spec) for spec in specs]
    arguments = ["cat-file", "--batch"]
    process = start_git(arguments, cwd=repository.top)
    out = finish_git(process, arguments, b"".join(lines))
    yield from parse_batch(out, len(lines))


@contextmanager
def one_reader(repository: Repository) -> Iterator[None]:
    """Keeps one git at work for all objects that are read in the block, where many small questions follow each other.

    Raises:
        EnvironmentProblemError: when git cannot be started.
    """
    process = start_git(["cat-file", "--batch"], cwd=repository.top)
    _open[repository.top] = process
    try:
        yield
    finally:
        del _open[repository.top]
        process.kill()
        process.communicate()


# Not for threads: two questions at once would read each other's answers. The one who uses it is the pre-commit hook.
_open: dict[str, subprocess.Popen[bytes]] = {}


def ask_object(process: subprocess.Popen[bytes], spec: str, most: int = sys.maxsize) -> GitObject | None:
    """Asks a running `git cat-file --batch` for one object, and keeps `most` bytes of it.

    Raises:
        EnvironmentProblemError: when it ended.
        OSError: when it ended before the question.
    """
    asked, answers = process.stdin, process.stdout
    if asked is None or answers is None:
        return None
    asked.write(_line(spec))
    asked.flush()
    header = answers.readline().split()
    if len(header) != _HEADER or not header[2].isdigit():  # a spec with a blank makes three words, too: `a b missing`
        if not header:
            raise EnvironmentProblemError("git cat-file ended too early", "git fsck tells what is wrong")
        return None
    size = int(header[2])
    body = answers.read(min(size, most))
    for start in range(len(body), size, _PIECE):  # else the next answer would begin in the middle of this object
        answers.read(min(size - start, _PIECE))
    if not answers.read(1):
        raise EnvironmentProblemError("git cat-file ended too early", "git fsck tells what is wrong")
    return GitObject(header[0].decode(), header[1].decode(), body)


def _line(spec: str) -> bytes:
    """Returns a question for `cat-file --batch`; what cannot be asked becomes one that nothing answers to."""
    line = "" if "\n" in spec or "\0" in spec or spec.endswith("\r") else spec
    return f"{line}\n".encode(errors="surrogateescape")


def parse_batch(out: bytes, count: int) -> Iterator[GitObject | None]:
    """Splits the answer of `cat-file --batch` into `count` objects."""
    position = 0
    for _ in range(count):
        end = out.index(b"\n", position)
        header = out[position:end].split(b" ")
        position = end + 1
        if len(header) != _HEADER or not header[2].isdigit():
            yield None
            continue
        size = int(header[2])
        yield GitObject(header[0].decode(), header[1].decode(), out[position : position + size])
        position += size + 1


def read_object(repository: Repository, spec: str) -> GitObject | None:
    """Returns one object, or None."""
    return next(read_objects(repository, [spec]))


def resolve_commit(repository: Repository, name: str) -> str:
    """Returns the full commit id of a branch, tag or commit id.

    Raises:
        NotFoundError: when there is no such commit.
    """
    # The branch first: git itself would take a tag of the same name, https://git-scm.com/docs/gitrevisions
    for spec in (f"refs/heads/{name}^{{commit}}", f"{name}^{{commit}}"):
        found = read_object(repository, spec)
        if found and found.kind == "commit":
            return found.oid
    raise NotFoundError(f"{safe_text(name)} is no branch, tag or commit", "branchlab ls shows the experiments")


def list_files(repository: Repository, tree: str, prefix: str = "") -> dict[str, str]:
    """Returns the blob id by path of all files in a tree below `prefix` (symbolic links and submodules left out)."""
    arguments = ["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tree]
    found: dict[str, str] = {}
    for entry in run_git(arguments, cwd=repository.top).decode(errors="surrogateescape").split("\0"):
        meta, _, path = entry.partition("\t")
        if meta.startswith("100") and path.startswith(prefix):
            found[path] = meta.split(" ")[2]
    return found
