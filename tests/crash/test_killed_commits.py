"""SIGKILL at random moments of `git commit` with branchlab's hooks and of runs beside it: 400 times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from struck_at_random import Pace, kill_at_random

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker
    from struck_commands import Stage

KILLS = 10
pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def pace() -> Pace:
    """What this module knows of how long commands take."""
    return Pace()


@pytest.mark.parametrize("ten", range(4))
def test_ten_kills_in_a_row(striker: Striker, stages: Callable[[str], Stage], pace: Pace, ten: int) -> None:
    seeds = range(10 * ten + 1, 10 * ten + 11)
    died = sum(kill_at_random(striker, stages("hooked"), pace, seed, KILLS) for seed in seeds)
    assert died > len(seeds) * KILLS / 3, died
