"""Which columns of a table are in sight, where they stand and how wide they are. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.widgets.table.column import Column

GUTTER = 2  # cells before the first column: the cursor's mark and that of marked rows
GAP = 2  # cells between columns

_LEAST = 6  # cells of which a part of a text still says something
# Before these shares one long name left room for a single metric at 80 columns.
_FROZEN_SHARE = 0.6  # of the line that columns which do not scroll may take while there are others
_NAME_SHARE = 0.36  # of the line that the first column takes at most where the others need the room
_LEAST_NAME = 18


class Slot(NamedTuple):
    """Where a column stands: cells from the left edge, and its width, which the edge of the line may cut."""

    column: Column
    x: int
    width: int


class Layout(NamedTuple):
    """The columns in sight, from left to right.

    Attributes:
        slots: what stands where.
        width: cells of the whole line.
        frozen: how many of the slots do not scroll.
        first: how many columns are hidden between the frozen and the other ones in sight.
        more: whether columns are hidden, or cut, behind the right edge.
    """

    slots: tuple[Slot, ...]
    width: int
    frozen: int
    first: int
    more: bool

    def at(self, x: int) -> Column | None:
        """Returns the column at a cell; the gap behind a column belongs to it."""
        found = [slot.column for slot in self.slots if slot.x <= x < slot.x + slot.width + GAP]
        return found[0] if found else None

    def edge_at(self, x: int) -> Slot | None:
        """Returns the column whose right edge, the gap behind it, is at a cell."""
        found = [slot for slot in self.slots if slot.x + slot.width <= x < slot.x + slot.width + GAP]
        return found[0] if found else None


def in_order(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Returns the columns as they are drawn: the first, the pinned ones, and the others."""
    rest = columns[1:]
    return (
        *columns[:1],
        *(column for column in rest if column.pinned),
        *(column for column in rest if not column.pinned),
    )


def lay_out(columns: Sequence[Column], width: int, first: int) -> Layout:
    """Returns the layout of a line with `first` columns scrolled out of sight, or fewer if the rest has room.

    Frozen columns that would leave no room for others scroll as well, the first one excepted; it is cut instead.
    """
    ordered = in_order(columns)
    slots = _frozen(ordered, width)
    start = slots[-1].x + slots[-1].width + GAP if slots else GUTTER
    loose = ordered[len(slots) :]
    first = max(min(first, _last_first(loose, width - start)), 0)
    shown, more = _fill(loose[first:], start, width)
    return Layout((*slots, *shown), width, len(slots), first, more)


def reveal(columns: Sequence[Column], width: int, first: int, key: str) -> int:
    """Returns how many columns to scroll out of sight, as near to `first` as possible, to see one in full."""
    layout = lay_out(columns, width, first)
    loose = [column.key for column in in_order(columns)[layout.frozen :]]
    if key not in loose:
        return layout.first
    place = loose.index(key)
    first = min(layout.first, place)
    while first < place and not _in_full(lay_out(columns, width, first), key):
        first += 1
    return first


def _in_full(layout: Layout, key: str) -> bool:
    return any(slot.column.key == key and slot.width == slot.column.width for slot in layout.slots)


def _frozen(ordered: Sequence[Column], width: int) -> tuple[Slot, ...]:
    if not ordered:
        return ()
    name, room = ordered[0], max(width - GUTTER, 0)
    slots = [Slot(name, GUTTER, _name_width(ordered, room))]
    for column in ordered[1:]:
        x = slots[-1].x + slots[-1].width + GAP
        if not column.pinned or x + column.width > room * _FROZEN_SHARE:
            break
        slots.append(Slot(column, x, column.width))
    return tuple(slots)


def _name_width(ordered: Sequence[Column], room: int) -> int:
    """Returns the cells of the first column: all it wants where there is room, else a share of the line."""
    name, rest = ordered[0], ordered[1:]
    if not rest:
        return min(name.width, room)
    left = room - sum(column.width + GAP for column in rest)
    share = room * _FROZEN_SHARE if name.chosen else max(room * _NAME_SHARE, _LEAST_NAME, left)
    return min(name.width, int(min(share, max(room * _FROZEN_SHARE, left))))


def _last_first(loose: Sequence[Column], room: int) -> int:
    """Returns how many columns must be hidden for the last one to be in sight in full."""
    first = len(loose)
    for column in reversed(loose):
        room -= column.width
        if room < 0:
            break
        room -= GAP
        first -= 1
    return min(first, len(loose) - 1)  # not all: what is wider than the room is cut instead


def _fill(loose: Sequence[Column], x: int, width: int) -> tuple[list[Slot], bool]:
    """Returns as many columns as there is room for, and whether there was too little.

    Of a text a part is shown, of a number none: what is left of it would pass for another number.
    """
    slots: list[Slot] = []
    for column in loose:
        room = width - x
        if room < column.width:
            if room >= _LEAST and (column.align == "left" or not slots):
                slots.append(Slot(column, x, room))
            return slots, True
        slots.append(Slot(column, x, column.width))
        x += column.width + GAP
    return slots, False
