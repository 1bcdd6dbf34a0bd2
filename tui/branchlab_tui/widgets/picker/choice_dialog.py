"""What all dialogs with a list have: a line to search in, the list, and a line that tells the keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from branchlab.report.width import shorten
from branchlab.text import safe_text
from branchlab_tui.drawing.piece import Piece
from branchlab_tui.resizing import NewestSize
from branchlab_tui.widgets.drawn.drawn import Drawn
from branchlab_tui.widgets.picker.choice_list import ChoiceList
from branchlab_tui.widgets.picker.search_input import SearchInput

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Click
    from textual.widgets import Input

    from branchlab_tui.drawing.piece import Line

Result = TypeVar("Result")
_PRESSED = {"⏎": "enter", "esc": "escape", "↑": "up", "↓": "down", "/": "slash", "spc": "space"}


class ChoiceDialog(NewestSize, ModalScreen[Result]):
    """A box over the screen. Letters search; arrows and tab go to the list, where letters are keys of the dialog.

    Args:
        title: stands in the border.
        list_first: begin in the list, as fits a short one; else in the search.
    """

    PASSED: ClassVar[Collection[str]] = ()  # keys that act even while one types
    DEFAULT_CSS = Path(__file__).with_name("choice_dialog.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "step_back", "close", id="dialog.close"),
        Binding("enter", "accept", "choose", id="dialog.accept"),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("pagedown,ctrl+f", "move(10)", show=False),
        Binding("pageup,ctrl+b", "move(-10)", show=False),
        Binding("g,home", "move(-100000)", show=False),
        Binding("G,end", "move(100000)", show=False),
        Binding("slash", "search", show=False),
        Binding("tab,shift+tab", "other_part", show=False),
    ]

    def __init__(self, title: str, *, list_first: bool = False) -> None:
        super().__init__()
        self._list_first = list_first
        self._heading = safe_text(title)
        self.field = SearchInput(self.PASSED)
        self.list = ChoiceList()
        self.keys_line = KeysLine()

    def compose(self) -> ComposeResult:
        """Puts the line to type in over the list over the keys."""
        with Vertical(classes="choice-dialog") as box:
            box.border_title = Content(self._heading)
            yield self.field
            yield self.list
            yield self.keys_line

    def on_mount(self) -> None:
        """Takes the keys."""
        self.field.placeholder = "type to search"
        (self.list if self._list_first else self.field).focus()
        self.show_keys()

    def show_keys(self) -> None:
        """Tells the keys of the part that has the focus; a subclass says which."""
        self.keys_line.show(self.keys_told(in_list=self.list.has_focus))

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:  # noqa: ARG002 - for subclasses
        """Returns keys and what they do."""
        return (("⏎", "choose"), ("esc", "close"))

    def on_descendant_focus(self) -> None:
        """Tells other keys in another part."""
        self.show_keys()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Searches."""
        event.stop()
        self.searched(event.value)

    def searched(self, text: str) -> None:
        """Shows what fits."""
        self.list.search(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the choice under the cursor."""
        event.stop()
        self.action_accept()

    def on_choice_list_clicked(self, event: ChoiceList.Clicked) -> None:
        """Takes a choice that was clicked twice."""
        if event.again:
            self.action_accept()

    def action_move(self, step: int) -> None:
        """Moves the cursor of the list, which then has the keys."""
        self.list.focus()
        self.list.move(step)

    def action_search(self) -> None:
        """Goes to the search."""
        self.field.focus()

    def action_other_part(self) -> None:
        """Goes from the search to the list, or back."""
        (self.field if self.list.has_focus else self.list).focus()

    def action_step_back(self) -> None:
        """Empties the search, else closes the dialog."""
        if self.field.value:
            self.field.value = ""
            self.field.focus()
        else:
            self.action_close()

    def action_close(self) -> None:
        """Closes the dialog without a choice."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Takes the choice under the cursor; a subclass says what that means."""


class KeysLine(Drawn, can_focus=False):
    """The last line of a dialog: its keys."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawn--key", "drawn--asked"}

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[tuple[str, str]] = ()
        self._question = ""

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows keys, each with what it does."""
        self._keys, self._question = keys, ""
        self.redraw()

    def ask(self, question: str) -> None:
        """Shows a question in place of the keys."""
        self._question = safe_text(question)
        self.redraw()

    def on_click(self, event: Click) -> None:
        """Presses the key that was clicked, the first of several."""
        at = 0
        for key, label in self._keys if not self._question else ():
            at += len(key) + len(label) + 3
            if event.x < at:
                first = key.split()[0]
                # Textual gives such a key no character, so a click on a letter does not type it into the search.
                self.app.simulate_key(_PRESSED.get(first, first.replace("^", "ctrl+")))
                return

    def draw_lines(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - one line
        """Returns the line; keys that find no room are left out."""
        if self._question:
            return [[Piece(shorten(f" {self._question}", width, "start"), "asked")]]
        line: Line = []
        room = width
        for key, label in self._keys:
            room -= len(key) + len(label) + 3
            if room >= -1:  # the blank behind the last one may be cut
                line += [Piece(f" {key} ", "key"), Piece(f"{label} ")]
        return [line]
