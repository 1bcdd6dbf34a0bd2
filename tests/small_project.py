"""A small project that a run can start from; the fixtures `project` and `dvc_project` make it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN, branchlab
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
[project]
command = "python train.py"
artifacts = ["model.bin"]

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
"""


@pytest.fixture
def project(repository: ScratchRepository) -> ScratchRepository:
    """A small project without DVC, all of it committed."""
    return make_project(repository)


@pytest.fixture
def dvc_project(dvc_template: Path, tmp_path: Path) -> ScratchRepository:
    """The same with DVC, set up by `branchlab init`."""
    return copy_project(dvc_template, tmp_path / "project")


@pytest.fixture(scope="session")
def dvc_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `dvc_project` is a copy of: setting it up takes ten times as long as copying it."""
    project = make_project(empty_repository(tmp_path_factory.mktemp("dvc-template") / "project"))
    said = branchlab(project.path, "init")
    assert said.code == 0, said.err
    project.commit("init")
    return project.path


def empty_repository(path: Path) -> ScratchRepository:
    """Makes a repository with one empty commit on `main`."""
    repository = ScratchRepository(path)
    path.mkdir(parents=True)
    repository.git("init", "--quiet")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "start")
    return repository


def make_project(repository: ScratchRepository) -> ScratchRepository:
    """Commits settings, a training script and its parameters."""
    repository.commit(
        "project",
        **{
            "branchlab.toml": SETTINGS,
            "train.py": TRAIN,
            "params.toml": "# the rate\nlr = 0.5  # keep me\ndepth = 3\n",
            ".gitignore": "/model.bin\n/ignored/\n",
        },
    )
    return repository


def copy_project(template: Path, target: Path) -> ScratchRepository:
    """Copies a repository that nobody works in; the index knows the copied files."""
    shutil.copytree(template, target, symlinks=True)
    copy = ScratchRepository(target)
    copy.git("status", "--porcelain")
    return copy
