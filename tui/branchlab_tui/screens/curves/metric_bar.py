"""A line to choose metrics by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from branchlab.text import safe_text
from branchlab_tui.screens.curves.messages.metrics_chosen import MetricsChosen

if TYPE_CHECKING:
    from textual import events


class MetricBar(Input):
    """Chooses while it is typed into: enter keeps, escape brings back what was chosen before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "as before", show=True),
        Binding("enter,down,tab", "leave(True)", "keep", show=True),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="words of metric names; | for or", compact=True, select_on_focus=False)
        self.cursor_blink = False  # a cursor that blinks sends bytes for ever
        self._before = ""

    def open(self, text: str) -> None:
        """Begins with what is chosen now."""
        self._before = text
        self.display = True
        # What stands there already is no news: it would choose the same metrics again.
        with self.prevent(Input.Changed):
            self.value = text
        self.cursor_position = len(text)
        self.focus()

    def validate_value(self, value: str) -> str:
        """Makes harmless what was pasted."""
        return safe_text(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells it at once."""
        event.stop()
        self.post_message(MetricsChosen(event.value, done=False))

    def on_blur(self, _: events.Blur) -> None:
        """Keeps what was typed when the user clicks elsewhere."""
        # Hiding takes the focus away, which comes here once more.
        if self.display:
            self.action_leave(keep=True)

    def action_leave(self, keep: bool) -> None:  # noqa: FBT001 - an argument of a binding
        """Ends the typing."""
        if self.display:
            self.display = False
            self.post_message(MetricsChosen(self.value if keep else self._before, done=True))
