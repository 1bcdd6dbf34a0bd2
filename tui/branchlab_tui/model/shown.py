"""The rows that a table shows, asked for one cell at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab_tui.model.cells import Judged, Light, cell_of
from branchlab_tui.model.grouping import Group, group_key
from branchlab_tui.model.rows import RawRows
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.widgets.table.column import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.columns import ColumnInfo
    from branchlab_tui.model.snapshot import Snapshot


class ShownRows:
    """Lines of a table; each is a place in the snapshot, a group's heading, or the baseline behind the last line.

    Args:
        experiments: of the snapshot.
        keys: the row key of each.
        lines: places in `experiments`, and headings.
        infos: the columns.
        light: what cells are seen by.
        best: places of the best value by metric.
        front: places of what no other beats.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        keys: Sequence[str],
        lines: Sequence[int | Group],
        infos: Sequence[ColumnInfo],
        light: Light,
        best: Mapping[str, frozenset[int]],
        front: frozenset[int],
    ) -> None:
        self._experiments = experiments
        self._keys = keys
        self._lines = lines
        self._infos = {info.key: info for info in infos}
        self._light = light
        self._best = best
        self._front = front
        self._baseline = row_key(light.baseline) if light.baseline else ""
        self._places: dict[str, int] | None = None

    def at(self, now: float, snapshot: Snapshot | None = None) -> ShownRows:
        """Returns the same lines a moment later, with the newer values of a snapshot that has the same rows."""
        light, experiments = self._light._replace(now=now), self._experiments
        if snapshot is not None:
            baseline = snapshot.find(self._baseline) if self._baseline else None
            light, experiments = light._replace(live=snapshot.live, baseline=baseline), snapshot.experiments
        rows = ShownRows(
            experiments, self._keys, self._lines, tuple(self._infos.values()), light, self._best, self._front
        )
        # The lines are the same, so the map that was made for them still holds.
        rows._places = self._places
        return rows

    def __len__(self) -> int:
        """Returns the number of lines."""
        return len(self._lines)

    def key(self, place: int) -> str:
        """Returns the row key, for a heading that of its group."""
        if place == len(self._lines) and self._baseline:
            return self._baseline
        line = self._lines[place]
        return group_key(line.name) if isinstance(line, Group) else self._keys[line]

    def kind(self, place: int) -> Literal["row", "group"]:
        """Tells a row from a group's heading."""
        return "group" if place < len(self._lines) and isinstance(self._lines[place], Group) else "row"

    def place(self, key: str) -> int | None:
        """Returns the place of a key; the baseline's is behind the last line where it is not in the list."""
        experiments, lines = self._experiments, self._lines
        # Found in the text: a map of all keys would read ten thousand for the one under the cursor.
        if isinstance(experiments, RawRows) and isinstance(lines, range):  # the newest, in their order
            found = experiments.place(key)
            return len(lines) if found is None and key == self._baseline else found if found in lines else None
        if self._places is None:
            keys = self._keys
            self._places = {
                group_key(line.name) if isinstance(line, Group) else keys[line]: place
                for place, line in enumerate(self._lines)
            }
            if self._baseline:
                self._places.setdefault(self._baseline, len(self._lines))
        return self._places.get(key)

    def experiment(self, place: int) -> Experiment | None:
        """Returns what a row is about; None for a heading."""
        if place == len(self._lines):
            return self._light.baseline
        line = self._lines[place]
        return None if isinstance(line, Group) else self._experiments[line]

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows."""
        line = self._lines[place] if place < len(self._lines) else -1
        if isinstance(line, Group):
            return Cell(line.text, "title") if column == next(iter(self._infos)) else Cell("")
        one = self.experiment(place)
        if one is None:
            return Cell("")
        key = self.key(place)
        best = line in self._best.get(column.partition(".")[2], ())
        return cell_of(
            one, self._infos[column], Judged(key, key == self._baseline, line in self._front, best), self._light
        )

    def running(self) -> tuple[str, ...]:
        """Returns the keys of the rows that are running."""
        return tuple(key for key in self._light.live if self.place(key) is not None)
