"""What widgets share that draw themselves line by line, and repaint only the lines that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.strip import Strip

from branchlab_tui.widgets.lines.span import changed_cells
from branchlab_tui.widgets.lines.viewport import Viewport
from branchlab_tui.widgets.styled.styled import Styled

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lines(Styled):
    """A window over rows with a cursor.

    A subclass makes the visible lines in `_make_lines`, lays itself out in `_fit`, and moves in `_go`.
    """

    ALLOW_SELECT = False

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._view = Viewport()
        self._drawn_size = Size(0, 0)
        self._lines: list[Strip] = []

    def render_line(self, y: int) -> Strip:
        """Returns a line of the widget."""
        if self._drawn_size != self.content_size:
            self._fit()
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.content_size.width, self.rich_style)

    def notify_style_update(self) -> None:
        """Forgets what was drawn in other colours."""
        super().notify_style_update()
        self._take_colours()
        self._drawn_size = Size(0, 0)  # so that the next `render_line` lays it out
        self.refresh()

    def action_step(self, rows: int) -> None:
        """Moves the cursor by rows."""
        self._go(self._view.step_to(self._view.cursor + rows))

    def action_top(self) -> None:
        """Moves the cursor to the first row."""
        self._go(self._view.step_to(0))

    def action_bottom(self) -> None:
        """Moves the cursor to the last row."""
        self._go(self._view.step_to(self._view.total - 1))

    def action_half_page(self, pages: int) -> None:
        """Moves cursor and window by half a page."""
        self._go(self._view.page_by(pages * self._view.half))

    def action_page(self, pages: int) -> None:
        """Moves cursor and window by a page."""
        self._go(self._view.page_by(pages * self._view.page))

    @property
    def _is_fitted(self) -> bool:
        """Whether lines were made for the size there is; if not, the next `render_line` makes them."""
        return bool(self._drawn_size) and self._drawn_size == self.content_size

    def _repaint(self) -> None:
        """Makes all visible lines and repaints the cells that changed."""
        before, self._lines = self._lines, [*self._make_lines()]
        regions = [
            Region(cells.start, y, len(cells), 1)
            for y, (old, new) in enumerate(zip(before, self._lines, strict=True))  # both made for `_drawn_size`
            if (cells := changed_cells(old, new))
        ]
        if regions:
            self.refresh(*regions)

    def _fit(self) -> None:
        """Lays everything out for the size there is, and makes the lines."""
        raise NotImplementedError

    def _make_lines(self) -> Sequence[Strip]:
        """Returns a strip for each line of the widget."""
        raise NotImplementedError

    def _take_colours(self) -> None:
        """Drops what was made in other colours."""
        raise NotImplementedError

    def _go(self, view: Viewport) -> None:
        """Moves cursor and window, and tells whom it concerns."""
        raise NotImplementedError
