"""SIGKILL of the one process that makes a call, at every call; what started it goes on, and says what happened.

Where that is branchlab itself and nothing runs beside it, it is the same as a kill of everything. So only the gits are
killed here, and, under a run, the training and what `git commit` started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty_calls import Blow
from struck_points import strike_every_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker, Struck
    from struck_commands import Stage

pytestmark = pytest.mark.prove
SCENES = {
    "run": "git",
    "record": "git",
    "commit": "python",
    "push": "git",
    "archive": "git",
    "rm": "git",
    "restore": "git",
}


@pytest.mark.parametrize("name", SCENES)
def test_every_call_of_a_part_of_it(striker: Striker, stages: Callable[[str], Stage], name: str) -> None:
    cases = strike_every_call(striker, stages(name), lambda at: [Blow("kill-one", at, by=SCENES[name])], says_so)
    assert cases > 10, cases


def says_so(_stage: Stage, struck: Struck) -> None:
    assert "Traceback" not in struck.err, struck
    assert "a fault of branchlab" not in struck.err, struck


def test_run_when_its_training_or_itself_dies_alone(striker: Striker, stages: Callable[[str], Stage]) -> None:
    stage = stages("run")
    beside = ("write", "openat")  # what is called while both live
    cases = strike_every_call(
        striker, stage, lambda at: [Blow("kill-one", at, only=beside, by="python")], says_so, until="/harvest.new"
    )
    assert cases > 10, cases
