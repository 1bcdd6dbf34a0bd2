"""A project with two experiments and a failed run, made once and copied for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN, branchlab
from experiment_branches import put_experiment
from record_strategies import example, run_example
from scratch_repository import ScratchRepository
from small_project import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "branchlab.toml": SETTINGS,
    "train.py": TRAIN,
    "params.toml": "lr = 0.5\n",
    ".gitignore": "/model.bin\n",
}


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that is copied: `one` as a run made it, `two` by plumbing, an unrecorded run."""
    repository = ScratchRepository(tmp_path_factory.mktemp("model") / "project")
    repository.path.mkdir()
    repository.git("init", "--quiet")
    repository.commit("project", **FILES)
    setup = ("init", "--no-hooks")  # the tests commit what hooks refuse, as people without hooks do
    for line in (setup, ("run", "-q", "-n", "one"), ("run", "-q", "-n", "bad", "--", "false")):
        said = branchlab(repository.path, *line)
        assert said.code == (1 if "bad" in line else 0), said.err
        if line == setup:
            repository.commit("init")
    put_experiment(repository, "exp/model/two", example(run=run_example(id="two"), metrics={"accuracy": 0.5}))
    shutil.rmtree(repository.path / ".git" / "branchlab" / "worktrees")
    repository.git("worktree", "prune")
    return repository.path


@pytest.fixture
def hostile(model: Path, tmp_path: Path) -> ScratchRepository:
    """A copy of the project for one test to spoil."""
    return ScratchRepository(shutil.copytree(model, tmp_path / "project", symlinks=True))
