"""How the table of experiments looks: what a session remembers and a saved view holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Delta = Literal["value", "both", "delta", "percent"]


class TableState(NamedTuple):
    """What is shown, and in which order.

    Attributes:
        query: in the query language of `branchlab ls`.
        sort: column keys with whether the natural order is turned round, most important first; none is newest first.
        columns: keys in the order they are shown; none for the usual ones.
        pinned: columns that stay when the others scroll.
        widths: cells of the columns that the user resized.
        group: what rows are grouped by: `type`, `sweep`, `author`, `status`, `params.lr`; empty for no groups.
        folded: the groups that are closed.
        only_changed: leave out columns that are the same everywhere.
        delta: whether metrics show their value, their difference from the baseline, or both.
        front: show only rows that no other beats in every optimised metric.
        baseline: row key that metrics are compared with; empty for the project's baseline.
        cursor: row key that the cursor stands on.
        column: key of the column that the cursor stands on.
        marked: row keys that are marked.
        preview: whether the row under the cursor is shown beside or under the table, where there is room.
    """

    query: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    columns: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    widths: Mapping[str, int] = {}
    group: str = ""
    folded: tuple[str, ...] = ()
    only_changed: bool = False
    delta: Delta = "value"
    front: bool = False
    baseline: str = ""
    cursor: str = ""
    column: str = ""
    marked: tuple[str, ...] = ()
    preview: bool = True
