"""The table as the user arranged it: filtered, sorted, grouped, judged against the baseline. Free of I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.catalog.query import select
from branchlab.catalog.sorting import sort_experiments
from branchlab.compare.ranking import RANKED, Measurements, rank
from branchlab.report.style import FRONT
from branchlab.report.values import metric_cell, seconds_since, short_id, show_scalar, status_cell
from branchlab.text import format_age, format_duration, safe_text
from branchlab.tuples import NamedTuple
from branchlab_tui.model.columns import ColumnInfo, default_columns
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.widgets.table.column import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.catalog.terms import Query
    from branchlab.compare.ranking import Ranking
    from branchlab.experiment import Experiment
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


class Arranged(NamedTuple):
    """What the table shows.

    Attributes:
        rows: for the table widget.
        columns: in order, the name first.
        sticky: keys of the rows that are frozen under the heading: the baseline.
        matched: how many experiments fit the query, also those in closed groups.
        total: how many there are.
        best: row keys by column of a metric, where its best value stands.
        front: row keys of the experiments that no other beats in every optimised metric.
        groups: names of the groups in their order; empty when rows are not grouped.
    """

    rows: ShownRows
    columns: tuple[Column, ...]
    sticky: tuple[str, ...]
    matched: int
    total: int
    best: Mapping[str, frozenset[str]] = {}
    front: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()


class ShownRows:
    """The rows of the table."""

    def __init__(self, shown: Sequence[Experiment], baseline: Experiment | None, ranking: Ranking, now: float) -> None:
        self._shown = [*shown, *([baseline] if baseline else [])]
        self._count = len(shown)
        self._ranking = ranking
        self._now = now
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        """Returns the number of rows in the list."""
        return self._count

    def key(self, place: int) -> str:
        """Returns the row key."""
        return row_key(self._shown[place])

    def kind(self, place: int) -> Literal["row", "group"]:
        """Returns `row`."""
        return "row" if place >= 0 else "group"

    def place(self, key: str) -> int | None:
        """Returns the place of a key; None when it is not shown."""
        if self._places is None:
            self._places = {row_key(one): place for place, one in enumerate(self._shown)}
        return self._places.get(key)

    def cell(self, place: int, column: str) -> Cell:
        """Returns what a cell shows."""
        one = self._shown[place]
        table, _, name = column.partition(".")
        if column == "name":
            front = place in self._ranking.front
            return Cell(f"{safe_text(one.name)}{f' {FRONT}' if front else ''}", "bold" if front else "")
        if column == "status":
            return Cell(*status_cell(one.status, stale=one.stale)[:2])
        if column == "age":
            age = seconds_since(one.started, self._now)
            return Cell("" if age is None else format_age(age), "dim")
        if column == "seconds":
            return Cell("" if one.seconds is None else format_duration(one.seconds), "dim")
        if column == "commit":
            return Cell(short_id(one.commit), "dim")
        if table == "metrics":
            ranking = self._ranking
            best, apart = ranking.best.get(name, frozenset()), ranking.apart.get(name, frozenset())
            return Cell(*metric_cell(one.metrics.get(name), best=place in best, apart=place in apart)[:2])
        if table in ("params", "best"):
            return Cell(safe_text(show_scalar(getattr(one, table).get(name))))
        return Cell(safe_text(str(getattr(one, column, "") or "")))


def make_listing(snapshot: Snapshot, state: TableState, query: Query, now: float) -> Arranged:
    """Returns the table as the user arranged it.

    Args:
        snapshot: the newest look at the repository.
        state: what is shown, and in which order; its query is given parsed.
        query: which experiments are shown.
        now: seconds since the epoch, for ages and clocks.
    """
    settings = snapshot.workspace.settings
    shown = select(query, snapshot.experiments)
    for key, turned in reversed(state.sort):
        shown = sort_experiments(shown, "started" if key == "age" else key, settings=settings, reverse=turned)
    measured = [Measurements(one.metrics if one.status in RANKED else {}, one.data) for one in shown]
    ranking = rank(measured, settings)
    if state.front:
        shown = [one for place, one in enumerate(shown) if place in ranking.front]
    infos = default_columns(snapshot, state)
    baseline = snapshot.find(state.baseline) or snapshot.baseline
    sticky = (row_key(baseline),) if baseline else ()
    columns = tuple(_column(info, state) for info in infos)
    return Arranged(ShownRows(shown, baseline, ranking, now), columns, sticky, len(shown), len(snapshot.experiments))


def _column(info: ColumnInfo, state: TableState) -> Column:
    width = state.widths.get(info.key, info.width)
    return Column(info.key, info.title, width, info.align, info.key in state.pinned)
