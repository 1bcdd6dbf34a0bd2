"""What each key of the table of experiments does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.app import BranchlabApp
from experiment_table import (
    DEEPER,
    FAILED,
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

    from branchlab_tui.messages.open_view import OpenView
    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository

ACCURACY = "metrics.accuracy"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_table_project(tmp_path_factory.mktemp("keys") / "project")


def columns(screen: ExperimentsScreen) -> list[str]:
    return [column.key for column in screen.arrangement.arranged.columns]


def test_s_sorts_by_the_column_under_the_cursor_then_turns_it_round_then_stops(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column("metrics.size")
        seen = []
        for _ in range(3):
            await press(pilot, "s")
            seen.append(shown(screen))
        best_first = [FAILED, MORE, WIDER, DEEPER]
        assert seen == [best_first, best_first[::-1], NEWEST_FIRST]
        assert screen.table.cursor_key == NEWEST_FIRST[0]

    look(project, steps)


def test_capital_s_sorts_where_the_first_column_is_equal(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column("params.lr")
        await press(pilot, "s")
        screen.table.move_to_column(ACCURACY)
        await press(pilot, "S")
        assert shown(screen) == [FAILED, DEEPER, MORE, WIDER]
        await press(pilot, "S")
        assert shown(screen)[2:] == [WIDER, MORE]

    look(project, steps)


def test_a_click_on_a_heading_sorts_and_with_control_adds(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await pilot.click("#experiments", offset=(4, 0))
        status = screen.table._placed.slots[1]
        await pilot.click("#experiments", offset=(status.x + 1, 0), control=True)
        await press(pilot)
        assert screen.state.sort == (("name", False), ("status", False))

    look(project, steps)


def test_p_pins_minus_hides_and_w_widens_the_column_under_the_cursor(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column(ACCURACY)
        await press(pilot, "p", "w")
        column = next(one for one in screen.arrangement.arranged.columns if one.key == ACCURACY)
        assert column.pinned
        assert screen.state.widths[ACCURACY] == column.width
        await press(pilot, "w", "minus")
        assert ACCURACY not in columns(screen)
        assert ACCURACY not in screen.state.widths
        assert screen.table.cursor_column in columns(screen)

    look(project, steps)


def test_angle_brackets_move_the_column_under_the_cursor(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column(ACCURACY)
        before = columns(screen)
        await press(pilot, "greater_than_sign")
        place = before.index(ACCURACY)
        assert columns(screen)[place : place + 2] == [before[place + 1], ACCURACY]
        await press(pilot, "less_than_sign")
        assert columns(screen) == before

    look(project, steps)


def test_equals_leaves_out_what_is_the_same_everywhere(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "accuracy>.95", "enter", "equals_sign")
        assert "status" not in columns(screen)
        assert {"params.lr", ACCURACY} <= set(columns(screen))
        await press(pilot, "equals_sign")
        assert "status" in columns(screen)

    look(project, steps)


def test_b_pins_the_row_as_baseline_and_d_shows_the_difference_from_it(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(WIDER)
        await press(pilot, "b")
        seen_sticky = [screen.arrangement.arranged.sticky]
        assert "⌂ exp/model/wider" in text_of(screen)
        place = shown(screen).index(DEEPER)
        seen = [screen.arrangement.rows.cell(place, ACCURACY).text]
        for _ in range(3):
            await press(pilot, "d")
            seen.append(screen.arrangement.rows.cell(place, ACCURACY).text)
        assert ["0.950" in text for text in seen] == [True, True, False, False]
        assert ["+0.0189" in text for text in seen] == [False, True, True, False]
        assert "+2.0%" in seen[3]
        await press(pilot, "b")
        seen_sticky.append(screen.arrangement.arranged.sticky)
        assert seen_sticky == [(WIDER,), ()]

    look(project, steps)


def test_o_shows_only_what_no_other_beats(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "o")
        assert shown(screen) == [DEEPER, WIDER]
        assert "2/4" in text_of(screen)
        await press(pilot, "escape")
        assert shown(screen) == NEWEST_FIRST

    look(project, steps)


def test_capital_w_groups_and_enter_and_space_on_a_heading_fold(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "W", "j", "enter")
        assert screen.state.group == "type"
        headings = [key for key in shown(screen) if screen.snapshot.find(key) is None]
        assert len(headings) == 3
        screen.table.move_to(headings[1])
        await press(pilot, "enter")
        assert len(shown(screen)) == 5
        assert screen.table.cursor_key == headings[1]
        await press(pilot, "space")
        assert len(shown(screen)) == 7
        await press(pilot, "F")
        assert shown(screen) == headings
        assert screen.subjects == ()
        await press(pilot, "F", "W", "g", "enter")
        assert shown(screen) == NEWEST_FIRST

    look(project, steps)


def test_marks_are_counted_and_are_what_actions_are_about(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        seen = [screen.subjects]
        await press(pilot, "space", "j", "space")
        seen.append(screen.subjects)
        assert seen == [(MORE,), (MORE, WIDER)]
        assert "● 2 marked" in text_of(screen)
        assert screen.state.marked == (MORE, WIDER)
        await press(pilot, "escape")
        assert screen.table.marked == ()

    look(project, steps)


def test_all_that_is_filtered_is_marked_and_stays_marked_without_the_filter(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await write_query(pilot, screen, "model", "enter", "asterisk", "escape")
        assert shown(screen) == NEWEST_FIRST
        assert screen.subjects == (DEEPER, WIDER)

    look(project, steps)


OPENED = [
    (("enter",), "experiment", (MORE,)),
    (("D",), "diff", (MORE,)),
    (("space", "space", "D"), "diff", (MORE, DEEPER)),
    (("space", "space", "space", "c"), "compare", (MORE, DEEPER, WIDER)),
    (("b", "j", "c", "k", "b"), "compare", (MORE, DEEPER)),
    (("space", "t"), "curves", (MORE,)),
    (("2",), "experiment", (MORE,)),
]


def test_other_views_are_asked_for_with_what_is_marked(
    project: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def take(_app: BranchlabApp, message: OpenView) -> None:
        asked.append((message.view, message.keys))

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        monkeypatch.setattr(BranchlabApp, "on_open_view", take)
        for keys, _, _ in OPENED:
            screen.action_unmark()
            screen.table.move_to(MORE)
            await press(pilot, *keys)

    look(project, steps)
    assert asked == [(view, subjects) for _, view, subjects in OPENED]


def test_marks_that_a_filter_hides_do_not_steer_what_is_asked_of_the_rows_that_are_seen(
    project: ScratchRepository,
) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(WIDER)
        await press(pilot, "space")
        await write_query(pilot, screen, "more", "enter")
        assert "● 1 marked, 1 hidden" in text_of(screen)
        seen = [screen.subjects]
        await press(pilot, "space")
        assert "● 2 marked, 1 hidden" in text_of(screen)
        seen.append(screen.subjects)
        await press(pilot, "escape")
        assert "● 2 marked " in text_of(screen)
        assert [*seen, screen.subjects] == [(MORE,), (MORE, WIDER), (MORE, WIDER)]

    look(project, steps)


def test_too_few_or_too_many_marks_are_told(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "c", "asterisk", "D")
        told = " ".join(notification.message for notification in screen.app._notifications)
        assert "mark two or more" in told
        assert "mark one or two" in told

    look(project, steps)


def test_escape_goes_back_step_by_step_and_does_not_leave(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "space")
        await write_query(pilot, screen, "more", "enter", "backslash", "escape")
        assert not screen.has_class("-zoom-preview")
        assert screen.state.query == "more"
        await press(pilot, "escape")
        assert (screen.state.query, screen.table.marked) == ("", (MORE,))
        await press(pilot, "escape")
        assert screen.table.marked == ()
        await press(pilot, "escape")
        assert screen.app.is_running
        assert screen.is_current

    look(project, steps)
