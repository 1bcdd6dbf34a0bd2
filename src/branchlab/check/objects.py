"""Git's objects for a check: each is read once, and thousands in one `git cat-file`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.catalog.batch import read_objects
from branchlab.git.commit_text import is_rewritten
from branchlab.git.trees import OID_BYTES, TREE_MODE
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchlab.catalog.batch import Found
    from branchlab.git.repository import Repository

DEPTH = 100  # folders within each other; what lies deeper is not looked at


class Commit(NamedTuple):
    """What a commit object says; `rewritten` when its author's time is not that of the commit, as after an amend."""

    tree: str
    parents: tuple[str, ...]
    message: str
    rewritten: bool


class Item(NamedTuple):
    """An entry of a tree."""

    oid: str
    mode: bytes

    @property
    def folder(self) -> bool:
        """Whether it is a tree itself."""
        return self.mode == TREE_MODE


class Objects:
    """The objects that were read so far, by id; ask for many with `fetch`, then look at each."""

    def __init__(self, repository: Repository) -> None:
        self._folder = repository.top
        self._found: dict[str, Found | None] = {}
        self._commits: dict[str, Commit] = {}
        self._trees: dict[str, dict[str, Item]] = {}
        size = OID_BYTES[repository.object_format]
        self._entry = re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % size, re.DOTALL)
        self._oid = re.compile(f"[0-9a-f]{{{2 * size}}}")

    def fetch(self, oids: Iterable[str]) -> None:
        """Reads the objects that are not known yet."""
        # What a record names as its code may be any text, and a line feed in it would be a second question.
        left = [oid for oid in dict.fromkeys(oids) if oid not in self._found and self._oid.fullmatch(oid)]
        while left:
            found = list(read_objects(self._folder, [oid.encode() for oid in left]))
            self._found.update(zip(left, found, strict=False))
            if len(found) < len(left):  # git dies at an object that it cannot read; the ones behind it are fine
                self._found[left[len(found)]] = None
            left = left[len(found) + 1 :]

    def body(self, oid: str, kind: bytes) -> bytes | None:
        """Returns the bytes of a fetched object; None when it is missing, of another kind, or over 1 MiB."""
        found = self._found.get(oid)
        return found[1] if found and found[0] == kind else None

    def has(self, oid: str) -> bool:
        """Tells whether a fetched object is there."""
        return self._found.get(oid) is not None

    def commit(self, oid: str) -> Commit | None:
        """Reads a fetched commit."""
        if oid not in self._commits:
            body = self.body(oid, b"commit")
            if body is None:
                return None
            self._commits[oid] = parse_commit(body)
        return self._commits[oid]

    def tree(self, oid: str) -> Mapping[str, Item] | None:
        """Returns the entries of a fetched tree by name; None when it is not there."""
        known = self._trees.get(oid)
        if known is None:
            body = self.body(oid, b"tree")
            if body is None:
                return None
            known = {
                name.decode(errors="surrogateescape"): Item(raw.hex(), mode)
                for mode, name, raw in self._entry.findall(body)
            }
            self._trees[oid] = known
        return known

    def fetch_paths(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Reads the trees on the way to each pair of a tree and a path in it."""
        level = {(tree, path) for tree, path in wanted if tree}
        for _ in range(DEPTH):
            self.fetch(tree for tree, _ in level)
            below = set()
            for tree, path in level:
                name, _, rest = path.partition("/")
                item = (self.tree(tree) or {}).get(name)
                if rest and item and item.folder:
                    below.add((item.oid, rest))
            level = below
            if not level:
                return

    def find(self, tree: str, path: str) -> Item | None:
        """Returns what lies at a path whose trees were fetched."""
        *folders, name = path.split("/")
        for folder in folders:
            item = (self.tree(tree) or {}).get(folder)
            if item is None or not item.folder:
                return None
            tree = item.oid
        return (self.tree(tree) or {}).get(name)

    def fetch_below(self, roots: Iterable[str]) -> None:
        """Reads whole trees, each of their folders once."""
        level, seen = set(roots), set[str]()
        for _ in range(DEPTH):
            self.fetch(level)
            seen |= level
            folders = {item.oid for tree in level for item in (self.tree(tree) or {}).values() if item.folder}
            level = folders - seen
            if not level:
                return


def parse_commit(body: bytes) -> Commit:
    """Reads a commit object; what it does not say is empty."""
    head, _, message = body.partition(b"\n\n")
    lines = head.decode(errors="surrogateescape").split("\n")
    values = [line.partition(" ") for line in lines]  # lines of a signature or a merged tag begin with a blank: no key
    tree = next((value for key, _, value in values if key == "tree"), "")
    parents = tuple(value for key, _, value in values if key == "parent")
    return Commit(tree, parents, message.decode(errors="surrogateescape"), is_rewritten(body))
