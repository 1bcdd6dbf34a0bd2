"""A small project that a run can start from; the fixtures `project` and `dvc_project` make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command_line import TRAIN, branchlab

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

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


@pytest.fixture
def dvc_project(project: ScratchRepository) -> ScratchRepository:
    """The same with DVC, set up by `branchlab init`."""
    said = branchlab(project.path, "init")
    assert said.code == 0, said.err
    project.commit("init")
    return project
