"""Rungs, checkpoints, repeats and devices work on workers as they do here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.data.pointer import parse_pointer
from branchlab.errors import EnvironmentProblemError
from branchlab.sweep.plan import Objective, Objectives, Pruning
from branchlab.sweep.pruning.bank import Bank
from branchlab.sweep.pruning.judge import Judge
from cluster_on_loopback import gather

if TYPE_CHECKING:
    from cluster_on_loopback import Lab

GO_ON = """\
import os, pathlib
import branchlab

at = os.environ.get("BRANCHLAB_CHECKPOINT", "")
done = int(pathlib.Path(at).read_text()) if at else 0
with branchlab.start_run() as run:
    run.log(accuracy=done + 1.0)
pathlib.Path("model.bin").write_text(str(done + 1))
"""


def test_a_rung_goes_on_from_a_checkpoint_that_its_worker_has_never_seen(lab: Lab) -> None:
    lab.mine.commit("trains on", **{"train.py": GO_ON})
    workers = lab.workers()
    job = lab.job(1, 0.5, checkpoint="model.bin")
    workers.start(job)
    first = gather(workers, 1)["1"]
    lab.farm.lose_clones()
    table = {**job.table, "rung": 1}
    workers.start(job._replace(base=first.commit, tip=first.commit, parent=first.commit, rung=1, table=table))
    second = gather(workers, 1)["1"]
    workers.close()
    assert (second.problem, dict(second.metrics)) == ("", {"accuracy": 2.0})
    assert second.branch == first.branch
    assert lab.mine.git("rev-parse", f"{second.branch}~2") == first.commit
    assert lab.remote.git("rev-parse", second.branch) == second.commit == lab.mine.git("rev-parse", second.branch)


def test_a_repeat_makes_no_branch_and_its_model_is_on_the_dvc_remote(lab: Lab) -> None:
    workers = lab.workers()
    for repeat in ("seed-1", "seed-2"):
        workers.start(lab.job(1, 0.5, repeat=repeat))
    ended = gather(workers, 2)
    workers.close()
    assert {one.branch for one in ended.values()} == {""}
    assert lab.trials() == []
    pointer = ended["1/seed-1"].files["model.bin.dvc"]
    assert lab.bring_output(parse_pointer("model.bin.dvc", pointer)[0]) == b"model 0.5"


def test_a_trial_sees_the_devices_of_its_own_alone(lab: Lab) -> None:
    workers = lab.workers(gpus=1)
    workers.start(lab.job(1, 0.5, command=("sh", "-c", 'echo "{\\"devices\\": $CUDA_VISIBLE_DEVICES}" > metrics.json')))
    ended = gather(workers, 1)["1"]
    workers.close()
    assert dict(ended.metrics) == {"devices": 0}


@pytest.mark.parametrize("named", ["", "-1"])
def test_a_worker_that_does_not_see_the_devices_it_has_told_of_takes_no_trials(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    lab.farm.kill("north")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    said: list[str] = []
    try:
        lab.farm.mend()
        workers = lab.workers(gpus=1, tell=said.append)
        for number in (1, 2):
            command = ("sh", "-c", 'echo "{\\"devices\\": $CUDA_VISIBLE_DEVICES}" > metrics.json; sleep 0.5')
            workers.start(lab.job(number, number / 10, command=command))
        ended = gather(workers, 2)
        workers.close()
    finally:
        lab.farm.kill("north")
    assert [dict(one.metrics) for one in ended.values()] == [{"devices": 0}] * 2
    assert len(said) == 1
    assert "takes no trials: it was started with --resources GPU=1, and CUDA_VISIBLE_DEVICES names 0 there" in said[0]


def test_a_cluster_without_enough_devices_has_no_slots(lab: Lab) -> None:
    with pytest.raises(EnvironmentProblemError, match="can run trials"):
        lab.workers(gpus=2)


def test_a_hopeless_trial_is_pruned_by_its_worker_and_its_branch_says_why(lab: Lab) -> None:
    rules = (Pruning("threshold", metric="accuracy", upper=5.0),)
    objectives = Objectives((Objective("accuracy", "maximize"),))
    workers = lab.workers()
    workers.start(lab.job(1, 2.0, judge=Judge(rules, objectives, Bank(rules, objectives), number=1)))
    ended = gather(workers, 1)["1"]
    workers.close()
    assert ended.status == "pruned"
    assert ended.reason.startswith("threshold:")
    assert "pruned = true" in lab.mine.git("show", f"{ended.branch}:metrics.toml")
    assert not lab.farm.saw(2.0)[0].runs()
