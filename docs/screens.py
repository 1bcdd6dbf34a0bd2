"""Draws the pictures of docs/tui.md: opens the terminal UI over a demo project and presses keys.

python docs/screens.py FOLDER              FOLDER is one that `branchlab demo FOLDER` made
python docs/screens.py FOLDER --only diff --size 80x24 --theme light --into /tmp/pictures
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
sys.path.insert(0, str(Path(__file__).parent))

from cells import draw_cells

from branchlab_tui.app import BranchlabApp
from branchlab_tui.model.store import open_store

if TYPE_CHECKING:
    from textual.pilot import Pilot

LONGEST = 20.0  # seconds that a picture may take to settle


class Shot(NamedTuple):
    """One picture: keys to press before it is taken, and what it shows."""

    name: str
    keys: tuple[str, ...]
    title: str


SHOTS = (
    Shot("experiments", ("j",), "all experiments"),
    Shot("filter", ("slash", *"accuracy>0.9"), "a filter while it is typed"),
    Shot("experiment", ("j", "enter"), "everything about one experiment"),
    Shot("diff", ("j", "D"), "an experiment against the baseline"),
    Shot("compare", ("j", "space", "space", "j", "space", "space", "c"), "four experiments side by side"),
    Shot("curves", ("j", "space", "space", "j", "space", "space", "t"), "the curves of four experiments"),
    Shot("plots", ("j", "6"), "plots of one experiment"),
    Shot("sweep", ("7",), "one sweep"),
)


async def settle(pilot: Pilot[int]) -> None:
    """Waits until everything is read and drawn."""
    app = pilot.app
    assert isinstance(app, BranchlabApp)  # noqa: S101 - tells the type
    waited = 0.0
    while waited < LONGEST and not app.snapshot.complete:
        await asyncio.sleep(0.05)
        waited += 0.05
    for _ in range(4):  # work that starts other work
        await pilot.pause(0.15)
        await app.workers.wait_for_complete()
    await pilot.pause()


def take(folder: str, shot: Shot, size: tuple[int, int], theme: str) -> str:
    """Returns the SVG of what stands on the screen after the keys of a shot."""
    app = BranchlabApp(open_store(folder), theme=theme, fresh=True)

    async def run() -> str:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for key in shot.keys:
                await pilot.press(key)
                await pilot.pause()
            await settle(pilot)
            colours = app.theme_variables
            rows = app.screen._compositor.render_strips()  # noqa: SLF001 - as Textual's own screenshots do
            picture: str = draw_cells(
                rows, size, f"branchlab: {shot.title}", colours["foreground"], colours["background"]
            )
            return picture

    return asyncio.run(run())


def main() -> None:
    """Draws the pictures that were asked for."""
    parser = argparse.ArgumentParser(description="Draws the pictures of docs/tui.md.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", choices=[shot.name for shot in SHOTS])
    parser.add_argument("--keys", help="take one picture after these keys instead, separated by commas")
    parser.add_argument("--size", default="122x36")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--into", type=Path, default=Path(__file__).with_name("pictures"))
    asked = parser.parse_args()
    width, _, height = asked.size.partition("x")
    asked.into.mkdir(exist_ok=True)
    chosen = [shot for shot in SHOTS if not asked.only or shot.name in asked.only]
    if asked.keys is not None:
        chosen = [Shot("keys-pressed", tuple(filter(None, asked.keys.split(","))), "as asked")]
    for shot in chosen:
        picture = take(str(asked.folder.absolute()), shot, (int(width), int(height)), asked.theme)
        (asked.into / f"{shot.name}.svg").write_text(picture)


if __name__ == "__main__":
    main()
