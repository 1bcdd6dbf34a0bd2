"""The log of a CI job, in which GitHub reads lines of a certain form as commands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from branchlab.cli.terminal import Terminal
from branchlab.running.collect import collect_metrics
from in_process import call, no_raw
from nasty_text import ALL, as_path

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

COMPARE = Path(__file__).parents[2] / "hooks" / "ci" / "compare.sh"


def compare(folder: Path, **environment: str) -> str:
    """Runs the step of the action in a folder where it finds nothing, and returns both its streams."""
    return subprocess.run(
        ["bash", str(COMPARE)],
        cwd=folder,
        env={**os.environ, "BRANCHLAB_OUT": str(folder / "out"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    ).stdout


def test_no_line_of_a_report_is_a_command_to_github(repository: ScratchRepository) -> None:
    lines = compare(repository.path, GITHUB_ACTIONS="true", BRANCHLAB_GATES="x >= 1").splitlines()
    start, token = lines[0].rsplit("::", 1)
    assert start == "::stop-commands"
    assert lines[-1] == f"::{token}::"
    assert len(token) == 32
    again = compare(repository.path, GITHUB_ACTIONS="true", BRANCHLAB_GATES="x >= 1").splitlines()
    assert again[0] != lines[0]  # nobody can know it before


def test_other_hosts_see_no_such_line(repository: ScratchRepository) -> None:
    assert "stop-commands" not in compare(repository.path, BRANCHLAB_GATES="x >= 1")


@pytest.mark.parametrize("text", [text for text in ALL if as_path(text) != "x"])
def test_files_that_cannot_be_read_as_metrics_are_named_harmlessly(text: str, tmp_path: Path) -> None:
    name = as_path(text)
    (tmp_path / name).write_text("x")
    (tmp_path / f"{name}.json").write_text("{")
    (tmp_path / f"{name}.d").mkdir()
    found = collect_metrics(str(tmp_path), [name, "*.json", "*.d", "*", f"../{name}", f"none {name}"])
    assert found.problems
    for problem in found.problems:
        no_raw(problem)
        assert "\n" not in problem


def test_what_a_run_warns_of_is_harmless(hostile: ScratchRepository) -> None:
    settings = (hostile.path / "branchlab.toml").read_text()
    hostile.write("branchlab.toml", settings.replace("[project]", '[project]\ncollect = ["\\u001b[31m\\u009b*\\n"]'))
    said = call(hostile.path, "run", "-q", "-n", "again")
    assert said.code == 0, said.err
    assert r"nothing matches \x1b[31m\x9b*\n" in no_raw(said.err)


def test_words_that_nobody_made_safe_steer_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "words"
    with path.open("w") as file:
        Terminal(file, file, "/").words("a\x1b[31m\u202e\nb\x9b")
    assert path.read_text() == "a\\x1b[31m\\u202e\nb\\x9b\n"
