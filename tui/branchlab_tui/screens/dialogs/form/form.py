"""Fields to fill in; what is wrong with them, and what they come to, is said while one types."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from branchlab.text import safe_text
from branchlab_tui.screens.dialogs.box.box import Box, words
from branchlab_tui.screens.dialogs.form.choice_field import ChoiceField
from branchlab_tui.screens.dialogs.form.text_field import TextBlock, TextField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget
    from textual.widgets import Input

    from branchlab_tui.performing.field import Checked, Field


class Form(Box[dict[str, str]]):
    """Asks for several things at once; gives the answers by field, or None when it is left.

    Args:
        title: stands in the frame.
        fields: what is asked for.
        check: looks at the answers after each change; must be quick.
        does: what enter does, in a word or two.
    """

    DEFAULT_CSS = Path(__file__).with_name("form.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "accept", "do it", id="form.accept")]

    def __init__(
        self, title: str, fields: Sequence[Field], check: Callable[[Mapping[str, str]], Checked], does: str
    ) -> None:
        super().__init__(title)
        self._fields = fields
        self._check = check
        self._does = does
        self._before: dict[str, str] = {}
        self._says = Static("", classes="says", markup=False)
        self._command = Static("", classes="command", markup=False)

    def compose_box(self) -> Iterator[Widget]:
        """Yields the fields."""
        # Without focus: tab goes from field to field, and Textual scrolls to the one that has it.
        with VerticalScroll(classes="fields", can_focus=False):
            for field in self._fields:
                yield words(field.label, "label")
                yield _widget(field)

    def compose_below(self) -> Iterator[Widget]:
        """Yields what is said about the answers, and the command."""
        yield self._says
        yield self._command

    def keys_told(self) -> Sequence[tuple[str, str]]:
        """Returns keys and what they do."""
        several = any(field.lines > 1 for field in self._fields)
        return (("^s" if several else "⏎", self._does), ("esc", "leave it"), ("tab", "next field"))

    def on_mount(self) -> None:
        """Begins in the first field that is typed into; what stands there at first is nobody's mistake yet."""
        # What may be chosen has a value already.
        first = next((field for field in self._fields if not field.choices), self._fields[0])
        self.query_one(f"#{first.id}").focus()
        self._before = self.answers
        self._look()

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the fields."""
        found: dict[str, str] = {}
        for field in self._fields:
            widget = self.query_one(f"#{field.id}")
            if isinstance(widget, TextBlock):
                found[field.id] = widget.text.strip()
            elif isinstance(widget, TextField | ChoiceField):
                found[field.id] = widget.value.strip()
        return found

    def on_input_changed(self) -> None:
        """Looks at the answers again."""
        self._look()

    def on_text_area_changed(self) -> None:
        """Looks at the answers again."""
        self._look()

    def on_choice_field_changed(self) -> None:
        """Looks at the answers again."""
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the answers."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Takes the answers unless something is wrong with them."""
        if not self._check(self.answers).problem:
            self.dismiss(self.answers)

    def _look(self) -> None:
        checked = self._check(self.answers)
        # A name that is missing when the form opens is told without a mark.
        bad = bool(checked.problem) and self.answers != self._before
        text = f"✗ {checked.problem}" if bad else checked.problem or checked.says
        self._says.update(Content(safe_text(text, multiline=True)))
        self._says.set_class(bad, "-problem")
        self._command.update(Content(safe_text(checked.command, multiline=True)))


def _widget(field: Field) -> Widget:
    if field.choices:
        return ChoiceField(field.choices, field.value, id=field.id)
    if field.lines > 1:
        return TextBlock(field.value, id=field.id, lines=field.lines)
    return TextField(field.value, id=field.id, hint=field.hint)
