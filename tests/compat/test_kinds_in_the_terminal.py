"""The terminal UI opens in every kind of repository, or its start says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from all_kinds import KINDS
from branchlab.errors import EnvironmentProblemError
from branchlab_tui.model.store import open_store
from driven_app import drive, screen_text
from kinds_of_repository import FIRST

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from kinds_of_repository import Template

SEEN = [
    "sha256",
    "reftable",
    "linked worktree",
    "submodule",
    "shallow clone",
    "clone without trees",
    "bare",
    "unborn branch",
    "refs named like options",
    "ref to a missing object",
]
EMPTY = {"unborn branch"}


@pytest.mark.prove
@pytest.mark.parametrize("name", SEEN)
def test_the_first_screen_lists_the_experiments(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind = KINDS[name]
    place = kind.make(template, tmp_path)
    for variable, value in place.environment.items():
        monkeypatch.setenv(variable, value)
    if "*" in kind.refusals:
        with pytest.raises(EnvironmentProblemError, match=kind.refusals["*"]):
            open_store(str(place.folder))
        return

    async def look(pilot: Pilot[int], app: BranchlabApp) -> None:
        text = screen_text(app)
        assert (f"{FIRST} " in text) == (name not in EMPTY), text
        for key in ("enter", "escape", "5", "1"):
            await pilot.press(key)
            await pilot.pause()
        assert app.is_running

    drive(place.folder, look)
