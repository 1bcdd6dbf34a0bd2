"""Trials of a sweep in the catalog: in rows, in queries and in `ls --json`, and nowhere in rows of what is no trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import branchlab
from branchlab.catalog.query import parse_query, select
from branchlab.catalog.row import encode_row, experiment_of
from branchlab.record.format import dump_record
from branchlab.record.summary import read_summary
from branchlab.report.listing import list_objects
from branchlab.tracking.state import RunState, read_state, write_state
from experiment_branches import put_experiment, read, read_json
from record_strategies import example
from sweep_trials import branch_of, put_live, put_trial, table

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

OF_TRIALS = {"sweep", "trial", "search"}


def test_a_listing_says_which_are_trials(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/plain")
    put_trial(repository, 3, batch=1)
    rows = {row["name"]: row for row in read_json(repository)}
    assert not OF_TRIALS & rows["exp/model/plain"].keys()
    trial = rows[branch_of(3)]
    assert (trial["sweep"], trial["trial"]) == ("wide", 3)
    assert trial["search"]["values.lr"] == 0.1


def test_a_filtered_listing_has_the_same_objects(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/plain")
    put_trial(repository, 3)
    assert list_objects(read(repository).experiments) == read_json(repository)


def test_a_live_run_is_a_trial_too(repository: ScratchRepository) -> None:
    put_live(repository, "run-1", 5)
    found = read(repository).experiments[0]
    assert (found.sweep, found.trial, found.search["values.lr"]) == ("wide", 5, 0.1)
    assert read_json(repository)[0]["trial"] == 5


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("sweep:wide", {3, 4}),
        ("sweep:WIDE trial>3", {4}),
        ("sweep=wide trial=3", {3}),
        ("-sweep:wide", {None}),
        ("sweep:wid", set()),
    ],
)
def test_a_query_knows_sweeps(repository: ScratchRepository, query: str, numbers: set[int | None]) -> None:
    put_experiment(repository, "exp/model/plain")
    for number in (3, 4):
        put_trial(repository, number)
    assert {one.trial for one in select(parse_query(query), read(repository).experiments)} == numbers


def test_a_frame_has_their_columns_only_where_there_are_trials(repository: ScratchRepository) -> None:
    put_experiment(repository, "exp/model/plain")
    assert not OF_TRIALS & set(branchlab.experiments(path=repository.path).to_frame().columns)
    put_trial(repository, 3)
    frame = branchlab.experiments("trial=3", path=repository.path).to_frame()
    assert frame[["sweep", "trial"]].to_numpy().tolist() == [["wide", 3]]


def test_a_row_of_no_trial_is_as_it_always_was() -> None:
    row = encode_row(experiment_of(read_summary(dump_record(example())), "Ada", stale=False))
    assert row.endswith(b'"data":{},"stale":false,"problem":""}')
    assert b'"sweep"' not in row


def test_a_state_keeps_the_trial(tmp_path: Path) -> None:
    state = RunState("a", sweep=table(3))
    write_state(str(tmp_path), state)
    assert read_state(str(tmp_path)) == state


@pytest.mark.parametrize("sweep", [[], {}, {"name": "wide"}, {"name": 1, "trial": 1}, {"name": "wide", "trial": True}])
def test_a_state_with_half_a_trial_is_not_understood(tmp_path: Path, sweep: Any) -> None:
    write_state(str(tmp_path), RunState("a", sweep=sweep))
    assert read_state(str(tmp_path)) is None
