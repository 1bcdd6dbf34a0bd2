"""A program that shows one log."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App

from branchlab_tui.theme.themes import DARK, next_theme, register_themes
from branchlab_tui.widgets.log_view.log_view import LogView
from branchlab_tui.widgets.search_line.search_line import SearchLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from branchlab_tui.widgets.log_view.messages import HitsCounted
    from branchlab_tui.widgets.search_line.messages import SearchClosed, SearchTyped


class LogDemo(App[int]):
    """A log and a line to search it."""

    BINDINGS: ClassVar = [
        ("q", "quit", "quit"),
        ("slash", "search", "search"),
        ("n", "hit(1)", "next"),
        ("N", "hit(-1)", "previous"),
        ("F", "follow", "follow"),
        ("t", "theme", "theme"),
    ]

    def __init__(self, path: str, *, growing: bool = True) -> None:
        super().__init__()
        self._path = path
        self._growing = growing
        register_themes(self)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        """Makes the widgets."""
        yield LogView()
        yield SearchLine()

    def on_mount(self) -> None:
        """Shows the file."""
        self.query_one(LogView).show(self._path, growing=self._growing)
        self.query_one(LogView).focus()

    def on_search_typed(self, message: SearchTyped) -> None:
        """Looks for what is typed."""
        self.query_one(LogView).search(message.text)

    def on_hits_counted(self, message: HitsCounted) -> None:
        """Says what was found."""
        self.query_one(SearchLine).show_count(message.words)

    def on_search_closed(self, message: SearchClosed) -> None:
        """Gives the keys back to the log."""
        self.query_one(SearchLine).close()
        self.query_one(LogView).focus()
        if not message.kept:
            self.query_one(LogView).search("")

    def action_search(self) -> None:
        """Begins to search."""
        self.query_one(SearchLine).open("")

    def action_hit(self, steps: int) -> None:
        """Goes to another hit."""
        self.query_one(LogView).next_hit(steps)

    def action_follow(self) -> None:
        """Follows the log, or not."""
        self.query_one(LogView).follow()

    def action_theme(self) -> None:
        """Takes the next theme."""
        self.theme = next_theme(self.theme)
