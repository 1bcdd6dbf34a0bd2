"""The line that a text to look for is typed into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from branchlab.text import safe_text
from branchlab_tui.widgets.query_bar.query_input import QueryInput
from branchlab_tui.widgets.search_line.messages import SearchClosed, SearchTyped

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input


class SearchLine(Horizontal):
    """Takes a text and says at every key what it finds; knows nothing of what is searched.

    Posts `SearchTyped` for every change, which is answered by `show_count`, and `SearchClosed` at the end: enter keeps
    what was found, escape forgets it.

    Args:
        id: of the widget.
    """

    DEFAULT_CSS = Path(__file__).with_name("search_line.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "forget", "forget", id="search.forget"),
        Binding("enter", "keep", "keep", id="search.keep"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as all widgets name it
        super().__init__(id=id)
        self._input = QueryInput()
        self._count = Static(classes="search-count", markup=False)

    def compose(self) -> ComposeResult:
        """Puts a sign, the line to type in, and what was found beside each other."""
        yield Static("/", classes="search-sign", markup=False)
        yield self._input
        yield self._count

    def open(self, text: str) -> None:
        """Takes the keys, with a text to begin with."""
        self.display = True
        self._input.value = text
        self._input.cursor_position = len(text)
        self.screen.set_focus(self._input)  # at once: `focus` would wait, and the next letter go elsewhere

    def close(self) -> None:
        """Goes out of sight."""
        self.display = False

    def show_count(self, words: str) -> None:
        """Says what was found."""
        self._count.update(Content(safe_text(words)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Asks what the text finds."""
        event.stop()
        if self.display:  # the line may be closed before its last change is told
            self.post_message(SearchTyped(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keeps what was found."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Keeps what was found."""
        self.post_message(SearchClosed(kept=True))

    def action_forget(self) -> None:
        """Forgets what was found."""
        self.post_message(SearchClosed(kept=False))
