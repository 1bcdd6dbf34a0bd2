"""The legend that several plots share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App

from branchlab_tui.drawing.palette import Colours
from branchlab_tui.widgets.series_legend.named_series import NamedSeries
from branchlab_tui.widgets.series_legend.series_legend import SeriesLegend

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from branchlab_tui.widgets.series_legend.messages.series_chosen import SeriesChosen

NAMES = [NamedSeries(f"exp/tune/run-{place}") for place in range(8)]


class LegendApp(App[None]):
    """A legend and what was chosen in it."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield SeriesLegend(Colours())

    def on_mount(self) -> None:
        self.query_one(SeriesLegend).show([*NAMES, NamedSeries("main", sign="⌂", ghost=True)])

    def on_series_chosen(self, message: SeriesChosen) -> None:
        self.chosen.append(message.name)


def test_a_click_in_any_line_chooses_the_series_under_the_mouse() -> None:
    app = LegendApp()

    async def run() -> None:
        async with app.run_test(size=(60, 24)) as pilot:
            legend = app.query_one(SeriesLegend)
            await pilot.pause()
            lines = ["".join(piece.text for piece in line) for line in legend.draw_lines(58, 2)]
            assert len(lines) == 2
            for name in ("run-1", "run-6", "⌂ main"):
                row = next(row for row, line in enumerate(lines) if name in line)
                await pilot.click(SeriesLegend, offset=(1 + lines[row].index(name), row))
            await pilot.pause()

    asyncio.run(run())
    assert app.chosen == ["exp/tune/run-1", "exp/tune/run-6", "main"]


def test_names_are_short_where_they_share_folders_and_the_ghost_has_its_sign() -> None:
    app = LegendApp()

    async def run() -> None:
        async with app.run_test(size=(200, 24)) as pilot:
            await pilot.pause()
            (line,) = app.query_one(SeriesLegend).draw_lines(198, 1)
            words = "".join(piece.text for piece in line).split()
            assert "run-0" in words
            assert "main" in words
            assert "exp/tune/run-0" not in words
            assert app.query_one(SeriesLegend).size.height == 1

    asyncio.run(run())
