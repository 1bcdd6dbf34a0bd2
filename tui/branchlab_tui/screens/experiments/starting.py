"""What stands in place of the table while there is no experiment: that they are being read, or what to do first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from branchlab_tui.leaving import when_drawn
from branchlab_tui.screens.experiments.sparking import Sparking

if TYPE_CHECKING:
    from branchlab_tui.widgets.words.words import Words


class Starting(Sparking):
    """Leads from nothing to the first experiment."""

    _page: Words | None = None

    def tell(self) -> None:
        """Shows the page or the table."""
        super().tell()
        empty = self.arrangement.arranged.total == 0
        if empty:
            self._show_page()
        elif self.has_class("-empty"):
            self.remove_class("-empty")
            # Only after the sheet has shown it again: Textual gives no focus to what is hidden.
            when_drawn(self, self.table.focus)

    def _show_page(self) -> None:
        from branchlab_tui.screens.experiments.first_run import first_run_lines
        from branchlab_tui.widgets.words.words import Words

        lines = partial(first_run_lines, self.snapshot)
        if self._page is None:
            self._page = Words(lines, id="first-run")
            self.query_one("#list").mount(self._page)
        else:
            self._page.show(lines)
        if not self.has_class("-empty"):
            self.add_class("-empty")
            # `mount` ends later, and before that the page takes no focus.
            when_drawn(self, self._page.focus)
