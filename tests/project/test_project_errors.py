"""Errors say what is wrong and what to do, and become exit codes that scripts may rely on."""

from __future__ import annotations

import pytest

from branchlab import errors
from branchlab.errors import BranchlabError, ExitCode


def _kinds(base: type[BranchlabError] = BranchlabError) -> list[type[BranchlabError]]:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, base)]
    return [kind for kind in found if kind is not base]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.CheckError, 1),
        (errors.UsageError, 2),
        (errors.NotFoundError, 2),
        (errors.EnvironmentProblemError, 3),
        (errors.UnsavedWorkError, 1),
        (errors.BusyError, 4),
        (errors.DamagedError, 5),
        (errors.InterruptedRunError, 130),
    ],
)
def test_each_kind_has_its_exit_code(kind: type[BranchlabError], code: int) -> None:
    assert kind("x").exit_code == code


def test_no_kind_is_without_a_code_and_there_are_few() -> None:
    assert len(_kinds()) == 8
    assert {kind.exit_code for kind in _kinds()} <= set(ExitCode) - {ExitCode.OK}


def test_message_and_hint_are_kept_apart() -> None:
    error = errors.NotFoundError("there is no run x", "branchlab ls")
    assert (error.message, error.hint, str(error)) == ("there is no run x", "branchlab ls", "there is no run x")
    assert BranchlabError("x").hint == ""
