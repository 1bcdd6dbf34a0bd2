"""How the program is opened: on a terminal by itself, otherwise with one line that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_line import branchlab

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


def test_without_a_terminal_branchlab_alone_shows_its_commands(repository: ScratchRepository) -> None:
    said = branchlab(repository.path)
    assert said.code == 0
    assert "usage: branchlab" in said.out


def test_without_a_terminal_tui_says_what_to_use(repository: ScratchRepository) -> None:
    said = branchlab(repository.path, "tui")
    assert (said.code, said.out) == (3, "")
    assert said.err == ("branchlab: error: the terminal UI needs a terminal. hint: branchlab ls, or branchlab watch\n")


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_cannot_be_is_refused(repository: ScratchRepository, port: str) -> None:
    said = branchlab(repository.path, "tui", "--serve", "--port", port)
    assert said.code == 2
    assert "--port must lie between" in said.err


def test_serve_outside_a_repository_says_so(tmp_path: Path) -> None:
    said = branchlab(tmp_path, "tui", "--serve")
    assert said.code == 3
    assert "is not in a git repository" in said.err
