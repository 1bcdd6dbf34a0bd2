"""What is typed behind `:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.experiment import Experiment
from branchlab.project import Settings
from branchlab.workspace import Workspace
from branchlab_tui.actions.action import command_of
from branchlab_tui.actions.registry import actions_of
from branchlab_tui.commands.command import COMMANDS, understand
from branchlab_tui.commands.completion import complete
from branchlab_tui.commands.outcome import CommandError, Context
from branchlab_tui.model.snapshot import Snapshot, row_key
from branchlab_tui.model.state import TableState
from branchlab_tui.model.views import VIEWS
from branchlab_tui.screens.dialogs.command_line.screen import CommandLine
from branchlab_tui.widgets.query_bar.query_input import QueryInput
from driven_app import drive, screen_text, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

ONES = (
    Experiment("exp/model/wide", "a" * 40, "finished", params={"lr": 1, "wd": 2}, metrics={"acc": 0.5, "loss": 1.0}),
    Experiment("exp/tune/wide", "b" * 40, "finished", params={"lr": 2, "wd": 2}, metrics={"acc": 0.6, "loss": 2.0}),
    Experiment("exp/tune/slow", "c" * 40, "finished", params={"lr": 3, "wd": 2}, metrics={"acc": 0.7, "loss": 3.0}),
)


@pytest.fixture(scope="module")
def where() -> Context:
    repository = type("Repository", (), {"state_dir": "/nowhere", "top": "/", "common_dir": "/"})()
    workspace = Workspace(repository, "", Settings(), initialised=True)
    snapshot = Snapshot(1, workspace, ONES, {row_key(one): place for place, one in enumerate(ONES)}, head="main")
    state = TableState(columns=("params.lr", "params.wd"), baseline="exp/tune/slow")
    return Context("experiments", snapshot, state, ("exp/tune/slow",), ("branchlab-dark", "branchlab-light"))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("sort acc", "sort", (("metrics.acc", False),)),
        ("sort -lr loss", "sort", (("params.lr", True), ("metrics.loss", False))),
        ("sort", "sort", ()),
        ("cols +loss,-wd", "columns", ("params.lr", "metrics.loss")),
        ("cols acc lr", "columns", ("metrics.acc", "params.lr")),
        ("cols", "columns", ()),
        ("filter lr>1 wide", "query", "lr>1 wide"),
        ("filter", "query", ""),
        ("group lr", "group", "params.lr"),
        ("group none", "group", ""),
        ("baseline exp/tune/wide", "baseline", "exp/tune/wide"),
        ("baseline none", "baseline", ""),
    ],
)
def test_the_table_is_changed(where: Context, text: str, field: str, value: object) -> None:
    state = understand(text, where).state
    assert state is not None
    assert getattr(state, field) == value
    assert state._replace(**{field: getattr(where.state, field)}) == where.state


def test_experiments_are_named_in_full_by_their_last_part_or_taken_from_the_table(where: Context) -> None:
    assert understand("compare slow exp/model/wide", where).keys == ("exp/tune/slow", "exp/model/wide")
    assert understand("diff", where).keys == ("exp/tune/slow",)
    assert (understand("show slow", where).view, understand("curves slow", where).view) == ("experiment", "curves")
    assert understand("note all is well", where).values == {"text": "all is well"}
    assert understand("export csv my file.csv", where).values == {"format": "csv", "path": "my file.csv"}
    assert understand("view save best", where).performs == "save_view"
    assert understand("theme light", where).theme == "branchlab-light"
    assert understand("q", where).action == "leave"


@pytest.mark.parametrize(
    ("text", "position", "hint"),
    [
        ("sort ac", 5, "did you mean acc?"),
        ("sort acc xx", 9, ""),
        ("cols +lr,-los", 9, "did you mean loss?"),
        ("filter lr>", 10, ""),
        ("compare wide", 8, "write more of the name"),
        ("compare slow nothing", 13, ""),
        ("group acc", 6, ""),
        ("export md", 9, "export md FILE"),
        ("sotr acc", 0, "did you mean sort?"),
        ("archive now", 8, ""),
        ("view best", 5, "[views.NAME] in branchlab.toml makes one"),
        ("theme pink", 6, "dark, light"),
        ("  ", 0, "tab shows them"),
    ],
)
def test_a_mistake_is_pointed_at(where: Context, text: str, position: int, hint: str) -> None:
    with pytest.raises(CommandError) as error:
        understand(text, where)
    assert error.value.position == position
    assert hint in error.value.hint


def test_every_action_of_every_view_is_a_command(where: Context) -> None:
    taking = {name for one in COMMANDS for name in (one.name, *one.also)}
    for view in VIEWS:
        for action in actions_of(view.id):
            if command_of(action) not in taking:
                assert understand(command_of(action), where._replace(view=view.id)).action == action.id


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("so", "sort"),
        ("sort a", "acc"),
        ("sort -l", "-lr"),
        ("cols +lr,+ac", "+acc"),
        ("compare sl", "slow"),
        ("compare slow exp/m", "exp/model/wide"),
        ("theme l", "light"),
        ("group ty", "type"),
        ("export c", "csv"),
        ("filter sta", "status:"),
        ("arch", "archive"),
    ],
)
def test_words_are_completed_in_place(where: Context, text: str, first: str) -> None:
    found = complete(text, len(text), where)
    assert found[0].text == first
    assert text[: found[0].start] + first == text[: found[0].start] + found[0].text
    assert found[0].end == len(text)


def test_a_word_that_is_whole_has_nothing_to_go_on(where: Context) -> None:
    assert complete("theme light", 11, where) == []


def test_a_command_is_completed_done_remembered_and_shown_again(lab: ScratchRepository) -> None:
    async def command(pilot: Pilot[int], app: BranchlabApp, text: str) -> None:
        await pilot.press("colon")
        app.screen.query_one(QueryInput).value = text
        await pilot.press("enter")

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press("colon", *"so", "tab", *"acc", "tab")
        assert ": sort accuracy" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.session.table.sort == (("metrics.accuracy", False),))
        await command(pilot, app, "sort nothing")
        assert isinstance(app.screen, CommandLine)
        assert "^ there is no column nothing" in screen_text(app)
        await pilot.press("escape", "colon", "up")
        assert ": sort accuracy" in screen_text(app)
        await pilot.press("down", "escape")
        await command(pilot, app, "export md out.md")
        await until(pilot, (lab.path / "out.md").is_file)
        await command(pilot, app, "view save best")
        await until(pilot, lambda: "best" in app.snapshot.workspace.settings.views)
        await command(pilot, app, "compare wide deep")
        await until(pilot, lambda: app.view.VIEW == "compare")
        await command(pilot, app, "theme light")
        assert app.theme == "branchlab-light"
        await command(pilot, app, "log")
        await until(pilot, lambda: "branchlab ls --md" in screen_text(app))

    app = drive(lab.path, steps)
    assert app.session.history[-1] == "log"
    assert (lab.path / "out.md").read_text().splitlines()[0].startswith("| experiment |")
