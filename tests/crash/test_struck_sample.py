"""A kill or a failing call at a few points of each command; every point is in the long tests of this folder."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from faulty_calls import Blow
from struck_commands import SCENES, Stage, play, strike_in
from struck_faults import assert_one_line, faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker


@pytest.mark.parametrize("name", SCENES)
def test_a_command_that_is_struck_at_a_few_calls_keeps_its_promises(
    striker: Striker, stages: Callable[[str], Stage], name: str
) -> None:
    stage = stages(name)
    whole = play(stage, strike_in(striker, stage, Blow()))
    assert whole.code == 0, whole
    assert whole.calls, "nothing was seen that changes the disk"
    choice = random.Random(name)
    how = choice.choice(("kill-all", "kill-one"))
    play(stage, strike_in(striker, stage, Blow(how, choice.randint(1, len(whole.calls)))))
    if name != "commit":
        blow = choice.choice(faults(choice.randint(1, len(whole.calls))))
        assert_one_line(stage, play(stage, strike_in(striker, stage, blow)))
