"""What the keys and the mouse do in a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from branchlab_tui.widgets.diff_view.keys import KEYS
from branchlab_tui.widgets.diff_view.messages import PlaceChanged
from branchlab_tui.widgets.diff_view.surface import HEADING, DiffSurface
from branchlab_tui.widgets.drawn.bindings import bindings
from branchlab_tui.widgets.lines.signs import BAR
from branchlab_tui.widgets.lines.viewport import WHEEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import BindingType

    from branchlab_tui.widgets.diff_view.rows import Block
    from branchlab_tui.widgets.lines.viewport import Viewport

_WHEEL_CELLS = 8
_MOST_SKIPPED = 2000  # no more characters of a line are shown, see `line`


class DiffMoves(DiffSurface, can_focus=True):
    """A patch that follows its keys and the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(name=name, id=id, classes=classes)
        self._told = -1  # the file that the last PlaceChanged named

    def action_sideways(self, cells: int) -> None:
        """Shows what stands further right or left in long lines."""
        skipped = max(min(self._skipped + cells, _MOST_SKIPPED), 0)
        if skipped != self._skipped:
            self._skipped = skipped
            self._forget()
            self._redraw()

    def action_part(self, steps: int) -> None:
        """Moves the cursor to the next hunk, or the one before; to the next file where files are folded."""
        self._go_to_heading(steps, self._is_stop)

    def action_file(self, steps: int) -> None:
        """Moves the cursor to the next file, or the one before."""
        self._go_to_heading(steps, lambda block: block.kind == "file")

    def action_fold(self) -> None:
        """Closes or opens the hunk the cursor is in, or the file on whose heading it stands."""
        block = self.block
        if block is None or block.kind == "end":
            return
        if block.hunk < 0:
            self._folded_files ^= {block.file}
        else:
            self._folded_hunks ^= {(block.file, block.hunk)}
        self._lay_out()
        self._show_block()

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor; a click on a heading folds, one beside the lines goes there."""
        spot = event.get_content_offset(self)
        if spot is None or spot.y < HEADING:
            return
        if spot.x >= self.content_size.width - BAR:
            self._scroll_to_share((spot.y - HEADING) / max(self._view.height - 1, 1))
            return
        place = self._view.top + spot.y - HEADING
        if place < self._view.total:
            self._go(self._view._replace(cursor=place))
            if self._layout.row(place).block.kind in ("file", "hunk"):
                self.action_fold()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls down, sideways with shift."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls up, sideways with shift."""
        self._wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Shows what stands further right."""
        event.stop()
        self.action_sideways(_WHEEL_CELLS)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Shows what stands further left."""
        event.stop()
        self.action_sideways(-_WHEEL_CELLS)

    def _wheel(self, event: events.MouseEvent, steps: int) -> None:
        event.stop()
        if event.shift:
            self.action_sideways(steps * _WHEEL_CELLS)
        else:
            self._go(self._view.scroll_by(steps * WHEEL))

    def _scroll_to_share(self, share: float) -> None:
        self._go(self._view.scroll_by(round(share * self._view.last_top) - self._view.top))

    def _is_stop(self, block: Block) -> bool:
        """Tells whether the next-hunk key stops at a block: at each hunk, and at a file that shows none."""
        return block.kind == "hunk" or (
            block.kind == "file" and (self._layout.is_folded(block) or not self._layout.file_of(block).hunks)
        )

    def _go_to_heading(self, steps: int, wanted: Callable[[Block], bool]) -> None:
        """Moves the cursor to the next heading that is wanted, or to the one before."""
        blocks = self._layout.blocks
        place = self._layout.place_at(self._view.cursor)
        places = range(place + 1, len(blocks)) if steps > 0 else range(place - 1, -1, -1)
        for one in places:
            if wanted(blocks[one]):
                self._go_to_row(self._layout.start(one))
                return

    def _go_to_row(self, row: int) -> None:
        """Moves the cursor to a row with some of what follows in sight."""
        view = self._view.step_to(row)
        # Who goes to a hunk wants to read it: a jump to the last lines scrolls further than it must.
        below = view.top + view.height - row
        if below < view.height // 2:
            view = view._replace(top=max(min(row - view.height // 4, view.last_top), 0))
        self._go(view)

    def _show_block(self) -> None:
        """Draws after another layout."""
        self._redraw()
        self._tell_place()

    def _go(self, view: Viewport) -> None:
        self._view = view
        self._redraw()
        self._tell_place()

    def _tell_place(self) -> None:
        file = self.block.file if self.block else -1
        if file != self._told:
            self._told = file
            self.post_message(PlaceChanged(file, self))
