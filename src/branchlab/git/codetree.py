"""The identity of code: the id of a tree without the files that a record writes.

`git commit` puts code and record into one commit, so the record cannot name that commit. It names this id, which any
clone can compute again from the commit: only the trees along the left-out paths are read, and nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects
from branchlab.git.trees import iterate_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from branchlab.git.objects import GitObject
    from branchlab.git.repository import Repository


def code_tree(repository: Repository, treeish: str, without: Iterable[str]) -> str:
    """Returns the id that a tree would have without some paths; a folder that gets empty goes as well.

    Args:
        repository: where the tree is.
        treeish: id of a tree or commit.
        without: paths of files or folders relative to the top; those that are not there are ignored.
    """
    folders = touched_folders(without)
    found = read_objects(repository, [f"{treeish}:{folder}" for folder in folders])
    return _code_id_of(repository.object_format, folders, found, without)


def code_tree_by(
    read: Callable[[str], GitObject | None], object_format: str, treeish: str, without: Iterable[str]
) -> str:
    """Returns what `code_tree` does, through somebody's own `read`, which is asked for `treeish:folder`."""
    folders = touched_folders(without)
    return _code_id_of(object_format, folders, (read(f"{treeish}:{folder}") for folder in folders), without)


def _code_id_of(
    object_format: str, folders: Iterable[str], found: Iterable[GitObject | None], without: Iterable[str]
) -> str:
    trees = {folder: tree.body for folder, tree in zip(folders, found, strict=True) if tree and tree.kind == "tree"}
    return code_id(object_format, trees, without)


def touched_folders(without: Iterable[str]) -> list[str]:
    """Returns the folders whose trees `code_id` looks at: the top, "", and those above the paths; the deepest first."""
    return sorted({"", *(folder for path in without for folder in _above(path))}, key=_depth, reverse=True)


def code_id(object_format: str, trees: Mapping[str, bytes], without: Iterable[str]) -> str:
    """Computes what `code_tree` returns from trees that were read already.

    Args:
        object_format: `sha1` or `sha256`.
        trees: body of each tree by its folder, as far as it is there, for all of `touched_folders`.
        without: paths of files or folders relative to the top.
    """
    dropped = set(without)
    changed: dict[str, str] = {}  # the new id by path; empty for what goes
    for folder in touched_folders(dropped):  # the deepest first: a tree holds the ids of those below it
        if folder in trees and folder not in dropped:
            changed[folder] = _rebuilt(object_format, trees[folder], folder, dropped, changed)
    return changed.get("") or _tree_id(object_format, b"")


def _above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _rebuilt(object_format: str, body: bytes, folder: str, dropped: set[str], changed: dict[str, str]) -> str:
    """Returns the id of a tree whose entries were dropped or changed; empty when nothing is left of it."""
    left = []  # in git's order, as names and modes stay what they are
    for mode, raw, oid in iterate_tree(body, object_format):
        name = raw.decode(errors="surrogateescape")
        path = f"{folder}/{name}" if folder else name
        new = "" if path in dropped else changed.get(path, oid)
        if new:
            left.append(b"%b %b\0%b" % (mode, raw, bytes.fromhex(new)))
    return _tree_id(object_format, b"".join(left)) if left else ""


def _tree_id(object_format: str, body: bytes) -> str:
    text = b"tree %d\0%b" % (len(body), body)
    if object_format == "sha1":
        try:
            from _sha1 import sha1  # type: ignore[import-not-found] # hashlib loads OpenSSL, 4 ms of every commit

            return str(sha1(text).hexdigest())
        except ImportError:
            pass
    import hashlib

    return hashlib.new(object_format, text, usedforsecurity=False).hexdigest()
