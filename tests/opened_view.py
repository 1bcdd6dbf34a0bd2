"""Opens one view of the terminal UI over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab_tui.messages.open_view import OpenView
from driven_app import drive, screen_text, settled, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp

    Use = Callable[["Opened"], Awaitable[None]]


class Opened:
    """A view that a test looks at and presses keys in."""

    def __init__(self, pilot: Pilot[int], app: BranchlabApp) -> None:
        self.pilot = pilot
        self.app = app

    @property
    def view(self) -> Any:
        """The view on top."""
        return self.app.view

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self.app)

    def line(self, part: str) -> str:
        """Returns the first line of the screen with a text, which must be there."""
        found = [line for line in self.text.split("\n") if part in line]
        assert found, f"{part!r} is not on the screen:\n{self.text}"
        return found[0]

    async def press(self, *keys: str) -> None:
        """Presses keys, and waits for what they start."""
        for key in keys:
            await self.pilot.press(key)
        await self.rest()

    async def rest(self) -> None:
        """Waits until nothing goes on any more."""
        await settled(self.pilot)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something holds."""
        await until(self.pilot, holds)


def open_view(
    folder: Path, view: str, keys: Sequence[str], use: Use, size: tuple[int, int] = (120, 40), **options: Any
) -> None:
    """Opens a view of some experiments and lets `use` work with it."""

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        opened = Opened(pilot, app)
        app.post_message(OpenView(view, tuple(keys)))
        await opened.until(lambda: view == app.view.VIEW)
        await opened.rest()
        await use(opened)

    drive(folder, steps, size, **options)
