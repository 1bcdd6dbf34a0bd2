"""Which files of a commit are not as they were when its run started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.objects import DEPTH
from branchlab.git.codetree import code_id, touched_folders
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.check.objects import Item, Objects

MOST_PATHS = 20  # as many as `differs` of a record names


class Pair(NamedTuple):
    """Two trees to compare, and the paths (files or folders) that may differ."""

    one: str
    other: str
    allowed: frozenset[str]


class _Place(NamedTuple):
    key: str
    folder: str
    one: str
    other: str


def differing_paths(objects: Objects, pairs: Mapping[str, Pair]) -> dict[str, list[str]]:
    """Returns the paths that differ in each pair of trees, the first twenty; all pairs are read side by side."""
    found: dict[str, list[str]] = {key: [] for key in pairs}
    level = [_Place(key, "", pair.one, pair.other) for key, pair in pairs.items() if pair.one != pair.other]
    while level:
        objects.fetch(tree for place in level for tree in (place.one, place.other) if tree)
        below: list[_Place] = []
        for place in level:
            paths = found[place.key]
            for path, one, other in _changes(objects, place, pairs[place.key].allowed):
                if len(paths) == MOST_PATHS:
                    break
                # A folder in the place of a file counts twice: the file is gone, and what lies below is new.
                if (one and not one.folder) or (other and not other.folder):
                    paths.append(path)
                below += _further(place.key, path, one, other)
        level = below
    return found


def _changes(
    objects: Objects, place: _Place, allowed: frozenset[str]
) -> Iterator[tuple[str, Item | None, Item | None]]:
    ours, theirs = objects.tree(place.one) or {}, objects.tree(place.other) or {}
    for name in sorted({**ours, **theirs}):
        one, other = ours.get(name), theirs.get(name)
        path = place.folder + name
        if one != other and path not in allowed:
            yield path, one, other


def _further(key: str, path: str, one: Item | None, other: Item | None) -> list[_Place]:
    trees = [item.oid if item and item.folder else "" for item in (one, other)]
    return [_Place(key, f"{path}/", *trees)] if any(trees) and path.count("/") < DEPTH else []


def code_ids(objects: Objects, object_format: str, wanted: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Returns the id of the code (`branchlab.git.codetree`) of many trees.

    Args:
        objects: where they are read.
        object_format: `sha1` or `sha256`.
        wanted: tree and paths to leave out, by any key.
    """
    folders = {key: touched_folders(without) for key, (_, without) in wanted.items()}
    # With the dot the tree of the folder itself is read, too.
    objects.fetch_paths((tree, f"{folder}/.") for key, (tree, _) in wanted.items() for folder in folders[key])
    found = {}
    for key, (tree, without) in wanted.items():
        trees = {}
        for folder in folders[key]:
            item = objects.find(tree, folder) if folder else None
            body = objects.body(item.oid if item else "" if folder else tree, b"tree")
            if body is not None:
                trees[folder] = body
        found[key] = code_id(object_format, trees, without)
    return found
