"""What a patch is to a reader: files, their hunks, and lines that stay the text they were until they are drawn.

Free of Textual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Part(NamedTuple):
    """A piece of a hunk that is laid out at once, so that a hunk of any length costs only what is in sight.

    Attributes:
        start: place in `Patch.lines` of its first line.
        stop: one past its last line.
        old: number of the first line on the old side.
        new: number of the first line on the new side.
        lines: rows it takes in one column.
        pairs: rows it takes with both sides beside each other.
    """

    start: int
    stop: int
    old: int
    new: int
    lines: int
    pairs: int


class Hunk(NamedTuple):
    """Lines that changed near each other, with some that did not around them.

    Attributes:
        heading: where git says it is: `@@ -1,4 +1,6 @@` and what stands behind that, as the function.
        parts: its lines, in order.
        added: how many lines only the new side has.
        removed: how many lines only the old side has.
    """

    heading: str
    parts: tuple[Part, ...]
    added: int
    removed: int


class FilePatch(NamedTuple):
    """What changed in one file.

    Attributes:
        path: as git knows it; bytes that are not UTF-8 are lone surrogates.
        status: `A` added, `D` removed, `M` changed.
        hunks: none for a binary file, or when only its mode changed.
        notes: what there is to say besides lines: `binary`, `mode 100644 → 100755`.
        added: lines that only the new side has.
        removed: lines that only the old side has.
        binary: whether git knows no lines in it.
        start: place in `Patch.lines` of its heading.
        stop: one past its last line.
    """

    path: str
    status: str
    hunks: tuple[Hunk, ...]
    notes: tuple[str, ...]
    added: int
    removed: int
    binary: bool
    start: int
    stop: int


class Patch(NamedTuple):
    """A parsed patch.

    Attributes:
        files: in git's order; a path stands twice where a file became a link, say.
        lines: the text line by line, with git's own sign in front.
        left_out: how many lines beyond the limit were not read.
    """

    files: tuple[FilePatch, ...] = ()
    lines: Sequence[str] = ()
    left_out: int = 0

    @property
    def added(self) -> int:
        """Lines that only the new side has."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines that only the old side has."""
        return sum(file.removed for file in self.files)
