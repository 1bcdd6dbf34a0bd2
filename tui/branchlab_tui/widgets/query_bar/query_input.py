"""The part of a query bar that is typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from branchlab.text import safe_text

if TYPE_CHECKING:
    from rich.text import Text


class QueryInput(Input):
    """One line of harmless text; underlines the word where it is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"query-input--wrong"}
    # Its width is that of its place whatever is typed: without this each letter lays out the screen and comes twice.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False  # a cursor that blinks sends bytes for ever
        self.wrong_from: int | None = None
        self.highlighter = _Underliner(self)

    def validate_value(self, value: str) -> str:
        """Makes harmless what was pasted or came from a file."""
        return safe_text(value)

    def show_wrong(self, position: int | None) -> None:
        """Underlines the word at a position; None for nothing."""
        if position != self.wrong_from:
            self.wrong_from = position
            self.refresh()


class _Underliner(Highlighter):
    """Puts the style of what is wrong on one word."""

    def __init__(self, field: QueryInput) -> None:
        self._field = field

    def highlight(self, text: Text) -> None:
        """Underlines from the bad place to the end of the word."""
        start = self._field.wrong_from
        if start is None or start >= len(text):
            return
        end = text.plain.find(" ", start + 1)
        style = self._field.get_component_rich_style("query-input--wrong", partial=True)
        text.stylize(style, start, end if end >= 0 else len(text))
