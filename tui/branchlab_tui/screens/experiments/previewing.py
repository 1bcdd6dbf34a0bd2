"""The preview of the experiment under the cursor: read in a worker, a moment after the cursor came to rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from branchlab_tui.leaving import when_drawn
from branchlab_tui.screens.experiments.saved import Saved
from branchlab_tui.screens.experiments.summary import summary
from branchlab_tui.widgets.status_line.layout import Fact
from branchlab_tui.widgets.status_line.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from branchlab.experiment import Experiment
    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.model.library import Library
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState
    from branchlab_tui.screens.experiments.preview_data import PreviewData
    from branchlab_tui.widgets.preview.preview import Preview
    from branchlab_tui.widgets.table.messages import CursorMoved

REST = 0.12  # seconds without a move after which the preview is read; a key that is held comes every 0.03
LIVE_REST = 3.0  # seconds between two looks at a live run


class Previewing(Saved):
    """Shows one experiment beside, under, or in place of the table."""

    def __init__(self, snapshot: Snapshot, state: TableState, library: Library, keys: tuple[str, ...] = ()) -> None:
        super().__init__(snapshot, state, library, keys)
        self.preview: Preview | None = None
        self.summary: StatusLine | None = None
        self._shown: PreviewData | None = None
        self._read_at = 0.0
        self._rest: Timer | None = None

    def on_mount(self) -> None:
        """Brings the preview once the first rows stand on the screen."""
        when_drawn(self, self._place_preview)

    def on_resize(self) -> None:
        """Finds out whether there is room for the preview."""
        # Textual sets the classes that say how much room there is in its own handler, which comes after this one.
        when_drawn(self, self._place_preview)

    def action_toggle_preview(self) -> None:
        """Shows or hides the preview; where there is no room beside the table it takes the table's."""
        if self._has_room or self.has_class("-zoom-preview"):
            self.remove_class("-zoom-preview", "-zoom-table")
            self.remember(self.state._replace(preview=not self.state.preview if self._has_room else True))
            self.table.focus()
        else:
            self.add_class("-zoom-preview")
        self._place_preview()
        if self.has_class("-zoom-preview") and self.preview:
            self.preview.focus()

    def action_other_pane(self) -> None:
        """Goes to the preview, or back to the table."""
        if self.preview is not None and self.has_class("-preview") and not self.preview.has_focus:
            self.remove_class("-zoom-table")
            self.preview.focus()
        else:
            self.table.focus()

    def action_zoom(self) -> None:
        """Gives the whole screen to the part that has the focus, or takes it back."""
        in_preview = self.preview is not None and self.preview.has_focus
        wanted = "-zoom-preview" if in_preview else "-zoom-table"
        zoomed = self.has_class(wanted)
        self.remove_class("-zoom-preview", "-zoom-table")
        self.set_class(not zoomed, wanted)
        self._place_preview()

    def action_step_back(self) -> None:
        """Goes one step back: zoom, preview, filter, marks."""
        if self.has_class("-zoom-preview") or self.has_class("-zoom-table"):
            self.remove_class("-zoom-preview", "-zoom-table")
            self._place_preview()
            if not self.has_class("-preview"):
                self.table.focus()
        elif not self.table.has_focus:
            self.table.focus()
        else:
            super().action_step_back()

    def on_cursor_moved(self, message: CursorMoved) -> None:
        """Reads the preview once the cursor has come to rest."""
        if message.key is not None:
            self._read_soon(REST)

    def fill(self) -> None:
        """Reads the preview again when what it shows is not the newest."""
        super().fill()
        self._read_newer()

    def snapshot_changed(self, before: Snapshot) -> None:
        """Reads the preview of a live run again, also where its row is changed in its place."""
        super().snapshot_changed(before)
        self._read_newer()

    @property
    def _has_room(self) -> bool:
        """Whether the preview has room beside or under the table."""
        wide = self.has_class("-normal") or self.has_class("-wide")
        return (wide and not self.has_class("-short")) or (self.has_class("-narrow") and self.has_class("-tall"))

    @property
    def _subject(self) -> Experiment | None:
        key = self.table.cursor_key
        return None if key is None else self.snapshot.find(key)

    @property
    def _baseline(self) -> Experiment | None:
        return self.snapshot.find(self.state.baseline) or self.snapshot.baseline

    def _place_preview(self) -> None:
        """Shows the preview where there is room for it and it is wanted; it is made when it is first shown."""
        wanted = (self._has_room and self.state.preview) or self.has_class("-zoom-preview")
        self.set_class(wanted, "-preview")
        self.tell()
        if wanted and self.preview is None:
            from branchlab_tui.widgets.preview.preview import Preview

            self.preview = Preview(id="preview")
            self.query_one("#panes").mount(self.preview)
        elif not wanted and self.summary is None:
            self.summary = StatusLine(id="summary")
            self.mount(self.summary, after="#panes")
        self._read_soon(REST if self._shown else 0.01)

    def _read_newer(self) -> None:
        """Reads the preview soon if it is not the newest; a live run has something new with each step."""
        one = self._subject
        shown = self._shown.experiment if self._shown else None
        if one is not shown or (self._shown and self._baseline is not self._shown.baseline):
            # The same live run again waits for the rest of its pause; another row is read as soon as the cursor rests.
            live = one is not None and shown is not None and one.commit is None and one.run == shown.run
            self._read_soon(max(LIVE_REST - (time.monotonic() - self._read_at), REST) if live else REST)

    def _read_soon(self, seconds: float) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(seconds, self._read)

    def _read(self) -> None:
        """Says the one line about the row, and reads the rest where the preview is shown."""
        one, baseline = self._subject, self._baseline
        if one is None:
            self._show_nothing()
            return
        if self.summary is not None:
            self.summary.show(*summary(one, baseline))
        if not self.has_class("-preview") or self.preview is None:
            self._shown = None
            return
        from branchlab_tui.screens.experiments.preview_data import PreviewData, read_preview

        key = self.table.cursor_key or ""
        wanted = PreviewData(one, baseline, live=self.snapshot.live.get(key))
        other = self.snapshot.find(self.state.baseline) if self.state.baseline else None
        library, known = self.library, self._shown
        if known is None:  # else the page of before stays until the new one is there, and nothing blinks
            self.preview.show(one.name, _reading)

        def read() -> None:
            found = read_preview(library, wanted, other, known)
            self.app.call_from_thread(self._take, key, found)

        self._read_at = time.monotonic()
        self.run_worker(
            read, thread=True, exclusive=True, group="preview", name=f"the preview of {one.name}", exit_on_error=False
        )

    def _take(self, key: str, data: PreviewData) -> None:
        """Shows what was read, unless the cursor is elsewhere by now."""
        # `exclusive` cancels a thread in name only: an older one still ends and comes here.
        if self.preview is None or key != self.table.cursor_key:
            return
        from branchlab_tui.screens.experiments.preview_page import page

        self._shown = data
        settings, now = self.snapshot.workspace.settings, time.time()
        self.preview.show(data.experiment.name, lambda width, height: page(data, settings, now, (width, height)))

    def _show_nothing(self) -> None:
        self._shown = None
        if self.summary is not None:
            self.summary.show(Fact(""), ())
        if self.preview is None:
            return
        from branchlab_tui.screens.experiments.group_page import group_lines, nothing_lines

        group = self.arrangement.group_at(self.table.cursor_key or "")
        if group is None:
            self.preview.show("", nothing_lines)
        else:
            ones = [self.snapshot.experiments[row] for row in group.rows]
            self.preview.show(group.name or "without", lambda width, height: group_lines(ones, width, height))


def _reading(_width: int, _height: int) -> Sequence[Line]:
    from branchlab_tui.drawing.piece import Piece

    return [[Piece("reading…", "dim")]]
