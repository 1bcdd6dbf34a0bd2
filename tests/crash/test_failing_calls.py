"""The n-th call fails: no room, a broken disk, a disk that turned read-only, a signal in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty_calls import ERRORS, Blow
from struck_faults import assert_one_line, faults, interrupt
from struck_points import strike_every_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker, Struck
    from struck_commands import Stage

pytestmark = pytest.mark.prove
OWN = ("run", "record", "rm-run", "ls", "tidy")
GITS = ("record", "archive", "rm", "restore")


@pytest.mark.parametrize("name", OWN)
def test_each_error_at_each_call_of_branchlab(striker: Striker, stages: Callable[[str], Stage], name: str) -> None:
    own = [blow._replace(by="python") for blow in faults(0)]
    cases = strike_every_call(striker, stages(name), lambda at: [blow._replace(at=at) for blow in own], assert_one_line)
    assert cases > 5, cases


@pytest.mark.parametrize("name", GITS)
def test_an_error_at_each_call_of_its_gits(striker: Striker, stages: Callable[[str], Stage], name: str) -> None:
    kinds = [ERRORS[kind] for kind in ("ENOSPC", "EIO", "EROFS")]  # to branchlab they are all git's refusal
    cases = strike_every_call(
        striker,
        stages(name),
        lambda at: [Blow("fail", at, error=kinds[at % 3], by="git")],
        assert_one_line,
    )
    assert cases > 10, cases


@pytest.mark.parametrize("name", ["run", "record", "ls"])
def test_a_signal_during_a_call_is_not_noticed(striker: Striker, stages: Callable[[str], Stage], name: str) -> None:
    cases = strike_every_call(striker, stages(name), lambda at: [interrupt(at)], as_if_nothing_had_happened)
    assert cases > 2, cases


def as_if_nothing_had_happened(_stage: Stage, struck: Struck) -> None:
    assert struck.code == 0, struck
    assert "rror" not in struck.err, struck
