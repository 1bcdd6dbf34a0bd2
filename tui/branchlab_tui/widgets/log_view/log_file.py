"""Reads a log in blocks: the last one first, then backwards as far as somebody looks, and on where it grows.

A line's number never changes: the first line of the block that was read first is 0, older ones are negative.
Everything that reads blocks; what only looks at what was read (`line`, `first`, `end`) does not.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from branchlab.reading.output_text import shown_lines
from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.search_line.hits import finds_both, small

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 1 << 17  # bytes; the tail that is shown first is mostly one of them
_LONGEST_BLOCK = 1 << 20  # a line that is longer is cut into several
_KEPT = 48  # blocks whose text is kept
_STRIPPED = (b"\x1b", b"\r", b"\b", b"\t")  # what stands around them is shown otherwise than it is written


class Block(NamedTuple):
    """A stretch of the file that begins with a line: where it lies, and the number of its first line."""

    offset: int
    size: int
    first: int
    lines: int


class LogFile:
    """One log file, which may still grow; one thread reads while another looks."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.block_size = BLOCK
        self._lock = Lock()
        self._reading = Lock()  # one thread at a time reads on or back
        self._forget()

    def _forget(self) -> None:
        self._blocks: list[Block] = []
        self._texts: OrderedDict[int, list[str]] = OrderedDict()  # by offset of the block
        self._inode = 0

    @property
    def first(self) -> int:
        """The number of the oldest line that was read."""
        return self._blocks[0].first if self._blocks else 0

    @property
    def end(self) -> int:
        """One more than the number of the last line."""
        return self._blocks[-1].first + self._blocks[-1].lines if self._blocks else 0

    @property
    def at_start(self) -> bool:
        """Whether the beginning of the file was reached."""
        return not self._blocks or self._blocks[0].offset == 0

    @property
    def size(self) -> int:
        """The bytes of the file, as far as is known."""
        return self._blocks[-1].offset + self._blocks[-1].size if self._blocks else 0

    def line(self, number: int) -> str | None:
        """Returns a line, None where its block has to be read first."""
        with self._lock:
            place = self._place(number)
            if place is None:
                return ""
            texts = self._texts.get(self._blocks[place].offset)
            return None if texts is None else texts[number - self._blocks[place].first]

    def _place(self, number: int) -> int | None:
        if not self.first <= number < self.end:
            return None
        return bisect_right(self._blocks, number, key=lambda block: block.first) - 1

    def grow(self) -> bool:
        """Reads what was appended, at first the last block; a file that was replaced is begun anew.

        Returns:
            Whether anything changed.
        """
        try:
            with self._reading, open(self.path, "rb") as file:
                found = os.fstat(file.fileno())
                if found.st_size < self.size or (self._blocks and found.st_ino != self._inode):
                    with self._lock:
                        self._forget()
                if found.st_size == self.size:
                    return False
                self._inode = found.st_ino
                self._read_on(file.fileno(), found.st_size)
        except OSError:
            return False
        return True

    def _read_on(self, file: int, size: int) -> None:
        if not self._blocks:
            self._set([self._block_before(file, size, 0)._replace(first=0)])
        # The last block is read again: its last line may have been half written.
        last = self._blocks[-1]
        offset, first, blocks = last.offset, last.first, self._blocks[:-1]
        while offset < size:
            data = self._whole_lines(file, offset, size)
            blocks.append(self._take(offset, first, data))
            offset, first = offset + len(data), first + blocks[-1].lines
        self._set(blocks)

    def _whole_lines(self, file: int, offset: int, size: int) -> bytes:
        """Returns a block from an offset on that ends with a line end, or with the file."""
        wanted = self.block_size
        while True:
            data = os.pread(file, min(wanted, size - offset), offset)  # not beyond `size`: it may grow meanwhile
            cut = data.rfind(b"\n") + 1
            if offset + len(data) >= size or wanted >= _LONGEST_BLOCK:
                return data if not cut or offset + len(data) >= size else data[:cut]
            if cut:
                return data[:cut]
            wanted *= 2

    def _block_before(self, file: int, end: int, number: int) -> Block:
        """Reads the block that ends at an offset; `number` is that of the line behind it."""
        wanted = self.block_size
        while True:
            start = max(0, end - wanted)
            data = os.pread(file, end - start, start)
            # The line end that ends the block is not one behind which it could begin.
            begin = data.find(b"\n", 0, len(data) - 1) + 1 if start else 0
            if begin or not start or wanted >= _LONGEST_BLOCK:
                lines = _count_lines(data, begin)
                return Block(start + begin, len(data) - begin, number - lines, lines)
            wanted *= 2

    def _take(self, offset: int, first: int, data: bytes) -> Block:
        texts = shown_lines(data)
        with self._lock:
            self._texts[offset] = texts
            self._texts.move_to_end(offset)
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return Block(offset, len(data), first, len(texts))

    def _set(self, blocks: list[Block]) -> None:
        with self._lock:
            self._blocks = blocks

    def read_back(self, blocks: int = 1) -> bool:
        """Reads some more blocks before what is known; tells whether there were any."""
        if self.at_start:
            return False
        found: list[Block] = []
        first = self._blocks[0]
        try:
            with self._reading, open(self.path, "rb") as file:
                while len(found) < blocks and first.offset:
                    first = self._block_before(file.fileno(), first.offset, first.first)
                    found.append(first)
                self._set([*reversed(found), *self._blocks])
        except OSError:
            return False
        return True

    def load(self, start: int, stop: int) -> None:
        """Reads again what was read and forgotten of the lines from `start` up to `stop`."""
        wanted = [place for place in (self._place(start), self._place(stop - 1)) if place is not None]
        for block in self._blocks[min(wanted) : max(wanted) + 1] if wanted else []:
            if block.offset not in self._texts:
                self._take(block.offset, block.first, self._read(block))

    def _read(self, block: Block) -> bytes:
        try:
            with open(self.path, "rb") as file:
                return os.pread(file.fileno(), block.size, block.offset)
        except OSError:
            return b""

    def find(self, needle: str, start: int, stop: int, is_cancelled: Callable[[], bool]) -> list[int]:
        """Returns the numbers of the known lines from `start` up to `stop` that hold a text, ascending.

        Letters stand for both cases, unless the text has capitals.
        """
        found: list[int] = []
        for block in list(self._blocks):  # as it is now: another thread may read on or back
            if is_cancelled():
                break
            if needle and block.first < stop and block.first + block.lines > start:
                found += [number for number in self._found_in(block, needle) if start <= number < stop]
        return found

    def _found_in(self, block: Block, needle: str) -> list[int]:
        folds = finds_both(needle)
        with self._lock:
            texts = self._texts.get(block.offset)
        if texts is None:
            data = self._read(block)
            if _cannot_hold(data, needle, folds=folds):
                return []
            texts = shown_lines(data)
        return [block.first + place for place, text in enumerate(texts) if needle in (small(text) if folds else text)]


def _count_lines(data: bytes, begin: int) -> int:
    """Counts the lines from a place on as `shown_lines` makes them; the last one may lack its end."""
    return data.count(b"\n", begin) + (len(data) > begin and not data.endswith(b"\n"))


def _cannot_hold(data: bytes, needle: str, *, folds: bool) -> bool:
    """Says without decoding that a block does not hold a text; one with control characters may look otherwise."""
    if not needle.isascii() or not needle.isprintable() or not data.isascii() or any(map(data.__contains__, _STRIPPED)):
        return False
    return needle.encode() not in (data.lower() if folds else data)
