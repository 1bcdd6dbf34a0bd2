"""Workers, scheduler, engine and network go away in the middle of a sweep: no trial is lost or counted twice."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from branchlab.errors import EnvironmentProblemError, ExitCode
from branchlab.sweep.cluster.fetching import fetch_trials
from branchlab.sweep.cluster.site import site_of
from branchlab.sweep.cluster.workers import _SLOTS_SECONDS
from branchlab.workspace import open_workspace
from cluster_on_loopback import WORKERS, gather
from command_line import branchlab, start
from waiting import wait_until

if TYPE_CHECKING:
    from cluster_on_loopback import Lab

SWEEP = """\
[sweep]
name = "wide"
method = "grid"
batch = 3

[space]
lr = [0.5, 2.0, 3.0]
"""
GONE = re.compile(
    r"the Dask scheduler at tcp://127\.0\.0\.1:[0-9]+ is gone\. "
    "hint: what was delivered is kept: start it again, then branchlab sweep resume wide"
)


def test_the_trial_of_a_killed_worker_runs_again_on_another_and_counts_once(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 2.0))
    wait_until(lambda: lab.farm.saw(2.0))
    first = lab.farm.saw(2.0)[0]
    lab.farm.kill(lab.farm.worker_of(first))
    wait_until(lambda: len(lab.farm.saw(2.0)) == 2)
    wait_until(lambda: not first.runs())
    second = lab.farm.saw(2.0)[1]
    assert lab.farm.worker_of(second) != lab.farm.worker_of(first)
    lab.farm.let_go()
    ended = gather(workers, 1)["1"]
    assert (ended.status, ended.problem) == ("finished", "")
    assert lab.trials() == [ended.branch]

    lab.farm.mend()  # the worker comes back, and uses its clone and worktree again
    lab.farm.wait_until_joined()
    workers.start(lab.job(2, 0.2))
    workers.start(lab.job(3, 0.3))
    gather(workers, 2)
    workers.close()
    folders = {seen.folder for lr in (0.2, 0.3, 2.0) for seen in lab.farm.saw(lr)}
    assert len(folders) == len(WORKERS)


@pytest.mark.prove
def test_a_killed_scheduler_ends_the_sweep_with_one_line_and_it_can_be_resumed(lab: Lab) -> None:
    lab.mine.commit("sweep", **{"sweep.toml": SWEEP})
    engine = start(lab.mine.path, "sweep", "run", "--cluster", str(lab.farm.scheduler_file))
    wait_until(lambda: len(lab.farm.all_seen()) == 2 and len(lab.trials()) == 1)
    lab.farm.kill("scheduler")
    _, words = engine.communicate(timeout=60)
    lines = words.decode().splitlines()
    assert engine.returncode == ExitCode.ENVIRONMENT
    assert [line for line in lines if "error" in line.lower()] == lines[-1:]
    assert lines[-1].startswith("branchlab: error: the Dask scheduler at tcp://127.0.0.1:")
    assert lines[-1].endswith("branchlab sweep resume wide")
    wait_until(lambda: not any(seen.runs() for seen in lab.farm.all_seen()))

    lab.farm.let_go()
    lab.farm.mend()
    said = branchlab(lab.mine.path, "sweep", "resume", "--json", "--cluster", str(lab.farm.scheduler_file))
    assert said.code == 0, said.err
    assert sorted(trial["number"] for trial in json.loads(said.out)) == [1, 2]
    assert len(lab.trials()) == 3
    assert lab.remote.git("for-each-ref", "refs/branchlab") == ""


@pytest.mark.prove
def test_everything_asked_of_a_cluster_that_is_gone_says_so_or_says_nothing(lab: Lab) -> None:
    workers = lab.workers()
    for number, lr in ((1, 2.0), (2, 3.0), (3, 4.0)):  # one more than there are slots
        workers.start(lab.job(number, lr))
    assert workers.slots == len(WORKERS)
    wait_until(lambda: len(lab.farm.all_seen()) == len(WORKERS))
    lab.farm.kill("scheduler")
    client = workers._client
    wait_until(lambda: client.status == "closed")
    time.sleep(_SLOTS_SECONDS)  # so that it asks
    assert workers.slots == len(WORKERS)  # as it was
    for key in "123":
        workers.stop(key, "interrupted")
    ended = gather(workers, 3)
    assert {(one.status, one.reason) for one in ended.values()} == {("stopped", "interrupted")}
    assert all(GONE.fullmatch(f"{one.problem}. hint: {one.hint}") for one in ended.values())
    with pytest.raises(EnvironmentProblemError) as caught:
        workers.start(lab.job(4, 0.5))
    assert GONE.fullmatch(f"{caught.value.message}. hint: {caught.value.hint}")
    workers.close()
    assert lab.remote.git("for-each-ref", "refs/branchlab") == ""


def test_the_trials_of_a_killed_engine_end(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 2.0))
    wait_until(lambda: lab.farm.saw(2.0))
    workers._client.close()  # what the scheduler sees of a killed engine
    wait_until(lambda: not lab.farm.saw(2.0)[0].runs())
    assert lab.trials() == []


def test_a_trial_that_was_delivered_before_its_worker_died_is_not_run_again(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 0.5))
    first = gather(workers, 1)["1"]
    workers.start(lab.job(1, 0.5))
    again = gather(workers, 1)["1"]
    workers.close()
    assert again == first._replace(warnings=again.warnings)
    assert len(lab.farm.saw(0.5)) == 1


def test_a_delivered_trial_whose_curve_is_damaged_is_one_without_a_curve(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 0.5))
    first = gather(workers, 1)["1"]
    job, home = lab.job(1, 0.5), lab.mine.git("rev-parse", "--abbrev-ref", "HEAD")
    lab.mine.git("checkout", "-q", first.branch)
    lab.mine.write("metrics/history.csv", "step,accuracy\n0,no number,more\n")
    lab.mine.git("commit", "-q", "--amend", "--no-edit", "-a")
    lab.mine.git("push", "-q", "--force", "origin", first.branch)
    lab.mine.git("checkout", "-q", home)
    workers.start(job)
    again = gather(workers, 1)["1"]
    assert first.curve
    assert (again.status, again.problem, again.metrics, again.curve) == ("finished", "", first.metrics, {})
    assert again.commit == lab.remote.git("rev-parse", first.branch)
    assert len(lab.farm.saw(0.5)) == 1
    assert workers.benched == {}
    workers.close()


def test_a_branch_of_the_same_name_that_is_something_else_is_refused_before_the_trial_runs(lab: Lab) -> None:
    workers = lab.workers()
    theirs = lab.job(1, 0.5)
    workers.start(theirs)
    gather(workers, 1)
    workers.start(lab.job(1, 0.5, table={**theirs.table, "inputs": "other data"}))
    ended = gather(workers, 1)["1"]
    workers.close()
    assert "is something else on the git remote" in ended.problem
    assert len(lab.farm.saw(0.5)) == 1


def test_a_push_waits_for_a_network_that_comes_back(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 2.0))
    wait_until(lambda: lab.farm.saw(2.0))
    with lab.without_remote():
        lab.farm.let_go()
        assert workers.wait(2.5) == []
    ended = gather(workers, 1)["1"]
    workers.close()
    assert (ended.status, ended.problem) == ("finished", "")


def test_what_cannot_be_pushed_is_kept_and_delivered_by_the_next_trial(lab: Lab) -> None:
    workers = lab.workers(patience=1.0)
    workers.start(lab.job(1, 2.0))
    wait_until(lambda: lab.farm.saw(2.0))
    with lab.without_remote():
        lab.farm.let_go()
        ended = gather(workers, 1)["1"]
    assert ended.status == "finished"
    assert "could not be sent" in ended.problem
    assert str(lab.farm.clones(lab.farm.worker_of(lab.farm.saw(2.0)[0]))) in ended.problem
    assert lab.trials() == []
    for number, lr in ((2, 0.2), (3, 0.3)):  # one for each worker
        workers.start(lab.job(number, lr, command=("sleep", "1")))
    gather(workers, 2)
    workers.start(lab.job(1, 2.0))
    assert gather(workers, 1)["1"].metrics == {"accuracy": 6.0}
    workers.close()
    assert len(lab.farm.saw(2.0)) == 1
    assert len(lab.trials()) == 3


def test_a_worker_that_cannot_begin_gets_no_more_trials(lab: Lab) -> None:
    clones = lab.farm.clones("north")
    kept = clones.rename(f"{clones}-kept") if clones.exists() else None
    clones.write_text("no folder")
    try:
        said: list[str] = []
        workers = lab.workers(patience=0.1, tell=said.append)
        for number in range(1, 4):
            workers.start(lab.job(number, number / 10))
        ended = gather(workers, 3)
        assert {one.status for one in ended.values()} == {"finished"}
        assert len(said) == 1
        assert workers.slots == len(WORKERS) - 1
        workers.close()
    finally:
        clones.unlink()
        if kept:
            kept.rename(clones)


def test_what_was_delivered_while_no_engine_was_there_is_fetched(lab: Lab) -> None:
    workers = lab.workers()
    workers.start(lab.job(1, 0.5))
    ended = gather(workers, 1)["1"]
    workers.close()
    lab.mine.git("branch", "-D", ended.branch)
    lab.mine.git("push", "-q", "origin", f"{ended.commit}:refs/heads/exp/tune/wide-2-0001-abcd")
    workspace = open_workspace(str(lab.mine.path))
    site = site_of(workspace, "wide")
    assert fetch_trials(workspace.repository, site) == 1
    assert fetch_trials(workspace.repository, site) == 0
    assert lab.mine.git("rev-parse", ended.branch) == ended.commit
