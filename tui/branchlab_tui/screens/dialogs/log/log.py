"""What was done since the program began, newest first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab.text import format_duration
from branchlab_tui.clipboard import copy_text
from branchlab_tui.performing.exit_words import exit_words
from branchlab_tui.widgets.picker.choice import Choice
from branchlab_tui.widgets.picker.choice_dialog import ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from branchlab_tui.performing.entry import Entry


class Log(ChoiceDialog[None]):
    """Lists the commands that were run; enter shows what one said.

    Args:
        entries: oldest first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", "copy", id="log.copy")]

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__("What was done", list_first=True)
        self._entries = entries

    def on_mount(self) -> None:
        """Shows the newest first; the list has the keys."""
        self.list.show([_choice(entry) for entry in reversed(self._entries)])

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        if not self._entries:
            return (("esc", "close"),)
        copy = (("y", "copy"),) if in_list else ()
        return (("⏎", "what it said"), *copy, ("esc", "close"), ("/", "search"))

    def action_accept(self) -> None:
        """Shows what the command under the cursor said."""
        entry = self._current()
        if entry is None:
            return
        from branchlab_tui.screens.dialogs.report.report import Report

        ended = entry.ended
        said = f"{ended.words.rstrip()}\n{ended.out.rstrip()}".strip() if ended else "It is still going on."
        code = f"\n\nexit code {ended.code}: {exit_words(ended.code)}" if ended else ""
        self.app.push_screen(Report("What it said", f"$ {entry.command.line}\n\n{said}{code}"))

    def action_copy(self) -> None:
        """Copies the command under the cursor."""
        entry = self._current()
        if entry:
            copy_text(self.app, entry.command.line, "the command")

    def _current(self) -> Entry | None:
        choice = self.list.current
        # An entry's number is its place since the program began; a search leaves gaps in the list, not here.
        return self._entries[int(choice.key)] if choice else None


def _choice(entry: Entry) -> Choice:
    at = time.strftime("%H:%M:%S", time.localtime(entry.at))
    took = format_duration(entry.ended.seconds) if entry.ended else "going on"
    return Choice(str(entry.number), entry.command.line, f"{took}  {at}", entry.mark)
