"""All actions of a view by name, those without a key too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from branchlab_tui.actions.action import command_of
from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.screens.base import action_string
from branchlab_tui.widgets.picker.choice import Choice
from branchlab_tui.widgets.picker.choice_dialog import ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab_tui.actions.action import Action

_NAME_CELLS = 16


class Palette(ChoiceDialog[str]):
    """Finds an action by some letters of its name or of what it does; gives what Textual runs for it.

    Args:
        view: id of the view.
    """

    DEFAULT_CSS = Path(__file__).with_name("screen.tcss").read_text("utf-8")

    def __init__(self, view: str) -> None:
        super().__init__("Actions")
        self._view = view

    def on_mount(self) -> None:
        """Shows all there is."""
        self.list.show([_choice(action) for action in actions_of(self._view) if action.id not in ("palette", "back")])

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:  # noqa: ARG002 - the same in both parts
        """Returns keys and what they do."""
        return (("⏎", "do it"), ("↑ ↓", "move"), ("esc", "close"))

    def action_accept(self) -> None:
        """Does what is under the cursor."""
        self.dismiss(self.list.current.key if self.list.current else None)


def _choice(action: Action) -> Choice:
    keys = " ".join(shown_key(key) for key in action.keys)
    return Choice(action_string(action), f"{command_of(action):<{_NAME_CELLS}} {action.title}", keys)
