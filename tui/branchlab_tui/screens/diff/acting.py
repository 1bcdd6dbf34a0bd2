"""What the keys of a difference do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.diff.entry import Entry
from branchlab_tui.screens.diff.reading import CONTEXTS
from branchlab_tui.screens.diff.record_table import RecordTable
from branchlab_tui.screens.diff.showing import Showing
from branchlab_tui.widgets.diff_view.view import DiffView
from branchlab_tui.widgets.search_line.search_line import SearchLine

if TYPE_CHECKING:
    from branchlab_tui.widgets.diff_view.messages import PlaceChanged
    from branchlab_tui.widgets.search_line.messages import SearchClosed, SearchTyped
    from branchlab_tui.widgets.table.messages import CursorMoved, RowOpened


class Acting(Showing):
    """A difference that follows its keys: most of them go to the pane that has the focus."""

    @property
    def in_code(self) -> bool:
        """Whether keys are for the code."""
        return self.current == "code"

    def on_descendant_focus(self) -> None:
        """Remembers which pane has the keys."""
        if isinstance(self.focused, (RecordTable, DiffView)):
            self.current = "code" if isinstance(self.focused, DiffView) else "record"

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Tells all about the row."""
        message.stop()
        self.arrange_panes()
        self.show_told()

    def on_place_changed(self, message: PlaceChanged) -> None:
        """Keeps the message here; the heading of the code says where the cursor is."""
        message.stop()

    def on_row_opened(self, message: RowOpened) -> None:
        """Shows a file of code, or folds."""
        message.stop()
        here = self.record.here
        if isinstance(here, Entry) and here.key.startswith("code/"):
            self.show_pane("code")
            self.code.show_file(here.key.removeprefix("code/"))
        else:
            self.record.fold()

    def show_pane(self, pane: str) -> None:
        """Gives the keys to a pane, and the screen where there is room for one only."""
        self.current = "code" if pane == "code" and self.shown and self.shown.patch.files else "record"
        self.arrange_panes()
        (self.code if self.in_code else self.record).focus()

    def action_other_pane(self) -> None:
        """Goes to the other pane."""
        self.show_pane("record" if self.in_code else "code")

    def action_zoom(self) -> None:
        """Gives the whole screen to the pane with the keys, or takes it back."""
        self.zoomed = not self.zoomed
        self.arrange_panes()

    def action_next_part(self) -> None:
        """Goes to the next hunk, or section."""
        if self.in_code:
            self.code.action_part(1)
        else:
            self.record.next_section(1)

    def action_previous_part(self) -> None:
        """Goes to the hunk, or section, before."""
        if self.in_code:
            self.code.action_part(-1)
        else:
            self.record.next_section(-1)

    def action_fold(self) -> None:
        """Closes or opens what the cursor is in."""
        if self.in_code:
            self.code.action_fold()
        else:
            self.record.fold()

    def action_fold_all(self) -> None:
        """Closes or opens all."""
        if self.in_code:
            self.code.fold_all()
        else:
            self.record.fold_all()

    def action_swap(self) -> None:
        """Judges B against A."""
        self.swapped = not self.swapped
        self.read()

    def action_everything(self) -> None:
        """Shows what is the same too, or only what differs."""
        self.everything = not self.everything
        self.show_sections()
        self.arrange_panes()

    def action_side_by_side(self) -> None:
        """Shows both sides of the code beside each other, or in one column."""
        self.code.change_way()

    def action_words(self) -> None:
        """Highlights the words that changed, or whole lines only."""
        self.code.change_words()

    def action_more_context(self) -> None:
        """Shows more of what did not change."""
        self._change_context(1)

    def action_less_context(self) -> None:
        """Shows less of what did not change."""
        self._change_context(-1)

    def _change_context(self, steps: int) -> None:
        context = max(min(self.context + steps, len(CONTEXTS) - 1), 0)
        if context != self.context:
            self.context = context
            self.read()

    def action_search(self) -> None:
        """Takes a text to look for."""
        if self.shown is not None:
            self.search_line.open(self.code.search.needle if self.in_code else "")

    @property
    def search_line(self) -> SearchLine:
        """Where a text to look for is typed."""
        return self.query_one(SearchLine)

    def on_search_typed(self, message: SearchTyped) -> None:
        """Looks for the text."""
        message.stop()
        if self.in_code:
            found = self.code.look_for(message.text)
            lines = "1 line" if found == 1 else f"{found:,} lines"
        else:
            found = self.record.look_for(message.text)
            lines = "1 row" if found == 1 else f"{found:,} rows"
        self.search_line.show_count(("nothing" if not found else lines) if message.text else "")

    def on_search_closed(self, message: SearchClosed) -> None:
        """Gives the keys back to the pane."""
        message.stop()
        self.search_line.close()
        if not message.kept:
            self._forget_search()
        (self.code if self.in_code else self.record).focus()

    def action_next_hit(self) -> None:
        """Goes to the next place that was found."""
        (self.code if self.in_code else self.record).next_found(1)

    def action_previous_hit(self) -> None:
        """Goes to the place before that was found."""
        (self.code if self.in_code else self.record).next_found(-1)

    async def action_step_back(self) -> None:
        """Gives up the search, then the zoom, then the view."""
        if self.code.search.needle:
            self._forget_search()
        elif self.zoomed:
            self.action_zoom()
        else:
            await self.app.run_action("back")

    def _forget_search(self) -> None:
        self.code.look_for("")
        self.record.look_for("")
