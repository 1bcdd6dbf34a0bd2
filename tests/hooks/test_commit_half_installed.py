"""Where git comes to `pre-commit` alone, no record is begun that nobody would finish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN

if TYPE_CHECKING:
    from hooked_project import HookedProject

BRANCHLAB = Path(sys.executable).with_name("branchlab")
FINISHING = ("prepare-commit-msg", "commit-msg", "post-commit")


def _waits(hooked: HookedProject) -> None:
    """Makes a commit, which leaves the run and everything else alone."""
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    run = hooked.run_id()
    words = hooked.does("commit", "--all", "--message", "wider")
    assert f"run {run} waits: not all hooks that finish a commit are installed" in words
    assert hooked.record() == {}
    assert (hooked.run_id(), hooked.leftovers()) == (run, [])
    assert hooked.git("status", "--porcelain") == ""


def _call(hooked: HookedProject, event: str) -> None:
    """Writes the line that `branchlab hooks install` tells to add to a hook of the project."""
    call = f'#!/bin/sh\n{BRANCHLAB} hooks exec {event} "$@"\n'
    hooked.write(f".githooks/{event}", call).chmod(0o755)


@pytest.mark.parametrize("event", FINISHING)
def test_a_hook_that_somebody_replaced(hooked: HookedProject, event: str) -> None:
    ours = (hooked.path / ".git" / "hooks" / event).read_bytes()
    hooked.write(f".git/hooks/{event}", "#!/bin/sh\n")
    _waits(hooked)
    (hooked.path / ".git" / "hooks" / event).write_bytes(ours)
    hooked.does("commit", "--allow-empty", "--message", "caught up")
    assert hooked.trailer() == hooked.record()["run"]["id"]


def test_a_line_in_one_hook_of_the_project_and_then_in_all(hooked: HookedProject) -> None:
    hooked.git("config", "core.hooksPath", ".githooks")
    _call(hooked, "pre-commit")
    hooked.git("add", ".githooks")
    _waits(hooked)
    for event in FINISHING:
        _call(hooked, event)
    hooked.git("add", ".githooks")
    hooked.does("commit", "--message", "caught up")
    assert hooked.trailer() == hooked.record()["run"]["id"]
    assert (hooked.runs(), hooked.leftovers()) == ([], [])
    assert hooked.git("status", "--porcelain") == ""


def test_the_hooks_that_a_framework_runs_count(hooked: HookedProject) -> None:
    folder = hooked.path / ".git" / "hooks"
    for event in ("pre-commit", "commit-msg"):
        (folder / event).rename(folder / f"{event}.legacy")
        hooked.write(f".git/hooks/{event}", f'#!/bin/sh\nexec .git/hooks/{event}.legacy "$@"\n').chmod(0o755)
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    hooked.does("commit", "--all", "--message", "wider")
    assert hooked.trailer() == hooked.record()["run"]["id"]
