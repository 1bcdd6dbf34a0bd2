"""The form that an experiment is run again from, with other parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from branchlab.text import safe_text
from branchlab_tui.performing.asking.run_again_plan import Again, check_again
from branchlab_tui.performing.parameters import problem_of
from branchlab_tui.screens.dialogs.box.box import Box, words
from branchlab_tui.screens.dialogs.form.text_field import TextField
from branchlab_tui.screens.dialogs.parameters.parameter_list import ParameterList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget
    from textual.widgets import Input

    from branchlab_tui.performing.names import NameCheck
    from branchlab_tui.performing.parameters import ParameterFiles


class RunAgain(Box[Again]):
    """Shows the parameters with their values; typing changes the one under the cursor.

    Args:
        name: what is run again, as a command calls it.
        shown: the same for people.
        read: its parameter files.
        names: checks the name of the new experiment.
    """

    DEFAULT_CSS = Path(__file__).with_name("screen.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("ctrl+z", "take_back", show=False, id="run_again.take_back"),
    ]

    def __init__(self, name: str, shown: str, read: ParameterFiles, names: NameCheck) -> None:
        super().__init__(f"Run {shown} again")
        self._again = name
        self._files = read.files
        self._names = names
        # The list reads these two while it draws; they are changed in place, never replaced.
        self._changes: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._list = ParameterList(read.parameters, self._changes, self._problems) if read.parameters else None
        self._label = Static("", classes="label", markup=False)
        self._value = TextField(id="value")
        self._new_name = TextField(id="name", hint="chosen from what is changed")
        self._why = TextField(id="why", hint="may stay empty")
        self._says = Static("", classes="says", markup=False)
        self._command = Static("", classes="command", markup=False)

    def compose_box(self) -> Iterator[Widget]:
        """Yields the parameters."""
        yield self._list or words("No parameter file of branchlab.toml is in its code, so it runs as it did.")

    def compose_below(self) -> Iterator[Widget]:
        """Yields the line that changes a value, name and note, what is to be said, and the command."""
        if self._list:
            with Horizontal(classes="value"):
                yield self._label
                yield self._value
        for label, widget in (("name", self._new_name), ("why", self._why)):
            with Horizontal():
                yield words(label, "label")
                yield widget
        yield self._says
        yield self._command

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        parameters = (("↑ ↓", "parameter"),) if self._list else ()
        before = (("^z", "as before"),) if self._list else ()
        return (("⏎", "run"), ("esc", "leave it"), *parameters, ("tab", "name, why"), *before)

    def on_mount(self) -> None:
        """Begins with the first parameter."""
        (self._value if self._list else self._new_name).focus()
        self._show_value()
        self._look()

    def action_move(self, step: int) -> None:
        """Goes to another parameter."""
        if self._list:
            # Arrows work from name and note as well, and then one types a value.
            self._value.focus()
            self._list.move(step)

    def action_take_back(self) -> None:
        """Gives the parameter the value it had."""
        if self._list:
            self._value.value = self._list.current.value

    def on_parameter_list_chosen(self) -> None:
        """Shows the value of another parameter in the line."""
        self._show_value()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Takes a new value, and looks at what it comes to."""
        event.stop()
        if event.input is self._value and self._list:
            self._take(self._list.current.key, self._list.current.value, event.value)
            self._list.redraw()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Runs it, unless something is wrong."""
        event.stop()
        answer = self._answer
        if not check_again(self._names, answer, self._problems).problem:
            self.dismiss(answer)

    @property
    def _answer(self) -> Again:
        # A copy: the answer outlives the dialog.
        return Again(self._again, dict(self._changes), self._new_name.value.strip(), self._why.value.strip())

    def _take(self, key: str, old: str, new: str) -> None:
        self._changes.pop(key, None)
        self._problems.pop(key, None)
        # The field shows the harmless form of the value, so that is what stands there when nothing was changed.
        if new != safe_text(old):
            self._changes[key] = new
            problem = problem_of(self._files, key, new)
            if problem:
                self._problems[key] = problem

    def _show_value(self) -> None:
        if self._list:
            current = self._list.current
            self._label.update(Content(f"{safe_text(current.key)} = "))
            self._value.value = self._changes.get(current.key, current.value)
            self._value.cursor_position = len(self._value.value)

    def _look(self) -> None:
        checked = check_again(self._names, self._answer, self._problems)
        text = f"✗ {checked.problem}" if checked.problem else checked.says
        self._says.update(Content(safe_text(text, multiline=True)))
        self._says.set_class(bool(checked.problem), "-problem")
        self._command.update(Content(safe_text(checked.command, multiline=True)))
