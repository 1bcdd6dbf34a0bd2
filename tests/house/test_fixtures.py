"""The fixtures every room builds on hold what they promise."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_a_repository_starts_with_one_commit_on_main(repository: ScratchRepository) -> None:
    assert repository.git("rev-list", "--count", "HEAD") == "1"
    assert repository.git("symbolic-ref", "HEAD") == "refs/heads/main"


def test_a_repository_can_be_made_without_a_commit_and_bare(make_repository: MakeRepository) -> None:
    assert make_repository("unborn", commit=False).git("rev-list", "--all") == ""
    assert make_repository("bare", bare=True).git("rev-parse", "--is-bare-repository") == "true"


def test_git_knows_no_settings_but_those_of_the_tests(repository: ScratchRepository, home: Path) -> None:
    origins = {line.split("\t")[0] for line in repository.git("config", "--list", "--show-origin").splitlines()}
    assert origins == {f"file:{home}/.gitconfig", "file:.git/config"}


def test_children_see_the_home_of_the_tests(home: Path) -> None:
    assert os.path.expanduser("~") == str(home)
    shell = subprocess.run(["sh", "-c", "echo $HOME"], capture_output=True, text=True, check=True)
    assert shell.stdout.strip() == str(home)
