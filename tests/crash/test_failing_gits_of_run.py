"""The n-th call of the gits that `branchlab run` starts fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty_calls import ERRORS, Blow
from struck_faults import assert_one_line
from struck_points import strike_every_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty_calls import Striker
    from struck_commands import Stage

pytestmark = pytest.mark.prove


@pytest.mark.parametrize(("name", "until"), [("run", ""), ("first-run", "logs/refs/branchlab/runs")])
def test_an_error_at_each_call_of_its_gits(
    striker: Striker, stages: Callable[[str], Stage], name: str, until: str
) -> None:
    kinds = [ERRORS[kind] for kind in ("ENOSPC", "EIO", "EROFS")]
    cases = strike_every_call(
        striker,
        stages(name),
        lambda at: [Blow("fail", at, error=kinds[at % 3], by="git")],
        assert_one_line,
        until,
    )
    assert cases > 30, cases
