"""Says what a worker met that nobody foresaw; the program goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.worker import WorkerState

from branchlab.text import safe_text
from branchlab_tui.model.error_line import error_line

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget
    from textual.worker import Worker


class Failures:
    """Errors of the workers of one screen, widget or program, by the groups of these workers.

    Textual ends the program with a traceback unless a worker is started with `exit_on_error=False`; the name of each
    such worker is words for the user.
    """

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def tell(self, node: App[int] | Widget, event: Worker.StateChanged) -> str:
        """Says why a worker failed and returns it, with the remedy; empty when it did not.

        What fails again and again for the same reason, as each look at a live run does, is said once until it works.
        """
        worker = event.worker
        if event.state is WorkerState.SUCCESS:
            self._said.pop(worker.group, None)
        if event.state is not WorkerState.ERROR or not isinstance(worker.error, Exception):
            return ""
        why = safe_text(error_line(worker.error))
        if self._said.get(worker.group) != why:
            self._said[worker.group] = why
            node.notify(why, title=safe_text(worker.name), markup=False, severity="error")
        return why
