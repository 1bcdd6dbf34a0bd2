"""A long text over the view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from branchlab_tui.clipboard import copy_text
from branchlab_tui.screens.dialogs.box.box import Box
from branchlab_tui.screens.dialogs.report.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget


class Report(Box[None]):
    """Shows a text to read and to copy.

    Args:
        title: stands in the frame; says what came of it.
        text: what is shown; nothing in it is markup.
    """

    DEFAULT_CSS = Path(__file__).with_name("report.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "close", "close", id="report.close"),
        Binding("y", "copy", "copy", id="report.copy"),
    ]

    def __init__(self, title: str, text: str, *, bad: bool = False) -> None:
        super().__init__(title, bad=bad)
        self._text = text

    def compose_box(self) -> Iterator[Widget]:
        """Yields the text."""
        yield TextLines(self._text)

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        return (("j k", "scroll"), ("h l", "sideways"), ("y", "copy"), ("esc", "close"))

    def action_copy(self) -> None:
        """Copies the text."""
        copy_text(self.app, self._text, "the report")
