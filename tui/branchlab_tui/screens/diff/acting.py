"""What the keys of a difference do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from branchlab.text import safe_text
from branchlab_tui.clipboard import MOST_BYTES, copy_text
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.screens.diff.entry import Entry
from branchlab_tui.screens.diff.reading import CONTEXTS
from branchlab_tui.screens.diff.record_table import RecordTable
from branchlab_tui.screens.diff.showing import Showing
from branchlab_tui.widgets.diff_view.view import DiffView
from branchlab_tui.widgets.search_line.search_line import SearchLine

if TYPE_CHECKING:
    from branchlab_tui.app import BranchlabApp
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
        # The line to search in takes the focus as well, and is about the pane that had it.
        if isinstance(self.focused, (RecordTable, DiffView)):
            self.current = "code" if isinstance(self.focused, DiffView) else "record"

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Tells all about the row."""
        message.stop()
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
            self.action_fold()

    def show_place(self, place: str) -> None:
        """Goes to the changes of a file, where it has any."""
        super().show_place(place)
        if self.shown is not None and any(file.path == place for file in self.shown.patch.files):
            # Once only: a later reading, as with more context, must leave the cursor where it is.
            self.place = ""
            self.show_pane("code")
            self.code.show_file(place)

    def show_pane(self, pane: str) -> None:
        """Gives the keys to a pane, and the screen where there is room for one only."""
        self.current = "code" if pane == "code" and self.shown and self.shown.patch.files else "record"
        self.arrange_panes()
        self.set_focus(self.code if self.in_code else self.record)  # at once, for keys that were typed ahead

    def action_open_view(self, view: str) -> None:
        """Shows both in another view, the one that is judged where only one can be shown."""
        self.post_message(OpenView(view, self.subjects if view == "experiment" else self.keys))

    def action_other_pane(self) -> None:
        """Goes to the other pane."""
        if self.shown is not None and not self.shown.patch.files:
            self.notify("there is no code to show", timeout=3, markup=False)
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
            self.arrange_panes()

    def action_fold_all(self) -> None:
        """Closes or opens all."""
        if self.in_code:
            self.code.fold_all()
        else:
            self.record.fold_all()
            self.arrange_panes()

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

    def action_copy_patch(self) -> None:
        """Copies the patch, of one file where all are too much; in the table, the row."""
        here = self.record.here
        if not self.in_code:
            if isinstance(here, Entry):
                copy_text(self.app, here.told, "the row")
            return
        patch, block = self.code.patch, self.code.block
        whole = "\n".join(patch.lines) + "\n"
        # Terminals drop what is larger; of a patch that was cut itself only whole files are worth a copy.
        if block is None or (len(whole.encode("utf-8", "replace")) <= MOST_BYTES and not patch.left_out):
            copy_text(self.app, whole, "the patch")
            return
        file = patch.files[block.file]
        text = "\n".join(patch.lines[file.start : file.stop]) + "\n"
        copy_text(self.app, text, f"the patch of {safe_text(file.path)} alone")

    def action_open_file(self) -> None:
        """Opens the file under the cursor in the user's editor."""
        here, block = self.record.here, self.code.block
        if self.in_code and block is not None:
            path, line = self.code.patch.files[block.file].path, self.code.line_number
        elif not self.in_code and isinstance(here, Entry) and here.key.startswith("code/"):
            path, line = here.key.removeprefix("code/"), 1
        else:
            self.notify("move to a file of the code first", severity="warning", markup=False)
            return
        self._open(path, line)

    def _open(self, path: str, line: int) -> None:
        from branchlab_tui.performing.plan import RefusedError
        from branchlab_tui.screens.diff.opening import open_file

        app = cast("BranchlabApp", self.app)
        if self.shown is None or self.shown.read is None:
            return
        try:
            open_file(app.performer, self.snapshot, self.shown.read, path, line)
        except RefusedError as error:
            app.performer.voice.refuse(error)

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
        self.set_focus(self.code if self.in_code else self.record)

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
