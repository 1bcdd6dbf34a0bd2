"""A run that is a trial is recorded as one, and its record stays one whatever is done with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchlab.record.format import dump_record, parse_record
from branchlab.sweep.study import read_study
from branchlab_hooks.merge_record import merge_records
from branchlab_hooks.versions import Versions
from command_line import branchlab
from sweep_trials import WIDE, branch_of, put_live, table, trial_record, workspace_of

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def sweep_of(repository: ScratchRepository, branch: str) -> object:
    return parse_record(repository.git("show", f"{branch}:metrics.toml").encode()).sweep


def test_the_record_has_what_the_state_said_and_keeps_it(repository: ScratchRepository) -> None:
    state = {"status": "finished", "code": repository.git("rev-parse", "HEAD"), "exact": True}
    put_live(repository, "20261122T000000-abcdef", 3, state={**state, "started": "2026-11-22T00:00:00Z"})
    said = branchlab(repository.path, "record", "20261122T000000-abcdef")
    assert said.code == 0, said.err
    assert sweep_of(repository, branch_of(3)) == table(3)
    assert branchlab(repository.path, "note", branch_of(3), "the widest").code == 0
    assert sweep_of(repository, branch_of(3)) == table(3)
    assert [(trial.number, trial.metrics) for trial in read_study(workspace_of(repository), WIDE).trials] == [
        (3, {"accuracy": 0.5})
    ]
    shown = branchlab(repository.path, "show", branch_of(3))
    assert "3 of sweep wide" in shown.out
    assert json.loads(branchlab(repository.path, "show", branch_of(3), "--json").out)["sweep"] == table(3)


def test_a_trial_that_runs_is_shown_as_one(repository: ScratchRepository) -> None:
    put_live(repository, "20261122T000000-abcdef", 3, state={"status": "failed"})
    assert "3 of sweep wide" in branchlab(repository.path, "show", "20261122T000000-abcdef").out


@pytest.mark.parametrize("run", ["ours", "theirs"])
def test_a_merge_keeps_the_trial_of_our_side(run: str) -> None:
    ours = dump_record(trial_record(3, 0.1, run="ours"))
    theirs = dump_record(trial_record(3, 0.1, run=run)._replace(metrics={"accuracy": 0.5}))
    merged = parse_record(merge_records(Versions("metrics.toml", b"", ours, theirs), "ours"))
    assert merged.sweep == table(3)
    assert merged.run.merged == (() if run == "ours" else ("theirs",))
