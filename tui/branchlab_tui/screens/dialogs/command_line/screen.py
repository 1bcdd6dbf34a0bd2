"""The line that `:` opens at the bottom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from branchlab_tui.actions.registry import actions_of
from branchlab_tui.commands.command import understand
from branchlab_tui.commands.completion import complete
from branchlab_tui.commands.outcome import CommandError, Context, Outcome
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.messages.perform import Perform
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.model.session import HISTORY
from branchlab_tui.resizing import NewestSize
from branchlab_tui.screens.base import action_string
from branchlab_tui.screens.dialogs.command_line.answer import LABEL, CommandAnswer
from branchlab_tui.theme.themes import NAMES
from branchlab_tui.widgets.query_bar.hint import Problem
from branchlab_tui.widgets.query_bar.query_input import QueryInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.screens.base import View


class CommandLine(NewestSize, ModalScreen[str]):
    """Takes a command; gives what Textual runs in the view, None where the program was asked directly.

    Args:
        view: where it was opened.
    """

    DEFAULT_CSS = Path(__file__).with_name("command_line.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "close", "close", id="command.close"),
        Binding("tab", "complete", "complete", id="command.complete"),
        Binding("shift+tab", "next_completion", "next", show=False, id="command.next"),
        Binding("up", "older", "older command", show=False, id="command.older"),
        Binding("down", "newer", "newer command", show=False, id="command.newer"),
    ]

    def __init__(self, view: View) -> None:
        super().__init__()
        table = cast("BranchlabApp", view.app).session.table
        self._where = Context(view.VIEW, view.snapshot, table, view.subjects, NAMES)
        self._field = QueryInput()
        self._answer = CommandAnswer(self._field)
        self._place = 0  # in the history, counted from its end; 0 is what is being typed
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Puts the answer over the line to type in."""
        with Vertical(classes="command-line"):
            yield self._answer
            with Horizontal():
                yield Static(Content(LABEL), classes="colon")
                yield self._field

    def on_mount(self) -> None:
        """Takes the keys."""
        self._field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows how the word may go on."""
        event.stop()
        self._field.show_wrong(None)
        self._complete()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Does what was typed, or says what is wrong with it."""
        event.stop()
        try:
            outcome = understand(event.value, self._where)
        except CommandError as error:
            self._field.show_wrong(error.position)
            self._answer.show_problem(Problem(error.position, error.message, error.hint))
            return
        self._remember(event.value.strip())
        self.dismiss(self._do(outcome))

    def action_close(self) -> None:
        """Closes the line."""
        self.dismiss(None)

    def action_complete(self) -> None:
        """Writes the marked word; a blank follows, so that the next one can be typed."""
        chosen = self._answer.chosen
        if chosen is None:
            self._complete()
            return
        text = self._field.value
        rest = text[chosen.end :]
        self._field.value = text[: chosen.start] + chosen.text + (rest or " ")
        # Behind the blank, also where one stood there already.
        self._field.cursor_position = chosen.start + len(chosen.text) + 1

    def action_next_completion(self) -> None:
        """Marks the next word."""
        self._answer.choose(1)

    def action_older(self) -> None:
        """Shows the command before."""
        self._recall(1)

    def action_newer(self) -> None:
        """Shows the command after."""
        self._recall(-1)

    def _recall(self, step: int) -> None:
        history = self._program.session.history
        place = max(min(self._place + step, len(history)), 0)
        if place == self._place:
            return
        # What was being typed comes back by going down again.
        if self._place == 0:
            self._typed = self._field.value
        self._place = place
        self._field.value = history[-place] if place else self._typed
        self._field.cursor_position = len(self._field.value)

    def _complete(self) -> None:
        self._answer.show_completions(complete(self._field.value, self._field.cursor_position, self._where))

    @property
    def _program(self) -> BranchlabApp:
        return cast("BranchlabApp", self.app)

    def _remember(self, text: str) -> None:
        session = self._program.session
        # Once each, at its newest place.
        history = (*(one for one in session.history if one != text), text)[-HISTORY:]
        self._program.session = session._replace(history=history)

    def _do(self, outcome: Outcome) -> str | None:
        """Asks the program for all but actions of the view, whose string it returns."""
        if outcome.state:
            self.app.post_message(StateChanged(outcome.state))
        if outcome.view:
            self.app.post_message(OpenView(outcome.view, outcome.keys, place=outcome.place))
        if outcome.performs:
            self.app.post_message(Perform(outcome.performs, outcome.keys, outcome.values))
        if outcome.theme:
            self._program.take_theme(outcome.theme)
        actions = actions_of(self._where.view)
        # Not done here: an action of the view can only run once this dialog is off it.
        return next((action_string(one) for one in actions if outcome.action and one.id == outcome.action), None)
