"""Opens one view of the terminal UI over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.events import Key

from branchlab_tui.messages.open_view import OpenView
from driven_app import drive, screen_text, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp

    Use = Callable[["Opened"], Awaitable[None]]


CHARACTERS = {"space": " ", "slash": "/", "minus": "-", "full_stop": ".", "comma": ","}


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
        """Presses keys as Textual names them, and waits for what they start.

        Between keys it waits until messages are handled, where Pilot's own `press` waits until the processor is idle:
        half of the time of a test.
        """
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            event = Key(key, key if len(key) == 1 else CHARACTERS.get(key))
            event.set_sender(self.app)
            driver.send_message(event)
            await self.pilot._wait_for_screen()
        await self.rest()

    async def rest(self) -> None:
        """Waits until workers are done, and what they brought is shown."""
        await until(self.pilot, lambda: self.app.snapshot.complete)
        await until(self.pilot, lambda: not any(worker.is_running for worker in self.app.workers))
        await self.pilot.pause()

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
