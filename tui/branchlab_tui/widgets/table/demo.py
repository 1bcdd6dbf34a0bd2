"""A table of made-up rows to look at and to measure; a click on a heading sorts."""

from __future__ import annotations

import gc
import random
import sys
from typing import TYPE_CHECKING, ClassVar

from textual.app import App

from branchlab_tui.widgets.table.column import Cell, Column, Kind
from branchlab_tui.widgets.table.table import LineTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from branchlab_tui.widgets.table.messages import ColumnDropped, HeadingClicked

_WORDS = ("warm", "cosine", "mixup", "wide", "deep", "drop", "seed", "lion", "sgd", "long", "aug", "bf16")
_STATES = (("● done", "better"), ("◐ run", "live"), ("✗ fail", "worse"), ("○ wait", "warn"))
_BARS = "▁▂▃▄▅▆▇█"
_SEED = 7
_FIRST_NUMBER = 3  # columns before the numbers


class DemoRows:
    """Rows of numbers that look like those of experiments, in any order."""

    def __init__(self, data: list[list[float]], order: Sequence[int]) -> None:
        self._data = data
        self.order = order
        self._places = {key: place for place, key in enumerate(order)}

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self.order)

    def key(self, place: int) -> str:
        """Returns the number of a row, which it keeps in every order."""
        return str(self.order[place])

    def place(self, key: str) -> int | None:
        """Returns where a row stands."""
        return self._places.get(int(key))

    def kind(self, place: int) -> Kind:  # noqa: ARG002 - all are alike
        """Tells that there are no groups."""
        return "row"

    def cell(self, place: int, column: str) -> Cell:
        """Returns a name, a state, a curve or a number."""
        row = self.order[place]
        if column == "name":
            return Cell(f"{_WORDS[row % 12]}-{_WORDS[row // 12 % 12]}-{row}")
        if column == "state":
            return Cell(*_STATES[row * 7 // 5 % 4])
        if column == "trend":
            return Cell("".join(_BARS[(row * step // 3 + step) % 8] for step in range(1, 9)), "dim")
        value = self._data[row][int(column)]
        style = ("better" if value > 0.9 else "worse" if value < 0.1 else "") if int(column) % 4 == 0 else ""  # noqa: PLR2004
        return Cell(f"{value:.4f}", style)

    def sorted_by(self, column: str, *, descending: bool) -> DemoRows:
        """Returns the same rows in another order."""
        if column.isdigit():
            order = sorted(self.order, key=lambda row: self._data[row][int(column)], reverse=descending)
        else:
            texts = {row: self.cell(place, column).text for place, row in enumerate(self.order)}
            order = sorted(self.order, key=texts.__getitem__, reverse=descending)
        return DemoRows(self._data, order)


class Demo(App[None]):
    """Nothing but a table."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "quit"), ("s", "sort", "sort by this column")]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: int = 1000, columns: int = 12) -> None:
        super().__init__()
        chance = random.Random(_SEED)  # noqa: S311 - made-up rows
        numbers = range(max(columns - _FIRST_NUMBER, 0))
        data = [[chance.random() for _ in numbers] for _ in range(rows)]
        self._rows = DemoRows(data, range(rows))
        self._columns = [
            Column("name", "experiment", 18),
            Column("state", "state", 6),
            Column("trend", "trend", 8),
            *(Column(str(number), f"val/metric{number}", 8 + number % 4, "right") for number in numbers),
        ][:columns]
        self._sorted: list[tuple[str, bool]] = []

    def compose(self) -> ComposeResult:
        """Shows the table."""
        yield LineTable()

    def on_mount(self) -> None:
        """Fills the table."""
        self._show()
        gc.freeze()  # else the next full collection walks all numbers in the middle of a key press, for 30 ms

    def on_heading_clicked(self, message: HeadingClicked) -> None:
        """Sorts by a column, or turns the order round."""
        self.sort(message.column, add=message.add)

    def on_column_dropped(self, message: ColumnDropped) -> None:
        """Moves a column."""
        moved = next(column for column in self._columns if column.key == message.column)
        self._columns.remove(moved)
        keys = [column.key for column in self._columns]
        self._columns.insert(keys.index(message.before) if message.before else len(keys), moved)
        self._show()

    def action_sort(self) -> None:
        """Sorts by the column under the cursor."""
        if column := self.query_one(LineTable).cursor_column:
            self.sort(column)

    def sort(self, column: str, *, add: bool = False) -> None:
        """Sorts by a column, from large to small at first; `add` keeps those that sort already."""
        descending = (column, True) not in self._sorted
        kept = [entry for entry in self._sorted if add and entry[0] != column]
        self._sorted = [*kept, (column, descending)]
        for key, down in reversed(self._sorted):
            self._rows = self._rows.sorted_by(key, descending=down)
        self._show()

    def _show(self) -> None:
        self.query_one(LineTable).show(self._rows, self._columns, sorted_by=self._sorted, sticky=("3",))


def main() -> None:
    """Runs the demo; its arguments are the numbers of rows and columns."""
    Demo(*(int(argument) for argument in sys.argv[1:3])).run()
