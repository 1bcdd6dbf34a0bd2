from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from branchlab_tui.widgets.lines.span import changed_cells
from table_in_app import COLUMNS, PlainRows, TableApp, in_app, numbered, press

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot


def repainted(*keys: str, first: tuple[str, ...] = ()) -> list[int]:
    """Returns the lines that keys made the table paint anew, after other keys."""
    lines: list[int] = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, *first)
        app.table.repainted.clear()
        await press(pilot, *keys)
        lines.extend(app.table.repainted_lines())

    in_app(TableApp(numbered(5000)), steps)
    return lines


def test_a_step_repaints_two_lines() -> None:
    assert repainted("j") == [1, 2]
    assert repainted("k", first=("j", "j", "j")) == [3, 4]


def test_a_step_that_goes_nowhere_repaints_nothing() -> None:
    assert repainted("k") == []


def test_a_step_sideways_repaints_the_heading_and_the_row() -> None:
    assert repainted("l", first=("j",)) == [0, 2]


def test_a_mark_repaints_its_row_and_the_next() -> None:
    assert repainted("space") == [1, 2]


def test_a_page_repaints_the_rows_but_not_the_heading() -> None:
    assert repainted("pagedown") == list(range(1, 12))


def after_show(change: Callable[[TableApp, PlainRows], None]) -> list[int]:
    lines: list[int] = []

    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        change(app, PlainRows((f"r{number}" for number in range(40)), {"r3.a": "0.9", "r20.a": "0.5"}))
        await pilot.pause()
        lines.extend(app.table.repainted_lines())

    in_app(TableApp(numbered(40)), steps)
    return lines


def test_other_texts_repaint_only_the_lines_in_which_they_differ() -> None:
    assert after_show(lambda app, rows: app.table.update(rows)) == [4]
    assert after_show(lambda app, rows: app.table.update(rows, ["r3", "r20", "nobody"])) == [4]
    assert after_show(lambda app, rows: app.table.update(rows, ["r20"])) == []
    assert after_show(lambda app, rows: app.table.show(rows, COLUMNS)) == [4]


def test_rows_whose_texts_change_on_their_own_are_asked_again() -> None:
    rows = numbered(40)

    def change(app: TableApp, _: PlainRows) -> None:
        rows.texts["r2.a"] = "new"
        app.table.show(rows, COLUMNS)
        app.table.repainted.clear()
        rows.texts["r2.b"] = "new"
        app.table.refresh_rows(["r2"])

    assert after_show(change) == [3]


def test_a_page_that_was_drawn_before_is_not_drawn_again() -> None:
    async def steps(pilot: Pilot[None], app: TableApp) -> None:
        await press(pilot, "pagedown", "pageup", "pagedown")
        rows = app.content[0]
        before = rows.asked
        await press(pilot, "pageup", "pagedown")
        assert rows.asked == before

    in_app(TableApp(numbered(40)), steps)


def test_the_changed_cells_reach_from_the_first_to_the_last_difference() -> None:
    def strip(*texts: str) -> Strip:
        return Strip([Segment(text) for text in texts])

    old = strip("name", "0.1", "  ", "0.2", "end")
    assert changed_cells(old, strip("name", "0.1", "  ", "0.2", "end")) == range(0)
    assert changed_cells(old, strip("name", "0.3", "  ", "0.4", "end")) == range(4, 12)
    assert changed_cells(old, strip("漢字", "0.1", "  ", "0.2", "end")) == range(4)
    assert changed_cells(old, strip("name", "0.1", "  ", "0.2", "eNd")) == range(12, 15)


def test_what_other_rooms_build_on_loads_neither_textual_nor_rich() -> None:
    names = ("column", "keys", "layout", "line", "selection")
    rooms = [*(f"table.{name}" for name in names), "lines.signs", "lines.viewport"]
    imports = "; ".join(f"import branchlab_tui.widgets.{name}" for name in rooms)
    program = f"{imports}; import sys; print([name for name in ('textual', 'rich', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
