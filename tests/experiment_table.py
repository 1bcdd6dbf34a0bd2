"""A small project for the tests of the table of experiments, and the table driven over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.app import BranchlabApp
from branchlab_tui.screens.experiments.screen import ExperimentsScreen
from branchlab_tui.widgets.query_bar.query_input import QueryInput
from driven_app import drive, screen_text, settled
from reading_project import make_project
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path
    from typing import Any

    from textual.pilot import Pilot

    Steps = Callable[[Pilot[int], ExperimentsScreen], Awaitable[None]]

WIDER = "exp/model/wider"  # best but for its speed
DEEPER = "exp/model/a-much-deeper-network-with-a-name-that-is-long"
MORE = "exp/data/more-rows"  # measured on other data
FAILED = "exp/tune/lr-1e-5"
NEWEST_FIRST = [MORE, DEEPER, WIDER, FAILED]  # all started at the same moment, so by name


def make_table_project(folder: Path) -> ScratchRepository:
    """Makes a repository with four experiments; `main` recorded nothing."""
    folder.mkdir(parents=True)
    repository = ScratchRepository(folder)
    repository.git("init", "--quiet")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "start")
    return make_project(repository)


def look(
    project: ScratchRepository, steps: Steps, size: tuple[int, int] = (100, 24), *, fresh: bool = True, **options: Any
) -> BranchlabApp:
    """Opens the table and lets `steps` use it."""

    async def run(pilot: Pilot[int], app: BranchlabApp) -> None:
        screen = app.screen
        assert isinstance(screen, ExperimentsScreen)
        await steps(pilot, screen)

    return drive(project.path, run, size, fresh=fresh, **options)


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Presses keys; a text that begins with a blank is typed letter by letter."""
    written = [list(map(_key, key[1:])) if key.startswith(" ") and len(key) > 1 else [key] for key in keys]
    await pilot.press(*(key for some in written for key in some))
    await settled(pilot)


async def write_query(pilot: Pilot[int], screen: ExperimentsScreen, text: str, *keys: str) -> None:
    """Opens the query bar unless it is, puts a text there at once, and presses keys."""
    if not screen.query(QueryInput):
        await press(pilot, "slash")
    field = screen.query_one(QueryInput)
    field.value = text
    field.cursor_position = len(text)
    await press(pilot, *keys)


def _key(letter: str) -> str:
    names = {" ": "space", ">": "greater_than_sign", "=": "equals_sign", ":": "colon", ".": "full_stop", "-": "minus"}
    return names.get(letter, letter)


def text_of(screen: ExperimentsScreen) -> str:
    """Returns what stands on the screen."""
    app = screen.app
    assert isinstance(app, BranchlabApp)
    return screen_text(app)


def shown(screen: ExperimentsScreen) -> list[str]:
    """Returns the row keys in the table, from top to bottom."""
    rows = screen.arrangement.rows
    return [rows.key(place) for place in range(len(rows))]
