"""Dialogs over the table: columns, groups, saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.widgets.column_chooser.column_chooser import ColumnChooser
from branchlab_tui.widgets.picker.choice_list import ChoiceList
from branchlab_tui.widgets.picker.picker import Picker
from driven_app import until
from experiment_table import NEWEST_FIRST, look, make_table_project, press, shown, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository

ACCURACY = "metrics.accuracy"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_table_project(tmp_path_factory.mktemp("dialogs") / "project")


def columns(screen: ExperimentsScreen) -> list[str]:
    return [column.key for column in screen.arrangement.arranged.columns]


def test_columns_are_searched_by_letters_and_shown_by_space(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        before = columns(screen)
        await press(pilot, "C", " test.", "space")
        chooser = screen.app.screen
        assert isinstance(chooser, ColumnChooser)
        assert chooser.field.value == "test."
        assert "[x] test.accuracy ↑" in text_of(screen)
        await press(pilot, "enter")
        assert columns(screen) == [*before, "metrics.test.accuracy"]

    look(project, steps)


def test_in_the_list_p_pins_and_angle_brackets_move(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column(ACCURACY)
        before = columns(screen)
        await press(pilot, "C", "tab", "p", "greater_than_sign", "enter")
        place = before.index(ACCURACY)
        assert columns(screen)[place : place + 2] == [before[place + 1], ACCURACY]
        pinned = [screen.state.pinned]
        await press(pilot, "C", "tab", "r")
        assert columns(screen) == before
        assert [*pinned, screen.state.pinned] == [(ACCURACY,), ()]

    look(project, steps)


def test_escape_empties_the_search_and_then_leaves_the_columns_as_they_were(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        before = screen.state
        await press(pilot, "C", " x", "space", "escape")
        assert isinstance(screen.app.screen, ColumnChooser)
        await press(pilot, "escape")
        assert screen.is_current
        assert screen.state == before

    look(project, steps)


def test_a_click_shows_a_column_and_two_take_a_group(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "C")
        await pilot.click(ChoiceList, offset=(5, 0))
        await press(pilot, "enter")
        assert "status" not in columns(screen)
        await press(pilot, "W")
        await pilot.click(ChoiceList, offset=(5, 3), times=2)
        await press(pilot)
        assert screen.is_current
        assert screen.state.group == "author"

    look(project, steps)


def test_rows_can_be_grouped_by_a_parameter(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "W", "slash", " depth", "enter")
        assert screen.state.group == "params.model.depth"
        assert "grouped by model.depth" in text_of(screen)

    look(project, steps)


def test_a_view_is_saved_taken_and_deleted(tmp_path: Path) -> None:
    project = make_table_project(tmp_path / "project")

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "o", "V", "slash", " best", "enter")
        await until(pilot, lambda: "best" in screen.snapshot.workspace.settings.views)
        await press(pilot, "escape")
        assert shown(screen) == NEWEST_FIRST
        await press(pilot, "V")
        assert "best" in text_of(screen)
        await press(pilot, "enter")
        assert screen.state.front
        await press(pilot, "V", "X", "n")
        assert isinstance(screen.app.screen, Picker)
        await press(pilot, "X")
        assert "delete the view best from branchlab.toml?" in text_of(screen)
        await press(pilot, "y")
        await until(pilot, lambda: not screen.snapshot.workspace.settings.views)

    look(project, steps)
    assert "[views" not in (project.path / "branchlab.toml").read_text()


def test_an_unknown_view_is_told_with_the_words_of_the_shell(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.take_view("nightly")
        await press(pilot)
        assert any("there is no view nightly" in one.message for one in screen.app._notifications)

    look(project, steps)
