"""What stands on each row of a patch that is shown: headings, notes, lines. Free of Textual.

Rows are made for one part of a hunk at a time; where a part begins is known from counts alone.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.diff_view.halves import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab_tui.widgets.diff_view.halves import BlockRows, Half, MadeRows
    from branchlab_tui.widgets.diff_view.patch import FilePatch, Part, Patch

Kind = Literal["file", "note", "hunk", "part", "end"]


class Block(NamedTuple):
    """Rows that belong together: a heading, a note, or the lines of a part.

    Attributes:
        kind: what it is; `end` says that the patch goes on.
        file: place of its file in the patch.
        hunk: place of its hunk in the file; -1 for a block of the file itself.
        at: place of the note, or of the part in the hunk.
        rows: how many rows it takes.
    """

    kind: Kind
    file: int
    hunk: int = -1
    at: int = 0
    rows: int = 1


class Row(NamedTuple):
    """What stands on one row: the old side, the new side, or both; a heading has neither."""

    block: Block
    old: Half | None = None
    new: Half | None = None


class Layout:
    """Where everything stands, for one way of showing a patch.

    Args:
        patch: what is shown.
        split: both sides beside each other.
        folded_files: places of files that show their heading only.
        folded_hunks: places of file and hunk that show their heading only.
    """

    def __init__(
        self,
        patch: Patch,
        *,
        split: bool,
        folded_files: frozenset[int] = frozenset(),
        folded_hunks: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        self.patch = patch
        self.split = split
        self._folded_files, self._folded_hunks = folded_files, folded_hunks
        self.blocks = tuple(_blocks(patch, folded_files, folded_hunks, split=split))
        self._ends = list(accumulate(block.rows for block in self.blocks))
        self._made: dict[int, MadeRows | BlockRows] = {}  # never stale: whatever changes makes another Layout

    def __len__(self) -> int:
        """Returns the number of rows."""
        return self._ends[-1] if self._ends else 0

    @cached_property
    def digits(self) -> int:
        """Digits of the largest line number."""
        # Numbers ascend within a file, so its last hunk has the largest.
        last = [hunk.parts[-1] for file in self.patch.files for hunk in file.hunks[-1:] if hunk.parts]
        return max((len(str(max(part.old, part.new) + part.lines)) for part in last), default=1)

    def row(self, y: int) -> Row:
        """Returns what stands on a row."""
        place = bisect_right(self._ends, y)
        block = self.blocks[place]
        if block.kind != "part":
            return Row(block)
        return Row(block, *self._rows_of(place)[y - self.start(place)])

    def start(self, place: int) -> int:
        """Returns the first row of a block."""
        return self._ends[place - 1] if place else 0

    def place_at(self, y: int) -> int:
        """Returns the place of the block that stands on a row."""
        return bisect_right(self._ends, y)

    def find_heading(self, file: int, hunk: int = -1) -> int | None:
        """Returns the row of a file's heading, or of a hunk's; None where it is folded away."""
        kind = "file" if hunk < 0 else "hunk"
        places = (
            place
            for place, block in enumerate(self.blocks)
            if block.file == file and block.hunk == hunk and block.kind == kind
        )
        place = next(places, None)
        return None if place is None else self.start(place)

    def find_line(self, line: int) -> int | None:
        """Returns the row on which a line of the patch stands; None where it is folded away."""
        places, starts = self._parts
        at = bisect_right(starts, line) - 1
        if at < 0 or line >= self._part(self.blocks[places[at]]).stop:
            return None
        y = self._rows_of(places[at]).place_of(line)
        return None if y is None else self.start(places[at]) + y

    def find_number(self, file: int, wanted: Row) -> int | None:
        """Returns the row of a file with the line numbers of a row of another patch."""
        for place, block in enumerate(self.blocks):
            if block.kind != "part" or block.file != file or not _holds(self._part(block), wanted):
                continue
            y = self._rows_of(place).place_like((wanted.old, wanted.new))
            if y is not None:
                return self.start(place) + y
        return None

    def is_folded(self, block: Block) -> bool:
        """Tells whether a file or hunk shows its heading only."""
        if block.hunk < 0:
            return block.file in self._folded_files
        return (block.file, block.hunk) in self._folded_hunks

    def file_of(self, block: Block) -> FilePatch:
        """Returns the file that a block belongs to."""
        return self.patch.files[block.file]

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """The places of the parts that are shown, and the lines they begin with, both ascending."""
        places = [place for place, block in enumerate(self.blocks) if block.kind == "part"]
        return places, [self._part(self.blocks[place]).start for place in places]

    def _part(self, block: Block) -> Part:
        return self.patch.files[block.file].hunks[block.hunk].parts[block.at]

    def _rows_of(self, place: int) -> MadeRows | BlockRows:
        if place not in self._made:
            part = self._part(self.blocks[place])
            self._made[place] = rows_of(self.patch.lines, part, split=self.split)
        return self._made[place]


def _holds(part: Part, row: Row) -> bool:
    """Tells whether a row of another patch may stand in a part, by the numbers of its lines."""
    half, first = (row.new, part.new) if row.new else (row.old, part.old)
    return half is not None and first <= half.number <= first + part.lines


def _blocks(
    patch: Patch, folded_files: frozenset[int], folded_hunks: frozenset[tuple[int, int]], *, split: bool
) -> Iterator[Block]:
    for place, file in enumerate(patch.files):
        yield Block("file", place)
        if place in folded_files:
            continue
        for at in range(len(file.notes)):
            yield Block("note", place, at=at)
        for number, hunk in enumerate(file.hunks):
            yield Block("hunk", place, number)
            if (place, number) not in folded_hunks:
                for at, part in enumerate(hunk.parts):
                    yield Block("part", place, number, at, part.pairs if split else part.lines)
    if patch.left_out:
        # Every block names a file, this one the last.
        yield Block("end", len(patch.files) - 1)
