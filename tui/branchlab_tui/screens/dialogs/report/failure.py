"""What a command said that did not work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab_tui.clipboard import copy_text
from branchlab_tui.performing.exit_words import exit_words
from branchlab_tui.screens.dialogs.box.box import Box, words
from branchlab_tui.screens.dialogs.report.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget


class Failure(Box[None]):
    """Tells in the command's own words what is wrong and what to do about it.

    Args:
        title: what was to be done.
        what: what is wrong.
        hint: what to do about it; may be empty.
        rest: everything else that was said.
        command: the command line.
        code: its exit code.
    """

    DEFAULT_CSS = Path(__file__).with_name("report.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "close", "close", id="failure.close"),
        Binding("y", "copy", "copy", id="failure.copy"),
    ]

    def __init__(self, title: str, what: str, hint: str, rest: str, command: str, code: int) -> None:
        super().__init__(f"{title} did not work", bad=True)
        self._what, self._hint, self._rest = what, hint, rest
        self._command, self._code = command, code

    def compose_above(self) -> Iterator[Widget]:
        """Yields what is wrong and what to do."""
        yield words(self._what, "words what")
        if self._hint:
            yield words(f"→ {self._hint}", "words hint")

    def compose_box(self) -> Iterator[Widget]:
        """Yields what else was said."""
        yield TextLines(self._rest) if self._rest else words("")  # a frame with nothing but docks has no height

    def compose_below(self) -> Iterator[Widget]:
        """Yields the command."""
        yield words(f"{self._command}\nexit code {self._code}: {exit_words(self._code)}", "command")

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        return (("y", "copy all of it"), ("esc", "close"))

    def action_copy(self) -> None:
        """Copies all of it, for a colleague or a report."""
        parts = (f"$ {self._command}", self._rest, self._what, self._hint and f"hint: {self._hint}")
        code = f"exit code {self._code}: {exit_words(self._code)}"
        copy_text(self.app, "\n".join([*filter(None, parts), code]) + "\n", "what was said")
