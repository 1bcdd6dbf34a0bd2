"""Which experiments stand before and behind another one. Free of Textual."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab.catalog.query import QueryError, parse_query
from branchlab_tui.model.view import make_listing
from branchlab_tui.screens.experiments.arrangement import needs_user, read_user

if TYPE_CHECKING:
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState


def table_order(snapshot: Snapshot, state: TableState) -> tuple[str, ...]:
    """Returns the row keys in the order of the table, filtered and sorted as it is."""
    workspace = snapshot.workspace
    user = read_user(workspace) if needs_user(state.query) else ""
    try:
        query = parse_query(state.query, workspace.settings, user)
    except QueryError:  # what is being typed in the table: `]` goes through all rows then
        query = parse_query("")
    rows = make_listing(snapshot, state, query, time.time()).rows
    return tuple(rows.key(place) for place in range(len(rows)) if rows.kind(place) == "row")


def neighbour(order: tuple[str, ...], key: str, steps: int) -> str:
    """Returns the key so many places further on; the same at the ends, the first where the key is not there."""
    if key not in order:
        # A filter hides it, or it is gone: then the keys lead into the table from its top.
        return order[0] if order else key
    return order[max(min(order.index(key) + steps, len(order) - 1), 0)]


def place_in(order: tuple[str, ...], key: str) -> str:
    """Returns where a key stands, as `3 of 38`; nothing where it does not."""
    return f"{order.index(key) + 1} of {len(order)}" if key in order else ""
