"""Filters while one types."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from branchlab_tui.screens.experiments.arrangement import needs_user
from branchlab_tui.screens.experiments.opening import Opening
from branchlab_tui.screens.experiments.query_typed import QueryTyped
from branchlab_tui.screens.experiments.status import count_fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.screens.experiments.no_match import Nearest
    from branchlab_tui.widgets.query_bar.hint import Completion
    from branchlab_tui.widgets.query_bar.messages import QueryClosed
    from branchlab_tui.widgets.query_bar.query_bar import QueryBar
    from branchlab_tui.widgets.state_panel.state_panel import StatePanel

_QUICK = 0.04  # seconds; a key that is held comes every 0.033
_PAUSE = 0.15  # seconds without a key before what is nearest is looked for


class Filtering(Opening):
    """Opens the query bar and shows what a query finds."""

    _bar: QueryBar | None = None
    _seconds = 0.0  # that the last arranging took
    nothing: StatePanel | None = None  # says that nothing was found; made when that first happens

    async def action_filter(self) -> None:
        """Lets the user type a query; what was typed ahead goes there as well."""
        if self._bar is not None:
            self._bar.focus_text()
            return
        from branchlab_tui.widgets.query_bar.query_bar import QueryBar

        self._bar = QueryBar(self.state.query, self._complete, self._take_typed, id="query")
        with self.app.batch_update():
            # A class of the screen would style all widgets anew, and a mount there paint them: 70 kB instead of 20.
            self.status.display = self.has_class("-normal") or self.has_class("-wide")
            await self.query_one("#query-place").mount(self._bar)
        self._bar.focus_text()

    def _take_typed(self, text: str) -> None:
        """Filters at once where that is quick, else when all letters that wait were typed."""
        if self._seconds >= _QUICK:
            self.post_message(QueryTyped(text))
            return
        # Letter and rows come in one frame: nothing is painted until the table has told the screen that it changed.
        frame = ExitStack()
        frame.enter_context(self.app.batch_update())
        self.table.call_later(self.call_later, frame.close)
        self._filter(text)

    def on_query_typed(self, message: QueryTyped) -> None:
        """Shows what the text finds so far."""
        if self._bar is not None:
            self._filter(message.text)

    async def on_query_closed(self, message: QueryClosed) -> None:
        """Keeps the query, or goes back to the one before; a wrong one is not kept."""
        if not message.kept:
            self.set_focus(self.table)  # at once, for keys that were typed ahead
        self._filter(message.text)
        problem = self.arrangement.problem
        if message.kept and problem is not None:
            self._answer()
            return
        if self._bar is not None:
            bar, self._bar = self._bar, None
            with self.app.batch_update():
                self.set_focus(self.table)
                self.status.display = True
                await bar.remove()
        # Without the bar a word at the end is no unfinished name any more.
        self.rearrange()

    def rearrange(self) -> None:
        """Shows what the query finds; while a name is typed that finds nothing by itself, what the rest finds."""
        now = time.time()
        self.arrangement.arrange(self.snapshot, self.state, now)
        nothing = self.arrangement.arranged.matched == 0 and self.arrangement.problem is None
        if nothing and self._bar is not None:
            from branchlab_tui.screens.experiments.unfinished import without_unfinished_name

            rest = without_unfinished_name(self.state.query, self.snapshot)
            if rest is not None:
                self.arrangement.arrange(self.snapshot, self.state._replace(query=rest), now)
        self.fill()
        self._seconds = time.time() - now

    def tell_facts(self) -> None:
        """Writes the line over the table, unless the query bar lies over it."""
        if self._bar is None:
            super().tell_facts()

    def fill(self) -> None:
        """Says beside the query how many it finds, and what is nearest where that is none."""
        super().fill()
        self._answer()
        if self.has_class("-no-match"):
            # The count at once; what is nearest once no key follows.
            self._show_no_match(None)
            self.set_timer(_PAUSE, self._look_for_nearest)

    def _filter(self, query: str) -> None:
        if needs_user(query):
            self.ask_user()
        self.change(self.state._replace(query=query))

    def _answer(self) -> None:
        bar, problem = self._bar, self.arrangement.problem
        if bar is None:
            return
        if problem is not None:
            bar.show_problem(problem.position, problem.problem, problem.hint)
        else:
            bar.show_count(count_fact(self.state, self.arrangement.arranged).text)

    def _complete(self, text: str, cursor: int) -> Sequence[Completion]:
        from branchlab_tui.model.completion import complete

        return complete(text, cursor, self.snapshot)

    def _look_for_nearest(self) -> None:
        """Looks in a worker what the query nearly finds."""
        from branchlab_tui.screens.experiments.no_match import find_nearest

        # Taken here, in the thread of the program: the next key changes them while the worker looks.
        query, experiments, wanted = self.arrangement.query, self.snapshot.experiments, self.state.query

        def look() -> None:
            nearest = find_nearest(query, experiments)
            self.app.call_from_thread(self._take_nearest, wanted, nearest)

        if self.has_class("-no-match"):
            name = "what the query nearly finds"
            self.run_worker(look, thread=True, exclusive=True, group="nearest", name=name, exit_on_error=False)

    def _take_nearest(self, query: str, nearest: Nearest) -> None:
        # A thread cannot be stopped: what it finds may belong to an older query.
        if query == self.state.query and self.has_class("-no-match"):
            self._show_no_match(nearest)

    def _show_no_match(self, nearest: Nearest | None) -> None:
        total = self.arrangement.arranged.total
        what = f"0 of {total:,} match {self.state.query or 'what is shown'}"
        hints = [
            nearest.words if nearest else "",
            f"it matches  {nearest.query}" if nearest and nearest.query else "",
            "esc clears the filter · / changes it",
        ]
        if self.nothing is None:
            from branchlab_tui.widgets.state_panel.state_panel import StatePanel

            self.nothing = StatePanel(id="nothing")
            self.query_one("#list").mount(self.nothing)
        self.nothing.show_empty(what, "\n".join(hint for hint in hints if hint))
