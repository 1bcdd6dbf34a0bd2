"""What the keys of the table do to how it looks: from one state to the next, without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.model.state import Delta, TableState

NAME = "name"  # key of the first column, which stays where it is
DELTAS: tuple[Delta, ...] = ("value", "both", "delta", "percent")


def sort_by(state: TableState, column: str) -> TableState:
    """Sorts by one column alone; again turns the order round, and again goes back to newest first."""
    if state.sort == ((column, False),):
        return state._replace(sort=((column, True),))
    return state._replace(sort=() if state.sort == ((column, True),) else ((column, False),))


def also_sort_by(state: TableState, column: str) -> TableState:
    """Sorts by a column where those before it are equal; again turns it round, and again leaves it out."""
    turned = dict(state.sort).get(column)
    if turned is None:
        return state._replace(sort=(*state.sort, (column, False)))
    if turned:
        return state._replace(sort=tuple(pair for pair in state.sort if pair[0] != column))
    return state._replace(sort=tuple((key, way or key == column) for key, way in state.sort))


def pin(state: TableState, column: str) -> TableState:
    """Keeps a column in sight while others scroll, or lets it go."""
    if column == NAME:
        return state
    left = tuple(key for key in state.pinned if key != column)
    return state._replace(pinned=left if column in state.pinned else (*left, column))


def hide(state: TableState, column: str, shown: Sequence[str]) -> TableState:
    """Leaves a column out; `shown` are those of now. The last one stays."""
    left = tuple(key for key in shown if key not in (column, NAME))
    if column == NAME or not left or column not in shown:
        return state
    # From now on the columns are chosen ones: a metric that comes later is not among them.
    return state._replace(columns=left, pinned=tuple(key for key in state.pinned if key != column))


def move(state: TableState, column: str, before: str | None, shown: Sequence[str]) -> TableState:
    """Puts a column before another one, or last; `shown` are those of now."""
    if column == NAME or column not in shown:
        return state
    others = [key for key in shown if key not in (column, NAME)]
    # Dropped on the name it becomes the first behind it, for the name stays.
    place = others.index(before) if before in others else 0 if before == NAME else len(others)
    return state._replace(columns=(*others[:place], column, *others[place:]))


def set_width(state: TableState, column: str, width: int | None) -> TableState:
    """Gives a column a width of its own; None for the usual one."""
    widths = {key: cells for key, cells in state.widths.items() if key != column}
    return state._replace(widths=widths if width is None else {**widths, column: width})


def next_delta(state: TableState) -> TableState:
    """Goes on to the next way of showing metrics."""
    return state._replace(delta=DELTAS[(DELTAS.index(state.delta) + 1) % len(DELTAS)])


def choose_baseline(state: TableState, key: str) -> TableState:
    """Compares with this row; again compares with the baseline of the project."""
    return state._replace(baseline="" if state.baseline == key else key)


def fold(state: TableState, group: str) -> TableState:
    """Closes a group, or opens it."""
    left = tuple(key for key in state.folded if key != group)
    return state._replace(folded=left if group in state.folded else (*left, group))


def fold_all(state: TableState, groups: Sequence[str]) -> TableState:
    """Closes all groups, or opens them when all are closed."""
    # `folded` may name groups that a filter hides now.
    return state._replace(folded=() if set(groups) <= set(state.folded) else tuple(groups))


def group_by(state: TableState, group: str) -> TableState:
    """Groups rows by something else, all groups open."""
    return state if state.group == group else state._replace(group=group, folded=())


def choose_columns(state: TableState, columns: Sequence[str], pinned: Sequence[str]) -> TableState:
    """Shows exactly these columns after the name, in this order."""
    kept = tuple(key for key in columns if key != NAME)
    return state._replace(columns=kept, pinned=tuple(key for key in pinned if key in kept))
