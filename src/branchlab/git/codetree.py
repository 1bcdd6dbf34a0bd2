"""The identity of code: the id of a tree without the files that a record writes.

`git commit` puts code and record into one commit, so the record cannot name that commit. It names this id, which any
clone can compute again from the commit: only the trees along the left-out paths are read, and nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.objects import read_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from branchlab.git.repository import Repository

_OID_BYTES = {"sha1": 20, "sha256": 32}


def code_tree(repository: Repository, treeish: str, without: Iterable[str]) -> str:
    """Returns the id that a tree would have without some paths; a folder that gets empty goes as well.

    Args:
        repository: where the tree is.
        treeish: id of a tree or commit.
        without: paths of files or folders relative to the top; those that are not there are ignored.
    """
    dropped = set(without)
    folders = sorted({"", *(folder for path in dropped for folder in _above(path))}, key=_depth, reverse=True)
    found = read_objects(repository, [f"{treeish}:{folder}" for folder in folders])
    changed: dict[str, str] = {}  # the new id by path; empty for what goes
    for folder, tree in zip(folders, found, strict=True):  # the deepest first
        if tree and tree.kind == "tree" and folder not in dropped:
            changed[folder] = _rebuilt(repository, tree.body, folder, dropped, changed)
    return changed.get("") or _tree_id(repository, b"")


def _above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _rebuilt(repository: Repository, body: bytes, folder: str, dropped: set[str], changed: dict[str, str]) -> str:
    """Returns the id of a tree whose entries were dropped or changed; empty when nothing is left of it."""
    left = []
    for mode, name, oid in _entries(body, _OID_BYTES[repository.object_format]):
        path = f"{folder}/{name}" if folder else name
        new = "" if path in dropped else changed.get(path, oid)
        if new:
            raw = name.encode(errors="surrogateescape")
            left.append(b"%b %b\0%b" % (mode, raw, bytes.fromhex(new)))
    return _tree_id(repository, b"".join(left)) if left else ""


def _entries(body: bytes, size: int) -> Iterator[tuple[bytes, str, str]]:
    """Yields mode, name and id of the entries of a tree, in its order."""
    place = 0
    while place < len(body):
        end = body.index(b"\0", place)
        mode, _, name = body[place:end].partition(b" ")
        place = end + 1 + size
        yield mode, name.decode(errors="surrogateescape"), body[end + 1 : place].hex()


def _tree_id(repository: Repository, body: bytes) -> str:
    import hashlib

    return hashlib.new(repository.object_format, b"tree %d\0%b" % (len(body), body), usedforsecurity=False).hexdigest()
