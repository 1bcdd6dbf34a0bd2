from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.widgets.table.column import Cell, Column
from branchlab_tui.widgets.table.messages import CursorMoved, Scrolled
from table_in_app import COLUMNS, NAME, PlainRows, TableApp, in_app, numbered, press

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot


def test_the_cursor_follows_its_row_into_another_order_and_keeps_its_line() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "j", "j", "j")
        app.said.clear()
        app.table.show(PlainRows(f"r{number}" for number in reversed(range(40))), COLUMNS)

    app = in_app(TableApp(numbered(40)), steps)
    assert app.table.cursor_key == "r3"
    assert app.lines[-4].startswith("▸ r3")  # as low as it can be: the rows behind it fill the rest
    assert not [said for said in app.said if isinstance(said, CursorMoved)]


def test_the_cursor_keeps_its_place_when_its_row_is_gone_and_says_so() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "j", "j", "j")
        app.said.clear()
        app.table.show(PlainRows(["r0", "r1", "r2", "r4", "r5"]), COLUMNS)

    app = in_app(TableApp(numbered(40)), steps)
    assert app.table.cursor_key == "r4"
    assert [said.key for said in app.said if isinstance(said, CursorMoved)] == ["r4"]


def test_the_cursor_returns_to_a_row_that_a_filter_hid_for_a_while() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "j", "j", "j")
        for rows in (PlainRows(["r0"]), PlainRows([]), numbered(40)):
            app.table.show(rows, COLUMNS)
            await pilot.pause()

    app = in_app(TableApp(numbered(40)), steps)
    assert app.table.cursor_key == "r3"


def test_a_cursor_that_was_never_moved_stays_on_the_first_row() -> None:
    async def steps(_: Pilot[None], app: TableApp) -> None:
        app.table.show(PlainRows(["r9", "r0"]), COLUMNS)
        assert app.table.cursor_key == "r9"
        app.table.move_to("r9")
        app.table.show(PlainRows(["r0", "r9"]), COLUMNS)

    assert in_app(TableApp(numbered(40)), steps).table.cursor_key == "r9"


def test_marks_outlive_a_filter_and_stand_behind_those_that_are_shown() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "space", "space", "space")
        app.table.show(PlainRows(["r2", "r7"]), COLUMNS)

    app = in_app(TableApp(numbered(40)), steps)
    assert app.table.marked == ("r2", "r0", "r1")


def test_an_empty_table_shows_its_heading_and_no_key_hurts_it() -> None:
    keys = [
        "j",
        "k",
        "g",
        "G",
        "ctrl+d",
        "pagedown",
        "pageup",
        "h",
        "l",
        "space",
        "v",
        "v",
        "asterisk",
        "enter",
        "less_than_sign",
        "greater_than_sign",
    ]

    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, *keys)
        await pilot.click(offset=(5, 5))

    app = in_app(TableApp(PlainRows([])), steps)
    assert app.table.cursor_key is None
    assert app.table.marked == ()
    assert [line.strip() for line in app.lines[1:]] == [""] * 11


def test_a_table_without_columns_is_blank() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "j", "l", "space", "v", "enter")

    app = in_app(TableApp(numbered(3), ()), steps)
    assert "".join(app.lines).strip() == ""


def test_a_column_wider_than_the_screen_is_cut() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "j", "l")

    app = in_app(TableApp(numbered(3), [NAME._replace(width=200)]), steps)
    assert app.lines[2].startswith("▸ r1")


@pytest.mark.parametrize("size", [(20, 12), (8, 4), (2, 2), (1, 1), (60, 3)])
def test_any_size_shows_the_row_of_the_cursor_or_as_much_as_there_is(size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "G", "l")

    app = in_app(TableApp(numbered(40), sticky=["r7"]), steps, size)
    assert all(len(line) == size[0] for line in app.lines)
    assert app.lines[-1].startswith("▸") == (min(size) > 1)


def test_a_narrow_screen_shows_the_name_and_the_column_of_the_cursor() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "dollar_sign")

    app = in_app(TableApp(numbered(40)), steps, (20, 12))
    assert app.lines[1].split() == ["▸", "r0", "r0.h", "▐"]


def test_no_size_makes_the_cursor_lose_its_place() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "pagedown", "j", "j", "dollar_sign")
        for size in ((60, 4), (20, 12), (60, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            shown = [line for line in app.look() if line.startswith("▸")]
            assert len(shown) == 1
            assert shown[0].split()[1] == app.table.cursor_key == "r12"
            assert app.lines[0].split()[-1] == "h"

    in_app(TableApp(numbered(40)), steps)


def test_sticky_rows_stand_under_the_heading_while_the_others_scroll() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "G")

    app = in_app(TableApp(numbered(40), sticky=["r7"]), steps)
    assert app.lines[1].startswith("  r7 ")
    assert app.lines[-1].startswith("▸ r39")


class RowsAndBaseline(PlainRows):
    """Rows of which the last one is not part of the list."""

    def __len__(self) -> int:
        return len(self.keys) - 1

    def place(self, key: str) -> int | None:
        return self.keys.index(key) if key in self.keys else None


def test_a_row_may_stand_under_the_heading_only() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "asterisk", "G")

    app = in_app(TableApp(RowsAndBaseline(["r1", "r2", "base"]), sticky=["base", "nothing"]), steps)
    assert app.lines[1].startswith("  base ")
    assert app.table.marked == ("r1", "r2")
    assert app.table.visible_keys() == ["r1", "r2"]


def test_other_rows_in_sight_are_told_by_whatever_means_they_came() -> None:
    told = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        changes: tuple[Callable[[], None], ...] = (
            lambda: app.table.action_step(1),
            lambda: app.table.action_page(1),
            lambda: app.table.show(numbered(40), COLUMNS),
            lambda: app.table.move_to("r0"),
        )
        for change in changes:
            app.said.clear()
            change()
            await pilot.pause()
            told.append(any(isinstance(said, Scrolled) for said in app.said))
        app.said.clear()
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        told.append(any(isinstance(said, Scrolled) for said in app.said))

    in_app(TableApp(numbered(40)), steps)
    assert told == [False, True, True, True, True]


def test_only_cells_in_sight_are_asked_for() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        rows = PlainRows(f"r{number}" for number in range(5000))
        app.table.show(rows, COLUMNS)
        await pilot.pause()
        assert rows.asked == 11 * 7

    in_app(TableApp(numbered(1)), steps)


def test_text_of_a_repository_is_shown_as_it_is_and_steers_nothing() -> None:
    hostile = "[/red][@click=app.quit]\x1b[2J\u202e"

    async def steps(_: Pilot[None], __: TableApp) -> None:
        pass

    rows = PlainRows(["r0", "=g"], {"r0.name": hostile, "=g.name": hostile})
    app = in_app(TableApp(rows, [Column("name", hostile, 40)]), steps)
    assert all(line[2:].startswith("[/red][@click=app.quit]\\x1b[2J\\u202e") for line in app.lines[:3])


class Styled(PlainRows):
    """Rows whose cells have a style."""

    def cell(self, place: int, column: str) -> Cell:
        return super().cell(place, column)._replace(style="better" if column == "a" else "")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
def test_the_cursor_row_is_bold_or_reversed_besides_its_colour(theme: str) -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        app.theme = theme
        await pilot.pause()
        cursor, other = app.screen._compositor.render_strips()[1:3]
        assert all(style and style.bold for text, style, _ in list(cursor)[:-1] if text.strip())
        plain, better = (next(style for text, style, _ in other if word in text) for word in ("r1 ", "r1.a"))
        assert plain
        assert better
        assert plain.color != better.color

    in_app(TableApp(Styled(f"r{number}" for number in range(5))), steps)


def test_without_colour_the_cursor_is_bold_and_has_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(_: Pilot[None], app: TableApp) -> None:
        cursor, other = (list(strip) for strip in app.screen._compositor.render_strips()[1:3])
        colours = [style.color.get_truecolor() for _, style, _ in [*cursor, *other] if style and style.color]
        assert all(len(set(colour)) == 1 for colour in colours)  # greys
        assert all(style and style.bold for text, style, _ in cursor if text.strip())
        assert not any(style and style.bold for _, style, _ in other)

    app = in_app(TableApp(Styled(f"r{number}" for number in range(5))), steps)
    assert app.lines[1].startswith("▸")


def test_the_border_below_says_which_rows_are_in_sight() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        app.table.styles.border = ("round", "white")
        await pilot.pause()
        assert "1-9 of 40" in app.look()[-1]
        await press(pilot, "pagedown")

    app = in_app(TableApp(numbered(40)), steps)
    assert "9-17 of 40" in app.lines[-1]
