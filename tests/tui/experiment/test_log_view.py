"""The log on a screen: it follows, goes back, finds, and never takes what it shows for markup."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.events import MouseScrollUp

from branchlab_tui.widgets.log_view.demo import LogDemo
from branchlab_tui.widgets.log_view.log_view import LogView
from driven_app import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    Steps = Callable[[Pilot[int], LogView], Awaitable[None]]


def drive(path: Path, steps: Steps, size: tuple[int, int] = (40, 12)) -> None:
    app = LogDemo(str(path))

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await steps(pilot, app.query_one(LogView))

    asyncio.run(run())


async def settled(pilot: Pilot[int]) -> None:
    for _ in range(2):
        await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
        await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def text(view: LogView) -> list[str]:
    return ["".join(segment.text for segment in view.render_line(y)).rstrip(" ▐") for y in range(view.size.height)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Fifty thousand lines: several blocks."""
    path = tmp_path / "output.log"
    path.write_text("".join(f"line {number} of the log\n" for number in range(50_000)))
    return path


def test_the_end_stands_at_the_bottom_and_stays_there_while_the_log_grows(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        assert text(view)[-1] == "  line 49999 of the log"
        assert "following" in text(view)[0]
        with log.open("a") as file:
            file.write("something new\n")
        view.look()
        await settled(pilot)
        assert text(view)[-1] == "  something new"

    drive(log, steps)


def test_who_looks_further_up_is_left_in_peace_until_the_end_is_asked_for(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        await press(pilot, "k")
        before = text(view)[1:]
        assert before[-1] == "  line 49998 of the log"
        with log.open("a") as file:
            file.write("something new\n")
        view.look()
        await settled(pilot)
        assert text(view)[1:] == before
        await press(pilot, "G")
        assert text(view)[-1] == "  something new"
        await press(pilot, "F")
        assert not view.following
        await press(pilot, "F")
        assert view.following

    drive(log, steps)


def test_each_key_moves_by_as_much_as_it_says(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        for keys, last in [
            (["k", "up"], 49997),
            (["ctrl+u"], 49992),
            (["pageup"], 49982),
            (["pagedown"], 49992),
            (["ctrl+d", "j", "down"], 49999),
        ]:
            await press(pilot, *keys)
            assert text(view)[-1] == f"  line {last} of the log", keys
        assert view.following

    drive(log, steps)


def test_the_first_line_is_read_when_it_is_asked_for(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        assert "+ lines" in text(view)[0]
        await press(pilot, "g")
        assert text(view)[1] == "  line 0 of the log"
        assert text(view)[0].strip().startswith("output.log")
        assert "50,000 lines" in text(view)[0]

    drive(log, steps)


def test_a_search_goes_up_from_what_is_in_sight_then_on_and_round(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        await press(pilot, "slash")
        await press(pilot, *"4999")
        await press(pilot, "enter")
        assert [line for line in text(view) if line.startswith("▸")] == ["▸ line 49999 of the log"]
        await press(pilot, "N")
        assert [line for line in text(view) if line.startswith("▸")] == ["▸ line 49998 of the log"]
        await press(pilot, *"NNNNNNNN")
        assert [line for line in text(view) if line.startswith("▸")] == ["▸ line 49990 of the log"]
        await press(pilot, "N")  # reads further back
        assert [line for line in text(view) if line.startswith("▸")] == ["▸ line 44999 of the log"]
        await press(pilot, "n", "n")
        assert [line for line in text(view) if line.startswith("▸")] == ["▸ line 49991 of the log"]

    drive(log, steps)


def test_a_search_that_is_given_up_leaves_nothing_behind(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        await press(pilot, "slash")
        await press(pilot, *"zzz")
        assert view.needle == "zzz"
        await press(pilot, "escape")
        assert view.needle == ""
        assert not view.next_hit(1)

    drive(log, steps)


def test_hostile_output_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("[/red] [@click=app.quit]x[/] \x1b]0;evil\x07\x1b[31mred\x1b[0m \u202egnp.exe\n")

    async def steps(_pilot: Pilot[int], view: LogView) -> None:
        assert text(view)[1] == "  [/red] [@click=app.quit]x[/] red \\u202egnp.exe"

    drive(path, steps, size=(80, 6))


def test_long_lines_are_wrapped_or_cut(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("x" * 60 + "\nend\n")

    async def steps(pilot: Pilot[int], view: LogView) -> None:
        assert text(view)[1:4] == ["  " + "x" * 37, "  " + "x" * 23, "  end"]
        await press(pilot, "w")
        assert text(view)[1:3] == ["  " + "x" * 36 + "…", "  end"]

    drive(path, steps)


def test_the_wheel_scrolls(log: Path) -> None:
    async def steps(pilot: Pilot[int], view: LogView) -> None:
        view.post_message(MouseScrollUp(view, 5, 5, 0, -1, 0, False, False, False))  # noqa: FBT003 - as Textual makes it
        await settled(pilot)
        assert text(view)[-1] == "  line 49996 of the log"

    drive(log, steps)
