"""`run -S a=1,2` as a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import UsageError
from branchlab.parameters.overrides import parse_override
from branchlab.sweep.space import assignments, grid
from branchlab.sweep.typed_grid import plan_from_grid
from sweep_files import PARAMS

if TYPE_CHECKING:
    from branchlab.sweep.plan import Plan


def plan(*texts: str) -> Plan:
    return plan_from_grid([parse_override(text) for text in texts], "grid", PARAMS, {"n.yaml": b"w: 1"}.get)


def test_every_combination_is_there_and_the_last_changes_fastest() -> None:
    found = plan("lr=1,0.5", "optimizer=sgd,adam")
    assert [tuple(row.values()) for row in grid(found.space)] == [
        (1.0, "sgd"),
        (1.0, "adam"),
        (0.5, "sgd"),
        (0.5, "adam"),
    ]
    assert (found.method, found.reference) == ("grid", False)
    assert found.defaults == {"lr": 0.5, "optimizer": "sgd"}


def test_values_have_the_type_of_the_parameter_file() -> None:
    assert [one.choices for one in plan("lr=1", "depth=1", "optimizer=1.10", "bias=false", "layers=[1,2]").space] == [
        (1.0,), (1,), ("1.10",), (False,), ("[1, 2]",),
    ]  # fmt: skip


def test_a_value_that_is_given_twice_runs_once() -> None:
    assert len(list(grid(plan("lr=1,1.0").space))) == 1


def test_new_keys_and_other_files_are_kept_apart() -> None:
    found = plan("+model.new=1,x", "n.yaml:w=2,3")
    assert found.space[0].choices == (1, "x")
    row = next(grid(found.space))
    assert [(one.file, one.key, one.value, one.add) for one in assignments(found.space, row)] == [
        (None, "model.new", "1", True),
        ("n.yaml", "w", "2", False),
    ]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["lr=x"], "-S lr must be a number"),
        (["lx=1"], "-S lx: no parameter file has parameter lx"),
        (["lr=1", "lr=2"], "-S sets lr twice"),
        (["z.yaml:w=2"], "-S w: there is no parameter file z.yaml"),
        ([f"{key}={','.join(map(str, range(200)))}" for key in ("lr", "depth", "seed")], "-S asks for 8,000,000 exp"),
    ],
)
def test_what_run_refuses_is_refused_here(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(*texts)
    assert caught.value.message.startswith(message)
