"""What stands in the table now: the newest snapshot, arranged as the user wants it, in an order that holds still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.query import QueryError, parse_query
from branchlab_tui.model.ordering import descends
from branchlab_tui.model.sheet import sheet_of
from branchlab_tui.model.view import make_listing
from branchlab_tui.screens.experiments.held import HeldRows, keys_of, moved

if TYPE_CHECKING:
    from branchlab.catalog.query import Query
    from branchlab.workspace import Workspace
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.model.view import Arranged
    from branchlab_tui.widgets.table.column import Rows


class Arrangement:
    """Arranges snapshots. While a query is wrong, what the last right one found stays.

    Attributes:
        arranged: what the query finds, in its own order.
        rows: what is shown: the same, or in the order of before.
        stale: whether `rows` is no longer in the order that was asked for.
        sorted_by: keys of the columns that sort, and whether from large to small.
        problem: why the query is not understood; None when it is.
        user: who `author:me` stands for; set by whoever asked git.
    """

    def __init__(self, snapshot: Snapshot, state: TableState, now: float) -> None:
        self.user = ""
        self._query: Query = parse_query("")
        self.problem: QueryError | None = None
        self.arrange(snapshot, state, now)

    def arrange(self, snapshot: Snapshot, state: TableState, now: float) -> None:
        """Arranges everything anew."""
        self._parse(snapshot, state.query)
        self.arranged: Arranged = make_listing(snapshot, state, self._query, now)
        self.rows: Rows = self.arranged.rows
        sheet = sheet_of(snapshot)
        self.sorted_by = tuple((key, descends(sheet, key, turned=turned)) for key, turned in state.sort)
        self.stale = False

    def follow(self, snapshot: Snapshot, state: TableState, now: float, *, hold: bool) -> None:
        """Takes a newer snapshot; `hold` keeps rows where they are though live values would move them."""
        before = keys_of(self.rows) if hold else []
        self.arrange(snapshot, state, now)
        if hold and moved(before, keys_of(self.rows)):
            self.rows = HeldRows(self.arranged.rows, before)
            self.stale = True

    def tick(self, snapshot: Snapshot, state: TableState, now: float) -> None:
        """Lets the clocks go on; no row moves."""
        before = self.rows
        self.arranged = make_listing(snapshot, state, self._query, now)
        stays = isinstance(before, HeldRows)
        self.rows = before.with_rows(self.arranged.rows) if stays else self.arranged.rows

    def holds(self, key: str) -> bool:
        """Says whether a row is shown."""
        place = self.arranged.rows.place(key)
        return place is not None and place < len(self.arranged.rows)

    def group_of(self, key: str) -> str:
        """Returns the name of the group that a heading stands over."""
        return key.removeprefix("group:")

    @property
    def query(self) -> Query:
        """The last query that was understood."""
        return self._query

    def _parse(self, snapshot: Snapshot, text: str) -> None:
        try:
            self._query = parse_query(text, snapshot.workspace.settings, self.user)
            self.problem = None
        except QueryError as error:
            self.problem = error


def needs_user(text: str) -> bool:
    """Says whether a query may ask who the user is; only then git has to be asked."""
    return "author:" in text.lower()


def read_user(workspace: Workspace) -> str:
    """Returns who `author:me` stands for, as git knows it; empty when it does not. Blocks."""
    from branchlab.errors import BranchlabError
    from branchlab.git.config import read_config

    try:
        return read_config(workspace.repository, "user.name").strip()
    except BranchlabError:
        return ""
