"""What a network refuses is tried again until patience ends, or nobody wants it."""

from __future__ import annotations

import pytest

from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.sweep.cluster import insisting
from branchlab.sweep.cluster.insisting import insist


class Flaky:
    """Refuses so many times, then answers."""

    def __init__(self, refusals: int, error: Exception) -> None:
        self.left = refusals
        self.calls = 0
        self.error = error

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.left:
            raise self.error
        return "answer"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insisting, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(insisting, "_LOOK", 0.001)


def test_the_first_answer_counts() -> None:
    flaky = Flaky(3, EnvironmentProblemError("no route"))
    assert insist(flaky, 10.0) == "answer"
    assert flaky.calls == 4


def test_the_last_error_is_raised_when_patience_ends() -> None:
    flaky = Flaky(100, EnvironmentProblemError("no route"))
    with pytest.raises(EnvironmentProblemError, match="no route"):
        insist(flaky, 0.1)
    assert 2 <= flaky.calls < 10


def test_nothing_is_tried_again_for_nobody() -> None:
    flaky = Flaky(100, EnvironmentProblemError("no route"))
    with pytest.raises(EnvironmentProblemError):
        insist(flaky, 10.0, lambda: True)
    assert flaky.calls == 1


def test_damage_does_not_heal() -> None:
    flaky = Flaky(100, DamagedError("torn"))
    with pytest.raises(DamagedError):
        insist(flaky, 10.0)
    assert flaky.calls == 1
