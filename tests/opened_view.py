"""Opens one view of the terminal UI over a real repository."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.events import Key

from branchlab_tui.app import BranchlabApp
from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.model.store import open_store
from driven_app import drive, screen_text, settled, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

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


class KeptProgram:
    """A program that stays open for all tests of a module, which takes most of their time away."""

    def __init__(self, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._app = BranchlabApp(open_store(str(folder)))
        self._running = self._app.run_test(size=(120, 40))
        self._pilot = self._runner.run(self._running.__aenter__())

    def open(self, view: str, keys: Sequence[str], use: Use, size: tuple[int, int] = (120, 40)) -> None:
        """Opens a view anew for some experiments and lets `use` work with it."""
        self._runner.run(self._open(view, tuple(keys), use, size))

    def close(self) -> None:
        """Ends the program."""
        self._runner.run(self._running.__aexit__(None, None, None))
        self._runner.close()

    async def _open(self, view: str, keys: tuple[str, ...], use: Use, size: tuple[int, int]) -> None:
        opened = Opened(self._pilot, self._app)
        if self._app.size != size:
            await self._pilot.resize_terminal(*size)
        for message in (OpenView("experiments"), OpenView(view, keys)):
            self._app.post_message(message)
            await self._pilot._wait_for_screen()
        await opened.rest()
        await use(opened)
