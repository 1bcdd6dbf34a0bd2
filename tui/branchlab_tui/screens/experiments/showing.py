"""Shows snapshots in the table, and keeps cursor and marks while they change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.content import Content
from textual.reactive import Reactive

from branchlab_tui.leaving import when_drawn
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.base import View
from branchlab_tui.screens.experiments.arrangement import Arrangement, needs_user, read_user
from branchlab_tui.screens.experiments.brief import BriefRows, fit_status
from branchlab_tui.screens.experiments.status import facts, filter_fact, order_words
from branchlab_tui.screens.experiments.table import ExperimentTable
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from branchlab_tui.model.library import Library
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.widgets.table.column import Rows
    from branchlab_tui.widgets.table.messages import CursorMoved, MarksChanged

IDLE = 3.0  # seconds without a key after which rows may move
_FRAME = 2  # lines


class Showing(View):
    """The table with what is around it; what the keys do is added by the classes that follow."""

    VIEW = "experiments"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (80, "-narrow"), (120, "-normal"), (180, "-wide")]  # noqa: RUF012 - Textual's
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-high"), (46, "-tall")]  # noqa: RUF012 - Textual's
    # Textual paints the whole screen when the focus moves; the two widgets that look different then do so themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, snapshot: Snapshot, state: TableState, library: Library, keys: tuple[str, ...] = ()) -> None:
        # First of all: `View.__init__` sets `state`, which comes by the setter below.
        self._sent: list[TableState] = []
        super().__init__(snapshot, state, library, keys)
        self.table = ExperimentTable(id="experiments")
        self.status = StatusLine(id="status")
        self.arrangement = Arrangement(snapshot, state, time.time())
        self._cursor_wanted = state.cursor  # from the last session, until it is there or everything was read
        self._column_wanted = state.column
        self._touched = 0.0
        self._title = ""  # in the frame of the table
        self._arranged_at = 0.0
        self._followed_at = 0.0
        self._brief = False  # whether states are shown by their marks alone
        self._height = 0  # lines that the table may take; 0 for all
        self._failing_since = 0.0

    @property
    def state(self) -> TableState:
        """How the table looks."""
        return self._state

    @state.setter
    def state(self, state: TableState) -> None:
        """Takes what another view changed; what this one sent comes back here too, maybe after a newer change."""
        for place, sent in enumerate(self._sent):
            # By identity: two states under way may be equal, as after a key and the same key again.
            if sent is state:
                del self._sent[: place + 1]
                return
        self._state = state
        if self.is_mounted:
            self.rearrange()

    def compose_body(self) -> ComposeResult:
        """Puts the line of facts over the table and what stands beside or under it."""
        yield Container(id="query-place")
        yield self.status
        with Container(id="panes"), Container(id="list"):
            yield self.table

    # Textual calls the handler of every class of the chain, so none of them calls `super()`.
    def on_mount(self) -> None:
        """Shows the first rows."""
        self.table.focus()
        self.table.set_marked(self.state.marked)
        self.fill()
        if needs_user(self.state.query):
            self.ask_user()

    @property
    def subjects(self) -> tuple[str, ...]:
        """Row keys of the marked experiments, else of the one under the cursor.

        Marks are kept while a filter hides them. They count as long as one of them is seen: where none is, the user
        means what is under the cursor.
        """
        marked = tuple(key for key in self.table.marked if self.snapshot.find(key) is not None)
        return marked if len(marked) > self._hidden_marks else self.under_cursor

    @property
    def _hidden_marks(self) -> int:
        """How many marked experiments no line of the table shows."""
        rows = self.arrangement.arranged.rows
        return sum(1 for key in self.table.marked if rows.place(key) is None and self.snapshot.find(key) is not None)

    @property
    def under_cursor(self) -> tuple[str, ...]:
        """The row key under the cursor; none on a heading or in an empty table."""
        key = self.table.cursor_key
        return (key,) if key is not None and self.snapshot.find(key) is not None else ()

    def change(self, state: TableState) -> None:
        """Shows the table in another way and tells the program to remember it."""
        if state != self._state:
            self.remember(state)
            self.rearrange()

    def remember(self, state: TableState) -> None:
        """Tells the program how the table looks now."""
        if state != self._state:
            self._state = state
            self._sent.append(state)
            self.post_message(StateChanged(state))

    def rearrange(self) -> None:
        """Shows everything in the order that is asked for."""
        self.arrangement.arrange(self.snapshot, self.state, time.time())
        self.fill()

    def snapshot_changed(self, before: Snapshot) -> None:
        """Shows what is new where it is; rows move only once no key was pressed for a while."""
        self._failing_since = (self._failing_since or time.monotonic()) if self.snapshot.problem else 0.0
        renamed = self._renamed(before)
        # Before that the older rows came in for the first time: nobody had an order to keep yet.
        hold = before.complete and self.is_in_hand
        changed = self.arrangement.follow(self.snapshot, self.state, time.time(), hold=hold)
        if renamed:
            self._follow_renamed(renamed)
        if changed is not None:
            self._followed_at = time.monotonic()
            self.table.update(self._rows, changed)
            self.tell()
        else:
            self.fill()
        # After the rows are shown, or the table would not find the new key.
        if cursor := renamed.get(self.state.cursor):
            self.table.move_to(cursor)

    def fill(self) -> None:
        """Hands what is arranged to the table, and says what there is to say about it."""
        arranged = self.arrangement.arranged
        self._arranged_at = time.monotonic()
        self._brief = self.has_class("-tiny")
        live = bool(self.snapshot.live)
        columns = fit_status(arranged.columns, self.state.widths, brief=self._brief, live=live)
        self.table.show(self._rows, columns, sorted_by=self.arrangement.sorted_by, sticky=arranged.sticky)
        self._go_where_it_was()
        self.tell()

    @property
    def _rows(self) -> Rows:
        rows = self.arrangement.rows
        return BriefRows(rows) if self._brief else rows

    def on_resize(self) -> None:
        """Shows states in words where there is room for them."""
        # Textual sets `-tiny` in its own handler of this event, which comes after this one.
        when_drawn(self, self._fit_states)

    def _fit_states(self) -> None:
        if self._brief != self.has_class("-tiny"):
            self.fill()

    def _go_where_it_was(self) -> None:
        """Puts the cursor where the last session left it, once that row and column are there."""
        if self._cursor_wanted and self.arrangement.holds(self._cursor_wanted):
            self.table.move_to(self._cursor_wanted)
            self._cursor_wanted = ""
        if any(column.key == self._column_wanted for column in self.arrangement.arranged.columns):
            self.table.move_to_column(self._column_wanted)
            self._column_wanted = ""
        if self.snapshot.complete:
            # All rows are there now: what is not among them was archived or renamed since.
            self._cursor_wanted = self._column_wanted = ""

    def tell(self) -> None:
        """Says what is filtered, sorted and marked, and why there is nothing where that is so."""
        arranged, state = self.arrangement.arranged, self.state
        self.tell_facts()
        title = order_words(state, arranged.columns)
        if title != self._title:
            self._title = title
            # As `Content`: a string is read as markup, and a column may be named `[/red]`, which ends the program.
            self.table.border_title = Content(title)
        self._fit_height()
        self.set_class(arranged.total > 0 and arranged.matched == 0, "-no-match")

    def tell_facts(self) -> None:
        """Writes the line over the table."""
        arranged, state = self.arrangement.arranged, self.state
        since = time.monotonic() - self._failing_since if self._failing_since else None
        self.status.show(
            filter_fact(state, problem=self.arrangement.problem is not None),
            facts(
                self.snapshot,
                state,
                arranged,
                (len(self.table.marked), self._hidden_marks),
                stale_order=self.arrangement.is_stale(self.snapshot, state),
                stale_for=since,
                framed=bool(self.table.styles.border_top[0]),
            ),
        )

    def _fit_height(self) -> None:
        """Lets the table take no more lines than its rows, filtered or not, where the preview stands under it.

        So the preview gets what a short table leaves, and nothing jumps while one types a filter.
        """
        needed, arranged = 0, self.arrangement.arranged
        if arranged.matched and self.has_class("-preview") and not self.has_class("-wide"):
            # The one more is the line of the titles.
            needed = arranged.total + len(arranged.groups) + len(arranged.sticky) + _FRAME + 1
        if needed != self._height:  # to set a style lays out everything anew, even to what it was
            self._height = needed
            self.query_one("#list").styles.max_height = needed or None

    def ask_user(self) -> None:
        """Finds out who `author:me` is, which git knows."""
        workspace = self.snapshot.workspace

        def ask() -> None:
            user = read_user(workspace)
            self.app.call_from_thread(self._take_user, user)

        if not self.arrangement.user:
            self.run_worker(
                ask, thread=True, exclusive=True, group="user", name="who author:me is", exit_on_error=False
            )

    def _take_user(self, user: str) -> None:
        self.arrangement.user = user
        if needs_user(self.state.query):
            self.rearrange()

    @property
    def is_in_hand(self) -> bool:
        """Whether somebody works with the table: pressed a key a moment ago."""
        return time.monotonic() - self._touched < IDLE

    def on_key(self) -> None:
        """Notes that somebody works with the table."""
        self._touched = time.monotonic()

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Remembers where the cursor is."""
        if self._touched:
            self._cursor_wanted = ""  # the user went elsewhere before that row was read
        if not self._cursor_wanted and message.key is not None:
            self.remember(self.state._replace(cursor=message.key))

    def on_marks_changed(self, message: MarksChanged) -> None:
        """Remembers what is marked, and says how many."""
        self.remember(self.state._replace(marked=message.keys))
        self.tell()

    def _renamed(self, before: Snapshot) -> dict[str, str]:
        """Returns new row keys by old ones, for the rows that matter: a run that was recorded, a renamed branch."""
        wanted = {self.state.cursor, self.state.baseline, *self.table.marked} - {""}
        gone = {key: one for key in wanted if self.snapshot.find(key) is None and (one := before.find(key))}
        became = self.snapshot.became(one.run for one in gone.values())
        return {key: row_key(became[one.run]) for key, one in gone.items() if one.run in became}

    def _follow_renamed(self, renamed: dict[str, str]) -> None:
        marked = tuple(renamed.get(key, key) for key in self.table.marked)
        self.table.set_marked(marked)
        baseline = renamed.get(self.state.baseline, self.state.baseline)
        self.remember(self.state._replace(marked=marked, baseline=baseline))
