"""Writes commits with plumbing: one `git fast-import` makes the blobs, trees and commit and moves one private ref.

A private ref (`refs/branchlab/runs/<id>`) holds the objects while the run is not on a branch, so that a garbage
collection beside us cannot drop them. What the world sees is a single create-only update of the branch afterwards.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from branchlab.errors import BusyError, EnvironmentProblemError
from branchlab.git.collection import despite_collection, is_collecting, pack_commit
from branchlab.git.process import GitError, run_git
from branchlab.git.refs import explain
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.git.repository import Repository


_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')
# Git refuses these in an index, fast-import writes them: a commit that nobody could check out.
_REFUSED = frozenset(("", ".", "..", ".git"))
_TRIES = 5


class NewCommit(NamedTuple):
    """A commit to be written.

    Attributes:
        parent: full commit id.
        message: the whole message.
        tree: tree id that replaces the parent's tree; None keeps it.
        files: content by path relative to the top; written with mode 100644.
        removed: paths to leave out, files or folders.
        author: who made it and when, as git writes it in a commit; empty for who runs branchlab, now.
    """

    parent: str
    message: str
    tree: str | None = None
    files: Mapping[str, bytes] = {}
    removed: Iterable[str] = ()
    author: str = ""


def write_commit(repository: Repository, ref: str, commit: NewCommit) -> str:
    """Writes a commit, moves `ref` to it and returns its id.

    Raises:
        EnvironmentProblemError: when git does not know who commits, or cannot write.
        BusyError: when a garbage collection deletes what this was made from, or `ref` is locked.
    """
    stream = b"".join(_stream(ref, commit, committer_of(repository), author_of(repository, commit)))
    try:
        oid = _import(repository, stream)
    except GitError as error:  # whoever was killed while they wrote it left a lock
        raise explain(error, ref) from None
    if is_collecting(repository):
        _outlast(repository, stream, oid)
    return oid


def _import(repository: Repository, stream: bytes) -> str:
    """Has git make objects, loose ones, and the ref."""
    # From 100 objects on it would leave a pack, and a pack for each run slows git down (docs/design/0002).
    arguments = ["-c", "core.fsync=all", "-c", "fastimport.unpackLimit=10000"]
    # --force: a private ref may move to a commit that is no descendant. --done: a stream that is cut off is an error.
    line = [*arguments, "fast-import", "--quiet", "--force", "--done"]
    return despite_collection(lambda: run_git(line, cwd=repository.top, stdin=stream)).decode().strip()


def _outlast(repository: Repository, stream: bytes, oid: str) -> None:
    """Puts a commit out of the reach of a garbage collection that may not know of its ref.

    Raises:
        BusyError: when it deleted what only the caller can write again: the tree of a snapshot.
    """
    for _ in range(_TRIES):
        try:
            pack_commit(repository, oid)
        except GitError:
            _import(repository, stream)  # what was deleted meanwhile
        else:
            return
    raise BusyError("git gc deletes what is written beside it", "wait for its end, then try again")


def check_identity(repository: Repository) -> None:
    """Makes sure that git knows who commits, before hours of work are to be committed.

    Raises:
        GitError: when it does not.
    """
    for role in ("COMMITTER", "AUTHOR"):
        _person(repository.top, role)


def author_of(repository: Repository, commit: NewCommit) -> bytes:
    """Returns the author of a commit that is to be written, with the time, as git writes both."""
    return commit.author.encode(errors="surrogateescape") or _identity(repository, "AUTHOR")


def committer_of(repository: Repository) -> bytes:
    """Returns who runs branchlab, and the time of now, as git writes both."""
    return _identity(repository, "COMMITTER")


def _identity(repository: Repository, role: str) -> bytes:
    """Returns name, address and the time of now; who commits does not change while branchlab runs."""
    who = _person(repository.top, role).rsplit(b" ", 2)  # seconds and zone; the seconds are those of the first call
    return b"%s %d %s" % (who[0], int(time.time()), who[2])


@cache
def _person(top: str, role: str) -> bytes:
    return run_git(["var", f"GIT_{role}_IDENT"], cwd=top).strip()


def _stream(ref: str, commit: NewCommit, committer: bytes, author: bytes) -> Iterable[bytes]:
    message = commit.message.encode(errors="surrogateescape")
    yield f"commit {ref}\nmark :1\n".encode(errors="surrogateescape")
    yield b"author " + author + b"\ncommitter " + committer + b"\n"
    yield b"data %d\n" % len(message) + message + b"\n"
    yield f"from {commit.parent}\n".encode()
    if commit.tree:
        yield f'M 040000 {commit.tree} ""\n'.encode()
    for path in commit.removed:  # before the files: one of them may lie in a folder that goes
        yield b"D " + quote_path(path) + b"\n"
    for path, content in commit.files.items():
        yield b"M 100644 inline " + quote_path(path) + b"\ndata %d\n" % len(content) + content + b"\n"
    yield b"get-mark :1\ndone\n"


def check_path(path: str) -> None:
    """Refuses a path that no tree may hold.

    Raises:
        EnvironmentProblemError: for one.
    """
    if "\0" in path or not _REFUSED.isdisjoint(path.lower().split("/")):
        raise EnvironmentProblemError(f"{safe_text(path) or 'an empty path'} cannot be committed", "rename it")


def quote_path(path: str) -> bytes:
    """Quotes a path the way fast-import reads it: C style, every byte outside plain ASCII as octal.

    Raises:
        EnvironmentProblemError: for a path that no tree may hold; fast-import itself writes `..` and `.git`.
    """
    check_path(path)
    raw = path.encode(errors="surrogateescape")
    plain = "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in raw)
    return f'"{plain}"'.encode()
