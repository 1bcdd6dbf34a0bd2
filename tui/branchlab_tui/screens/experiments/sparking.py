"""Reads the small curves of the rows in sight, in a worker, a moment after the table came to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.model.curves import read_sparks
from branchlab_tui.model.snapshot import row_key
from branchlab_tui.screens.experiments.previewing import Previewing

if TYPE_CHECKING:
    from textual.timer import Timer

    from branchlab.experiment import Experiment
    from branchlab_tui.model.library import Library
    from branchlab_tui.model.snapshot import Snapshot
    from branchlab_tui.model.state import TableState

_REST = 0.08  # seconds without a move after which curves are read
_AT_ONCE = 24  # experiments, so that the first curves stand soon


class Sparking(Previewing):
    """Fills the columns of curves."""

    def __init__(self, snapshot: Snapshot, state: TableState, library: Library, keys: tuple[str, ...] = ()) -> None:
        super().__init__(snapshot, state, library, keys)
        self._sparks_wait: Timer | None = None

    def fill(self) -> None:
        """Reads the curves of other rows."""
        super().fill()
        self._sparks_soon()

    def on_scrolled(self) -> None:
        """Reads the curves of rows that came into sight."""
        self._sparks_soon()

    def on_resize(self) -> None:
        """Reads the curves of rows that came into sight."""
        self._sparks_soon()

    def _sparks_soon(self) -> None:
        if not self.arrangement.arranged.curves:
            return
        if self._sparks_wait is not None:
            self._sparks_wait.stop()
        self._sparks_wait = self.set_timer(_REST, self._read_sparks)

    def _missing(self) -> list[Experiment]:
        ones = [one for key in self.table.visible_keys() if (one := self.snapshot.find(key)) is not None]
        return self.arrangement.sparks.missing(ones, self.arrangement.arranged.curves)

    def _read_sparks(self) -> None:
        # The rest follows from `_show_sparks`, if it is still in sight then.
        missing = self._missing()[:_AT_ONCE]
        if not missing:
            return
        sparks, metrics, library = self.arrangement.sparks, self.arrangement.arranged.curves, self.library

        def read() -> None:
            read_sparks(library, sparks, missing, metrics)
            self.app.call_from_thread(self._show_sparks, [row_key(one) for one in missing])

        self.run_worker(
            read, thread=True, exclusive=True, group="sparks", name="the curves of the table", exit_on_error=False
        )

    def _show_sparks(self, keys: list[str]) -> None:
        self.table.refresh_rows(keys)
        if self._missing():
            self._sparks_soon()
