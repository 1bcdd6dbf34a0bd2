"""Everything about one experiment, by keys and mouse, over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.messages.open_view import OpenView
from branchlab_tui.messages.state_changed import StateChanged
from branchlab_tui.screens.experiment.sections.section import SECTIONS
from branchlab_tui.screens.experiment.tabs import SectionTabs
from conftest import GITCONFIG
from opened_view import KeptProgram, Opened
from reading_project import make_project, record_branch, start_run
from sample_records import NAMES, record
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opened_view import Use

WIDER, DEEPER, MORE_ROWS, FAILED = NAMES
HOSTILE = "exp/fix/hostile"
SMALL, WIDE = (80, 24), (120, 40)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five experiments, one of them hostile, a damaged one and a run that was not recorded."""
    folder = tmp_path_factory.mktemp("experiment") / "project"
    folder.mkdir()
    (folder.parent / "gitconfig").write_text(GITCONFIG)
    repository = ScratchRepository(folder)
    repository.git("init", "--quiet")
    repository.commit("start")
    make_project(repository)
    hostile = record(run={"id": "20261119T000000-abcdef", "note": "[/red] \x1b[31m [@click=app.quit]x[/]"})
    record_branch(repository, HOSTILE, hostile._replace(params={"[bold]": "[/]\x1b]0;x\x07"}))
    repository.git("switch", "--quiet", "--create", "exp/fix/damaged", "main")
    repository.write("metrics.toml", "schema = 1\n[run\n")
    repository.commit("damaged")
    # The table sorts it by this time, which must not go with the day of the test.
    repository.git("commit", "--quiet", "--amend", "--no-edit", "--date", "2026-11-18T00:00:00Z")
    repository.git("switch", "--quiet", "main")
    run = start_run(repository, "20261122T000000-abcdef", "exp/model/unrecorded")
    (run / "output.log").write_bytes(b"\x1b[32mtraining\x1b[0m\nTraceback (most recent call last):\nValueError: no\n")
    (run / "system.csv").write_text("seconds,cpu_percent\n1,20\n2,40\n")
    return folder


@pytest.fixture(scope="module")
def program(project: Path) -> Iterator[KeptProgram]:
    """The program, open for all tests."""
    program = KeptProgram(project)
    yield program
    program.close()


def look(program: KeptProgram, keys: list[str], use: Use, size: tuple[int, int]) -> None:
    """Opens the view of some experiments, compared with the project's baseline."""

    async def anew(opened: Opened) -> None:
        if opened.view.state.baseline:
            await compare_with(opened, "")
        await use(opened)

    program.open("experiment", keys, anew, size)


async def shows(opened: Opened, *texts: str) -> None:
    """Waits until all of these stand on the screen."""
    try:
        await opened.until(lambda: all(text in opened.text for text in texts))
    except AssertionError:
        raise AssertionError(f"{texts} are not on the screen:\n{opened.text}") from None


async def compare_with(opened: Opened, baseline: str) -> None:
    """Compares with another experiment, as `b` in the table does."""
    keys = opened.view.keys
    opened.app.post_message(StateChanged(opened.view.state._replace(baseline=baseline)))
    await opened.rest()
    opened.view.show_keys(keys)
    await opened.rest()


def test_the_overview_says_what_it_is_what_it_changed_and_how_to_do_it_again(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert opened.line("● exp/model/wider").split()[1:3] == ["exp/model/wider", "finished"]
        assert "wider net, same schedule" in opened.text
        assert "python train.py" in opened.line("command")
        assert "7" in opened.line("seed")
        assert "branchlab reproduce exp/model/wider" in opened.line("again")
        await shows(opened, "changed against main (where it left)", "code  1 file  +2 -1")

    look(program, [WIDER], use, SMALL)


def test_tab_goes_through_all_sections_and_round(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        seen = []
        for _ in SECTIONS:
            seen.append(opened.view.arrangement.section)
            await opened.press("tab")
        assert seen == [section.id for section in SECTIONS]
        assert opened.view.arrangement.section == "overview"
        await opened.press("shift+tab")
        assert "[Commits]" in opened.text

    look(program, [WIDER], use, SMALL)


def test_where_there_is_room_the_overview_stands_beside_every_section(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await shows(opened, "[Metrics]", "python train.py")
        await opened.press("plus")
        await opened.until(lambda: "python train.py" not in opened.text)
        await opened.press("escape")
        await shows(opened, "[Metrics]", "python train.py")
        await opened.press("h")
        assert opened.view.focused.id == "overview"
        await opened.press("l")
        assert opened.view.focused.id == "page"
        await opened.press("tab")
        await shows(opened, "[Curves]", "python train.py")

    look(program, [WIDER], use, WIDE)


def test_metrics_are_judged_against_what_the_user_chose(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await compare_with(opened, WIDER)
        await opened.press("tab", "tab")
        line = opened.line("accuracy ↑  ")
        assert "0.9501" in line
        assert "▲" in line
        assert "▼" in opened.line("size kB ↓")
        assert "against exp/model/wider" in opened.text
        assert opened.line("test  ").split() == ["test", "0.9401", "▲"]
        assert opened.line("eu  ").split()[-2:] == ["0.9521", "▲"]

    look(program, [DEEPER], use, (119, 40))


def test_the_baseline_itself_is_compared_with_nothing(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await compare_with(opened, WIDER)
        assert "changed" not in opened.text

    look(program, [WIDER], use, SMALL)


def test_brackets_go_through_the_table_and_stop_at_its_ends(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        order = [opened.view.shown.key]
        for _ in range(6):
            await opened.press("right_square_bracket")
            await opened.until(lambda: opened.view.shown.key not in order)
            order.append(opened.view.shown.key)
        assert "7 of 7" in opened.text
        await opened.press("right_square_bracket")
        assert opened.view.shown.key == order[-1]
        await opened.press("left_square_bracket")
        assert opened.view.shown.key == order[-2]
        assert opened.view.subjects == (order[-2],)

    look(program, ["run:20261122T000000-abcdef"], use, SMALL)


def test_brackets_stay_among_those_that_were_marked(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "1 of 2" in opened.text
        await opened.press("right_square_bracket", "right_square_bracket")
        assert opened.view.shown.key == FAILED
        assert "2 of 2" in opened.text

    look(program, [WIDER, FAILED], use, SMALL)


def test_a_package_is_found_in_the_environment(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("tab", "tab", "tab", "tab", "tab", "tab")
        assert "[Env]" in opened.text
        await opened.press("slash")
        await opened.press(*"nump")
        await shows(opened, "1 of 1", "▸ numpy")
        await opened.press("enter")
        await opened.press("n")
        await shows(opened, "▸ numpy")
        await opened.press("escape")
        await opened.until(lambda: "▸" not in opened.text)
        assert opened.app.view is opened.view

    look(program, [WIDER], use, SMALL)


def test_a_search_without_a_text_says_how_to_begin(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("n")
        assert [notice.message for notice in opened.app._notifications] == ["nothing is searched for yet: / begins"]

    look(program, [WIDER], use, SMALL)


@pytest.mark.parametrize(
    ("section", "key", "view", "there"),
    [
        ("overview", "D", "diff", "what differs"),
        ("code", "enter", "diff", "train.py"),
        ("plots", "enter", "plots", "roc"),
        ("curves", "enter", "curves", "loss"),
    ],
)
def test_what_leads_somewhere_goes_to_that_place_and_comes_back(
    program: KeptProgram, section: str, key: str, view: str, there: str
) -> None:
    async def use(opened: Opened) -> None:
        opened.view.choose(section)
        await shows(opened, {"code": "▸ train.py", "plots": "▸ roc", "curves": "loss"}.get(section, "changed"))
        await opened.press(key)
        await opened.until(lambda: view == opened.app.view.VIEW)
        assert opened.app.view.keys == (WIDER,)
        await opened.rest()
        assert there in opened.text
        if section == "code":
            assert opened.app.focused is not None
            assert opened.app.focused.id == "code"
        await opened.press("escape")
        assert opened.app.view.VIEW == "experiment"
        assert opened.view.arrangement.section == section

    look(program, [WIDER], use, SMALL)


def test_the_plot_under_the_cursor_is_opened_and_a_number_goes_back_to_the_same_view(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        opened.view.choose("plots")
        await shows(opened, "▸ ")
        await opened.press("G")
        path = opened.line("▸ ").split()[-1]
        await opened.press("enter")
        await opened.until(lambda: opened.app.view.VIEW == "plots")
        await opened.rest()
        assert opened.view.choice.entry.path == path.rpartition("/")[2]
        await opened.press("2")
        assert opened.app.view.VIEW == "experiment"
        assert len(opened.app.screen_stack) == 2

    look(program, [WIDER], use, SMALL)


def test_the_log_of_a_run_that_failed_shows_its_traceback(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "ValueError: no" in opened.text
        await opened.press("t")
        assert "[Log]" in opened.text
        assert opened.line("  training").strip() == "training"
        await opened.press("slash")
        await opened.press(*"value")
        await opened.press("enter")
        await shows(opened, "▸ ValueError: no")
        await opened.press("F")
        assert not opened.view.query_one("LogView").following

    look(program, ["run:20261122T000000-abcdef"], use, SMALL)


def test_a_run_that_ended_uses_nothing_now(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await shows(opened, "resources at its end, and how they went", "40%")

    look(program, ["run:20261122T000000-abcdef"], use, (80, 50))


def test_what_was_not_kept_is_said(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("t")
        assert "it printed nothing, or nothing kept it" in opened.text
        await opened.press("tab")
        assert "commit" in opened.text

    look(program, [WIDER], use, SMALL)


def test_a_damaged_record_says_so_and_the_rest_is_shown(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "! exp/fix/damaged" in opened.text
        assert "is not valid TOML" in opened.text
        await opened.press("tab", "tab", "tab")
        assert "[Curves]" in opened.text

    look(program, ["exp/fix/damaged"], use, SMALL)


def test_without_an_experiment_the_view_says_how_to_choose_one(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "exp/never/was is not there any more" in opened.text
        await opened.press("tab", "right_square_bracket", "slash", "escape", "F")
        opened.view.show_keys(())
        await shows(opened, "no experiment is chosen", "1 shows all of them")

    look(program, ["exp/never/was"], use, SMALL)


def test_a_branch_that_vanishes_stays_in_sight_with_a_word(program: KeptProgram, project: Path) -> None:
    repository = ScratchRepository(project)
    repository.git("branch", "exp/model/goes", WIDER)

    async def use(opened: Opened) -> None:
        await shows(opened, "● exp/model/goes", "python train.py")
        repository.git("branch", "-D", "exp/model/goes")
        await opened.until(lambda: "not there any more" in opened.text)
        assert "python train.py" in opened.text

    look(program, ["exp/model/goes"], use, SMALL)


def test_hostile_words_are_shown_as_they_are(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        assert "[/red] \\x1b[31m [@click=app.quit]x[/]" in opened.text
        await opened.press("tab")
        assert "[/]\\x1b]0;x\\x07" in opened.line("[bold]")

    look(program, [HOSTILE], use, SMALL)


def test_a_tab_is_clicked(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        place = opened.line("[Overview]").index("Data")
        await opened.pilot.click(SectionTabs, offset=(place, 0))
        await opened.rest()
        assert "[Data]" in opened.text

    look(program, [WIDER], use, SMALL)


def test_each_section_has_an_action_for_palette_and_commands(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        for section in ("commits", "log", "parameters"):
            await opened.app.run_chosen(f"section_{section}")
            await opened.rest()
            assert opened.view.arrangement.section == section

    look(program, [WIDER], use, SMALL)


def test_every_section_says_something_at_every_size_and_keeps_its_place(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        for size in ((200, 60), (60, 16)):
            await opened.pilot.resize_terminal(*size)
            for section in SECTIONS[1:]:
                opened.view.choose(section.id)
                await opened.pilot.pause()
                assert opened.view.arrangement.section == section.id
                body = "".join(opened.text.split("\n")[3:-1])
                assert len(body.replace(" ", "")) > 12, (section.id, size)

    look(program, [WIDER], use, (200, 60))


def test_another_experiment_is_shown_in_the_same_section(program: KeptProgram) -> None:
    async def use(opened: Opened) -> None:
        await opened.press("tab")
        opened.app.post_message(OpenView("experiment", (DEEPER,)))
        await opened.rest()
        assert "[Params]" in opened.text
        assert "4" in opened.line("model.depth")

    look(program, [WIDER], use, SMALL)
