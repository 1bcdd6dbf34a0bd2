"""Every dialog: it fits a small terminal, closes on escape, takes nothing for markup, and tells its keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from textual.app import App

from branchlab_tui.performing.command import branchlab
from branchlab_tui.performing.entry import Entry
from branchlab_tui.performing.field import Checked, Field
from branchlab_tui.performing.parameters import Parameter, ParameterFiles
from branchlab_tui.performing.process import Ended
from branchlab_tui.screens.dialogs.confirm.confirm import Confirm
from branchlab_tui.screens.dialogs.form.choice_field import ChoiceField
from branchlab_tui.screens.dialogs.form.form import Form
from branchlab_tui.screens.dialogs.keys.screen import KeysDialog
from branchlab_tui.screens.dialogs.log.log import Log
from branchlab_tui.screens.dialogs.palette.screen import Palette
from branchlab_tui.screens.dialogs.parameters.screen import RunAgain
from branchlab_tui.screens.dialogs.report.failure import Failure
from branchlab_tui.screens.dialogs.report.report import Report
from branchlab_tui.theme.themes import DARK, TERMINAL, register_themes
from branchlab_tui.widgets.picker.choice_dialog import KeysLine
from branchlab_tui.widgets.state_panel.state_panel import StatePanel
from driven_app import drive, screen_text, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot
    from textual.screen import Screen

    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.performing.names import NameCheck
    from scratch_repository import ScratchRepository

EVIL = "[/red][@click=app.quit]\x1b[31m\u202e]"
SHOWN = "[/red][@click=app.quit]\\x1b[31m\\u202e]"


class Host(App[int]):
    """A program with nothing but a dialog."""

    def __init__(self, theme: str = DARK) -> None:
        super().__init__()
        register_themes(self)
        self.theme = theme

    def compose(self) -> ComposeResult:
        panel = StatePanel()
        panel.show_error(EVIL, EVIL)
        yield panel


class AnyName:
    """Takes every name."""

    def check(self, asked: str, issue: str = "") -> Checked:
        return Checked(says=asked + issue)


def names() -> NameCheck:
    return AnyName()  # type: ignore[return-value]


def check(_answers: object) -> Checked:
    return Checked("", EVIL, EVIL)


ENTRIES = [Entry(n, branchlab("note", "--", EVIL), 0.0, Ended(n % 2, "", f"{EVIL}\n", 0.1)) for n in range(30)]
PARAMETERS = tuple(Parameter(f"key{n}{EVIL}", EVIL) for n in range(30))
DIALOGS: dict[str, Callable[[], Screen[Any]]] = {
    "confirm": lambda: Confirm(EVIL, [EVIL, "x " * 80], EVIL),
    "typed": lambda: Confirm(EVIL, [EVIL], EVIL, typed="11"),
    "form": lambda: Form(EVIL, [Field("a", EVIL, EVIL), Field("b", "b", EVIL, lines=4)], check, "do it"),
    "report": lambda: Report(EVIL, "\n".join([EVIL] * 50)),
    "failure": lambda: Failure(EVIL, EVIL, EVIL, "\n".join([EVIL] * 50), EVIL, 3),
    "log": lambda: Log(ENTRIES),
    "again": lambda: RunAgain("x", EVIL, ParameterFiles({}, PARAMETERS), names()),
}


@pytest.mark.parametrize("name", DIALOGS)
@pytest.mark.parametrize("theme", [DARK, TERMINAL])
def test_it_fits_shows_text_as_it_is_and_escape_closes_it(name: str, theme: str) -> None:
    async def run() -> None:
        app = Host(theme)
        async with app.run_test(size=(60, 16)) as pilot:
            answers: list[object] = []
            await app.push_screen(DIALOGS[name](), answers.append)
            await pilot.pause()
            text = drawn(app)
            assert SHOWN[:6] in text or SHOWN[-6:] in text
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert "esc" in text  # the keys are in sight, whatever is above them
            await pilot.press("escape")
            assert answers in ([None], [False])

    asyncio.run(run())


def drawn(app: App[int]) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def test_a_state_panel_shows_text_as_it_is() -> None:
    async def run() -> None:
        app = Host()
        async with app.run_test(size=(60, 16)) as pilot:
            assert f"✗ {SHOWN}" in drawn(app)
            panel = app.query_one(StatePanel)
            panel.show_empty("nothing here", "branchlab run makes one")
            await pilot.pause()
            assert "branchlab run makes one" in drawn(app)
            panel.show_loading("reading curves")
            await pilot.pause()
            assert "… reading curves" in drawn(app)

    asyncio.run(run())


def test_tab_goes_from_field_to_field_and_a_choice_steps_with_the_arrows() -> None:
    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            answers: list[dict[str, str] | None] = []
            fields = [Field("kind", "kind", choices=("model", "data")), Field("a", "a"), Field("b", "b")]
            await app.push_screen(Form("t", fields, lambda _: Checked(), "do it"), answers.append)
            await pilot.press(*"x", "tab", *"y", "tab", "right")
            assert isinstance(app.focused, ChoiceField)
            assert "[data]" in drawn(app)
            await pilot.press("shift+tab", "enter")
            assert answers == [{"kind": "data", "a": "x", "b": "y"}]

    asyncio.run(run())


def test_a_problem_keeps_the_form_open_and_is_no_reproach_before_anything_was_typed() -> None:
    def judge(answers: Any) -> Checked:
        return Checked("" if answers["a"] == "good" else "this is not good")

    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            answers: list[object] = []
            await app.push_screen(Form("t", [Field("a", "a")], judge, "do it"), answers.append)
            await pilot.pause()
            assert "✗" not in drawn(app)
            await pilot.press(*"goo", "enter")
            assert "✗ this is not good" in drawn(app)
            await pilot.press("d", "enter")
            assert answers == [{"a": "good"}]

    asyncio.run(run())


def test_a_click_on_a_key_of_a_dialog_presses_it() -> None:
    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            answers: list[object] = []
            await app.push_screen(Confirm("t", ["x"], "c"), answers.append)
            await pilot.pause(0.35)
            await pilot.click(KeysLine, offset=(drawn_line(app, "y do it").index("y do it") - 1, 0))
            await pilot.pause()
            assert answers == [True]

    asyncio.run(run())


def drawn_line(app: App[int], words: str) -> str:
    """Returns the part of a line within the frame that holds these words."""
    return next(line for line in drawn(app).splitlines() if words in line).lstrip().removeprefix("│")


def test_what_has_to_be_typed_is_typed() -> None:
    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            answers: list[object] = []
            await app.push_screen(Confirm("t", ["x"], "c", typed="11"), answers.append)
            await pilot.pause(0.4)
            await pilot.press("y", "enter")
            assert answers == []
            assert "this is not 11" in drawn(app)
            await pilot.press("backspace", "1", "1", "enter")
            assert answers == [True]

    asyncio.run(run())


def test_a_report_scrolls_both_ways_and_is_copied_whole() -> None:
    text = "\n".join(f"line {number} " + "x" * 100 for number in range(50))

    async def run() -> None:
        app = Host()
        async with app.run_test(size=(60, 16)) as pilot:
            await app.push_screen(Report("t", text))
            await pilot.press("G")
            assert "line 49" in drawn(app)
            await pilot.press("g", "l")
            assert "line 0 " not in drawn(app)
            await pilot.press("h", "j", "y")
            assert "line 0 " not in drawn(app)
            assert "line 1 " in drawn(app)
            assert app.clipboard == text

    asyncio.run(run())


def test_the_log_shows_what_a_command_said_and_copies_its_line() -> None:
    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.push_screen(Log(ENTRIES[:2]))
            await pilot.press("y")
            assert app.clipboard == ENTRIES[1].command.line
            await pilot.press("enter")
            await pilot.pause()
            assert "exit code 1: refused" in drawn(app)

    asyncio.run(run())


def test_a_parameter_is_changed_by_typing_and_taken_back() -> None:
    files = {"params.toml": b"lr = 0.5\ndepth = 3\n"}
    read = ParameterFiles(files, (Parameter("lr", "0.5"), Parameter("depth", "3")))

    async def run() -> None:
        app = Host()
        async with app.run_test(size=(80, 24)) as pilot:
            answers: list[Any] = []
            await app.push_screen(RunAgain("wide", "wide", read, names()), answers.append)
            await pilot.press("down", "backspace", "4", "up", "backspace", "x")
            assert "✗ params.toml: lr must be a number" in drawn(app)
            assert "→ 4" in drawn(app)
            await pilot.press("ctrl+z")
            assert "-S depth=4 -- wide" in drawn(app)
            await pilot.press("enter")
            assert (answers[0].name, answers[0].changes) == ("wide", {"depth": "4"})

    asyncio.run(run())


def test_keys_and_palette_find_what_is_typed_and_do_it(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysDialog) and "row down" in screen_text(app))
        await pilot.press(*"changed")
        await until(pilot, lambda: "row down" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.session.table.only_changed)
        await pilot.press("question_mark", *"last row", "enter")  # a key of the table itself
        await until(pilot, lambda: app.session.table.cursor == "exp/tune/slow")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await pilot.press(*"log", "enter")
        await until(pilot, lambda: any("Nothing was done yet." in one.message for one in app._notifications))

    drive(lab.path, steps, size=(80, 24))


@pytest.mark.parametrize("view", ["2", "3", "4", "5", "6"])
def test_each_view_has_its_keys_and_actions(lab: ScratchRepository, view: str) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await pilot.press(view)
        await until(pilot, lambda: app.view.VIEW != "experiments")
        await pilot.press("question_mark")
        await until(pilot, lambda: f"Keys of {app.view.VIEW}" in screen_text(app))
        await pilot.press("escape", "ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await pilot.press("escape", "1")
        await until(pilot, lambda: app.view.VIEW == "experiments")

    drive(lab.path, steps, size=(80, 24))
