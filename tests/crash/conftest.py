"""What strikes commands, and the repositories in which it does."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faulty_calls import Striker, make_striker
from struck_at_random import WEEKS
from struck_commands import SCENES, Stage, set_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY = Path("/dev/shm")  # noqa: S108 - where it is there; half of a case would be waiting for fsync


@pytest.fixture(scope="session")
def striker(isolated_environment: None) -> Iterator[Striker]:  # noqa: ARG001 - it hands its environment on
    """The process in which commands are struck."""
    yield from make_striker()


@pytest.fixture(scope="session")
def stages(striker: Striker, dvc_template: Path) -> Iterator[Callable[[str], Stage]]:  # noqa: ARG001 - skips early
    """Gives each scene, set up when it is first asked for."""
    folder = Path(tempfile.mkdtemp(prefix="struck-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    made: dict[str, Stage] = {}

    def stage(name: str) -> Stage:
        if name not in made:
            scene = SCENES[name] if name in SCENES else WEEKS[name][0]
            made[name] = set_stage(scene, dvc_template, folder)
        return made[name]

    yield stage
    shutil.rmtree(folder)
