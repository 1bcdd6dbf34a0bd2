from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.widgets.table.line import BEFORE, BEHIND
from branchlab_tui.widgets.table.messages import ColumnDropped, ColumnMoved, CursorMoved, MarksChanged, RowOpened
from table_in_app import COLUMNS, PlainRows, TableApp, after_keys, in_app, numbered, press

if TYPE_CHECKING:
    from textual.pilot import Pilot


ROWS = (
    ("j", "r1"),
    ("down", "r1"),
    ("j j k", "r1"),
    ("j up", "r0"),
    ("k", "r0"),
    ("G", "r39"),
    ("end", "r39"),
    ("G j", "r39"),
    ("G g", "r0"),
    ("G home", "r0"),
    ("ctrl+d", "r5"),
    ("ctrl+d ctrl+u", "r0"),
    ("pagedown", "r10"),
    ("ctrl+f pageup", "r0"),
    ("pagedown pagedown pagedown pagedown", "r39"),
)


def test_keys_move_the_cursor_to_a_row() -> None:
    reached = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        for keys, _ in ROWS:
            app.table.move_to("r0")
            await press(pilot, *keys.split())
            shown = next(line for line in app.look() if line.startswith("▸"))
            reached.append((keys, shown.split()[1]))

    in_app(TableApp(numbered(40)), steps)
    assert reached == list(ROWS)


COLUMN_KEYS = (
    ("l", "a"),
    ("right", "a"),
    ("l l h", "a"),
    ("l left", "name"),
    ("h", "name"),
    ("dollar_sign", "h"),
    ("l 0", "name"),
)


def test_keys_move_the_column_cursor() -> None:
    reached = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        for keys, _ in COLUMN_KEYS:
            app.table.move_to_column("name")
            await press(pilot, *keys.split())
            reached.append((keys, app.table.cursor_column))

    in_app(TableApp(numbered(40)), steps)
    assert reached == list(COLUMN_KEYS)


def test_the_cursor_says_where_it_went_and_only_when_it_moved() -> None:
    app = after_keys("j", "k", "k", "l", "h", "h")
    assert [said.key for said in app.said if isinstance(said, CursorMoved)][-1] == "r0"
    assert [said.column for said in app.said if isinstance(said, ColumnMoved)] == ["a", "name"]
    assert not after_keys("k", "h").said


def test_the_first_column_stays_while_the_others_scroll_by_whole_columns() -> None:
    app = after_keys(*["l"] * 8)
    assert app.lines[0].split() == ["name", BEFORE, "c", "d", "e", "f", "g", "h"]
    assert app.lines[1].split()[:2] == ["▸", "r0"]


def test_columns_out_of_sight_are_hinted_at_on_both_sides() -> None:
    app = after_keys(*["l"] * 7)
    assert BEFORE in app.lines[0]
    assert app.lines[0].endswith(BEHIND)


def test_enter_opens_the_row() -> None:
    app = after_keys("j", "enter")
    assert [said.key for said in app.said if isinstance(said, RowOpened)] == ["r1"]


def test_space_marks_and_goes_on() -> None:
    app = after_keys("j", "space", "space")
    assert app.table.marked == ("r1", "r2")
    assert app.table.cursor_key == "r3"
    assert app.lines[2].startswith("● r1")


def test_space_twice_takes_the_mark_away_and_says_so() -> None:
    app = after_keys("space", "k", "space")
    assert app.table.marked == ()
    assert [said.keys for said in app.said if isinstance(said, MarksChanged)] == [("r0",), ()]


def test_a_range_is_shown_while_it_grows_and_marked_by_the_second_v() -> None:
    app = after_keys("j", "v", "j", "j")
    assert [line[0] for line in app.lines[1:6]] == [" ", "●", "●", "▸", " "]
    assert app.table.marked == ()
    assert after_keys("j", "v", "j", "j", "v").table.marked == ("r1", "r2", "r3")


def test_escape_gives_a_range_up_and_belongs_to_the_screen_otherwise() -> None:
    assert after_keys("v", "j", "escape", "v", "v").table.marked == ("r1",)
    table = after_keys("j").table
    assert not table.check_action("end_range", ())


def test_an_asterisk_marks_all_and_a_second_one_none() -> None:
    assert len(after_keys("asterisk").table.marked) == 40
    assert after_keys("asterisk", "asterisk").table.marked == ()
    assert len(after_keys("space", "asterisk").table.marked) == 40


def test_headings_of_groups_are_walked_over_but_never_marked() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "space", "space", "v", "G", "v")

    app = in_app(TableApp(PlainRows(["=one", "r1", "=two", "r2"])), steps)
    assert app.table.marked == ("r1", "r2")
    assert app.lines[1].startswith("  =one ")


DROPS = (
    ("l greater_than_sign", ("a", "c")),
    ("l l less_than_sign", ("b", "a")),
    ("dollar_sign less_than_sign", ("h", "g")),
    ("dollar_sign h greater_than_sign", ("g", None)),
    ("l less_than_sign", None),
    ("less_than_sign", None),
    ("dollar_sign greater_than_sign", None),
)


def test_angle_brackets_ask_for_another_order_of_columns() -> None:
    asked: list[tuple[str, tuple[str, str | None] | None]] = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        for keys, _ in DROPS:
            app.table.move_to_column("name")
            app.said.clear()
            await press(pilot, *keys.split())
            await pilot.pause()
            said = [(drop.column, drop.before) for drop in app.said if isinstance(drop, ColumnDropped)]
            asked.append((keys, said[0] if said else None))

    in_app(TableApp(numbered(40)), steps)
    assert asked == list(DROPS)


def test_a_column_moves_among_those_that_are_pinned_like_it() -> None:
    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, "l", "greater_than_sign", "l", "less_than_sign")

    columns = [column._replace(pinned=column.key in "bd", width=3) for column in COLUMNS]
    app = in_app(TableApp(numbered(3), columns), steps)
    said = [message for message in app.said if isinstance(message, ColumnDropped)]
    assert [(message.column, message.before) for message in said] == [("b", None), ("d", "b")]


def test_every_key_has_an_id_and_says_what_it_does() -> None:
    table = after_keys().table
    ids = [binding.id for binding in table.BINDINGS]  # type: ignore[union-attr]
    assert len(set(ids)) == len(ids)
    assert all(binding.id and binding.description for binding in table.BINDINGS)  # type: ignore[union-attr]
