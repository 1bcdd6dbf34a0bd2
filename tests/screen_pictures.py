"""Screens of the program as text and as styles, so that a test can hold them against what somebody looked at.

WRITE_GOLDEN=1 writes the files anew; then look at them, or at pictures (python docs/screens.py).
"""

from __future__ import annotations

import asyncio
import difflib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from textual._context import visible_screen_stack
from textual.events import Key

from branchlab_tui.app import BranchlabApp
from branchlab_tui.model.store import open_store
from driven_app import SECONDS, is_busy, settled
from opened_view import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.color import Color
    from rich.segment import Segment
    from textual.pilot import Pilot

    from scratch_repository import ScratchRepository

MODES = ("dark", "light", "no-colour")
LEAST_CONTRAST = 2.5  # of the palest text, line numbers; what one reads has more (tests/tui/chrome)
_STILL = 3  # looks that find the same

Rows = list[list["Segment"]]


class Shown(NamedTuple):
    """A screen, and the keys that lead to it from the one before."""

    name: str
    keys: tuple[str, ...]


class Golden(NamedTuple):
    """A file of screens that somebody looked at, and whether it holds styles."""

    file: Path
    styles: bool = False


def check_pictures(
    repository: ScratchRepository, size: tuple[int, int], mode: str, views: Sequence[Shown], golden: Sequence[Golden]
) -> None:
    """Opens the views one after the other, and holds each against what somebody looked at."""
    taken = take(repository, size, mode, views, golden)
    for one in golden:
        check_golden(one.file, page(taken, styles=one.styles))
    check_colours(taken, mode)


def take(
    repository: ScratchRepository, size: tuple[int, int], mode: str, views: Sequence[Shown], golden: Sequence[Golden]
) -> dict[str, Rows]:
    """Returns the rows of each screen, one after the other in one program.

    A screen may come in steps, and on a busy machine a step can be long: each has time to become what was looked at.
    """
    theme = {"dark": "dark", "light": "light"}.get(mode, "")
    app = BranchlabApp(open_store(str(repository.path)), theme=theme, fresh=True)
    taken = {}

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for view in views:
                await _press(pilot, view.keys)
                taken[view.name] = await _becomes(pilot, view.name, golden)

    asyncio.run(run())
    return taken


def page(taken: dict[str, Rows], *, styles: bool) -> str:
    """Returns screens as text; with `styles` also how each cell looks."""
    return "".join(_part(name, rows, styles=styles) for name, rows in taken.items())


def check_golden(file: Path, text: str) -> None:
    """Holds a text against the file that somebody looked at."""
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    wanted = file.read_text(encoding="utf-8")
    other = difflib.unified_diff(wanted.splitlines(), text.splitlines(), "looked at", "now", lineterm="", n=1)
    assert text == wanted, "\n".join(other)


def check_colours(taken: dict[str, Rows], mode: str) -> None:
    """Checks that every word stands out from its background, and that there is no colour where none is wanted."""
    segments = [one for rows in taken.values() for row in rows for one in row if any(map(str.isalnum, one.text))]
    if mode == "no-colour":
        assert [one for one in segments if _is_coloured(one)] == []
    else:
        assert [one for one in segments if _contrast(one) < LEAST_CONTRAST] == []


async def _press(pilot: Pilot[int], keys: tuple[str, ...]) -> None:
    """Sends keys as a terminal does: all at once."""
    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        event = Key(key, key if len(key) == 1 else CHARACTERS.get(key))
        event.set_sender(pilot.app)
        driver.send_message(event)


async def _becomes(pilot: Pilot[int], name: str, golden: Sequence[Golden]) -> Rows:
    """Waits until a screen is what was looked at, and returns what stands there then, or after a long wait."""
    wanted = [] if os.environ.get("WRITE_GOLDEN") else [(one.file.read_text("utf-8"), one.styles) for one in golden]
    end = time.monotonic() + SECONDS
    rows = await _still(pilot)
    while not all(_part(name, rows, styles=styles) in text for text, styles in wanted) and time.monotonic() < end:
        rows = await _still(pilot)
    return rows


async def _still(pilot: Pilot[int]) -> Rows:
    """Waits until nothing changes any more and returns what stands on the screen."""
    assert isinstance(pilot.app, BranchlabApp)
    before: Rows = []
    same, end = 0, time.monotonic() + SECONDS
    while same < _STILL:
        assert time.monotonic() < end, "the screen does not come to rest"
        await asyncio.sleep(0.04)
        visible_screen_stack.set(pilot.app._background_screens)  # what a dialog stands on, as for a real terminal
        now = [list(strip) for strip in pilot.app.screen._compositor.render_strips()]
        same = same + 1 if now == before and not is_busy(pilot.app) else 0
        before = now
    return before


def _part(name: str, rows: Rows, *, styles: bool) -> str:
    return "\n".join([f"=== {name} ===", _text(rows), *([_styles(rows)] if styles else []), ""])


def _text(rows: Rows) -> str:
    return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows)


def _styles(rows: Rows) -> str:
    """Returns each line as runs of a letter and a length, and what the letters mean."""
    letters: dict[str, str] = {}
    lines = []
    for row in rows:
        runs: list[list[str | int]] = []
        for segment in row:
            letter = letters.setdefault(str(segment.style or "plain"), f"{len(letters)}.")
            if runs and runs[-1][0] == letter:
                runs[-1][1] = int(runs[-1][1]) + len(segment.text)
            else:
                runs.append([letter, len(segment.text)])
        lines.append(" ".join(f"{letter}{length}" for letter, length in runs))
    return "\n".join([*lines, *(f"{letter} {style}" for style, letter in letters.items())])


def _is_coloured(segment: Segment) -> bool:
    style = segment.style
    return style is not None and any(colour and not colour.is_default for colour in (style.color, style.bgcolor))


def _contrast(segment: Segment) -> float:
    """Returns the contrast of text to its background (WCAG 2.1, 1.4.3)."""
    style = segment.style
    if style is None or style.color is None or style.bgcolor is None:
        return LEAST_CONTRAST
    one, other = sorted((_luminance(style.color), _luminance(style.bgcolor)))
    return (other + 0.05) / (one + 0.05)


def _luminance(colour: Color) -> float:
    channels = [channel / 255 for channel in colour.get_truecolor()]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
