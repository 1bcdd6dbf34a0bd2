"""A study is what branches, remotes, the archive and run folders say, and a trial counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchlab.catalog.shelf import archive, rename, require_branch
from branchlab.sweep.curves import read_curves
from branchlab.sweep.study import Listed, earlier_rungs, list_studies, read_study
from branchlab.tracking.state import hold_lock, release_lock
from experiment_branches import put_experiment
from scratch_repository import ScratchRepository
from sweep_trials import WIDE, branch_of, put_live, put_trial, trial_record, workspace_of

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.sweep.trial import Trial


def trials(repository: ScratchRepository) -> tuple[Trial, ...]:
    return read_study(workspace_of(repository), WIDE).trials


def test_a_trial_tells_what_its_record_says(repository: ScratchRepository) -> None:
    commit = put_trial(repository, 3, 0.25, batch=1, rung=2, part="1/2", inputs="abc", pruned=True, reason="no gain")
    (trial,) = trials(repository)
    assert (trial.number, trial.values, trial.status) == (3, {"lr": 0.25, "model.depth": 2}, "pruned")
    assert (trial.batch, trial.rung, trial.part, trial.inputs, trial.reason) == (1, 2, "1/2", "abc", "no gain")
    assert (trial.method, trial.branch, trial.commit) == ("tpe", branch_of(3, 0.25), commit)
    assert (trial.metrics, trial.author) == ({"accuracy": 0.93}, "Ada Example")


def test_metrics_of_splits_are_not_those_of_the_trial(repository: ScratchRepository) -> None:
    record = trial_record(0)._replace(splits={"test": {"accuracy": 0.5}, "seed-1": {"accuracy": 0.6}})
    put_experiment(repository, branch_of(0), record)
    assert trials(repository)[0].metrics == {"accuracy": 0.93}


def test_experiments_of_no_sweep_or_another_one_are_no_trials(repository: ScratchRepository) -> None:
    put_trial(repository, 0)
    put_experiment(repository, "exp/tune/by-hand")
    other = trial_record(0)
    deep = {**other.sweep, "name": "deep", "trial": 6}
    put_experiment(repository, "exp/tune/deep-0000", other._replace(sweep=deep, params={"sweep": WIDE, "trial": 7}))
    alike = trial_record(1)._replace(sweep={}, params={"sweep": WIDE, "trial": 9})
    put_experiment(repository, "exp/tune/alike", alike)
    assert [trial.number for trial in trials(repository)] == [0]
    assert list_studies(workspace_of(repository)) == [Listed("deep", 1, 1), Listed(WIDE, 1, 1)]


@pytest.mark.parametrize(("said", "shown"), [("finished", "finished"), ("failed", "failed"), ("stopped", "stopped")])
def test_a_trial_ends_as_its_run_did(repository: ScratchRepository, said: str, shown: str) -> None:
    put_trial(repository, 0, status=said)
    assert trials(repository)[0].status == shown


def test_a_trial_counts_once_wherever_it_lies(repository: ScratchRepository) -> None:
    put_trial(repository, 0)
    put_trial(repository, 0, ref=f"refs/remotes/origin/{branch_of(0)}", run="pushed")
    put_trial(repository, 1, ref=f"refs/remotes/origin/{branch_of(1)}")
    put_trial(repository, 2, ref=f"refs/archive/{branch_of(2)}")
    found = [(trial.number, trial.branch) for trial in trials(repository)]
    assert found == [(0, branch_of(0)), (1, f"origin/{branch_of(1)}"), (2, f"archive/{branch_of(2)}")]


def test_two_trials_of_one_number_with_other_values_are_two(repository: ScratchRepository) -> None:
    put_trial(repository, 5, 0.1)
    put_trial(repository, 5, 0.2, ref=f"refs/remotes/origin/{branch_of(5, 0.2)}")
    assert [(trial.number, trial.values["lr"]) for trial in trials(repository)] == [(5, 0.1), (5, 0.2)]


@pytest.mark.parametrize(
    ("here", "there", "counts"),
    [
        ({"status": "stopped", "reason": "interrupted"}, {}, "there"),
        ({"status": "failed"}, {"pruned": True}, "there"),
        ({}, {"status": "failed"}, "here"),
        ({"rung": 0}, {"rung": 1, "status": "stopped"}, "there"),
        ({"pruned": True}, {"pruned": True}, "here"),
    ],
)
def test_the_copy_that_is_furthest_counts(
    repository: ScratchRepository, here: dict[str, Any], there: dict[str, Any], counts: str
) -> None:
    put_trial(repository, 0, **here, run="here")
    put_trial(repository, 0, **there, run="there", ref=f"refs/remotes/origin/{branch_of(0)}")
    assert [trial.run for trial in trials(repository)] == [counts]


def test_work_that_goes_on_from_a_trial_is_not_the_trial(repository: ScratchRepository) -> None:
    put_trial(repository, 0)
    put_experiment(repository, "exp/feature/after", trial_record(0), trailer=False)
    assert [trial.branch for trial in trials(repository)] == [branch_of(0)]


def test_a_renamed_and_an_archived_trial_stay_in_the_study(repository: ScratchRepository) -> None:
    for number in (0, 1):
        put_trial(repository, number)
    found = workspace_of(repository).repository
    rename(found, require_branch(found, branch_of(0)), "exp/model/winner")
    archive(found, require_branch(found, branch_of(1)))
    assert [trial.branch for trial in trials(repository)] == ["exp/model/winner", f"archive/{branch_of(1)}"]


def test_a_run_that_no_branch_holds_is_a_trial_of_what_it_logged(repository: ScratchRepository) -> None:
    lock = hold_lock(str(put_live(repository, "run-live", 4)))
    assert lock is not None
    (trial,) = trials(repository)
    assert (trial.status, trial.commit, trial.run, trial.metrics) == ("running", None, "run-live", {"accuracy": 0.5})
    assert read_curves(workspace_of(repository), [trial]) == {4: {"accuracy": [(1, 0.5)]}}
    assert list_studies(workspace_of(repository)) == [Listed(WIDE, 1, 0)]
    release_lock(lock)
    (trial,) = trials(repository)
    assert (trial.status, trial.reason) == ("stopped", "interrupted")


def test_a_run_whose_record_is_on_a_branch_counts_once(repository: ScratchRepository) -> None:
    put_live(repository, "run-1", 1, state={"status": "finished"})
    assert [(trial.status, trial.commit) for trial in trials(repository)] == [("finished", None)]
    commit = put_trial(repository, 1, run="run-1")
    assert [trial.commit for trial in trials(repository)] == [commit]


def test_repeats_make_one_running_trial_and_none_once_they_ended(repository: ScratchRepository) -> None:
    folders = [put_live(repository, f"run-{seed}", 1, part_of_trial=f"seed-{seed}") for seed in (1, 2)]
    locks = [hold_lock(str(folder)) for folder in folders]
    assert [(trial.number, trial.status) for trial in trials(repository)] == [(1, "running")]
    for lock in locks:
        assert lock is not None
        release_lock(lock)
    assert trials(repository) == ()
    assert list_studies(workspace_of(repository)) == []


def test_lower_rungs_are_read_from_the_parents(repository: ScratchRepository) -> None:
    put_trial(repository, 0, rung=1, parent="HEAD\nHEAD")
    put_trial(repository, 1, rung=1, parent="0" * 40)
    first = put_trial(repository, 2, rung=0)
    second = put_trial(repository, 2, rung=1, parent=first)
    put_trial(repository, 2, rung=2, parent=second)
    found = earlier_rungs(workspace_of(repository), trials(repository))
    assert [(trial.number, trial.rung, trial.commit) for trial in found] == [(2, 0, first), (2, 1, second)]


def test_a_copied_checkpoint_of_another_trial_is_no_lower_rung(repository: ScratchRepository) -> None:
    other = put_trial(repository, 0)
    put_trial(repository, 1, rung=1, parent=other)
    assert earlier_rungs(workspace_of(repository), trials(repository)) == ()


def test_two_people_make_one_study_by_fetching(repository: ScratchRepository, tmp_path: Path) -> None:
    server, other = tmp_path / "server.git", ScratchRepository(tmp_path / "other")
    repository.git("clone", "--quiet", "--bare", ".", str(server))
    repository.git("clone", "--quiet", str(server), str(other.path))
    repository.git("remote", "add", "origin", str(server))
    for number in (0, 2):
        put_trial(repository, number, part="1/2")
    for number in (1, 3):
        put_trial(other, number, part="2/2")
    other.git("push", "--quiet", "origin", "refs/heads/exp/*")
    repository.git("push", "--quiet", "origin", "refs/heads/exp/*")
    repository.git("fetch", "--quiet")
    other.git("fetch", "--quiet")
    one, two = trials(repository), trials(other)
    assert [(trial.number, trial.part) for trial in one] == [(0, "1/2"), (1, "2/2"), (2, "1/2"), (3, "2/2")]
    assert [(trial.commit, trial.values) for trial in one] == [(trial.commit, trial.values) for trial in two]


def test_curves_are_read_from_commits_and_damage_leaves_one_out(repository: ScratchRepository) -> None:
    for number, text in enumerate(["step,seconds,accuracy,loss\n0,0.5,0.1,\n2,1.5,0.2,nan\n", "step,seconds\nx,y\n"]):
        commit = put_trial(repository, number)
        repository.git("checkout", "--quiet", "--detach", commit)
        repository.write("metrics/history.csv", text)
        tip = repository.commit(f"x\n\nBranchlab-Run: run-{number}-0.1-0")
        repository.git("update-ref", f"refs/heads/{branch_of(number)}", tip)
    put_trial(repository, 2)
    curves = read_curves(workspace_of(repository), trials(repository))
    assert list(curves) == [0]
    assert curves[0]["accuracy"] == [(0, 0.1), (2, 0.2)]
    assert [step for step, _ in curves[0]["loss"]] == [2]
