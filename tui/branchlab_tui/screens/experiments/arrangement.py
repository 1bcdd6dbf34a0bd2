"""What stands in the table now: the newest snapshot, arranged as the user wants it, in an order that holds still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.catalog.terms import Query, QueryError
from branchlab_tui.model.curves import Sparks
from branchlab_tui.model.grouping import group_key
from branchlab_tui.model.ordering import descends
from branchlab_tui.model.sheet import sheet_of
from branchlab_tui.model.view import make_listing
from branchlab_tui.screens.experiments.held import HeldRows, keys_of, moved
from branchlab_tui.screens.experiments.out_of_order import out_of_order

if TYPE_CHECKING:
    from branchlab.workspace import Workspace
    from branchlab_tui.model.grouping import Group
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.model.view import Arranged
    from branchlab_tui.widgets.table.column import Rows


class Arrangement:
    """Arranges snapshots. While a query is wrong, what the last right one found stays.

    Attributes:
        arranged: what the query finds, in its own order.
        rows: what is shown: the same, or in the order of before.
        outdated: whether values came since rows were put in order.
        sorted_by: keys of the columns that sort, and whether from large to small.
        problem: why the query is not understood; None when it is.
        query: the last one that was understood.
        sparks: small curves that were read.
        user: who `author:me` stands for; set by whoever asked git.
    """

    def __init__(self, snapshot: Snapshot, state: TableState, now: float) -> None:
        self.user = ""
        self.sparks = Sparks()
        self.query = Query("", ((),))  # one alternative without a term: it holds for all
        self.problem: QueryError | None = None
        self.arrange(snapshot, state, now)

    def arrange(self, snapshot: Snapshot, state: TableState, now: float) -> None:
        """Arranges everything anew."""
        self._parse(snapshot, state.query)
        self.arranged: Arranged = make_listing(snapshot, state, self.query, now, self.sparks)
        self.rows: Rows = self.arranged.rows
        self.outdated = False
        self._moving: set[str] = set()  # rows whose values changed since
        sheet = sheet_of(snapshot)
        self.sorted_by = tuple((key, descends(sheet, key, turned=turned)) for key, turned in state.sort)

    def follow(self, snapshot: Snapshot, state: TableState, now: float, *, hold: bool) -> set[str] | None:
        """Takes a newer snapshot; live values move no row.

        Returns the keys of the rows whose texts changed, None when other rows are shown.

        Args:
            snapshot: the newer one.
            state: how the table looks.
            now: seconds since the epoch.
            hold: keep rows in their order also when others came or went.
        """
        newer = self.arranged.follow(snapshot, now)
        if newer is not None:
            changed = {*self.arranged.ticking, *newer.ticking}
            self._moving |= changed
            self._take(newer)
            self.outdated = True
            return changed
        before = keys_of(self.rows) if hold else []
        self.arrange(snapshot, state, now)
        # Only where a row did move: `HeldRows` looks each row up in one list more.
        if hold and moved(before, keys_of(self.rows)):
            self.rows = HeldRows(self.arranged.rows, before)
            self.outdated = True
        return None

    def tick(self, now: float) -> None:
        """Lets the clocks go on."""
        self._take(self.arranged.at(now))

    def is_stale(self, snapshot: Snapshot, state: TableState) -> bool:
        """Says whether a row stands elsewhere than its sorting asks for."""
        if isinstance(self.rows, HeldRows):
            return True
        settings = snapshot.workspace.settings
        return self.outdated and out_of_order(self.arranged.rows, self._moving, state.sort, settings)

    def holds(self, key: str) -> bool:
        """Says whether a row is in the list."""
        place = self.arranged.rows.place(key)
        # A baseline that stands under the heading alone has a place as well, from `len()` on.
        return place is not None and place < len(self.arranged.rows)

    def group_at(self, key: str) -> Group | None:
        """Returns the group whose heading has this key."""
        return next((group for group in self.arranged.groups if group_key(group.name) == key), None)

    def _take(self, arranged: Arranged) -> None:
        self.arranged = arranged
        held = self.rows
        self.rows = held.with_rows(arranged.rows) if isinstance(held, HeldRows) else arranged.rows

    def _parse(self, snapshot: Snapshot, text: str) -> None:
        if not text:
            self.query, self.problem = Query("", ((),)), None
            return
        from branchlab.catalog.grammar import parse_query  # the start mostly needs none

        try:
            self.query = parse_query(text, snapshot.workspace.settings, self.user)
            self.problem = None
        except QueryError as error:
            self.problem = error


def needs_user(text: str) -> bool:
    """Says whether a query may ask who the user is; only then git has to be asked."""
    # A yes too many costs one `git config`; a no too many refuses `author:me`, as if git knew nobody.
    return "author:" in text.lower()


def read_user(workspace: Workspace) -> str:
    """Returns who `author:me` stands for, as git knows it; empty when it does not. Blocks."""
    from branchlab.errors import BranchlabError
    from branchlab.git.config import read_config

    try:
        return read_config(workspace.repository, "user.name").strip()
    except BranchlabError:
        # The query then says itself that git does not know who you are.
        return ""
