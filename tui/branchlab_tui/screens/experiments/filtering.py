"""Filters while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.experiments.arrangement import needs_user
from branchlab_tui.screens.experiments.no_match import Nearest, find_nearest
from branchlab_tui.screens.experiments.opening import Opening
from branchlab_tui.screens.experiments.status import count_fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.widgets.query_bar.hint import Completion
    from branchlab_tui.widgets.query_bar.messages import QueryClosed, QueryTyped
    from branchlab_tui.widgets.query_bar.query_bar import QueryBar

_PAUSE = 0.15  # seconds without a key before what is nearest is looked for


class Filtering(Opening):
    """Opens the query bar and shows what a query finds."""

    def action_filter(self) -> None:
        """Lets the user type a query."""
        bar = self._query_bar
        if bar is not None:
            bar.focus_text()
            return
        from branchlab_tui.widgets.query_bar.query_bar import QueryBar

        self.mount(QueryBar(self.state.query, self._complete, id="query"), before=self.status)
        self.status.display = False

    def action_filter_by(self, query: str) -> None:
        """Filters by a query, as other dialogs and views ask for it."""
        self._filter(query)
        if self.arrangement.problem is not None:
            self.notify(self.arrangement.problem.message, title="filter", markup=False, severity="warning")

    def on_query_typed(self, message: QueryTyped) -> None:
        """Shows what is typed so far finds."""
        self._filter(message.text)

    def on_query_closed(self, message: QueryClosed) -> None:
        """Keeps the query, or goes back to the one before; a wrong one is not kept."""
        self._filter(message.text)
        problem = self.arrangement.problem
        if message.kept and problem is not None:
            self._answer()
            return
        if bar := self._query_bar:
            bar.remove()
        self.status.display = True
        self.table.focus()
        self.tell()

    def fill(self) -> None:
        """Says beside the query how many it finds, and what is nearest where that is none."""
        super().fill()
        self._answer()
        if self.has_class("-no-match"):
            self._show_no_match(Nearest())
            self.set_timer(_PAUSE, self._look_for_nearest)

    @property
    def _query_bar(self) -> QueryBar | None:
        found = self.query("#query")
        return found.first() if found else None  # type: ignore[return-value]

    def _filter(self, query: str) -> None:
        if needs_user(query):
            self.ask_user()
        self.change(self.state._replace(query=query))

    def _answer(self) -> None:
        bar, problem = self._query_bar, self.arrangement.problem
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
        query, experiments, wanted = self.arrangement.query, self.snapshot.experiments, self.state.query

        def look() -> None:
            nearest = find_nearest(query, experiments)
            self.app.call_from_thread(self._take_nearest, wanted, nearest)

        if self.has_class("-no-match"):
            self.run_worker(look, thread=True, exclusive=True, group="nearest", name="what the query nearly finds")

    def _take_nearest(self, query: str, nearest: Nearest) -> None:
        if query == self.state.query and self.has_class("-no-match"):
            self._show_no_match(nearest)

    def _show_no_match(self, nearest: Nearest) -> None:
        total = self.arrangement.arranged.total
        what = f"0 of {total:,} match {self.state.query or 'what is shown'}"
        hints = [
            nearest.words,
            f"it matches  {nearest.query}" if nearest.query else "",
            "esc clears the filter · / changes it",
        ]
        self.nothing.show_empty(what, "\n".join(hint for hint in hints if hint))
