"""Asks before something is done: y does it, everything else does not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import Input

from branchlab_tui.screens.dialogs.box.box import Box, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

GUARD = 0.3  # seconds in which a y was meant for what stood here before


class Confirm(Box[bool]):
    """A question with what will be lost and the command that will run.

    Args:
        question: what is to be done.
        lines: what that means.
        command: what will run, as typed.
        typed: what has to be typed instead of y, for what is easily done by mistake; empty for y.
    """

    DEFAULT_CSS = Path(__file__).with_name("confirm.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "accept", "yes", id="confirm.yes"),
        # Enter says no: it is what one presses without reading.
        Binding("n,N,q,enter", "close", "no", id="confirm.no"),
    ]

    def __init__(self, question: str, lines: Sequence[str], command: str, typed: str = "") -> None:
        super().__init__(question)
        self._lines = lines
        self._command = command
        self._typed = typed
        self._opened = 0.0

    def compose_box(self) -> Iterator[Widget]:
        """Yields what will be lost."""
        yield words("\n".join(self._lines))

    def compose_below(self) -> Iterator[Widget]:
        """Yields the command, and what is typed into."""
        yield words(self._command, "command")
        if self._typed:
            field = Input(compact=True, placeholder=f"type {self._typed} and press enter")
            field.cursor_blink = False
            yield field

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        if self._typed:
            return (("⏎", f"does it once {self._typed} is typed"), ("esc", "leave it"))
        return (("y", "do it"), ("n ⏎ esc", "leave it"))

    def on_mount(self) -> None:
        """Notes when the question came up."""
        self._opened = time.monotonic()

    def action_accept(self) -> None:
        """Says yes, unless that key was pressed before anybody can have read the question."""
        if not self._typed and time.monotonic() - self._opened >= GUARD:
            self.dismiss(True)  # noqa: FBT003 - Textual takes the answer by place

    def action_close(self) -> None:
        """Says no."""
        self.dismiss(False)  # noqa: FBT003 - the same

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Says yes when what was asked for was typed."""
        event.stop()
        if event.value.strip() == self._typed:
            self.dismiss(True)  # noqa: FBT003 - the same
        else:
            self.keys_line.ask(f"this is not {self._typed}; esc leaves it")
