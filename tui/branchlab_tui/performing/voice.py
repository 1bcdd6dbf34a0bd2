"""How the program tells the user what came of something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import safe_text
from branchlab_tui.performing.words import explain
from branchlab_tui.screens.base import View

if TYPE_CHECKING:
    from branchlab.errors import BranchlabError
    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.performing.plan import RefusedError
    from branchlab_tui.performing.process import Ended

_SECONDS = 6.0  # a toast stays
_PATIENT = 2.0  # seconds after which the user may be typing elsewhere, so that no dialog opens by itself


class Voice:
    """Says things in passing, and shows what failed."""

    def __init__(self, app: BranchlabApp) -> None:
        self.app = app

    def say(self, text: str) -> None:
        """Says something in passing, in place of what was said before."""
        self.app.clear_notifications()
        self.app.notify(safe_text(text), timeout=_SECONDS, markup=False)

    def refuse(self, error: RefusedError | BranchlabError) -> None:
        """Says why something cannot be done."""
        text = f"{error.message}. {error.hint}." if error.hint else f"{error.message}."
        self.app.clear_notifications()
        self.app.notify(safe_text(text), severity="warning", timeout=_SECONDS, markup=False)

    def fail(self, title: str, ended: Ended, command: str) -> None:
        """Shows what a command said that did not work: at once where the user waits for it, else as a toast."""
        what, hint, rest = explain(ended.words)
        if ended.seconds > _PATIENT or not isinstance(self.app.screen, View):
            text = f"{safe_text(title)}: {what}" + (f". {hint}" if hint else "") + " (` shows the log)"
            self.app.notify(text, title="✗ failed", severity="error", timeout=2 * _SECONDS, markup=False)
            return
        from branchlab_tui.screens.dialogs.report.failure import Failure

        self.app.push_screen(Failure(title, what, hint, rest, command, ended.code))
