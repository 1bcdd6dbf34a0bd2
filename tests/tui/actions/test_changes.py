"""What changes the repository, done by keys in the real program: real commands on a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.screens.dialogs.confirm import confirm
from branchlab_tui.screens.dialogs.confirm.confirm import Confirm
from branchlab_tui.screens.dialogs.form.form import Form
from branchlab_tui.screens.dialogs.report.failure import Failure
from branchlab_tui.screens.dialogs.report.report import Report
from driven_app import drive, screen_text, until

if TYPE_CHECKING:
    import pytest
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

WIDE, DEEP = "exp/model/wide", "exp/model/deep"


async def on_row(pilot: Pilot[int], app: BranchlabApp, *keys: str) -> None:
    """Marks some rows, or goes to one."""
    table = app.view.query_one("ExperimentTable")
    if len(keys) == 1:
        table.move_to(keys[0])  # type: ignore[attr-defined]
    else:
        table.set_marked(keys)  # type: ignore[attr-defined]
        app.view.state = app.session.table._replace(marked=keys)
    await pilot.pause()


async def worked(pilot: Pilot[int], app: BranchlabApp, said: str) -> None:
    """Waits until the program says something."""
    await until(pilot, lambda: said in last_words(app))


def last_words(app: BranchlabApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


def branches(repository: ScratchRepository) -> str:
    return repository.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")


def test_archive_of_several_is_one_command_and_undo_and_redo_follow(lab: ScratchRepository) -> None:
    before = branches(lab)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE, DEEP)
        await pilot.press("x")
        await worked(pilot, app, "archived 2 experiments · z undoes it")
        await until(pilot, lambda: len(app.snapshot.experiments) == 1)
        await pilot.press("z")
        await worked(pilot, app, "undo: archive 2 experiments")
        assert branches(lab) == before
        await pilot.press("Z")
        await worked(pilot, app, "redo: archive 2 experiments")
        assert WIDE not in branches(lab)
        lines = [entry.command.line for entry in app.performer.jobs.entries]
        assert lines[0] == f"branchlab archive -- {WIDE} {DEEP}"
        assert len(lines) == 3

    drive(lab.path, steps)


def test_rename_checks_while_one_types_and_can_be_taken_back(lab: ScratchRepository) -> None:
    before = branches(lab)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, Form))
        field = app.screen.query_one("#name")
        field.value = "deep"  # type: ignore[attr-defined]
        await pilot.pause()
        assert "stands in the way" in screen_text(app) or "exists already" in screen_text(app)
        await pilot.press("enter")
        assert isinstance(app.screen, Form)
        field.value = "wider"  # type: ignore[attr-defined]
        await pilot.pause()
        assert "→ exp/model/wider" in screen_text(app)
        assert f"branchlab rename -- {WIDE} exp/model/wider" in screen_text(app)
        await pilot.press("enter")
        await worked(pilot, app, "z undoes it")
        assert "exp/model/wider" in branches(lab)
        await pilot.press("z")
        await worked(pilot, app, "undo: rename")
        assert branches(lab) == before

    drive(lab.path, steps)


def test_delete_asks_enter_is_no_y_is_yes_and_z_brings_back(
    lab: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = branches(lab)
    monkeypatch.setattr(confirm, "GUARD", 3600.0)  # however slow this machine is

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("X")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")  # pressed before anybody can have read the question
        assert isinstance(app.screen, Confirm)
        assert f"branchlab rm -- {WIDE}" in screen_text(app)
        await pilot.press("enter")
        assert not isinstance(app.screen, Confirm)
        assert branches(lab) == before
        monkeypatch.setattr(confirm, "GUARD", 0.0)
        await pilot.press("X")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await worked(pilot, app, "deleted exp/model/wide · z undoes it")
        assert WIDE not in branches(lab)
        await pilot.press("z")
        await worked(pilot, app, "undo: delete")
        assert branches(lab) == before

    drive(lab.path, steps)


def test_a_note_is_written_and_the_one_before_comes_back(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, Form))
        area = app.screen.query_one("#text")
        area.text = "two\nlines [/red]"  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("ctrl+s")
        await worked(pilot, app, "noted on")
        await until(pilot, lambda: note(app) == "two\nlines [/red]")
        await pilot.press("z")
        await worked(pilot, app, "undo: note")
        await until(pilot, lambda: note(app) == "note 0")

    def note(app: BranchlabApp) -> str:
        one = app.snapshot.find(WIDE)
        return one.note if one else ""

    drive(lab.path, steps)


def test_checkout_says_what_it_did_and_goes_back(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, DEEP)
        await pilot.press("B")
        await worked(pilot, app, f"on {DEEP} · z undoes it")
        await until(pilot, lambda: app.snapshot.head == DEEP)
        await pilot.press("z")
        await worked(pilot, app, "undo: checkout")
        assert lab.git("symbolic-ref", "--short", "HEAD") == "main"

    drive(lab.path, steps)


def test_another_baseline_can_be_taken_back(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, DEEP)
        await pilot.press("b")
        await until(pilot, lambda: app.session.table.baseline == DEEP)
        await pilot.press("z")
        await until(pilot, lambda: app.session.table.baseline == "")
        await pilot.press("Z")
        await until(pilot, lambda: app.session.table.baseline == DEEP)
        await pilot.press("z", "z")
        await until(pilot, lambda: app.session.table.baseline == "")
        assert "nothing to take back" in last_words(app)

    drive(lab.path, steps)


def test_a_failed_action_shows_the_words_of_the_command(lab: ScratchRepository) -> None:
    lab.git("switch", "-q", WIDE)
    before = branches(lab)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Failure) and "exit code" in screen_text(app))
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert f"{WIDE} is checked out in" in text
        assert "→ git switch to another branch there first" in text
        assert "exit code 1" in text
        await pilot.press("y")
        assert app.clipboard.startswith(f"$ branchlab archive -- {WIDE}\n")
        assert "is checked out in" in app.clipboard
        await pilot.press("escape", "z")
        assert "nothing to take back" in last_words(app)

    drive(lab.path, steps)
    assert branches(lab) == before


def test_a_long_action_is_shown_and_cancelled(lab: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = lab.path.parent / "remote.git"
    lab.git("init", "-q", "--bare", str(remote))
    lab.git("remote", "add", "origin", str(remote))
    (remote / "hooks" / "pre-receive").write_text("#!/bin/sh\nsleep 60\n")
    (remote / "hooks" / "pre-receive").chmod(0o755)
    monkeypatch.setattr("branchlab_tui.performing.process.GRACE", 0.5)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.pause(0.35)
        await pilot.press("y")
        await until(pilot, lambda: "push exp/model/wide" in screen_text(app).splitlines()[-2])
        await pilot.press("j", "k")  # the table still has the keys
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, Confirm))  # leaving would stop it
        await pilot.press("n")
        await pilot.press("ctrl+c")
        await worked(pilot, app, "Cancelled: push exp/model/wide")
        assert "push" not in screen_text(app).splitlines()[-2]
        assert app.performer.jobs.entries[-1].mark == "◌"

    drive(lab.path, steps, size=(100, 24))


def test_push_and_pull_bring_branches_to_the_remote_and_back(lab: ScratchRepository) -> None:
    remote = lab.path.parent / "remote.git"
    lab.git("init", "-q", "--bare", str(remote))
    lab.git("remote", "add", "origin", str(remote))

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, DEEP)
        await pilot.press("P")
        await pilot.pause(0.35)
        await pilot.press("y")
        await until(pilot, lambda: not app.performer.jobs.active and len(app.performer.jobs.entries) == 1)
        assert DEEP in lab.git("ls-remote", "origin")
        await pilot.press("u")
        await until(pilot, lambda: not app.performer.jobs.active and len(app.performer.jobs.entries) == 2)
        assert [entry.mark for entry in app.performer.jobs.entries] == ["●", "●"], app.performer.jobs.entries

    drive(lab.path, steps)


def test_the_report_of_the_gates_opens_with_its_verdict(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, Report) and "every gate holds" in screen_text(app))
        assert "branchlab: " in screen_text(app)  # the title of the report that a git host shows
        await pilot.press("escape")

    drive(lab.path, steps)


def test_the_copy_menu_and_the_editor(lab: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vi")
    tip = lab.git("rev-parse", WIDE)

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        await pilot.press("y")
        await until(pilot, lambda: "Copy of exp/model/wide" in screen_text(app))
        await pilot.press("down", "enter")
        assert app.clipboard == tip
        await pilot.press("e")
        await worked(pilot, app, "There is no terminal here")

    drive(lab.path, steps)


def test_what_cannot_be_done_is_said_before_any_command(lab: ScratchRepository) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        for key, words in (
            ("exclamation_mark", "is not going on"),
            ("i", "is recorded already"),
        ):
            await pilot.press(key)
            await worked(pilot, app, words)
        await on_row(pilot, app, WIDE, DEEP)
        await pilot.press("m")
        await worked(pilot, app, "takes one experiment, and 2 are marked")
        assert app.performer.jobs.entries == []

    drive(lab.path, steps)


def test_a_full_disk_is_told_and_the_program_goes_on(lab: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vi")

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        await on_row(pilot, app, WIDE)
        for key in ("T", "e"):
            app.clear_notifications()
            with monkeypatch.context() as patch:
                patch.setattr("tempfile.tempdir", "/nonexistent")  # nothing can be written there, as on a full disk
                await pilot.press(key)
                await worked(pilot, app, "No such file or directory")
        assert app.is_running

    drive(lab.path, steps)
