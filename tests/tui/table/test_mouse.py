from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from branchlab_tui.widgets.table.messages import (
    ColumnDropped,
    ColumnMoved,
    HeadingClicked,
    MarksChanged,
    RowOpened,
    Scrolled,
    WidthChanged,
)
from table_in_app import TableApp, in_app, numbered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

# Line 0 is the heading; `name` stands at cell 2, `a` at 12, `b` at 20, each six wide with a gap of two.


def mouse(*moves: Callable[[Pilot[None]], Awaitable[object]], rows: int = 40) -> TableApp:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        for move in moves:
            await move(pilot)
            await pilot.pause()

    return in_app(TableApp(numbered(rows)), steps)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)


def wheel(
    kind: type[events.MouseScrollDown | events.MouseScrollUp], *, shift: bool = False
) -> Callable[[Pilot[None]], Awaitable[object]]:
    async def turn(pilot: Pilot[None]) -> None:
        await pilot._post_mouse_events([kind], offset=(5, 5), shift=shift)

    return turn


def test_a_click_moves_both_cursors() -> None:
    app = mouse(lambda pilot: pilot.click(offset=(14, 3)))
    assert app.table.cursor_key == "r2"
    assert [said.column for said in app.said if isinstance(said, ColumnMoved)] == ["a"]


def test_a_double_click_opens_the_row() -> None:
    app = mouse(lambda pilot: pilot.click(offset=(4, 3), times=2))
    assert [said.key for said in app.said if isinstance(said, RowOpened)] == ["r2"]


def test_a_click_below_the_last_row_does_nothing() -> None:
    assert not mouse(lambda pilot: pilot.click(offset=(4, 9)), rows=3).said


def test_a_click_with_control_marks_a_row() -> None:
    app = mouse(
        lambda pilot: pilot.click(offset=(4, 3), control=True),
        lambda pilot: pilot.click(offset=(4, 5), control=True),
    )
    assert app.table.marked == ("r2", "r4")


def test_a_click_with_shift_marks_all_rows_up_to_it() -> None:
    app = mouse(lambda pilot: pilot.click(offset=(4, 4)), lambda pilot: pilot.click(offset=(4, 2), shift=True))
    assert app.table.marked == ("r1", "r2", "r3")
    assert [said.keys for said in app.said if isinstance(said, MarksChanged)] == [("r1", "r2", "r3")]


def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = mouse(wheel(events.MouseScrollDown), wheel(events.MouseScrollDown), wheel(events.MouseScrollUp))
    assert app.table.visible_keys()[0] == "r3"
    assert app.table.cursor_key == "r0"
    assert {type(said) for said in app.said} == {Scrolled}


def test_the_wheel_with_shift_scrolls_by_a_column() -> None:
    app = mouse(wheel(events.MouseScrollDown, shift=True))
    assert app.lines[0].split()[:3] == ["name", "‹", "b"]  # noqa: RUF001 - the mark of hidden columns
    app = mouse(wheel(events.MouseScrollDown, shift=True), wheel(events.MouseScrollUp, shift=True))
    assert app.lines[0].split()[:2] == ["name", "a"]


def test_a_click_on_a_heading_asks_to_sort_and_with_shift_to_sort_by_it_as_well() -> None:
    app = mouse(lambda pilot: pilot.click(offset=(15, 0)), lambda pilot: pilot.click(offset=(23, 0), shift=True))
    said = [(message.column, message.add) for message in app.said if isinstance(message, HeadingClicked)]
    assert said == [("a", False), ("b", True)]
    assert app.table.cursor_key == "r0"


def test_dragging_the_edge_of_a_heading_makes_its_column_wider() -> None:
    app = mouse(lambda pilot: drag(pilot, (18, 0), (21, 0)))
    assert [(said.column, said.width) for said in app.said] == [("a", 9)]  # type: ignore[attr-defined]
    assert isinstance(app.said[0], WidthChanged)
    assert app.lines[1].index("r0.b") == 25


def test_a_column_cannot_be_dragged_to_nothing() -> None:
    app = mouse(lambda pilot: drag(pilot, (18, 0), (1, 0)))
    assert [said.width for said in app.said if isinstance(said, WidthChanged)] == [2]


def test_dragging_a_heading_to_another_asks_to_move_the_column() -> None:
    app = mouse(lambda pilot: drag(pilot, (15, 0), (30, 0)), lambda pilot: drag(pilot, (30, 0), (15, 0)))
    said = [(message.column, message.before) for message in app.said if isinstance(message, ColumnDropped)]
    assert said == [("a", "d"), ("c", "a")]


def test_the_first_column_is_not_dragged_away() -> None:
    assert not mouse(lambda pilot: drag(pilot, (4, 0), (30, 0))).said


def test_dragging_the_scroll_bar_scrolls() -> None:
    app = mouse(lambda pilot: drag(pilot, (59, 1), (59, 11)))
    assert app.table.visible_keys()[-1] == "r39"
    assert app.table.cursor_key == "r0"
    assert app.lines[-1].endswith("▐")
