"""The view of plots, driven over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.screens.plots.entry_list import EntryList
from branchlab_tui.screens.plots.messages.entry_chosen import EntryChosen
from branchlab_tui.screens.plots.screen import PlotsScreen
from branchlab_tui.widgets.picture.picture import Picture
from branchlab_tui.widgets.plot_grid.panel_plot import PanelPlot
from drawn_project import PICTURE, PLAIN, SCALED, WIDE, LiveRun, make_drawn_project
from driven_app import drive, screen_text, settled, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

    Steps = Callable[[Pilot[int], PlotsScreen], Awaitable[None]]

ALL = (PLAIN, WIDE, SCALED)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    return make_drawn_project(tmp_path_factory.mktemp("plots") / "project")


def look(
    project: ScratchRepository, steps: Steps, keys: tuple[str, ...] = ALL, size: tuple[int, int] = (120, 40)
) -> None:
    """Opens the plots of experiments and lets `steps` use them."""

    async def run(pilot: Pilot[int], app: BranchlabApp) -> None:
        app.post_message(OpenView("plots", keys))
        await until(pilot, lambda: isinstance(app.screen, PlotsScreen) and app.screen.is_mounted)
        assert isinstance(app.screen, PlotsScreen)
        await settled(pilot)
        await steps(pilot, app.screen)

    drive(project.path, run, size)


async def go_to(pilot: Pilot[int], screen: PlotsScreen, name: str) -> str:
    """Shows an entry, and returns what stands on the screen then."""
    names = [entry.name for entry in screen._entries]
    assert screen.choice is not None
    screen.post_message(EntryChosen(names.index(name) - names.index(screen.choice.entry.name)))
    await pilot.pause()
    await settled(pilot)
    return screen_text(screen.app)


def said(screen: PlotsScreen) -> str:
    """Returns what was said at the edge of the screen."""
    return "\n".join(notification.message for notification in screen.app._notifications)


def test_the_list_names_all_there_is_and_who_has_it_and_keys_go_round(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = screen_text(screen.app)
        found = [line[:28].strip(" ▸") for line in text.splitlines()[2:] if line[:28].strip(" ▸")]
        assert found[: found.index("sample.png           1/4") + 1] == [
            "PLOTS",
            "confusion_matrix     3/4",
            "importance           1/4",
            "notes                1/4",
            "pr                   1/4",
            "roc                  2/4",
            "sizes                1/4",
            "SLICES",
            "by age               3/4",
            "by region            3/4",
            "RESOURCES",
            "over time",
            "IMAGES",
            "sample.png           1/4",
        ]
        await pilot.press("left_square_bracket")
        assert screen.choice is not None
        assert screen.choice.entry.name == "sample.png"
        await pilot.press("tab", "tab")
        assert screen.choice.entry.name == "importance"
        await pilot.click(EntryList, offset=(5, 5))
        await pilot.pause()
        assert screen.choice.entry.name == "roc"

    look(project, steps)


def test_a_matrix_has_counts_shares_and_the_difference_to_another_experiment(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = screen_text(screen.app)
        assert f"confusion_matrix · {PLAIN}" in text
        assert text.count(" 8 ") == 3
        await pilot.press("n")
        await pilot.pause()
        assert screen_text(screen.app).count("80%") == 3
        await pilot.press("n", "full_stop", "d")
        await pilot.pause()
        text = screen_text(screen.app)
        assert f"{WIDE} − main" in text  # noqa: RUF001 - a minus
        assert text.count("+1▲") == 3
        assert text.count("-1▲") == 6
        await pilot.press("d", "comma")
        await pilot.pause()
        assert f"confusion_matrix · {PLAIN}" in screen_text(screen.app)

    look(project, steps)


def test_rates_of_all_experiments_lie_over_each_other_with_their_areas(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = await go_to(pilot, screen, "roc")
        legend = " ".join(text.splitlines()[1].split())
        assert "model/plain AUC 0.845" in legend
        assert "model/wide AUC 0.865" in legend
        (plot,) = [plot for plot in screen.query(PanelPlot) if plot.display]
        assert plot.names == [PLAIN, WIDE]
        await pilot.press("l", "l")
        await pilot.pause()
        assert "false positives 0.1" in screen_text(screen.app)
        await pilot.press("escape")
        await go_to(pilot, screen, "pr")
        await until(pilot, lambda: "AP 0.75" in screen_text(screen.app))

    look(project, steps)


def test_escape_puts_the_cursor_away_also_when_no_plot_has_the_focus(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        await go_to(pilot, screen, "roc")
        screen.set_focus(None)
        await pilot.press("l", "l")
        await pilot.pause()
        assert "false positives 0.1" in screen_text(screen.app)
        await pilot.press("escape")
        await until(pilot, lambda: "false positives 0.1" not in screen_text(screen.app))
        assert screen.app.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: screen.app.screen is not screen)

    look(project, steps)


def test_a_plot_that_gets_its_place_late_has_the_keys_from_then_on(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        screen.pane.display = False  # as long as the first layout takes on a busy machine
        await go_to(pilot, screen, "roc")
        assert not isinstance(screen.focused, PanelPlot)
        screen.pane.display = True
        await until(pilot, lambda: isinstance(screen.focused, PanelPlot))

    look(project, steps)


def test_other_tables_are_curves_bars_or_cells(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        assert "time" in await go_to(pilot, screen, "sizes")
        (plot,) = [plot for plot in screen.query(PanelPlot) if plot.display]
        assert (plot._labels.title, plot._labels.x_title) == ("time", "n")
        text = await go_to(pilot, screen, "importance")
        assert "importance · gain" in text
        assert "██" in text
        text = await go_to(pilot, screen, "notes")
        assert "[bold]that[/]" in text
        assert "when" in text

    look(project, steps)


def test_slices_stand_side_by_side_with_their_rows_and_the_worst_is_marked(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = await go_to(pilot, screen, "by region")
        assert "accuracy by region · 1 of 2" in text
        assert "us 60 rows" in text
        assert text.count("▼") == 2
        assert "main" in text.splitlines()[3]
        await pilot.press("d")
        await pilot.pause()
        assert screen_text(screen.app).count("▼") == 1
        await pilot.press("x")
        await pilot.pause()
        text = screen_text(screen.app)
        assert "f1 by region · 2 of 2" in text
        assert "▼" not in text, "nobody said whether more is better"
        lines = (await go_to(pilot, screen, "by age")).splitlines()
        nine, ten = (
            next(at for at, line in enumerate(lines) if line[28:].strip(" ▸").startswith(n)) for n in ("9", "10")
        )
        assert nine < ten

    look(project, steps)


def test_of_resources_of_recorded_runs_there_is_only_a_summary_and_that_is_said(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = await go_to(pilot, screen, "over time")
        assert "only the summary is kept" in text
        assert "412 MB" in text
        assert "187 %" in text

    look(project, steps)


def test_an_image_is_drawn_and_a_file_that_is_not_here_says_how_to_get_it(
    project: ScratchRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = await go_to(pilot, screen, "sample.png")
        assert screen.query_one(Picture).display
        assert "/sample.png" in text
        opened = tmp_path / "opened"
        program = tmp_path / "xdg-open"
        program.write_text(f'#!/bin/sh\ncp "$1" {opened}.new && mv {opened}.new {opened}\n')
        program.chmod(0o755)
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr("shutil.which", lambda _: str(program))
        await pilot.press("o")
        await until(pilot, opened.exists)
        assert opened.read_bytes().startswith(b"\x89PNG")

    look(project, steps)

    cache = project.path / ".dvc" / "cache"
    cache.rename(tmp_path / "cache")

    async def without(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = await go_to(pilot, screen, "sample.png")
        assert f"sample.png · {len(PICTURE)} B is not on this machine" in text
        assert f"branchlab pull {WIDE}" in text
        await pilot.press("e")
        await settled(pilot)
        assert "u fetches it" in said(screen)

    look(project, without)
    (tmp_path / "cache").rename(cache)


def test_a_live_run_has_its_plots_slices_and_resources_over_time(repository: ScratchRepository) -> None:
    run = LiveRun(repository)
    run.log(0, loss=1.0)
    run.plot("roc.csv", "fpr,tpr\n0,0\n1,1\n")
    run.write(k="slice", key="region", value="eu", m={"accuracy": 0.5}, t=1.0)
    run.sample("1.0,50.0,2000000,,,10,20", "2.0,70.0,3000000,,,10,20")

    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        assert "AUC 0.5" in await go_to(pilot, screen, "roc")
        assert "by region" in screen_text(screen.app)
        text = await go_to(pilot, screen, "over time")
        for words in ("CPU (%, 100 is a core)", "memory (MB)", "read (MB)"):
            assert words in text
        assert "GPU" not in text
        run.sample("1.0,50.0,2000000,,,10,20", "2.0,70.0,3000000,,,10,20", "3.0,90.0,5000000,,,10,20")
        run.log(1, loss=0.5)
        plots = screen.query(PanelPlot)
        await until(pilot, lambda: any(plot.display and len(next(iter(plot._curves.values()))) == 3 for plot in plots))
        await go_to(pilot, screen, "roc")
        run.plot("roc.csv", "fpr,tpr\n0,0\n0,1\n1,1\n")
        run.log(2, loss=0.25)
        await until(pilot, lambda: "AUC 1 " in screen_text(screen.app))

    look(repository, steps, keys=(run.key,))


def test_damaged_and_huge_files_are_a_state_and_no_traceback(repository: ScratchRepository) -> None:
    run = LiveRun(repository)
    run.plot("bad.csv", "a,b\n<<<<<<< HEAD\n1,2\n")
    run.plot("binary.csv", "\0\0\0")
    run.plot("huge.csv", "a,b\n" + "1,2\n" * 30_000)
    run.plot("labels.csv", "actual,predicted\n" + "".join(f"{n},{n}\n" for n in range(300)))
    run.plot("report.html", "<b>no table</b>")

    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        assert "bad.csv has conflict markers" in await go_to(pilot, screen, "bad")
        assert "binary.csv is no text" in await go_to(pilot, screen, "binary")
        assert "the first 20,000 rows" in await go_to(pilot, screen, "huge")
        assert "labels has 300 labels; 128 can be shown" in await go_to(pilot, screen, "labels")
        assert "o opens it" in await go_to(pilot, screen, "report.html")
        await pilot.press("n", "d", "x", "full_stop", "enter", "L", "i", "h")
        await pilot.pause()
        assert "no other experiment here has it" in said(screen)

    look(repository, steps, keys=(run.key,))


def test_where_there_is_nothing_the_view_says_what_to_log(repository: ScratchRepository) -> None:
    run = LiveRun(repository)
    run.log(0, loss=1.0)

    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        text = screen_text(screen.app)
        assert "nothing to look at" in text
        assert "run.log_confusion_matrix(…)" in text
        await pilot.press("tab", "d", "x", "o", "full_stop", "n")
        screen.show_keys(("exp/gone",))
        await settled(pilot)
        assert "these experiments are not there any more" in screen_text(screen.app)

    look(repository, steps, keys=(run.key,))


def test_the_view_fits_every_size_and_keeps_its_place(project: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], screen: PlotsScreen) -> None:
        await go_to(pilot, screen, "by region")
        for width, height in ((60, 16), (80, 24), (200, 60)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            text = screen_text(screen.app)
            assert len(text.splitlines()) == height
            assert ("SLICES" in text) == (width >= 100)
            assert ("slices · 8 of 10" in text) == (width < 100)
            assert "accuracy by region" in text

    look(project, steps)
