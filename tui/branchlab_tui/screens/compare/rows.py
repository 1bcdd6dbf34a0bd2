"""The table of a comparison as the table widget asks for it: an experiment is a column, what is compared a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.report.style import FRONT
from branchlab.report.values import metric_title, status_cell
from branchlab.report.width import display_width
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.compare.cells import code_cells, metric_cells, value_cells
from branchlab_tui.screens.compare.chosen import names_of
from branchlab_tui.screens.compare.verdicts import verdict_cell
from branchlab_tui.widgets.lines.signs import CLOSED, OPEN
from branchlab_tui.widgets.table.column import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from branchlab.compare.comparison import Comparison, Row
    from branchlab_tui.model.state import Delta
    from branchlab_tui.screens.compare.reading import Compared

REFERENCE = "⌂"
PARTS = "parts of "
TITLES = {
    "params": "PARAMETERS",
    "metrics": "METRICS",
    "data": "DATA",
    "environment": "ENVIRONMENT",
    "resources": "RESOURCES",
}
_NAME = "what"
_MOST_NAME = 36
_LEAST_NAME = 12
_NAME_SHARE = 3  # of the line that names take at most: one third
_MOST_VALUE = 22
_LEAST_VALUE = 9
_MOST_TITLE = 18


Cells = dict[tuple[str, str, "Delta"], tuple[Cell, ...]]


class Line(NamedTuple):
    """A line of the table: a section's heading, or a row with a cell for each experiment."""

    key: str
    name: str
    cells: tuple[Cell, ...] = ()
    heading: bool = False


class ComparedRows:
    """The rows that are shown.

    Args:
        compared: what was read.
        everything: rows that are equal everywhere too.
        delta: what is shown of a metric.
        folded: sections that are closed, and metrics whose splits and slices are open, with `PARTS` before their names.
        order: places of the experiments, from left to right.
        known: cells that were made before of what was read, to which others are added.
    """

    def __init__(
        self,
        compared: Compared,
        comparison: Comparison,
        *,
        everything: bool = False,
        delta: Delta = "value",
        folded: Collection[str] = (),
        order: Sequence[int] | None = None,
        known: Cells | None = None,
    ) -> None:
        self._compared = compared
        self._order = list(range(len(compared.ones))) if order is None else list(order)
        self._places = {row_key(one): place for place, one in enumerate(compared.ones)}
        self._known: Cells = {} if known is None else known
        self._lines = list(self._make(comparison, everything=everything, delta=delta, folded=folded))
        self._front = comparison.front

    def __len__(self) -> int:
        """Returns the number of lines."""
        return len(self._lines)

    def key(self, place: int) -> str:
        """Returns the key of a line: its section and its name."""
        return self._lines[place].key

    def kind(self, place: int) -> Literal["row", "group"]:
        """Tells a section's heading from its rows."""
        return "group" if self._lines[place].heading else "row"

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows."""
        line = self._lines[place]
        if column == _NAME:
            return Cell(line.name)
        return line.cells[self._places[column]]

    def place(self, key: str) -> int | None:
        """Returns the place of a key; None when it is not shown."""
        return next((place for place, line in enumerate(self._lines) if line.key == key), None)

    def folder_of(self, key: str) -> str:
        """Returns what opens or closes a row: its section, or the metric whose splits and slices belong to it."""
        section, _, name = key.partition("/")
        metric = self._compared.metric_of.get(name, name)
        has_parts = any(of == metric != one for one, of in self._compared.metric_of.items())
        return f"{PARTS}{metric}" if section == "metrics" and name and has_parts else section

    def holding(self, text: str) -> list[str]:
        """Returns the keys of the rows with a text in their name, small letters or capitals."""
        wanted = text.lower()
        return [line.key for line in self._lines if not line.heading and wanted in line.name.lower()]

    def columns(self, width: int) -> tuple[Column, ...]:
        """Returns a column for the names and one for each experiment; `width` is that of the whole table in cells."""
        longest = max((display_width(line.name) for line in self._lines if not line.heading), default=0)
        name = max(min(longest, width // _NAME_SHARE, _MOST_NAME), _LEAST_NAME)
        return (Column(_NAME, "", name), *self._value_columns())

    def markdown(self) -> str:
        """Returns what is shown as a table of Markdown."""
        from branchlab.report import table as report
        from branchlab.report.formats import to_markdown

        columns = [
            report.Column(column.title, "right" if place else "left") for place, column in enumerate(self.columns(0))
        ]
        rows = [[report.Cell(text) for text in self._texts(line)] for line in self._lines]
        return to_markdown(report.Table(columns, rows))

    def _make(
        self, comparison: Comparison, *, everything: bool, delta: Delta, folded: Collection[str]
    ) -> Iterator[Line]:
        yield from _first_lines(self._compared, comparison)
        for kind, title in TITLES.items():
            rows = [row for row in comparison.rows if row.kind == kind]
            if not rows:
                continue
            shown = [row for row in rows if everything or row.differs]
            sign = " " if not shown else CLOSED if kind in folded else OPEN
            yield Line(kind, f"{sign} {title}  {_summary(len(rows), sum(row.differs for row in rows))}", heading=True)
            if kind in folded:
                continue
            named = _named_metrics(shown, self._compared, folded) if kind == "metrics" else _named(shown)
            for key, name, row in named:
                blank = (Cell(""),) * len(self._compared.ones)
                yield Line(key, name, self._cells(row, comparison, delta) if row else blank)

    def _cells(self, row: Row, comparison: Comparison, delta: Delta) -> tuple[Cell, ...]:
        compared, key = self._compared, (row.kind, row.name, delta)
        # Made once for each reading: folding and ordering 40 experiments takes 9 ms with it.
        if key not in self._known:
            made = (
                metric_cells(row, compared.judged, compared.against, delta)
                if row.kind == "metrics"
                else value_cells(row, comparison.sides, compared.against)
            )
            self._known[key] = tuple(made)
        return self._known[key]

    def _texts(self, line: Line) -> list[str]:
        if line.heading:
            # In a text nothing folds.
            return [line.name.lstrip(f"{OPEN}{CLOSED} ")] + [""] * len(self._order)
        return [line.name.strip(), *(line.cells[place].text.strip() for place in self._order)]

    def _value_columns(self) -> Iterator[Column]:
        names = names_of(self._compared.ones)
        for place in self._order:
            reference = place == self._compared.against
            mark = f"{REFERENCE if reference else ''}{FRONT if place in self._front else ''}"
            title = f"{mark} {names[place]}" if mark else names[place]
            widest = max((display_width(line.cells[place].text) for line in self._lines if line.cells), default=0)
            # Titles give way before values: a short name still says which experiment it is, half a number lies.
            width = max(min(widest, _MOST_VALUE), min(display_width(title), _MOST_TITLE), _LEAST_VALUE)
            key = row_key(self._compared.ones[place])
            yield Column(key, title, width, "right", pinned=reference)


def _first_lines(compared: Compared, comparison: Comparison) -> Iterator[Line]:
    sides, against = comparison.sides, compared.against
    states = [Cell(*status_cell(side.record.run.status, stale=side.stale)[:2]) for side in sides]
    yield Line("status", "status", tuple(states))
    verdicts = (Cell("") if place == against else verdict_cell(one) for place, one in enumerate(compared.judged))
    yield Line("verdict", "verdict", tuple(verdicts))
    yield Line("code", "code", tuple(code_cells(compared.code, sides, against)))


def _summary(rows: int, differ: int) -> str:
    return "the same everywhere" if not differ else f"{differ} of {rows} differ{'s' if differ == 1 else ''}"


_Named = tuple[str, str, "Row | None"]  # key, name, and the row; None for a metric that only its parts have


def _named(rows: Sequence[Row]) -> Iterator[_Named]:
    return ((_key(row), f"  {safe_text(row.name)}", row) for row in rows)


def _named_metrics(rows: Sequence[Row], compared: Compared, folded: Collection[str]) -> Iterator[_Named]:
    """Yields metrics with their names; splits and slices stand below their metric where that is open."""
    metric_of = compared.metric_of
    parts: dict[str, list[Row]] = {}
    for row in rows:
        # Also without rows of its own: a metric that only its parts have is a line to fold them under.
        found = parts.setdefault(metric_of.get(row.name, row.name), [])
        if metric_of.get(row.name, row.name) != row.name:
            found.append(row)
    own = {row.name: row for row in rows}
    for metric, below in parts.items():
        first = own.get(metric)
        is_open = f"{PARTS}{metric}" in folded
        sign = " " if not below else OPEN if is_open else CLOSED
        title = metric_title(metric, first.goal, first.unit) if first else metric
        yield f"metrics/{metric}", f"{sign} {safe_text(title)}", first
        if is_open:
            yield from ((_key(row), f"    {_part_title(row, metric)}", row) for row in below)


def _part_title(row: Row, metric: str) -> str:
    """Returns `class=0` for `slices.class=0.accuracy` below accuracy, `test` for `test.accuracy`."""
    return safe_text(row.name.removesuffix(f".{metric}").removeprefix("slices."))


def _key(row: Row) -> str:
    return f"{row.kind}/{row.name}"
