"""Draws a patch row by row, and repaints only the lines that differ from what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual.strip import Strip

from branchlab_tui.widgets.diff_view.drawing import RowDrawing
from branchlab_tui.widgets.diff_view.heading import heading_pieces
from branchlab_tui.widgets.diff_view.painter import CLASSES, Painter
from branchlab_tui.widgets.diff_view.patch import Patch
from branchlab_tui.widgets.diff_view.rows import Layout
from branchlab_tui.widgets.lines.lines import Lines
from branchlab_tui.widgets.lines.signs import BAR, THUMB
from branchlab_tui.widgets.search_line.search import Search

if TYPE_CHECKING:
    from branchlab_tui.widgets.diff_view.rows import Block

SPLIT_FROM = 120  # cells from which both sides stand beside each other
HEADING = 1

_CACHED_ROWS = 1000  # beyond that all go, as in a table


class DiffSurface(Lines):
    """The state of a patch that is shown, and how it becomes lines.

    Whatever changes the state calls `_redraw`, which makes all visible lines, most of them from a cache, and
    refreshes those that are not the same as before.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._patch = Patch()
        self._way: Literal["auto", "split", "unified"] = "auto"
        self._words = True
        self._folded_files: frozenset[int] = frozenset()
        self._folded_hunks: frozenset[tuple[int, int]] = frozenset()
        self._search = Search()
        self._layout = Layout(self._patch, split=False)
        self._skipped = 0
        self._painter = Painter(self)
        self._drawing = RowDrawing(self._painter, self._layout, 0)
        self._strips: dict[tuple[int, bool], Strip] = {}

    @property
    def split(self) -> bool:
        """Whether both sides stand beside each other: as the user chose, else by the width."""
        return self._way == "split" or (self._way == "auto" and self.content_size.width >= SPLIT_FROM)

    @property
    def block(self) -> Block | None:
        """What the cursor stands in; None in an empty patch."""
        return self._layout.row(self._view.cursor).block if len(self._layout) else None

    def on_resize(self) -> None:
        """Keeps the cursor in sight in the new size."""
        if self._drawn_size != self.content_size:
            self._fit()

    def on_focus(self) -> None:
        """Shows that keys come here."""
        self._forget()
        self._redraw()

    def on_blur(self) -> None:
        """Shows that keys go elsewhere."""
        self._forget()
        self._redraw()

    def _take_colours(self) -> None:
        self._painter = Painter(self)

    def _fit(self) -> None:
        """Lays everything out for the size there is, and draws it."""
        self._drawn_size = self.content_size
        self._view = self._view.resized(max(self._drawn_size.height - HEADING, 0))
        if self._layout.split != self.split:
            self._lay_out()
        self._forget()
        self._lines = self._make_lines()

    def _forget(self) -> None:
        """Lets every row be drawn anew."""
        self._strips.clear()
        self._drawing = RowDrawing(
            self._painter,
            self._layout,
            max(self._drawn_size.width - BAR, 0),
            skipped=self._skipped,
            words=self._words,
            needle=self._search.needle,
            found=self._search.line,
            focused=self.has_focus,
        )

    def _lay_out(self, cursor: int | None = None) -> None:
        """Lays the patch out anew; the cursor stays on what it was on, or goes to a row."""
        before = self._layout
        self._layout = Layout(
            self._patch, split=self.split, folded_files=self._folded_files, folded_hunks=self._folded_hunks
        )
        wanted = self._same_place(before) if cursor is None else cursor
        self._view = self._view.replaced(len(self._layout), wanted)
        self._forget()

    def _same_place(self, before: Layout) -> int:
        """Returns where that stands now which the cursor was on; what was folded away is on its heading."""
        if not len(before) or before.patch is not self._patch:
            return 0
        row = before.row(self._view.cursor)
        half = row.new or row.old
        if half and (found := self._layout.find_line(half.line)) is not None:
            return found
        hunk = self._layout.find_heading(row.block.file, row.block.hunk)
        return hunk if hunk is not None else self._layout.find_heading(row.block.file) or 0

    def _redraw(self) -> None:
        """Draws all visible lines and repaints those that changed."""
        if self._is_fitted:
            self._repaint()
        else:
            self.refresh()  # the next `render_line` draws everything

    def _make_lines(self) -> list[Strip]:
        if len(self._strips) > _CACHED_ROWS:
            self._strips.clear()
        height, width = self._drawn_size.height, max(self._drawn_size.width - BAR, 0)
        bar = self._painter.strip([(" " * BAR, "bar")])
        pieces = heading_pieces(self._patch, self.block, self._search, width)
        lines = [self._painter.fitted(pieces, width + BAR, "heading")]
        thumb = self._view.thumb
        for y, place in enumerate(self._view.rows):
            beside = self._painter.strip([(THUMB, "thumb")]) if y in thumb else bar
            lines.append(Strip.join([self._row(place, here=place == self._view.cursor), beside]))
        blank = self._painter.fitted([], self._drawn_size.width, "context")
        lines += [blank] * (height - len(lines))
        return lines[:height]

    def _row(self, place: int, *, here: bool) -> Strip:
        key = (place, here)
        if key not in self._strips:
            self._strips[key] = self._drawing.draw(self._layout.row(place), here=here)
        return self._strips[key]
