"""A program with nothing but a patch, for tests that press keys in it and look at its lines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App

from branchlab_tui.widgets.diff_view.parser import parse_patch
from branchlab_tui.widgets.diff_view.view import DiffView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.geometry import Region
    from textual.pilot import Pilot

    Steps = Callable[[Pilot[None], "PatchApp"], Awaitable[None]]


def patch_of(path: str, *hunks: str, header: str = "index 1..2 100644\n") -> str:
    """Returns the patch of one file; each hunk is its heading and its lines."""
    return f"diff --git a/{path} b/{path}\n{header}--- a/{path}\n+++ b/{path}\n" + "".join(hunks)


class CountingDiff(DiffView):
    """A patch that keeps what it asks to be repainted; an empty tuple stands for everything."""

    DEFAULT_CSS = ""  # the sheet of the class above applies

    def __init__(self) -> None:
        super().__init__()
        self.repainted: list[tuple[Region, ...]] = []

    def _set_dirty(self, *regions: Region) -> None:
        self.repainted.append(regions)
        super()._set_dirty(*regions)


class PatchApp(App[None]):
    """Shows a patch."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, text: str) -> None:
        super().__init__()
        self.view = CountingDiff()
        self.text = text

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.show(parse_patch(self.text))
        self.view.focus()

    def look(self) -> list[str]:
        """Returns what stands on the screen, without blanks at the ends of lines."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip("▐ ") for strip in strips]

    def here(self) -> str:
        """Returns the line with the cursor."""
        return next((line for line in self.look() if line.startswith("▸")), "")


def in_app(text: str, steps: Steps, size: tuple[int, int] = (80, 20)) -> None:
    """Shows a patch and lets `steps` use it."""

    async def run() -> None:
        app = PatchApp(text)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.view.repainted.clear()
            await steps(pilot, app)

    asyncio.run(run())
