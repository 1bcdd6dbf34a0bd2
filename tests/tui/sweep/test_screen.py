"""The view of a sweep, opened in the program over real repositories."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from branchlab_tui.messages.filter_chosen import FilterChosen
from branchlab_tui.widgets.cloud import CloudGrid, CloudPlot
from branchlab_tui.widgets.tab_bar.tab_bar import TabBar
from driven_app import drive, screen_text, until
from opened_view import KeptProgram, Opened, open_view
from studies import made_up
from tui_sweeps import TWO_GOALS, add_trials, make_sweep_project, running_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

SMALL = (80, 24)
BRANCHES = [trial.branch for trial in made_up(10).trials]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """Ten trials, of which eight finished; no test changes them."""
    return make_sweep_project(tmp_path_factory.mktemp("swept") / "project")


@pytest.fixture(scope="module")
def program(project: ScratchRepository) -> Iterator[KeptProgram]:
    """The program, open over them."""
    program = KeptProgram(project.path)
    yield program
    program.close()


def read_in(opened: Opened) -> list[str]:
    """Returns which dot each plot reads."""
    plots = [opened.view.query_one(f"#{name}", CloudPlot) for name in ("history", "contour")]
    return [plot.focused_dot for plot in (*plots, opened.view.query_one(CloudGrid))]


def test_all_panes_stand_on_a_large_screen_and_read_the_trial_that_was_under_the_cursor(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        for words in ("10 of 40 trials", "accuracy ↑ by trial", "importance for accuracy", "depth over lr", "▸ lr"):
            assert words in opened.text
        assert "are needed" in opened.text
        assert read_in(opened) == ["#3", "#3", "#3"]
        await opened.press("l")
        assert read_in(opened) == ["#4", "#4", "#4"]
        assert opened.view.subjects == (BRANCHES[4],)
        await opened.press("right_square_bracket", "f")
        assert opened.view.trial == opened.view.look.best[0]
        assert opened.line(f"★ {opened.view.trial} finished")

    program.open("sweep", [BRANCHES[3]], use)


def test_one_pane_stands_on_a_small_screen_and_tab_goes_on(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "[history]" in opened.text
        assert "importance for" not in opened.text
        await opened.press("tab", "tab")
        assert "[contour]" in opened.text
        assert "depth over lr" in opened.text
        await opened.press("tab", "tab", "tab")
        assert "tpe, in batches of 4" in opened.text
        await opened.pilot.click(TabBar, offset=(opened.line("[progress]").index("slices"), 0))
        await opened.rest()
        assert "[slices]" in opened.text

    program.open("sweep", [BRANCHES[3]], use, size=SMALL)


def test_in_slices_j_and_k_go_to_another_parameter(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("tab", "j")
        assert "▸ depth" in opened.text
        before = opened.view.trial
        await opened.press("l")
        places = {name: trial.values["depth"] for name, trial in opened.view.look.trials.items()}
        assert places[opened.view.trial] >= places[before]

    program.open("sweep", [BRANCHES[3]], use, size=SMALL)


def test_x_judges_by_another_metric_and_capital_l_in_decades(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("x")
        await opened.until(lambda: "latency ↓ by trial" in opened.text and "best so far" not in opened.text)
        await opened.press("L")
        await opened.until(lambda: "log y" in opened.line("latency ↓ by trial"))

    program.open("sweep", [BRANCHES[3]], use)


def test_axes_of_the_contour_are_chosen_and_swapped(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("comma", "slash", *"optim", "enter")
        assert "depth over optimizer" in opened.text
        assert opened.view.current == "contour"
        await opened.press("full_stop", "slash", *"optim", "enter")
        assert "optimizer over depth" in opened.text

    program.open("sweep", [BRANCHES[3]], use)


def test_plus_gives_the_screen_to_one_pane_and_escape_takes_it_back(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("plus")
        assert "[history]" in opened.text
        assert "importance for" not in opened.text
        await opened.press("escape")
        assert "importance for" in opened.text
        await opened.press("escape")
        assert opened.view.VIEW == "experiments"

    program.open("sweep", [BRANCHES[3]], use)


def test_enter_opens_the_trial_and_escape_comes_back_to_the_sweep(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("l", "enter")
        await opened.until(lambda: opened.view.VIEW == "experiment")
        assert opened.view.keys == (BRANCHES[4],)
        await opened.press("escape")
        assert opened.view.VIEW == "sweep"
        assert opened.view.trial == "#4"
        await opened.press("c")
        await opened.until(lambda: opened.view.VIEW == "compare")
        assert len(opened.view.keys) == 5

    program.open("sweep", [BRANCHES[3]], use)


def test_a_click_reads_the_nearest_trial_and_two_open_it(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        plot = opened.view.query_one("#history", CloudPlot)
        placed = plot.placed_here()
        assert placed is not None
        assert placed.frame is not None
        column, row = placed.cells["#9"]
        at = (placed.frame.left + column + plot.styles.padding.left, placed.frame.top + row)
        await opened.pilot.click("#history", offset=at)
        assert opened.view.trial == "#9"
        await opened.pilot.click("#history", offset=at, times=2)
        await opened.until(lambda: opened.view.VIEW == "experiment")

    program.open("sweep", [BRANCHES[3]], use)


def test_the_trials_and_a_brushed_range_become_filters_of_the_table(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        sent: list[object] = []
        post = opened.view.post_message

        def keep(message: object) -> object:
            sent.append(message)
            return post(message)

        opened.view.post_message = keep
        await opened.press("tab", "tab", "tab", "l", "l", "J", "enter")
        query = next(one.query for one in sent if isinstance(one, FilterChosen))
        assert query in ("sweep:wide params.optimizer=adam", "sweep:wide params.optimizer=sgd")
        assert opened.view.VIEW == "experiments"
        await opened.press("7", "slash")
        await opened.until(lambda: opened.view.VIEW == "experiments")
        assert opened.view.state.query == "sweep:wide"
        assert "by-hand" not in opened.text

    program.open("sweep", [BRANCHES[3]], use)


def test_the_command_names_a_sweep_and_says_which_there_are(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("escape", "colon", *"sweep nowhere", "enter")
        assert "there is no sweep nowhere" in opened.text
        await opened.press("escape", "colon", *"sweep wi", "tab", "enter")
        await opened.until(lambda: opened.view.VIEW == "sweep" and opened.view.look is not None)
        assert opened.view.trial == opened.view.look.best[0]

    program.open("sweep", [BRANCHES[3]], use)


def test_what_is_no_trial_shows_the_newest_sweep(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "sweep wide" in opened.text
        assert opened.view.trial == opened.view.look.best[0]
        await opened.press("s")
        assert "▸ wide" in opened.text
        await opened.press("enter")
        assert opened.view.VIEW == "sweep"

    program.open("sweep", ["exp/model/by-hand"], use)


def test_trials_that_end_are_shown_and_importance_is_learned(tmp_path_factory: pytest.TempPathFactory) -> None:
    repository = make_sweep_project(tmp_path_factory.mktemp("growing") / "project", 13)

    async def use(opened: Opened) -> None:
        await opened.press(*["tab"] * 4)
        await opened.until(lambda: opened.view._importance is not None)
        assert "explain" in opened.text
        add_trials(repository, 13, 14)
        await opened.until(lambda: len(opened.view.look.trials) == 14)
        assert "14 of 40 trials" in opened.text
        with running_trial(repository, 14):
            await opened.until(lambda: len(opened.view.look.trials) == 15)
            assert "◐ 1 running" in opened.text

    open_view(repository.path, "sweep", [BRANCHES[3]], use, size=SMALL)


def test_two_goals_have_a_front_instead_of_a_best(tmp_path_factory: pytest.TempPathFactory) -> None:
    repository = make_sweep_project(tmp_path_factory.mktemp("two") / "project", 9, TWO_GOALS)

    async def use(opened: Opened) -> None:
        count = len(opened.view.look.best)
        assert f"◆ {count} on the front" in opened.text
        assert "▸ latency ↓" in opened.text
        best = list(opened.view.look.best)
        await opened.press("f", "f")
        assert opened.view.trial == best[(best.index("#3") + 2) % count if "#3" in best else 1]
        assert [dot.name for dot in opened.view.built.history.dots if dot.mark == "◆"] == best

    open_view(repository.path, "sweep", [BRANCHES[3]], use)


@pytest.mark.parametrize(("asked", "said"), [("wide", "sweep wide"), ("wude", "did you mean wide?")])
def test_the_program_begins_with_a_sweep_that_is_asked_for(project: ScratchRepository, asked: str, said: str) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        view: Any = app.view
        await until(pilot, lambda: view._looked is not None)
        assert said in screen_text(app)
        await pilot.press("escape")
        assert app.view.VIEW == "experiments"

    drive(project.path, steps, SMALL, sweep=asked)


def test_nothing_of_a_sweep_is_loaded_before_one_is_opened() -> None:
    loads = "import branchlab_tui.app, branchlab_tui.screens.experiments.screen, branchlab_tui.model.store, sys"
    tells = "print([name for name in sys.modules if 'sweep' in name or 'cloud' in name or 'sklearn' in name])"
    done = subprocess.run([sys.executable, "-c", f"{loads}; {tells}"], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_project_without_sweeps_says_how_to_begin(repository: ScratchRepository) -> None:
    repository.commit("start", **{"branchlab.toml": "", "train.py": ""})

    async def use(opened: Opened) -> None:
        assert "is a trial of a sweep" in opened.text
        assert "branchlab sweep new" in opened.text
        await opened.press("tab", "l", "f", "enter", "c", "x", "comma", "slash", "plus", "escape", "escape")
        assert opened.view.VIEW == "experiments"

    open_view(repository.path, "sweep", [], use, size=SMALL)
