"""Trials go to two workers with a clone each, and come back as branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.engine.workers import INTERRUPTED
from cluster_on_loopback import WORKERS, gather
from waiting import wait_until

if TYPE_CHECKING:
    from cluster_on_loopback import Lab


def test_a_trial_comes_back_as_a_branch_with_its_record_and_leaves_nothing_else(lab: Lab) -> None:
    before = lab.mine.git("status", "--porcelain")
    workers = lab.workers()
    workers.start(lab.job(1, 0.25))
    ended = gather(workers, 1)["1"]
    workers.close()
    assert (ended.status, ended.problem) == ("finished", "")
    assert lab.mine.git("rev-parse", ended.branch) == ended.commit == lab.remote.git("rev-parse", ended.branch)
    assert "accuracy = 0.75" in lab.mine.git("show", f"{ended.branch}:metrics.toml")
    assert lab.mine.git("show", f"{ended.branch}:params.toml") == "lr = 0.25"
    assert lab.mine.git("status", "--porcelain") == before
    assert lab.remote.git("for-each-ref", "refs/branchlab") == ""


def test_both_workers_run_trials_at_a_time_in_their_own_clones(lab: Lab) -> None:
    workers = lab.workers()
    assert workers.slots == len(WORKERS)
    workers.start(lab.job(1, 2.0))
    workers.start(lab.job(2, 3.0))
    wait_until(lambda: lab.farm.saw(2.0) and lab.farm.saw(3.0))
    assert {lab.farm.worker_of(lab.farm.saw(lr)[0]) for lr in (2.0, 3.0)} == set(WORKERS)
    lab.farm.let_go()
    ended = gather(workers, 2)
    workers.close()
    assert {one.status for one in ended.values()} == {"finished"}


def test_data_and_models_travel_over_the_dvc_remote(lab: Lab) -> None:
    lab.track("data/scale.txt", "10")
    workers = lab.workers()
    workers.start(lab.job(1, 0.5))
    ended = gather(workers, 1)["1"]
    workers.close()
    assert (ended.problem, dict(ended.metrics)) == ("", {"accuracy": 15.0})
    assert lab.bring(ended.branch, "model.bin") == b"model 0.5"


def test_a_stopped_trial_ends_and_one_that_has_not_begun_is_dropped(lab: Lab) -> None:
    workers = lab.workers()
    for number, lr in enumerate((2.0, 3.0, 4.0), 1):
        workers.start(lab.job(number, lr))
    wait_until(lambda: sum(len(lab.farm.saw(lr)) for lr in (2.0, 3.0, 4.0)) == len(WORKERS))
    for key in ("1", "2", "3"):
        workers.stop(key, INTERRUPTED)
    ended = gather(workers, 3)
    workers.close()
    assert {(one.status, one.reason, one.branch) for one in ended.values()} == {("stopped", INTERRUPTED, "")}
    seen = [seen for lr in (2.0, 3.0, 4.0) for seen in lab.farm.saw(lr)]
    assert len(seen) == len(WORKERS)
    assert not any(one.runs() for one in seen)


def test_no_more_jobs_run_at_a_time_than_were_asked_for(lab: Lab) -> None:
    workers = lab.workers(jobs=1)
    assert workers.slots == 1
    workers.close()
