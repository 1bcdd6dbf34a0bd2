"""Filtering while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.widgets.query_bar.query_bar import QueryBar
from driven_app import settled, until
from experiment_table import (
    DEEPER,
    MORE,
    NEWEST_FIRST,
    WIDER,
    look,
    make_table_project,
    press,
    shown,
    text_of,
    write_query,
)

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_table_project(tmp_path_factory.mktemp("filter") / "project")


def test_rows_follow_the_letters_and_the_count_stands_beside_them(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "slash", " mod")
        assert shown(screen) == [DEEPER, WIDER]
        assert "2/4" in text_of(screen).split("\n")[1]
        await press(pilot, " el ", " ide", "enter")
        assert shown(screen) == [WIDER]
        assert not screen.query(QueryBar)
        assert screen.table.has_focus
        assert "⌕ model ide" in text_of(screen)

    look(project, steps)


def test_a_mistake_is_pointed_at_and_the_last_good_rows_stay(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "model ")
        await write_query(pilot, screen, "model size>x zzz")
        lines = text_of(screen).split("\n")
        assert shown(screen) == [DEEPER, WIDER]
        assert "> needs a number" in lines[2]
        assert lines[2].index("^") == lines[1].index("x zzz")
        assert "2/4" in lines[1]
        await press(pilot, "enter")
        assert screen.query(QueryBar)

    look(project, steps)


def test_a_name_that_is_still_typed_does_not_empty_the_table(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "model accu")
        assert shown(screen) == [DEEPER, WIDER]
        await press(pilot, "enter")
        assert shown(screen) == []
        assert screen.nothing is not None
        assert screen.nothing.display

    look(project, steps)


def test_escape_brings_back_the_filter_of_before(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "wider", "enter")
        await write_query(pilot, screen, "nowhere", "escape")
        assert screen.state.query == "wider"
        assert shown(screen) == [WIDER]
        assert screen.table.has_focus

    look(project, steps)


def test_tab_completes_a_name(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "slash", " accu", "tab")
        assert screen.state.query.startswith("accuracy")
        await press(pilot, " >.95", "enter")
        assert screen.state.query == "accuracy>.95"
        assert shown(screen) == [MORE, DEEPER]

    look(project, steps)


def test_the_experiment_under_the_cursor_is_not_lost_by_a_filter_that_hides_it(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(WIDER)
        await write_query(pilot, screen, "more", "escape")
        assert screen.table.cursor_key == WIDER
        assert screen.state.cursor == WIDER
        await write_query(pilot, screen, "model", "enter")
        assert screen.table.cursor_key == WIDER

    look(project, steps)


def test_nothing_found_says_what_is_nearest(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "accuracy>.99", "enter")
        await until(pilot, lambda: "nearest" in text_of(screen))
        text = text_of(screen)
        assert "0 of 4 match accuracy>.99" in text
        assert "nearest accuracy is 0.964, exp/data/more-rows" in text
        assert "accuracy>=0.964" in text
        await press(pilot, "escape")
        assert shown(screen) == NEWEST_FIRST
        assert screen.nothing is not None
        assert not screen.nothing.display

    look(project, steps)


def test_me_is_who_git_says_i_am(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await until(pilot, lambda: screen.arrangement.user == "Ada Example")
        await settled(pilot)
        assert shown(screen) == NEWEST_FIRST
        assert screen.arrangement.problem is None

    look(project, steps, query="author:me")


def test_pasted_control_characters_are_made_harmless(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        assert "\x1b" not in text_of(screen)
        await press(pilot, "slash")
        assert "\x1b" not in text_of(screen)
        assert "wi\\x1b[2Jder" in text_of(screen)

    look(project, steps, query="wi\x1b[2Jder")


def test_a_click_on_the_filter_opens_it(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await pilot.click("#status", offset=(3, 0))
        await settled(pilot)
        assert screen.query(QueryBar)

    look(project, steps)
