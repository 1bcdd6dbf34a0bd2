"""A program with nothing but a table, for tests that press keys in it and look at its lines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App

from branchlab_tui.widgets.table.column import Cell, Column, Kind
from branchlab_tui.widgets.table.messages import TableMessage
from branchlab_tui.widgets.table.table import LineTable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.geometry import Region
    from textual.message import Message
    from textual.pilot import Pilot

    Steps = Callable[[Pilot[None], "TableApp"], Awaitable[None]]


class PlainRows:
    """Rows with given keys; a cell shows `key.column`. Keys that begin with `=` are headings of groups."""

    def __init__(self, keys: Iterable[str], texts: dict[str, str] | None = None) -> None:
        self.keys = list(keys)
        self.texts = texts or {}
        self.asked = 0

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, place: int) -> str:
        return self.keys[place]

    def kind(self, place: int) -> Kind:
        return "group" if self.keys[place].startswith("=") else "row"

    def cell(self, place: int, column: str) -> Cell:
        self.asked += 1
        key = self.keys[place]
        return Cell(self.texts.get(f"{key}.{column}", key if column == "name" else f"{key}.{column}"))


NAME = Column("name", "name", 8)
COLUMNS = (NAME, *(Column(letter, letter, 6, "right") for letter in "abcdefgh"))


def numbered(count: int) -> PlainRows:
    """Returns rows `r0`, `r1`, …"""
    return PlainRows(f"r{number}" for number in range(count))


class CountingTable(LineTable):
    """A table that keeps what it asks to be repainted; an empty tuple stands for everything."""

    DEFAULT_CSS = ""  # the sheet of the class above applies

    def __init__(self) -> None:
        super().__init__()
        self.repainted: list[tuple[Region, ...]] = []

    def _set_dirty(self, *regions: Region) -> None:
        self.repainted.append(regions)
        super()._set_dirty(*regions)

    def repainted_lines(self) -> list[int]:
        """Returns the lines that were repainted since the last call, in order."""
        calls, self.repainted = self.repainted, []
        assert () not in calls, "the whole table was repainted"
        return sorted({y for regions in calls for region in regions for y in region.line_range})


class TableApp(App[None]):
    """Shows rows in a table and keeps what it says."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: PlainRows, columns: Sequence[Column] = COLUMNS, sticky: Sequence[str] = ()) -> None:
        super().__init__()
        self.table = CountingTable()
        self.said: list[Message] = []
        self.lines: list[str] = []
        self.content = (rows, columns, sticky)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        rows, columns, sticky = self.content
        self.table.show(rows, columns, sticky=sticky)

    def hear(self, message: Message) -> None:
        """Keeps a message of the table, once although each widget above the table hears it too."""
        if isinstance(message, TableMessage) and message not in self.said:
            self.said.append(message)

    def look(self) -> list[str]:
        """Returns what stands on the screen, which is kept in `lines` as well."""
        strips = self.screen._compositor.render_strips()
        self.lines = ["".join(segment.text for segment in strip) for strip in strips]
        return self.lines


def in_app(app: TableApp, steps: Steps, size: tuple[int, int] = (60, 12)) -> TableApp:
    """Shows the table, lets `steps` use it, and returns the program."""

    async def run() -> None:
        async with app.run_test(size=size, message_hook=app.hear) as pilot:
            await pilot.pause()
            app.said.clear()
            app.table.repainted.clear()
            await steps(pilot, app)
            await pilot.pause()
            app.look()

    asyncio.run(run())
    return app


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Presses keys and waits once for all of them, which is quicker than Pilot's own way."""
    for key in keys:
        pilot.app.simulate_key(key)
    await pilot.pause()


def after_keys(*keys: str, rows: int = 40, size: tuple[int, int] = (60, 12)) -> TableApp:
    """Shows numbered rows and presses keys."""

    async def steps(pilot: Pilot[None], _: TableApp) -> None:
        await press(pilot, *keys)

    return in_app(TableApp(numbered(rows)), steps, size)
