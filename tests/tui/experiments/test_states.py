"""What stands there before there is anything, at every size, with hostile names, and the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.report.width import display_width
from branchlab_tui.app import BranchlabApp
from branchlab_tui.screens.experiments.first_run import first_run_lines
from driven_app import settled, until
from experiment_table import DEEPER, MORE, NEWEST_FIRST, WIDER, look, make_table_project, press, shown, text_of
from reading_project import record_branch
from sample_records import record

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.screens.experiments.screen import ExperimentsScreen
    from scratch_repository import ScratchRepository

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_table_project(tmp_path_factory.mktemp("states") / "project")


def test_the_first_page_says_what_was_looked_at_and_n_begins(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(BranchlabApp, "on_perform", lambda _app, message: asked.append(message.action))

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        text = text_of(screen)
        for words in ("No experiments yet", "exp/{type}/{slug}", "project @ main", "branchlab init", "branchlab demo"):
            assert words in text
        await press(pilot, "n")
        record_branch(repository, "exp/model/first", record())
        await until(pilot, lambda: screen.table.has_focus)
        assert shown(screen) == ["exp/model/first"]
        assert "No experiments yet" not in text_of(screen)

    look(repository, steps, (80, 24))
    assert asked == ["new"]


def test_an_initialised_project_is_not_told_to_be_initialised(repository: ScratchRepository) -> None:
    repository.commit("settings", **{"branchlab.toml": '[project]\ncommand = "python fit.py"\n'})

    async def steps(_pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        assert "branchlab run   " in text_of(screen)
        assert "branchlab init" not in text_of(screen)
        for width in (30, 60, 200):
            for line in first_run_lines(screen.snapshot, width, 30):
                assert sum(display_width(piece.text) for piece in line) <= width
        failing = first_run_lines(screen.snapshot._replace(problem="git is gone"), 80, 24)
        assert any("git is gone" in piece.text for line in failing for piece in line)

    look(repository, steps)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_shows_the_rows_and_the_keys(project: ScratchRepository, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await settled(pilot)
        lines = text_of(screen).split("\n")
        assert sum("●" in line for line in lines) >= 3
        assert "▸" in "".join(lines)
        assert "/ filter" in lines[1]
        assert "? keys" in lines[-1]
        assert screen.has_class("-preview") is (size[0] >= 120)

    look(project, steps, size)


def test_a_resize_keeps_cursor_marks_and_filter(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to(WIDER)
        await press(pilot, "space")
        screen.table.move_to(WIDER)
        for size in (SIZES[0], SIZES[3], SIZES[1]):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert screen.table.cursor_key == WIDER
            assert screen.table.marked == (WIDER,)
            assert f"▸● {WIDER}" in text_of(screen) or "▸●" in text_of(screen)

    look(project, steps)


def test_the_next_time_everything_is_where_it_was(tmp_path: Path) -> None:
    project = make_table_project(tmp_path / "project")

    async def first(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to_column("metrics.accuracy")
        await press(pilot, "s", "b", "d", "j", "space", "g", "j")
        assert screen.table.cursor_key == DEEPER

    async def second(_pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        assert shown(screen)[:3] == [MORE, DEEPER, WIDER]
        assert screen.table.cursor_key == DEEPER
        assert screen.table.cursor_column == "metrics.accuracy"
        assert screen.table.marked == (DEEPER,)
        assert (screen.state.baseline, screen.state.delta) == (MORE, "both")

    look(project, first, fresh=False)
    look(project, second, fresh=False)


def test_what_another_view_changes_is_shown_here(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await press(pilot, "o", "o", "d")
        assert screen.state.delta == "both"
        screen.state = screen.state._replace(query="more")
        assert shown(screen) == [MORE]
        screen.state = screen.state._replace(query="")
        assert shown(screen) == NEWEST_FIRST

    look(project, steps)


def test_markup_and_control_characters_of_a_repository_are_shown_as_they_are(tmp_path: Path) -> None:
    project = make_table_project(tmp_path / "project")
    evil = "[/red][@click=app.quit]x\x1b[2J\u202e"
    metrics = {"accuracy": 0.5, evil: 1.0}
    hostile = record(run={"note": evil, "id": "z-1"}, params={evil: evil, "lr": 0.5}, metrics=metrics)
    record_branch(project, "exp/model/evil", hostile)

    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        screen.table.move_to("exp/model/evil")
        await until(pilot, lambda: "[@click=app.quit]x\\x1b[2J" in text_of(screen))
        seen = [text_of(screen)]
        for keys in (("C",), ("escape", "W"), ("escape", "V"), ("escape", "slash", " acc"), ("escape", "space", "s")):
            await press(pilot, *keys)
            seen.append(text_of(screen))
        assert all("\x1b" not in text and "\u202e" not in text for text in seen)
        assert "exp/model/evil" in seen[0]

    look(project, steps, (160, 45))


def test_the_smallest_terminal_shows_states_by_their_marks_and_more_of_the_metrics(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: ExperimentsScreen) -> None:
        await until(pilot, lambda: "finished" not in text_of(screen))
        text = text_of(screen)
        assert "✗" in text
        assert "●" in text
        await pilot.resize_terminal(100, 24)
        await until(pilot, lambda: "● finished" in text_of(screen))

    look(project, steps, (60, 16))
