"""The table as it was left is shown at once, where it fits and holds nothing but text and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab_tui.frame import keep_frame, kept_frame
from branchlab_tui.skeleton import ENTER, first_frame
from driven_app import drive

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

LINES = ["\x1b[1;38;5;110m branchlab \x1b[0m", "rows"]


@pytest.fixture
def state(repository: ScratchRepository) -> str:
    folder = repository.path / ".git" / "branchlab"
    folder.mkdir()
    return str(folder)


def test_what_is_kept_comes_back(repository: ScratchRepository, state: str) -> None:
    keep_frame(state, "", (80, 2), LINES)
    assert kept_frame(str(repository.path), (80, 2), colour=True) == LINES
    assert kept_frame(str(repository.path), (80, 2), colour=False) == [" branchlab ", "rows"]


def test_a_terminal_of_another_size_gets_none(repository: ScratchRepository, state: str) -> None:
    keep_frame(state, "", (80, 2), LINES)
    assert kept_frame(str(repository.path), (81, 2), colour=True) == []


@pytest.mark.parametrize("evil", ["\x1b]0;title\x07", "\x1b[2J", "a\u202eb", "\x9b1m"])
def test_nothing_but_text_and_colours_is_shown(repository: ScratchRepository, state: str, evil: str) -> None:
    keep_frame(state, "", (80, 2), ["fine", evil])
    assert kept_frame(str(repository.path), (80, 2), colour=True) == []


def test_each_project_has_its_own(repository: ScratchRepository, state: str) -> None:
    repository.write("sub/branchlab.toml", "")
    repository.write("sub/deep/x", "")
    keep_frame(state, "sub/", (80, 2), LINES)
    assert kept_frame(str(repository.path / "sub" / "deep"), (80, 2), colour=True) == LINES
    assert kept_frame(str(repository.path), (80, 2), colour=True) == []


def test_a_linked_worktree_shares_it(repository: ScratchRepository, state: str, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    keep_frame(state, "", (80, 2), LINES)
    assert kept_frame(str(tmp_path / "linked"), (80, 2), colour=True) == LINES


def test_leaving_the_program_keeps_its_table(repository: ScratchRepository, state: str) -> None:
    async def leave(pilot: Pilot[int], app: BranchlabApp) -> None:
        assert app.is_running
        await pilot.press("q")

    drive(repository.path, leave, size=(80, 24))
    kept = kept_frame(str(repository.path), (80, 24), colour=False)
    assert len(kept) == 24
    assert "project @ main" in kept[0]
    assert first_frame("/", 80, 24, colour=False, kept=kept) == ENTER + "\r\n".join(kept)
    assert state
