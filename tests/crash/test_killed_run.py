"""SIGKILL of everything at every call of `branchlab run` that changes the disk."""

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


def test_run_in_a_worktree_that_was_used_before(striker: Striker, stages: Callable[[str], Stage]) -> None:
    cases = strike_every_call(striker, stages("run"), lambda at: [Blow("kill-all", at)])
    assert cases > 200, cases


def test_run_up_to_the_start_of_its_command_in_a_new_worktree(striker: Striker, stages: Callable[[str], Stage]) -> None:
    cases = strike_every_call(striker, stages("first-run"), lambda at: [Blow("kill-all", at)], until="output.log")
    assert cases > 50, cases
