"""The line a query is typed into, and the line under it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget

from branchlab.report.width import display_width, pad
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.query_bar.answer import Answer
from branchlab_tui.widgets.query_bar.hint import Problem, example_line
from branchlab_tui.widgets.query_bar.messages import QueryClosed
from branchlab_tui.widgets.query_bar.query_input import QueryInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from branchlab_tui.drawing.piece import Line
    from branchlab_tui.widgets.query_bar.hint import Completion

_LABEL = " ⌕ "


class QueryBar(Widget):
    """Takes a query and says at every key what it finds; knows neither the language nor what is searched.

    Posts `QueryClosed` at the end. While a query is wrong the count of the last right one stays.

    Args:
        text: the query to begin with, which escape brings back.
        complete: tells from text and cursor how the word may go on, best first.
        typed: called for every change, before the letter is painted, so that letter and rows come in one frame; who is
            called answers by `show_count` or `show_problem`, now or later.
        id: of the widget.
    """

    DEFAULT_CSS = Path(__file__).with_name("query_bar.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "keep", id="query.keep"),
        Binding("escape", "drop", "as before", id="query.drop"),
        Binding("tab", "complete", "complete", id="query.complete"),
        Binding("down", "choose(1)", "next name", show=False, id="query.next"),
        Binding("up,shift+tab", "choose(-1)", "previous name", show=False, id="query.previous"),
    ]

    def __init__(
        self,
        text: str,
        complete: Callable[[str, int], Sequence[Completion]],
        typed: Callable[[str], None],
        *,
        id: str | None = None,  # noqa: A002 - as all widgets name it
    ) -> None:
        super().__init__(id=id)
        self._before = text
        self._complete = complete
        self._tell = typed
        self._input = QueryInput()
        self._input.value = text
        self._count = _Words("query-count")
        self._below = _QueryAnswer(self._input, _LABEL, "query-below")

    def compose(self) -> ComposeResult:
        """Puts the line to type in over the line that answers."""
        with Horizontal():
            label = _Words("query-label")
            label.show(_LABEL, "filter")
            yield label
            yield self._input
            yield self._count
        yield self._below

    def on_mount(self) -> None:
        """Takes the keys."""
        self._input.focus()
        self.watch(self._input, "selection", self._find_completions, init=True)
        self.watch(self._input, "value", self._typed, init=False)  # no message: it would come a frame later

    def focus_text(self) -> None:
        """Takes the keys at once."""
        self.screen.set_focus(self._input)  # at once, as in a search line

    def show_count(self, words: str) -> None:
        """Says what the query finds; it is right."""
        self._input.show_wrong(None)
        self._count.show(words, "")
        self._below.show_problem(None)

    def show_problem(self, position: int, words: str, hint: str = "") -> None:
        """Says what is wrong, and points at it."""
        self._input.show_wrong(position)
        self._count.dim()
        self._below.show_problem(Problem(position, words, hint))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keeps to itself what was told already."""
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keeps what is typed."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Keeps what is typed."""
        self.post_message(QueryClosed(self._input.value, kept=True))

    def action_drop(self) -> None:
        """Brings back what was there before."""
        self.post_message(QueryClosed(self._before, kept=False))

    def action_complete(self) -> None:
        """Writes the chosen name."""
        chosen = self._below.chosen
        if chosen is None:
            return
        text = self._input.value
        self._input.value = text[: chosen.start] + chosen.text + text[chosen.end :]
        self._input.cursor_position = chosen.start + len(chosen.text)

    def action_choose(self, step: int) -> None:
        """Chooses another of the names."""
        self._below.choose(step)

    def _typed(self, value: str) -> None:
        """Asks what the text finds."""
        self._find_completions()
        self._tell(value)

    def _find_completions(self) -> None:
        self._below.show_completions(self._complete(self._input.value, self._input.cursor_position))


class _Words(Drawn, can_focus=False):
    """A few words at the right of the room that the longest of them needed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--filter", "drawn--dim"}

    def __init__(self, classes: str) -> None:
        super().__init__(classes=classes)
        self._text = ""
        self._style = ""
        self._room = 0  # cells

    def show(self, text: str, style: str) -> None:
        """Shows words; the line is laid out anew only when they need more room than any before."""
        self._text, self._style = text, style
        if display_width(text) > self._room:
            self._room = display_width(text)
            self.styles.width = self._room
        self.redraw()

    def dim(self) -> None:
        """Shows that the words are those of an older query."""
        self.show(self._text, "dim")

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line
        """Returns the words."""
        return [[Piece(pad(self._text, width, right=True), self._style)]]


class _QueryAnswer(Answer):
    """Shows what a query can ask while nothing is typed."""

    def examples(self, width: int) -> list[Line]:
        """Returns a few queries."""
        return [example_line(width)]
