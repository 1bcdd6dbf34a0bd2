"""Drives the whole terminal UI over a real repository with Textual's Pilot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from branchlab_tui.app import BranchlabApp
from branchlab_tui.model.store import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

    Steps = Callable[[Pilot[int], BranchlabApp], Awaitable[None]]

SECONDS = 20.0  # a step that waits longer has failed
_SOON = 0.25  # seconds; a longer pause is between two looks at what others do


def drive(folder: Path | str, steps: Steps, size: tuple[int, int] = (120, 40), **options: Any) -> BranchlabApp:
    """Opens the program in a folder of a repository, lets `steps` use it, and returns it after its end."""
    app = BranchlabApp(open_store(str(folder)), **options)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await steps(pilot, app)

    asyncio.run(run())
    return app


async def settled(pilot: Pilot[int]) -> None:
    """Waits until everything is read and no worker is busy."""
    app = pilot.app
    assert isinstance(app, BranchlabApp)
    await until(pilot, lambda: app.snapshot.complete)
    await pilot.pause()
    # Not `wait_for_complete`, which fails when a newer worker takes the place of one that it waits for.
    await until(pilot, lambda: not is_busy(app))


def is_busy(app: BranchlabApp) -> bool:
    """Tells whether something is still to come: a worker, a message, or what waits a moment for more keys."""
    if app._limit is not None or app._waiting or not all(worker.is_finished for worker in app.workers):
        return True
    return any(_has_more(node) for node in (app, *app.screen.walk_children(with_self=True)))


def _has_more(node: MessagePump) -> bool:
    soon = (timer for timer in node._timers if timer._repeat == 0 and timer._interval < _SOON)
    return bool(node.message_queue_size) or any(timer._task is not None and not timer._task.done() for timer in soon)


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Waits until something holds.

    Raises:
        AssertionError: when it does not within twenty seconds; it shows the screen.
    """
    waited = 0.0
    while not holds():
        assert waited < SECONDS, f"this never came to be:\n{screen_text(pilot.app)}"
        await asyncio.sleep(0.02)
        waited += 0.02
        await pilot.pause()


def screen_text(app: App[Any]) -> str:
    """Returns what stands on the screen, one line a row."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[:height])[: (width + 1) * height]
