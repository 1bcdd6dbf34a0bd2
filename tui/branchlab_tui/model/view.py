"""The table as the user arranged it: filtered, sorted, grouped, judged against the baseline. Free of I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.terms import Query
from branchlab.tuples import NamedTuple
from branchlab_tui.model.cells import Light, metric_width
from branchlab_tui.model.columns import ColumnInfo, default_columns, differs
from branchlab_tui.model.grouping import Group, grouped
from branchlab_tui.model.judging import Judge
from branchlab_tui.model.ordering import in_order
from branchlab_tui.model.sheet import sheet_of
from branchlab_tui.model.shown import ShownRows
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.model.state import TableState
from branchlab_tui.widgets.table.column import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.model.curves import Sparks
    from branchlab_tui.model.sheet import Sheet
    from branchlab_tui.model.snapshot import Snapshot

_PARTLY = 300  # rows that are arranged while the others are still being read
_MARK = 2  # cells before the names for the baseline's mark and that of the front


class Arranged(NamedTuple):
    """What the table shows.

    Attributes:
        rows: for the table widget.
        columns: in order, the name first.
        sticky: keys of the rows that are frozen under the heading: the baseline.
        matched: how many experiments fit the query, also those in closed groups.
        total: how many there are.
        best: row keys by metric, where its best value stands.
        front: row keys of the experiments that no other beats in every optimised metric.
        groups: in their order; empty when rows are not grouped.
        infos: what is known of each column.
        partly: only the newest experiments were looked at, for the others are still being read.
        layout: of the snapshot: which rows it has, and where.
    """

    rows: ShownRows
    columns: tuple[Column, ...]
    sticky: tuple[str, ...]
    matched: int
    total: int
    best: Mapping[str, frozenset[str]] = {}
    front: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    infos: tuple[ColumnInfo, ...] = ()
    partly: bool = False
    layout: int = 0

    @property
    def curves(self) -> tuple[str, ...]:
        """The metrics whose curves are shown."""
        return tuple(info.key.removeprefix("curve:") for info in self.infos if info.kind == "curve")

    @property
    def ticking(self) -> tuple[str, ...]:
        """Keys of the rows whose text changes with the clock: the running ones."""
        return self.rows.running()

    def at(self, now: float) -> Arranged:
        """Returns the same a moment later: ages and clocks go on."""
        return self._replace(rows=self.rows.at(now))

    def follow(self, snapshot: Snapshot, now: float) -> Arranged | None:
        """Returns the same rows in the same order as a newer snapshot has them; None when rows came or went.

        Live values then do not move under the user's hand. It takes microseconds, where `make_listing` takes ten
        milliseconds; that one has to be called now and then to put the rows in order again.
        """
        if snapshot.layout != self.layout or not snapshot.complete or self.partly:
            return None
        return self._replace(rows=self.rows.at(now, snapshot))


def make_listing(
    snapshot: Snapshot, state: TableState, query: Query, now: float, sparks: Sparks | None = None
) -> Arranged:
    """Returns the table as the user arranged it.

    Args:
        snapshot: the newest look at the repository.
        state: what is shown, and in which order; its query is given parsed.
        query: which experiments are shown.
        now: seconds since the epoch, for ages and clocks.
        sparks: small curves that were read already.
    """
    sheet = sheet_of(snapshot)
    baseline = (snapshot.find(state.baseline) if state.baseline else None) or snapshot.baseline
    judge = Judge(sheet, baseline)
    partly = not sheet.decoded and bool(state.query or state.sort or state.group or state.front)
    rows = _rows(sheet, state, query, partly=partly)
    front = judge.front(rows) if sheet.decoded else frozenset()
    if state.front and sheet.decoded:
        rows = [row for row in rows if row in front]
    infos = _infos(snapshot, state, sheet, rows)
    metrics = [info.key.partition(".")[2] for info in infos if info.kind == "metrics" and info.goal]
    best = judge.best(metrics, rows) if sheet.decoded else {}
    groups = tuple(grouped(sheet, state.group, rows, state.folded, judge)) if state.group else ()
    lines = _lines(groups) if groups else rows
    # Without either, names do without the two cells for a mark.
    marked = bool(front) or baseline is not None
    light = Light(sheet.settings, now, state.delta, baseline, judge.comparable, snapshot.live, sparks, marked=marked)
    keys = sheet.row_keys()
    return Arranged(
        rows=ShownRows(sheet.experiments, keys, lines, infos, light, best, front),
        columns=tuple(_column(info, state, baseline, marked=marked) for info in infos),
        sticky=(row_key(baseline),) if baseline else (),
        matched=len(rows),
        total=len(sheet),
        best={name: frozenset(keys[row] for row in winners) for name, winners in best.items()},
        front=frozenset(keys[row] for row in front),
        groups=groups,
        infos=infos,
        partly=partly,
        layout=snapshot.layout,
    )


def prepare(snapshot: Snapshot) -> None:
    """Makes what most arrangements of a snapshot need; call it in the thread that read it, before it is shown."""
    make_listing(snapshot, TableState(), Query("", ((),)), 0.0)
    snapshot.find("")  # counts out the places of all rows


def _rows(sheet: Sheet, state: TableState, query: Query, *, partly: bool) -> Sequence[int]:
    if not partly:
        order = in_order(sheet, state.sort)
        return _matching(sheet, query, order) if any(query.alternatives) else order
    return _first_rows(sheet, state, query)


def _first_rows(sheet: Sheet, state: TableState, query: Query) -> Sequence[int]:
    """Arranges the newest rows only: decoding all of them here would hold up the first screen."""
    from branchlab_tui.model.sheet import Sheet as Part

    part = Part(sheet.experiments[:_PARTLY], sheet.settings)
    return _matching(part, query, in_order(part, state.sort))


def _matching(sheet: Sheet, query: Query, rows: Sequence[int]) -> Sequence[int]:
    from branchlab_tui.model.matching import matching  # the start mostly filters nothing

    return matching(sheet, query, rows)


def _lines(groups: Sequence[Group]) -> list[int | Group]:
    lines: list[int | Group] = []
    for group in groups:
        lines.append(group)
        if not group.folded:
            lines += group.rows
    return lines


def _infos(snapshot: Snapshot, state: TableState, sheet: Sheet, rows: Sequence[int]) -> tuple[ColumnInfo, ...]:
    infos = default_columns(snapshot, state)
    if not state.only_changed:
        return infos
    changed = [info for info in infos[1:] if info.key in state.pinned or differs(sheet, info.key, rows)]
    return (infos[0], *changed)


def _column(info: ColumnInfo, state: TableState, baseline: Experiment | None, *, marked: bool) -> Column:
    width = info.width
    if info.kind == "metrics":
        width = metric_width(info, state.delta if baseline else "value")
    elif info.key == "name" and marked:
        width += _MARK
    chosen = info.key in state.widths
    width = state.widths.get(info.key, width)
    return Column(info.key, info.title, width, info.align, info.key in state.pinned, chosen=chosen)
