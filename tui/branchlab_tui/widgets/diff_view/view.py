"""A patch as screens use it: a parsed patch goes in, keys move through it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from branchlab_tui.widgets.diff_view.haystack import Haystack
from branchlab_tui.widgets.diff_view.moves import DiffMoves

if TYPE_CHECKING:
    from branchlab_tui.widgets.diff_view.patch import Patch
    from branchlab_tui.widgets.diff_view.rows import Row
    from branchlab_tui.widgets.search_line.search import Search


class DiffView(DiffMoves):
    """A patch in colour, line by line: files and hunks fold, both sides stand beside each other where there is room.

    It draws what is in sight only, so a patch of 100,000 lines moves as quickly as one of ten.
    """

    DEFAULT_CSS = Path(__file__).with_name("diff_view.tcss").read_text("utf-8")

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._haystack = Haystack(self._patch)

    @property
    def patch(self) -> Patch:
        """What is shown."""
        return self._patch

    @property
    def search(self) -> Search:
        """What was looked for, and where it stands."""
        return self._search

    @property
    def words(self) -> bool:
        """Whether the words that changed are highlighted."""
        return self._words

    @property
    def line_number(self) -> int:
        """Number of the line under the cursor on the new side, or the nearest one above; 1 without any."""
        for y in range(self._view.cursor, -1, -1):  # removed lines and headings have no number on the new side
            row = self._layout.row(y) if y < len(self._layout) else None
            if row is None or row.block.kind == "file":
                break
            if row.new:
                return row.new.number
        block = self.block
        hunks = self._patch.files[block.file].hunks if block else ()
        return hunks[max(block.hunk, 0)].parts[0].new if block and hunks and hunks[max(block.hunk, 0)].parts else 1

    def show(self, patch: Patch) -> None:
        """Shows another patch. The cursor stays on its line where the file still has it, and files stay folded."""
        before, row = self._patch, self._layout.row(self._view.cursor) if len(self._layout) else None
        folded = {before.files[place].path for place in self._folded_files}
        self._patch = patch
        self._folded_files = frozenset(place for place, file in enumerate(patch.files) if file.path in folded)
        self._folded_hunks = frozenset()
        self._haystack = Haystack(patch)
        found = self._haystack.find(self._search.needle)
        self._search = found._replace(at=min(self._search.at, len(found.lines) - 1))  # it may have fewer hits now
        # Lines of another patch have other places, so the cursor is found by line number, not by `_same_place`.
        self._lay_out(0)
        if row is not None and (place := self._like(before, row)) is not None:
            self._view = self._view.replaced(len(self._layout), place)
        self._show_block()

    def show_file(self, path: str) -> None:
        """Moves the cursor to a file and opens it."""
        place = next((place for place, file in enumerate(self._patch.files) if file.path == path), None)
        if place is None:
            return
        self._folded_files -= {place}
        self._lay_out()
        row = self._layout.find_heading(place) or 0
        self._go(self._view.step_to(row)._replace(top=max(min(row, self._view.last_top), 0)))

    def fold_all(self) -> None:
        """Closes all files, which leaves a list of them; opens all when all are closed."""
        every = frozenset(range(len(self._patch.files)))
        self._folded_files = frozenset() if self._folded_files == every else every
        self._folded_hunks = frozenset()
        self._lay_out()
        self._show_block()

    def change_way(self) -> None:
        """Shows both sides beside each other, or in one column, whatever the width."""
        self._way = "unified" if self.split else "split"
        self._lay_out()
        self._show_block()

    def change_words(self) -> None:
        """Highlights the words that changed, or whole lines only."""
        self._words = not self._words
        self._forget()
        self._redraw()

    def look_for(self, needle: str) -> int:
        """Highlights a text and goes to the first one at the cursor or behind; returns how many lines hold it."""
        self._search = self._haystack.find(needle).begin(self._line_at_cursor())
        self._show_found()
        return len(self._search.lines)

    def next_found(self, steps: int) -> None:
        """Goes to the next line with the text that was looked for, or the one before; round at the ends."""
        self._search = self._search.step(self._line_at_cursor(), steps)
        self._show_found()

    def _show_found(self) -> None:
        line = self._search.line
        file, hunk = self._haystack.home(line)
        if line >= 0 and (file in self._folded_files or (file, hunk) in self._folded_hunks):
            self._folded_files -= {file}
            self._folded_hunks -= {(file, hunk)}
            self._lay_out()
        self._forget()
        row = self._layout.find_line(line) if line >= 0 else None
        if row is None:
            self._show_block()
        else:
            self._go_to_row(row)

    def _line_at_cursor(self) -> int:
        """Returns the line of the patch at the cursor, or the first one below a heading."""
        block = self.block
        if block is None:
            return -1
        row = self._layout.row(self._view.cursor)
        halves = [half.line for half in (row.new, row.old) if half]
        if halves:
            return max(halves) if self._search.line not in halves else self._search.line
        hunks = self._patch.files[block.file].hunks
        parts = hunks[max(block.hunk, 0)].parts if hunks else ()
        return parts[0].start - 1 if parts else -1

    def _like(self, before: Patch, row: Row) -> int | None:
        """Returns the row of this patch that says the same as a row of another one."""
        path = before.files[row.block.file].path
        place = next((place for place, file in enumerate(self._patch.files) if file.path == path), None)
        if place is None:
            return None
        found = self._layout.find_number(place, row) if row.old or row.new else None
        return self._layout.find_heading(place) if found is None else found
