"""What is written of a trial is read back from its row, and what a stranger wrote there does no harm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.catalog.row import decode_row, encode_row, experiment_of
from branchlab.record.format import dump_record
from branchlab.record.summary import read_summary
from branchlab.sweep.copies import Copy, furthest, identity
from branchlab.sweep.plan import Parameter, Plan
from branchlab.sweep.table import REASON_LENGTH, ended_early, sweep_table, trial_of
from branchlab.sweep.trial import Proposal, Table, Trial
from record_strategies import NAMES, SCALARS, TABLES, example

PLAN = Plan("wide", (Parameter("lr", "float", 0.1, 1.0),), seed=3)
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.booleans() | st.integers(-9, 9)


def through_a_row(table: Table) -> Trial:
    summary = read_summary(dump_record(example(sweep=table)))
    return trial_of(decode_row("exp/tune/x", "1" * 40, encode_row(experiment_of(summary, "Ada", stale=False))))


@given(st.dictionaries(NAMES, PLAIN, max_size=4), st.integers(0, 10**6))
def test_values_are_read_back_with_their_types(values: dict[str, Any], number: int) -> None:
    trial = through_a_row(sweep_table(PLAN, Proposal(values), number, 2))
    assert (trial.number, trial.batch, identity(trial)) == (number, 2, identity(Trial(number, values, "finished")))


def test_everything_that_is_told_is_read_back() -> None:
    table = sweep_table(
        PLAN,
        Proposal({"lr": 0.5}, generation=4),
        7,
        1,
        method="gp",
        part="2/3",
        rung=2,
        inputs="ab",
        parent="c" * 40,
        reused="d" * 40,
    )
    trial = through_a_row(table)
    assert (trial.method, trial.part, trial.rung, trial.generation) == ("gp", "2/3", 2, 4)
    assert (trial.inputs, trial.parent, trial.reused) == ("ab", "c" * 40, "d" * 40)
    assert (table["mode"], table["seed"]) == ("batch", 3)


def test_what_is_empty_is_left_out() -> None:
    table = sweep_table(PLAN, Proposal({"lr": 0.5}), 0, 0)
    assert list(table) == ["name", "trial", "values", "method", "mode", "seed", "batch"]


@pytest.mark.parametrize(("pruned", "status"), [(True, "pruned"), (False, "finished")])
def test_an_early_end_has_its_reason(pruned: bool, status: str) -> None:  # noqa: FBT001
    trial = through_a_row(ended_early(sweep_table(PLAN, Proposal({}), 0, 0), "why " * 200, pruned=pruned))
    assert trial.status == status
    assert len(trial.reason) == REASON_LENGTH
    assert trial.reason.startswith("why why")


@given(TABLES, st.dictionaries(NAMES, SCALARS, max_size=3))
def test_a_strangers_table_is_read_without_harm(rest: dict[str, Any], values: dict[str, Any]) -> None:
    wild = {"rung": "high", "reason": 3, "pruned": "yes", "splits": "[[", "batch": True, **rest}
    trial = through_a_row({**wild, "name": "wide", "trial": -5, "values": values})
    assert (trial.number, trial.status) == (-5, "finished")
    for count in (trial.batch, trial.rung, trial.generation):
        assert type(count) is int
    for text in (trial.reason, trial.part, trial.method, trial.inputs, trial.reused, trial.parent):
        assert type(text) is str


COPIES = st.builds(
    lambda number, rung, status, branch, local, stale: Copy(
        Trial(number, {}, status, rung=rung, branch=branch), (number, "{}"), local, stale
    ),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from(["running", "finished", "pruned", "failed", "stopped"]),
    st.sampled_from("abcd"),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(COPIES, unique_by=lambda copy: copy.trial.branch), st.randoms())
def test_the_order_of_places_does_not_matter(copies: list[Copy], dice: Any) -> None:
    shuffled = dice.sample(copies, len(copies))
    assert furthest(shuffled) == furthest(copies)
