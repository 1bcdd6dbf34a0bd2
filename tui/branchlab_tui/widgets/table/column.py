"""What a table shows: columns, cells, and rows that are asked for what is visible only. Free of Textual."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

from branchlab.tuples import NamedTuple

Align = Literal["left", "right"]
Kind = Literal["row", "group"]

STYLES = ("better", "worse", "best", "dim", "bold", "warn", "live", "title")


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: its identity; unique within a table.
        title: the heading, of harmless text.
        width: cells of its content; the gap between columns is the table's own.
        align: the side that its cells keep to; the heading follows.
        pinned: whether it stays in sight while others scroll; the first column always does.
        style: style of its cells that have none of their own.
        chosen: whether a person set the width; the first column then takes it also from the others.
    """

    key: str
    title: str
    width: int
    align: Align = "left"
    pinned: bool = False
    style: str = ""
    chosen: bool = False


class Cell(NamedTuple):
    """What stands where a row and a column meet.

    Attributes:
        text: harmless text (`branchlab.text.safe_text`), never markup.
        style: one of `STYLES`, or nothing.
    """

    text: str
    style: str = ""


class Rows(Protocol):
    """What a table shows: immutable, and replaced as a whole.

    Rows that are frozen under the heading but not part of the list have places from `len()` on; only
    `place` finds those (see `PlacedRows`).
    """

    def __len__(self) -> int:
        """Returns the number of rows in the list."""
        ...

    def key(self, place: int) -> str:
        """Returns the identity of a row; cursor and marks follow it."""
        ...

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows; asked for visible cells only."""
        ...

    def kind(self, place: int) -> Kind:
        """Tells a row from a group's heading, whose text is its cell in the first column and spans the line."""
        ...


@runtime_checkable
class PlacedRows(Protocol):
    """Rows that know where a key stands, which spares the table a walk over all keys."""

    def place(self, key: str) -> int | None:
        """Returns the place of a key, from `len()` on for a row that is only ever frozen; None if unknown."""
        ...


class NoRows:
    """No rows at all: what a table shows before it is told anything."""

    def __len__(self) -> int:
        """Returns 0."""
        return 0

    def key(self, place: int) -> str:
        """Raises IndexError: there is no row."""
        raise IndexError(place)

    def cell(self, place: int, column: str) -> Cell:
        """Raises IndexError: there is no row."""
        raise IndexError((place, column))

    def kind(self, place: int) -> Kind:
        """Raises IndexError: there is no row."""
        raise IndexError(place)
