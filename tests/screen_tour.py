"""Goes through the terminal UI as somebody who tries every key, and looks at each screen on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.actions.registry import actions_of
from branchlab_tui.messages.open_view import OpenView
from driven_app import drive
from opened_view import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp

    Look = Callable[[Opened, str], None]

VIEWS = ("experiments", "experiment", "diff", "compare", "curves", "plots", "sweep")
LEAVES = frozenset({"escape", "q", "Q", "ctrl+q", "ctrl+c", "f5", "R"})  # what leads out, and reading all anew
MOVES = ("j", "j", "k", "right", "left", "tab", "space", "enter")


def tour(folder: Path, keys: Sequence[str], look: Look, *, moves: Sequence[str] = MOVES, every: bool = False) -> None:
    """Opens each view of some experiments, presses keys in it and looks after each.

    Args:
        folder: of the project.
        keys: of the experiments.
        look: gets the program and where it stands, after each key.
        moves: which keys to press in each view.
        every: presses each key that the view has, also those that open a dialog or change the repository.
    """

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        opened = Opened(pilot, app)
        for view in VIEWS:
            app.post_message(OpenView(view, tuple(keys), place="wide" if view == "sweep" else ""))
            await opened.until(lambda view=view: view == app.view.VIEW)  # type: ignore[misc]
            await opened.rest()
            look(opened, view)
            for key in (*moves, *(keys_of(view) if every else ())):
                await opened.press(key)
                look(opened, f"{view}: {key}")
                await home(opened, view, keys)

    drive(folder, steps, size=(160, 48))


def keys_of(view: str) -> list[str]:
    """Returns each key of a view, but for those that leave it."""
    return [key for action in actions_of(view) for key in action.keys if key not in LEAVES]


async def home(opened: Opened, view: str, keys: Sequence[str]) -> None:
    """Closes what a key opened: dialogs, and other views."""
    app = opened.app
    for _ in range(6):
        if app.screen is app.view:
            break
        await opened.press("escape")
    if view != app.view.VIEW:
        app.post_message(OpenView(view, tuple(keys), place="wide" if view == "sweep" else ""))
        await opened.until(lambda: view == app.view.VIEW)
        await opened.rest()
