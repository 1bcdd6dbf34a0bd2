"""A training by hand of which the n-th call fails: it goes on, and says once that something is not logged."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from in_process import call
from oracle import assert_sound, remember
from struck_commands import age_locks
from struck_faults import faults, interrupt

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Blow, Striker, Struck
    from struck_commands import Stage

TRAIN = (sys.executable, "train.py")
ENDS = "model.bin"  # from there on a failing call is one of the script's own


def train(striker: Striker, stage: Stage, blow: Blow) -> Struck:
    """Trains by hand in a fresh repository, and looks whether it came to its end."""
    repository = stage.fresh()
    before = remember(repository)
    struck = striker.strike(repository.path, *TRAIN, blow=blow)
    lines = [line for line in struck.err.splitlines() if "BranchlabWarning" in line]
    if not (repository.path / "model.bin").exists() and ENDS in struck.err:
        assert "OSError" in struck.err, struck  # the script's own `open` failed
    else:
        assert (struck.code, struck.out) == (0, "trained\n"), struck
        assert "Traceback" not in struck.err, struck
    assert all(count == 1 for count in Counter(lines).values()), struck
    age_locks(repository)
    said = call(repository.path, "record", "-n", "two")
    assert said.code in (0, 2), (struck, said)
    if "this run is not recorded" not in struck.err:
        assert said.code == 0, (struck, said)
    (repository.path / "model.bin").unlink(missing_ok=True)
    assert_sound(repository, before)
    return struck


@pytest.mark.parametrize("at", [4, 9])
def test_a_training_of_which_a_call_fails_goes_on(striker: Striker, stages: Callable[[str], Stage], at: int) -> None:
    for blow in (faults(at)[0], faults(at)[3]):
        assert train(striker, stages("archive"), blow._replace(by="python")).struck


@pytest.mark.prove
@pytest.mark.parametrize("kind", range(4))
def test_each_call_of_a_training(striker: Striker, stages: Callable[[str], Stage], kind: int) -> None:
    at = 1
    while train(striker, stages("archive"), faults(at)[kind]).struck:
        at += 1
    assert at > 20, at


@pytest.mark.prove
def test_a_signal_during_a_call_of_a_training(striker: Striker, stages: Callable[[str], Stage]) -> None:
    at = 1
    while (struck := train(striker, stages("archive"), interrupt(at))).struck:
        assert "BranchlabWarning" not in struck.err, struck
        at += 1
    assert at > 10, at
