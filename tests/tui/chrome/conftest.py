"""A project with experiments for actions to work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from experiment_branches import put_experiment
from record_strategies import example, run_example

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

NAMES = ("exp/model/wide", "exp/model/deep", "exp/tune/slow")


@pytest.fixture
def lab(project: ScratchRepository) -> ScratchRepository:
    """Three experiments on three branches, newest first as in NAMES."""
    project.write(".gitignore", "/model.bin\n/out.md\n")
    project.commit("ignored")
    for number, name in enumerate(NAMES):
        started = f"2026-01-0{9 - number}T00:00:00Z"
        run = run_example(id=f"2026010{9 - number}T000000-aaaaa{number}", started=started, note=f"note {number}")
        put_experiment(project, name, example(run=run, metrics={"accuracy": 0.9 - number / 10}))
    return project
