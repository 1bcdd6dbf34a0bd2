"""Reads and writes an index: the one that git is about to commit, or the user's own.

A hook is told by `GIT_INDEX_FILE` which file that is; `git commit PATH` and `git commit -a` use one of their own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from branchlab.errors import BusyError
from branchlab.git.collection import despite_collection
from branchlab.git.process import run_git
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.git.repository import Repository

_FILE_MODE = "100644"
_ABSENT = "0"  # the mode that `update-index --index-info` takes for removal, whatever id stands behind it


class Entry(NamedTuple):
    """A file of an index.

    Attributes:
        path: relative to the top.
        oid: id of the content; empty for a file that is not, or shall not be, in the index.
        mode: as git writes it.
    """

    path: str
    oid: str
    mode: str = _FILE_MODE


def check_unlocked(repository: Repository) -> None:
    """Makes sure that no other git changes the user's index now, before something is done that it has to follow.

    Raises:
        BusyError: when one does, or a killed one left its lock.
    """
    lock = os.path.join(repository.git_dir, "index.lock")
    if os.path.lexists(lock):  # git makes it with O_EXCL, so a broken link blocks it as well
        raise BusyError(f"{safe_text(lock)} is there", "another git is at work, or a lock was left: branchlab doctor")


def write_tree(repository: Repository, env: Mapping[str, str]) -> str:
    """Writes an index as a tree object and returns its id.

    Args:
        repository: where to work.
        env: `GIT_INDEX_FILE` with an absolute path; empty for the user's own index.

    Raises:
        GitError: when there are conflicts, or another git holds the index.
    """
    return run_git(["write-tree"], cwd=repository.top, env=env).decode().strip()


def read_entries(
    repository: Repository, paths: Sequence[str], env: Mapping[str, str], names: Sequence[str] = ()
) -> dict[str, Entry]:
    """Returns what an index holds at these paths and below them, and files of these names in any folder, by path.

    Args:
        repository: where to work.
        paths: relative to the top.
        env: as for `write_tree`.
        names: patterns such as `*.dvc`.
    """
    wanted = [*(f":(literal){path}" for path in paths), *(f":(glob)**/{name}" for name in names)]
    arguments = ["ls-files", "--stage", "-z", "--", *wanted]
    found: dict[str, Entry] = {}
    for line in run_git(arguments, cwd=repository.top, env=env).decode(errors="surrogateescape").split("\0"):
        meta, _, path = line.partition("\t")
        if path:
            mode, oid, _stage = meta.split(" ")
            found[path] = Entry(path, oid, mode)
    return found


def write_blobs(repository: Repository, files: Sequence[str]) -> list[str]:
    """Writes the content of files as blobs, unchanged by any filter, and returns their ids.

    Args:
        repository: where to work.
        files: absolute paths without line feeds.
    """
    stdin = "".join(f"{file}\n" for file in files).encode(errors="surrogateescape")
    arguments = ["hash-object", "-w", "--no-filters", "--stdin-paths"]
    return despite_collection(lambda: run_git(arguments, cwd=repository.top, stdin=stdin)).decode().split()


def update_index(repository: Repository, entries: Iterable[Entry], env: Mapping[str, str]) -> None:
    """Changes entries of an index, all of them or none; `env` as for `write_tree`.

    Raises:
        GitError: when another git holds the index, or the disk is full.
    """
    size = 64 if repository.object_format == "sha256" else 40
    stdin = index_lines(entries, size)
    run_git(["update-index", "-z", "--index-info"], cwd=repository.top, stdin=stdin, env=env)


def index_lines(entries: Iterable[Entry], oid_letters: int = 40) -> bytes:
    """Returns what `git update-index -z --index-info` reads; an entry without id is taken out."""
    lines = (
        f"{entry.mode if entry.oid else _ABSENT} {entry.oid or '0' * oid_letters}\t{entry.path}\0" for entry in entries
    )
    return "".join(lines).encode(errors="surrogateescape")


def changed_paths(repository: Repository, before: str, after: str) -> list[str]:
    """Returns the paths of files that two trees or commits do not share, sorted."""
    arguments = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--end-of-options", before, after]
    out = run_git(arguments, cwd=repository.top).decode(errors="surrogateescape")
    return sorted(filter(None, out.split("\0")))
