"""Every key that works now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from branchlab_tui.actions.key_names import shown_key
from branchlab_tui.actions.registry import actions_of, own_actions
from branchlab_tui.screens.base import action_string
from branchlab_tui.widgets.picker.choice import Choice
from branchlab_tui.widgets.picker.choice_dialog import ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import App

    from branchlab_tui.app import BranchlabApp

_KEY_CELLS = 8
_LABEL_CELLS = 9


class KeysDialog(ChoiceDialog[str]):
    """Lists the keys of the widget with the focus, of the view, and those that work in every view.

    Gives what Textual runs for the one that was chosen. Typing searches keys and words.

    Args:
        view: id of the view.
    """

    DEFAULT_CSS = Path(__file__).with_name("screen.tcss").read_text("utf-8")

    def __init__(self, view: str) -> None:
        super().__init__(f"Keys of {view}")
        self._view = view

    def on_mount(self) -> None:
        """Shows the keys; those of the widget with the focus first."""
        self.list.show([*focused_keys(self.app), *view_keys(self._view)])

    def keys_told(self, *, in_list: bool) -> Sequence[tuple[str, str]]:  # noqa: ARG002 - the same in both parts
        """Returns keys and what they do."""
        return (("⏎", "do it"), ("↑ ↓", "move"), ("esc", "close"))

    def action_accept(self) -> None:
        """Does what is under the cursor."""
        self.dismiss(self.list.current.key if self.list.current else None)


def focused_keys(app: App[int]) -> Iterator[Choice]:
    """Yields the keys of the widget that has the focus in the view."""
    # The view below: `app.screen` is this dialog by now.
    screen = cast("BranchlabApp", app).view
    focused = screen.focused
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for key, active in screen.active_bindings.items():
        if focused is not None and active.node is focused and active.binding.description:
            action = f"focused.{active.binding.action}"
            keys.setdefault(action, []).append(shown_key(key))
            words[action] = active.binding.description
    for action, shown in keys.items():
        yield Choice(action, _line(shown, words[action]), "here")


def view_keys(view: str) -> Iterator[Choice]:
    """Yields the keys of a view: its own, then those that work in every view."""
    own = {action.id for action in own_actions(view)}
    for action in actions_of(view):
        if action.keys:
            place = "this view" if action.id in own else "all views"
            words = f"{action.label:<{_LABEL_CELLS}} {action.title}"
            yield Choice(action_string(action), _line([shown_key(key) for key in action.keys], words), place)


def _line(keys: Sequence[str], words: str) -> str:
    return f"{' '.join(keys):<{_KEY_CELLS}} {words}"
