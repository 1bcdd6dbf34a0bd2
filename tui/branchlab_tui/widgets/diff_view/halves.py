"""Which lines stand on the rows of one part of a hunk, with their numbers. Free of Textual."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.widgets.diff_view.words import face

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchlab_tui.widgets.diff_view.patch import Part

LONG = 1200  # lines from which a part is one block of removed and added lines; see `parser`


class Half(NamedTuple):
    """One side of a row: a line of the patch with its number, and the line that replaced it or that it replaced."""

    line: int
    number: int
    facing: int = -1


Halves = tuple[Half | None, Half | None]


class MadeRows:
    """The rows of a part, all made at once."""

    def __init__(self, rows: Sequence[Halves]) -> None:
        self._rows = rows

    def __getitem__(self, y: int) -> Halves:
        """Returns the old and the new side of a row."""
        return self._rows[y]

    def place_of(self, line: int) -> int | None:
        """Returns the row of a line of the patch."""
        return next((y for y, row in enumerate(self._rows) if any(half and half.line == line for half in row)), None)

    def place_like(self, wanted: Halves) -> int | None:
        """Returns the row with the numbers of another one: those of the new side, where there is one."""
        side = 1 if wanted[1] else 0
        number = _number(wanted[side])
        return next((y for y, row in enumerate(self._rows) if row[side] and _number(row[side]) == number), None)


class BlockRows:
    """The rows of a part that is nothing but removed lines and those that replaced them, made when they are asked for.

    A file that was written anew is one block of any length.
    """

    def __init__(self, lines: Sequence[str], part: Part, *, split: bool) -> None:
        last = part.stop - (lines[part.stop - 1][:1] == "\\")  # `\ No newline …` is no row
        self._split = split
        self._part = part
        places = range(part.start, last)
        self._added_from = part.start + bisect_left(places, 1, key=lambda place: lines[place][:1] == "+")
        self._added = last - self._added_from
        self._removed = part.lines - self._added  # not by places: a `\` may stand between both

    def __getitem__(self, y: int) -> Halves:
        """Returns the old and the new side of a row."""
        if self._split:
            return self._old(y), self._new(y)
        return (self._old(y), None) if y < self._removed else (None, self._new(y - self._removed))

    def place_of(self, line: int) -> int | None:
        """Returns the row of a line of the patch."""
        if line >= self._added_from:
            return min(line - self._added_from, self._added - 1) + (0 if self._split else self._removed)
        return min(line - self._part.start, self._removed - 1)

    def place_like(self, wanted: Halves) -> int | None:
        """Returns the row with the numbers of another one: those of the new side, where there is one."""
        old, new = wanted
        if new:
            y = new.number - self._part.new
            return y + (0 if self._split else self._removed) if 0 <= y < self._added else None
        y = old.number - self._part.old if old else -1
        return y if 0 <= y < self._removed else None

    def _old(self, y: int) -> Half | None:
        if y >= self._removed:
            return None
        facing = self._added_from + y if y < self._added else -1
        return Half(self._part.start + y, self._part.old + y, facing)

    def _new(self, y: int) -> Half | None:
        if y >= self._added:
            return None
        facing = self._part.start + y if y < self._removed else -1
        return Half(self._added_from + y, self._part.new + y, facing)


def rows_of(lines: Sequence[str], part: Part, *, split: bool) -> MadeRows | BlockRows:
    """Returns the rows of a part, with both sides beside each other or below each other."""
    if part.lines > LONG:
        return BlockRows(lines, part, split=split)
    make = _split_rows if split else _unified_rows
    return MadeRows(list(make(lines, part)))


def _number(half: Half | None) -> int | None:
    return half.number if half else None


def _unified_rows(lines: Sequence[str], part: Part) -> Iterator[Halves]:
    """Yields the lines of a part below each other; one that did not change has both numbers."""
    for removed, added, same in _changes(lines, part):
        facing = dict(_facing(lines, removed, added))
        yield from ((half._replace(facing=facing.get(half.line, -1)), None) for half in removed)
        back = {new: old for old, new in facing.items()}
        yield from ((None, half._replace(facing=back.get(half.line, -1))) for half in added)
        yield from same


def _split_rows(lines: Sequence[str], part: Part) -> Iterator[Halves]:
    """Yields the lines of a part beside each other."""
    for removed, added, same in _changes(lines, part):
        left, right = face([lines[half.line][1:] for half in removed], [lines[half.line][1:] for half in added])
        olds, news = dict(zip(left, removed, strict=True)), dict(zip(right, added, strict=True))
        for y in range(max(len(removed), len(added))):
            old, new = olds.get(y), news.get(y)
            if old and new:
                yield old._replace(facing=new.line), new._replace(facing=old.line)
            else:
                yield old, new
        yield from same


def _facing(lines: Sequence[str], removed: Sequence[Half], added: Sequence[Half]) -> Iterator[tuple[int, int]]:
    """Yields which removed line was replaced by which added one."""
    left, right = face([lines[half.line][1:] for half in removed], [lines[half.line][1:] for half in added])
    news = dict(zip(right, added, strict=True))
    for y, half in zip(left, removed, strict=True):
        if y in news:
            yield half.line, news[y].line


_Change = tuple[list[Half], list[Half], list[tuple[Half, Half]]]


def _changes(lines: Sequence[str], part: Part) -> Iterator[_Change]:
    """Yields removed lines, the added ones that replaced them, and the unchanged ones behind, again and again."""
    old, new = part.old, part.new
    removed: list[Half] = []
    added: list[Half] = []
    same: list[tuple[Half, Half]] = []
    for place in range(part.start, part.stop):
        sign = lines[place][:1]
        if sign == "\\":
            continue
        if (same and sign in ("-", "+")) or (added and sign == "-"):  # git writes removed lines before those added
            yield removed, added, same
            removed, added, same = [], [], []
        if sign == "-":
            removed.append(Half(place, old))
        elif sign == "+":
            added.append(Half(place, new))
        else:
            same.append((Half(place, old), Half(place, new)))
        old, new = old + (sign != "+"), new + (sign != "-")
    yield removed, added, same
