"""The bytes of a tree: mode, name and id of each entry, in git's own order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OID_BYTES = {"sha1": 20, "sha256": 32}
TREE_MODE = b"40000"  # without the leading zero that `git ls-tree` prints


class Entry(NamedTuple):
    """What stands under a name in a tree: its mode as git writes it, and its id."""

    mode: bytes
    oid: str


def iterate_tree(body: bytes, object_format: str) -> Iterator[tuple[bytes, bytes, str]]:
    """Yields mode, name and id of the entries of a tree, in its order."""
    size = OID_BYTES[object_format]
    place = 0
    while place < len(body):
        end = body.index(b"\0", place)
        mode, _, name = body[place:end].partition(b" ")
        place = end + 1 + size
        yield mode, name, body[end + 1 : place].hex()


def parse_tree(body: bytes, object_format: str) -> dict[bytes, Entry]:
    """Returns the entries of a tree by name."""
    return {name: Entry(mode, oid) for mode, name, oid in iterate_tree(body, object_format)}


def format_tree(entries: Mapping[bytes, Entry]) -> bytes:
    """Returns the bytes of a tree; git sorts a folder as if its name ended in a slash."""
    ordered = sorted(entries.items(), key=lambda item: item[0] + b"/" if item[1].mode == TREE_MODE else item[0])
    return b"".join(b"%b %b\0%b" % (entry.mode, name, bytes.fromhex(entry.oid)) for name, entry in ordered)
