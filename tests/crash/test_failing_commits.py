"""The n-th call fails while a commit takes up a run or a push sends one: the user's git goes on, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty_calls import ERRORS, Blow
from in_process import call
from oracle import refs_of
from struck_commands import COMMIT, TWO, again, assert_measured
from struck_faults import assert_one_line
from struck_points import strike_every_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker, Struck
    from scratch_repository import ScratchRepository
    from struck_commands import Stage

pytestmark = pytest.mark.prove
KINDS = [ERRORS[kind] for kind in ("ENOSPC", "EIO", "EROFS")]


def in_turn(by: str) -> Callable[[int], list[Blow]]:
    """Returns what fails at each call of a program: one error after the other."""
    return lambda at: [Blow("fail", at, error=KINDS[at % 3], by=by)]


@pytest.mark.parametrize("by", ["python", "git"])
def test_an_error_at_each_call_of_a_commit(striker: Striker, stages: Callable[[str], Stage], by: str) -> None:
    stage = stages("commit")
    stage = stage._replace(scene=stage.scene._replace(after=recorded_with_it_or_beside_it))
    cases = strike_every_call(striker, stage, in_turn(by), committed_or_refused_by_git)
    assert cases > 10, cases


@pytest.mark.parametrize("by", ["python", "git"])
def test_an_error_at_each_call_of_a_push(striker: Striker, stages: Callable[[str], Stage], by: str) -> None:
    cases = strike_every_call(striker, stages("push"), in_turn(by), assert_one_line)
    assert cases > 5, cases


def committed_or_refused_by_git(_stage: Stage, struck: Struck) -> None:
    """Makes sure that no fault of a hook ends a commit: where git itself can work, the commit is made."""
    said = (struck.struck, struck.code, struck.err)
    assert "Traceback" not in struck.err, said
    assert "a fault of branchlab" not in struck.err, said
    assert struck.code in (0, 1, 128), said
    if struck.code:
        assert struck.err, said


def recorded_with_it_or_beside_it(repository: ScratchRepository, struck: Struck) -> list[str]:
    """The user's commit is made or can be made; the run is in it, or `record` makes a branch beside it."""
    if struck.code or "unlink" in struck.struck:  # where git cannot remove a lock of its own, that stays
        said = call(repository.path, "doctor", "--fix")
        assert said.code == 0, said.err
    if struck.code:
        repository.git(*COMMIT[1:])
    assert repository.git("show", f"{TWO}:params.toml") == "lr = 0.25"
    again(repository, "record")
    with_record = [
        name
        for name in (TWO, f"{TWO}-2")
        if f"refs/heads/{name}" in refs_of(repository) and repository.git("ls-tree", name, "metrics.toml")
    ]
    assert len(with_record) == 1, (struck, with_record)
    if "model.bin is not kept" not in struck.err:  # the cache could not take it, and that was said
        assert_measured(repository, with_record[0])
    return with_record
