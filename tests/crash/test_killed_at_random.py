"""SIGKILL at random moments of random commands, ten in a row in each repository: 1,600 times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from struck_at_random import Pace, kill_at_random

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker
    from struck_commands import Stage

KILLS = 10


@pytest.fixture(scope="module")
def pace() -> Pace:
    """What this module knows of how long commands take."""
    return Pace()


def test_a_few_kills_at_random(striker: Striker, stages: Callable[[str], Stage], pace: Pace) -> None:
    kill_at_random(striker, stages("quiet"), pace, 0, KILLS)


@pytest.mark.prove
@pytest.mark.parametrize("twenty", range(8))
def test_ten_kills_in_a_row(striker: Striker, stages: Callable[[str], Stage], pace: Pace, twenty: int) -> None:
    seeds = range(20 * twenty + 1, 20 * twenty + 21)
    died = sum(kill_at_random(striker, stages("quiet"), pace, seed, KILLS) for seed in seeds)
    assert died > len(seeds) * KILLS / 3, died  # the others had ended just before
