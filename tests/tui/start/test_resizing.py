"""A terminal that changes its size faster than a screen is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from driven_app import drive, screen_text, settled
from reading_project import make_project

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

MOST = 100  # layouts; a dozen are in order


class Between(Message):
    """Anything that waits between two sizes, which would be one otherwise."""


@pytest.mark.parametrize("over", ["", "question_mark", "colon", "ctrl+p", "C"], ids=lambda key: key or "table")
def test_two_sizes_that_wait_together_do_not_bring_each_other_back(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    laid_out: list[Size] = []
    whole = Screen._screen_resized

    def count(screen: Screen[object], size: Size) -> None:
        laid_out.append(size)
        if len(laid_out) < MOST:  # else the test would not end either
            whole(screen, size)

    monkeypatch.setattr(Screen, "_screen_resized", count)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        if over:
            await pilot.press(over)
            await settled(pilot)
        for size in (Size(30, 10), app.size, Size(200, 60), app.size):
            for screen in app.screen_stack:
                screen.post_message(Resize(size, size))
                screen.post_message(Between())
                screen.post_message(Between())
        await settled(pilot)
        assert len(laid_out) < MOST
        assert {screen.size for screen in app.screen_stack} == {app.size}
        await pilot.press("escape")

    drive(make_project(repository).path, steps)


def test_the_last_of_many_sizes_is_the_one_that_is_shown(repository: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        for width, height in ((30, 10), (200, 60), (81, 20), (60, 16), (100, 30)):
            await pilot.resize_terminal(width, height)
        await settled(pilot)
        lines = screen_text(app).splitlines()
        assert (len(lines), len(lines[0])) == (30, 100)
        assert app.screen.size == Size(100, 30)

    drive(make_project(repository).path, steps)
