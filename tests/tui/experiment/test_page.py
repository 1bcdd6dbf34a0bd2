"""A page lays headings, facts and tables out at any width; what leads somewhere has a cursor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from branchlab.report.page import Facts, Line
from branchlab.report.table import Cell, Column, Table
from branchlab.report.width import display_width
from branchlab_tui.theme.themes import DARK, register_themes
from branchlab_tui.widgets.page.content import Heading, Links, Row, page_rows
from branchlab_tui.widgets.page.page_view import PageView
from branchlab_tui.widgets.page.rows import draw_row
from branchlab_tui.widgets.search_line.search import Search

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot

    from branchlab_tui.widgets.page.content import Part
    from branchlab_tui.widgets.page.messages import LinkOpened

FILES = Table([Column("file"), Column("lines", "right")], [[Cell(f"f{n}.py"), Cell(str(n))] for n in range(30)])
PARTS: list[Part] = [
    Line("a note"),
    Facts([("seed", "7"), ("command", "python train.py --lr 0.1 --steps 100 --out models/wide")]),
    Heading("files", "30"),
    Links(FILES, [f"f{n}.py" for n in range(30)]),
]


class PageApp(App[int]):
    """One page."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        register_themes(self)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        yield PageView()

    def on_mount(self) -> None:
        self.query_one(PageView).show(PARTS)
        self.query_one(PageView).focus()

    def on_link_opened(self, message: LinkOpened) -> None:
        self.opened.append(message.key)


def drive(steps: Callable[[Pilot[int], PageApp], Awaitable[None]], size: tuple[int, int] = (40, 12)) -> None:
    app = PageApp()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())


def text(app: PageApp) -> list[str]:
    view = app.query_one(PageView)
    return ["".join(segment.text for segment in view.render_line(y)).rstrip(" ▐") for y in range(view.size.height)]


def test_parts_stand_apart_but_headings_belong_to_what_follows() -> None:
    rows = [row.text for row in page_rows([*PARTS[:3], Table([Column("")], [[Cell("one")]])], 44)]
    assert rows == [
        "a note",
        "",
        "seed     7",
        "command  python train.py --lr 0.1 --steps",
        "         100 --out models/wide",
        "",
        "files 30 " + "─" * 35,
        "one",
    ]


@given(st.integers(8, 120), st.text(max_size=40), st.text(max_size=40))
def test_no_row_of_a_table_or_heading_is_wider_than_the_page(width: int, name: str, value: str) -> None:
    columns = [Column("name", least=8), Column("value", least=8, keep="start")]
    table = Table(columns, [[Cell(name), Cell(value)]])
    for row in page_rows([Heading(name, value), Links(table, ["key"])], width):
        assert display_width(row.text) <= width


def test_a_hit_is_found_across_styles() -> None:
    row = Row(page_rows([Facts([("lr", "0.1")])], 40)[0].pieces)
    line = draw_row(row, Search("r  0", [3], 0), 3, here=False)
    assert [(piece.text, piece.style) for piece in line if piece.style == "hit-here"] == [("r  0", "hit-here")]


def test_the_cursor_begins_at_the_first_row_that_leads_somewhere_and_enter_goes_there() -> None:
    async def steps(pilot: Pilot[int], app: PageApp) -> None:
        await pilot.press("enter", "j", "down", "enter")
        assert app.opened == ["f0.py", "f2.py"]
        assert [line for line in text(app) if line.startswith("▸")] == ["▸ f2.py       2"]
        await pilot.press("G", "enter", "k", "enter", "g", "enter")
        assert app.opened[2:] == ["f29.py", "f28.py"]

    drive(steps)


def test_keys_page_through_it() -> None:
    async def steps(pilot: Pilot[int], app: PageApp) -> None:
        await pilot.press("ctrl+d")
        assert text(app)[1] == "  files 30 " + "─" * 28
        await pilot.press("pagedown")
        assert text(app)[0] == "  f8.py       8"
        await pilot.press("pageup", "ctrl+u")
        assert text(app)[0] == "  a note"

    drive(steps)


def test_a_click_moves_the_cursor_and_another_one_opens() -> None:
    async def steps(pilot: Pilot[int], app: PageApp) -> None:
        await pilot.click(PageView, offset=(4, 10))
        assert app.opened == []
        await pilot.click(PageView, offset=(4, 10))
        assert app.opened == ["f1.py"]

    drive(steps)


def test_a_search_goes_on_from_what_is_in_sight_and_round() -> None:
    async def steps(pilot: Pilot[int], app: PageApp) -> None:
        view = app.query_one(PageView)
        assert view.search("F2") == "not found"
        assert view.search("f2") == "1 of 11"
        assert [view.next_hit(1), view.next_hit(-1), view.next_hit(-1)] == ["2 of 11", "1 of 11", "11 of 11"]
        await pilot.pause()
        assert any(line.startswith("▸ f29.py") for line in text(app))
        assert view.search("") == ""
        assert view.needle == ""

    drive(steps)


def test_the_place_stays_when_the_page_is_renewed_and_when_it_is_made_narrower() -> None:
    async def steps(pilot: Pilot[int], app: PageApp) -> None:
        await pilot.press("G")
        view = app.query_one(PageView)
        view.show([*PARTS, Line("one more")])
        await pilot.pause()
        assert any(line.startswith("▸ f29.py") for line in text(app))
        await pilot.resize_terminal(20, 12)
        await pilot.pause()
        assert any(line.startswith("▸") for line in text(app))
        view.show(PARTS[:1], anew=True)
        await pilot.pause()
        assert text(app)[0] == "  a note"

    drive(steps)
