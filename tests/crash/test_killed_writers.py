"""SIGKILL of everything at every call of the other commands that changes the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty_calls import Blow
from struck_points import strike_every_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker
    from struck_commands import Stage

pytestmark = pytest.mark.prove
# and how many calls there are at least; git and DVC make some more or fewer from version to version
SCENES = {
    "record": 50,
    "commit": 120,
    "push": 80,
    "archive": 12,
    "rm": 12,
    "rm-run": 2,
    "restore": 12,
    "ls": 4,
    "tidy": 2,
}


@pytest.mark.parametrize("name", SCENES)
def test_every_call(striker: Striker, stages: Callable[[str], Stage], name: str) -> None:
    cases = strike_every_call(striker, stages(name), lambda at: [Blow("kill-all", at)])
    assert cases >= SCENES[name], cases
